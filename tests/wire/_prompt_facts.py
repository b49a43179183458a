"""What a prompt offers to fill a form with: its numbers, its quoted words, its names."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w])")
_QUOTED = re.compile(r"""(?<!\w)(?:'([^'\n]+)'|"([^"\n]+)"|“([^”\n]+)”|`([^`\n]+)`)(?!\w)""")
_NAME = re.compile(r"\b[A-Z]\w+(?:,? [A-Z]\w*)*")
_SENTENCE_STARTS = re.compile(r"(?:^|[.!?\n]\s*)$")


class PromptFacts:
    """Hands out each finding once, in the order of the text, so that `a` and `b` of "3 + 4" become 3 and 4.

    Args:
        text: The prompt.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._numbers = [float(found) for found in _NUMBER.findall(text)]
        self._integers = [int(number) for number in self._numbers if number.is_integer()]
        self._strings = [*_quoted(text), *_names(text)]

    def mentions(self, word: str) -> bool:
        """Whether the text has this word, taken as a whole word where it is one."""
        return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", self.text, re.IGNORECASE) is not None

    def integer(self) -> int | None:
        """The next whole number of the text, or None when all are used."""
        return self._integers.pop(0) if self._integers else None

    def number(self) -> float | None:
        """The next number of the text, whole or not, or None when all are used."""
        return self._numbers.pop(0) if self._numbers else None

    def string(self) -> str | None:
        """The next quoted piece of the text, then its next name, or None when all are used."""
        return self._strings.pop(0) if self._strings else None

    def rest_of_integers(self) -> list[int]:
        """The whole numbers not handed out yet; what a list of numbers is filled with."""
        rest, self._integers = self._integers, []
        return rest


def quoted(text: str) -> list[str]:
    """The quoted pieces of a text, in order."""
    return list(_quoted(text))


def _quoted(text: str) -> Iterator[str]:
    for groups in _QUOTED.findall(text):
        yield next(group for group in groups if group)


def _names(text: str) -> Iterator[str]:
    for found in _NAME.finditer(text):
        name = found.group()
        # One capitalised word at the start of a sentence is just its first word.
        if " " in name or not _SENTENCE_STARTS.search(text[: found.start()]):
            yield name
