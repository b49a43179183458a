"""The published algorithm: one model after the other, until one agrees with itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modelswitch_core._errors import OptionError
from modelswitch_core._pool import Pool, Tally
from modelswitch_core._settled import vote_settled
from modelswitch_core._voting import EntropyVote, Vote
from modelswitch_core.policies._policy import (
    Stop,
    enough,
    is_consistent,
    is_incomparable,
    reaches,
    running_stage,
)


@dataclass(frozen=True, slots=True)
class Paper:
    """The published algorithm (arXiv 2504.00762, section 3): stages of one model each, then the vote.

    A model other than the last is consistent when at least half of its share succeeded (and at least two
    draws, where its share is two or more) and its most common answer makes up at least `threshold` of its
    successful draws, unreadable ones included: its answer is returned and no later model is asked. After the
    last model it is always the vote over every sample of every model.

    Args:
        threshold: In (0.5, 1]. Default 1.0, as published: all answers agree.

    Raises:
        OptionError: The threshold lies outside (0.5, 1].
    """

    threshold: float = 1.0
    default_vote = EntropyVote()

    def __post_init__(self) -> None:
        check_threshold("threshold", self.threshold)

    def stop(self, pool: Pool) -> Stop | None:
        """Decides at the end of each stage."""
        index = running_stage(pool)
        if index is None or pool.tallies[index].open or pool.tallies[index].left:
            return None
        stage, last = pool.tallies[index], index == len(pool.tallies) - 1
        consistent = is_consistent(stage, self.threshold)
        if consistent and not last:
            return Stop("consistent", answer=stage.top(), agreed_on=stage.top())
        if not consistent and is_incomparable(stage):
            return Stop("incomparable")
        return Stop("all_drawn", agreed_on=stage.top() if consistent else None) if last else None

    def wave(self, pool: Pool) -> Sequence[int]:
        """The whole share of the next model."""
        index = next(i for i, tally in enumerate(pool.tallies) if tally.left)
        return [index] * pool.tallies[index].left

    def settled(self, pool: Pool, vote: Vote) -> int | None:
        """Sound; see `_settled` for the vote's part of it."""
        index = running_stage(pool)
        if index is None:
            return None
        stage, later = pool.tallies[index], len(pool.tallies) - 1 - index
        if later == 0:
            return vote_settled(pool, vote)
        top = stage.top()
        if top is not None and _surely_consistent(stage, stage.counts[top], self.threshold):
            return top
        # A model between this one and the last could still be consistent on any answer.
        if later > 1:
            return None
        answer = vote_settled(pool, vote)
        if answer is None or _possibly_consistent_on_other(stage, answer, self.threshold):
            return None
        return answer

    def cautions(self, names: Sequence[str], samples: Sequence[int]) -> Sequence[str]:
        """A single sample always agrees with itself."""
        alone = [name for name, share in zip(names[:-1], samples[:-1], strict=True) if share == 1]
        if not alone:
            return ()
        caution = (
            f"samples={list(samples)} gives {', '.join(alone)} a single sample, which always agrees with "
            "itself: the models behind it are only asked when it fails; give it 2 or more"
        )
        return (caution,)


def check_threshold(field: str, value: float) -> None:
    """Refuses a threshold outside (0.5, 1]."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.5 < value <= 1.0:
        raise OptionError(
            f"{field}={value!r} must lie in (0.5, 1]: the share of a model's samples that must agree; "
            "1.0 means all of them"
        )


def _surely_consistent(tally: Tally, count: int, threshold: float) -> bool:
    """Whether an answer with this count ends its stage consistent, come what may.

    The worst outcomes are that all open draws succeed with something else (for its share of the successes)
    and that all fail (for the half rule); mixtures lie between them.
    """
    remaining = tally.open + tally.left
    return enough(tally.successes, tally.share) and reaches(count, tally.successes + remaining, threshold)


def _possibly_consistent_on_other(tally: Tally, answer: int, threshold: float) -> bool:
    """Whether the stage could still end consistent on another answer than this one.

    The best outcome for any rival, or for an answer not seen yet, is that all open draws give it.
    """
    remaining = tally.open + tally.left
    rival = max((count for other, count in tally.counts.items() if other != answer), default=0)
    successes = tally.successes + remaining
    return (
        rival + remaining > 0
        and enough(successes, tally.share)
        and reaches(rival + remaining, successes, threshold)
    )
