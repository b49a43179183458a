"""Numbers as people and models write them, as exact fractions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from modelswitch_core.reading._amounts import Amount, amounts_in, leading_amount
from modelswitch_core.reading._measures import Measure, measure_of
from modelswitch_core.reading._number_words import number_in_words, whole_number_in_words
from modelswitch_core.reading._pattern import found_near_digits, pattern
from modelswitch_core.reading._text import VALUE_CHARS, one_form, strip_markup, undress
from modelswitch_core.reading._units import LEADING_UNITS, SCALES, is_unit

MOST_DIGITS = 1_000
"""Digits and powers of ten beyond which a number is compared as text. Our own value: exact arithmetic stays
within microseconds, and Python itself refuses to convert more than 4,300 digits."""


class Number(NamedTuple):
    """A number found in a text.

    Attributes:
        value: The exact value, or the digits themselves where the number is too long for arithmetic.
        text: As it was written.
        percent: Whether it was written as a percentage; `value` is then a hundredth of what was written.
        measure: In what it was given; None where no known unit stands with it.
    """

    value: Fraction | str
    text: str
    percent: bool
    measure: Measure | None = None


_PERCENT = (
    r"%|percent(?:age)?(?![A-Za-z])|per\scent(?![A-Za-z])|pct(?![A-Za-z])"
    r"|por\sciento|pour\scent|Prozent|процент\w{0,4}"
)
_CURRENCY = r"(?:US\$|C\$|A\$|USD|EUR|GBP|Rs\.?|[$€£¥￥₹₽₩฿₦₱₫₺₴₸৳])"
_SEPARATOR = "[\u00a0\u2009\u202f\u2007\u2008'’]"
# Every repetition of a group is bounded: an unbounded one backtracks over a long row of digit groups.
_BODY = (
    r"(?:0x[\da-f]{1,64}(?![\da-z])|[1-9]\d{0,2}(?:,\d{2,3}){0,30},\d{3}(?!\d)(?:\.\d+)?"
    rf"|[1-9]\d{{0,2}}(?:{_SEPARATOR}\d{{3}}){{1,30}}(?!\d)(?:[.,]\d+)?"
    r"|[1-9]\d{0,2}(?:\.\d{3}){1,30},\d+(?![\d.,]\d)"
    r"|[1-9]\d{0,2}(?:\.\d{3}){2,30}(?!\d)"
    r"|(?<!\d,)\d+,\d+(?![\d,])"
    r"|\d+(?:\.\d+)?|\.\d+)"
)
_PLAIN = r"(?:\d{1,30}(?:,\d{3}){0,8}(?:\.\d{1,30})?|\.\d{1,30})"
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER = (
    r"(?:\s?(?:\^|\*\*)\s?(?:\{\s?(?P<@a>[-+]?\d{1,9})\s?\}|(?P<@b>[-+]?\d{1,9}))"
    r"|(?P<@c>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,9}))"
)
_FRAC_PART = r"(?:\{\s{0,3}(?P<@>[-+]?\s?" + _PLAIN + r")\s{0,3}\}|(?P<@1>\d))"
_FRAC = r"\\frac\s{0,3}" + _FRAC_PART.replace("@", "top") + r"\s{0,3}" + _FRAC_PART.replace("@", "bottom")
_NUMBER = (
    rf"(?P<sign>(?<![\w)\]}}])[-+–]\s?)?(?:{_CURRENCY}\s?)?(?P<sign2>[-+])?"
    r"(?P<open>\(\s{0,2})?"
    r"(?:(?:(?P<whole>\d{1,15})\s{0,2})?"
    + _FRAC
    + r"|(?P<whole2>\d{1,15})\s{1,2}(?P<top2>\d{1,15})/(?P<bottom2>[1-9]\d{0,14})(?![\d/]|\.\d)"
    rf"|(?<!\d/)(?P<top3>{_PLAIN})\s{{0,2}}/\s{{0,2}}(?P<bottom3>-?{_PLAIN})(?!\d|\s?/\s?\d|[.,]\d)"
    rf"|(?P<body>{_BODY})"
    r"(?:(?P<e>[eE][-+]?\d{1,9})(?![A-Za-z\d])"
    r"|\s{0,3}(?:×|x|X|\*|·|⋅|\\times|\\cdot)\s{0,3}10"
    + _POWER.replace("@", "t")
    + r"|(?P<power>"
    + _POWER.replace("@", "p")
    + r"))?"
    r")(?(open)\s{0,2}\)|)"
)
_SCALE = "|".join(re.escape(word) for word in sorted(SCALES, key=len, reverse=True))
_SUFFIX = (
    rf"(?:\s{{0,2}}(?P<scale>{_SCALE})(?![A-Za-zа-яё]))?"
    rf"(?:\s{{0,2}}(?P<percent>{_PERCENT}))?"
)
_STRICT = pattern(_NUMBER + _SUFFIX, re.IGNORECASE)
_LOOSE = pattern(r"(?<![A-Za-z\d_])" + _NUMBER + _SUFFIX, re.IGNORECASE)
_LOOSEST = pattern(r"(?<!\d)" + _NUMBER + _SUFFIX, re.IGNORECASE)


def _number(found: re.Match[str]) -> Number | None:
    """The match as a number; None where it has no value (a division by zero)."""
    groups = found.groupdict()
    text = found.group().strip()
    negative = (groups["sign"] or "").strip() in {"-", "–"}
    negative ^= groups["sign2"] == "-"
    try:
        value = _value(groups)
    except ZeroDivisionError:
        return None
    if value is None:
        digits = re.sub(r"\s", "", text)
        return Number(digits, text, bool(groups["percent"]))
    if groups["scale"]:
        value *= SCALES[groups["scale"].casefold()]
    if groups["percent"]:
        value /= 100
    return Number(-value if negative else value, text, bool(groups["percent"]), measure_of(found))


def _value(groups: dict[str, str | None]) -> Fraction | None:
    """The size of a number without its sign; None where it is too long for arithmetic."""
    top = groups["top"] or groups["top1"]
    bottom = groups["bottom"] or groups["bottom1"]
    whole = groups["whole"]
    if groups["top2"]:
        whole, top, bottom = groups["whole2"], groups["top2"], groups["bottom2"]
    elif groups["top3"]:
        top, bottom = groups["top3"], groups["bottom3"]
    if top is not None and bottom is not None:
        if not bottom.strip("-0.,"):
            raise ZeroDivisionError
        return Fraction(whole or 0) + _decimal(top) / _decimal(bottom)
    body = groups["body"] or ""
    if len(body) > MOST_DIGITS:
        return None
    value = _decimal(body)
    exponent = _exponent(groups, "t")
    if groups["e"]:
        exponent = int(groups["e"][1:])
    if exponent is not None:
        return value * Fraction(10) ** exponent if abs(exponent) <= MOST_DIGITS else None
    power = _exponent(groups, "p")
    if power is not None:
        # Written as a power: 2^10. Longer results than arithmetic should carry stay text.
        return value**power if abs(power) * len(body) <= MOST_DIGITS else None
    return value


def _exponent(groups: dict[str, str | None], name: str) -> int | None:
    written = groups[name + "a"] or groups[name + "b"] or groups[name + "c"]
    return int(written.translate(_SUPERSCRIPTS)) if written else None


def _decimal(written: str) -> Fraction:
    """One number without exponent; "0x" tells a hexadecimal one, the marks tell thousands from decimals."""
    written = re.sub(rf"{_SEPARATOR}|\s", "", written)
    if written[:2] in {"0x", "0X"}:
        return Fraction(int(written, 16))
    commas, points = written.count(","), written.count(".")
    if commas and points:
        decimal = "," if written.rfind(",") > written.rfind(".") else "."
        written = written.replace("." if decimal == "," else ",", "").replace(",", ".")
    elif points > 1:
        written = written.replace(".", "")
    elif commas == 1 and not re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", written):
        written = written.replace(",", ".")
    else:
        written = written.replace(",", "")
    return Fraction(written)


class Place(NamedTuple):
    """A number, and where it begins and ends in the text."""

    number: Number
    start: int
    end: int


_DIGIT = pattern(r"\d")
_CLOCK = pattern(
    r"(?<![\d.:/-])(?:\d{1,4}:\d{1,4}(?::\d{2})?(?![\d:])|\d{4}-\d{1,2}-\d{1,2}(?![\d-])"
    r"|\d{1,2}([/.])\d{1,2}\1\d{4}(?![\d/.]\d))"
)
"""Times of day, ratios and dates: digits that are no number."""
_MONEY_BEHIND = r"(?:,\d{1,2})?\s?(?:[€₽₴₸]|euros?\b|EUR\b|руб|грн|zł|Kč|Ft\b|kr\b)"
_SPACED_MONEY = pattern(rf" \d{{3}}{_MONEY_BEHIND}")
_SPACED = pattern(rf"(?<![\d.,])[1-9]\d{{0,2}}(?: \d{{3}}){{1,5}}(?={_MONEY_BEHIND})")
"""Thousands that spaces part, as French and Russian have it: told from two numbers by the currency behind."""
_LIKE_CLOCK = pattern(r"\d(?::\d|-\d{1,2}-\d|[/.]\d{1,2}[/.]\d{4})")
_FULL_HOUR = pattern(r"(?<=\d):00(?![:\d])")


def plain_form(text: str) -> str:
    """The text in which `numbers_in` finds numbers: one form for each sign, without LaTeX's dress."""
    return undress(one_form(text))


