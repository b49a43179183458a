"""Priors: log-odds of a smoothed accuracy, never negative."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import OptionError
from modelswitch_core.evaluation import log_odds_prior, smoothed_accuracy


@pytest.mark.parametrize(
    ("right", "total", "expected"), [(0, 0, 0.5), (0, 8, 0.1), (8, 8, 0.9), (1, 1, 2 / 3), (2.5, 3, 0.7)]
)
def test_smoothing_adds_one_right_and_one_wrong(right: float, total: int, expected: float) -> None:
    assert smoothed_accuracy(right, total) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("accuracy", "plausible", "expected"),
    [
        (0.5, 2, 0.05),  # ln 1 = 0
        (0.75, 2, math.log(3)),
        (0.4, 2, 0.05),  # plain log-odds are negative below one half
        (0.4, 4, math.log(2)),
        (0.2, 5, 0.05),  # no better than guessing
    ],
)
def test_log_odds(accuracy: float, plausible: float, expected: float) -> None:
    assert log_odds_prior(accuracy, plausible) == pytest.approx(expected)


@given(st.floats(0.001, 0.998), st.floats(0.0, 0.001), st.floats(2, 50))
def test_a_better_model_never_weighs_less(accuracy: float, better: float, plausible: float) -> None:
    assert 0.05 <= log_odds_prior(accuracy, plausible) <= log_odds_prior(accuracy + better, plausible)


@pytest.mark.parametrize("accuracy", [0.0, 1.0, -1.0, math.nan])
def test_certainty_has_no_log_odds(accuracy: float) -> None:
    with pytest.raises(OptionError, match=r"accuracy=.*smooth it"):
        log_odds_prior(accuracy, 2)


@pytest.mark.parametrize("plausible", [1.9, math.inf, math.nan])
def test_there_are_two_answers_or_more(plausible: float) -> None:
    with pytest.raises(OptionError, match="plausible="):
        log_odds_prior(0.7, plausible)


def test_no_more_right_than_there_is() -> None:
    with pytest.raises(OptionError, match="right=3"):
        smoothed_accuracy(3, 2)
