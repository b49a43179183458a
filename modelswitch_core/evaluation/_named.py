"""Policies and votes from one word with parameters, as a command line or a file of settings has them."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from modelswitch_core._errors import OptionError
from modelswitch_core._options import one_of
from modelswitch_core._voting import Vote, as_vote
from modelswitch_core.policies import Policy, as_policy


def policy_from_text(text: str) -> Policy:
    """A policy from its name and, behind a colon, its parameters.

    Args:
        text: As in `paper` or `paper:threshold=0.8`; several parameters are parted by commas.

    Raises:
        OptionError: The name or a parameter is unknown, or a value is one it cannot have.
    """
    name, _, parameters = text.partition(":")
    policy: Policy = _with_parameters("policy", text, as_policy(name), parameters)
    return policy


def vote_from_text(text: str) -> Vote:
    """A vote from its name and, behind a colon, its parameters, as in `entropy:normalizer=samples`.

    Raises:
        OptionError: The name or a parameter is unknown, or a value is one it cannot have.
    """
    name, _, parameters = text.partition(":")
    vote: Vote = _with_parameters("vote", text, as_vote(name), parameters)
    return vote


def _with_parameters(field: str, text: str, made: Any, parameters: str) -> Any:
    if not parameters:
        return made
    known = [each.name for each in dataclasses.fields(made) if each.init]
    given: dict[str, Any] = {}
    for parameter in parameters.split(","):
        name, equals, value = (part.strip() for part in parameter.partition("="))
        if not equals or not known:
            raise OptionError(
                f"{field}={text!r} is not of the form name:parameter=value; "
                + (f"its parameters are {', '.join(known)}" if known else "this one has no parameters")
            )
        given[one_of(f"parameter of {field}", name, known)] = _value(value)
    return dataclasses.replace(made, **given)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
