"""When to stop and whom to ask next.

A policy is a small frozen object without state: it looks at the pool and answers three questions. The engine
asks `stop` after every draw and, when a wave is over, `wave` for the next one. `settled` is asked on top, and
only to save work: it may name an answer when no outcome of the draws still open could lead the policy and the
vote to another one, and must say None when it cannot prove that.

What must stay out: text, time, providers, randomness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from modelswitch_core._errors import OptionError
from modelswitch_core._options import one_of
from modelswitch_core._pool import Pool, Tally
from modelswitch_core._settled import vote_settled
from modelswitch_core._voting import EntropyVote, PluralityVote, Vote

StopReason = Literal["consistent", "margin", "all_drawn", "settled", "time_limit", "incomparable"]


@dataclass(frozen=True, slots=True)
class Stop:
    """A policy's decision to draw no more.

    Args:
        reason: Why.
        answer: The class to return; None leaves it to the vote.
        agreed_on: The class that a model was consistent on, or that is ahead by the margin; None for none.
            Where it is not the class returned, the models did not agree (`on_disagreement="raise"`).
    """

    reason: StopReason
    answer: int | None = None
    agreed_on: int | None = None


@runtime_checkable
class Policy(Protocol):
    """The interface of a policy, built-in or your own.

    Optional extras: an attribute `default_vote` (a vote object; `EntropyVote()` where absent), a method
    `settled(pool, vote) -> int | None` as the module describes (never settled where absent), an attribute
    `most_models` (how many models can be asked at most; all where absent), and a method
    `cautions(names, samples) -> Sequence[str]`: what is allowed but can hardly be meant, to be warned of.
    """

    def stop(self, pool: Pool) -> Stop | None:
        """The decision to stop now, asked after every draw in draw order; None to go on."""
        ...

    def wave(self, pool: Pool) -> Sequence[int]:
        """The models of the next draws, which start together; asked when no draw is open.

        A model may come as often as its share has draws left; the order is the draw order.
        """
        ...


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
        _check_threshold("threshold", self.threshold)

    def stop(self, pool: Pool) -> Stop | None:
        """Decides at the end of each stage."""
        index = _stage(pool)
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
        index = _stage(pool)
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


@dataclass(frozen=True, slots=True)
class SelfConsistency:
    """The baseline: every sample from the first model, plurality (Wang et al., arXiv 2203.11171).

    Later models are never asked.
    """

    default_vote = PluralityVote()
    most_models = 1

    def stop(self, pool: Pool) -> Stop | None:
        """Stops when the share is drawn."""
        stage = pool.tallies[0]
        if stage.open or stage.left:
            return None
        consistent = is_consistent(stage, 1.0)
        return Stop(
            "incomparable" if not consistent and is_incomparable(stage) else "all_drawn",
            agreed_on=stage.top() if consistent else None,
        )

    def wave(self, pool: Pool) -> Sequence[int]:
        """The whole share of the first model."""
        return [0] * pool.tallies[0].left

    def settled(self, pool: Pool, vote: Vote) -> int | None:
        """Sound; only the first model's draws can still come."""
        return vote_settled(pool, vote, models=1)

    def cautions(self, names: Sequence[str], _samples: Sequence[int]) -> Sequence[str]:
        """Further models are for show."""
        if len(names) == 1:
            return ()
        return (
            f"policy='self_consistency' samples {names[0]} alone: {', '.join(names[1:])} will not be asked",
        )


def is_consistent(tally: Tally, threshold: float) -> bool:
    """The consistency test of `Paper`, for any model; `threshold` in (0.5, 1]."""
    top = tally.top()
    return (
        top is not None
        and _enough(tally.successes, tally.share)
        and _reaches(tally.counts[top], tally.successes, threshold)
    )


def is_incomparable(tally: Tally) -> bool:
    """Whether most of a model's readable answers are free text, compared word by word."""
    return 2 * tally.free_text > tally.readable


def as_policy(policy: Policy | str, *, consistency_threshold: float | None = None) -> Policy:
    """The policy that a name stands for; a policy object is returned as it is.

    Args:
        policy: A name, or any object with `stop` and `wave`.
        consistency_threshold: Shorthand for `Paper(threshold=…)`; None leaves the policy alone.

    Raises:
        OptionError: Neither a policy nor the name of one; a threshold beside another policy or outside
            (0.5, 1].
    """
    if isinstance(policy, str | type) or not isinstance(policy, Policy):
        policy = _NAMED[one_of("policy", policy, _NAMED)]
    if consistency_threshold is None:
        return policy
    if policy != Paper():
        raise OptionError(
            f"consistency_threshold={consistency_threshold!r} is a shorthand for Paper(threshold=…) and "
            f"means nothing to policy={policy!r}: leave one of them out"
        )
    _check_threshold("consistency_threshold", consistency_threshold)
    return Paper(threshold=consistency_threshold)


def _reaches(count: int, successes: int, threshold: float) -> bool:
    """Whether a count is the threshold's share of the successes, and more than half of them.

    In doubles 0.55 · 20 is 11.000000000000002, which 11 of 20 must still reach; but no rounding may let two
    answers of one model reach it.
    """
    return 2 * count > successes and count >= threshold * successes - 1e-9


def _check_threshold(field: str, value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.5 < value <= 1.0:
        raise OptionError(
            f"{field}={value!r} must lie in (0.5, 1]: the share of a model's samples that must agree; "
            "1.0 means all of them"
        )


def _enough(successes: int, share: int) -> bool:
    return 2 * successes >= share and (successes >= 2 or share == 1)


def _stage(pool: Pool) -> int | None:
    """The model whose stage is running or has just ended; None before the first draw."""
    return next((i for i in range(len(pool.tallies) - 1, -1, -1) if pool.tallies[i].started), None)


def _surely_consistent(tally: Tally, count: int, threshold: float) -> bool:
    """Whether an answer with this count ends its stage consistent, come what may.

    The worst outcomes are that all open draws succeed with something else (for its share of the successes)
    and that all fail (for the half rule); mixtures lie between them.
    """
    remaining = tally.open + tally.left
    return _enough(tally.successes, tally.share) and _reaches(count, tally.successes + remaining, threshold)


def _possibly_consistent_on_other(tally: Tally, answer: int, threshold: float) -> bool:
    """Whether the stage could still end consistent on another answer than this one.

    The best outcome for any rival, or for an answer not seen yet, is that all open draws give it.
    """
    remaining = tally.open + tally.left
    rival = max((count for other, count in tally.counts.items() if other != answer), default=0)
    successes = tally.successes + remaining
    return (
        rival + remaining > 0
        and _enough(successes, tally.share)
        and _reaches(rival + remaining, successes, threshold)
    )


_NAMED: dict[str, Policy] = {"paper": Paper(), "self_consistency": SelfConsistency()}
