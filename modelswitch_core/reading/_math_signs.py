"""Signs that Math-Verify passes over, although they make another answer of an expression.

It reads x' as x, a transposed matrix as the matrix, 1101 to base 2 as 1101, and (1, 2) as {1, 2}; and of what
is measured it sees the number alone.
"""

from __future__ import annotations

from modelswitch_core.reading._measures import Measure, measure_behind, measures_differ
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._text import strip_markup, undress

_END_SIGNS = pattern(r"\s?[!'’′]{1,20}")
_CLOSED_BY = pattern(r"(?:\d|(?<![A-Za-z])[A-Za-z]|[)\]}|])\Z")

_ENDS_IN_WORDS = pattern(r"\\(?:text|textbf|textit|mbox)\s{0,3}\{[^{}]*\}\Z")
_WORDS = pattern(
    r"\\(?:text|textbf|textit|mathrm|mbox|operatorname)\s{0,3}\{[^{}]*\}"
    r"|(?<![A-Za-z])[A-Za-z]{2,}+['’][A-Za-z]{1,2}(?![A-Za-z])"
)
_PRIME = pattern(r"(?:(?<=[A-Za-z)\]}'’′])|(?<=_\d))(?:\s?['’′]|\s?\^\s?\{?\s?(?:\\prime\s?){1,4}\}?)")
_TRANSPOSED = pattern(r"\^\s?\{?\s?(?:T(?![A-Za-z])|\\top(?![A-Za-z])|\\intercal|\\mathsf\s?\{?T)")
_BASE = pattern(r"(?<=[\dA-F])_\s?\{?\s?(?:\\text\s?\{)?\s?(\w{1,12})")
_UNIT = pattern(
    r"\\(?:text|textbf|mathrm|mbox)\s{0,3}\{\s{0,3}([^{}]{1,60})\}\s{0,3}(\^\s{0,3}\{?\s{0,3}[23]\s{0,3}\}?)?\Z"
)
_CURRENCY = pattern(r"[-+]?\s{0,3}(?:\\(\$)|([€£¥₹₽₩]))")


def expression(text: str) -> str:
    """The text without the marks around it, but with the factorial or prime that ends it."""
    plain = strip_markup(text)
    start = text.find(plain)
    end = start + len(plain)
    signs = _END_SIGNS.match(text, end) if plain and start >= 0 and _CLOSED_BY.search(plain[-2:]) else None
    # What follows a quotation or words is punctuation.
    if signs is None or set(text[:start]) & set("'‘’\"“") or _ENDS_IN_WORDS.search(plain):
        return plain
    return plain + signs.group().strip()


def ends_in_sign(text: str) -> bool:
    """Whether a factorial or a prime ends an expression."""
    return expression(text) != strip_markup(text)


def signs_differ(a: str, b: str) -> bool:
    """Whether two cleaned expressions differ in a sign that Math-Verify passes over. Symmetric.

    What stands before "=" in one of them alone is a name, so that y' = 3 and 3 are not set apart. A base or a
    unit that only one of them gives is left to the question.
    """
    if ("=" in a) != ("=" in b):
        a, b = a.rpartition("=")[2], b.rpartition("=")[2]
    plain_a, plain_b = _WORDS.sub(" ", a), _WORDS.sub(" ", b)
    if any(len(sign.findall(plain_a)) != len(sign.findall(plain_b)) for sign in (_PRIME, _TRANSPOSED)):
        return True
    bases_a, bases_b = sorted(_BASE.findall(a)), sorted(_BASE.findall(b))
    if bases_a and bases_b and bases_a != bases_b:
        return True
    return {enclosed_by(a), enclosed_by(b)} == {"(", "{"} or measures_differ(_measure(a), _measure(b))


def enclosed_by(text: str) -> str:
    """What encloses a list of several parts: "(", "[", "{", or "" for nothing."""
    text = (
        text.replace("\\{", "{").replace("\\}", "}").replace("\\lbrace", "{").replace("\\rbrace", "}").strip()
    )
    depth, parts = 0, 1
    for place, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0 and place < len(text) - 1:
                return ""
        elif character in ",;" and depth == 1:
            parts += 1
        if depth == 0 and place < len(text) - 1:
            return ""
    return text[0] if parts > 1 and depth == 0 else ""


def _measure(text: str) -> Measure | None:
    """In what an expression is given: by the words that end it, or the currency sign that begins it."""
    currency = _CURRENCY.match(text)
    if currency is not None:
        return measure_behind(currency.group(1) or currency.group(2))
    unit = _UNIT.search(text)
    return None if unit is None else measure_behind(f" {undress(unit.group(1))}{unit.group(2) or ''}")
