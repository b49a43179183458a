"""Sorting answers into classes of equal answers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Sequence
from functools import partial
from typing import Protocol, TypeAlias, TypeVar

from modelswitch_core._types import Answer
from modelswitch_core.reading._reader import AnswerReader, Clusterer

T = TypeVar("T")
Comparisons: TypeAlias = Generator[Callable[[], bool], bool, T]
"""Yields comparisons that may take long, is sent what each returns, and returns its own result."""


class Sameness(Protocol):
    """Says when two answers are the same: a reader does.

    It may also say `may_take_long(a, b) -> bool`: whether `same` may keep a thread waiting.
    """

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether two answers are the same."""
        ...


class FirstOfClass:
    """The default clusterer: an answer is compared with the first answer of each class, in draw order.

    The rule: an answer joins the lowest-numbered class whose first answer it is the same as; if there is
    none, it opens a new class with the next number. Two answers that both have keys are the same when the
    keys are equal, and are never asked about. Otherwise the reader's `same` is asked both ways, and both
    must say yes. An answer whose key (or, without a key, which itself) has been seen before goes where the
    first of its like went.

    Only the first answer of a class stands for it. So where sameness is not transitive (a like b, b like c,
    but a not like c), draw order decides: a, b, c gives the classes 0, 0, 1, and b, a, c gives 0, 0, 0.
    Classes are never merged or renumbered, so they depend on draw order alone, and the classes of the first
    n answers stay what they were when more answers come, however the answers are grouped into calls.

    A seen key costs one look-up. A new answer costs one comparison for each class that cannot be told by key.

    Args:
        reader: Whose `same` decides where keys do not.
    """

    def __init__(self, reader: Sameness) -> None:
        self._reader = reader
        self._may_take_long: Callable[[Answer, Answer], bool] = getattr(reader, "may_take_long", _never)
        self._heads: list[Answer] = []
        self._class_of_key: dict[Hashable, int] = {}
        self._class_of_answer: dict[Answer, int] = {}
        self._unkeyed_classes: list[int] = []

    def assign(self, answers: Sequence[Answer]) -> list[int]:
        """Takes the next answers in draw order and gives each its class, numbered from 0 as they appear."""
        steps = self.comparisons(answers)
        try:
            compare = next(steps)
            while True:
                compare = steps.send(compare())
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # what the generator returns

    def comparisons(self, answers: Sequence[Answer]) -> Comparisons[list[int]]:
        """As `assign`, but what may take long is left to the caller: an event loop must not wait for it.

        It may be given up in the middle: what has been assigned by then is remembered, and nothing else.
        """
        found: list[int] = []
        for answer in answers:
            number = yield from self._assign_one(answer)
            found.append(number)
        return found

    def _assign_one(self, answer: Answer) -> Comparisons[int]:
        known = (
            self._class_of_key.get(answer.key)
            if answer.key is not None
            else self._class_of_answer.get(answer)
        )
        if known is None:
            known = yield from self._class_of_new(answer)
            if answer.key is not None:
                self._class_of_key[answer.key] = known
            else:
                self._class_of_answer[answer] = known
        return known

    def _class_of_new(self, answer: Answer) -> Comparisons[int]:
        """The class of an answer whose like has not been seen: an old one by `same`, or a new one."""
        # A keyed head with an equal key would have been found by key, so only unkeyed heads can match a key.
        candidates = range(len(self._heads)) if answer.key is None else self._unkeyed_classes
        for number in candidates:
            head = self._heads[number]
            compare = partial(self._same_both_ways, answer, head)
            if (yield compare) if self._may_take_long(answer, head) else compare():
                return number
        number = len(self._heads)
        self._heads.append(answer)
        if answer.key is None:
            self._unkeyed_classes.append(number)
        return number

    def _same_both_ways(self, a: Answer, b: Answer) -> bool:
        return self._reader.same(a, b) and self._reader.same(b, a)


def _never(a: Answer, b: Answer) -> bool:  # noqa: ARG001  # as a reader's own
    return False


def clusterer_for(reader: AnswerReader, question: str) -> Clusterer:
    """A fresh clusterer for the answers to one question: the reader's own where it brings one.

    Args:
        reader: The reader of the answers.
        question: The question, for a reader that compares by meaning.
    """
    own = getattr(reader, "clusterer", None)
    if own is None:
        return FirstOfClass(reader)
    made: Clusterer = own(question)
    return made
