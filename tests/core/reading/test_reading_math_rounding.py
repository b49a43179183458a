from fractions import Fraction
from typing import Any

import pytest
import sympy
from sympy import Eq, FiniteSet, Float, I, Interval, Matrix, Rational, Symbol, Tuple, pi, sqrt

from modelswitch_core.reading._math_rounding import agree_as_numbers, same_numbers
from modelswitch_core.reading._math_values import _parsed, clean
from modelswitch_core.reading._numbers import whole_number

x, y = Symbol("x"), Symbol("y")
TINY = Rational(1, 10**20)


@pytest.mark.parametrize(
    ("a", "b", "agree"),
    [
        (pi, Float("3.14159265"), True),
        (pi, Float("3.14159299"), False),
        (pi * TINY, 2 * pi * TINY, False),
        (x * TINY, 2 * x * TINY, False),
        ((x + 1) ** 2, x**2 + 2 * x + 1, True),
        (Tuple(Rational(1, 3), 1), Tuple(Float("0.333333"), 1), True),
        (Tuple(Float("0.0000001"), 1), Tuple(Float("0.0000002"), 1), False),
        (Interval(0, TINY), Interval(0, 2 * TINY), False),
        (FiniteSet(2, Rational(1, 3)), FiniteSet(Float("0.333333"), 2), True),
        (Matrix([1, TINY]), Matrix([1, 2 * TINY]), False),
        (Eq(x, 3), sympy.Integer(3), True),
        (Eq(x, TINY), Eq(x, 2 * TINY), False),
        (sqrt(2) * I, I * sqrt(2), True),
        (sqrt(2) * I, I * sqrt(3), False),
        # What cannot be worked out is left to Math-Verify.
        (x, y, True),
        (sympy.And(Eq(x, y), Eq(y, TINY), evaluate=False), 2 * TINY, True),
        (sympy.oo, sympy.Integer(1), True),
        (Tuple(1, 2), sympy.Integer(1), True),
        (sum(sympy.symbols("a:h")), sum(sympy.symbols("a:h")), True),
    ],
)
def test_whether_values_agree(a: Any, b: Any, agree: bool) -> None:
    assert agree_as_numbers(a, b) is agree_as_numbers(b, a) is agree


def test_of_a_chain_of_equations_the_last_side_counts() -> None:
    [chain] = _parsed(clean("x=y=0.0000001"))
    [other] = _parsed(clean("x=y=0.0000002"))
    assert agree_as_numbers(chain, chain)
    assert not agree_as_numbers(chain, other)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("3", "3.0", True),
        ("3", "4", False),
        ("10 %", "10", False),
        ("3 hours", "3 minutes", False),
        ("2/3", "0.666667", True),
        ("2/3", "0.666666", False),
        ("333333/1000000", "1/3", False),
        ("0.033333", "1/30", False),
        ("1,2", "2,1", None),
        ("1,2", "1.2", True),
        ("9" * 1_500, "9" * 1_499 + "8", False),
    ],
)
def test_plain_numbers(a: str, b: str, same: bool | None) -> None:
    first, second = whole_number(a), whole_number(b)
    assert first is not None
    assert second is not None
    assert isinstance(first.value, Fraction | str)
    assert same_numbers(first, second) is same_numbers(second, first) is same
