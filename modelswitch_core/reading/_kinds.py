"""Which kind of answer a text is: a date, a number, an option, an object, mathematics, or words."""

from __future__ import annotations

import re
import unicodedata

from modelswitch_core._types import Answer
from modelswitch_core.reading._canonical import canonical
from modelswitch_core.reading._choice import option_of, with_latin_letter
from modelswitch_core.reading._dates import DateOrder, whole_date
from modelswitch_core.reading._math_bounds import LONGEST
from modelswitch_core.reading._math_values import has_math
from modelswitch_core.reading._measures import measures_differ
from modelswitch_core.reading._numbers import Number, whole_number
from modelswitch_core.reading._objects import object_at, whole_object
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._percent import value_read
from modelswitch_core.reading._text import (
    SCAN_CHARS,
    VALUE_CHARS,
    fold,
    one_form,
    strip_markup,
    undress,
    without_citation,
)

_DATE_ORDER: DateOrder = "MDY"

_OPTION = pattern(
    r"[*_\s$\\({\[]{0,6}(?:(?i:clearly|therefore|thus|definitely|indeed|actually|simply|probably|(?:most\s)?likely)"
    r"[\s,]{1,2})?(?:(?i:(?:(?:the|la|le|die)\s)?(?:correct\s)?(?:option|choice|opción|ข้อ|选项|選項|選択肢|вариант)"
    r"\s{0,2}[:：]?\s{0,2})[(*]{0,3}[A-J](?![\w'’])"
    r"|(?i:option|choice)\s\(?[a-j][).]{0,2}\Z|(?:la|el|le|die)\s[A-J](?:[.).:\s*]{0,4}\Z|[).]\s)"
    r"|[A-HJ],\s(?:because|since|as)\s|[A-J],?\s(?:and\s|but\s)?\(?(?:not|rather|instead|over)\s"
    r"|\(\s?[A-Ja-j]\s?\)(?!\s{0,2}[=+*/^])|[A-J](?:[).:。、]|选项|選項|[项項])|[a-j]\)(?!\s{0,2}[=+*/^])|[A-J][*_\s$)}\]]{0,6}\Z)"
)
_LONE_SMALL = pattern(r"[*_\s]{0,6}[a-dfghj][.*_\s]{0,6}")
"""A small letter alone, as a hurried model writes an option; e and i are numbers as well."""
_KNOWN_WORDS = frozenset(
    {
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh",
        "tanh", "log", "ln", "lg", "exp", "sqrt", "pi", "max", "min", "gcd", "lcm", "det", "mod",
        "inf", "infinity", "infty", "or", "and", "theta", "alpha", "beta", "gamma", "lambda", "phi"
    }
)  # fmt: skip
_PROSE = frozenset(
    {
        "is", "it", "so", "we", "he", "me", "my", "us", "to", "of", "by", "as", "at", "in", "on", "an", "be",
        "do", "if", "no", "up", "es", "et", "le", "la", "el", "un", "en", "il", "du", "er", "am", "im", "zu",
        "ni", "na", "ya", "wa",
    }
)  # fmt: skip
"""Words as short as a product of two letters that are words all the same."""
_OTHER_SCRIPT = pattern(r"[\u0400-\u1cff\u2c00-\ud7ff]")
_COMMAND = pattern(r"\\[A-Za-z]+\*?|\\[,;:! {}|]")
_TEXT = pattern(r"\\(?:text|textbf|textit|mbox|begin|end|operatorname|mathrm|mathbf)\s{0,3}\{[^{}]*\}")
_RUN = pattern(r"[^\W\d_]+")
_SIGN_OF_MATHEMATICS = pattern(
    r"\\[A-Za-z]|[√π∞≤≥±^_<>=∪∩∈²³]|\d\s{0,2}[-+*/×·÷]\s{0,2}[\dA-Za-z(]|[A-Za-z)]\s{0,2}[+*/]\s{0,2}[\dA-Za-z(]"
    r"|(?<![\w])[-+][A-Za-z](?!\w)|\d[A-Za-z](?![A-Za-z])|[\[({]\s{0,2}[-+]?[\d.]|\d\s{0,2},\s{0,2}[-+]?\d|!\Z|[A-Za-z]\([A-Za-z\d]\)"
)


def looks_like_mathematics(value: str) -> bool:
    """Whether a text is an expression: it has signs of mathematics, and no words but its own."""
    if len(value) > LONGEST or ("\n" in value.strip() and "\\begin" not in value):
        return False
    bare = strip_markup(value)
    if not _SIGN_OF_MATHEMATICS.search(bare):
        return False
    rest = _COMMAND.sub(" ", _TEXT.sub(" ", bare))
    if not rest.strip(" {}()[].,") and not re.search(r"\\(?!text|mbox)[A-Za-z]", bare):
        return False  # nothing but words in `\text{…}`
    if _OTHER_SCRIPT.search(rest):
        return False
    runs = [run.casefold() for run in _RUN.findall(rest)]
    return all(run in _KNOWN_WORDS or (len(run) <= 2 and run not in _PROSE) for run in runs)


