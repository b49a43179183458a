"""Whole numbers written in words: English ones, and Chinese and Japanese numerals."""

from __future__ import annotations

import re
from typing import NamedTuple

from modelswitch_core.reading._pattern import pattern

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: value for value, word in enumerate(_UNITS.split())} | {
    word: 10 * value for value, word in enumerate(_TENS.split(), 2)
}
_LARGE = {"dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_WORD = "(?:" + "|".join(sorted([*_SMALL, *_LARGE], key=len, reverse=True)) + ")"
_RUN = pattern(
    rf"(?<![\w-])(?:(?:minus|negative)\s)?(?:an?\s(?={'|'.join(_LARGE)}))?{_WORD}(?:(?:\s|-|\sand\s){_WORD}){{0,12}}(?![\w-])",
    re.IGNORECASE,
)

_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "两": 2, "兩": 2,
}  # fmt: skip
_POWERS = {"十": 10, "百": 100, "千": 1_000}
_GROUPS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_NUMERAL = "[" + "".join([*_DIGITS, *_POWERS, *_GROUPS]) + "]"
_COUNTED = (
    r"[个個只隻元円圆块塊人名本枚张張岁歳頁页台辆輛次天米席][\u3040-\u30ff\u3400-\u9fff]{0,6}"
    r"|小时|小時|分钟|分鐘|公里|公斤"
)
_NUMERALS = pattern(rf"([负負]?)((?![百千万萬亿億]){_NUMERAL}{{1,24}})(?:{_COUNTED})?")


class Worded(NamedTuple):
    """A number in words: its value, and where it begins and ends in the text."""

    value: int
    start: int
    end: int


def number_in_words(text: str) -> Worded | None:
    """The only number in words of an English sentence; None for none, several, or no more than "one"."""
    runs = list(_RUN.finditer(text))
    if len(runs) != 1 or runs[0].group().casefold() == "one":
        return None
    value = _english(runs[0].group().casefold())
    return None if value is None else Worded(value, runs[0].start(), runs[0].end())


def whole_number_in_words(text: str) -> int | None:
    """The number that a text is, with a word for what was counted: "forty-two apples", 四十二个."""
    if len(text) > 120:
        return None
    numerals = _NUMERALS.fullmatch(text)
    if numerals is not None:
        value = _chinese(numerals.group(2))
        return -value if numerals.group(1) else value
    run = _RUN.match(text)
    if run is None:
        return None
    rest = text[run.end() :].strip()
    # "One" before a word is seldom a count, and a capital begins a name: Seven Samurai.
    counted = rest.isascii() and rest.isalpha() and rest.islower() and run.group().casefold() != "one"
    return _english(run.group().casefold()) if not rest or counted else None


def _english(run: str) -> int | None:
    """The value of English number words; None where they are no one number ("one two three")."""
    words = run.replace("-", " ").split()
    negative = words[0] in {"minus", "negative"}
    total, group, last = 0, 0, 10**12
    for word in words[negative:]:
        if word in {"a", "an"}:
            group = 1
        elif word in _SMALL:
            value = _SMALL[word]
            # A word may only fill the places that the one before it left open: forty-two, not two-forty.
            if last <= 19 or (last < 100 and value > 9):
                return None
            group, last = group + value, value
        elif word in _LARGE and word != "and":
            size = _LARGE[word]
            if size <= 100:
                group, last = max(group, 1) * size, 100
            else:
                total, group, last = total + max(group, 1) * size, 0, size
    return -(total + group) if negative else total + group


def _chinese(numerals: str) -> int:
    """The value of Chinese numerals; a row of digits alone, as in 二〇二四, is read digit by digit."""
    if all(character in _DIGITS for character in numerals):
        return int("".join(str(_DIGITS[character]) for character in numerals))
    total, group, digit = 0, 0, 0
    for character in numerals:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _POWERS:
            group, digit = group + (digit or 1) * _POWERS[character], 0
        else:
            total, group, digit = (total + group + digit) * _GROUPS[character], 0, 0
    return total + group + digit
