"""The pictures: what they show is what they were given."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.path import Path

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
    assert intervals_of(axes) == [{(2, 50), (2, 70), (8, 64), (8, 79)}, {(4, 70), (4, 80)}]


def test_the_intervals_of_many_curves_are_bars_that_do_not_hide_each_other() -> None:
    axes = empty_axes()
    plot_accuracy_by_samples(
        axes, {name: [Point(2, 0.6, 0.5, 0.7), Point(4, 0.7, 0.6, 0.8)] for name in "abc"}
    )
    assert all(isinstance(each, LineCollection) for each in axes.collections)
    assert intervals_of(axes) == [{(2, 50), (2, 70), (4, 60), (4, 80)}] * 3


@pytest.mark.parametrize("methods", [3, 4, 7])
def test_the_legend_of_many_curves_lies_below_their_bars(methods: int) -> None:
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    axes: Axes = figure.subplots()
    plot_accuracy_by_samples(
        axes, {f"method {number}": [Point(2, 0.6, 0.5, 0.7)] for number in range(methods)}
    )
    figure.draw_without_rendering()
    legend = axes.get_legend()
    assert legend is not None
    lowest = axes.transData.transform((2, 50))[1]
    assert axes.bbox.y0 <= legend.get_window_extent().y0
    assert legend.get_window_extent().y1 < lowest


def intervals_of(axes: Axes) -> list[set[tuple[int, int]]]:
    """The corners of each curve's band, or the ends of its bars."""
    corners = [
        [corner for path in each.get_paths() for corner in path.iter_segments()] for each in axes.collections
    ]
    return [{(round(at[0]), round(at[1])) for at, code in each if code != Path.CLOSEPOLY} for each in corners]


def test_questions_fall_into_bins_of_agreement() -> None:
    axes = empty_axes()
    answers = {"tiny": [(0.2, False), (0.3, True), (1.0, True), (1.0, True), (0.95, True)]}
    found = plot_consistency_against_accuracy(axes, answers, bins=2, fewest=2)
    (line,) = [line for line in axes.get_lines() if line.get_marker() == "o"]
    low, high = points_of(line)
    assert low == pytest.approx((25, 50))
    assert high == pytest.approx((100 * 2.95 / 3, 100))
    assert told_below(axes) == {"2": 25, "3": 75}
    assert found["tiny"] == correlation(answers["tiny"])


def test_a_bin_of_few_questions_is_not_drawn() -> None:
    axes = empty_axes()
    plot_consistency_against_accuracy(axes, {"tiny": [(0.1, True)] * 4 + [(0.9, True)] * 5})
    assert told_below(axes) == {"5": 90}


def test_models_that_do_alike_stand_beside_each_other_and_their_counts_below() -> None:
    axes = empty_axes()
    plot_consistency_against_accuracy(axes, dict.fromkeys("ab", [(0.9, True)] * 5))
    first, second = (each.lines[0] for each in axes.containers if isinstance(each, ErrorbarContainer))
    assert points_of(first) == points_of(second) == [(90, 100)]
    places = [line.get_transform().transform((90, 100))[0] for line in (first, second)]
    assert places[0] < places[1]
    counts = [text for text in axes.texts if text.get_text() == "5"]
    assert counts[0].get_position() != counts[1].get_position()
    assert all(axes.get_ylim()[0] < text.get_position()[1] < 0 for text in axes.texts)


def told_below(axes: Axes) -> dict[str, Any]:
    """How many questions each bin holds, and where across it is said."""
    *counts, heading = axes.texts
    assert heading.get_text() == "questions in each bin"
    return {text.get_text(): pytest.approx(text.get_position()[0]) for text in counts}


def test_one_group_needs_no_legend() -> None:
    axes = empty_axes()
    plot_model_orders(axes, [Bar("a", "one model", 0.5, 0.4, 0.6), Bar("b", "one model", 0.6, 0.5, 0.7)])
    assert axes.get_legend() is None


def test_a_line_an_order_from_top_to_bottom() -> None:
    axes = empty_axes()
    bars = [
        Bar("a → b", "two models", 0.8, 0.7, 0.9),
        Bar("b → a", "two models", 0.75, 0.65, 0.85),
        Bar("a", "one model", 0.5, 0.4, 0.6),
    ]
    plot_model_orders(axes, bars)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a → b", "b → a", "a"]
    intervals, points = axes.get_lines()[::2], axes.get_lines()[1::2]
    assert [points_of(line) for line in points] == [[(80, 0)], [(75, 1)], [(50, 2)]]
    assert points_of(intervals[0]) == [(70, 0), (90, 0)]
    colours = [line.get_color() for line in points]
    assert colours[0] == colours[1] != colours[2]
    assert axes.get_xlim()[0] == 40
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["two models", "one model"]


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
