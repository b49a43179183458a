"""Two ways of doing a thing, timed in turns in one run, so that what the machine does meanwhile hits both."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Row:
    """One line of a benchmark's table.

    Args:
        what: What was measured.
        pairs: Seconds of ours and of the alternative, of two rounds that followed each other.
        bar: What the ratio must not exceed; None where it is only reported.
    """

    what: str
    pairs: tuple[tuple[float, float], ...]
    bar: float | None

    @property
    def seconds(self) -> float:
        """The median round of ours."""
        return statistics.median(mine for mine, _ in self.pairs)

    @property
    def beside(self) -> float:
        """The median round of the alternative."""
        return statistics.median(other for _, other in self.pairs)

    @property
    def ratio(self) -> float:
        """The median ratio of the pairs.

        A shared machine is now fast and now slow for seconds at a time. That hits both rounds of a pair, and
        leaves their ratio; the best round of each side may come from different times. Measured over 72 pairs
        of 60 questions, in windows of 24: the ratio of the best rounds had a standard deviation of 0.096, the
        median ratio of the pairs one of 0.024.
        """
        return statistics.median(mine / other for mine, other in self.pairs)

    @property
    def holds(self) -> bool:
        """Whether the ratio keeps to its bar."""
        return self.bar is None or self.ratio <= self.bar

    def as_dict(self) -> dict[str, object]:
        """The row for JSON."""
        return {
            "what": self.what,
            "seconds": self.seconds,
            "beside": self.beside,
            "ratio": self.ratio,
            "bar": self.bar,
            "holds": self.holds,
            "pairs": len(self.pairs),
        }


def compare(
    what: str, ours: Callable[[], object], beside: Callable[[], object], *, rounds: int, bar: float | None
) -> Row:
    """Times both in turns, after one round of each to warm up.

    The garbage collector is off, which in a process full of frameworks stops everything for half of what a
    round takes, and would hit now the one side and now the other.
    """
    ours()
    beside()
    pairs = []
    for turn in range(rounds):
        # Who goes first changes: the second of a pair finds warmer caches.
        if turn % 2:
            other, mine = timed(beside), timed(ours)
        else:
            mine, other = timed(ours), timed(beside)
        pairs.append((mine, other))
    return Row(what, tuple(pairs), bar)


def pooled(tables: Sequence[Sequence[Row]]) -> list[Row]:
    """The same table from several processes as one, with the pairs of all of them.

    What a process's memory happens to look like is in all its rounds: the very same comparison gave 1.02 to
    1.17 in six processes, each the median of 16 pairs.
    """
    return [
        replace(rows[0], pairs=tuple(pair for row in rows for pair in row.pairs))
        for rows in zip(*tables, strict=True)
    ]


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
