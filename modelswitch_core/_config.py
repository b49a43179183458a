"""A setting as JSON, and back: what `tune` writes and `from_config` of both doors reads.

It is an object with a `version`, `models` (names, in the order in which to ask) and fields of the doors;
every key may be left out. A policy or a vote is its name, or an object of its `name` and its parameters, such
as `{"name": "paper", "threshold": 0.8}`; so is a reader, such as `{"name": "choice", "letters": "ABCD"}`.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from modelswitch_core._errors import OptionError
from modelswitch_core._options import numbered, one_of, unique_names
from modelswitch_core._plan import SwitchPlan
from modelswitch_core._voting import EntropyVote, PluralityVote, RewardVote, Vote, as_vote
from modelswitch_core.policies import (
    AdaptiveConsistency,
    CrossCheck,
    Esc,
    Paper,
    Policy,
    SelfConsistency,
    as_policy,
)
from modelswitch_core.reading import choice_reader, date_reader

CONFIG_VERSION = 1
"""Raised when an older version of this library could misread what a newer one writes."""

CONFIG_KEYS = (
    *("version", "models", "names", "samples", "answer", "policy", "consistency_threshold", "vote", "priors"),
    *("settled_exit", "max_concurrency", "sample_timeout_seconds", "time_limit_seconds", "native_n"),
    *("keep_samples", "on_disagreement", "keep_truncated"),
)
"""What may stand in a config: all that JSON can hold of the fields of a switch, and the models' names."""

_POLICY_NAMES: dict[type[Any], str] = {
    Paper: "paper",
    SelfConsistency: "self_consistency",
    CrossCheck: "crosscheck",
    AdaptiveConsistency: "adaptive_consistency",
    Esc: "esc",
}
_READERS: dict[str, tuple[Any, str]] = {"choice": (choice_reader, "letters"), "date": (date_reader, "order")}


class FromConfig(NamedTuple):
    """What a config says to a door.

    Args:
        places: Which of the given models to ask, by place from 0, in this order.
        options: The fields of the switch, `names` among them, for the models in that order.
    """

    places: tuple[int, ...]
    options: dict[str, Any]


def config_of(plan: SwitchPlan, *, answer: Any = "auto") -> dict[str, Any]:
    """A setting as plain data for JSON, every parameter written out.

    Args:
        plan: The setting.
        answer: How answers are read: a name, or a name with its parameter as in
            `{"name": "choice", "letters": "ABCD"}`. None stands for a reader of the user's own, which has to
            be given again beside the config.

    Raises:
        OptionError: The policy or the reader is an object of the user's own, which JSON cannot hold.
    """
    if answer is not None and not isinstance(answer, str | Mapping):
        raise OptionError(
            f"answer={answer!r} is an object, which a config cannot hold: write it with answer=None, and "
            "pass the reader beside the config, from_config(config, …, answer=reader)"
        )
    if isinstance(answer, Mapping):
        reader_from_config(answer)
    return {
        "version": CONFIG_VERSION,
        "models": list(plan.names),
        "samples": list(plan.samples),
        "policy": _policy_data(plan.policy),
        "vote": _vote_data(plan.vote),
        "priors": list(plan.priors),
        "answer": dict(answer) if isinstance(answer, Mapping) else answer,
    }


def plain_option(field: str, value: Any) -> Any:
    """A policy or a vote as plain data for JSON, as a config holds it; others as they are.

    One of the user's own becomes its repr, which nothing takes for a policy or a vote.
    """
    if value is None or isinstance(value, str):
        return value
    if field == "policy":
        return _policy_data(value) if type(value) in _POLICY_NAMES else repr(value)
    if field == "vote":
        ours = isinstance(value, EntropyVote | PluralityVote | RewardVote)
        return _vote_data(value) if ours else repr(value)
    return value


def option_from_plain(field: str, data: Any) -> Any:
    """What `plain_option` was given, from what it returned; a repr stays one.

    Raises:
        OptionError: A name or a parameter is unknown, or a value is one it cannot have.
    """
    ways = {"policy": as_policy, "vote": as_vote}
    return _from_data(field, data, ways[field]) if field in ways else data


