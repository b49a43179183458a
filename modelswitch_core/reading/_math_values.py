"""Mathematical answers as texts and as algebra: the only file that talks to Math-Verify.

Math-Verify is only ever given LaTeX (`LatexExtractionConfig`), which a grammar parses: its reader of plain
expressions, and SymPy's own `sympify`, would evaluate text as Python.
"""

from __future__ import annotations

import importlib.util
import re
from functools import lru_cache
from typing import Any

from modelswitch_core.reading._deadline import COMPARER
from modelswitch_core.reading._math_bounds import LONGEST, is_quick, is_tractable
from modelswitch_core.reading._math_rounding import agree_as_numbers, same_numbers
from modelswitch_core.reading._math_signs import enclosed_by, ends_in_sign, expression, signs_differ
from modelswitch_core.reading._numbers import Number, whole_number
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._text import one_form

_CACHED = 4_096
"""Expressions and comparisons that are remembered. Our own value: the samples of some hundred questions."""


_LONGEST_TEXT = 4 * LONGEST


@lru_cache(maxsize=1)
def has_math() -> bool:
    """Whether Math-Verify is installed (extra `math`)."""
    return importlib.util.find_spec("math_verify") is not None


def load_math() -> None:
    """Imports Math-Verify and SymPy, which takes up to a second the first time."""
    import math_verify.grader
    import math_verify.parser

    # Both modules log one warning that their timeouts are off. We keep bounds of our own instead.
    math_verify.parser.TIMEOUT_WARNING_SHOWN = True
    math_verify.grader.TIMEOUT_WARNING_SHOWN = True


_PLAIN_WORDS = (
    (pattern(r"(?<![\\A-Za-z])sqrt\s{0,3}\(([^()]{1,60})\)"), r"\\sqrt{\1}"),
    (pattern(r"√\s{0,3}\(([^()]{1,60})\)"), r"\\sqrt{\1}"),
    (pattern(r"√\s{0,3}(\d{1,20}|[A-Za-z])"), r"\\sqrt{\1}"),
    (pattern(r"(?<![\\A-Za-z])(pi|theta|infty|sin|cos|tan|log|ln|alpha|beta)(?![A-Za-z])"), r"\\\1 "),
    (pattern(r"(?<![\\A-Za-z])(?:infinity|inf)(?![A-Za-z])"), r"\\infty "),
    (pattern(r"\*\*"), "^"),
    (pattern(r"\s?\^\s?(?:\{\s?\\prime\s?\}|\\prime(?![A-Za-z]))"), "'"),
)
_SYMBOLS = str.maketrans(
    {
        "π": r"\pi ",
        "∞": r"\infty ",
        "×": r"\times ",
        "·": r"\cdot ",
        "⋅": r"\cdot ",
        "÷": r"\div ",
        "≤": r"\le ",
        "≥": r"\ge ",
        "≠": r"\ne ",
        "±": r"\pm ",
        "∪": r"\cup ",
        "∩": r"\cap ",
        "∈": r"\in ",
        "θ": r"\theta ",
        "²": "^2",
        "³": "^3",
        "°": r"^\circ ",
    }
)
_TEXT_WRAPPER = pattern(r"\\(?:text|textbf|mathrm|mathbf|mbox|textit|operatorname)\s{0,3}\{([^{}]*)\}")
_ENVIRONMENT_END = pattern(r"\\end\{(?:align|equation|gather)\*?\}.*\Z", re.DOTALL)
_NOTHING = pattern(r"(?<!\\)\\[!,;: ]|\\(?:left|right|displaystyle|big|Big|bigg|Bigg)(?![A-Za-z])")
_FRAC = pattern(r"\\[dtc]frac(?![A-Za-z])")
_FRAC_DIGITS = pattern(r"\\frac\s{0,3}(\d)\s{0,3}(\d)")
_SQRT_DIGIT = pattern(r"\\sqrt\s{0,3}(\d)")


def clean(text: str) -> str:
    """The expression in one form: no dollar signs, one name for each command, cut where its braces end."""
    text = expression(one_form(text)).replace("$", " ")
    text = _FRAC.sub(r"\\frac", _NOTHING.sub("", text)).replace("{,}", ",")
    text = _FRAC_DIGITS.sub(r"\\frac{\1}{\2}", _SQRT_DIGIT.sub(r"\\sqrt{\1}", text))
    text = text.translate(_SYMBOLS)
    for word, latex in _PLAIN_WORDS:
        text = word.sub(latex, text)
    return expression(" ".join(_ENVIRONMENT_END.sub("", _balanced(text)).split()))


