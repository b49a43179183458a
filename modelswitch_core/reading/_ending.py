"""The answer of a sentence: of the one that announces it, or of the one that ends a response."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, pairwise, repeat, takewhile

from modelswitch_core._types import Answer
from modelswitch_core.reading._choice import (
    begins_a_list,
    continues_a_list,
    names_several,
    option_in_sentence,
    option_line,
    option_of_text,
)
from modelswitch_core.reading._clauses import is_condition, main_clause
from modelswitch_core.reading._count import COUNT, HEDGE, count_that_ends, dated_or_counted, leading_count
from modelswitch_core.reading._dates import only_date
from modelswitch_core.reading._find import announced_line, announces_template, without_sentence_tail
from modelswitch_core.reading._kinds import kind_of, object_that_begins, words_key
from modelswitch_core.reading._math_signs import ends_in_sign, expression
from modelswitch_core.reading._math_values import has_math
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._phrases import CONCLUSION, EXPLANATION, FAREWELL, UNFINISHED
from modelswitch_core.reading._text import (
    VALUE_CHARS,
    first_sentence,
    holds_words,
    is_table_row,
    last_sentence,
    strip_markup,
    without_citation,
    without_last_table,
    word_count,
)
from modelswitch_core.reading._verdicts import verdict_of

_MOST_LINES_LEFT_OUT = 40
"""How many lines at the end may be templates or courtesy: more than any honest response has."""

LONGEST_SHORT_TEXT_WORDS = 12
"""Text of more words is free text: it can only be compared word by word, and hardly ever agrees."""

_LONGEST_LAST_LINE_WORDS = 2 * LONGEST_SHORT_TEXT_WORDS

_CLAUSE_END = pattern(
    r"[,，;；(（]\s|\s(?=[(（])|\s(?:because|since|as|which|so|where|out\sof|porque|weil|car|потому)\s|\s[-–—]\s"
)
_EQUALS = r"(?<![<>!])=|≈|\\approx"
_COPULA = pattern(
    r"(?:\b(?:is|are|was|were|be|equals|becomes|gives(?:\sus)?|es|est|ist|son|sont|sind|ni|равно|равна|равен)\b"
    r"|\b(?:that|it|there)['’]s\b|\bnamely\b|\b(?:to|we|you)\s(?:get|obtain|yield)\b|\brounds\s(?:up|down)\sto\b|\bnot\s[^,.;\n]{1,30},?\sbut(?:\srather)?\b|\b(?:sondern|sino)\b"
    r"|\b(?:beträgt|betragen|lautet|ergibt|vaut|valent|donne|составляет|составят|будет|будут)\b"
    r"|(?:হল|হলো|হবে)\s|คิดเป็น"
    rf"|(?<!\d)[:：]|{_EQUALS}|是|为|為|は|คือ|เท่ากับ)\s{{0,3}}",
    re.IGNORECASE,
)
_RESULT = pattern(rf"(?:{_EQUALS})\s{{0,3}}")
_RESULT_IS = pattern(
    r"\b(?:(?:result|solution|output|verdict|value|sentiment|label|category|class|classification|intent|ergebnis|lösung"
    r"|resultado|solución|résultat|результат)\s(?:(?:of|for)\s(?:\w{1,15}\s){1,3})?(?:(?:is|es|est|ist)\b|—)(?:\sde\b)?"
    r"|(?<!\w)(?:label|category|class|classification|intent|sentiment|verdict|output)[*_]{0,2}:)\s{0,3}(?=\S)"
    r"(?!(?:indeed\s|also\s)?(?:correct|right|valid|verified|consistent|confirmed|richtig|korrekt|exact|верн|правильн))",
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
_CLOCKS = pattern(r"(?<![\d.:/-])\d{1,4}:\d{1,4}(?![\d:])(?:\s?[ap]\.?m\b\.?)?", re.IGNORECASE)
"""Times of day and ratios."""
_CLOCK_LEADS = pattern(
    r"(?:\b(?:at|is|was|are|be|to|by|until|till|around|about|from|um|bis|ist|las|a|à|est|в|до|saa|ni)|[=到在是为為至は])[\s*_$]{0,4}\Z",
    re.IGNORECASE,
)
"""What tells them from scores and verses: "Rovers won 3:1", "Ruth 3:16"."""
_FORMULA = pattern(
    r"\$\$([^$\n]{1,400}+)\$\$|\\\[((?:[^\\\n]|\\[^\[\]\n]){1,400}+)\\\]|\$([^$\n]{1,400}+)\$|\\\(((?:[^\\\n]|\\[^()\n]){1,400}+)\\\)"
)
_ADDED = pattern(
    r"\s\([^()\n]{1,60}\)[.*_\s]{0,6}\Z|,\s(?:i\.e\.,?|that\sis,?|which\sis|(?:when\s)?rounded|correct\sto)\s[^,]{1,60}\Z"
)
"""What only says a value once more, or where it is from: "42 minutes (0.7 hours)"."""
_NAMES_OPTION = pattern(
    r"(?:,\s(?:which|that)\s[^,.\n]{1,30}\s|\b(?:our|my|the)\s)(?:option|choice)\s(?:is\s)?[*(\"“]{0,3}[A-J](?![\w'’])"
)
"""What makes a letter the answer beside a value: "the value is 3.3, which matches option C"."""
_DIGIT = pattern(r"\d")
_STRESSED = pattern(r"\s*(?:not|never|only|all|both|nicht|pas|не|不)\s*", re.IGNORECASE)
"""Words that stand in bold type for stress, and answer nothing."""
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
    """What follows "the answer is": an object, else a kind in its first sentence or clause, else words.

    A sentence is announced as well ("Answer: she has 12 apples left"). After a sum, it is a conclusion.
    """
    begun = object_that_begins(text, start)
    if begun is not None:
        return begun
    line = announced_line(text, start)
    if text[max(0, start - 2) : start] == "**" and "**" in line:
        line = line.split("**", 1)[0]
    sentence = without_sentence_tail(first_sentence(line))
    clause = "" if names_several(sentence) else _CLAUSE_END.split(sentence, maxsplit=1)[0]
    for value in (line, sentence, clause, _only_bold(sentence)):
        kind = kind_of(value) if value.strip() else None
        if kind is not None:
            return kind
    letter = option_in_sentence(sentence)
    option = Answer(letter, ("option", letter)) if letter is not None else None
    value = _value_that_ends(sentence) or option
    if value is None and _SUM.search(text) is not None:
        value = count_that_ends(sentence, concludes=True, calculates=True)
    return value or verdict(sentence) or in_words(sentence)


def verdict(sentence: str) -> Answer | None:
    """The "Yes" or "No" that is the answer of a sentence such as "Yes, they share a border"."""
    said = verdict_of(sentence)
    return None if said is None else in_words(said)


def ending(text: str) -> Iterator[Answer]:
    """The whole text where it is short, else the last line where it reads like an answer."""
    text = without_last_table(text)
    lines = list(filter(holds_words, text.splitlines()))
    templates = list(takewhile(announces_template, lines[: -_MOST_LINES_LEFT_OUT - 1 : -1]))
    if templates:
        del lines[-len(templates) :]
        text = "\n".join(lines)
    calculates = _SUM.search(text) is not None
    if len(lines) > 1 and EXPLANATION.match(lines[1]):
        yield from filter(None, [kind_of(lines[0])])
        yield from _kinds_at_end(bold_before_reasons(text))
    short = bool(lines) and word_count(text) <= LONGEST_SHORT_TEXT_WORDS
    listed = len(lines) > 1 and begins_a_list(lines[0], lines[1])
    whole = kind_of(text) if short and not listed else None
    if whole is not None:
        yield whole
    kept = list(lines)
    while 1 < len(kept) > len(lines) - _MOST_LINES_LEFT_OUT and (
        UNFINISHED.fullmatch(kept[-1]) or _is_farewell(kept[-1])
    ):
        kept.pop()
    if not kept:
        return
    ends = _without_farewell(kept[-1].strip())
    if is_table_row(ends):
        return
    if len(kept) > 1 and (continues_a_list(kept[-2], kept[-1]) or all(map(_labelled, kept[-2:]))):
        # Parts of an answer, or options gone through: the last one is not what they say together.
        option = None if listed else option_line(lines[0])
        yield from [] if option is None else [Answer(option, ("option", option))]
        return
    yield from _kinds_at_end(ends)
    brief = len(kept) == 1 and word_count(main_clause(ends)) <= LONGEST_SHORT_TEXT_WORDS
    counted = count_that_ends(ends, concludes=brief or calculates, calculates=calculates)
    if counted is not None:
        yield counted
    last = lines[-1].strip()
    first = kind_of(lines[0]) if len(lines) > 1 and not listed else None
    if short:
        if first is not None and isinstance(first.key, tuple) and first.key[0] == "option":
            yield first
        yield verdict(text) or in_words(text)
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


def _labelled(line: str) -> bool:
    """Whether a line holds what a label announces, one of several perhaps: "2. Sentiment: negative"."""
    named = _RESULT_IS.search(line)
    return named is not None and named.group().rstrip()[-1] == ":"


def bold_before_reasons(text: str) -> str:
    """The first line of a text, where it is in bold type and the next one begins to give reasons; else empty.

    A first line in plain type may as well be the question once more.
    """
    first, second = islice(chain(filter(holds_words, text.splitlines()), repeat("")), 2)
    bold = EXPLANATION.match(second) is not None and _BOLD.fullmatch(first.strip()) is not None
    return first.strip() if bold and first.rstrip(" *_")[-1:] not in set("?:：？") else ""


def _is_farewell(line: str) -> bool:
    """Whether a last line is polite, asks or cheers ("Anything else?"), and names no number."""
    return (FAREWELL.match(line) is not None or line.rstrip(" *_")[-1:] in set("?!？！")) and COUNT.search(
        line
    ) is None


_SENTENCES_OF_COURTESY = 3


def _without_farewell(line: str) -> str:
    """The line without the courtesy at its end: "The total is 42. Let me know if you have questions!"."""
    for _ in range(_SENTENCES_OF_COURTESY):
        sentence = last_sentence(line)
        head = line[: line.rfind(sentence)].rstrip() if sentence else ""
        said = any(character.isalnum() for character in sentence)
        if not head or (said and (FAREWELL.match(sentence) is None or COUNT.search(sentence))):
            break
        line = head
    return line


def _kinds_at_end(line: str) -> Iterator[Answer]:
    """The kinds that a last line, or its last sentence, may end with, best first."""
    if _NAMES_OPTION.search(line):
        chosen = option_in_sentence(last_sentence(line))
        yield from [] if chosen is None else [Answer(chosen, ("option", chosen))]
    if word_count(line) <= _LONGEST_LAST_LINE_WORDS:
        kind = kind_of(line) or kind_of(without_sentence_tail(line))
        if kind is not None:
            yield kind
        bold = _only_bold(line)
        if bold:
            valued = kind_of(bold) or _value_that_ends(bold) or count_that_ends(bold, concludes=True)
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
    day = only_date(main_clause(sentence)) if brief else ""
    if day:
        yield from filter(None, [kind_of(day)])
    clocks = _CLOCKS.findall(sentence) if brief else []
    alone = len(clocks) == 1 and not _DIGIT.search(sentence.replace(clocks[0], ""))
    timed = alone and _CLOCK_LEADS.search(sentence[: sentence.find(clocks[0])]) is not None
    if timed and sentence.rstrip(" .*_$").endswith(clocks[0].strip(".")):
        yield in_words(clocks[0])
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
    if len(spans) != 1 or spans[0].rstrip().endswith((":", "：")) or _STRESSED.fullmatch(spans[0]):
        return ""
    after = line.split(f"**{spans[0]}**", 1)[1]
    return "" if after.startswith((":", "：")) else str(spans[0])


def _value_that_ends(sentence: str) -> Answer | None:
    """The date or number that ends a sentence such as "So the total is 42 dollars" or "He earned $110"."""
    clause = without_citation(main_clause(sentence))
    value = solutions(sentence) or _value_after(_COPULA, clause)
    if value is None and (money := _MONEY.search(sentence)) is not None:
        before = sentence[: money.start()]
        if not any(character.isdigit() for character in before) and not HEDGE.search(before):
            value = dated_or_counted(sentence[money.end() :])
    return value


def _value_after(links: re.Pattern[str], sentence: str) -> Answer | None:
    # A line without a space is one word, however long; no value is longer than this.
    near_its_end = max(0, len(sentence) - VALUE_CHARS)
    for link in reversed(list(links.finditer(sentence, near_its_end))[-4:]):
        value = _before_aside(sentence[link.end() :])
        if value is not None:
            return value
    return None


def _before_aside(text: str) -> Answer | None:
    """The date or number that a text is, what a bracket or an "or" adds to it left out."""
    value = dated_or_counted(text)
    if value is None and kind_of(text) is None:
        aside = _ADDED.search(text)
        value = dated_or_counted(text[: aside.start()]) if aside is not None else None
        return value or leading_count(text)
    return value


def _only_formula(sentence: str) -> Answer | None:
    r"""The only formula of a sentence such as "The area is $12\pi$ square units", or the one behind "is"."""
    found = [one for one in _FORMULA.finditer(sentence) if not is_condition(sentence, one.start())]
    if len(found) > 1 and not sentence[found[-1].end() :].strip(" .*"):
        links = [link.end() for link in _COPULA.finditer(sentence, 0, found[-1].start())]
        found = found[-1:] if found[-1].start() in links else found
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
