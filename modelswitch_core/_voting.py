"""The votes as options: small frozen objects that score a pool. The arithmetic itself is in `_votes`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from modelswitch_core._errors import OptionError
from modelswitch_core._options import one_of
from modelswitch_core._pool import Pool
from modelswitch_core._votes import (
    Normalizer,
    consistency_weight,
    entropy_vote,
    plurality_vote,
    reward_best_vote,
    reward_sum_vote,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntropyVote:
    """The published vote, weighted by consistency and prior; see `entropy_vote`.

    Args:
        normalizer: "distinct" as published (the default), or "samples"; see `consistency_weight`.
    """

    normalizer: Normalizer = "distinct"
    uses_rewards = False

    def __post_init__(self) -> None:
        if self.normalizer not in ("distinct", "samples"):
            raise OptionError(
                f"normalizer={self.normalizer!r} is unknown: use 'distinct' (as published) or 'samples'"
            )

    def weights(self, pool: Pool) -> list[float]:
        """Each model's weight on this question, without its prior."""
        return [
            consistency_weight(tally.counts.values(), normalizer=self.normalizer) * tally.factor
            for tally in pool.tallies
        ]

    def scores(self, pool: Pool) -> dict[int, float]:
        """Each answer's score, in draw order."""
        return pool.in_draw_order(
            entropy_vote(
                pool.counts(), priors=pool.priors, normalizer=self.normalizer, factors=pool.factors()
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PluralityVote:
    """One sample, one vote, times its model's prior; see `plurality_vote`."""

    uses_rewards = False

    def weights(self, pool: Pool) -> list[float]:
        """Each model's weight on this question, without its prior: 1, or less by the half rule."""
        return pool.factors()

    def scores(self, pool: Pool) -> dict[int, float]:
        """Each answer's score, in draw order."""
        return pool.in_draw_order(plurality_vote(pool.counts(), priors=pool.priors, factors=pool.factors()))


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardVote:
    """RM-BoN (`reward_best_vote`) or RM-Vote (`reward_sum_vote`).

    Where any readable sample came without a reward, the plain plurality vote is taken instead: half a set of
    rewards would favour the samples that happen to have one.

    Args:
        combine: "best" for the highest reward of an answer's samples, "sum" for their sum.
    """

    combine: Literal["best", "sum"]
    uses_rewards = True

    def __post_init__(self) -> None:
        one_of("combine", self.combine, ("best", "sum"))

    def weights(self, pool: Pool) -> list[float]:
        """Each model's weight; rewards do not look at consistency, so it is the plain vote's."""
        return pool.factors()

    def scores(self, pool: Pool) -> dict[int, float]:
        """Each answer's score, in draw order."""
        if pool.reward_missing:
            return PluralityVote().scores(pool)
        if self.combine == "best":
            best = {answer: (reward,) for answer, (reward, _) in pool.rewards_best.items()}
            return pool.in_draw_order(reward_best_vote(best))
        sums = {answer: (reward,) for answer, reward in pool.rewards_sum.items()}
        return pool.in_draw_order(reward_sum_vote(sums))


Vote = EntropyVote | PluralityVote | RewardVote
VoteName = Literal["entropy", "plurality", "reward_best", "reward_sum"]

_NAMED: dict[str, Vote] = {
    "entropy": EntropyVote(),
    "plurality": PluralityVote(),
    "reward_best": RewardVote(combine="best"),
    "reward_sum": RewardVote(combine="sum"),
}


def as_vote(vote: Vote | str) -> Vote:
    """The vote that a name stands for; a vote object is returned as it is.

    Raises:
        OptionError: Neither a vote nor the name of one.
    """
    if isinstance(vote, EntropyVote | PluralityVote | RewardVote):
        return vote
    return _NAMED[one_of("vote", vote, _NAMED)]
