"""When two JSON values are the same: floats with a tolerance, lists with or without order, parts left out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from modelswitch_core._types import Answer
from modelswitch_core.reading._canonical import Kinds, canonical, kinds_of, one_spelling
from modelswitch_core.reading._objects import loads

DEFAULT_TOLERANCE = 1e-9
"""Relative: what Python's own `math.isclose` takes. It forgives the rounding of 0.1 + 0.2, and no more."""

_MOST_UNORDERED = 64
"""Lists longer than this are paired in their sorted order rather than in every possible way. Our own value: a
list in an answer has a handful of items, and the pairing costs the square of their number."""


def value_of(answer: Answer) -> Any:
    """The value that an answer's text writes down."""
    return loads(answer.text)


def without(value: Any, paths: Iterable[str]) -> Any:
    """The value without the fields at these dotted paths, which lead through lists to each item."""
    here: set[str] = set()
    below: dict[str, list[str]] = {}
    for path in paths:
        name, dot, rest = path.partition(".")
        if dot:
            below.setdefault(name, []).append(rest)
        else:
            here.add(name)
    return _without(value, here, below) if here or below else value


def _without(value: Any, here: set[str], below: Mapping[str, list[str]]) -> Any:
    if isinstance(value, list):
        return [_without(item, here, below) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: without(item, below.get(name, ())) for name, item in value.items() if name not in here}


@dataclass(frozen=True, slots=True)
class ValueRule:
    """The rule by which values are compared.

    Numbers are equal by value, or close where at least one of them is a float: |a - b| ≤ tolerance · the
    larger of |a| and |b|. `true` is no number. Whole numbers must be equal, so that ids stay apart.

    Args:
        tolerance: Relative, in [0, 1).
        ordered_lists: Whether order in lists counts. Where it does not, two lists are the same when their
            items can be paired off.
    """

    tolerance: float
    ordered_lists: bool

    def answer(self, value: Any) -> Answer:
        """A value as an answer of its own."""
        kinds = kinds_of(value)
        return Answer(canonical(value, typed=True, kinds=kinds), self.key(value, kinds))

    def key(self, value: Any, kinds: Kinds | None = None) -> str | None:
        """Equal for equal values; None where sameness is no equality, because a tolerance is involved."""
        kinds = kinds or kinds_of(value)
        if self.tolerance and kinds.floats:
            return None
        return canonical(value, ordered=self.ordered_lists, kinds=kinds)

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether the values behind two answers are the same; symmetric, but not transitive."""
        return self.same_values(value_of(a), value_of(b))

    def same_values(self, a: Any, b: Any) -> bool:
        """Whether two values are the same; symmetric, but not transitive."""
        if _is_number(a) and _is_number(b):
            return self._same_numbers(a, b)
        if isinstance(a, str) and isinstance(b, str):
            return one_spelling(a) == one_spelling(b)
        if isinstance(a, dict) and isinstance(b, dict):
            mine, theirs = ({one_spelling(name): each[name] for name in each} for each in (a, b))
            return mine.keys() == theirs.keys() and all(
                self.same_values(mine[name], theirs[name]) for name in mine
            )
        if isinstance(a, list) and isinstance(b, list):
            return len(a) == len(b) and self._same_lists(a, b)
        return type(a) is type(b) and bool(a == b)

    def _same_numbers(self, a: Any, b: Any) -> bool:
        # No number at all is the same as no number.
        if a == b or (a != a and b != b):
            return True
        if (
            isinstance(a, Decimal)
            or isinstance(b, Decimal)
            or not (isinstance(a, float) or isinstance(b, float))
        ):
            return False
        try:
            return math.isclose(a, b, rel_tol=self.tolerance)
        except OverflowError:  # an integer beyond all floats
            return False

    def _same_lists(self, a: Sequence[Any], b: Sequence[Any]) -> bool:
        if self.ordered_lists:
            return all(map(self.same_values, a, b))
        if len(a) > _MOST_UNORDERED:
            return all(map(self.same_values, sorted(a, key=_place), sorted(b, key=_place)))
        fits = [[place for place, item in enumerate(b) if self.same_values(each, item)] for each in a]
        return can_be_paired(fits)


def can_be_paired(fits: Sequence[Sequence[int]]) -> bool:
    """Whether each can have a partner of its own.

    Args:
        fits: For each of one side, which of the other side it goes with.
    """
    partner: dict[int, int] = {}

    def find(one: int, tried: set[int]) -> bool:
        for other in fits[one]:
            if other not in tried:
                tried.add(other)
                if other not in partner or find(partner[other], tried):
                    partner[other] = one
                    return True
        return False

    return all(find(one, set()) for one in range(len(fits)))


def _place(value: Any) -> tuple[float, str]:
    """Numbers by size, so that close ones meet; everything else by its written form."""
    if isinstance(value, float) or (_is_number(value) and abs(value) < 2**53):
        return float(value), ""
    return math.inf, canonical(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
