"""In what a number was measured: hours or minutes, dollars or euros.

A unit is often left to the question, so that 3 and 3 hours are the same answer; 3 hours and 3 minutes are
not. Only what stands in the table counts as a unit: five apples may well be five pieces of fruit.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple, Self

from modelswitch_core.reading._pattern import pattern

_SPELLINGS = {
    "metre": "m meter meters metre metres", "kilometre": "km kms kilometer kilometers kilometre kilometres",
    "centimetre": "cm cms centimeter centimeters centimetre centimetres", "decimetre": "dm",
    "millimetre": "mm millimeter millimeters millimetre millimetres", "nanometre": "nm",
    "inch": "inch inches", "foot": "ft foot feet", "yard": "yd yds yard yards", "mile": "mi mile miles",
    "gram": "g gram grams", "kilogram": "kg kgs kilo kilos kilogram kilograms", "milligram": "mg milligrams",
    "pound": "lb lbs pound pounds", "ounce": "oz ounce ounces", "ton": "ton tons tonne tonnes",
    "litre": "l L liter liters litre litres", "millilitre": "ml mL milliliter milliliters millilitres",
    "gallon": "gal gallon gallons", "quart": "quart quarts", "pint": "pint pints", "cup": "cup cups",
    "second": "s sec secs second seconds", "millisecond": "ms millisecond milliseconds",
    "minute": "min mins minute minutes", "hour": "h hr hrs hour hours", "day": "day days",
    "week": "wk wks week weeks", "month": "month months", "year": "yr yrs year years",
    "decade": "decade decades", "century": "century centuries",
    "Celsius": "C °C celsius centigrade", "Fahrenheit": "F °F fahrenheit", "kelvin": "K kelvin kelvins",
    "degree": "degree degrees", "radian": "rad radian radians",
    "newton": "N newton newtons", "joule": "J joule joules", "watt": "W watt watts", "volt": "V volt volts",
    "kilowatt": "kW kilowatt kilowatts", "megawatt": "MW megawatts", "hertz": "Hz hertz",
    "kilobyte": "kb kilobyte kilobytes", "megabyte": "mb megabyte megabytes",
    "gigabyte": "gb gigabyte gigabytes",
    "US dollar": "$ US$ USD dollar dollars", "Canadian dollar": "$ C$ CAD dollar dollars",
    "Australian dollar": "$ A$ AUD dollar dollars", "cent": "¢ cent cents",
    "euro": "€ EUR euro euros", "pound sterling": "£ GBP pound pounds", "penny": "pence penny pennies",
    "yen": "¥ ￥ JPY yen", "yuan": "¥ ￥ CNY RMB yuan", "rupee": "₹ Rs INR rupee rupees",
    "rouble": "₽ RUB rouble roubles ruble rubles", "won": "₩ KRW", "baht": "฿ THB baht",
    "Swiss franc": "CHF franc francs", "naira": "₦ naira", "peso": "₱ peso pesos", "dong": "₫ dong",
    "lira": "₺ lira liras", "hryvnia": "₴ hryvnia", "taka": "৳ taka",
}  # fmt: skip


def _by_spelling() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, spellings in _SPELLINGS.items():
        for spelling in spellings.split():
            found.setdefault(_spelled(spelling), set()).add(name)
    return {spelling: frozenset(names) for spelling, names in found.items()}


def _spelled(word: str) -> str:
    # A letter by itself is another unit in the other case: K and k.
    return word if len(word.lstrip("°")) == 1 else word.casefold()


class Measure(NamedTuple):
    """In what a number was given.

    Attributes:
        names: What the unit may be; "$" is a dollar of any country.
        power: 2 for squares, 3 for cubes.
        per: What the unit behind "per" may be; empty where there is none.
    """

    names: frozenset[str]
    power: int = 1
    per: frozenset[str] = frozenset()


_NAMES = _by_spelling()
_SPEEDS = {"mph": ("mile", "hour"), "kph": ("kilometre", "hour"), "kmh": ("kilometre", "hour")}

_WORD = r"°?[A-Za-z]{1,12}\$?|[$€£¥￥₹₽₩฿₦₱₫₺₴৳¢]"
_BEHIND = pattern(
    # What may stand between a number and its unit: spaces, and the ends of formulas, boxes and bold type.
    r"(?P<gap>[\s\u202f*_)}\-\\]{0,6}(?:\$(?=[ ]))?\s{0,3})"
    r"(?P<power>(?:square|sq\.?|cubic|cu\.?)\s{1,2})?"
    rf"(?P<unit>{_WORD})(?!'|[^\W²³])\.?\s?"
    r"(?:\^?\s?\{?\s?(?P<raised>[23²³])(?!\d)\s?\}?)?"
    rf"(?:\s?(?:/|per\s|an?\s|each\s|every\s)\s?(?P<per>{_WORD})(?![\w']))?",
    re.IGNORECASE,
)
_BEFORE = pattern(r"[-+–]?\s?(US\$|C\$|A\$|USD|EUR|GBP|Rs|[$€£¥￥₹₽₩฿₦₱₫₺₴৳])", re.IGNORECASE)
_NEAR = 200
"""Characters on either side of a number that are looked at."""

_POWERS = {"²": 2, "³": 3, "2": 2, "3": 3}


def units_named(word: str) -> frozenset[str]:
    """The units that a word or sign may stand for; empty for none of the table."""
    return _NAMES.get(_spelled(word), frozenset())


def measure_of(found: re.Match[str]) -> Measure | None:
    """In what a number was given that was found in a text; None where nothing known is said."""
    text = found.string
    behind = text[found.end() : found.end() + _NEAR].split("\n", 1)[0]
    before = _BEFORE.match(found.group())
    # A dollar sign with another one behind it may begin a formula.
    if before is not None and not (before.group(1) == "$" and "$" in behind):
        return Measure(_NAMES[_spelled(before.group(1))])
    measure = measure_behind(behind)
    if measure is not None and measure.names == _NAMES["$"] and behind.lstrip()[:1] == "$":
        line = text[max(0, found.start() - _NEAR) : found.end()].rsplit("\n", 1)[-1]
        return None if "$" in line else measure
    return measure


def measure_behind(text: str) -> Measure | None:
    """The unit that a text behind a number begins with; None where it begins with none."""
    found = _BEHIND.match(text)
    if found is None:
        return None
    unit = found["unit"]
    if unit.casefold() in _SPEEDS:
        way, time = _SPEEDS[unit.casefold()]
        return Measure(frozenset({way}), 1, frozenset({time}))
    names = _NAMES.get(_spelled(unit), frozenset())
    # A letter right behind a number is a variable.
    if not names or (len(unit) == 1 and unit.isalpha() and not found["gap"]):
        return None
    said = (found["power"] or "").casefold()
    power = 3 if said.startswith("cu") else 2 if said else _POWERS.get(found["raised"] or "", 1)
    return Measure(names, power, _NAMES.get(_spelled(found["per"] or ""), frozenset()))


def measures_differ(a: Measure | None, b: Measure | None) -> bool:
    """Whether both are known and cannot be the same unit; symmetric."""
    if a is None or b is None:
        return False
    if a.names.isdisjoint(b.names) or a.power != b.power:
        return True
    return bool(a.per) and bool(b.per) and a.per.isdisjoint(b.per)


class Measured(Fraction):
    """A number with its unit: equal to every equal number that is not given in another unit.

    So this equality is not transitive: 5 km and 5 m both equal 5, and not each other.
    """

    __slots__ = ("measure",)
    measure: Measure

    def __new__(cls, value: Fraction, measure: Measure) -> Self:
        """The value in this unit."""
        made = super().__new__(cls, value)
        made.measure = measure
        return made

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Measured) and measures_differ(self.measure, other.measure):
            return False
        return super().__eq__(other)

    __hash__ = Fraction.__hash__

    def __reduce__(self) -> tuple[type[Measured], tuple[Fraction, Measure]]:
        return Measured, (Fraction(self.numerator, self.denominator), self.measure)

    def __copy__(self) -> Measured:
        return self

    def __deepcopy__(self, memo: object) -> Measured:
        return self