_DECIMAL_COMMA = pattern(r"[^\d,]*(?![1-9]\d{0,2},\d{3}\D*\Z)\d+,\d+[^\d,]*")


def kind_of(value: str) -> Answer | None:
    """The answer where the text is of a kind that has values; None where it is words.

    The kinds are tried in this order: date, number, option, object, mathematics. The key names the kind, so
    that answers of different kinds never collide; mathematics that is no plain number has none.
    """
    if len(value) > VALUE_CHARS:
        return None if (found := whole_object(value)) is None else object_kind(found)
    value = _ROUGHLY.sub("", value)
    text = strip_markup(value)
    if not text:
        return None
    day = whole_date(value, _DATE_ORDER, short_forms="/" in value)
    if day is not None:
        return Answer(text, ("date", day.isoformat()))
    number = whole_number(value) or _said_twice(value)
    if number is not None:
        # 1,2 may be a number or a pair, so it is asked about rather than keyed.
        unclear = has_math() and _DECIMAL_COMMA.fullmatch(number.text)
        return Answer(text, None if unclear else ("number", value_read(number)))
    if _is_option(text) or _is_option(value) or _LONE_SMALL.fullmatch(value):
        letter = option_of(value)
        if letter is not None:
            return Answer(text, ("option", letter))
    found = whole_object(value)
    if isinstance(found, dict) or (isinstance(found, list) and not _is_list_of_numbers(found)):
        return object_kind(found)
    if has_math() and looks_like_mathematics(one_form(value)) and not _CLOCK.fullmatch(fold(undress(text))):
        return Answer(text, None)
    return None


_AGAIN = pattern(
    r"([^()\n]{1,60})(?:\s\(\s?(?:or\s|i\.e\.,?\s)?([^()\n]{1,40})\s?\)|,?\s(?:or|i\.e\.,?|that\sis,?)\s([^()\n]{1,40}))"
)


def _said_twice(value: str) -> Number | None:
    """The number that a text says in two ways: "3/4 (0.75)", "20 %, or 1/5", "90 minutes (1.5 hours)"."""
    again = _AGAIN.fullmatch(value.strip(" \t\n.*$")) if len(value) < _LONGEST_TWICE else None
    if again is None:
        return None
    first, second = whole_number(again.group(1)), whole_number(again.group(again.lastindex or 0))
    if first is None or second is None:
        return None
    return first if first.value == second.value or measures_differ(first.measure, second.measure) else None


_LONGEST_TWICE = 120
_ROUGHLY = pattern(
    r"(?<=\S)\s\(\s?(?:[$]|\\\()?(?:≈|~|\\approx(?![A-Za-z])|approx(?:\.|imately)?\s|about\s|roughly\s|rounded\s|correct\sto\s"
    r"|to\s(?:the\snearest|\w{1,5}\s(?:decimal|significant))\s)[^()\n]{1,40}\)(?=[.*\s]{0,4}\Z)",
    re.IGNORECASE,
)
"""What says an exact value once more, as a rounded one."""
_CLOCK = pattern(r"\d{1,2}:\d{2}\s?[ap]\.?m\.?")


def _is_option(value: str) -> bool:
    plain = with_latin_letter(one_form(undress(value)))
    return _OPTION.match(plain) is not None


def _is_list_of_numbers(value: list[object]) -> bool:
    """Whether a JSON array could as well be a mathematical list or interval."""
    return {int, float}.issuperset(map(type, value))


def object_kind(value: object) -> Answer | None:
    """A JSON value as an answer; None where it nests too deep."""
    try:
        written = canonical(value)
    except ValueError:
        return None
    return Answer(written, ("json", written))


def object_that_begins(text: str, start: int) -> Answer | None:
    """The object or array that begins at `start` of a text, as an answer."""
    found = object_at(text, start)
    if isinstance(found, dict) or (isinstance(found, list) and not _is_list_of_numbers(found)):
        return object_kind(found)
    return None


_NOON = pattern(r"(?<=\d)\s?([ap])\.?\s?m\b\.?")
"""What stands behind a time of day: "3:30 PM", "3:30 p.m." and "3:30pm" are one time."""

_EDGE_MARKS = " \t\n\"'`*_.,;:!?¡¿。，！？、।“”‘’«»「」『』"


def words_key(value: str) -> tuple[str, str]:
    """The key of an answer in words: one form for case, space and the marks around.

    And one for LaTeX's dress, bold type, apostrophes, times of day and compatible characters, save in texts
    so long that they only ever equal themselves.
    """
    value = without_citation(value)
    if len(value) > SCAN_CHARS:
        folded = fold(value)
    else:
        plain = unicodedata.normalize("NFKC", undress(value))
        folded = _NOON.sub(r"\1m", fold(plain.replace("**", "").replace("’", "'").replace("‘", "'")))
    return ("text", folded.strip(_EDGE_MARKS) or folded)
