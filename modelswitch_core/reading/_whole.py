"""Long answers, of which a bound may have left a piece: two that differ behind it must not pass for equal.

What is searched and parsed is bounded; what is compared is not. Where an answer may be no more than a piece,
the whole text stands for it. That two such answers are equal then takes equal texts, which costs samples.
"""

from __future__ import annotations

import hashlib

from modelswitch_core.reading._numbers import MOST_DIGITS, Number
from modelswitch_core.reading._percent import value_read
from modelswitch_core.reading._text import SCAN_CHARS, VALUE_CHARS

_MOST_MARKS = 100
"""How much shorter than the bound a piece may be, since the marks around it have been taken off."""

_DIGITS = "0123456789.,"


def may_be_a_piece(answer: str, text: str) -> bool:
    """Whether an answer that was found in a text is so long that a bound may have cut it."""
    if len(answer) > VALUE_CHARS:
        return len(text) > SCAN_CHARS
    return len(answer) >= VALUE_CHARS - _MOST_MARKS


def whole_value(number: Number, text: str) -> object:
    """The value of a number that was found in a text; a digest of all its digits where it is a long one."""
    if len(number.text) < MOST_DIGITS:
        return value_read(number)
    start = text.rfind(number.text)
    end = start + len(number.text)
    if start >= 0:
        text = text[len(text[:start].rstrip(_DIGITS)) : len(text) - len(text[end:].lstrip(_DIGITS))]
    return hashlib.sha256("".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()
