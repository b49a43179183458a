"""What a reader is, and what a clusterer is: the two interfaces of the reading room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from modelswitch_core._types import Answer, Response


@runtime_checkable
class AnswerReader(Protocol):
    """Finds the final answer of a response and says when two answers are the same.

    A reader may also bring a method `clusterer(question: str) -> Clusterer`; without one, answers are sorted
    by `FirstOfClass`. And it may bring `for_question(question: str) -> AnswerReader`, the reader to use for
    that question, see `reader_for`.
    """

    def read(self, response: Response | str) -> Answer | None:
        """The final answer of a whole response; None where there is none to be found."""
        ...

    def parse(self, text: str) -> Answer | None:
        """A bare answer (a gold label, a recorded answer); None where the text is no answer of this kind."""
        ...

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether two answers of this reader mean the same."""
        ...


class Clusterer(Protocol):
    """Sorts the answers to one question into classes of equal answers.

    A clusterer that calls a model brings `async aassign(answers)` beside `assign`: it is then called once per
    wave rather than as answers arrive, as is any with an attribute `per_wave = True`.

    A clusterer of objects whose fields are voted on one by one brings `fields(number) -> tuple[int, ...]`:
    for a class that it has given, the classes of the object's values, one for each field, as
    `Readable.fields` takes them.
    """

    def assign(self, answers: Sequence[Answer]) -> list[int]:
        """Takes the next answers in draw order and gives each its class, numbered from 0 as they appear.

        Classes are never renumbered, so they depend on draw order only.
        """
        ...
