"""Calendar dates as people and models write them."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from modelswitch_core.reading._clauses import is_reason
from modelswitch_core.reading._pattern import found_near_digits, pattern
from modelswitch_core.reading._text import one_form, strip_markup, undress

DateOrder = Literal["MDY", "DMY", "YMD"]

_MONTH_NAMES = {
    1: "january jan enero janvier januar jänner январь января januari มกราคม জানুয়ারি జనవరి",
    2: "february feb febrero février fevrier februar февраль февраля februari กุมภาพันธ์ ফেব্রুয়ারি ఫిబ్రవరి",
    3: "march mar marzo mars märz maerz март марта machi มีนาคม মার্চ మార్చి",
    4: "april apr abril avril апрель апреля aprili เมษายน এপ্রিল ఏప్రిల్",
    5: "may mayo mai май мая mei พฤษภาคม মে మే",
    6: "june jun junio juin juni июнь июня มิถุนายน জুন జూన్",
    7: "july jul julio juillet juli июль июля julai กรกฎาคม জুলাই జులై జూలై",
    8: "august aug agosto août aout август августа agosti สิงหาคม আগস্ট ఆగస్టు",
    9: "september sept sep septiembre septembre сентябрь сентября septemba กันยายน সেপ্টেম্বর సెప్టెంబర్",
    10: "october oct octubre octobre oktober okt октябрь октября oktoba ตุลาคม অক্টোবর అక్టోబర్",
    11: "november nov noviembre novembre ноябрь ноября novemba พฤศจิกายน নভেম্বর నవంబర్",
    12: "december dec diciembre décembre decembre dezember dez декабрь декабря desemba ธันวาคม ডিসেম্বর డిసెంబర్",
}
MONTHS = {name: number for number, names in _MONTH_NAMES.items() for name in names.split()}
"""Month names and their short forms in the languages of the data that use such names, case folded."""

# A look at the first letter spares most words the look at a hundred names.
_NAME = (
    f"(?=[{''.join(sorted({name[0] for name in MONTHS}))}])"
    f"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
)
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?(?![\d])"
_OF = r"[\s,.\-/]{1,3}(?:(?:of|de|del|the)\s{1,2})?"
_ERA = r"(?:(?P<e{0}>[พค])\.\s?ศ\.\s{{0,3}})?"
_YEAR = _ERA + r"(?P<y{0}>\d{{4}})(?!\d)"
_YEAR_FIRST = (
    r"(?<![\d./-])(?P<y1>\d{4})\s{0,2}(?P<s1>[-/.])\s{0,2}(?P<m1>\d{1,2})"
    r"\s{0,2}(?P=s1)\s{0,2}(?P<d1>\d{1,2})(?!\d|[-/.]\d)"
)
_YEAR_LAST = (
    r"(?<![\d./-])(?P<a2>\d{1,2})\s{0,2}(?P<s2>[-/.])\s{0,2}(?P<b2>\d{1,2})"
    r"\s{0,2}(?P=s2)\s{0,2}(?P<y2>\d{4})(?!\d|[-/.]\d)"
)
_FORMS = (
    _YEAR_FIRST,
    _YEAR_LAST,
    rf"(?<![^\W\d_])(?P<n3>{_NAME})(?![^\W\d_])\.?{_OF}"
    + _DAY.format("d3")
    + r"[\s,]{1,4}(?:(?:of|de|del)\s{1,2})?"
    + _YEAR.format("3"),
    r"(?<!\d)" + _DAY.format("d4") + rf"{_OF}(?P<n4>{_NAME})(?![^\W\d_])\.?{_OF}" + _YEAR.format("4"),
    r"(?<!\d)(?P<y5>\d{4})\s{0,2}[年년]\s{0,2}(?P<m5>\d{1,2})\s{0,2}[月월]\s{0,2}(?P<d5>\d{1,2})\s{0,2}[日일号號]?",
    rf"(?<!\d)(?P<y6>\d{{4}})[\s,.\-/]{{1,3}}(?P<n6>{_NAME})(?![^\W\d_])\.?{_OF}" + _DAY.format("d6"),
)  # fmt: skip
_DATE = pattern("|".join(f"(?:{form})" for form in _FORMS), re.IGNORECASE)
_MOST_BEFORE_DIGIT = max(map(len, MONTHS)) + 12
"""How many characters of a date may stand before its first digit: a month's name, "of the" and marks."""
_FOUR_DIGITS = pattern(r"\d{4}")
_SHORT_YEAR = pattern(r"(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<c>\d{2})")
_COMPACT = pattern(r"(\d{4})(\d{2})(\d{2})")
_TIME = (
    r"(?:[T\s,]{1,3}(?:at\s)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
    r"\s?(?:Z|UTC|[+-]\d{2}:?\d{2}|[ap]\.?m\.?)?)?"
)
_AROUND = pattern(
    r"(?:(?:on|el|le|am|der|den|dem|the|date|=|:|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?)"
    r"[\s,:]{0,3}){0,4}\Z",
    re.IGNORECASE,
)
_WEEKDAY = (
    r"(?:[,，、]?\s?(?:星期|周|週|礼拜)[一二三四五六日天]|[,、]\s?[月火水木金土日]曜日?"
    r"|,\s(?:a\s)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?"
)
_AFTERWARDS = pattern(
    _TIME + r"(?:\s{0,2}(?:года?|г\.))?" + _WEEKDAY + r"[\s.,;]{0,3}(?:\((?:[^\W\d_]|[\s,/.]){1,40}\))?\Z"
)

