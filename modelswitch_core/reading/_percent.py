"""Percentages beside labels that leave the percent sign to the question.

Two answers "10 %" and "10" differ. But the label of "How many percent …?" is often a bare 10, and a response
that says "10 %" is right by it. So a number remembers, in its type alone, whether a response wrote it as a
percentage or whether it is such a label; as values, both are the fractions that they are.
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

from modelswitch_core.reading._measures import Measured
from modelswitch_core.reading._numbers import Number


class Percentage(Fraction):
    """A number that a response wrote as a percentage; 10 % is one tenth."""

    __slots__ = ()


class Label(Fraction):
    """A bare answer that is a number without a percent sign, and may stand for that many percent."""

    __slots__ = ()


def value_read(number: Number) -> Fraction | str:
    """The value of a number found in a response."""
    if not isinstance(number.value, Fraction):
        return number.value
    if number.percent:
        return Percentage(number.value)
    return number.value if number.measure is None else Measured(number.value, number.measure)


def value_given(value: Hashable) -> Hashable:
    """The value of a bare answer, from the one that was read of it."""
    if isinstance(value, Percentage):
        return Fraction(value)
    # What has a unit of its own stands for no percentage.
    return Label(value) if isinstance(value, Fraction) and not isinstance(value, Measured) else value


def is_percentage_of_label(a: object, b: object) -> bool:
    """Whether one is the label and the other the percentage that it stands for."""
    if isinstance(b, Percentage):
        a, b = b, a
    return isinstance(a, Percentage) and isinstance(b, Label) and a * 100 == b