def _balanced(text: str) -> str:
    """The text up to the first closing brace that nothing opened: the end of a careless cut."""
    depth = 0
    for position, character in enumerate(text):
        if character in "{}" and (position == 0 or text[position - 1] != "\\"):
            depth += 1 if character == "{" else -1
            if depth < 0:
                return text[:position]
    return text


def text_form(cleaned: str) -> str:
    """What must be equal for two cleaned expressions to be the same without algebra."""
    plain, worded = _TEXT_WRAPPER.subn(r"\1", cleaned)
    plain = re.sub(r"\s", "", plain)
    # Case matters in mathematics, and does not in words.
    return plain.casefold() if worded or (plain.isalpha() and len(plain) > 1) else plain


@lru_cache(maxsize=_CACHED)
def _parsed(cleaned: str) -> tuple[Any, ...]:
    """What Math-Verify makes of a cleaned expression; empty where it can make nothing of it."""
    if not cleaned:
        return ()
    load_math()
    from math_verify import parser

    try:
        return tuple(
            parser.parse(
                f"${cleaned}$",
                extraction_config=[parser.LatexExtractionConfig()],
                fallback_mode="no_fallback",
                parsing_timeout=None,
            )
        )
    except Exception:  # noqa: BLE001 -- a parser of foreign text may raise anything; then there is no value
        return ()


def verified(a: str, b: str) -> bool:
    """Whether Math-Verify finds two cleaned expressions the same in either direction; may take for ever."""
    parsed_a, parsed_b = list(_parsed(a)), list(_parsed(b))
    if not parsed_a or not parsed_b:
        return False
    from math_verify.grader import verify

    def finds_same(gold: list[Any], answer: list[Any]) -> bool:
        try:
            found = bool(verify(gold, answer, timeout_seconds=None))
            return found and agree_as_numbers(gold[0], answer[0])
        except Exception:  # noqa: BLE001 -- what cannot be compared is different
            return False

    return finds_same(parsed_a, parsed_b) or finds_same(parsed_b, parsed_a)


def _verified_in_time(a: str, b: str) -> bool:
    """As `verified`, within bounds and under the deadline; what is out of them is different."""
    if not (a and b and is_tractable(a) and is_tractable(b)):
        return False
    return verified(a, b) if is_quick(a) and is_quick(b) else COMPARER.same(a, b)


def same_mathematics(a: str, b: str) -> bool:
    """Whether two expressions are the same: as text, as numbers, or for Math-Verify in either direction."""
    if a == b:
        return True
    # Long texts are no keys for a cache: a few thousand of them would eat the memory.
    if len(a) > _LONGEST_TEXT or len(b) > _LONGEST_TEXT:
        return a.split() == b.split()
    # Both ways in one, as each is asked the other way round too.
    return _same_short(*sorted((a, b)))


def takes_long(a: str, b: str) -> bool:
    """Whether comparing them may take more than a moment, as it does where Math-Verify has to decide.

    Even short expressions keep it busy for some hundredths of a second.
    """
    if a == b or not has_math() or len(a) > _LONGEST_TEXT or len(b) > _LONGEST_TEXT:
        return False
    return _same_without_algebra(*sorted((a, b))) is None


@lru_cache(maxsize=_CACHED)
def _same_short(a: str, b: str) -> bool:
    decided = _same_without_algebra(a, b)
    if decided is not None or not has_math():
        return bool(decided)
    cleaned_a, cleaned_b = clean(a), clean(b)
    return _verified_in_time(_as_ordered(cleaned_a, cleaned_b), _as_ordered(cleaned_b, cleaned_a))


@lru_cache(maxsize=_CACHED)
def _same_without_algebra(a: str, b: str) -> bool | None:
    """Whether two expressions are the same as texts or as numbers; None where only algebra can tell."""
    cleaned_a, cleaned_b = clean(a), clean(b)
    form_a = text_form(cleaned_a)
    if form_a and form_a == text_form(cleaned_b):
        return True
    number_a, number_b = _plain_number(a), _plain_number(b)
    if number_a is not None and number_b is not None:
        decided = same_numbers(number_a, number_b)
        if decided is not None:
            return decided
    return False if signs_differ(cleaned_a, cleaned_b) else None


def _plain_number(text: str) -> Number | None:
    # 5! begins with a number and is none.
    return None if ends_in_sign(text) else whole_number(text)


def _as_ordered(text: str, other: str) -> str:
    """A bare list as the pair or row that the other one is: 1,2 has no order by itself, and (1,2) has one."""
    bare = "," in text and "=" not in text and not any(mark in text for mark in "([{")
    return f"({text})" if bare and enclosed_by(other) == "(" else text
