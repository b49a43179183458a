"""The pictures of the paper, on your own recordings. Needs matplotlib (extra `plots`).

Every function draws into the axes that it is given, so that the figure, its size and its file are yours:

    figure, axes = plt.subplots()
    plot_accuracy_by_samples(axes, {"self-consistency": points, "ModelSwitch": other_points})
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from modelswitch_core._errors import OptionError
from modelswitch_core.evaluation._statistics import wilson_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

# Told apart by people who do not see all colours, and in grey (Okabe and Ito, 2008).
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#555555")
_MARKERS = "os^Dv*P"

_COUNTS = -6.0
"""Height of a line of counts below 0 %, in percent."""

_MOST_BANDS = 2
"""Intervals are bands of as many curves; more would mix to mud, so that they are bars then."""

_LEGEND_LINE = 0.08
"""How much of the height of the axes a line of a legend takes, in a figure some four inches high."""

_BESIDE = 9
"""How far apart points of the same place are drawn, in points of 1/72 inch: a little more than a marker."""


class Point(NamedTuple):
    """An accuracy at a number of samples.

    Args:
        samples: Mean samples a question.
        accuracy: In [0, 1].
        low: Lower end of its interval.
        high: Upper end.
    """

    samples: float
    accuracy: float
    low: float
    high: float


class Bar(NamedTuple):
    """An accuracy with a name.

    Args:
        name: What was measured, such as "a → b".
        group: Those of one group have one colour, such as the number of models.
        accuracy: In [0, 1].
        low: Lower end of its interval.
        high: Upper end.
    """

    name: str
    group: str
    accuracy: float
    low: float
    high: float


def plot_accuracy_by_samples(axes: Axes, curves: Mapping[str, Sequence[Point]]) -> None:
    """Accuracy against mean samples a question, a line a method, with its intervals (figure 4 of the paper).

    Args:
        axes: Where to draw.
        curves: For each method, by name, its points.

    Raises:
        OptionError: There is no curve, or one without a point.
    """
    if not curves or not all(curves.values()):
        raise OptionError(f"curves={dict(curves)!r} must hold one point or more for each method")
    for number, (name, points) in enumerate(curves.items()):
        colour, marker = _COLOURS[number % len(_COLOURS)], _MARKERS[number % len(_MARKERS)]
        ordered = sorted(points)
        samples = [point.samples for point in ordered]
        lows, highs = [100 * point.low for point in ordered], [100 * point.high for point in ordered]
        if len(curves) <= _MOST_BANDS:
            axes.fill_between(samples, lows, highs, color=colour, alpha=0.10, linewidth=0)
        else:
            axes.vlines(samples, lows, highs, color=colour, alpha=0.35, linewidth=1)
        heights = [100 * point.accuracy for point in ordered]
        axes.plot(samples, heights, color=colour, marker=marker, markersize=5, label=name)
    _finish(axes, "mean samples a question", "accuracy, 95 % intervals (%)")
    if len(curves) <= _MOST_BANDS:
        axes.legend(framealpha=0.85, edgecolor="none")
        return
    # Bars leave the legend no free corner: it gets lines of its own below them.
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom - _LEGEND_LINE * math.ceil(len(curves) / 2) * (top - bottom), top)
    axes.legend(loc="lower left", ncols=2, frameon=False, fontsize=8)


def plot_consistency_against_accuracy(
    axes: Axes, answers: Mapping[str, Sequence[tuple[float, bool]]], *, bins: int = 5, fewest: int = 5
) -> dict[str, float | None]:
    """How often a model is right, against how much its own answers agree (figure 3 of the paper).

    Questions are sorted by the share of the model's samples that its most common answer has, and put into
    bins of equal width. A point stands at the mean share of its bin, with Wilson's interval (95 %); the
    models' points of one bin stand a few dots apart. Below each bin is how many questions it holds, in the
    models' colours.

    Args:
        axes: Where to draw.
        answers: For each model, by name, one pair a question: that share in [0, 1], and whether the most
            common answer is right.
        bins: How many bins between 0 and 1; 1 or more.
        fewest: A bin of fewer questions than this is not drawn: its interval says next to nothing.

    Returns:
        For each model the correlation (Pearson's r) of the share with being right, over the questions; None
        where either never varies.

    Raises:
        OptionError: There is no model, one without a question, or no bin.
    """
    if not answers or not all(answers.values()):
        raise OptionError(f"answers={dict(answers)!r} must hold one question or more for each model")
    if bins < 1:
        raise OptionError(f"bins={bins!r} must be 1 or more")
    found: dict[str, float | None] = {}
    for number, (name, pairs) in enumerate(answers.items()):
        colour, marker = _COLOURS[number % len(_COLOURS)], _MARKERS[number % len(_MARKERS)]
        held: dict[int, list[tuple[float, bool]]] = {}
        for share, right in pairs:
            held.setdefault(min(bins - 1, int(share * bins)), []).append((share, right))
        found[name] = correlation(pairs)
        told = "" if found[name] is None else f" (r = {found[name]:.2f})"
        points = []
        for place in sorted(place for place in held if len(held[place]) >= fewest):
            inside = held[place]
            height = sum(correct for _, correct in inside) / len(inside)
            interval = wilson_interval(height, len(inside))
            points.append((sum(share for share, _ in inside) / len(inside), height, interval))
            axes.text(
                100 * (place + 0.5) / bins,
                _COUNTS * (number + 1),
                str(len(inside)),
                fontsize=8,
                color=colour,
                ha="center",
                va="center",
            )
        axes.errorbar(
            [100 * centre for centre, _, _ in points],
            [100 * height for _, height, _ in points],
            yerr=[
                [100 * max(0.0, height - interval.low) for _, height, interval in points],
                [100 * max(0.0, interval.high - height) for _, height, interval in points],
            ],
            color=colour,
            marker=marker,
            markersize=5,
            capsize=2,
            elinewidth=0.8,
            label=f"{name}{told}",
            transform=_aside(axes, (number - (len(answers) - 1) / 2) / 2),
        )
    _finish(axes, "samples that agree with the most common answer (%)", "that answer is right (%)")
    axes.text(
        0, _COUNTS * (len(answers) + 1), "questions in each bin", fontsize=8, color="#555555", va="center"
    )
    axes.set_xlim(-1, 102)
    axes.set_ylim(_COUNTS * (len(answers) + 1.6), 104)
    axes.set_yticks(range(0, 101, 20))
    axes.legend(frameon=False)
    return found


def plot_model_orders(axes: Axes, bars: Sequence[Bar]) -> None:
    """The accuracy of every order of some models, one line each, with intervals (figure 6 of the paper).

    Points, not bars: the axis need not begin at 0, where the length of a bar would say nothing.

    Args:
        axes: Where to draw.
        bars: From top to bottom.

    Raises:
        OptionError: There is no bar.
    """
    if not bars:
        raise OptionError("bars=[] gives nothing to draw")
    groups = list(dict.fromkeys(bar.group for bar in bars))
    for row, bar in enumerate(bars):
        colour = _COLOURS[groups.index(bar.group) % len(_COLOURS)]
        axes.plot([100 * bar.low, 100 * bar.high], [row, row], color=colour, linewidth=1.2)
        label = "_" if bar.group in (above.group for above in bars[:row]) else bar.group
        axes.plot([100 * bar.accuracy], [row], color=colour, marker="o", linestyle="none", label=label)
        axes.annotate(
            f"{100 * bar.accuracy:.1f}",
            (100 * bar.high, row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    axes.set_yticks(range(len(bars)), [bar.name for bar in bars])
    axes.invert_yaxis()
    lowest = 100 * min(bar.low for bar in bars)
    axes.set_xlim(max(0.0, 10 * math.floor(lowest / 10)), 104)
    _finish(axes, "accuracy, 95 % intervals (%)", "", grid="x")
    if len(groups) > 1:
        axes.legend(frameon=False, fontsize=8)


def plot_frontier(
    axes: Axes,
    frontier: Sequence[Point],
    others: Mapping[str, Point],
    *,
    across: str = "mean samples a question",
    up: str = "accuracy, 95 % intervals (%)",
) -> None:
    """Settings that trade accuracy for samples, and other ones beside them, all with their intervals.

    Points in the same place are one, with all their names. Points that differ in height alone would hide each
    other's intervals: they stand side by side, a few dots apart, and the axis says so; their data are where
    they belong.

    Args:
        axes: Where to draw.
        frontier: Points that belong together, joined by a line; may be empty.
        others: Single points, by name.
        across: What `Point.samples` holds, such as "mean cost a question".
        up: What `Point.accuracy` holds.

    Raises:
        OptionError: There is no point at all.
    """
    if not frontier and not others:
        raise OptionError("frontier=[] and others={} give nothing to draw")
    if frontier:
        plot_accuracy_by_samples(axes, {"frontier": frontier})
    together: dict[Point, list[str]] = {}
    for name, point in others.items():
        together.setdefault(point, []).append(name)
    beside: dict[float, list[Point]] = {}
    for point in together:
        beside.setdefault(point.samples, []).append(point)
    for number, (point, names) in enumerate(together.items(), 1):
        low, high = max(0.0, point.accuracy - point.low), max(0.0, point.high - point.accuracy)
        neighbours = beside[point.samples]
        axes.errorbar(
            [point.samples],
            [100 * point.accuracy],
            yerr=[[100 * low], [100 * high]],
            color=_COLOURS[number % len(_COLOURS)],
            marker=_MARKERS[number % len(_MARKERS)],
            markersize=7,
            linestyle="none",
            elinewidth=0.8,
            capsize=2,
            label=" = ".join(names),
            transform=_aside(axes, neighbours.index(point) - (len(neighbours) - 1) / 2),
        )
        # Axes make room only for what is drawn in its place.
        axes.update_datalim([(point.samples, 100 * end) for end in (point.low, point.high)])
    axes.autoscale_view()
    if len(beside) < len(together):
        across += "\n(points of the same number stand side by side)"
    _finish(axes, across, up)
    axes.set_xlim(left=0)
    axes.legend(framealpha=0.85, edgecolor="none", fontsize=8)


def _aside(axes: Axes, steps: float) -> Transform:
    """Where a point is drawn that stands beside its place; by dots, so that no scale changes it."""
    from matplotlib.transforms import ScaledTranslation

    inches = axes.figure.dpi_scale_trans
    return axes.transData + ScaledTranslation(steps * _BESIDE / 72, 0, inches)


def correlation(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Pearson's r of two columns; None where there are fewer than two rows or a column never varies."""
    if len(pairs) < 2:
        return None
    xs, ys = [float(x) for x, _ in pairs], [float(y) for _, y in pairs]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread_x = sum((x - mean_x) ** 2 for x in xs)
    spread_y = sum((y - mean_y) ** 2 for y in ys)
    if spread_x < 1e-12 or spread_y < 1e-12:
        return None
    both = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return both / math.sqrt(spread_x * spread_y)


def _finish(axes: Axes, across: str, up: str, *, grid: str = "y") -> None:
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis="x" if grid == "x" else "y", color="#dddddd", linewidth=0.6)
