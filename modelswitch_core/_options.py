"""How options are refused: one voice for every message."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from modelswitch_core._errors import OptionError


def one_of(field: str, value: Any, allowed: Iterable[str]) -> str:
    """The value, if it is one of the allowed names.

    Raises:
        OptionError: It is not; the message lists the names and the closest one.
    """
    names = list(allowed)
    if isinstance(value, str) and value in names:
        return value
    close = difflib.get_close_matches(value, names, n=1) if isinstance(value, str) else []
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise OptionError(f"{field}={value!r} is unknown: use one of {', '.join(map(repr, names))}.{hint}")


_MOST_SAMPLES = 1_000_000
"""Of a model for one question: far more than anybody draws, and what a machine can still hold."""

_LONGEST_SECONDS = 1e9
"""Some thirty years: beyond it, timers overflow."""


def positive_seconds(field: str, value: float | None) -> float | None:
    """The value, if it is None or a positive number of seconds, at most 1e9.

    Raises:
        OptionError: It is neither.
    """
    if value is None or (_is_number(value) and 0 < value <= _LONGEST_SECONDS):
        return value
    raise OptionError(
        f"{field}={value!r} must be a positive number of seconds, at most 1e9; "
        "leave it out (None) for no limit"
    )


def whole_number(field: str, value: Any, *, least: int) -> int:
    """The value, if it is an integer of at least `least`.

    Raises:
        OptionError: It is not.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= least:
        return value
    raise OptionError(f"{field}={value!r} must be an integer of {least} or more")


def shares_of(field: str, samples: int | Sequence[int], models: int) -> tuple[int, ...]:
    """One share of the sample budget a model, from one number for all or one number each.

    Raises:
        OptionError: Not an integer from 1 to a million, or not one for each model.
    """
    if isinstance(samples, str) or not isinstance(samples, int | Sequence):
        raise OptionError(
            f"{field}={samples!r} must be an integer, for all models, or a list of one for each"
        )
    given = [samples] * models if isinstance(samples, int) else list(samples)
    if len(given) != models:
        raise OptionError(
            f"{field}={samples!r} gives {len(given)} shares for {models} models: "
            "give one number for all, or one for each model"
        )
    for share in given:
        if not isinstance(share, int) or isinstance(share, bool) or share < 1:
            raise OptionError(f"{field}={samples!r} must be 1 or more samples for each model, not {share!r}")
        if share > _MOST_SAMPLES:
            raise OptionError(f"{field}={samples!r} must be at most {_MOST_SAMPLES:,} samples for each model")
    return tuple(given)


def priors_of(field: str, priors: Sequence[float] | None, models: int) -> tuple[float, ...]:
    """One positive number a model; None means all 1.

    Only ratios matter, so numbers outside [1e-100, 1e100] are refused rather than left to overflow.

    Raises:
        OptionError: Not positive, not finite, too extreme, or not one for each model.
    """
    if priors is None:
        return (1.0,) * models
    why = "a prior says how good a model is beside the others, 1.0 for all by default"
    return _positive_numbers(field, priors, models, why)


def costs_of(field: str, costs: Sequence[float] | None, models: int) -> tuple[float, ...]:
    """As `priors_of`, for what a draw of each model costs.

    Raises:
        OptionError: As there.
    """
    if costs is None:
        return (1.0,) * models
    return _positive_numbers(field, costs, models, "what one draw of each model costs, in any unit")


def _positive_numbers(field: str, values: Sequence[float], models: int, why: str) -> tuple[float, ...]:
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise OptionError(f"{field}={values!r} must be a list of one positive number for each model")
    given = list(values)
    if len(given) != models:
        raise OptionError(
            f"{field}={given!r} gives {len(given)} numbers for {models} models: give one for each model"
        )
    for value in given:
        if not _is_number(value) or not 1e-100 <= value <= 1e100:
            raise OptionError(f"{field}={given!r} must hold positive, finite numbers, not {value!r}: {why}")
    return tuple(map(float, given))


def unique_names(field: str, names: Sequence[str]) -> tuple[str, ...]:
    """The names, if each is a non-empty string and none comes twice.

    Raises:
        OptionError: They are no list; one is empty or comes twice.
    """
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise OptionError(f"{field}={names!r} must be a list of names, one for each model")
    given = tuple(names)
    if not all(isinstance(name, str) and name for name in given):
        raise OptionError(f"{field}={list(given)!r} must hold one non-empty string for each model")
    twice = sorted({name for name in given if given.count(name) > 1})
    if twice:
        raise OptionError(f"{field}={list(given)!r} names {twice[0]!r} twice: each name must be unique")
    return given


def numbered(names: Sequence[str]) -> tuple[str, ...]:
    """The names made unique: the second `gpt` becomes `gpt#2`."""
    made: list[str] = []
    for name in names:
        number, candidate = 1, name
        while candidate in made:
            number += 1
            candidate = f"{name}#{number}"
        made.append(candidate)
    return tuple(made)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
