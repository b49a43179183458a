"""Checking across models: a few draws of two models at once, and more only where they disagree.

Two models that agree are a better sign than one model that agrees with itself, because their mistakes are
less alike; so agreement across models can be believed after fewer draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from modelswitch_core._options import whole_number
from modelswitch_core._pool import Pool
from modelswitch_core._recorded import RecordedQuestion
from modelswitch_core._settled import vote_settled
from modelswitch_core._voting import PluralityVote, Vote
from modelswitch_core.policies._paper import Paper
from modelswitch_core.policies._policy import Stop, is_consistent

_LATE = 0.75
"""The part of all shares from which on one draw less of lead is enough: with the waves cut to it, that saves
3 % of the paper's draws on the chains of `benchmarks/policies.py`, for a tenth of a point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """Opens with two models at once; goes on with all of them in turn until one answer is well ahead.

    When every opening draw holds the same answer, it is accepted. Otherwise the models draw in turn, the one
    with the fewest draws first, in waves, until the leading answer has `margin` more draws than the next one
    or every share is drawn; then the vote over all draws. A wave holds `draws_per_lead` draws for each draw
    that the leader lacks, and one more where the readable draws would otherwise come to an odd number, as far
    as the shares go: an odd number puts one of two answers ahead by itself. From three quarters of all shares
    on one draw less is enough, as those that are left seldom change the answer; where the leader is that far
    ahead before, a wave goes no further than that, unless it is the last one anyway. The margin is looked at
    when a wave is over, so that every draw which was paid for counts.

    Models that agree each with itself and not with each other, on half of their shares or more (`Paper` would
    believe each of them), seldom change their minds. Where `strongest` says whom to believe then, the run
    ends there: of equals the vote takes the answer drawn first, which is that model's.

    A failed opening draw is replaced from the same share first; a model whose share runs out before its
    opening is complete leaves nothing to accept. Unreadable draws break agreement and do not vote. Where the
    opening does not agree and most of its readable answers are prose, the run stops there (`incomparable`).
    The margin counts draws, whatever the vote; the models did not agree (`on_disagreement`) where the
    opening was not accepted and the margin itself was not reached, or where the vote chose another answer
    than the leading one, as it may when a model that mostly failed weighs less.

    Measured on the seven chains of `benchmarks/policies.py` at 8 samples a model, beside `Paper`, as means
    (95 % intervals of the losses are ± 0.4 points, ± 0.6 with `strongest`, and up to ± 3 on a single chain):
    the defaults take 60.4 % of its draws in 2.16 waves and lose 0.06 points; `draws_per_lead=2` takes 57.0 %
    in 2.42 waves and loses 0.18; `draws_per_lead=1` takes 52.5 % in 3.12 waves and loses 0.33. With the
    `strongest` model known, `first=1, draws_per_lead=2` takes 48.4 % in 2.38 waves and loses 0.03, `first=1,
    draws_per_lead=1` takes 45.1 % in 3.09 waves and loses 0.14, most of what they win coming from one chain
    whose stronger model stood second; `draws_per_lead=1` takes 50.4 % in 3.01 waves and gains 0.12, and
    depends on that the least. On single chains the defaults lost up to 0.8 points, and gained up to 0.9.
    `wave_size=5` takes 64.3 % in 2.28 waves and loses 0.01.

    Args:
        first: Opening draws of the model that opens; ≥ 1. At most its share is drawn.
        second: Opening draws of the next model, ≥ 1. At most its share is drawn.
        margin: Draws by which the leading answer must be ahead; ≥ 1.
        draws_per_lead: Draws of a later wave for each draw that the leader lacks of the margin, ≥ 1: more of
            them take less time and more draws.
        wave_size: A plainer rule in its stead: later waves of so many draws, ≥ 1, or of what the leader lacks
            where that is more, and the margin holds to the last draw. None (the default) leaves it to
            `draws_per_lead`.
        strongest: The most accurate model, by its place from 0, where that is known: it opens, goes first in
            each turn, and is believed where the models stay apart. The next model is the first of the
            others. Default None: the first model opens, and no model is believed more than another.

    Raises:
        OptionError: A number is no integer, or too small.
    """

    first: int = 2
    second: int = 1
    margin: int = 2
    draws_per_lead: int = 3
    wave_size: int | None = None
    strongest: int | None = None
    default_vote = PluralityVote()

    def __post_init__(self) -> None:
        for field in ("first", "second", "margin", "draws_per_lead"):
            whole_number(field, getattr(self, field), least=1)
        if self.wave_size is not None:
            whole_number("wave_size", self.wave_size, least=1)
        if self.strongest is not None:
            whole_number("strongest", self.strongest, least=0)

    @property
    def least_models(self) -> int:
        """How many models it takes: two, or as many as `strongest` says there are."""
        return max(2, (self.strongest or 0) + 1)

    @classmethod
    def from_recording(
        cls,
        questions: Iterable[RecordedQuestion],
        *,
        models: Sequence[str] | None = None,
        samples: int | Sequence[int] | None = None,
        answer: Any = "auto",
        costs: Mapping[str, float] | None = None,
        tolerance: float = 0.175,
        draws_per_lead: int | None = None,
        strongest: str | None = None,
        seed: int = 0,
    ) -> CrossCheck | Paper:
        """Learns how to open, and how large waves are, from recorded questions without right answers.

        Tries three ways on the recorded draws, in 20 shuffled orders: two opening draws of the model that
        opens and waves of 3, one and waves of 2, one and single draws. Returned is the one with the least sum
        of how often its answer departs from the plurality of all draws, and `tolerance` times its draws (or
        costs), relative to `Paper`'s. About 30 questions do.

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
            tolerance: How much more often an answer may depart from the plurality of all draws in return for
                all draws that `Paper` takes, as a share of the questions in [0, 1]; for half of them, half as
                often. Default 0.175, chosen on the chains of `benchmarks/policies.py`: there it takes 55.9 %
                of the paper's draws, in 2.5 waves, and loses 0.11 points (0.06 to 0.11 in three runs on other
                splits); 0.15 takes 56.3 % and loses 0.10, 0.2 takes 55.5 % and loses 0.12. Where `strongest`
                is known, 0.325 takes 50.3 % and loses nothing.
            draws_per_lead: As above. None means that it is learned. 1 takes the fewest draws, and about three
                waves.
            strongest: The most accurate model, by name, which is then the one that opens. None means that
                nobody knows: the first opens, or where costs differ the one that is cheapest to open with.
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
            draws_per_lead=draws_per_lead,
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
        return Stop("margin") if lead >= self._enough(pool) or self._stay_apart(pool) else None

    def wave(self, pool: Pool) -> Sequence[int]:
        """The opening, or what it still lacks; then draws in turn."""
        missing = self._missing(pool)
        if any(missing):
            return [model for model in self._order(pool) for _ in range(missing[model])]
        drawn = [tally.started for tally in pool.tallies]
        wave: list[int] = []
        for _ in range(self._size_of_wave(pool)):
            open_to = [model for model in self._order(pool) if drawn[model] < pool.tallies[model].share]
            model = min(open_to, key=drawn.__getitem__)
            drawn[model] += 1
            wave.append(model)
        return wave

    def settled(self, pool: Pool, vote: Vote) -> int | None:
        """Sound: any end is a vote over what was drawn by then, or the one answer that there is."""
        answer = None if _may_all_be_outvoted(pool, vote) else vote_settled(pool, vote)
        if answer is not None or not self._must_end(pool):
            return answer
        # No share matters beyond the draws of this wave.
        ended = tuple(replace(tally, share=tally.started) for tally in pool.tallies)
        return vote_settled(replace(pool, tallies=ended), vote)

    def _size_of_wave(self, pool: Pool) -> int:
        lead = standing(pool)[1]
        left = sum(tally.left for tally in pool.tallies)
        if self.wave_size is not None:
            return min(max(self.wave_size, self.margin - lead), left)
        size = self.draws_per_lead * (self.margin - lead)
        size += (pool.readable + size) % 2
        if lead >= self._late_margin and size < left:
            size = min(size, _until_late(pool))
        return min(size, left)

    def _order(self, pool: Pool) -> list[int]:
        opener = self.strongest or 0
        return [opener, *(model for model in range(len(pool.tallies)) if model != opener)]

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
        least = pool.open + self._late_margin
        # Asked after every draw: mostly the leader cannot be that far ahead yet, whoever it is.
        if pool.readable < least:
            return False
        lead = standing(pool)[1]
        return lead >= least and lead - pool.open >= self._enough(pool) and self._is_complete(pool)

    def _enough(self, pool: Pool) -> int:
        """The lead that ends the run once the draws that have been started are over."""
        return self.margin if _until_late(pool) > 0 else self._late_margin

    @property
    def _late_margin(self) -> int:
        return max(1, self.margin - 1) if self.wave_size is None else self.margin

    def _stay_apart(self, pool: Pool) -> bool:
        """Whether each model agrees with itself alone, and it is known whom to believe then."""
        return self.strongest is not None and all(is_consistent(tally, 1.0) for tally in pool.tallies)


def standing(pool: Pool) -> tuple[int | None, int]:
    """The answer with the most draws of all models, the first drawn among equals, and its lead in draws.

    None and 0 where nothing readable was drawn; a single answer leads by all of its draws.
    """
    if not pool.first:
        return None, 0
    counts = dict.fromkeys(pool.first, 0)
    for tally in pool.tallies:
        for answer, count in tally.counts.items():
            counts[answer] += count
    leader = max(counts, key=counts.__getitem__)
    return leader, counts.pop(leader) - max(counts.values(), default=0)


def _may_all_be_outvoted(pool: Pool, vote: Vote) -> bool:
    """Whether the draws to come could outvote all there are, told at a glance; False where it cannot."""
    if not isinstance(vote, PluralityVote) or len(set(pool.priors)) > 1:
        return False
    return sum(tally.open + tally.left for tally in pool.tallies) >= pool.readable


def _until_late(pool: Pool) -> int:
    """How many more draws have to be started until it is late; none or fewer where it is."""
    late = math.ceil(_LATE * sum(tally.share for tally in pool.tallies))
    return late - sum(tally.started for tally in pool.tallies)


def _is_prose(pool: Pool) -> bool:
    return 2 * sum(tally.free_text for tally in pool.tallies) > pool.readable
