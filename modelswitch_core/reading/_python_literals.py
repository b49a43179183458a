"""Objects as Python writes them, {'a': None, 'b': True}, made JSON: token by token, and nothing evaluated."""

from __future__ import annotations

import json
import re

from modelswitch_core.reading._canonical import DEEPEST
from modelswitch_core.reading._pattern import pattern

_TOKEN = pattern(
    r"\s{0,200}+([:,]?+)\s{0,200}+(?:([{}\[\]]|'(?:[^'\\\n]|\\.)*+'|\"(?:[^\"\\\n]|\\.)*+\""
    r"|(?:True|False|None|true|false|null)(?!\w)|-?\d[\d.eE+-]*+)|(?s:.))"
)
"""A separator and what it parts from the next piece; anything else is matched without a piece."""
_LONGEST = 50_000
_MOST_PIECES = 5_000
"""Characters, and brackets and values, of what Python wrote that are read. Our own values: an answer of that
kind has some hundred."""


class TooMuchError(ValueError):
    """What Python wrote is longer, or nests deeper, than is read."""


_NAMES = {"True": "true", "False": "false", "None": "null"}
_ESCAPE = pattern(r"\\(U00(?:0[\da-fA-F]|10)[\da-fA-F]{4}|x[\da-fA-F]{2}|.)|\"|[\x00-\x1f]")
_KEPT_ESCAPES = '"\\/bfnrtu'


def as_json(text: str, start: int) -> tuple[str | None, int, int]:
    """The object or list that begins at `start` as JSON or None, how far it was read, and in how many pieces.

    Strings may stand in quotation marks of either kind, and a comma behind the last item. Tuples, sets and
    calls are refused here or by the JSON parser, which reads the result.

    Raises:
        TooMuchError: It is longer, or nests deeper, than is read.
    """
    written: list[str] = []
    depth, position, pieces = 0, start, 0
    for pieces, token in enumerate(_TOKEN.finditer(text, start)):
        separator, piece = token.groups()
        if piece is None:
            break
        if pieces == _MOST_PIECES or position - start > _LONGEST or depth > DEEPEST:
            raise TooMuchError
        position = token.end()
        if piece[0] in "'\"":
            written += separator, _string(piece)
        elif piece in "{[":
            written += separator, piece
            depth += 1
        elif piece in "}]":
            written += piece if separator == "," else separator + piece
            depth -= 1
            if depth == 0:
                return "".join(written), position, pieces
        else:
            written += separator, _NAMES.get(piece, piece)
    return None, position, pieces


def _string(written: str) -> str:
    return f'"{_ESCAPE.sub(_escaped, written[1:-1])}"'


def _escaped(found: re.Match[str]) -> str:
    """A quotation mark, a control character or an escape, as JSON writes it."""
    escape = found.group(1)
    if escape is None:
        return f"\\u{ord(found.group()):04x}"
    if len(escape) > 1:
        return json.dumps(chr(int(escape[1:], 16)))[1:-1]
    return f"\\{escape}" if escape in _KEPT_ESCAPES else escape if escape == "'" else f"\\\\{escape}"
