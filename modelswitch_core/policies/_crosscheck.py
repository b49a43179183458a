"""Checking across models: a few draws of two models at once, and more only where they disagree.

Two models that agree are a better sign than one model that agrees with itself, because their mistakes are
less alike; so agreement across models can be believed after fewer draws.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from modelswitch_core._options import whole_number
from modelswitch_core._pool import Pool
from modelswitch_core._recorded import RecordedQuestion
from modelswitch_core._settled import vote_settled
from modelswitch_core._voting import PluralityVote, Vote
from modelswitch_core.policies._paper import Paper
from modelswitch_core.policies._policy import Stop

_LATE = 0.75
"""The part of all shares past which one draw less of lead is enough: it saves 1.5 % of the paper's draws on
the chains of `benchmarks/policies.py`, for less than 0.05 points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """Opens with two models at once; goes on with all of them in turn until one answer is well ahead.

    When every opening draw holds the same answer, it is accepted. Otherwise the models draw in turn, the one
    with the fewest draws first, in waves, until the leading answer has `margin` more draws than the next one
    or every share is drawn; then the vote over all draws. A wave holds `wave_size` draws for each draw that
    the leader lacks, and one more where the readable draws would otherwise come to an odd number, as far as
    the shares go: an odd number puts one of two answers ahead by itself. Past three quarters of all shares
    one draw less is enough, as those that are left seldom change the answer. The margin is looked at when a
    wave is over, so that every draw which was paid for counts.

    A failed opening draw is replaced from the same share first; a model whose share runs out before its
    opening is complete leaves nothing to accept. Unreadable draws break agreement and do not vote. Where the
    opening does not agree and most of its readable answers are prose, the run stops there (`incomparable`).
    The margin counts draws, whatever the vote; the models did not agree (`on_disagreement`) where the
    opening was not accepted and the margin itself was not reached, or where the vote chose another answer
    than the leading one, as it may when a model that mostly failed weighs less.

    Measured on the seven chains of `benchmarks/policies.py` at 8 samples a model, beside `Paper`, as means
    (95 % intervals of the losses are ± 0.4 points, ± 0.6 for the last, and up to ± 3 on a single chain):
    the defaults take 61.5 % of its draws in 2.15 waves and lose 0.02 points; `wave_size=2` takes 57.0 % in
    2.42 waves and loses 0.18; `wave_size=1` takes 52.5 % in 3.12 waves and loses 0.33; `first=1, wave_size=2`
    with the `strongest` model known takes 49.7 % in 2.42 waves and loses 0.04, most of what it wins coming
    from one chain whose stronger model stood second.
    On single chains the defaults lost up to 0.7 points, and gained up to 0.9.

    Args:
        first: Opening draws of the model that opens; ≥ 1. At most its share is drawn.
        second: Opening draws of the next model, ≥ 1. At most its share is drawn.
        margin: Draws by which the leading answer must be ahead; ≥ 1.
        wave_size: Draws of a later wave for each draw that the leader lacks of the margin, ≥ 1: more of
            them take less time and more draws.
        strongest: The model that opens and goes first in each turn, by its place from 0: the most accurate
            one, where that is known. The next model is the first of the others. Default 0.

    Raises:
        OptionError: A number is no integer, or too small.
    """

    first: int = 2
    second: int = 1
    margin: int = 2
    wave_size: int = 3
    strongest: int = 0
    default_vote = PluralityVote()

    def __post_init__(self) -> None:
        for field in ("first", "second", "margin", "wave_size"):
            whole_number(field, getattr(self, field), least=1)
        whole_number("strongest", self.strongest, least=0)

    @property
    def least_models(self) -> int:
        """How many models it takes: two, or as many as `strongest` says there are."""
        return max(2, self.strongest + 1)

    @classmethod
    def from_recording(
        cls,
        questions: Iterable[RecordedQuestion],
        *,
        models: Sequence[str] | None = None,
        samples: int | Sequence[int] | None = None,
        answer: Any = "auto",
        costs: Mapping[str, float] | None = None,
        tolerance: float = 0.015,
        wave_size: int | None = None,
        strongest: str | None = None,
        seed: int = 0,
    ) -> CrossCheck | Paper:
        """Learns how to open, and how large waves are, from recorded questions without right answers.

        Tries one and two opening draws of the model that opens, each with waves of 2 and of 3, on the
        recorded draws in 10 shuffled orders. Returned is the cheapest that departs from the plurality of all
        draws at most `tolerance` more often than `Paper` does; where none does, the one that departs least
        often. About 30 questions do.

        Args:
            questions: What to learn from, at least one. Those with fewer draws than `samples` of a model are
                left out, with a warning that counts them.
            models: Their names in the recording, in the order in which they are asked; at least two. None
                means all of the first question's, in its order.
            samples: The share of the sample budget that the policy will have, one number for all models or
                one each. None means as many as every question holds that has a draw of each model.
            answer: How answers are read and compared, see `answer_reader`.
            costs: What one draw of each model costs, by name, in any unit; positive. Where they differ, any
                model may open, so that a cheap one can be the one that is asked twice. Where a later model
                costs several times as much as the first, asking it in every opening can cost more than
                `Paper`, which seldom asks it: then a warning says so, and `Paper()` is returned. None means
                that all cost the same.
            tolerance: In [0, 1], a share of the questions. Default 0.015, chosen on the chains of
                `benchmarks/policies.py`: there it takes 56.5 % of the paper's draws, in 2.3 waves, and loses
                0.15 points (0.2 and 0.3 in two reruns on other splits); 0.01 takes 57 % and loses 0.13, 0.02
                takes 56 % and loses 0.17.
            wave_size: As above. None means that it is learned. 1 takes the fewest draws, and about three
                waves.
            strongest: The model that opens, by name. None means the first, or where costs differ the one
                that is cheapest to open with.
            seed: Seeds the shuffles, which depend on it, the question's id and the model's name alone.

        Raises:
            OptionError: No question that holds the samples, fewer than two models, a path instead of
                questions, or an option with a value it cannot have.
        """
        from modelswitch_core.policies._gate import learned_crosscheck

        return learned_crosscheck(
            questions,
            models=models,
            samples=samples,
            answer=answer,
            costs=costs,
            tolerance=tolerance,
            wave_size=wave_size,
            strongest=strongest,
            seed=seed,
        )

    def stop(self, pool: Pool) -> Stop | None:
        """Decides when the opening is over, and after every wave."""
        if pool.open or not pool.waves or any(self._missing(pool)):
            return None
        leader, lead = standing(pool)
        if leader is not None and self._agrees(pool):
            return Stop("consistent", answer=leader, agreed_on=leader)
        if self._is_opening(pool) and _is_prose(pool):
            return Stop("incomparable")
        if lead >= self.margin:
            return Stop("margin", agreed_on=leader)
        if not any(tally.left for tally in pool.tallies):
            return Stop("all_drawn")
        return Stop("margin") if lead >= self._enough(pool) else None

    def wave(self, pool: Pool) -> Sequence[int]:
        """The opening, or what it still lacks; then draws in turn."""
        missing = self._missing(pool)
        if any(missing):
            return [model for model in self._order(pool) for _ in range(missing[model])]
        drawn = [tally.started for tally in pool.tallies]
        size = self.wave_size * (self.margin - standing(pool)[1])
        size += (pool.readable + size) % 2
        wave: list[int] = []
        for _ in range(min(size, sum(tally.left for tally in pool.tallies))):
            open_to = [model for model in self._order(pool) if drawn[model] < pool.tallies[model].share]
            model = min(open_to, key=drawn.__getitem__)
            drawn[model] += 1
            wave.append(model)
        return wave

    def settled(self, pool: Pool, vote: Vote) -> int | None:
        """Sound: any end is a vote over what was drawn by then, or the one answer that there is."""
        answer = vote_settled(pool, vote)
        if answer is not None or not self._must_end(pool):
            return answer
        # No share matters beyond the draws of this wave.
        ended = tuple(replace(tally, share=tally.started) for tally in pool.tallies)
        return vote_settled(replace(pool, tallies=ended), vote)

    def _order(self, pool: Pool) -> list[int]:
        others = (model for model in range(len(pool.tallies)) if model != self.strongest)
        return [self.strongest, *others]

    def _wanted(self, pool: Pool) -> list[int]:
        """Each model's opening draws."""
        wanted = [0] * len(pool.tallies)
        for model, draws in zip(self._order(pool), (self.first, self.second), strict=False):
            wanted[model] = min(draws, pool.tallies[model].share)
        return wanted

    def _missing(self, pool: Pool) -> list[int]:
        """What each model can still draw of what its opening lacks; asked when no draw is open."""
        return [
            max(0, min(wanted - tally.successes, tally.left))
            for wanted, tally in zip(self._wanted(pool), pool.tallies, strict=True)
        ]

    def _is_complete(self, pool: Pool) -> bool:
        wanted = self._wanted(pool)
        return all(tally.successes >= draws for tally, draws in zip(pool.tallies, wanted, strict=True))

    def _is_opening(self, pool: Pool) -> bool:
        wanted = self._wanted(pool)
        return all(tally.successes <= draws for tally, draws in zip(pool.tallies, wanted, strict=True))

    def _agrees(self, pool: Pool) -> bool:
        """Whether all that was drawn is one answer; only the opening can be, as it goes on otherwise."""
        unreadable = sum(tally.unreadable for tally in pool.tallies)
        return len(pool.first) == 1 and not unreadable and self._is_complete(pool)

    def _must_end(self, pool: Pool) -> bool:
        """Whether the lead is sure to be enough when this wave is over, if all open draws go against it."""
        return self._is_complete(pool) and standing(pool)[1] - pool.open >= self._enough(pool)

    def _enough(self, pool: Pool) -> int:
        """The lead that ends the run once the draws that have been started are over."""
        started = sum(tally.started for tally in pool.tallies)
        late = started >= _LATE * sum(tally.share for tally in pool.tallies)
        return max(1, self.margin - 1) if late else self.margin


def standing(pool: Pool) -> tuple[int | None, int]:
    """The answer with the most draws of all models, the first drawn among equals, and its lead in draws.

    None and 0 where nothing readable was drawn; a single answer leads by all of its draws.
    """
    if not pool.first:
        return None, 0
    counts = Counter({answer: pool.count(answer) for answer in pool.first})
    (leader, most), *rest = counts.most_common(2)
    return leader, most - (rest[0][1] if rest else 0)


def _is_prose(pool: Pool) -> bool:
    return 2 * sum(tally.free_text for tally in pool.tallies) > pool.readable
