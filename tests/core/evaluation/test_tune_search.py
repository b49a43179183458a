"""The search and the choice: what is on the frontier, what counts as noise, what counts as simple."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelswitch_core import CrossCheck, SwitchPlan, answer_reader, switch_plan
from modelswitch_core.evaluation import paired_difference_interval
from modelswitch_core.evaluation._search import Search, chosen, oddity, standard_error, thinned
from modelswitch_core.evaluation._trials import Trial, Trials
from tests.core.evaluation.cases import NAMES, random_question

PLANS = [switch_plan(["a", "b"], samples=share, settled_exit=False) for share in range(1, 7)]
ODD = switch_plan(
    ["b", "a"], samples=[2, 1], policy=CrossCheck(first=1), vote="entropy", priors=[1, 2], settled_exit=False
)


class Known(Trials):
    """Settings whose trials are known beforehand."""

    def __init__(self, trials: dict[SwitchPlan, Trial]) -> None:
        self.known = trials

    def of(self, plan: SwitchPlan) -> Trial:
        return self.known[plan]


def trial(right: int, samples: float, *, of: int = 200) -> Trial:
    scores = [1.0] * right + [0.0] * (of - right)
    return Trial(tuple(scores), (samples,) * of, (1.0,) * of, None)


def search(*trials: Trial) -> tuple[Search, list[SwitchPlan]]:
    plans = PLANS[: len(trials)]
    known = Known(dict(zip(plans, trials, strict=True)))
    known.names, known.shares = ("a", "b"), (9, 9)
    return Search(known, by_cost=False, priors=None), plans


def test_the_frontier_is_what_nothing_cheaper_matches() -> None:
    made, plans = search(trial(150, 4), trial(140, 2), trial(140, 3), trial(160, 9), trial(155, 9))
    assert made.frontier(plans) == [plans[1], plans[0], plans[3]]


def choose(*trials: Trial, tolerance: float = 0.02) -> int:
    """The place of the setting chosen; the first one is the default."""
    made, plans = search(*trials)
    return plans.index(chosen(made, plans[1:], plans[0], tolerance=tolerance))


def test_what_is_as_good_and_cheaper_is_taken() -> None:
    assert choose(trial(150, 8), trial(150, 4), trial(150, 6)) == 1


def test_few_questions_prove_nothing_so_that_the_default_stays() -> None:
    assert choose(trial(8, 8, of=10), trial(8, 4, of=10)) == 0
    assert choose(trial(8, 8, of=10), trial(10, 4, of=10), tolerance=0.0) == 0


def test_a_loss_beyond_the_tolerance_is_not_paid_for_savings() -> None:
    assert choose(trial(150, 8), trial(145, 1)) == 0


def test_a_clear_gain_is_worth_its_samples() -> None:
    assert choose(trial(100, 8), trial(150, 12), trial(100, 4)) == 1


def test_a_gain_within_the_noise_is_not() -> None:
    assert choose(trial(150, 8), trial(151, 12), trial(150, 4)) == 2


def test_of_what_costs_the_same_the_simplest_is_taken() -> None:
    plain, odd = PLANS[1], ODD
    made = Known({PLANS[0]: trial(150, 8), plain: trial(150, 4.05), odd: trial(150, 4)})
    made.names, made.shares = ("a", "b"), (9, 9)
    found = chosen(Search(made, by_cost=False, priors=None), [plain, odd], PLANS[0], tolerance=0.02)
    assert found == plain


def test_oddity_counts_what_has_to_be_understood() -> None:
    assert oddity(PLANS[3], PLANS[0]) == 0
    assert oddity(switch_plan(["a"], samples=2), PLANS[0]) == 0
    assert oddity(ODD, PLANS[0]) == 6


@settings(max_examples=30)
@given(st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), min_size=1, max_size=40))
def test_the_standard_error_is_that_of_the_interval(differences: list[float]) -> None:
    interval = paired_difference_interval(differences)
    error = standard_error(differences)
    middle = math.fsum(differences) / (len(differences) + 2)
    assert error > 0
    assert interval.high == pytest.approx(min(1.0, middle + 1.959964 * error))


@settings(max_examples=30)
@given(st.integers(2, 9), st.integers(0, 40))
def test_thinning_keeps_both_ends(most: int, count: int) -> None:
    plans = [switch_plan(["a"], samples=share + 1) for share in range(count)]
    kept = thinned(plans, most)
    assert len(kept) == min(most, count)
    assert kept == sorted(set(kept), key=plans.index)
    if kept:
        assert (kept[0], kept[-1]) == (plans[0], plans[-1])


def test_what_is_tried_can_be_used_without_a_warning() -> None:
    source = random.Random(5)
    questions = [random_question(source, most=9) for _ in range(60)]
    questions = [each for each in questions if all(len(each.drawn(name)) >= 4 for name in NAMES)]
    trials = Trials(
        questions,
        names=NAMES,
        shares=(4, 4, 4),
        reader=answer_reader("exact"),
        yardstick="accuracy",
        shuffles=1,
        seed=0,
        prices={},
    )
    tried = Search(trials, by_cost=False, priors=[2.0, 1.5, 1.0]).settings()
    assert len(tried) == len(set(tried)) > 100
    for plan in tried:
        cautions = getattr(plan.policy, "cautions", None)
        assert not (cautions and cautions(plan.names, plan.samples)), plan
        assert all(share <= 4 for share in plan.samples)
    assert {len(plan.names) for plan in tried} == {1, 2, 3}
    assert {type(plan.policy).__name__ for plan in tried} == {
        *("Paper", "SelfConsistency", "CrossCheck", "AdaptiveConsistency", "Esc")
    }
    assert {type(plan.vote).__name__ for plan in tried} == {"EntropyVote", "PluralityVote"}
    assert any(len(set(plan.priors)) > 1 for plan in tried)
    assert any(len(set(plan.samples)) > 1 for plan in tried)
