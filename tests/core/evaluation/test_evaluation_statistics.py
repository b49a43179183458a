from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core.evaluation import Interval, paired_difference_interval, wilson_interval

# Textbook values: Agresti and Coull (1998) and what R's prop.test(correct=FALSE) gives.
WILSON = [
    (0, 10, 0.0, 0.277533),
    (10, 10, 0.722467, 1.0),
    (1, 29, 0.006113, 0.171755),
    (81, 263, 0.255289, 0.366184),
]


@pytest.mark.parametrize(("right", "total", "low", "high"), WILSON)
def test_shares_have_wilson_s_interval(right: int, total: int, low: float, high: float) -> None:
    interval = wilson_interval(right / total, total)
    assert [interval.low, interval.high] == pytest.approx([low, high], abs=2e-4)


@given(st.floats(0, 1), st.integers(1, 10**6))
def test_a_share_lies_within_its_interval(share: float, total: int) -> None:
    interval = wilson_interval(share, total)
    assert 0.0 <= interval.low <= share + 1e-12
    assert share - 1e-12 <= interval.high <= 1.0
    assert interval.low < interval.high


def test_paired_differences_have_the_adjusted_wald_interval() -> None:
    # By hand: b = 10, c = 4 of n = 50, so d = 6/52 and the variance (14 + 1)/52 - d².
    reach = 1.959963984540054 * math.sqrt((15 / 52 - (6 / 52) ** 2) / 52)
    interval = paired_difference_interval([1.0] * 10 + [-1.0] * 4 + [0.0] * 36)
    assert interval.low == pytest.approx(6 / 52 - reach)
    assert interval.high == pytest.approx(6 / 52 + reach)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=50))
def test_turning_the_comparison_round_turns_the_interval_round(differences: list[float]) -> None:
    there = paired_difference_interval(differences)
    back = paired_difference_interval([-difference for difference in differences])
    assert [back.low, back.high] == pytest.approx([-there.high, -there.low])
    assert -1.0 <= there.low < there.high <= 1.0


def test_ways_that_never_differ_may_still_differ() -> None:
    few, many = paired_difference_interval([0.0] * 10), paired_difference_interval([0.0] * 1000)
    assert few.low < many.low < 0.0 < many.high < few.high


@pytest.mark.parametrize("ahead", [0.0, 0.1])
def test_nineteen_in_twenty_intervals_hold_the_true_difference(ahead: float) -> None:
    source = random.Random(1)
    held = 0
    for _ in range(1000):
        differences = [(source.random() < 0.7 + ahead) - float(source.random() < 0.7) for _ in range(80)]
        interval = paired_difference_interval(differences)
        held += interval.low <= ahead <= interval.high
    assert 930 <= held <= 975


@pytest.mark.parametrize(("share", "total"), [(-0.1, 5), (1.1, 5), (0.5, 0), (math.nan, 5)])
def test_what_is_no_share_is_refused(share: float, total: int) -> None:
    with pytest.raises(ValueError, match="share="):
        wilson_interval(share, total)


@pytest.mark.parametrize("differences", [[], [1.5], [math.nan]])
def test_what_are_no_differences_is_refused(differences: list[float]) -> None:
    with pytest.raises(ValueError, match="differences"):
        paired_difference_interval(differences)


def test_an_interval_is_plain() -> None:
    assert Interval(0.1, 0.2) == Interval(low=0.1, high=0.2)