_PIVOT = 69
"""Two-digit years from 69 on are of the 1900s, those before of the 2000s: the rule of POSIX."""


_BUDDHIST_ERA = 543
"""How many years the Thai calendar is ahead."""
_BUDDHIST = 2400
"""From this year on (1857), one behind a Thai month's name is of the Buddhist era even without a word."""
_THAI = pattern(r"[\u0e00-\u0e7f]")


def _ordered(first: int, second: int, order: DateOrder) -> tuple[int, int]:
    """Month and day of a date whose year stands last."""
    if first > 12:
        return second, first
    if second > 12:
        return first, second
    return (second, first) if order == "DMY" else (first, second)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _date_of(found: re.Match[str], order: DateOrder) -> date | None:
    g = found.groupdict()
    if g["y1"]:
        return _made(int(g["y1"]), int(g["m1"]), int(g["d1"]))
    if g["y2"]:
        return _made(int(g["y2"]), *_ordered(int(g["a2"]), int(g["b2"]), order))
    if g["y5"]:
        return _made(int(g["y5"]), int(g["m5"]), int(g["d5"]))
    number = next(n for n in ("3", "4", "6") if g["y" + n])
    year, name = int(g["y" + number]), g["n" + number].casefold()
    era = g.get("e" + number)
    buddhist = era == "พ" or (era is None and year >= _BUDDHIST and _THAI.match(name) is not None)
    return _made(year - _BUDDHIST_ERA if buddhist else year, MONTHS[name], int(g["d" + number]))


_COMPARED = pattern(
    r"\b(?:days?|weeks?|months?|years?)\s(?:after|before|from|prior\sto|(?:later|earlier)\sthan)\s[*_]{0,3}\Z",
    re.IGNORECASE,
)


def find_dates(text: str, order: DateOrder) -> list[date | None]:
    """What looks like a date, in order; None where no such day exists.

    What others are reckoned from, as in "the day after 03/07/2021", is left out where there are others, and
    so is what stands in a reason ("since yesterday was 03/07/2021").
    """
    text = undress(one_form(text))
    if _FOUR_DIGITS.search(text) is None:
        return []
    said = _said(text)
    reckoned = [
        one
        for one in said
        if not _COMPARED.search(text[max(0, one.start() - 30) : one.start()])
        and not is_reason(text, one.start())
    ]
    return [_date_of(found, order) for found in reckoned or said]


_DENIED = pattern(
    r"\b(?:not|nor|instead\sof|rather\sthan|and\snot|nicht|sondern\snicht|y\sno|pas|а\sне)\s(?:on\s|the\s|le\s|el\s|am\s)?[*_]{0,3}\Z",
    re.IGNORECASE,
)


_MOST_DATES = 100
"""How many dates of a text are looked at, last ones: more than any honest one ends with."""


def _said(text: str) -> list[re.Match[str]]:
    """What looks like a date and is not denied, as the second one is in "05/06/2019, not 05/07/2019"."""
    return [
        found
        for found in list(found_near_digits(_DATE, text, _MOST_BEFORE_DIGIT))[-_MOST_DATES:]
        if _DENIED.search(text[max(0, found.start() - 20) : found.start()]) is None
    ]


def only_date(sentence: str) -> str:
    """The only day that a sentence names, as it is written last, where it ends the sentence; else empty."""
    text = undress(one_form(sentence))
    found = _said(text) if _FOUR_DIGITS.search(text) is not None else []
    days = {_date_of(one, "MDY") for one in found}
    if len(days) != 1 or _AFTERWARDS.match(text.rstrip("*_$ "), found[-1].end()) is None:
        return ""
    return found[-1].group()


def whole_date(value: str, order: DateOrder, *, short_forms: bool = True) -> date | None:
    """The date, where the text is one and nothing else but a weekday, a time or marks.

    Args:
        value: The text.
        order: How an ambiguous date is written.
        short_forms: Whether years of two digits and eight digits in a row (year first) count.
    """
    if len(value) > 200:
        return None
    text = strip_markup(undress(one_form(value)))
    found = _DATE.search(text)
    if found is not None:
        around = _AROUND.match(text[: found.start()]) and _AFTERWARDS.match(text, found.end())
        return _date_of(found, order) if around else None
    if not short_forms:
        return None
    compact = _COMPACT.fullmatch(text)
    if compact is not None:
        return _made(*(int(part) for part in compact.groups()))
    short = _SHORT_YEAR.fullmatch(text)
    if short is None:
        return None
    a, b, c = int(short["a"]), int(short["b"]), int(short["c"])
    if order == "YMD":
        return _made(_century(a), b, c)
    return _made(_century(c), *_ordered(a, b, order))


def _century(short_year: int) -> int:
    return short_year + (1900 if short_year >= _PIVOT else 2000)
