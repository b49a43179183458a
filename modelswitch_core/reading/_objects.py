"""Finding JSON, or what Python writes in its place, in a text: fenced or not, among other words."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._python_literals import TooMuchError, as_json

OBJECT_CHARS = 400_000
"""How much of the end of a text is searched for JSON. Our own value."""

_MOST_STARTS = 2_000
_MOST_FAILURES = 500
_LEAST_WORK = 300_000
_MOST_PASSES = 3
"""How often a text may be read over, besides the least work: once for each value that is never closed."""

_MOST_BEHIND = 8_000
"""How much of the text before a value is kept: where JSON breaks off, Python counts the lines before it, from
the beginning of the text each time."""

_PYTHON_WORK = 25
"""How many characters are as much work as a bracket or a value that Python wrote, as Python also reads it."""

_MOST_EXACT = 20_000
"""The longest value that is read where a number in it is beyond what a float can hold. Our own value."""

_FENCE_BEGINS = r"```[ \t]*(?:[A-Za-z0-9_+-]{0,20})[ \t]*\r?\n?"
_FENCE = pattern(_FENCE_BEGINS + "(.*?)```", re.DOTALL)
_WHOLE_FENCE = pattern(_FENCE_BEGINS + "(.*)```", re.DOTALL)
_START = pattern(r"\{(?=\s{0,60}[\"'}])|\[(?=\s{0,60}[\"'\]{\[\d\-tfnTFN])")
_MOST_DIGITS = 2_000
"""Digits of a whole number that is read as one: Python converts no more than 4,300."""


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _MOST_DIGITS else _exact(digits)


def _float(written: str) -> float | Decimal:
    """As a float, but for what no float can hold: 1e400 is not infinite, and 1e-400 not nought."""
    value = float(written)
    lost = math.isinf(value) or (value == 0 and any(digit in "123456789" for digit in _mantissa(written)))
    return _exact(written) if lost else value


def _mantissa(written: str) -> str:
    return written.casefold().partition("e")[0]


def _exact(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation:  # an exponent of twenty digits
        raise ValueError from None


_FAST = json.JSONDecoder()
_ROUGH = json.JSONDecoder(parse_int=float)
"""Python refuses to convert many digits to a whole number."""
_EXACT = json.JSONDecoder(parse_int=_whole, parse_float=_float)
"""Calls Python for each number, which takes most of the time of reading a long list."""
_BEYOND_FLOATS = pattern(
    r"(?:\A|[\s,:\[])-?\d{0,99}+(?:\d(?:\d{1900}|\d*+[.eE])|\.\d{100}|(?:\.\d{0,99}+)?[eE][-+]?0*+(?:[2-9]\d\d|\d{4}))"
)
"""A number that may be beyond what a float can hold, or what Python converts to a whole number."""
_MANY_DIGITS, _GREAT_EXPONENT = pattern(r"[0-9]{100}"), pattern(r"[eE](?<=\d.)[-+]?\d{3}")
"""What every such number holds, found faster; so do digests."""
_SHORTEST_BEYOND = len("[1e999]")
_STRING = pattern(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"')
_FAILED = object()


def _is_beyond_floats(text: str, start: int, end: int) -> bool:
    """Whether JSON holds such a number between two places; a digest in a string is none."""
    if _GREAT_EXPONENT.search(text, start, end) is None and _MANY_DIGITS.search(text, start, end) is None:
        return False
    return _BEYOND_FLOATS.search(_STRING.sub('""', text[start:end])) is not None


_BEGINS_JSON = frozenset('"{}[]-0123456789')


def _decode(text: str, start: int) -> tuple[Any, int, int]:
    """The JSON value that begins at `start`, where it ends, and the work it was.

    `_FAILED` where there is none: it ends where it begins. Or where it is too long: none of it can be read.
    """
    if text[start + 1 : start + 2] not in _BEGINS_JSON and _BEGINS_PYTHON.match(text, start) is not None:
        return _decode_python(text, start)
    try:
        try:
            value, end = _FAST.raw_decode(text, start)
        except json.JSONDecodeError:
            raise
        except ValueError:  # more digits than Python converts
            value, end = _ROUGH.raw_decode(text, start)
        if end - start >= _SHORTEST_BEYOND and _is_beyond_floats(text, start, end):
            value = _EXACT.raw_decode(text, start)[0] if end - start <= _MOST_EXACT else _FAILED
        return value, end, end - start
    except json.JSONDecodeError as error:
        if _is_python(text, error.pos):
            return _decode_python(text, start)
        return _FAILED, start, error.pos - start
    except (RecursionError, ValueError):
        # Too deep, or a number beyond all bounds.
        return _FAILED, start, len(text) - start


_PYTHON = pattern(r"'|(?:True|False|None)(?!\w)")
_BEGINS_PYTHON = pattern(r"[{\[][ \t\r\n]{0,60}(?:'|(?:True|False|None)(?!\w))")


def _is_python(text: str, broken: int) -> bool:
    """Whether JSON breaks off at what Python allows: its marks and names, a comma behind the last item."""
    if text[broken : broken + 1] in {"}", "]"}:
        return text[max(0, broken - 80) : broken].rstrip().endswith(",")
    return _PYTHON.match(text, broken) is not None


def _decode_python(text: str, start: int) -> tuple[Any, int, int]:
    try:
        written, end, pieces = as_json(text, start)
    except TooMuchError:
        # Where it ends is not known, and nothing that stands in it is an answer.
        return _FAILED, len(text), len(text) - start
    work = end - start + _PYTHON_WORK * pieces
    try:
        if written is not None:
            return loads(written), end, work
    except (RecursionError, ValueError):
        pass
    return _FAILED, start, work


def loads(text: str) -> Any:
    """The JSON value of a text that is one, numbers beyond Python's own as `Decimal`."""
    return (_EXACT if _is_beyond_floats(text, 0, len(text)) else _FAST).decode(text)


