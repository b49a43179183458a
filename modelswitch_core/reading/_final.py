"""Which number of its last statement a text is about."""

from __future__ import annotations

import re
from fractions import Fraction
from operator import itemgetter

from modelswitch_core.reading._number_words import number_in_words
from modelswitch_core.reading._numbers import Number, bounded_plain_form, numbers_in
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._phrases import CONCLUSION
from modelswitch_core.reading._text import last_sentence

_STATEMENT_END = pattern(r"[!?。！？।]|\.\s|\n")
_COMPARED = pattern(
    r"\b(?:than|compared\s(?:to|with)|out\sof)\s(?:the\s|a\s|an\s)?(?:[$€£]\s?)?\Z", re.IGNORECASE
)
_DURATION_BEFORE = pattern(
    r"\b(?:over|in|within|for|during|after|every|per|across|throughout)\s(?:the\s|a\s)?"
    r"(?:next\s|last\s|past\s|first\s|same\s)?\Z",
    re.IGNORECASE,
)
_DURATION_BEHIND = pattern(
    r"\s?(?:second|minute|hour|day|night|week|month|year|season|semester)s?\b", re.IGNORECASE
)
_COMPARES = pattern(
    r"\s{1,2}(?:\w{1,20}\s)?(?:more|less|fewer|times|larger|bigger|greater|older|younger|higher|lower|taller"
    r"|shorter|longer|heavier|lighter|farther|further)\b[^.!?,;]{0,40}\b(?:than|as)\b",
    re.IGNORECASE,
)
_MOST_TRIED = 40
"""How many numbers of one statement are looked at, last first: more than any honest one has."""

_AROUND = 60
"""How many characters around a number are looked at: more than such a phrase has."""


def final_number(text: str) -> Number | None:
    """The number of the last statement that has one.

    It is the last one, save those that only say how long it took ("over 2 weeks") or what is compared with
    it ("3 more than 9", "out of 20"): of "12 apples, which is 3 more than 9" it is 12. A conclusion without
    a digit, or a text without any, may also have its one number in words.
    """
    plain = bounded_plain_form(text)
    found = numbers_in(plain)
    sentence = last_sentence(plain)
    if not found or (CONCLUSION.match(sentence) and not numbers_in(sentence)):
        worded = number_in_words(sentence)
        if worded is not None:
            written = sentence[worded.start : worded.end]
            return Number(Fraction(worded.value), written, percent=False)
    statement: list[tuple[int, Number]] = []
    for place in range(len(found) - 1, -1, -1):
        number, start, end = found[place]
        if len(statement) == _MOST_TRIED:
            break
        if statement and _STATEMENT_END.search(plain, end, found[place + 1].start):
            break
        statement.append((_remoteness(plain, start, end), number))
    return min(statement, key=itemgetter(0))[1] if statement else None


def _remoteness(text: str, start: int, end: int) -> int:
    """How unlikely it is that a statement is about this number; nought where nothing speaks against it."""
    before, behind = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    if _COMPARED.search(before):
        return 3
    if _DURATION_BEFORE.search(before) and _DURATION_BEHIND.match(behind):
        return 2
    return 1 if _COMPARES.match(behind) else 0
