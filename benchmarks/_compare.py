"""Two ways of doing a thing, timed in turns in one run, so that what the machine does meanwhile hits both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One line of a benchmark's table.

    Args:
        what: What was measured.
        seconds: The median of ours.
        beside: The median of the alternative.
        ratio: The geometric mean of the ratios of neighbouring runs, as many with either one first.
        bar: What the ratio must not exceed; None where it is only reported.
    """

    what: str
    seconds: float
    beside: float
    ratio: float
    bar: float | None

    @property
    def holds(self) -> bool:
        """Whether the ratio keeps to its bar."""
        return self.bar is None or self.ratio <= self.bar

    def as_dict(self) -> dict[str, object]:
        """The row for JSON."""
        return {**asdict(self), "holds": self.holds}


def compare(
    what: str, ours: Callable[[], object], beside: Callable[[], object], *, rounds: int, bar: float | None
) -> Row:
    """Times both in turns, after one round of each to warm up; an even number of rounds."""
    ours()
    beside()
    pairs = []
    for turn in range(rounds):
        # Who goes first changes: the second of a pair finds warmer caches and more garbage.
        if turn % 2:
            second = timed(beside)
            pairs.append((timed(ours), second))
        else:
            pairs.append((timed(ours), timed(beside)))
    return Row(
        what,
        seconds=statistics.median(mine for mine, _ in pairs),
        beside=statistics.median(other for _, other in pairs),
        ratio=statistics.geometric_mean(mine / other for mine, other in pairs),
        bar=bar,
    )


def timed(work: Callable[[], object]) -> float:
    """How many seconds it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
