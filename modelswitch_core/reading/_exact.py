"""The reader that takes the whole text."""

from __future__ import annotations

from dataclasses import dataclass

from modelswitch_core._types import Answer
from modelswitch_core.reading._keyed import TextReader
from modelswitch_core.reading._text import fold


@dataclass(frozen=True, repr=False)
class ExactReader(TextReader):
    """Takes the whole text as the answer."""

    def __repr__(self) -> str:
        return "exact_reader()"

    def read_text(self, text: str) -> Answer | None:
        """The whole text, unless it is empty."""
        key = fold(text)
        return Answer(text.strip(), key) if key else None

    def parse_text(self, text: str) -> Answer | None:
        """The whole text, as it is read: a brace that nothing opened may well be the answer."""
        return self.read_text(text)


def exact_reader() -> ExactReader:
    """A reader that takes the whole text as the answer.

    It looks for nothing. Two answers are the same when the texts are, after each run of white space has
    become one space, the ends are stripped and case is folded. It cannot tell an answer from the words
    around it.
    """
    return ExactReader()
