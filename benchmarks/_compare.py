"""Two ways of doing a thing, timed in turns in one run, so that what the machine does meanwhile hits both."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One line of a benchmark's table.

    Args:
        what: What was measured.
        seconds: The best round of ours.
        beside: The best round of the alternative.
        ratio: The one by the other.
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
    """Times both in turns, after one round of each to warm up, and keeps each one's best round.

    As `timeit` does, and for its reasons: what else the machine does can only add to a round, and the
    collector, which in a process full of frameworks stops everything for half of what a round takes, would
    hit now the one side and now the other.
    """
    ours()
    beside()
    mine: list[float] = []
    other: list[float] = []
    for turn in range(rounds):
        # Who goes first changes: the second of a pair finds warmer caches.
        for work, taken in ((beside, other), (ours, mine)) if turn % 2 else ((ours, mine), (beside, other)):
            taken.append(timed(work))
    return Row(what, seconds=min(mine), beside=min(other), ratio=min(mine) / min(other), bar=bar)


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
