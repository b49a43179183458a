"""The votes as options: small frozen objects that score a pool. The arithmetic itself is in `_votes`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from modelswitch_core._errors import OptionError
from modelswitch_core._options import one_of
from modelswitch_core._pool import Pool, Tally
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


def field_vote(
    pool: Pool, vote: Vote, fields: Mapping[int, tuple[int, ...]]
) -> tuple[dict[int, float], float]:
    """The vote on objects by their fields.

    Each field is voted on by itself, as if its values were the answers, with each model's weight from its own
    values of that field: `score(object) = Σ_f vote_f(the object's value of f)`. Only drawn objects are
    scored, so a mixture that no model gave cannot win.

    Args:
        pool: What has been drawn.
        vote: The vote to take on each field.
        fields: For each answer class the classes of its values; see `Readable.fields`. An answer class that
            is missing here lacks every field.

    Returns:
        Each object's score, in draw order; and the sum of all votes on all fields.
    """
    scores = dict.fromkeys(pool.first, 0.0)
    total = 0.0
    for place in range(max(map(len, fields.values()), default=0)):
        value_of = {answer: _at(fields.get(answer, ()), place) for answer in pool.first}
        votes = vote.scores(_regrouped(pool, value_of))
        total += sum(votes.values())
        for answer, value in value_of.items():
            scores[answer] += votes[value]
    return scores, total


def _at(values: tuple[int, ...], place: int) -> int:
    return values[place] if place < len(values) else -1


def _regrouped(pool: Pool, value_of: Mapping[int, int]) -> Pool:
    """The pool as if each answer were its value."""
    tallies: list[Tally] = []
    for tally in pool.tallies:
        counts: dict[int, int] = {}
        for answer, count in tally.counts.items():
            counts[value_of[answer]] = counts.get(value_of[answer], 0) + count
        tallies.append(dataclasses.replace(tally, counts=counts))
    first = {value_of[answer]: draw for answer, draw in reversed(pool.first.items())}
    return dataclasses.replace(pool, tallies=tuple(tallies), first=first)


def as_vote(vote: Vote | str) -> Vote:
    """The vote that a name stands for; a vote object is returned as it is.

    Raises:
        OptionError: Neither a vote nor the name of one.
    """
    if isinstance(vote, EntropyVote | PluralityVote | RewardVote):
        return vote
    return _NAMED[one_of("vote", vote, _NAMED)]
