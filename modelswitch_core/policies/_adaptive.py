"""Adaptive consistency: a model stops as soon as its leading answer is likely enough to stay ahead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from modelswitch_core._errors import OptionError
from modelswitch_core._pool import Pool, Tally
from modelswitch_core._settled import vote_settled
from modelswitch_core._voting import PluralityVote, Vote
from modelswitch_core.policies._policy import Stop, is_incomparable, running_stage


def majority_confidence(leader: int, runner_up: int) -> float:
    """How likely the leading answer is the more common one of the two, given how often each was drawn.

    The Beta criterion of adaptive consistency (Aggarwal et al. 2023, arXiv 2305.11860, section 3):
    `P(p > 1/2)` for `p ~ Beta(leader + 1, runner_up + 1)`, the posterior under a uniform prior. For integers
    it is a binomial sum: `1 - Σ_{k ≤ runner_up} C(n, k) / 2^n` with `n = leader + runner_up + 1`. No draws
    give 0.5; n draws of one answer alone give `1 - 2^-(n+1)`.

    Args:
        leader: Draws of the most common answer; at least `runner_up`.
        runner_up: Draws of the second most common answer, ≥ 0.

    Returns:
        A number in [0.5, 1].
    """
    total = leader + runner_up + 1
    # One binomial coefficient from the one before; whole numbers, so that nothing is rounded but the end.
    term = against = 1
    for k in range(runner_up):
        term = term * (total - k) // (k + 1)
        against += term
    return 1.0 - against / (1 << total)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptiveConsistency:
    """Stages of one model each, as in `Paper`, each of which ends once its leading answer is likely enough.

    A stage draws until `majority_confidence` of its two most common answers reaches `confidence`. A model
    other than the last that gets there is believed: its answer is returned. Where the share runs out first,
    the next model's stage begins. After the last model, whether it got there or not, it is the vote over
    every sample of every model; with a single model that is the published method. Unreadable and failed
    draws are no answers and count neither for nor against. A share of fewer than four draws never reaches
    0.95.

    A wave holds the fewest draws after which the stage could end, so that none is drawn in vain: the samples
    are those of the published method, which draws one by one.

    Args:
        confidence: In (0.5, 1). Default 0.95, as published (arXiv 2305.11860, section 4): four draws that
            agree.

    Raises:
        OptionError: The confidence lies outside (0.5, 1).
    """

    confidence: float = 0.95
    default_vote = PluralityVote()

    def __post_init__(self) -> None:
        given = self.confidence
        if isinstance(given, bool) or not isinstance(given, int | float) or not 0.5 < given < 1.0:
            raise OptionError(
                f"confidence={given!r} must lie in (0.5, 1): how likely a model's leading answer must be its "
                "most common one before it stops; 0.95 as published"
            )

    def stop(self, pool: Pool) -> Stop | None:
        """Decides after every draw."""
        index = running_stage(pool)
        if index is None:
            return None
        stage, last = pool.tallies[index], index == len(pool.tallies) - 1
        top, (most, next_most) = stage.top(), _two_most(stage)
        if top is not None and self._reached(most, next_most):
            return Stop("consistent", answer=None if last else top, agreed_on=top)
        if stage.open or stage.left:
            return None
        if is_incomparable(stage):
            return Stop("incomparable")
        return Stop("all_drawn") if last else None

    def wave(self, pool: Pool) -> Sequence[int]:
        """The fewest draws of the stage's model that could end it; all it has left where none could."""
        index = next(i for i, tally in enumerate(pool.tallies) if tally.left)
        stage = pool.tallies[index]
        most, next_most = _two_most(stage)
        # Without a runner-up it takes log2(1 / (1 - confidence)) - 1 draws, so that no fewer need be tried.
        least = max(1, math.ceil(-math.log2(1.0 - self.confidence)) - 2 - most)
        enough = (n for n in range(least, stage.left) if self._reached(most + n, next_most))
        return [index] * next(enough, stage.left)

    def settled(self, pool: Pool, vote: Vote) -> int | None:
        """Sound: what the vote is sure to give, where no stage could be believed on another answer."""
        index = running_stage(pool)
        if index is None or len(pool.tallies) - 1 - index > 1:
            return None
        answer = vote_settled(pool, vote)
        if answer is None or index == len(pool.tallies) - 1:
            return answer
        return None if self._could_believe_another(pool.tallies[index], answer) else answer

    def cautions(self, names: Sequence[str], samples: Sequence[int]) -> Sequence[str]:
        """A share that cannot get there even if all its draws agree."""
        short = [name for name, share in zip(names, samples, strict=True) if not self._reached(share, 0)]
        if not short:
            return ()
        caution = (
            f"samples={list(samples)} gives {', '.join(short)} too few for confidence={self.confidence}, "
            "even if all agree: nothing stops early there; give more samples, or less confidence"
        )
        return (caution,)

    def _reached(self, leader: int, runner_up: int) -> bool:
        return majority_confidence(leader, runner_up) >= self.confidence

    def _could_believe_another(self, stage: Tally, answer: int) -> bool:
        """Whether some other answer would get there if all open draws gave it."""
        remaining = stage.open + stage.left
        rivals = {other: count for other, count in stage.counts.items() if other != answer}
        rival = max(rivals, key=rivals.__getitem__, default=None)
        against = max((count for other, count in stage.counts.items() if other != rival), default=0)
        most = (0 if rival is None else rivals[rival]) + remaining
        return most >= against and self._reached(most, against)


def _two_most(stage: Tally) -> tuple[int, int]:
    """How often the two most common answers were drawn; 0 for none."""
    most, next_most, *_ = [*sorted(stage.counts.values(), reverse=True), 0, 0]
    return most, next_most
