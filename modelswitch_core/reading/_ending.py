"""The answer of a sentence: of the one that announces it, or of the one that ends a response."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from modelswitch_core._types import Answer
from modelswitch_core.reading._choice import begins_a_list, option_in_sentence, option_of_text
from modelswitch_core.reading._dates import only_date
from modelswitch_core.reading._final import final_number
from modelswitch_core.reading._find import announced_line, announces_template, without_sentence_tail
from modelswitch_core.reading._kinds import kind_of, object_that_begins, words_key
from modelswitch_core.reading._math_signs import ends_in_sign, expression
from modelswitch_core.reading._math_values import has_math
from modelswitch_core.reading._numbers import whole_number
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._phrases import CONCLUSION, EXPLANATION, FAREWELL, UNFINISHED
from modelswitch_core.reading._text import (
    first_sentence,
    holds_words,
    is_table_row,
    last_sentence,
    strip_markup,
    without_last_table,
    word_count,
)

LONGEST_SHORT_TEXT_WORDS = 12
"""Text of more words is free text: it can only be compared word by word, and hardly ever agrees."""

_LONGEST_LAST_LINE_WORDS = 2 * LONGEST_SHORT_TEXT_WORDS

_CLAUSE_END = pattern(
    r"[,，;；(（]\s|\s(?=[(（])|\s(?:because|since|as|which|so|where|out\sof|porque|weil|car|потому)\s|\s[-–—]\s"
)
_EQUALS = r"(?<![<>!])=|≈|\\approx"
_COPULA = pattern(
    r"(?:\b(?:is|are|was|were|be|equals|becomes|gives|es|est|ist|son|sont|sind|ni|равно|равна|равен)\b"
    r"|\b(?:that|it|there)['’]s\b|\bnamely\b|\bto\s(?:get|obtain|yield)\b|\bnot\s[^,.;\n]{1,30},?\sbut(?:\srather)?\b|\b(?:sondern|sino)\b"
    r"|\b(?:beträgt|betragen|lautet|ergibt|vaut|valent|donne|составляет|составят|будет|будут)\b"
    r"|(?:হল|হলো|হবে)\s|คิดเป็น"
    rf"|(?<!\d)[:：]|{_EQUALS}|是|为|為|は|คือ|เท่ากับ)\s{{0,3}}",
    re.IGNORECASE,
)
_RESULT = pattern(rf"(?:{_EQUALS})\s{{0,3}}")
_RESULT_IS = pattern(
    r"\b(?:result|solution|output|verdict|value|ergebnis|lösung|resultado|solución|résultat|результат)\s"
    r"(?:(?:is|es|est|ist)\b|—)(?:\sde\b)?\s{0,3}(?=\S)",
    re.IGNORECASE,
)
_MOST_WORDS_NAMED = 6
_IS_THE_ANSWER = pattern(
    r"(?:,|\s[-–—])?\s(?:(?:that|this|which)\s)?(?:is|was|would\sbe|must\sbe)\s(?:the|our|my)\s"
    r"(?:(?:final|correct|right)\s)?answer\b",
    re.IGNORECASE,
)
_MONEY = pattern(r"(?<=\s)(?=\\?[$€£₹¥]\s?\d)")
_SUM = pattern(r"\d\s{0,2}[-+*/×÷·=]\s{0,2}[$€£]?\d")
_SOLUTION = pattern(r"(?<!\w)([A-Za-z])\s{0,2}=\s{0,2}([^\s,;=]{1,60})")
_AND = pattern(r"(?:[\s,;$.]|\\[()]|and|or|y|o|et|ou|und|oder|и|или|和|或){1,8}")
_FORMULA = pattern(r"\$([^$\n]{1,400})\$|\\\(((?:[^\\\n]|\\[^()\n]){1,400})\\\)")
_COUNT = pattern(r"(?:(?<!\w)[-−]\s?)?(?:\\?[$€£₹¥₽]\s?)?(?:\\frac|\d)")
_CAPITAL = pattern(r"(?<![A-Za-z])[A-Z][a-z]")
_NAME_BEFORE = pattern(r"(?:(?<![A-Za-z])[A-Z][\w.]*\s|\w-|[A-Za-z#№])\Z")
_UNIT_BEHIND = pattern(r"\d\s{0,2}[^\W\d_]")
_HEDGE = pattern(
    r"(?:\b(?:than|least|most|over|under|above|below|beyond|up to|not|never|between|and|or|nor|als|nicht"
    r"|mindestens|höchstens|más de|menos de|no|plus de|moins de|не|более|менее)|[-+*/×÷^=<>≤≥≠])\s{0,2}\Z",
    re.IGNORECASE,
)
"""What makes a number behind it a bound, a part or a denial instead of the answer."""
_PURPOSE = pattern(
    r"\s(?=\()|,\s(?:or|i\.e\.|that\sis|which)\s|\s(?:more|fewer|less|más|menos|(?:de\s)?plus|(?:de\s)?moins|mehr|weniger|больше,?|меньше,?|to|for|in|on|at|from|pour|para|um|für|zu|aus|чтобы|за|на|в|kwa|after|before|per|each|every|por|en|sur|over|within|during|out\sof|of\sthe)\s",
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
_POINTED_AT = pattern(
    r"\b(?:the|these|those|all|other|les|los|las|ces|die|diese|alle|эти|все)\s\Z", re.IGNORECASE
)
_BOLD = pattern(r"\*\*([^*\n]{1,200})\*\*")


def in_words(value: str) -> Answer:
    """The answer of a text that is of no kind with values."""
    return Answer(strip_markup(value) or value, words_key(value))


def boxed_answer(value: str) -> Answer:
    """What stands in a box: a kind, else the kind that ends its last line, else words."""
    if has_math() and ends_in_sign(value):
        return Answer(expression(value), None)
    last = value.rstrip().rsplit("\n", 1)[-1]
    return kind_of(value) or (last != value and kind_of(last)) or _value_that_ends(last) or in_words(value)


def announced_answer(text: str, start: int) -> Answer:
    """What follows "the answer is": an object, else a kind in its first sentence or clause, else words."""
    begun = object_that_begins(text, start)
    if begun is not None:
        return begun
    line = announced_line(text, start)
    if text[max(0, start - 2) : start] == "**" and "**" in line:
        line = line.split("**", 1)[0]
    sentence = without_sentence_tail(first_sentence(line))
    for value in (line, sentence, _CLAUSE_END.split(sentence, maxsplit=1)[0], _only_bold(sentence)):
        kind = kind_of(value) if value.strip() else None
        if kind is not None:
            return kind
    letter = option_in_sentence(sentence)
    option = Answer(letter, ("option", letter)) if letter is not None else None
    return _value_that_ends(sentence) or option or in_words(sentence)


def ending(text: str) -> Iterator[Answer]:
    """The whole text where it is short, else the last line where it reads like an answer."""
    text = without_last_table(text)
    lines = list(filter(holds_words, text.splitlines()))
    if lines and announces_template(lines[-1]):
        while lines and announces_template(lines[-1]):
            lines.pop()
        text = "\n".join(lines)
    if len(lines) > 1 and EXPLANATION.match(lines[1]):
        yield from filter(None, [kind_of(lines[0])])
    short = bool(lines) and word_count(text) <= LONGEST_SHORT_TEXT_WORDS
    listed = len(lines) > 1 and begins_a_list(lines[0], lines[1])
    whole = kind_of(text) if short and not listed else None
    if whole is not None:
        yield whole
    kept = list(lines)
    while len(kept) > 1 and (UNFINISHED.fullmatch(kept[-1]) or _is_farewell(kept[-1])):
        kept.pop()
    if not kept:
        return
    ends = _without_farewell(kept[-1].strip())
    if is_table_row(ends):
        return
    yield from _kinds_at_end(ends)
    counted = _count_that_ends(ends, concludes=short or _SUM.search(text) is not None)
    if counted is not None:
        yield counted
    last = lines[-1].strip()
    first = kind_of(lines[0]) if len(lines) > 1 and not listed else None
    if short:
        if first is not None and isinstance(first.key, tuple) and first.key[0] == "option":
            yield first
        yield in_words(text)
    elif (
        word_count(last) <= LONGEST_SHORT_TEXT_WORDS
        and len(lines) > 1
        and last[-1] not in ":："
        and not _is_farewell(last)
    ):
        yield in_words(last)
    else:
        letter = option_of_text(text)
        if letter is not None:
            yield Answer(letter, ("option", letter))
        if first is not None:
            yield first


def _is_farewell(line: str) -> bool:
    """Whether a last line is polite, asks or cheers ("Anything else?"), and names no number."""
    return (FAREWELL.match(line) is not None or line.rstrip(" *_")[-1:] in set("?!？！")) and _COUNT.search(
        line
    ) is None


_SENTENCES_OF_COURTESY = 3


def _without_farewell(line: str) -> str:
    """The line without the courtesy at its end: "The total is 42. Let me know if you have questions!"."""
    for _ in range(_SENTENCES_OF_COURTESY):
        sentence = last_sentence(line)
        head = line[: line.rfind(sentence)].rstrip() if sentence else ""
        said = any(character.isalnum() for character in sentence)
        if not head or (said and (FAREWELL.match(sentence) is None or _COUNT.search(sentence))):
            break
        line = head
    return line


def _kinds_at_end(line: str) -> Iterator[Answer]:
    """The kinds that a last line, or its last sentence, may end with, best first."""
    if word_count(line) <= _LONGEST_LAST_LINE_WORDS:
        kind = kind_of(line) or kind_of(without_sentence_tail(line))
        if kind is not None:
            yield kind
        bold = _only_bold(line)
        if bold:
            valued = kind_of(bold) or _value_that_ends(bold)
            if valued is not None or word_count(bold) <= LONGEST_SHORT_TEXT_WORDS:
                yield valued or in_words(bold)
        value = _value_that_ends(without_sentence_tail(line)) or _only_formula(last_sentence(line))
        if value is not None:
            yield value
    sentence = without_sentence_tail(last_sentence(line))
    # In a long sentence only a sum says for sure what its last number is.
    brief = word_count(sentence) <= _LONGEST_LAST_LINE_WORDS
    value = _value_that_ends(sentence) if brief else _value_after(_RESULT, sentence)
    if value is not None:
        yield value
    day = only_date(sentence) if brief else ""
    if day:
        yield from filter(None, [kind_of(day)])
    told = _IS_THE_ANSWER.search(sentence)
    if told is not None:
        leads = CONCLUSION.match(sentence)
        head = sentence[leads.end() if leads is not None else 0 : told.start()].strip(" ,:")
        yield from filter(None, [kind_of(head)])
    named = _RESULT_IS.search(sentence)
    if named is not None and word_count(sentence[named.end() :]) <= _MOST_WORDS_NAMED:
        yield kind_of(sentence[named.end() :]) or in_words(sentence[named.end() :])
    letter = option_in_sentence(sentence, line=line if brief else "")
    if letter is not None:
        yield Answer(letter, ("option", letter))


def _only_bold(line: str) -> str:
    """The only words in bold type of a line, unless they are its heading; empty otherwise."""
    spans = _BOLD.findall(line)
    if len(spans) != 1 or spans[0].rstrip().endswith((":", "：")):
        return ""
    after = line.split(f"**{spans[0]}**", 1)[1]
    return "" if after.startswith((":", "：")) else str(spans[0])


def _value_that_ends(sentence: str) -> Answer | None:
    """The date or number that ends a sentence such as "So the total is 42 dollars" or "He earned $110"."""
    value = solutions(sentence) or _value_after(_COPULA, sentence)
    if value is None and (money := _MONEY.search(sentence)) is not None:
        before = sentence[: money.start()]
        if not any(character.isdigit() for character in before) and not _HEDGE.search(before):
            value = _dated_or_counted(sentence[money.end() :])
    return value


def _value_after(links: re.Pattern[str], sentence: str) -> Answer | None:
    for link in reversed(list(links.finditer(sentence))[-4:]):
        value = _dated_or_counted(sentence[link.end() :])
        if value is not None:
            return value
    return None


def _only_formula(sentence: str) -> Answer | None:
    r"""The only formula of a sentence such as "The area is $12\pi$ square units"."""
    found = list(_FORMULA.finditer(sentence))
    return kind_of(found[0].group(found[0].lastindex or 0)) if len(found) == 1 else None


def solutions(sentence: str) -> Answer | None:
    """The values of "x = 2 or x = -2" as one answer of several parts."""
    found = list(_SOLUTION.finditer(sentence))
    if len(found) < 2 or len({solution.group(1) for solution in found}) > 1:
        return None
    between = (sentence[a.end() : b.start()] for a, b in pairwise(found))
    if not all(_AND.fullmatch(words) for words in between):
        return None
    return kind_of(", ".join(strip_markup(solution.group(2)) for solution in found))


def _count_that_ends(line: str, *, concludes: bool) -> Answer | None:
    """The only number of a conclusion such as "Therefore, she has 12 apples left".

    Args:
        line: The last line of a response.
        concludes: Whether the last sentence concludes even without a word such as "therefore".
    """
    sentence = without_sentence_tail(last_sentence(line))
    first = _counted(sentence)
    if first is None:
        return None
    before, rest = sentence[: first.start()], sentence[first.start() :]
    if _HEDGE.search(before):
        return None
    if not CONCLUSION.match(sentence):
        # Without such a word, "Apollo 11" is a name, and so is "12 Oak Street".
        named = word_count(before) < 2 and (before or not _MORE.match(rest))
        if not concludes or named or _CAPITAL.search(rest) or _NAME_BEFORE.search(before):
            return None
    elif (
        _NAME_BEFORE.search(before)
        and not CONCLUSION.fullmatch(before.rstrip(" ,:"))
        and not _UNIT_BEHIND.search(rest)
    ):
        return None
    counted = _dated_or_counted(rest)
    behind = _PURPOSE.search(rest)
    if counted is None and behind is not None and not _POINTED_AT.search(before):
        # "She needs 30 minutes to walk home": what it is for belongs to no unit.
        about = final_number(sentence)
        if _DIGIT.search(rest, behind.start()) is None or (about and rest.startswith(about.text)):
            counted = _dated_or_counted(rest[: behind.start()])
    return counted


def _counted(sentence: str) -> re.Match[str] | None:
    """The first number of a sentence, save one that only says when: "In 2030 there will be 42 schools"."""
    begins = (
        count
        for count in _COUNT.finditer(sentence)
        if not _IN_NUMBER.search(sentence, max(0, count.start() - 2), count.start())
    )
    counts = list(islice(begins, _MOST_COUNTS))
    settled = (c for c in counts if not _SETTING.search(sentence, max(0, c.start() - 30), c.start()))
    return next(settled, counts[0] if counts else None)


def _dated_or_counted(text: str) -> Answer | None:
    """A text that is a date or a number as a whole."""
    kind = kind_of(text) if text.strip() else None
    if kind is None or kind.key is None:
        # Such as 3,5 which may be a pair elsewhere.
        return None if kind is None or whole_number(text) is None else kind
    return kind if isinstance(kind.key, tuple) and kind.key[0] in {"number", "date"} else None
