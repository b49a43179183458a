"""When a rounded number is the same as the number that it was rounded from.

Math-Verify compares decimals at six places, so that 10^{-20} is nought to it, and twice that as well. Here a
decimal is the same as another number when it has at least six places and six digits that count, and is what
the other number is once it is rounded to its places: 0.333333 is 1/3 and 3.14159265 is π, but 0.33 and 3.14
are not. It may also be cut there, as 3.1415926535 is, if that does not show in the first six places.
Everything else must be equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from modelswitch_core.reading._measures import measures_differ
from modelswitch_core.reading._numbers import Number
from modelswitch_core.reading._pattern import pattern

_LEAST_PLACES = 6
"""As many as Math-Verify compares."""

_DIGITS = 40
"""How exactly SymPy works a number out."""

_ROUNDING = 1e-12
"""How far two numbers that are equal may be apart once they are worked out, relative to the larger."""

_MOST_LETTERS = 6
_DECIMAL_COMMA = pattern(r"[^\d,]*(?![1-9]\d{0,2},\d{3}\D*\Z)\d+,\d+[^\d,]*")


def is_unclear(number: Number) -> bool:
    """Whether what was written may be two numbers as well: 1,2."""
    return _DECIMAL_COMMA.fullmatch(number.text) is not None


def same_numbers(a: Number, b: Number) -> bool | None:
    """Whether two numbers are the same; None where one of them may be no number."""
    if measures_differ(a.measure, b.measure):
        return False
    if a.value == b.value:
        return True
    # Math-Verify takes 10 % for 10; as answers they differ.
    if a.percent != b.percent or isinstance(a.value, str) or isinstance(b.value, str):
        return False
    if a.value.denominator == b.value.denominator == 1:
        return False
    if is_unclear(a) or is_unclear(b):
        return None
    return _same_rounded(a.value, b.value, a_is_decimal="." in a.text, b_is_decimal="." in b.text)


def _same_rounded(a: Fraction, b: Fraction, *, a_is_decimal: bool, b_is_decimal: bool) -> bool:
    """Whether one is what the other is rounded to; of two decimals, the one of fewer places."""
    if a_is_decimal and b_is_decimal:
        return _is_rounded(a, b) if _places(a) <= _places(b) else _is_rounded(b, a)
    return (a_is_decimal and _is_rounded(a, b)) or (b_is_decimal and _is_rounded(b, a))


def _is_rounded(decimal: Fraction, number: Fraction) -> bool:
    places = _places(decimal)
    digits = abs(decimal.numerator) * 10**places // decimal.denominator
    if places < _LEAST_PLACES or digits < 10 ** (_LEAST_PLACES - 1):
        return False
    if round(number, places) == decimal:
        return True
    cut = Fraction(int(number * 10**places), 10**places)
    return cut == decimal and round(number, _LEAST_PLACES) == round(decimal, _LEAST_PLACES)


def _places(decimal: Fraction) -> int:
    """How many digits stand behind the point of a number that is a decimal."""
    return max(_divided(decimal.denominator, 2), _divided(decimal.denominator, 5))


def _divided(number: int, prime: int) -> int:
    times = 0
    while number % prime == 0:
        number //= prime
        times += 1
    return times


def agree_as_numbers(a: Any, b: Any) -> bool:
    """Whether two values that Math-Verify finds the same are so by our rule, where they can be worked out.

    Letters stand for arbitrary numbers there. What cannot be worked out is left to Math-Verify.

    Args:
        a: A SymPy object.
        b: Another one.
    """
    parts_a, parts_b = _parts(a), _parts(b)
    if len(parts_a) != len(parts_b):
        return True
    letters = sorted({letter for part in (*parts_a, *parts_b) for letter in part.free_symbols}, key=str)
    if len(letters) > _MOST_LETTERS or any(
        part.free_symbols != other.free_symbols for part, other in zip(parts_a, parts_b, strict=True)
    ):
        return True
    values = {letter: _some_number(place) for place, letter in enumerate(letters)}
    worked_a, worked_b = _worked_out(parts_a, values), _worked_out(parts_b, values)
    if worked_a is None or worked_b is None:
        return True
    if _has_no_order(a) or _has_no_order(b):
        worked_a.sort(key=_place)
        worked_b.sort(key=_place)
    return all(map(_agree, worked_a, worked_b))


_Worked = tuple[Fraction, Fraction, bool]
"""The real and the imaginary part, and whether it was written as a decimal."""


def _worked_out(parts: Iterable[Any], values: dict[Any, Any]) -> list[_Worked] | None:
    found: list[_Worked] = []
    for part in parts:
        try:
            if part.is_Float:
                # As it was written, without the digits that its binary form adds.
                found.append((Fraction(str(part)), Fraction(0), True))
                continue
            value = (part.subs(values) if values else part).doit()
            real, imaginary = value.evalf(_DIGITS).as_real_imag()
            found.append((Fraction(str(real)), Fraction(str(imaginary)), False))
        except Exception:  # noqa: BLE001 -- infinite, or nothing that has a value
            return None
    return found


def _agree(a: _Worked, b: _Worked) -> bool:
    if (a[2] or b[2]) and not (a[1] or b[1]):
        if a[0] == b[0] or _close(a, b):
            return True
        return _same_rounded(a[0], b[0], a_is_decimal=a[2], b_is_decimal=b[2])
    return _close(a, b)


def _close(a: _Worked, b: _Worked) -> bool:
    apart = max(abs(a[0] - b[0]), abs(a[1] - b[1]))
    return apart <= _ROUNDING * max(abs(a[0]), abs(b[0]), abs(a[1]), abs(b[1]))


def _place(value: _Worked) -> tuple[float, float]:
    return float(value[0]), float(value[1])


def _parts(value: Any) -> list[Any]:
    """The numbers of a value: the entries of a list, interval or matrix, the last side of an equation."""
    import sympy

    # Math-Verify's parser keeps the order of a chain of equations here.
    chain = getattr(value, "_unsorted_args", ()) if isinstance(value, sympy.And) else ()
    if chain:
        return _parts(chain[-1])
    if isinstance(value, sympy.Eq):
        return _parts(value.rhs)
    if isinstance(value, sympy.Interval):
        return [value.start, value.end]
    if isinstance(value, sympy.FiniteSet | sympy.Tuple):
        return [part for each in value.args for part in _parts(each)]
    if isinstance(value, sympy.MatrixBase):
        return list(value.flat())
    return [value]


def _has_no_order(value: Any) -> bool:
    import sympy

    return isinstance(value, sympy.FiniteSet)


def _some_number(place: int) -> Any:
    import sympy

    return sympy.Rational(7_390_851 + 1_000_003 * place, 10_000_019)
