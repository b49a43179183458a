"""Two ways of doing a thing, timed in turns in one run, so that what the machine does meanwhile hits both."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One line of a benchmark's table.

    Args:
        what: What was measured.
        seconds: The median round of ours.
        beside: The median round of the alternative.
        ratio: The median ratio of two rounds that follow each other.
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
    """Times both in turns, after one round of each to warm up, and takes the median ratio of the pairs.

    A shared machine is now fast and now slow for seconds at a time. That hits both rounds of a pair, and
    leaves their ratio; the best round of each side may come from different times. Measured over 72 pairs of
    60 questions, in windows of 24: the ratio of the best rounds had a standard deviation of 0.096, the median
    ratio of the pairs one of 0.024.

    The garbage collector is off, which in a process full of frameworks stops everything for half of what a
    round takes, and would hit now the one side and now the other.
    """
    ours()
    beside()
    mine: list[float] = []
    other: list[float] = []
    for turn in range(rounds):
        # Who goes first changes: the second of a pair finds warmer caches.
        for work, taken in ((beside, other), (ours, mine)) if turn % 2 else ((ours, mine), (beside, other)):
            taken.append(timed(work))
    ratio = statistics.median(one / two for one, two in zip(mine, other, strict=True))
    return Row(what, statistics.median(mine), statistics.median(other), ratio, bar)


def timed(work: Callable[[], object]) -> float:
    """How many seconds it takes, with the garbage collector off."""
    gc.collect()
    gc.disable()
    try:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun
    finally:
        gc.enable()
