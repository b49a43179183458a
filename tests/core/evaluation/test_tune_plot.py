"""The frontier's picture: what it shows is what it was given."""

from __future__ import annotations

from typing import Any

import pytest
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure

from modelswitch_core import OptionError
from modelswitch_core.evaluation import Point, plot_frontier

FRONTIER = [Point(5, 0.75, 0.7, 0.8), Point(2, 0.7, 0.6, 0.78)]


def empty_axes() -> Axes:
    axes: Axes = Figure().subplots()
    return axes


def points_of(line: Any) -> list[tuple[float, float]]:
    return [(float(across), float(up)) for across, up in line.get_xydata()]


def bars(axes: Axes) -> list[ErrorbarContainer]:
    return [each for each in axes.containers if isinstance(each, ErrorbarContainer)]


def singles(axes: Axes) -> dict[str, Any]:
    return {str(each.get_label()): pytest.approx(points_of(each.lines[0])[0]) for each in bars(axes)}


def test_the_frontier_is_a_line_and_the_others_are_points() -> None:
    axes = empty_axes()
    plot_frontier(axes, FRONTIER, {"default": Point(8, 0.72, 0.65, 0.8)})
    line = next(line for line in axes.get_lines() if line.get_label() == "frontier")
    assert points_of(line) == [(2, 70), (5, 75)]
    assert singles(axes) == {"default": (8, 72)}
    assert axes.get_xlim()[0] == 0


def test_points_that_differ_in_height_alone_stand_side_by_side_and_the_axis_says_so() -> None:
    axes = empty_axes()
    others = {"a": Point(8, 0.7, 0.6, 0.8), "b": Point(8, 0.6, 0.5, 0.7), "c": Point(9, 0.7, 0.6, 0.8)}
    plot_frontier(axes, [], others, across="cost", up="agreement")
    # Their data are where they belong; only where they are drawn differs.
    assert singles(axes) == {"a": (8, 70), "b": (8, 60), "c": (9, 70)}
    drawn = {str(each.get_label()): each.lines[0].get_transform() for each in bars(axes)}
    at = {name: drawn[name].transform((8, 70)) - axes.transData.transform((8, 70)) for name in drawn}
    assert (at["a"][0], at["c"][0]) == (-at["b"][0], 0)
    assert at["a"][0] < 0
    assert axes.get_xlabel() == "cost\n(points of the same number stand side by side)"
    assert axes.get_ylabel() == "agreement"
    assert axes.get_ylim()[0] < 50
    assert axes.get_ylim()[1] > 80


def test_points_in_the_same_place_are_one_with_all_their_names() -> None:
    axes = empty_axes()
    plot_frontier(axes, [], dict.fromkeys("ab", Point(8, 0.7, 0.6, 0.8)), across="cost")
    assert singles(axes) == {"a = b": (8, 70)}
    assert axes.get_xlabel() == "cost"


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(OptionError, match="nothing to draw"):
        plot_frontier(empty_axes(), [], {})
