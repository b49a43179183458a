"""Objects as Python writes them, {'a': None, 'b': True}, made JSON: token by token, and nothing evaluated."""

from __future__ import annotations

import json
import re

from modelswitch_core.reading._canonical import DEEPEST
from modelswitch_core.reading._pattern import pattern

_TOKEN = pattern(
    r"\s{0,200}+([:,]?+)\s{0,200}+(?:(?P<bracket>[{}\[\]])|(?P<string>'(?:[^'\\\n]|\\.)*+'|\"(?:[^\"\\\n]|\\.)*+\")"
    r"|(?P<name>True|False|None|true|false|null)(?!\w)|(?P<number>-?\d[\d.eE+-]*+))"
)
_LONGEST = 50_000
"""Characters of what Python wrote that are read. Our own value: an answer of that kind has some hundred."""

_NAMES = {"True": "true", "False": "false", "None": "null"}
_ESCAPE = pattern(r"\\(U00(?:0[\da-fA-F]|10)[\da-fA-F]{4}|x[\da-fA-F]{2}|.)|\"|[\x00-\x1f]")
_KEPT_ESCAPES = '"\\/bfnrtu'


def as_json(text: str, start: int) -> tuple[str | None, int]:
    """The object or list that begins at `start` as JSON, and where it ends; None and how far it was read.

    Strings may stand in quotation marks of either kind, and a comma behind the last item. Tuples, sets and
    calls are refused here or by the JSON parser, which reads the result.
    """
    written: list[str] = []
    depth, position = 0, start
    while (token := _TOKEN.match(text, position)) is not None:
        position, kind = token.end(), token.lastgroup or ""
        separator, piece = token[1], token[kind]
        if kind == "string":
            written += separator, _string(piece)
        elif kind != "bracket":
            written += separator, _NAMES.get(piece, piece)
        elif piece in "{[":
            written += separator, piece
            depth += 1
        else:
            written += piece if separator == "," else separator + piece
            depth -= 1
            if depth == 0:
                return "".join(written), position
        if depth > DEEPEST or position - start > _LONGEST:
            break
    return None, position


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