def options_from_config(
    config: Mapping[str, Any], *, given: Sequence[str], overrides: Mapping[str, Any], field: str
) -> FromConfig:
    """The fields of a switch from a config, its models found among those given.

    Args:
        config: As `config_of` writes it; what it leaves out has its default.
        given: The own names of the models given beside the config.
        overrides: Fields that are given beside the config; they win. `names` says how the given models are
            called in the config, where that is not their own names.
        field: What the door calls its models, for messages.

    Raises:
        OptionError: The config is no mapping, has an unknown version, key, policy, vote, reader or
            parameter, or names a model that was not given.
    """
    _check(config)
    written: dict[str, Any] = {
        key: value for key, value in config.items() if key not in ("version", "models")
    }
    options = {**written, **overrides}
    if options.get("answer", "auto") is None:
        raise OptionError(
            "config was written with an answer reader of its user's own: pass it beside the config, "
            "from_config(config, …, answer=reader)"
        )
    for name in ("policy", "vote"):
        if name in options:
            options[name] = option_from_plain(name, options[name])
    if isinstance(options.get("answer"), Mapping):
        options["answer"] = reader_from_config(options["answer"])
    if config.get("models") is None:
        return FromConfig(tuple(range(len(given))), options)
    places = _places(config["models"], given, options.get("names"), field)
    return FromConfig(places, {**options, "names": list(config["models"])})


def reader_from_config(data: Mapping[str, Any]) -> Any:
    """The reader that a name with its parameter stands for, as in `{"name": "date", "order": "DMY"}`.

    Raises:
        OptionError: The name or a parameter is unknown, or a value is one it cannot have.
    """
    name, parameters = _name_and_parameters("answer", data)
    if not parameters:
        return name
    make, parameter = _READERS[one_of("answer with parameters", name, _READERS)]
    for key in parameters:
        one_of(f"parameter of answer={name!r}", key, [parameter])
    try:
        return make(**parameters)
    except (TypeError, ValueError) as error:
        raise OptionError(f"answer={dict(data)!r}: {error}") from None


def _check(config: Any) -> None:
    if not isinstance(config, Mapping):
        raise OptionError(
            f"config={config!r} must be a dictionary, as json.loads makes it of what tune wrote"
        )
    version = config.get("version", CONFIG_VERSION)
    if version != CONFIG_VERSION:
        raise OptionError(
            f"config has version={version!r}, and this release reads version {CONFIG_VERSION}: "
            "tune again, or install the release that wrote it"
        )
    for key in config:
        if key in CONFIG_KEYS:
            continue
        close = difflib.get_close_matches(str(key), CONFIG_KEYS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(CONFIG_KEYS)}"
        raise OptionError(f"config has an unknown key {key!r}; {hint} Other options go beside the config")


def _places(wanted: Any, given: Sequence[str], names: Any, field: str) -> tuple[int, ...]:
    if isinstance(wanted, str) or not isinstance(wanted, Sequence) or not wanted:
        raise OptionError(f"config has models={wanted!r}, which must be a list of one name or more")
    unique_names("models of the config", wanted)
    called = numbered(given) if names is None else unique_names("names", names)
    if len(called) != len(given):
        raise OptionError(
            f"names={list(called)!r} gives {len(called)} names for {len(given)} {field}: give one for each"
        )
    for name in wanted:
        if name not in called:
            raise OptionError(
                f"config asks {name!r}, which is none of {field}={list(called)!r}: give that model too, or "
                f"say with names=[…], one for each of {field}, which of them it is"
            )
    return tuple(called.index(name) for name in wanted)


def _from_data(field: str, value: Any, named: Any) -> Any:
    """What a name with parameters stands for; anything else is left to the switch's own checks."""
    if not isinstance(value, Mapping):
        return value
    name, parameters = _name_and_parameters(field, value)
    made = named(name)
    known = [each.name for each in dataclasses.fields(made) if each.init]
    if isinstance(made, RewardVote):
        known = []  # its name says all
    for parameter in parameters:
        if not known:
            raise OptionError(
                f"{field}={name!r} has no parameters, and {parameter!r} was given: leave it out"
            )
        one_of(f"parameter of {field}={name!r}", parameter, known)
    return dataclasses.replace(made, **parameters)


def _name_and_parameters(field: str, value: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    name = value.get("name")
    if not isinstance(name, str):
        raise OptionError(f'{field}={dict(value)!r} must hold its "name", and its parameters beside it')
    return name, {key: parameter for key, parameter in value.items() if key != "name"}


def _policy_data(policy: Policy) -> dict[str, Any]:
    name = _POLICY_NAMES.get(type(policy))
    if name is None:
        raise OptionError(
            f"policy={policy!r} is of your own class, which a config cannot hold: write the config with "
            "another, and pass it beside the config, from_config(config, …, policy=policy)"
        )
    return {"name": name, **dataclasses.asdict(policy)}  # type: ignore[call-overload]  # all of ours are dataclasses


def _vote_data(vote: Vote) -> dict[str, Any]:
    if isinstance(vote, RewardVote):
        return {"name": f"reward_{vote.combine}"}
    return {"name": "plurality" if isinstance(vote, PluralityVote) else "entropy", **dataclasses.asdict(vote)}
