"""The pictures of the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelswitch_core.evaluation import (
    Bar,
    Point,
    plot_accuracy_by_samples,
    plot_consistency_against_accuracy,
    plot_model_orders,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PICTURES = {
    "accuracy-by-samples": (6.4, 4.2),
    "consistency-against-accuracy": (6.4, 4.2),
    "model-orders": (6.4, 5.0),
}
"""File name without its ending, and size in inches."""


def draw(figures: Mapping[str, Any], folder: Path) -> None:
    """Writes the pictures as SVG, the same bytes for the same figures."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    replays = figures["replays"]
    draws: dict[str, Callable[[Axes], object]] = {
        "accuracy-by-samples": lambda axes: plot_accuracy_by_samples(
            axes, {name: [_point(one) for one in points] for name, points in replays["curves"].items()}
        ),
        "consistency-against-accuracy": lambda axes: plot_consistency_against_accuracy(
            axes, {name: [tuple(pair) for pair in pairs] for name, pairs in replays["consistency"].items()}
        ),
        "model-orders": lambda axes: plot_model_orders(axes, [_bar(one) for one in replays["orders"]]),
    }
    with mpl.rc_context({"svg.hashsalt": "modelswitch", "font.size": 9}):
        for name, size in PICTURES.items():
            figure, axes = plt.subplots(figsize=size, layout="constrained")
            draws[name](axes)
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})
            plt.close(figure)


def _point(one: Mapping[str, Any]) -> Point:
    return Point(one["mean_samples"], one["accuracy"], one["interval"]["low"], one["interval"]["high"])


def _bar(one: Mapping[str, Any]) -> Bar:
    group = "1 model" if one["models"] == 1 else f"{one['models']} models"
    return Bar(one["name"], group, one["accuracy"], one["interval"]["low"], one["interval"]["high"])
