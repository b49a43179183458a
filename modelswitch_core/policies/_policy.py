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

from modelswitch_core._pool import Pool, Tally

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
    `settled(pool, vote) -> int | None` as the module describes (never settled where absent), attributes
    `least_models` (how many models it takes; one where absent) and `most_models` (how many models can be
    asked at most; all where absent), and a method `cautions(names, samples) -> Sequence[str]`: what is
    allowed but can hardly be meant, to be warned of.

    A policy that learns offers two more methods. `begin() -> Policy` is asked once before the first draw of a
    run, and that run then follows what it returned. `learn(drawn, samples) -> None` is told once, when a run
    has ended, of the outcomes it heard of, for each model in draw order, and of the shares; a run that was
    cut short holds fewer, or failed ones. Both are called from any thread.
    """

    def stop(self, pool: Pool) -> Stop | None:
        """The decision to stop now, asked after every draw in draw order; None to go on."""
        ...

    def wave(self, pool: Pool) -> Sequence[int]:
        """The models of the next draws, which start together; asked when no draw is open.

        A model may come as often as its share has draws left; the order is the draw order.
        """
        ...


def is_consistent(tally: Tally, threshold: float) -> bool:
    """The consistency test of `Paper`, for any model; `threshold` in (0.5, 1]."""
    top = tally.top()
    return (
        top is not None
        and enough(tally.successes, tally.share)
        and reaches(tally.counts[top], tally.successes, threshold)
    )


def is_incomparable(tally: Tally) -> bool:
    """Whether most of a model's readable answers are free text, compared word by word."""
    return 2 * tally.free_text > tally.readable


def reaches(count: int, successes: int, threshold: float) -> bool:
    """Whether a count is the threshold's share of the successes, and more than half of them.

    In doubles 0.55 · 20 is 11.000000000000002, which 11 of 20 must still reach; but no rounding may let two
    answers of one model reach it.
    """
    return 2 * count > successes and count >= threshold * successes - 1e-9


def enough(successes: int, share: int) -> bool:
    """The half rule for consistency: half of the share, and at least two draws where it is two or more."""
    return 2 * successes >= share and (successes >= 2 or share == 1)


def running_stage(pool: Pool) -> int | None:
    """The model whose stage is running or has just ended; None before the first draw."""
    for index in range(len(pool.tallies) - 1, -1, -1):  # asked after every draw, and no generator is quicker
        if pool.tallies[index].started:
            return index
    return None