def whole_object(text: str) -> Any | None:
    """The object or array, where the text, or its only code fence, is one and nothing else."""
    text = _unfenced(text)
    if len(text) > OBJECT_CHARS:
        return None
    if text[:1] not in {"{", "["} or text[-1:] not in {"}", "]"}:
        return None
    value, end, _ = _decode(text, 0)
    return value if value is not _FAILED and end == len(text) else None


def _unfenced(text: str) -> str:
    """The text without the white space and the code fence around all of it."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```"):
        fenced = _WHOLE_FENCE.fullmatch(text)
        return text if fenced is None else fenced.group(1).strip()
    return text


def object_at(text: str, start: int) -> Any | None:
    """The object or array that begins at `start`, or in a code fence that begins there."""
    fenced = _FENCE.match(text, start)
    if fenced is not None:
        return whole_object(fenced.group(1))
    if text[start : start + 1] not in {"{", "["}:
        return None
    value = _decode(text, start)[0]
    return None if value is _FAILED else value


def objects(text: str) -> Iterator[Any]:
    """Every outermost JSON object and array of the text, last one first; those in code fences come first."""
    whole = whole_object(text)
    if whole is not None:
        yield whole
        return
    text = text[-OBJECT_CHARS:]
    if "{" not in text and "[" not in text:
        return
    looked_at = _unfenced(text)
    for fence in reversed(_FENCE.findall(text)[-50:]):
        value = None if fence.strip() == looked_at else whole_object(fence)
        if value is not None:
            yield value
    yield from reversed(_loose_objects(text))


def _loose_objects(text: str) -> list[Any]:
    """The outermost values among other words, in order.

    The number of attempts and their work are bounded, since a text of 20,000 opening brackets would make each
    attempt read all the rest.
    """
    found: list[Any] = []
    position, work, failures = 0, 0, 0
    most_work = _LEAST_WORK + _MOST_PASSES * len(text)
    for _ in range(_MOST_STARTS):
        if position > _MOST_BEHIND:
            text, position = text[position:], 0
        start = _START.search(text, position)
        if start is None or work > most_work or failures == _MOST_FAILURES:
            break
        value, end, read = _decode(text, start.start())
        work += read
        if value is _FAILED:
            failures += 1
            position = max(end, start.end())
        else:
            found.append(value)
            position = end
    return found


def last_object(text: str) -> Any | None:
    """The last JSON object of the text; where there is none, its last array; None without either."""
    array: Any | None = None
    for value in objects(text):
        if isinstance(value, dict):
            return value if array is None or not _holds_objects(array) else array
        if array is None:
            array = value
    return array


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and dict in map(type, value)
