"""The lettered options that a question ends with, as exams and benchmarks write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from modelswitch_core.reading._pattern import pattern

_LOOKED_AT_CHARS = 16_000
"""How much of a question's end is looked at: ten long options and their stem fit in many times."""

_LONGEST_OPTION_CHARS = 1_000
"""What is longer are the parts of a document, not options. Our own value."""

_LONGEST_INSTRUCTION_CHARS = 600
"""How much may follow the last option, such as how to answer. Our own value."""


@lru_cache(maxsize=64)
def _marks(letters: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What begins an option: at the beginning of a line, and anywhere."""
    letter = rf"([(\[]?)([{re.escape(letters)}])"
    return (
        pattern(rf"^[ \t>*\-]{{0,6}}{letter}([)\]]|[.:．：、])\*{{0,2}}", re.MULTILINE),
        pattern(rf"(?<!\S)\*{{0,2}}{letter}([)\]]|[.．、])\*{{0,2}}"),
    )


def options_asked(question: str, letters: str) -> dict[str, str]:
    """The options of a question, by letter; none where it does not end with a list of them.

    A list has its options in a row from the first letter on, marked alike, on lines of their own ("A. 3") or
    in one ("(A) 3 (B) 4"): at least two of them, or three where the mark is as good as an initial, "John A.
    and Mary B.", or a name, "A: hello". Of several lists, those of solved examples, say, the last counts.
    After it stands nothing but a short instruction: a list that a question mark follows is what the question
    is about, not what to choose from.

    Args:
        question: The question as the models are asked it.
        letters: The letters that options may have, in order.
    """
    text = question[-_LOOKED_AT_CHARS:]
    for on_lines, mark in zip((True, False), _marks(letters), strict=True):
        row = _last_row(list(mark.finditer(text)), letters)
        if len(row) >= 3 or (len(row) == 2 and row[0].group(3) in (")].．、" if on_lines else ")]")):
            options = _told(text, row)
            return {} if not on_lines and any(map(_asks, options.values())) else options
    return {}


def _last_row(found: Sequence[re.Match[str]], letters: str) -> list[re.Match[str]]:
    """The last marks that follow each other in the order of the letters, marked as the first one is."""
    starts = [place for place, mark in enumerate(found) if mark.group(2) == letters[0]]
    if not starts:
        return []
    first = found[starts[-1]]
    row: list[re.Match[str]] = []
    for mark in found[starts[-1] :]:
        if len(row) == len(letters):
            break
        if mark.group(2) == letters[len(row)] and mark.group(1, 3) == first.group(1, 3):
            row.append(mark)
    return row


def _told(text: str, row: Sequence[re.Match[str]]) -> dict[str, str]:
    """What the options say; nothing where they are no options after all."""
    last, _, after = text[row[-1].end() :].lstrip(" \t").partition("\n")
    if len(after.strip()) > _LONGEST_INSTRUCTION_CHARS or _asks(after):
        return {}
    said = [*(text[one.end() : other.start()] for one, other in pairwise(row)), last]
    if any(len(option) > _LONGEST_OPTION_CHARS for option in said):
        return {}
    return dict(zip((mark.group(2) for mark in row), _trimmed(said), strict=True))


def _asks(text: str) -> bool:
    return "?" in text or "？" in text


def _trimmed(said: Sequence[str]) -> Iterator[str]:
    """The options without what joins one to the next in a sentence: "(A) 3, (B) 4 or (C) 5"."""
    return (_JOINED.sub("", option.strip()) for option in said)


_JOINED = pattern(r"(?:[,;]\s?(?:and|or)?|\s(?:and|or))\Z")
