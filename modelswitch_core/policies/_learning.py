"""Cross-checking that learns how to open from its own first questions, without right answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelswitch_core._options import costs_of, whole_number
from modelswitch_core._pool import Pool
from modelswitch_core._voting import PluralityVote
from modelswitch_core.policies._crosscheck import CrossCheck, standing
from modelswitch_core.policies._paper import Paper
from modelswitch_core.policies._policy import Policy, Stop, is_incomparable

if TYPE_CHECKING:
    from modelswitch_core._engine import Outcome
    from modelswitch_core.policies._choice import Tried

_ORDERS = 20
"""Shuffles of each question: some 80 runs of the engine for each, some ten milliseconds."""


@dataclass(frozen=True, slots=True)
class FullDraw:
    """Every share at once, then the vote: what there is to learn from. The lead is `CrossCheck`'s."""

    default_vote = PluralityVote()

    def stop(self, pool: Pool) -> Stop | None:
        """Stops when every share is drawn."""
        if pool.open or not pool.waves:
            return None
        leader, lead = standing(pool)
        agreed = leader if lead >= CrossCheck().margin else None
        if agreed is None and all(is_incomparable(tally) for tally in pool.tallies):
            return Stop("incomparable")
        return Stop("all_drawn", agreed_on=agreed)

    def wave(self, pool: Pool) -> Sequence[int]:
        """All there is, the models in their order."""
        return [model for model, tally in enumerate(pool.tallies) for _ in range(tally.left)]


@dataclass(slots=True)
class _Progress:
    """What has been learned so far, shared by every run.

    Threads meet here without a lock: a list only grows, and by `append`, so that whoever comes last sees the
    same first runs and makes the same choice; `setdefault` takes it once.
    """

    begun: list[None] = field(default_factory=list)
    heard: list[tuple[tuple[int, ...], list[Tried]]] = field(default_factory=list)
    chosen: dict[str, CrossCheck | Paper] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningCrossCheck:
    """Draws the full shares on its first questions, then cross-checks as these have shown to be enough.

    The choice is that of `CrossCheck.from_recording`, made once, when `questions` whole runs have been heard
    of, and never again; `learned` tells it. A run keeps the policy it began with. Runs cut short by a failed
    draw or a time limit teach nothing: after twice as many full runs as `questions`, new runs do as
    `CrossCheck()` does until enough have been heard of.

    What is learned belongs to this object: switches that share it, such as copies and bindings of one, learn
    together, from any thread or event loop. A pickle holds what was learned so far and goes on by itself. Use
    one for one list of models; runs with other shares than the first one's are not learned from.

    Args:
        questions: How many to learn from, ≥ 1. Default 30, as for `CrossCheck.from_recording`.
        costs: What one draw of each model costs, in the order of the models; positive. None means that all
            cost the same.
        tolerance: In [0, 1], see `CrossCheck.from_recording`. Default 0.175.
        draws_per_lead: None means that it is learned.
        strongest: The most accurate model, by its place from 0, which is then the one that opens. None means
            that nobody knows: the first opens, or where costs differ the one that is cheapest to open with.

    Raises:
        OptionError: An option has a value it cannot have.
    """

    questions: int = 30
    costs: Sequence[float] | None = None
    tolerance: float = 0.175
    draws_per_lead: int | None = None
    strongest: int | None = None
    _progress: _Progress = field(default_factory=_Progress, init=False, repr=False, compare=False, hash=False)
    default_vote = PluralityVote()

    def __post_init__(self) -> None:
        from modelswitch_core.policies._choice import check_tolerance

        whole_number("questions", self.questions, least=1)
        check_tolerance(self.tolerance)
        if self.draws_per_lead is not None:
            whole_number("draws_per_lead", self.draws_per_lead, least=1)
        if self.strongest is not None:
            whole_number("strongest", self.strongest, least=0)
        if self.costs is not None:
            object.__setattr__(self, "costs", costs_of("costs", self.costs, len(self.costs)))

    @property
    def least_models(self) -> int:
        """How many models it takes."""
        return max(2, (self.strongest or 0) + 1, len(self.costs or ()))

    @property
    def learned(self) -> CrossCheck | Paper | None:
        """What was chosen; None while it learns."""
        return self._progress.chosen.get("policy")

    def __deepcopy__(self, memo: dict[int, Any]) -> LearningCrossCheck:
        return self

    def cautions(self, names: Sequence[str], _samples: Sequence[int]) -> Sequence[str]:
        """Models without a cost."""
        if self.costs is None or len(names) == len(self.costs):
            return ()
        caution = (
            f"costs={list(self.costs)} gives {len(self.costs)} costs for {', '.join(names)}: nothing can be "
            "learned; give one for each model"
        )
        return (caution,)

    def begin(self) -> Policy:
        """The policy of the next run."""
        if self.learned is not None:
            return self.learned
        if len(self._progress.begun) < 2 * self.questions:
            self._progress.begun.append(None)
            return FullDraw()
        return self._unlearned

    def stop(self, pool: Pool) -> Stop | None:
        """That of the policy without anything learned, for whoever does not ask `begin`."""
        return self._unlearned.stop(pool)

    def wave(self, pool: Pool) -> Sequence[int]:
        """That of the policy without anything learned, for whoever does not ask `begin`."""
        return self._unlearned.wave(pool)

    def learn(self, drawn: Sequence[Sequence[Outcome]], samples: Sequence[int]) -> None:
        """Takes in a finished run, if it is a whole one and there is still something to learn."""
        from modelswitch_core.policies._choice import Candidates, mean_tried

        outcomes, shares = tuple(tuple(model) for model in drawn), tuple(samples)
        prices = (1.0,) * len(shares) if self.costs is None else tuple(self.costs)
        if self.learned is not None or len(prices) != len(shares) or not _is_whole(outcomes, shares):
            return
        candidates = Candidates(
            shares=shares,
            prices=prices,
            strongest=self.strongest,
            draws_per_lead=self.draws_per_lead,
            tolerance=self.tolerance,
        )
        tried = candidates.try_all(outcomes, [str(model) for model in range(len(shares))], _ORDERS)
        heard, chosen = self._progress.heard, self._progress.chosen
        heard.append((shares, tried))
        alike = [tried for given, tried in heard if given == heard[0][0]]
        if len(alike) >= self.questions and shares == heard[0][0]:
            chosen.setdefault("policy", candidates.best(mean_tried(alike[: self.questions])))

    @property
    def _unlearned(self) -> CrossCheck:
        return CrossCheck(
            draws_per_lead=self.draws_per_lead or CrossCheck().draws_per_lead, strongest=self.strongest
        )


def _is_whole(outcomes: Sequence[Sequence[Outcome]], shares: Sequence[int]) -> bool:
    """Whether every draw of every share was heard of, and none had failed."""
    from modelswitch_core._engine import Failed

    return all(
        len(model) == share and not any(isinstance(outcome, Failed) for outcome in model)
        for model, share in zip(outcomes, shares, strict=True)
    )
