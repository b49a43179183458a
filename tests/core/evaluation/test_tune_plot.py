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


def singles(axes: Axes) -> dict[str, tuple[float, float]]:
    made = [each for each in axes.containers if isinstance(each, ErrorbarContainer)]
    return {str(each.get_label()): points_of(each.lines[0])[0] for each in made}


def test_the_frontier_is_a_line_and_the_others_are_points() -> None:
    axes = empty_axes()
    plot_frontier(axes, FRONTIER, {"default": Point(8, 0.72, 0.65, 0.8)})
    line = next(line for line in axes.get_lines() if line.get_label() == "frontier")
    assert points_of(line) == [(2, 70), (5, 75)]
    assert singles(axes) == {"default": pytest.approx((8, 72))}
    assert axes.get_xlim()[0] == 0


def test_points_at_the_same_place_do_not_hide_each_other() -> None:
    axes = empty_axes()
    plot_frontier(axes, [], {name: Point(8, 0.7, 0.6, 0.8) for name in "abc"}, across="cost", up="agreement")
    places = [across for across, _ in singles(axes).values()]
    assert places[0] == 8 < places[1] < places[2] < 8.5
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("cost", "agreement")


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(OptionError, match="nothing to draw"):
        plot_frontier(empty_axes(), [], {})
