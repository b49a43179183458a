"""Which number of its last statement a text is about."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import islice
from operator import itemgetter

from modelswitch_core.reading._clauses import is_reason
from modelswitch_core.reading._number_words import number_in_words
from modelswitch_core.reading._numbers import Number, Place, bounded_plain_form, numbers_in
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._phrases import CONCLUSION
from modelswitch_core.reading._text import last_sentence

_STATEMENT_END = pattern(r"[!?。！？।]|\.(?<!\bi\.e\.)(?<!\be\.g\.)(?<!\bvs\.)\s|\n")
_COMPARED = pattern(
    r"(?:\b(?:than|out\sof)\s(?:the\s|a\s|an\s)?|\bfrom\s(?:his|her|their|its|my|our)\s"
    r"|\d%?\s(?:[^\W\d]{1,12}\s)?of\s(?:the|these|those|all|his|her|their)\s"
    r"|\d\s[^\W\d]{2,20}\s(?:of|de)\s|\b(?:goal|target|limit|budget)\sof\s(?:the\s)?"
    r"|\bto\s(?:reach|meet|hit|get\sto|achieve|attain|complete|fulfil|exceed(?:ing)?)\s(?:[^\W\d]{1,12}\s){0,4})(?:[$€£]\s?)?\Z",
    re.IGNORECASE,
)
_DURATION_BEFORE = pattern(
    r"\b(?:over|in|within|(?<!last\s)(?<!lasts\s)for|during|after|every|per|across|throughout)\s(?:the\s|a\s)?"
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
_ATTRIBUTE = pattern(
    r":00|\s?[ap]\.?m\b|-[a-z]{2}|\s{0,2}(?:[^\W\d]{1,15}\s)?(?:=(?!=)|[-+*/×÷]\s?[$€£]?\d)|\s?(?:second|minute|hour|day|week|month|year)s?\s(?:from\snow|ago|later|earlier)\b",
    re.IGNORECASE,
)
"""What tells that a number is a time of day, an attribute ("a 3-year plan") or a part of a sum."""
_IN_TOTAL = pattern(r"\s(?:[^\W\d]{1,20}\s){0,3}(?:in\stotal|altogether|in\sall)\b", re.IGNORECASE)
_BOLD_BEFORE = pattern(r"\*\*(?=\S)[^*\n:]{0,40}\Z")
_BOLD_BEHIND = pattern(r"[^*\n:]{0,40}(?<=\S)\*\*(?!\s?:)")
_PLACES = pattern(
    r"\s(?:decimals?\b|(?:decimal|significant)\s(?:place|digit|point|figure)s?\b|sig\.?\sfigs?\b)",
    re.IGNORECASE,
)
_ASIDE = pattern(
    r"\d(?:[^()\n.!?=*/+]|\*\*){0,30}(?<=[\w%*])\s\([^()\n]{0,50}\Z"
    r"|\d\s?[^\W\d_]{1,20}(?:\*\*)?,\s(?:or|i\.e\.,?|that\sis,?)\s(?:about\s|approximately\s|roughly\s)?\Z"
)
"""What makes a number behind another one an aside: "42 chairs (20 + 22)", "42 minutes, or 0.7 hours"."""
_NEEDED_FOR = pattern(
    r"\b(?:needs?|needed|takes?|took|taken|requires?|required|pays?|paid|necesitan?|tardan?|faut|braucht|brauchen|benötigt"
    r"|нужно|потребуется|понадобится)\b[^.!?\n\d]{0,20}[\d.,]{1,12}[^.!?\n\d]{0,30}\s(?:to|for|para|pour|für|um|чтобы|за|на)\s"
    r"[^.!?\n\d]{0,30}\Z",
    re.IGNORECASE,
)
"""What stands before the amount for which another one is needed: "It takes 42 days to read 3 books"."""
_MOST_TRIED = 40
"""How many numbers of one statement are looked at, last first: more than any honest one has."""

_AROUND = 60
"""How many characters around a number are looked at: more than such a phrase has."""


def final_number(text: str) -> Number | None:
    """The number of the last statement that has one.

    It is the last one, save those that only say how long it took ("over 2 weeks") or what is compared with
    it or to be reached ("3 more than 9", "out of 20", "to reach 50"), reasons ("because 20 + 22 = 42"), and
    asides ("(20 + 22)"): of "12 apples, which is 3 more than 9" it is 12. What is there "in total", and what
    is in bold type, comes first. A conclusion without a
    digit, or a text without any, may also have its one number in words.
    """
    plain = bounded_plain_form(text)
    found = numbers_in(plain)
    last = next(found, None)
    sentence = last_sentence(plain)
    if last is None or (CONCLUSION.match(sentence) and next(numbers_in(sentence), None) is None):
        worded = number_in_words(sentence)
        if worded is not None:
            written = sentence[worded.start : worded.end]
            return Number(Fraction(worded.value), written, percent=False)
    if last is None:
        return None
    statement = [(_remoteness(plain, last), last.number)]
    begins = last.start
    for place in islice(found, _MOST_TRIED - 1):
        if _STATEMENT_END.search(plain, place.end, begins):
            break
        statement.append((_remoteness(plain, place), place.number))
        begins = place.start
    return min(statement, key=itemgetter(0))[1]


def _remoteness(text: str, place: Place) -> int:
    """How unlikely it is that a statement is about this number; nought where nothing tells."""
    before = text[max(0, place.start - _AROUND) : place.start]
    behind = text[place.end : place.end + _AROUND]
    if (
        _COMPARED.search(before)
        or _PLACES.match(behind)
        or _ASIDE.search(before)
        or is_reason(text, place.start)
    ):
        return 3
    if _IN_TOTAL.match(behind) or (_BOLD_BEFORE.search(before) and _BOLD_BEHIND.match(behind)):
        return -1
    if _NEEDED_FOR.search(before) or _ATTRIBUTE.match(behind):
        return 2
    if _DURATION_BEFORE.search(before) and _DURATION_BEHIND.match(behind):
        return 2
    return 1 if _COMPARES.match(behind) else 0
