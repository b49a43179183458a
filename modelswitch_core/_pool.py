"""What has been drawn so far: the engine keeps it, policies and votes read it.

Costs nothing per draw that grows with the number of draws: counts are kept by class, and everything derived
from them depends on the number of different answers alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from modelswitch_core._votes import success_factor


def c_log2_c(count: int) -> float:
    """A count's part of an entropy; 0.0 for none."""
    return count * math.log2(count) if count else 0.0


class DrawRef(NamedTuple):
    """Which draw is meant: the `draw`-th sample of the `model`-th model, both from 0."""

    model: int
    draw: int


@dataclass(slots=True)
class Tally:
    """One model's draws, counted. `open` draws have been asked for and not yet been reported.

    `sum_c_log2_c` is Σ c·log2 c over the counts, kept up to date so that an entropy needs no pass over them.
    `latest` is the answer of the latest response (None for an unreadable one), and `streak` how many
    responses up to it hold that answer without another between them; failed draws are passed over.
    """

    share: int
    started: int = 0
    open: int = 0
    counts: dict[int, int] = field(default_factory=dict)
    readable: int = 0
    unreadable: int = 0
    failed: int = 0
    free_text: int = 0
    sum_c_log2_c: float = 0.0
    latest: int | None = None
    streak: int = 0

    def add(self, answer: int) -> None:
        """Counts one readable sample."""
        count = self.counts.get(answer, 0)
        self.counts[answer] = count + 1
        self.readable += 1
        self.sum_c_log2_c += c_log2_c(count + 1) - c_log2_c(count)
        self.streak = self.streak + 1 if answer == self.latest else 1
        self.latest = answer

    def add_unreadable(self) -> None:
        """Counts one response without an answer."""
        self.unreadable += 1
        self.latest, self.streak = None, 0

    @property
    def successes(self) -> int:
        """Draws that brought a response, readable or not."""
        return self.readable + self.unreadable

    @property
    def left(self) -> int:
        """Draws of the share that have not been asked for yet."""
        return self.share - self.started

    @property
    def factor(self) -> float:
        """The half rule, see `success_factor`: of the draws heard of, which at the end are all."""
        return success_factor(self.successes, self.successes + self.failed)

    def top(self) -> int | None:
        """This model's most common answer; the first drawn among equals; None where it gave none."""
        return max(self.counts, key=self.counts.__getitem__) if self.counts else None


@dataclass(slots=True)
class Pool:
    """Every model's tally, and every answer in draw order.

    `first` maps each answer class to its first draw, in draw order; `first_of` does so for each pair of model
    and answer class.
    """

    tallies: tuple[Tally, ...]
    priors: tuple[float, ...]
    waves: int = 0
    first: dict[int, DrawRef] = field(default_factory=dict)
    first_of: dict[tuple[int, int], DrawRef] = field(default_factory=dict)
    rewards_sum: dict[int, float] = field(default_factory=dict)
    rewards_best: dict[int, tuple[float, DrawRef]] = field(default_factory=dict)
    reward_missing: bool = False

    @property
    def open(self) -> int:
        """Draws of the current wave that have not been reported yet."""
        return sum(tally.open for tally in self.tallies)

    @property
    def readable(self) -> int:
        """Readable samples of all models."""
        return sum(tally.readable for tally in self.tallies)

    def counts(self) -> list[Mapping[int, int]]:
        """Each model's answers with their counts, as the votes take them."""
        return [tally.counts for tally in self.tallies]

    def count(self, answer: int) -> int:
        """How many samples of all models hold this answer."""
        return sum(tally.counts.get(answer, 0) for tally in self.tallies)

    def factors(self) -> list[float]:
        """Each model's half-rule factor."""
        return [tally.factor for tally in self.tallies]

    def in_draw_order(self, scores: Mapping[int, float]) -> dict[int, float]:
        """The same scores with the answer drawn first in front, so that ties go to it."""
        return {answer: scores[answer] for answer in self.first if answer in scores}
