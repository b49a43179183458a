"""The number that a conclusion such as "Therefore, she has 12 apples left" is about."""

from __future__ import annotations

import re
from itertools import islice

from modelswitch_core._types import Answer
from modelswitch_core.reading._clauses import is_reason, main_clause
from modelswitch_core.reading._final import final_number
from modelswitch_core.reading._find import without_sentence_tail
from modelswitch_core.reading._kinds import kind_of
from modelswitch_core.reading._measures import measure_behind
from modelswitch_core.reading._numbers import whole_number
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._phrases import CONCLUSION
from modelswitch_core.reading._text import last_sentence, without_citation, word_count
from modelswitch_core.reading._units import SCALES

COUNT = pattern(r"(?:(?<!\w)[-−]\s?)?(?:\\?[$€£₹¥₽]\s?)?(?:\\frac|\d)")
_CAPITAL = pattern(r"(?<![A-Za-z])[A-Z][a-z]")
_NAME_BEFORE = pattern(r"(?:(?<![A-Za-z])[A-Z][\w.]*\s|\w-|[A-Za-z#№])\Z")
_UNIT_BEHIND = pattern(r"\d\s{0,2}[^\W\d_]")
HEDGE = pattern(
    r"(?:\b(?:than|least|most|over|under|above|below|beyond|up to|not|never|between|and|or|nor|als|nicht"
    r"|mindestens|höchstens|más de|menos de|no|plus de|moins de|не|более|менее)|[-+*/×÷^=<>≤≥≠])\s{0,2}\Z",
    re.IGNORECASE,
)
"""What makes a number behind it a bound, a part or a denial instead of the answer."""
_PURPOSE = pattern(
    r"\s(?=\()|,\s(?:or|i\.e\.|that\sis|which)\s|\s(?:is|are|was|were|have\sbeen|will\sbe|can\sbe|more|fewer|less|más|menos|(?:de\s)?plus|(?:de\s)?moins|mehr|weniger|больше,?|меньше,?|to|for|in|on|at|from|pour|para|um|für|zu|aus|чтобы|за|на|в|kwa|after|before|per|each|every|por|en|sur|over|within|during|out\sof|of\sthe)\s",
    re.IGNORECASE,
)
_MORE = pattern(r"\d+\s(?:\w{1,20}\s)?(?:more|fewer|less|left|remaining)\b", re.IGNORECASE)
_DIGIT = pattern(r"\d")
_MOST_COUNTS = 8
"""How many numbers of a sentence are looked at, first ones. Our own value."""
_IN_NUMBER = pattern(r"\d[.,]?\Z")
_SETTING = pattern(
    r"(?<!\w)(?:in|on|at|by|after|before|since|during|within)\s(?:(?:day|week|month|year|round|step|hour|the\syear|May"
    r"|about|another)\s)?\Z|(?<!\w)(?:the|these|those|all|both|los|las|les|die|den)\s\Z",
    re.IGNORECASE,
)
_LEADS = pattern(
    r"(\\?[$€£]?\s?[-−]?\d[\d.,/]{0,30}+%?)((?:\s?(?:\\\)|\$|\*\*))?\s[^\W\d_]{1,30}+)?(?:\s[^\d\s=+*/×÷^<>≤≥]{1,40}+){0,20}[.\s]*"
)
"""A number, what is counted, and words without another number behind it."""
_SAYS_MORE = pattern(
    r"\A\S+(?:\s?(?i:[ap]\.?m|b\.?c|a\.?d|c\.?e)(?![A-Za-z])|\s[A-Z][\w'’.]*\s[A-Z])"
    r"|\s(?:and|or|but|then|plus|und|oder|aber|dann|y|o|pero|et|ou|mais|puis|и|или)\s"
)
"""What makes a number no answer by itself: "9 a.m.", "12 Oak Street", "2 cats and a dog"."""
_POINTED_AT = pattern(
    r"\b(?:the|these|those|all|other|les|los|las|ces|die|diese|alle|эти|все)\s\Z", re.IGNORECASE
)


def count_that_ends(line: str, *, concludes: bool, calculates: bool = False) -> Answer | None:
    """The only number of a conclusion such as "Therefore, she has 12 apples left".

    Args:
        line: The last line of a response.
        concludes: Whether the last sentence concludes even without a word such as "therefore".
        calculates: Whether the response does sums: a name behind its last number is then what was counted.
    """
    whole = without_sentence_tail(last_sentence(line))
    sentence = without_citation(main_clause(whole))
    concludes = concludes or CONCLUSION.match(whole) is not None
    first = _counted(sentence)
    if first is None:
        return None
    before, rest = sentence[: first.start()], sentence[first.start() :]
    if HEDGE.search(before) or is_reason(sentence, first.start()):
        return None
    if not CONCLUSION.match(sentence):
        # Without such a word, "Apollo 11" is a name, and so is "12 Oak Street".
        named = word_count(before) < 2 and (before or not _MORE.match(rest))
        called = _NAME_BEFORE.search(before) and not (calculates and _UNIT_BEHIND.search(rest))
        if not concludes or called or (not calculates and (named or _CAPITAL.search(rest))):
            return None
    elif (
        _NAME_BEFORE.search(before)
        and not CONCLUSION.fullmatch(before.rstrip(" ,:"))
        and not _UNIT_BEHIND.search(rest)
    ):
        return None
    counted = dated_or_counted(rest)
    behind = _PURPOSE.search(rest)
    if counted is None and behind is not None and not _POINTED_AT.search(before):
        # "She needs 30 minutes to walk home": what it is for belongs to no unit.
        about = final_number(sentence)
        if _DIGIT.search(rest, behind.start()) is None or (about and rest.startswith(about.text)):
            counted = dated_or_counted(rest[: behind.start()])
    alone = counted is None and not _DIGIT.search(before) and not _POINTED_AT.search(before)
    return leading_count(rest) if alone else counted


def leading_count(text: str) -> Answer | None:
    """The number of "7 pieces of gum in each box", with a unit that is known; None where more is said."""
    found = _LEADS.fullmatch(text)
    # What stands in a bracket that opened before is an aside.
    if found is None or _SAYS_MORE.search(text) or text.count(")") > text.count("("):
        return None
    counted = found.group(2) or ""
    known = counted.strip().casefold() in SCALES or measure_behind(counted) is not None
    return dated_or_counted(found.group(1) + (counted if known else ""))


def _counted(sentence: str) -> re.Match[str] | None:
    """The first number of a sentence, save one that only says when: "In 2030 there will be 42 schools"."""
    begins = (
        count
        for count in COUNT.finditer(sentence)
        if not _IN_NUMBER.search(sentence, max(0, count.start() - 2), count.start())
    )
    counts = list(islice(begins, _MOST_COUNTS))
    settled = (c for c in counts if not _SETTING.search(sentence, max(0, c.start() - 30), c.start()))
    return next(settled, counts[0] if counts else None)


def dated_or_counted(text: str) -> Answer | None:
    """A text that is a date or a number as a whole."""
    kind = kind_of(text) if text.strip() else None
    if kind is None or kind.key is None:
        # Such as 3,5 which may be a pair elsewhere.
        return None if kind is None or whole_number(text) is None else kind
    return kind if isinstance(kind.key, tuple) and kind.key[0] in {"number", "date"} else None
