"""Which setting to take: a coarse search, and a choice that does not follow noise.

All settings are too many: five policies with parameters, every order of every few models, shares, votes,
priors. So the search goes from coarse to fine and keeps the frontier at each step: first which models in
which order, then policies and shares for the best of these, then unequal shares, votes and priors, and votes
by reward for the best of those whose models' draws have rewards.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Iterator, Sequence
from itertools import permutations

from modelswitch_core._plan import SwitchPlan, switch_plan
from modelswitch_core._voting import EntropyVote, PluralityVote, RewardVote
from modelswitch_core.evaluation._trials import Trial, Trials
from modelswitch_core.policies import AdaptiveConsistency, CrossCheck, Esc, Paper, Policy, SelfConsistency

_SHARES = (2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32)
_MOST_IN_PAIRS, _MOST_IN_TRIPLES = 4, 3
_ORDERS_KEPT, _FRONTIER_REFINED = 3, 6
_Z = 1.6448536269514722
"""The 95 % point of the standard normal distribution."""

_AS_GOOD = 0.5
"""Standard errors. Of hundreds of settings the cheapest within reach is one that was lucky: on MathBench and
two chains of LiveCodeBench-execution a whole one lost 1.1, 3.8 and 1.5 points against the default on the
questions held out, half of one 1.1, 1.7 and 0.6; both drew 23 to 33 % fewer samples."""

_MODELS_OF_ONE: tuple[Policy, ...] = (SelfConsistency(), AdaptiveConsistency(), Esc(window=3), Esc(window=5))
_MODELS_OF_MANY: tuple[Policy, ...] = (
    *(Paper(), Paper(threshold=0.8), Paper(threshold=0.6)),
    *(AdaptiveConsistency(), AdaptiveConsistency(confidence=0.8), Esc(window=3), Esc(window=5)),
    *(CrossCheck(), CrossCheck(first=1), CrossCheck(margin=3)),
    *(CrossCheck(first=1, margin=3, draws_per_lead=1), CrossCheck(margin=3, draws_per_lead=1)),
)

_BY_REWARD = (RewardVote(combine="best"), RewardVote(combine="sum"))


class Search:
    """Tries settings on the questions to choose on.

    Args:
        trials: These questions.
        by_cost: Whether a setting costs what its draws cost in money, rather than their number.
        priors: Of each model, learned on these questions; None tries none.
        rewarded: With which models votes by reward are tried; all their answers must have a reward.
    """

    def __init__(
        self,
        trials: Trials,
        *,
        by_cost: bool,
        priors: Sequence[float] | None,
        rewarded: Collection[str] = (),
    ) -> None:
        self.trials, self._by_cost, self._rewarded = trials, by_cost, frozenset(rewarded)
        self._priors = None if priors is None else dict(zip(trials.names, priors, strict=True))
        self._share = dict(zip(trials.names, trials.shares, strict=True))

    def cost(self, trial: Trial) -> float:
        """What is to be kept low: mean samples or mean money a question."""
        if not self._by_cost:
            return trial.mean_samples
        assert trial.mean_cost is not None, "what a search by cost tries has a cost"
        return trial.mean_cost

    def settings(self) -> list[SwitchPlan]:
        """Every setting worth looking at."""
        orders = list(self._orders())
        found = [self._plan(order, policy) for order in orders for policy in _first_policies(order)]
        found += [
            self._plan(order, policy, share)
            for order in self._best_orders(found)
            for policy in (_MODELS_OF_ONE if len(order) == 1 else _MODELS_OF_MANY)
            for share in self._shares(order)
        ]
        found = [plan for plan in found if not _cautions(plan)]
        for refine in (self._other_shares, self._other_votes):
            found += [
                other for plan in thinned(self.frontier(found), _FRONTIER_REFINED) for other in refine(plan)
            ]
        # Of one model's draws too: best-of-N.
        rewarded = [plan for plan in found if self._rewarded.issuperset(plan.names)]
        found += [
            dataclasses.replace(plan, vote=vote)
            for plan in thinned(self.frontier(rewarded), _FRONTIER_REFINED)
            for vote in _BY_REWARD
        ]
        return [plan for plan in dict.fromkeys(found) if not _cautions(plan)]

    def frontier(self, settings: Sequence[SwitchPlan]) -> list[SwitchPlan]:
        """Those that no other one beats at the same or a lower cost, from the cheapest on."""
        kept: list[SwitchPlan] = []
        best = -math.inf
        for plan in sorted(
            settings, key=lambda plan: (self.cost(self.trials.of(plan)), -self.trials.of(plan).score)
        ):
            score = self.trials.of(plan).score
            if score > best + 1e-9:
                best = score
                kept.append(plan)
        return kept

    def _orders(self) -> Iterator[tuple[str, ...]]:
        names = self.trials.names
        alone = {name: self.trials.of(self._plan((name,), SelfConsistency())).score for name in names}
        ranked = sorted(names, key=lambda name: -alone[name])
        yield from ((name,) for name in ranked[:_MOST_IN_PAIRS])
        yield from permutations(ranked[:_MOST_IN_PAIRS], 2)
        yield from permutations(ranked[:_MOST_IN_TRIPLES], 3)

    def _best_orders(self, tried: Sequence[SwitchPlan]) -> list[tuple[str, ...]]:
        """The orders on the frontier, and after them the most accurate ones."""
        ranked = sorted(tried, key=lambda plan: -self.trials.of(plan).score)
        several = [plan for plan in [*reversed(self.frontier(tried)), *ranked] if len(plan.names) > 1]
        alone = [plan for plan in ranked if len(plan.names) == 1]
        orders = list(dict.fromkeys(plan.names for plan in several))[:_ORDERS_KEPT]
        return orders + [plan.names for plan in alone[:1]]

    def _shares(self, order: Sequence[str]) -> list[int]:
        most = max(self._share[name] for name in order)
        return [share for share in _SHARES if share < most] + [most]

    def _other_shares(self, plan: SwitchPlan) -> Iterator[SwitchPlan]:
        """More of the first model, or more of the others."""
        if len(plan.names) == 1:
            return
        first, *others = plan.samples
        for shares in ([first, *(_half(share) for share in others)], [_half(first), *others]):
            yield dataclasses.replace(plan, samples=tuple(shares))

    def _other_votes(self, plan: SwitchPlan) -> Iterator[SwitchPlan]:
        if len(plan.names) == 1:
            return
        votes = (PluralityVote(), EntropyVote(), EntropyVote(normalizer="samples"))
        for vote in votes:
            yield dataclasses.replace(plan, vote=vote)
            if self._priors is not None:
                priors = tuple(self._priors[name] for name in plan.names)
                yield dataclasses.replace(plan, vote=vote, priors=priors)

    def _plan(self, order: Sequence[str], policy: Policy, share: int | None = None) -> SwitchPlan:
        most = [self._share[name] for name in order]
        samples = [held if share is None else min(share, held) for held in most]
        return switch_plan(order, samples=samples, policy=policy, settled_exit=False)


def chosen(
    search: Search, settings: Sequence[SwitchPlan], default: SwitchPlan, *, tolerance: float
) -> SwitchPlan:
    """The setting to take, by what the questions can prove.

    1. Safe is a setting that costs no more than the default and at 95 % loses at most `tolerance` to it, or
       one that costs more and at 95 % is better: its gain, less 1.645 standard errors, is above -`tolerance`
       or above 0. Each is tested by itself. The default is safe.
    2. Of the safe ones, those within half a standard error of the best one count as equally good: a milder
       one-standard-error rule (Breiman et al., Classification and Regression Trees, 1984, section 3.4.3).
    3. Of these the cheapest is taken; where others cost at most 2 % more, the simplest of them.

    Standard errors are of differences question by question, see `standard_error`, so that few questions
    prove little: below 81 even a setting that answers all of them like the default is not yet safe at a
    tolerance of 0.02, and must be better.

    Args:
        search: Knows what settings did and cost.
        settings: To choose from.
        default: The setting to keep unless another one is safe.
        tolerance: In score, ≥ 0.
    """
    trials = search.trials
    reference = trials.of(default)
    safe = [
        plan
        for plan in settings
        if least_gain(trials.of(plan), reference)
        > (-tolerance if search.cost(trials.of(plan)) <= search.cost(reference) else 0.0)
    ]
    safe.append(default)
    best = max((trials.of(plan) for plan in safe), key=lambda trial: (trial.score, -search.cost(trial)))
    good = [
        plan for plan in safe if _ahead(best, trials.of(plan)) <= _AS_GOOD * _error(best, trials.of(plan))
    ]
    cheapest = min(search.cost(trials.of(plan)) for plan in good)
    near = [plan for plan in good if search.cost(trials.of(plan)) <= 1.02 * cheapest + 1e-12]
    return min(near, key=lambda plan: (oddity(plan, default), search.cost(trials.of(plan))))


def least_gain(trial: Trial, reference: Trial) -> float:
    """What a trial is sure to be ahead of another one by, at 95 %, on the same questions."""
    return _ahead(trial, reference) - _Z * _error(trial, reference)


def standard_error(differences: Sequence[float]) -> float:
    """The standard error of a mean of differences in [-1, 1], with half a question added on either side.

    `√(((Σx² + 1)/(n + 2) - d²) / (n + 2))`, d = Σx / (n + 2): as in `paired_difference_interval`, so that it
    is not 0 where a few questions happen to show no difference. One question gives at least 0.47.

    Args:
        differences: One for each question, at least one.
    """
    total = len(differences) + 2
    mean = math.fsum(differences) / total
    return math.sqrt(max(0.0, (math.fsum(x * x for x in differences) + 1.0) / total - mean * mean) / total)


def oddity(plan: SwitchPlan, default: SwitchPlan) -> int:
    """In how many ways a setting differs from the default, each of which somebody has to understand."""
    own_vote = getattr(plan.policy, "default_vote", None)
    return (
        (plan.names != default.names[: len(plan.names)])
        + (type(plan.policy) is not type(default.policy))
        + (plan.policy != type(plan.policy)())
        + (plan.vote != own_vote)
        # It takes one more model, and somebody to run it.
        + plan.vote.uses_rewards
        + (len(set(plan.samples)) > 1)
        + (len(set(plan.priors)) > 1)
    )


def thinned(settings: Sequence[SwitchPlan], most: int) -> list[SwitchPlan]:
    """So many of them at most, evenly spread, the first and the last among them."""
    if len(settings) <= most:
        return list(settings)
    step = (len(settings) - 1) / (most - 1)
    return [settings[round(place * step)] for place in range(most)]


def _cautions(plan: SwitchPlan) -> Sequence[str]:
    """What the doors would warn of: such a setting is no recommendation."""
    own = getattr(plan.policy, "cautions", None)
    cautions: Sequence[str] = own(plan.names, plan.samples) if own else ()
    return cautions


def _first_policies(order: Sequence[str]) -> tuple[Policy, ...]:
    return (SelfConsistency(),) if len(order) == 1 else (Paper(), CrossCheck())


def _half(share: int) -> int:
    return max(2, share // 2) if share > 1 else share


def _ahead(a: Trial, b: Trial) -> float:
    return a.score - b.score


def _error(a: Trial, b: Trial) -> float:
    return standard_error([x - y for x, y in zip(a.scores, b.scores, strict=True)])