def bounded_plain_form(text: str) -> str:
    """The plain form, no longer than a long text was; its end is what is kept.

    One sign may become several, as ½ does, and a row of them would then cost several times its length.
    """
    return plain_form(text)[-max(len(text), VALUE_CHARS) :]


_MOST_NUMBERS = 100
"""How many numbers of a text are looked at, last ones: more than any honest one ends with."""


def numbers_in(plain: str) -> Iterator[Place]:
    """The numbers of a text in its plain form, last one first; times of day, ratios and dates are none.

    A full hour is one: 2:00 is two.
    """
    if _DIGIT.search(plain) is None:
        return
    if ":" in plain:
        plain = _FULL_HOUR.sub("   ", plain)
    if _LIKE_CLOCK.search(plain):
        plain = _CLOCK.sub(lambda clock: " " * len(clock.group()), plain)
    if _SPACED_MONEY.search(plain):
        plain = _SPACED.sub(lambda money: money.group().replace(" ", "\u202f"), plain)
    amounts = list(amounts_in(plain))[-_MOST_NUMBERS:]
    for numbers in (_LOOSE, _LOOSEST):
        found = list(found_near_digits(numbers, plain, _MOST_BEFORE_DIGIT))[: -_MOST_NUMBERS - 1 : -1]
        for match in found:
            number = _number(match)
            amount = next((one for one in amounts if one.start <= match.start() < one.end), None)
            if amount is not None:
                # Found from its end, it is told with its second number.
                if match.start() > amount.start:
                    yield Place(_told(plain, amount), amount.start, amount.part)
            elif number is not None:
                yield Place(number, match.start(), match.end())
        if found:
            return


