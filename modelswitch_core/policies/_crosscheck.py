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
from modelswitch_core.policies._policy import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """Opens with two models at once; goes on with all of them in turn until one answer is well ahead.

    When every opening draw holds the same answer, it is accepted. Otherwise the models draw in turn, the one
    with the fewest draws first, in waves, until the leading answer has `margin` more draws than the next one
    or every share is drawn; then the vote over all draws. A wave holds as many draws as the margin still
    needs, and at least `wave_size`, as far as the shares go. Both tests are made when a wave is over, so
    that every draw which was paid for counts.

    A failed opening draw is replaced from the same share first; a model whose share runs out before its
    opening is complete leaves nothing to accept. Unreadable draws break agreement and do not vote. Where the
    opening does not agree and most of its readable answers are prose, the run stops there (`incomparable`).
    The margin counts draws, whatever the vote; the models did not agree (`on_disagreement`) where the
    opening was not accepted and the margin was not reached, or where the vote chose another answer than the
    leading one, as it may when a model that mostly failed weighs less.

    The defaults keep within two and a half waves on average; `wave_size=3` takes fewer draws and more waves,
    `wave_size=1` the fewest draws and the most waves. `python -m benchmarks.policies` prints the figures.

    Args:
        first: Opening draws of the model that opens; ≥ 1. At most its share is drawn.
        second: Opening draws of the next model, ≥ 1. At most its share is drawn.
        margin: Draws by which the leading answer must be ahead; ≥ 1.
        wave_size: The fewest draws of a later wave, ≥ 1: more of them take less time and more draws.
        strongest: The model that opens and goes first in each turn, by its place from 0: the most accurate
            one, where that is known. The next model is the first of the others. Default 0.

    Raises:
        OptionError: A number is no integer, or too small.
    """

    first: int = 2
    second: int = 1
    margin: int = 2
    wave_size: int = 5
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
        cost_weight: float = 0.33,
        wave_size: int = 1,
        strongest: str | None = None,
        seed: int = 0,
    ) -> CrossCheck:
        """Learns the opening and the margin from recorded questions; right answers are not needed.

        Each of (first + second, margin) = (1+1, 2), (1+1, 3), (1+1, 4), (2+1, 3) and (2+1, 4) is run on the
        recorded draws in 40 shuffled orders. The one with the least `f + cost_weight · u` is returned: f the
        share of its answers that differ from the plurality of all draws, u what its draws cost relative to
        those of `Paper()`. About 30 questions do.

        Args:
            questions: What to learn from, at least one.
            models: Their names in the recording, in the order in which they are asked; at least two. None
                means all of the first question's, in its order.
            samples: The share of the sample budget that the policy will have, one number for all models or
                one each. None means as many as every question holds.
            answer: How answers are read and compared, see `answer_reader`.
            costs: What one draw of each model costs, by name, in any unit; positive. None means that all
                cost the same. Where a later model costs several times as much as the first, asking it in
                every opening can cost more than `Paper()`, which seldom asks it: a warning says so.
            cost_weight: λ, how many answers that differ a whole run of the paper's draws is worth; ≥ 0.
                Default 0.33, chosen on the chains of `benchmarks/policies.py`, where about 57 % of the
                paper's draws then lose less than 0.15 points; 0.13 is more careful, at 62 %.
            wave_size: As above; it changes how many draws are taken, and is not learned. Default 1: the
                fewest draws.
            strongest: The model that opens, by name; None means the first.
            seed: Seeds the shuffles, which depend on it, the question's id and the model's name alone.

        Raises:
            OptionError: No question, fewer than two models, a question that lacks draws of a model, or an
                option with a value it cannot have.
        """
        from modelswitch_core.policies._gate import learned_crosscheck

        return learned_crosscheck(
            questions,
            models=models,
            samples=samples,
            answer=answer,
            costs=costs,
            cost_weight=cost_weight,
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
        return None if any(tally.left for tally in pool.tallies) else Stop("all_drawn")

    def wave(self, pool: Pool) -> Sequence[int]:
        """The opening, or what it still lacks; then draws in turn."""
        missing = self._missing(pool)
        if any(missing):
            return [model for model in self._order(pool) for _ in range(missing[model])]
        drawn = [tally.started for tally in pool.tallies]
        left = sum(tally.left for tally in pool.tallies)
        wave: list[int] = []
        for _ in range(min(left, max(self.margin - standing(pool)[1], self.wave_size))):
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
        """Whether the margin is sure to be there when this wave is over, if all open draws go against it."""
        return self._is_complete(pool) and standing(pool)[1] - pool.open >= self.margin


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
