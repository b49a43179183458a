"""The pictures of the paper, on your own recordings. Needs matplotlib (extra `plots`).

Every function draws into the axes that it is given, so that the figure, its size and its file are yours:

    figure, axes = plt.subplots()
    plot_accuracy_by_samples(axes, {"self-consistency": points, "ModelSwitch": other_points})
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from modelswitch_core._errors import OptionError
from modelswitch_core.evaluation._statistics import wilson_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Told apart by people who do not see all colours, and in grey (Okabe and Ito, 2008).
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#555555")
_MARKERS = "os^Dv*P"


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
        group: Bars of one group have one colour, such as the number of models.
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
        axes.fill_between(
            samples,
            [100 * point.low for point in ordered],
            [100 * point.high for point in ordered],
            color=colour,
            alpha=0.10,
            linewidth=0,
        )
        heights = [100 * point.accuracy for point in ordered]
        axes.plot(samples, heights, color=colour, marker=marker, markersize=5, label=name)
    _finish(axes, "mean samples a question", "accuracy (%)")
    axes.legend(frameon=False)


def plot_consistency_against_accuracy(
    axes: Axes, answers: Mapping[str, Sequence[tuple[float, bool]]], *, bins: int = 5, fewest: int = 5
) -> dict[str, float | None]:
    """How often a model is right, against how much its own answers agree (figure 3 of the paper).

    Questions are sorted by the share of the model's samples that its most common answer has, and put into
    bins of equal width; the interval is Wilson's (95 %), and the number beside a point is how many questions
    it stands for.

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
        for inside in (held[place] for place in sorted(held) if len(held[place]) >= fewest):
            height = sum(correct for _, correct in inside) / len(inside)
            interval = wilson_interval(height, len(inside))
            centre = sum(share for share, _ in inside) / len(inside)
            points.append((centre, height, interval.low, interval.high, len(inside)))
        axes.errorbar(
            [100 * centre for centre, *_ in points],
            [100 * height for _, height, *_ in points],
            yerr=[
                [100 * max(0.0, height - low) for _, height, low, _, _ in points],
                [100 * max(0.0, high - height) for _, height, _, high, _ in points],
            ],
            color=colour,
            marker=marker,
            markersize=5,
            capsize=2,
            elinewidth=0.8,
            label=f"{name}{told}",
        )
        for centre, height, _, _, count in points:
            axes.annotate(
                str(count),
                (100 * centre, 100 * height),
                xytext=(5, -10 - 8 * number),  # models that do alike stand on each other
                textcoords="offset points",
                fontsize=7,
                color=colour,
            )
    _finish(axes, "samples that agree with the most common answer (%)", "that answer is right (%)")
    axes.set_ylim(-4, 104)
    axes.legend(frameon=False)
    return found


def plot_model_orders(axes: Axes, bars: Sequence[Bar]) -> None:
    """The accuracy of every order of some models, one bar each, with intervals (figure 6 of the paper).

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
        axes.barh(row, 100 * bar.accuracy, color=colour, alpha=0.75, height=0.7)
        axes.plot([100 * bar.low, 100 * bar.high], [row, row], color="#222222", linewidth=1.2)
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
    axes.set_xlim(max(0.0, 10 * math.floor(lowest / 10 - 1)), 104)
    _finish(axes, "accuracy (%)", "", grid="x")


def plot_frontier(
    axes: Axes,
    frontier: Sequence[Point],
    others: Mapping[str, Point],
    *,
    across: str = "mean samples a question",
    up: str = "accuracy (%)",
) -> None:
    """Settings that trade accuracy for samples, and other ones beside them, all with their intervals.

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
    farthest = max(point.samples for point in [*frontier, *others.values()])
    seen: Counter[float] = Counter()
    for number, (name, point) in enumerate(others.items(), 1):
        # Points at the same place would hide each other: the second one moves a little to the right.
        aside = 0.015 * farthest * seen[point.samples]
        seen[point.samples] += 1
        low, high = max(0.0, point.accuracy - point.low), max(0.0, point.high - point.accuracy)
        axes.errorbar(
            [point.samples + aside],
            [100 * point.accuracy],
            yerr=[[100 * low], [100 * high]],
            color=_COLOURS[number % len(_COLOURS)],
            marker=_MARKERS[number % len(_MARKERS)],
            markersize=7,
            linestyle="none",
            elinewidth=0.8,
            capsize=2,
            label=name,
        )
    _finish(axes, across, up)
    axes.set_xlim(left=0)
    axes.legend(frameon=False, fontsize=8)


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
