"""The answers to one recorded question, read once and then only numbers.

Every different answer gets a number. Where all of them have keys, the number is the class, whatever the order
of the draws: equal keys are the only way to be the same. Where one has none (mathematics, meaning), being the
same need not carry over from one pair to the next, so that classes depend on which answer comes first: they
are then sorted anew for each order, as `FirstOfClass` does it, but no pair is asked about twice.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from modelswitch_core._recorded import RecordedQuestion, RecordedSample
from modelswitch_core._types import Answer, Response
from modelswitch_core.reading import AnswerReader, Clusterer, clusterer_for, reader_for

UNREADABLE = -1
"""The number of a draw without an answer."""

Sorter = Callable[[Sequence[int]], Sequence[int]]
"""Takes the numbers of the next answers, in draw order, and gives each its class."""


class Answers:
    """See the module.

    Args:
        question: The recorded question.
        samples: The draws to read, one list a model; none of them a failed one.
        reader: Reads and compares the answers; its own clusterer, where it has one, is made for each order.
    """

    def __init__(
        self, question: RecordedQuestion, samples: Sequence[Sequence[RecordedSample]], reader: AnswerReader
    ) -> None:
        self._question = question.question
        self._reader = reader = reader_for(reader, question.question)
        self._answers: list[Answer] = []
        self._numbers: dict[Hashable, int] = {}
        self._pairs: dict[tuple[int, int], bool] = {}
        # Many draws say the same word for word, and reading is most of the work.
        self._read: dict[tuple[bool, str | None], int] = {}
        self.numbers = [[self._number_of(sample) for sample in drawn] for drawn in samples]
        self._keyed = all(answer.key is not None for answer in self._answers)
        self.any_free_text = any(answer.free_text for answer in self._answers)
        self.own_clusterer = getattr(reader, "clusterer", None) is not None
        gold = None if question.gold is None else reader.parse(question.gold)
        self.gold_unreadable = question.gold is not None and gold is None
        self._right = {
            number: gold is not None and _same(reader, answer, gold)
            for number, answer in enumerate(self._answers)
        }

    @property
    def classes_are_numbers(self) -> bool:
        """Whether an answer's number is its class, whatever the order."""
        return self._keyed and not self.own_clusterer

    def sorter(self) -> Sorter:
        """A fresh sorter, for one order of the draws."""
        if self.classes_are_numbers:
            return _as_they_are
        if self.own_clusterer:
            return _OfReader(clusterer_for(self._reader, self._question), self._answers)
        return _FirstOfClass(self.same)

    def same(self, a: int, b: int) -> bool:
        """Whether two answers, by number, are the same."""
        if a == b:
            return True
        pair = (a, b) if a < b else (b, a)
        known = self._pairs.get(pair)
        if known is None:
            known = self._pairs[pair] = _same(self._reader, self._answers[a], self._answers[b])
        return known

    def agree(self, a: int, b: int) -> bool:
        """Whether two outcomes are the same answer, or both none."""
        if UNREADABLE in (a, b):
            return a == b
        return self.same(a, b)

    def right(self, number: int) -> bool:
        """Whether an answer is the gold one; `UNREADABLE` never is."""
        return number != UNREADABLE and self._right[number]

    def any_readable_without(self, rewards: Sequence[Sequence[float | None]]) -> bool:
        """Whether a draw that holds an answer has no reward."""
        return any(
            number != UNREADABLE and reward is None
            for numbers, given in zip(self.numbers, rewards, strict=True)
            for number, reward in zip(numbers, given, strict=True)
        )

    def text(self, number: int) -> str | None:
        """An answer as a person would write it down; None for `UNREADABLE`."""
        return None if number == UNREADABLE else self._answers[number].text

    def free_text(self, number: int) -> bool:
        """Whether an answer is prose that can only be compared word by word."""
        return self._answers[number].free_text

    def _number_of(self, sample: RecordedSample) -> int:
        said = (sample.answered, sample.answer if sample.answered else sample.text)
        number = self._read.get(said)
        if number is None:
            number = self._read[said] = self._number(_read(*said, self._reader))
        return number

    def _number(self, answer: Answer | None) -> int:
        if answer is None:
            return UNREADABLE
        # A key may equal an answer without one only by being an Answer itself: the flag keeps them apart.
        like = (False, answer) if answer.key is None else (True, answer.key, answer.free_text)
        number = self._numbers.setdefault(like, len(self._answers))
        if number == len(self._answers):
            self._answers.append(answer)
        return number


class _OfReader:
    """A reader's own clusterer, on numbers."""

    def __init__(self, clusterer: Clusterer, answers: Sequence[Answer]) -> None:
        self._clusterer, self._answers = clusterer, answers
        self.fields: Callable[[int], tuple[int, ...]] = getattr(clusterer, "fields", no_fields)

    def __call__(self, numbers: Sequence[int]) -> Sequence[int]:
        return self._clusterer.assign([self._answers[number] for number in numbers])


class _FirstOfClass:
    """The rule of `modelswitch_core.FirstOfClass`, on numbers."""

    def __init__(self, same: Callable[[int, int], bool]) -> None:
        self._same = same
        self._heads: list[int] = []
        self._known: dict[int, int] = {}

    def __call__(self, numbers: Sequence[int]) -> Sequence[int]:
        return [self._class_of(number) for number in numbers]

    def _class_of(self, number: int) -> int:
        known = self._known.get(number)
        if known is None:
            known = next(
                (place for place, head in enumerate(self._heads) if self._same(number, head)),
                len(self._heads),
            )
            if known == len(self._heads):
                self._heads.append(number)
            self._known[number] = known
        return known


def no_fields(_: int) -> tuple[int, ...]:
    """The fields of an answer that is voted on as a whole."""
    return ()


def _as_they_are(numbers: Sequence[int]) -> Sequence[int]:
    return numbers


def _same(reader: AnswerReader, a: Answer, b: Answer) -> bool:
    if a.key is not None and b.key is not None:
        return a.key == b.key
    return reader.same(a, b) and reader.same(b, a)


def _read(bare: bool, said: str | None, reader: AnswerReader) -> Answer | None:
    """The answer in what a draw says: a bare one, or a whole response."""
    if said is None:
        return None
    if bare:
        return reader.parse(said)
    return reader.read(Response(said)) if said.strip() else None
