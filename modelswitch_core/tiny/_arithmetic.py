"""Finds the arithmetic in everyday wordings. Nothing here works anything out."""

from __future__ import annotations

import re

from modelswitch_core.tiny._code import Arithmetic, Operation

# One way of writing each sign. An x is a sign between numbers alone.
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("−–—﹣－‐‑", "-"),
        **dict.fromkeys("×·⋅∙✕✖＊", "*"),
        **dict.fromkeys("÷∕／", "/"),
        "＋": "+",
        "＝": "=",
    }
)
_LATEX = (("\\times", "*"), ("\\cdot", "*"), ("\\div", "/"))

# Thousands marks make a number too large for the models, but one number.
_NUMBER = r"\d{1,3}(?:[,'’\u00a0\u2009\u202f]\d{3}){1,6}(?!\d)|\d{1,20}"
_LEFT = rf"(?<![\w.,'’^])(?<!\d:)(?P<left>{_NUMBER})(?![.,'’]?\d)"
_RIGHT = rf"(?P<right>{_NUMBER})(?![.,'’:]?\d|[\w^²³!%°])"

_INFIX: tuple[tuple[str, Operation, bool], ...] = (
    (r"\s{0,3}\+\s{0,3}", "+", False),
    (r"\s{0,3}-\s{0,3}", "-", False),
    (r"\s{0,3}\*\s{0,3}", "*", False),
    (r"\s{0,3}x\s{0,3}", "*", False),
    (r"\s{1,3}(?:plus|added\s{1,3}to)\s{1,3}", "+", False),
    (r"\s{1,3}(?:minus|less|take\s{1,3}away)\s{1,3}", "-", False),
    (r"\s{1,3}subtracted\s{1,3}from\s{1,3}", "-", True),
    (r"\s{1,3}(?:times|multiplied\s{1,3}(?:by|with))\s{1,3}", "*", False),
)
_PREFIX: tuple[tuple[str, str, Operation, bool], ...] = (
    (r"\bsum\s{1,3}of\s{1,3}", r"\s{1,3}and\s{1,3}", "+", False),
    (r"\badd\s{1,3}", r"\s{1,3}(?:and|to|with)\s{1,3}", "+", False),
    (r"\bdifference\s{1,3}(?:between|of)\s{1,3}", r"\s{1,3}and\s{1,3}", "-", False),
    (r"\b(?:subtract|take)\s{1,3}", r"\s{1,3}from\s{1,3}", "-", True),
    (r"\bproduct\s{1,3}of\s{1,3}", r"\s{1,3}and\s{1,3}", "*", False),
    (r"\bmultiply\s{1,3}", r"\s{1,3}(?:and|by|with)\s{1,3}", "*", False),
)
_NO_MORE = r"(?!,?\s{1,3}(?:and|to|with|by)\s{1,3}\d)"
_PATTERNS = [
    *((re.compile(_LEFT + between + _RIGHT, re.IGNORECASE), op, turned) for between, op, turned in _INFIX),
    *(
        (re.compile(before + _LEFT + between + _RIGHT + _NO_MORE, re.IGNORECASE), op, turned)
        for before, between, op, turned in _PREFIX
    ),
]

# What shows that two numbers are only a part of what is asked, or are none of their own: a longer sum, a
# bracket with a factor, a negative number, a range of pages.
_OPERATOR = r"(?:[-+*/^]|(?:plus|minus|times|less|over|divided\s+by|multiplied\s+by|modulo|mod)\b)"
_GOES_ON = re.compile(
    rf"[\s)\]}}]{{0,6}}{_OPERATOR}[\s(\[{{]{{0,6}}(?:[\d.√\\]|sqrt|[a-z](?![a-z]))"
    r"|\s{0,3}[)\]}]\s{0,3}[\d(^]",
    re.IGNORECASE,
)
_COMES_AFTER = re.compile(
    r"(?:[\w)\]}.%!][\s(\[{]{0,6}(?:[-+*/^]|\b(?:plus|minus|times|over|by|negative))|[-+*/^√]|\bnegative|\bminus)"
    r"[\s(\[{]{0,6}\Z|[\d)]\s{0,3}[(\[{]\s{0,3}\Z",
    re.IGNORECASE,
)
# Words that make something else of it, or of which the numbers are a part.
_PART_BEFORE = re.compile(
    r"\b(?:half|twice|double|triple|root|log|ln|sin|cos|tan|scores?|isbn|boeing|airbus|covid)\b[^.?!:]{0,12}\Z",
    re.IGNORECASE,
)
_PART_AFTER = re.compile(
    r"[\s,]{0,3}(?:doubled|tripled|halved|squared|cubed|and\s{1,3}(?:then\b|add\b|subtract\b|multiply\b|divide\b)"
    r"|(?:plus|minus|times)\s{1,3}[^\W\d_])",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:\A|\n)[ \t]{0,8}[-*+•][ \t]+\Z")
_WORD = re.compile(r"\s+[^\W\d_]")
_ASKED = re.compile(
    r"\b(?:what\s+is|what[’']s|how\s+much\s+is|compute|calculate|work\s+out|evaluate|solve)\s*:?\s*\Z",
    re.IGNORECASE,
)
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]{1,200}(?:\*[^*\n]{1,200})?)(?<=\S)\*\*")


def find_arithmetic(text: str) -> Arithmetic | None:
    """The sum, difference or product of two whole numbers that a text asks for; of several the last.

    Args:
        text: What was said: "What is 417 − 58?", "12 times 7", "Subtract 5 from 9.".

    Returns:
        None where there is none, or where two numbers are only a part of something longer.
    """
    plain = text.translate(_SIGNS)
    for word, sign in _LATEX:
        plain = plain.replace(word, sign)
    plain = _BOLD.sub(r"\1", plain)
    last: tuple[int, Arithmetic] | None = None
    for pattern, operation, turned in _PATTERNS:
        for found in pattern.finditer(plain):
            if (last is None or found.start() > last[0]) and _stands_alone(plain, found):
                left, right = _value(found["left"]), _value(found["right"])
                if turned:
                    left, right = right, left
                last = found.start(), Arithmetic(left, operation, right)
    return None if last is None else last[1]


def _stands_alone(plain: str, found: re.Match[str]) -> bool:
    before = plain[max(0, found.start() - 40) : found.start()]
    if _GOES_ON.match(plain, found.end()):
        return False
    if _COMES_AFTER.search(before) and not _BULLET.search(before):
        return False
    if _PART_BEFORE.search(before) or _PART_AFTER.match(plain, found.end()):
        return False
    if re.fullmatch(r"\d+\s*[-xX]\s*\d+", found.group()) and _WORD.match(plain, found.end()):
        # "Write 2-3 sentences", "a 4 x 4 truck": and then what there is two or three of.
        return _ASKED.search(before) is not None
    return True


def _value(written: str) -> int:
    return int("".join(symbol for symbol in written if symbol.isdecimal()))
