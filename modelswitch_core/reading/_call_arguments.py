"""Tool calls sorted where readers compare some of their arguments."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

from modelswitch_core._types import Answer
from modelswitch_core.reading._clusters import clusterer_for
from modelswitch_core.reading._reader import AnswerReader, Clusterer


class SplitCall(NamedTuple):
    """A call in its parts.

    Attributes:
        name: The tool.
        rest: The arguments that must be equal, as canonical JSON.
        compared: The arguments that readers compare, by the name under which the reader was given.
    """

    name: str
    rest: str
    compared: Mapping[str, Answer]


Values = dict[str, list[Answer]]


class ComparedCalls:
    """The clusterer of calls some of whose arguments have readers.

    The rule: each such argument's values, of all tools that share its reader, are sorted by the reader's own
    clusterer in draw order; answers are in one class when they hold the same calls, in any order, with these
    classes in place of those values.

    Args:
        split: Takes an answer's calls apart.
        sorts: The clusterer of each compared argument.
    """

    def __init__(
        self, split: Callable[[Answer], Sequence[SplitCall]], sorts: Mapping[str, Clusterer]
    ) -> None:
        self._split = split
        self._sorted = sorts
        self._numbers: dict[Hashable, int] = {}
        self.per_wave = any(
            getattr(each, "per_wave", hasattr(each, "aassign")) for each in self._sorted.values()
        )

    def assign(self, answers: Sequence[Answer]) -> list[int]:
        """Takes the next answers in draw order and gives each its class, numbered from 0 as they appear."""
        split = [self._split(answer) for answer in answers]
        classes = {name: self._sorted[name].assign(values) for name, values in _values(split).items()}
        return self._combined(split, classes)

    def _combined(
        self, split: Sequence[Sequence[SplitCall]], classes: Mapping[str, Sequence[int]]
    ) -> list[int]:
        given = {name: iter(numbers) for name, numbers in classes.items()}
        found: list[int] = []
        for calls in split:
            key = [
                (call.name, call.rest, tuple(sorted((name, next(given[name])) for name in call.compared)))
                for call in calls
            ]
            found.append(self._numbers.setdefault(tuple(sorted(key)), len(self._numbers)))
        return found


class AskingCalls(ComparedCalls):
    """The same, where a reader's clusterer has to wait for a model."""

    async def aassign(self, answers: Sequence[Answer]) -> list[int]:
        """As `assign`, without blocking."""
        split = [self._split(answer) for answer in answers]
        classes: dict[str, Sequence[int]] = {}
        for name, values in _values(split).items():
            aassign = getattr(self._sorted[name], "aassign", None)
            classes[name] = self._sorted[name].assign(values) if aassign is None else await aassign(values)
        return self._combined(split, classes)


def calls_clusterer(
    split: Callable[[Answer], Sequence[SplitCall]], readers: Mapping[str, AnswerReader], question: str
) -> ComparedCalls:
    """The clusterer that these readers need."""
    sorts = {name: clusterer_for(reader, question) for name, reader in readers.items()}
    waits = any(hasattr(each, "aassign") for each in sorts.values())
    return AskingCalls(split, sorts) if waits else ComparedCalls(split, sorts)


def _values(split: Sequence[Sequence[SplitCall]]) -> Values:
    """Each compared argument's values, in draw order."""
    values: Values = {}
    for calls in split:
        for call in calls:
            for name, answer in call.compared.items():
                values.setdefault(name, []).append(answer)
    return values