def _told(text: str, amount: Amount) -> Number:
    return Number(amount.value, text[amount.start : amount.end], percent=False, measure=amount.measure)


_MOST_BEFORE_DIGIT = 24
"""More characters than may stand before the first digit of a number: sign, currency, bracket, `\\frac {`."""


def last_number(text: str) -> Number | None:
    """The last number of a text, with its sign, percent mark and scale word."""
    last = next(numbers_in(bounded_plain_form(text)), None)
    return None if last is None else last.number


_EQUALS = pattern(r"=(?<![<>!:\\]=)|≈|≃|\\(?:approx|simeq)(?![A-Za-z])")
_ABOUT = pattern(
    r"(?:approximately|approx\.?|about|around|roughly|exactly|only|just|a total of|\\approx|\\sim|≈|~|="
    r"|约|大约|約|etwa|environ|unos)\s*",
    re.IGNORECASE,
)


_CLOCK_TIME = pattern(
    r"(?!\d{1,2}:00(?!:?\d))\d{1,4}:\d{1,4}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?(?![\d:])", re.IGNORECASE
)
_UNFINISHED = pattern(
    # Two stars before a digit or a letter are a power; before anything else they end bold type.
    r"(?!\*\*(?:[\s.,;:!?)]|[^\x00-\x7f]|\Z))\s{0,2}(?:\\(?!approx|text|mathrm|,|\()[A-Za-z]|[√π^*!+×÷]|/\s?\d|[-−]\s?\d)"
)


def lead_number(value: str) -> Number | None:
    r"""The number of an answer such as a box or the rest of an "answer is" line.

    A text that is a number as a whole is that number. Otherwise, after the last equals sign: the number it
    begins with, else its last number. An expression that begins with a number, such as `2\sqrt{3}`, is
    compared as text: its first number is not its value; so are times of day (save full
    hours) and ratios. Without any digit, it is the only number in words.
    """
    whole = whole_number(value)
    if whole is not None:
        return whole
    value = undress(one_form(value[:VALUE_CHARS]))
    pieces = _EQUALS.split(value)
    for piece in reversed(pieces[-8:]):
        text = strip_markup(piece)
        for _ in range(3):
            text = strip_markup(_ABOUT.sub("", text, count=1)) if _ABOUT.match(text) else text
        first = _STRICT.match(text)
        number = _number(first) if first is not None else None
        if first is not None and number is not None:
            amount = leading_amount(text)
            return (amount and _told(text, amount)) or _expression(text, first.end()) or number
        last = next(numbers_in(text), None)
        if last is not None:
            return last.number
    worded = number_in_words(value)
    return None if worded is None else _worded(worded.value, value[worded.start : worded.end])


def _expression(text: str, end: int) -> Number | None:
    """A time of day, a ratio or an expression as text, where a text does not end with its first number."""
    clock = _CLOCK_TIME.match(text)
    if clock is not None:
        written = clock.group().strip()
        return Number("".join(written.replace(".", "").casefold().split()), written, percent=False)
    return Number("".join(text.split()), text, percent=False) if _UNFINISHED.match(text, end) else None


