"""What a clusterer says, checked before anything is built on it, and plain sorting where it fails."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from operator import index
from typing import Any

from modelswitch_core._types import Answer
from modelswitch_core.reading._text import fold

_LONGEST = 60


def checked_classes(given: Any, answers: Sequence[Answer]) -> list[int]:
    """The classes that a clusterer returned, integers of any library among them.

    Args:
        given: What it returned.
        answers: What it was to sort.

    Raises:
        ValueError: They are not an integer of 0 or more for each answer.
    """
    try:
        classes = [index(each) for each in given]
    except TypeError:
        classes = [-1]
    if len(classes) != len(answers) or min(classes, default=0) < 0:
        said = repr(given)
        shown = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
        raise ValueError(
            f"it sorted {len(answers)} answers into {shown}, and must return an integer of 0 or more for "
            "each, the same for equal ones"
        )
    return classes


class PlainClusterer:
    """Sorts by key, or word by word where there is none; asks nobody.

    Args:
        heads: The first answer of each class there is: answers like it join its class.
    """

    def __init__(self, heads: Mapping[int, Answer]) -> None:
        self._classes: dict[Hashable, int] = {}
        for number, head in heads.items():
            self._classes.setdefault(_likeness(head), number)
        self._next = max(heads, default=-1) + 1

    def assign(self, answers: Sequence[Answer]) -> list[int]:
        """Takes the next answers in draw order and gives each its class."""
        return [self._assign_one(answer) for answer in answers]

    def _assign_one(self, answer: Answer) -> int:
        number = self._classes.setdefault(_likeness(answer), self._next)
        self._next += number == self._next
        return number


def _likeness(answer: Answer) -> Hashable:
    return (True, answer.key) if answer.key is not None else (False, fold(answer.text))
