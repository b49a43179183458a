"""The pictures: what they show is what they were given."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from modelswitch_core import OptionError
from modelswitch_core.evaluation._plots import (
    Bar,
    Point,
    correlation,
    plot_accuracy_by_samples,
    plot_consistency_against_accuracy,
    plot_model_orders,
)


def empty_axes() -> Axes:
    axes: Axes = Figure().subplots()
    return axes


def points_of(line: Any) -> list[tuple[float, ...]]:
    return [tuple(map(float, point)) for point in line.get_xydata()]


def test_a_line_a_method_in_the_order_of_its_samples() -> None:
    axes = empty_axes()
    curves = {
        "vote": [Point(8, 0.72, 0.64, 0.79), Point(2, 0.6, 0.5, 0.7)],
        "switch": [Point(4, 0.75, 0.7, 0.8)],
    }
    plot_accuracy_by_samples(axes, curves)
    lines = {str(line.get_label()): points_of(line) for line in axes.get_lines()}
    assert lines == {"vote": [(2, 60), (8, 72)], "switch": [(4, 75)]}
    assert len(axes.collections) == 2


def test_questions_fall_into_bins_of_agreement() -> None:
    axes = empty_axes()
    answers = {"tiny": [(0.2, False), (0.3, True), (1.0, True), (1.0, True), (0.95, True)]}
    found = plot_consistency_against_accuracy(axes, answers, bins=2, fewest=2)
    (line,) = [line for line in axes.get_lines() if line.get_marker() == "o"]
    low, high = points_of(line)
    assert low == pytest.approx((25, 50))
    assert high == pytest.approx((100 * 2.95 / 3, 100))
    assert [text.get_text() for text in axes.texts] == ["2", "3"]
    assert found["tiny"] == correlation(answers["tiny"])


def test_a_bin_of_few_questions_is_not_drawn() -> None:
    axes = empty_axes()
    plot_consistency_against_accuracy(axes, {"tiny": [(0.1, True)] * 4 + [(0.9, True)] * 5})
    assert [text.get_text() for text in axes.texts] == ["5"]


def test_a_bar_an_order_from_top_to_bottom() -> None:
    axes = empty_axes()
    bars = [Bar("a → b", "two models", 0.8, 0.7, 0.9), Bar("a", "one model", 0.5, 0.4, 0.6)]
    plot_model_orders(axes, bars)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a → b", "a"]
    drawn = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert [round(bar.get_width()) for bar in drawn] == [80, 50]
    assert drawn[0].get_facecolor() != drawn[1].get_facecolor()


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], None),
        ([(0.5, True)], None),
        ([(0.5, True), (0.5, False)], None),
        ([(0.1, True), (0.9, True)], None),
        ([(0.0, False), (1.0, True)], 1.0),
        ([(0.0, True), (1.0, False)], -1.0),
        ([(0.0, False), (0.0, True), (1.0, False), (1.0, True)], 0.0),
    ],
)
def test_correlation(pairs: list[tuple[float, bool]], expected: float | None) -> None:
    found = correlation(pairs)
    assert found == (None if expected is None else pytest.approx(expected))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30))
def test_a_correlation_lies_between_minus_one_and_one(pairs: list[tuple[float, bool]]) -> None:
    found = correlation(pairs)
    assert found is None or (math.isfinite(found) and -1 - 1e-9 <= found <= 1 + 1e-9)


def test_nothing_to_draw_is_said() -> None:
    axes = empty_axes()
    with pytest.raises(OptionError, match=r"curves=\{\}"):
        plot_accuracy_by_samples(axes, {})
    with pytest.raises(OptionError, match="answers="):
        plot_consistency_against_accuracy(axes, {"a": []})
    with pytest.raises(OptionError, match="bins=0"):
        plot_consistency_against_accuracy(axes, {"a": [(1.0, True)]}, bins=0)
    with pytest.raises(OptionError, match="bars"):
        plot_model_orders(axes, [])
