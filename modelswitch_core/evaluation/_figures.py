"""What a replay measures, and how it adds up over questions and orders."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from modelswitch_core.evaluation._play import Played
from modelswitch_core.evaluation._spent import Spent, plus
from modelswitch_core.evaluation._statistics import Interval, paired_difference_interval, wilson_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One way of answering, over all questions. Means are over questions, each the mean of its orders.

    Args:
        accuracy: Share of right answers among the questions with a gold answer, in [0, 1]; None where no
            question has one.
        accuracy_interval: Its 95 % interval, see `wilson_interval`.
        mean_samples: Samples drawn a question, cancelled ones included.
        mean_waves: How many times a question draws were started together.
        switched: Share of questions on which another model than the first was asked, in [0, 1]; a baseline
            never switches.
        agreement_with_pool: Share of questions with the same answer as a plurality vote over every model's
            whole share, in [0, 1].
        mean_input_tokens: A question; None where the recording does not say it of every sample drawn.
        mean_output_tokens: Likewise.
        mean_cost: A question, in the currency of the prices; None where tokens or a price are not known.
    """

    accuracy: float | None
    accuracy_interval: Interval | None
    mean_samples: float
    mean_waves: float
    switched: float
    agreement_with_pool: float
    mean_input_tokens: float | None
    mean_output_tokens: float | None
    mean_cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline(Figures):
    """A plainer way of answering the same questions from the same draws.

    Args:
        difference: The requested policy's accuracy minus this one's, in [-1, 1]; None without gold answers.
        difference_interval: Its 95 % interval, by question, see `paired_difference_interval`.
    """

    difference: float | None
    difference_interval: Interval | None


@dataclass(slots=True)
class Sums:
    """One way of answering, while questions come in; each adds the sum over its orders."""

    orders: int
    rights: list[float] = field(default_factory=list)
    questions: int = 0
    samples: int = 0
    waves: int = 0
    switched: int = 0
    agreed: int = 0
    input_tokens: float | None = 0
    output_tokens: float | None = 0
    cost: float | None = 0.0

    def count(self, played: Played, times: int, *, agreed: bool, switched: bool) -> None:
        """Counts a question that went so in so many orders."""
        self.samples += times * sum(played.drawn)
        self.waves += times * played.waves
        self.switched += times * switched
        self.agreed += times * agreed

    def spend(self, spent: Spent) -> None:
        """Adds what one order took."""
        self.input_tokens = plus(self.input_tokens, spent.input_tokens)
        self.output_tokens = plus(self.output_tokens, spent.output_tokens)
        self.cost = plus(self.cost, spent.cost)

    def figures(self) -> Figures:
        """The means."""
        accuracy = math.fsum(self.rights) / len(self.rights) if self.rights else None
        return Figures(
            accuracy=accuracy,
            accuracy_interval=None if accuracy is None else wilson_interval(accuracy, len(self.rights)),
            mean_samples=self._mean(self.samples),
            mean_waves=self._mean(self.waves),
            switched=self._mean(self.switched),
            agreement_with_pool=self._mean(self.agreed),
            mean_input_tokens=self._known(self.input_tokens),
            mean_output_tokens=self._known(self.output_tokens),
            mean_cost=self._known(self.cost),
        )

    def baseline_of(self, rights: Sequence[float]) -> Baseline:
        """The means, and how far a policy with these shares of right answers is ahead."""
        figures = self.figures()
        ahead = [a - b for a, b in zip(rights, self.rights, strict=True)]
        return Baseline(
            **{name: getattr(figures, name) for name in Figures.__dataclass_fields__},
            difference=math.fsum(ahead) / len(ahead) if ahead else None,
            difference_interval=paired_difference_interval(ahead) if ahead else None,
        )

    def _mean(self, total: float) -> float:
        return total / (self.questions * self.orders)

    def _known(self, total: float | None) -> float | None:
        return None if total is None else self._mean(total)
