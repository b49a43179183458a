"""Which way of cross-checking to take, judged without right answers.

What would be returned after all draws stands for the right answer, since that is what an early stop must not
change: a candidate is measured by how often it departs from that, and by its cost beside the published
algorithm's. Every candidate is run by the engine itself, on the same shuffled draws.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from modelswitch_core._engine import Draw, Engine, Finish, Outcome, Readable
from modelswitch_core._errors import OptionError
from modelswitch_core._options import numbered, whole_number
from modelswitch_core._plan import switch_plan
from modelswitch_core.policies._crosscheck import CrossCheck
from modelswitch_core.policies._paper import Paper
from modelswitch_core.policies._policy import Policy

WAYS = ((2, 3), (1, 2), (1, 1))
"""Opening draws of the model that opens, and the size of waves: from the careful way for hard questions to
the thrifty one for those on which models hardly ever agree on a mistake. A few that lie well apart: of more,
30 questions pick one by chance."""

DEFAULT_TOLERANCE = 0.175
"""See `CrossCheck.from_recording`."""

Outcomes = tuple[tuple[Outcome, ...], ...]


class Tried(NamedTuple):
    """What a policy did: the share of its answers that depart from the vote of all draws, and its cost."""

    departing: float
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What there is to choose from, and by which rule.

    Args:
        shares: The share of each model, in the order of the models.
        prices: What one draw of each model costs.
        strongest: The most accurate model, which opens; None tries every one where prices differ, else the
            first alone.
        draws_per_lead: Of every candidate; None means that of each of the `WAYS`.
        tolerance: See `CrossCheck.from_recording`.

    Raises:
        OptionError: `draws_per_lead` is below 1, or the tolerance outside [0, 1].
    """

    shares: tuple[int, ...]
    prices: tuple[float, ...]
    strongest: int | None = None
    draws_per_lead: int | None = None
    tolerance: float = DEFAULT_TOLERANCE

    def __post_init__(self) -> None:
        if self.draws_per_lead is not None:
            whole_number("draws_per_lead", self.draws_per_lead, least=1)
        check_tolerance(self.tolerance)

    @property
    def crosschecks(self) -> list[CrossCheck]:
        """The ways of cross-checking."""
        openers: Sequence[int | None] = (self.strongest,)
        if self.strongest is None and len(set(self.prices)) > 1:
            openers = (None, *range(1, len(self.prices)))
        return [
            CrossCheck(first=first, draws_per_lead=size, strongest=opener)
            for opener in openers
            for first, size in dict.fromkeys((first, self.draws_per_lead or size) for first, size in WAYS)
        ]

    @property
    def policies(self) -> list[Policy]:
        """The published algorithm, and after it the ways of cross-checking."""
        return [Paper(), *self.crosschecks]

    def try_all(self, outcomes: Outcomes, keys: Sequence[str], orders: int) -> list[Tried]:
        """What each policy does with one question, as means over so many shuffles of its draws.

        Args:
            outcomes: Of each model as many as its share, or more.
            keys: What seeds each model's shuffles.
            orders: How many shuffles; where models mostly agree many are the same draws again, and are run
                once.
        """
        runs = Counter(
            tuple(
                _in_order(drawn, f"{key}|{turn}")[:share]
                for drawn, key, share in zip(outcomes, keys, self.shares, strict=True)
            )
            for turn in range(orders)
        )
        return [self._try(policy, runs) for policy in self.policies]

    def best(self, tried: Sequence[Tried]) -> CrossCheck | Paper:
        """The one with the best exchange of departures for cost; of equals the more careful one.

        Where prices differ and it costs more than the published algorithm, the published algorithm.

        Args:
            tried: Of each of the policies, summed or averaged over the same questions.
        """
        paper, *others = tried
        # Rounded, so that sums of doubles in another order leave equals equal.
        sums = [round(one.departing + self.tolerance * one.cost / paper.cost, 12) for one in others]
        number = sums.index(min(sums))
        dearer = len(set(self.prices)) > 1 and others[number].cost > paper.cost
        return Paper() if dearer else self.crosschecks[number]

    def _try(self, policy: Policy, runs: Counter[Outcomes]) -> Tried:
        names = numbered(["model"] * len(self.shares))
        plan = switch_plan(names, samples=self.shares, policy=policy, settled_exit=False)
        opener = policy.strongest or 0 if isinstance(policy, CrossCheck) else 0
        departing, cost = 0, 0.0
        for outcomes, times in runs.items():
            engine = Engine(plan)
            action: Draw | Finish | None = engine.start()
            while not isinstance(action, Finish):
                draw = engine.next_draw
                assert draw is not None, "an engine that has not finished expects a draw"
                action = engine.tell(draw, outcomes[draw.model][draw.draw])
            departing += times * (action.answer != _plurality(outcomes, opener))
            cost += times * sum(
                price * tally.started for price, tally in zip(self.prices, engine.pool.tallies, strict=True)
            )
        total = sum(runs.values())
        return Tried(departing / total, cost / total)


def mean_tried(questions: Sequence[Sequence[Tried]]) -> list[Tried]:
    """Each policy's mean over the questions; at least one."""
    count = len(questions)
    return [
        Tried(math.fsum(one.departing for one in each) / count, math.fsum(one.cost for one in each) / count)
        for each in zip(*questions, strict=True)
    ]


def check_tolerance(tolerance: float) -> None:
    """Refuses what is no share."""
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not 0 <= tolerance <= 1:
        raise OptionError(
            f"tolerance={tolerance!r} must lie in [0, 1]: how much more often an answer may depart from the "
            f"vote of all draws in return for all that policy='paper' draws; {DEFAULT_TOLERANCE} by default"
        )


def _plurality(outcomes: Outcomes, opener: int) -> int | None:
    """The most common answer of all draws; among equals the opener's, or else the one drawn first."""
    models = (outcomes[opener], *outcomes[:opener], *outcomes[opener + 1 :])
    counts = Counter(one.answer for model in models for one in model if isinstance(one, Readable))
    return counts.most_common(1)[0][0] if counts else None


def _in_order(draws: Sequence[Outcome], key: str) -> tuple[Outcome, ...]:
    """A shuffle without a random state: by the BLAKE2 digest of the key and the draw's place."""

    def digest(place: int) -> bytes:
        return blake2b(f"{key}|{place}".encode(), digest_size=8).digest()

    return tuple(draws[place] for place in sorted(range(len(draws)), key=digest))
