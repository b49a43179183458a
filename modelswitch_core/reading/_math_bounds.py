"""Which mathematics is small enough to be parsed and compared.

SymPy computes what it is given: 9^9^9 would fill the memory, and a long polynomial can be simplified for
minutes. What is out of bounds is compared as text instead. What is so small that it is surely decided at once
is compared here; all between goes to a process that can be stopped. The bounds are our own, and wide of every
answer of the MATH data; they judge the text alone, before anything is parsed.
"""

from __future__ import annotations

import re

from modelswitch_core.reading._pattern import pattern

LONGEST = 400
"""Characters of an expression."""

_MOST_NESTED = 12
_MOST_DIGITS_IN_ROW = 100
_MOST_POWER = 20_000
_MOST_POWER_OF_SUM = 30
_MOST_OPERATORS = 120

_MOST_FUNCTIONS = 8

_DIGITS = pattern(r"\d+")
_OPERATOR = pattern(r"[-+*/^=<>,!|&]|\\[A-Za-z]+")
_COMMAND = pattern(r"\\[A-Za-z]+")
# Sums, products, integrals and limits are computed when compared; an answer that still holds one is rare.
_HEAVY = pattern(
    r"\\(?:sum|prod|int|iint|iiint|oint|lim|bigcup|bigcap|underbrace|overbrace|zeta|Gamma)(?![A-Za-z])"
)
_FUNCTION = pattern(r"\\?(?:arc)?(?:sin|cos|tan|cot|sec|csc|sinh|cosh|tanh|log|ln|exp)(?![a-z])")
_FACTORIAL = pattern(r"!\s{0,3}!|\d{4,}\s{0,3}!|[)}\]]\s{0,3}!")
_CHOOSE = pattern(r"\\(?:binom|tbinom|dbinom|choose)(?![A-Za-z])")
_LONG_NUMBER = pattern(r"\d{4,}")
# A number that is raised again inside an exponent: 10^{10^{10}}.
_RAISED_NUMBER = pattern(r"\d\s{0,3}[)}\]]?\s{0,3}\^")
_SUM_POWER = pattern(r"[)\]]\s{0,3}$")

_QUICKEST = 60
_MOST_QUICK_SIGNS = 10
_MOST_QUICK_ROOTS = 2
_MOST_QUICK_LETTERS = 2

_QUICK = pattern(
    # Possessive, and each piece can be matched in one way only: nothing is ever tried twice.
    r"(?:[A-Za-z]\s{0,2}=)?"
    r"(?:(?<!\d)\d{1,9}+(?!\d)|[-+*/.,()\[\]{} ]|[A-Za-z](?![A-Za-z])"
    r"|\\(?:frac|sqrt|pi|cdot|times|infty|cup)(?![A-Za-z])"
    r"|\\text\s?\{[A-Za-z ]{0,40}\}|\^\s?\{?-?\d(?![\d^]))*+\Z"
)
_SIGN = pattern(r"[-+*/,^]|\\(?:frac|cdot|times|cup)")
_POWER_OF_GROUP = pattern(r"[)}\]]\s?\^")
_NOT_LETTERS = pattern(r"\\text\s?\{[^{}]*\}|\\[A-Za-z]+")


def is_tractable(text: str) -> bool:
    """Whether an expression may be handed to the algebra system."""
    return (
        len(text) <= LONGEST
        and text.isprintable()
        and not _HEAVY.search(text)
        and not _FACTORIAL.search(text)
        and not (_CHOOSE.search(text) and _LONG_NUMBER.search(text))
        and len(_FUNCTION.findall(text)) <= _MOST_FUNCTIONS
        and len(_OPERATOR.findall(text)) <= _MOST_OPERATORS
        and _nesting(text) <= _MOST_NESTED
        and all(len(row) <= _MOST_DIGITS_IN_ROW for row in _DIGITS.findall(text))
        and _powers_are_small(text)
    )


def is_quick(text: str) -> bool:
    """Whether a tractable expression is so small that comparing it with another such one needs no deadline.

    What passes: numbers, fractions, π, a root or two, and sums and products of them with at most two letters,
    exponents of one digit and one power of a bracket; behind "x =", nothing with letters. Equations,
    functions and everything else may be slow. Ten thousand random pairs of these took at most half a second.
    """
    if len(text) > _QUICKEST or not _QUICK.match(text):
        return False
    letters = [character for character in _NOT_LETTERS.sub(" ", text) if character.isalpha()]
    return (
        len(_SIGN.findall(text)) <= _MOST_QUICK_SIGNS
        and len(_POWER_OF_GROUP.findall(text)) <= 1
        and text.count("\\sqrt") <= _MOST_QUICK_ROOTS
        and (len(letters) <= 1 if "=" in text else len(set(letters)) <= _MOST_QUICK_LETTERS)
    )


def _nesting(text: str) -> int:
    depth = deepest = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest


def _powers_are_small(text: str) -> bool:
    """Whether all powers together, as if each applied to the longest number, stay short when written out."""
    weight = max((len(row) for row in _DIGITS.findall(text)), default=1)
    text = text.replace("**", "^")
    position = text.find("^")
    while position >= 0:
        exponent, base = _group_after(text, position + 1), text[:position]
        size = _size(exponent)
        if (
            size > _MOST_POWER_OF_SUM
            and _SUM_POWER.search(base)
            and re.search(r"[A-Za-z]", _COMMAND.sub("", text))
        ):
            return False
        weight *= size
        if weight > _MOST_POWER:
            return False
        position = text.find("^", position + 1)
    return True


def _size(exponent: str) -> int:
    """The greatest value an exponent without letters can have, by multiplying all its numbers; at least 1."""
    if _RAISED_NUMBER.search(exponent):
        return 10**9
    size = 1
    for row in _DIGITS.findall(exponent):
        size *= max(1, int(row[:9]) + 1 if len(row) < 9 else 10**9)
        if size > _MOST_POWER:
            return size
    return size


def _group_after(text: str, start: int) -> str:
    """The exponent that begins at `start`: a group in braces or brackets, or the row of characters there."""
    while start < len(text) and text[start].isspace():
        start += 1
    depth, end = 0, start
    while end < len(text):
        character = text[end]
        if character in "{([":
            depth += 1
        elif character in "})]":
            depth -= 1
            if depth <= 0:
                # What is raised again belongs to the exponent: 9^{9}^9.
                return text[start : end + 1]
        elif depth == 0 and end > start and not (character.isalnum() or character in "^-+.\\"):
            break
        end += 1
    return text[start:end]
