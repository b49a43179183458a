"""One written form for each JSON value, so that equal values are equal strings."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

_MOST_PLACES = 300
"""Decimals beyond this power of ten, either way, are written with an exponent; floats end near it."""

_PLAIN = 2**53
"""Whole numbers below this, the most that lists hold, are written without asking what kind they are."""

DEEPEST = 60
"""Nesting beyond which an object is unreadable. Our own value: real answers nest a handful of levels, and a
bound of our own, unlike Python's recursion limit, does not depend on who called."""


class TooDeepError(ValueError):
    """The object nests deeper than `DEEPEST`."""


def canonical(value: Any, depth: int = 0, *, ordered: bool = True, typed: bool = False) -> str:
    """The value as JSON with sorted keys and no spaces; 1 and 1.0 are written alike, `true` and 1 are not.

    So are the two ways in which Unicode writes an é. What is no finite number is written as Python does it,
    without quotation marks: NaN, Infinity.

    Args:
        value: What to write.
        depth: How deep it lies already.
        ordered: Whether lists keep their order; otherwise they are sorted as sets are.
        typed: Whether 1.0 stays 1.0, and each string as it is, so that what is read back is what was written.

    Raises:
        TooDeepError: The value nests too deep, or holds itself.
    """
    if depth == 0 and ordered and _is_plain(value, _SIMPLE_TYPED if typed else _SIMPLE):
        plain = _WRITER.encode(value)
        if typed or "\\u" not in plain or _is_one_spelling(value):
            return plain
    if depth > DEEPEST:
        raise TooDeepError
    if type(value) is int and -_PLAIN < value < _PLAIN:
        return str(value)
    if isinstance(value, str):
        return json.dumps(value if typed else one_spelling(value))
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, (int, float, Decimal)):
        return _typed(value) if typed else _number(value)
    if isinstance(value, BaseModel):
        value = value.model_dump(warnings=False)
    if isinstance(value, Mapping):
        names = str if typed else _name
        items = sorted(
            (names(key), canonical(item, depth + 1, ordered=ordered, typed=typed))
            for key, item in value.items()
        )
        return "{" + ",".join(f"{json.dumps(key)}:{item}" for key, item in items) + "}"
    if isinstance(value, (list, tuple, set, frozenset)):
        written = [canonical(item, depth + 1, ordered=ordered, typed=typed) for item in value]
        if not ordered or isinstance(value, (set, frozenset)):
            written.sort()
        return "[" + ",".join(written) + "]"
    return json.dumps(str(value))


_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False)
_SIMPLE: frozenset[type] = frozenset({str, bool, type(None)})
_SIMPLE_TYPED = _SIMPLE | {float}


def _is_plain(value: object, simple: frozenset[type], depth: int = 0) -> bool:
    """Whether a value holds nothing that Python's own writer, many times as fast, writes in another way.

    How Unicode spells their letters is for the caller to see.
    """
    if type(value) is list:
        items: Collection[object] = value
    elif type(value) is dict and all(type(key) is str for key in value):
        items = value.values()
    else:
        return type(value) in simple or (type(value) is int and -_PLAIN < value < _PLAIN)
    if depth > DEEPEST or not items:
        return depth <= DEEPEST
    return simple.issuperset(map(type, items)) or all(_is_plain(item, simple, depth + 1) for item in items)


def _typed(value: float | Decimal) -> str:
    if isinstance(value, float) and value.is_integer():
        return repr(value)
    written = _number(value)
    return json.dumps(written) if "x" in written else written


def _is_one_spelling(value: object) -> bool:
    return unicodedata.is_normalized("NFC", json.dumps(value, ensure_ascii=False))


def one_spelling(text: str) -> str:
    """The text with one form for each letter that Unicode writes in two ways (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _name(key: object) -> str:
    return one_spelling(str(key))


def _shortest(value: Decimal) -> str:
    """All its digits but the zeros at the end, and the exponent."""
    sign, digits, exponent = value.as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    kept = written.rstrip("0")
    assert isinstance(exponent, int)
    power = exponent + len(written) - len(kept)
    return f"{'-' * sign}{kept}{f'E{power}' if power else ''}"


def _number(value: float | Decimal) -> str:
    if isinstance(value, (float, Decimal)):
        finite = value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)
        if not finite:
            return json.dumps(float(value))
        # A Decimal such as 1E+999999 has no business being written out.
        if isinstance(value, Decimal) and abs(value.adjusted()) > _MOST_PLACES:
            return _shortest(value)
        if value != int(value):
            return repr(float(value))
    # Python refuses decimal digits beyond a length; hexadecimal ones it writes in linear time.
    whole = int(value)
    return hex(whole) if abs(whole).bit_length() > 8_000 else str(whole)