_WORD_IN_IT = pattern(r"(?<![A-Za-z\\])(?!sin|cos|tan|log|exp|sqrt|[ap]\.?m)[^\W\d_]{3,}")


def whole_expression(value: str, *, words: bool = False) -> Number | None:
    r"""A text that is an expression such as `2\sqrt{3}`, a time of day or a ratio, and nothing else.

    Args:
        value: The text.
        words: Whether words may follow, as they do where a box or an announced answer holds them.
    """
    if len(value) > VALUE_CHARS or "\n" in value or "=" in value:
        return None
    text = strip_markup(undress(one_form(value)))
    first = _STRICT.match(text)
    if first is None or (not words and _WORD_IN_IT.search(text)):
        return None
    return _expression(text, first.end())


def _worded(value: int, written: str) -> Number:
    return Number(Fraction(value), written, percent=False)


_NAME = pattern(
    r"[^\W\d_][^\d+*/^<>=\\]{0,40}(?:\([A-Za-z\d, ]{1,12}\))?|[\d\s+*/×÷().,$%\-–]{1,80}|\\[A-Za-z]{2,10}"
    r"|(?:\\(?:frac|times|cdot|div)(?![A-Za-z])|[^\W\d_]{2,40}+|(?<=\s)[xX](?=\s)|(?<=\d)[.,](?=\d)"
    r"|[\d \u00a0\u202f+*/×÷·()$€£%\-–{}]){1,120}+"
)
"""What stands before an equals sign: a name, or a sum, in which words may say what is counted."""


_BRACKETED_MONEY = pattern(
    rf"\(\s?({_CURRENCY}\s?[-+]?[\d.,]{{1,40}}|[-+]?[\d.,]{{1,40}}\s?{_CURRENCY})\s?\)", re.IGNORECASE
)
_MINUS = pattern(r"(?:minus|negative|menos|moins|负|負|минус)\s{0,2}(?=\d)", re.IGNORECASE)
_UNIT_FIRST = pattern(rf"(?:{'|'.join(LEADING_UNITS)})\s{{1,2}}(?=\d)", re.IGNORECASE)


def whole_number(value: str) -> Number | None:
    """The number, where the text is one and nothing else but a name before "=", a currency, a unit."""
    if len(value) > VALUE_CHARS:
        return None
    text = strip_markup(undress(one_form(value)))
    money = _BRACKETED_MONEY.fullmatch(text)
    text = money.group(1) if money is not None else text
    pieces = _EQUALS.split(text)
    if len(pieces) > 1:
        named = (strip_markup(piece) for piece in pieces[:-1])
        if not all(not name or _NAME.fullmatch(name) for name in named):
            return None
        text = strip_markup(pieces[-1])
    if _ABOUT.match(text):
        text = strip_markup(_ABOUT.sub("", text, count=1))
    text = _MINUS.sub("-", text, count=1) if _MINUS.match(text) else text
    text = _UNIT_FIRST.sub("", text, count=1) if _UNIT_FIRST.match(text) else text
    compact = (
        re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "\u202f", text)
        if re.match(r"[-+]?\d{1,3}(?: \d{3})+(?!\d)", text)
        else text
    )
    amount = leading_amount(text)
    if amount is not None and is_unit(text[amount.end :]):
        return _told(text, amount)
    found = _STRICT.match(compact)
    if found is None:
        words = whole_number_in_words(text)
        return _nested_fraction(text) if words is None else _worded(words, text)
    if found["open"] and "," in found.group() and " " not in found.group():
        return None  # (1,2) is a pair
    return _number(found) if is_unit(compact[found.end() :]) else None


_NESTED = pattern(r"([-+]?)\s{0,2}\\frac\s{0,2}(?=\{)")
_LONGEST_NESTED = 200


def _nested_fraction(text: str) -> Number | None:
    r"""A fraction of fractions, such as `\frac{\frac{1}{2}}{3}`."""
    begins = _NESTED.match(text)
    if begins is None or len(text) > _LONGEST_NESTED:
        return None
    parts, position = [], begins.end()
    for _ in range(2):
        end = _closing_brace(text, position)
        part = whole_number(text[position + 1 : end]) if end > position else None
        if part is None or not isinstance(part.value, Fraction):
            return None
        parts.append(part.value)
        position = end + 1
    if not parts[1] or not is_unit(text[position:]):
        return None
    value = parts[0] / parts[1]
    return Number(-value if begins.group(1) == "-" else value, text, percent=False)


def _closing_brace(text: str, start: int) -> int:
    """Where the brace that opens at `start` is closed; -1 where none opens there or it is never closed."""
    depth = 0
    for position in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return position if position > start else -1
    return -1
