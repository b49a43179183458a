"""Objects sorted field by field, for a vote by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modelswitch_core._types import Answer
from modelswitch_core.reading._clusters import FirstOfClass
from modelswitch_core.reading._json_values import ValueRule, value_of, without


class ByField:
    """The clusterer of a vote by field: the classes of an object's fields make the object's own.

    The rule: the values of each field are sorted by `FirstOfClass`, apart from all other fields, and two
    objects are in one class when they have the same fields with the same classes of values. So where a
    tolerance makes sameness no equality, draw order decides for each field, and the object's class and those
    of its fields never contradict each other. What is no object, or has no field left to compare, counts as
    one field.

    Args:
        rule: When two values are the same.
        ignore: The dotted paths of what is left out.
    """

    def __init__(self, rule: ValueRule, ignore: Sequence[str]) -> None:
        self._rule = rule
        self._ignore = ignore
        # None stands for the whole of what has no fields.
        self._places: dict[str | None, int] = {}
        self._sorted: list[FirstOfClass] = []
        self._numbers: dict[tuple[int, ...], int] = {}
        self._fields: list[tuple[int, ...]] = []

    def assign(self, answers: Sequence[Answer]) -> list[int]:
        """Takes the next objects in draw order and gives each its class, numbered from 0 as they appear."""
        return [self._assign_one(answer) for answer in answers]

    def fields(self, number: int) -> tuple[int, ...]:
        """The classes of an object's values, by its own class.

        One for each field, in the order in which the fields first appeared; -1 where the object lacks one.
        Fields that appeared only after it are left out.
        """
        return self._fields[number]

    def _assign_one(self, answer: Answer) -> int:
        classes: dict[int, int] = {}
        for name, value in self._parts(answer).items():
            if name not in self._places:
                self._places[name] = len(self._sorted)
                self._sorted.append(FirstOfClass(self._rule))
            place = self._places[name]
            [classes[place]] = self._sorted[place].assign([self._rule.answer(value)])
        fields = tuple(classes.get(place, -1) for place in range(max(classes) + 1))
        number = self._numbers.setdefault(fields, len(self._fields))
        if number == len(self._fields):
            self._fields.append(fields)
        return number

    def _parts(self, answer: Answer) -> Mapping[str | None, object]:
        value = without(value_of(answer), self._ignore)
        return value if isinstance(value, dict) and value else {None: value}
