"""Amounts in two units: 75 dollars and 50 cents, 2 hours 30 minutes, 5 feet 6 inches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from modelswitch_core.reading._measures import Measure, units_named
from modelswitch_core.reading._pattern import found_near_digits, pattern

_IN_ONE = {
    ("cent", "US dollar"): 100, ("cent", "Canadian dollar"): 100, ("cent", "Australian dollar"): 100,
    ("cent", "euro"): 100, ("penny", "pound sterling"): 100, ("penny", "pound"): 100,
    ("second", "minute"): 60, ("minute", "hour"): 60, ("hour", "day"): 24, ("day", "week"): 7,
    ("month", "year"): 12, ("inch", "foot"): 12, ("foot", "yard"): 3, ("ounce", "pound"): 16,
    ("gram", "kilogram"): 1000, ("metre", "kilometre"): 1000, ("centimetre", "metre"): 100,
}  # fmt: skip
"""How many of the smaller unit are one of the larger."""

_AMOUNT = pattern(
    r"(?<![\w.,/:$-])(?P<sign>[$€£]\s?)?(?P<large>\d{1,9}(?:,\d{3}){0,3})(?(sign)|\s{0,3}(?P<unit>[A-Za-z]{1,10})\.?),?\s{1,4}"
    r"(?:(?:and|und|y|et|&)\s)?(?P<small>\d{1,3}(?:\.\d{1,6})?)\s{0,3}(?P<part>[A-Za-z]{1,10})(?![A-Za-z])"
)
_MOST_BEFORE_DIGIT = 3


class Amount(NamedTuple):
    """An amount in two units.

    Attributes:
        value: In the larger unit.
        measure: The larger unit.
        start: Where it begins.
        part: Where its second number ends.
        end: Where its second unit ends.
    """

    value: Fraction
    measure: Measure
    start: int
    part: int
    end: int


def amounts_in(text: str) -> Iterator[Amount]:
    """The amounts in two units of a text, first one first; 2 hours and 90 minutes are two amounts."""
    for found in found_near_digits(_AMOUNT, text, _MOST_BEFORE_DIGIT):
        amount = _amount(found)
        if amount is not None:
            yield amount


def leading_amount(text: str) -> Amount | None:
    """The amount in two units that a text begins with."""
    found = _AMOUNT.match(text)
    return None if found is None else _amount(found)


def _amount(found: re.Match[str]) -> Amount | None:
    small = Fraction(found["small"])
    for unit in units_named((found["sign"] or found["unit"]).strip()):
        for part in units_named(found["part"]):
            in_one = _IN_ONE.get((part, unit), 0)
            if small < in_one:
                value = Fraction(found["large"].replace(",", "")) + small / in_one
                measure = Measure(units_named((found["sign"] or found["unit"]).strip()))
                return Amount(value, measure, found.start(), found.end("small"), found.end())
    return None
