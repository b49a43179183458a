"""One written form for each JSON value, so that equal values are equal strings."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

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


class Kinds(NamedTuple):
    """What a value holds, see `kinds_of`.

    Args:
        plain: Nothing that Python's own writer, many times as fast, writes in another way than `canonical`.
            How Unicode spells their letters is for the caller to see.
        typed: Likewise for `canonical(typed=True)`.
        floats: Numbers with a fraction or an exponent.
    """

    plain: bool
    typed: bool
    floats: bool


def canonical(
    value: Any, depth: int = 0, *, ordered: bool = True, typed: bool = False, kinds: Kinds | None = None
) -> str:
    """The value as JSON with sorted keys and no spaces; 1 and 1.0 are written alike, `true` and 1 are not.

    So are the two ways in which Unicode writes an é. What is no finite number is written as Python does it,
    without quotation marks: NaN, Infinity.

    Args:
        value: What to write.
        depth: How deep it lies already.
        ordered: Whether lists keep their order; otherwise they are sorted as sets are.
        typed: Whether 1.0 stays 1.0, and each string as it is, so that what is read back is what was written.
        kinds: What `kinds_of` says of the value, where that is known; None to find out.

    Raises:
        TooDeepError: The value nests too deep, or holds itself.
    """
    if depth == 0 and ordered:
        kinds = kinds or kinds_of(value)
        if kinds.typed if typed else kinds.plain:
            plain = _WRITER.encode(value)
            if typed or "\\u" not in plain or _is_one_spelling(value):
                return plain
    if depth > DEEPEST:
        raise TooDeepError
    if type(value) is int and -_PLAIN < value < _PLAIN:
        return str(value)
    if type(value) is float and not typed and value.is_integer():
        return str(int(value))
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
_NESTED: frozenset[type] = frozenset({list, dict})
_PARSED = _NESTED | {str, bool, type(None), int, float}


def kinds_of(value: object) -> Kinds:
    """What a JSON value holds, at whatever depth; of anything but JSON, `floats` says less than there is."""
    plain = typed = True
    floats = False
    for depth, level in enumerate(_levels(value)):
        kinds = set(map(type, level))
        typed = typed and kinds <= _PARSED and not (depth > DEEPEST and kinds & _NESTED)
        if int in kinds:
            whole = [item for item in level if type(item) is int]
            typed = typed and -_PLAIN < min(whole) <= max(whole) < _PLAIN
        if dict in kinds:
            names = chain.from_iterable(item for item in level if type(item) is dict)
            typed = typed and {str}.issuperset(map(type, names))
        if float in kinds:
            floats = True
            plain = plain and not any(item.is_integer() for item in level if type(item) is float)
    return Kinds(plain and typed, typed, floats)


def _levels(value: object) -> Iterator[Collection[object]]:
    """A JSON value, then all that stands in it, then all that stands in that.

    A list of 30,000 `{}` takes two steps. What a level holds twice is opened once, so that a list that
    holds itself does not grow with every level; nothing is opened that lies too deep.
    """
    level: Collection[object] = [value]
    for _ in range(DEEPEST + 2):
        yield level
        lists = [item for item in level if type(item) is list and item]
        objects = [item for item in level if type(item) is dict and item]
        level = [*chain.from_iterable(_once(lists)), *chain.from_iterable(map(dict.values, _once(objects)))]
        if not level:
            break


def _once(items: Sequence[Any]) -> Collection[Any]:
    return dict(zip(map(id, items), items, strict=True)).values()


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
