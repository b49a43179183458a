"""Learning how to open from one's own first questions: what is drawn, learned and shared meanwhile."""

import copy
import pickle
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from modelswitch_core import (
    CrossCheck,
    DrawRef,
    Engine,
    Finish,
    LearningCrossCheck,
    OptionError,
    Outcome,
    Paper,
    Policy,
    Readable,
    SwitchPlan,
    switch_plan,
)
from tests.core.play import A, B, C, F, U, play, table

EASY: list[list[Outcome]] = [[A] * 4, [A] * 4]


def plan(policy: Policy, *, samples: Any = 4, **options: Any) -> SwitchPlan:
    return switch_plan(["a", "b"], samples=samples, policy=policy, **options)


def drawn(policy: Policy, outcomes: Sequence[Sequence[Outcome]] = EASY, **options: Any) -> tuple[int, int]:
    """How many draws a run started, and in how many waves."""
    _, engine, waves = play(plan(policy, **options), table(*outcomes))
    return sum(tally.started for tally in engine.pool.tallies), len(waves)


def test_the_first_questions_draw_every_share_at_once_and_then_it_cross_checks() -> None:
    policy = LearningCrossCheck(questions=3)
    assert [drawn(policy) for _ in range(5)] == [(8, 1), (8, 1), (8, 1), (2, 1), (2, 1)]
    assert policy.learned == CrossCheck(first=1, draws_per_lead=2)


def test_it_chooses_once_and_by_the_first_questions_alone() -> None:
    policy = LearningCrossCheck(questions=2, tolerance=0)
    for _ in range(2):
        drawn(policy)
    chosen = policy.learned
    for _ in range(4):
        drawn(policy, [[A, B, C, U], [B, C, A, A]])
    assert policy.learned is chosen
    assert chosen is not None


def test_where_an_opening_of_two_misleads_it_opens_with_three() -> None:
    """Each model is wrong once in four draws, in the same way: two draws agree on it now and then."""
    rng = random.Random(1)
    policy = LearningCrossCheck(questions=20, tolerance=0)
    for _ in range(20):
        models = [rng.sample([A, A, A, A, A, B, B, B], 8) for _ in range(2)]
        drawn(policy, models, samples=8)
    assert isinstance(policy.learned, CrossCheck)
    assert policy.learned.first == 2


@pytest.mark.parametrize(
    ("outcomes", "reason", "agreed"),
    [
        ([[A, A, A, A], [A, A, A, A]], "all_drawn", True),
        ([[A, A, A, B], [A, B, A, B]], "all_drawn", True),
        ([[A, A, B, B], [A, B, A, B]], "all_drawn", False),
        ([[A, U, A, B], [U, U, B, U]], "all_drawn", False),
        ([[F, F, F, F], [A, A, F, F]], "all_drawn", True),
        (
            [[Readable(n, free_text=True) for n in range(8 * m, 8 * m + 4)] for m in (0, 1)],
            "incomparable",
            False,
        ),
    ],
)
def test_a_full_run_ends_with_the_vote(outcomes: list[list[Outcome]], reason: str, agreed: bool) -> None:
    finish, _, waves = play(plan(LearningCrossCheck()), table(*outcomes))
    assert (finish.reason, finish.agreed, len(waves)) == (reason, agreed, 1)


def test_settled_exit_does_not_cut_short_what_is_to_be_learned_from() -> None:
    policy = LearningCrossCheck(questions=1)
    _, engine, _ = play(plan(policy, settled_exit=True), table(*EASY))
    assert engine.pool.readable == 8
    assert policy.learned is not None


def test_runs_with_failures_teach_nothing_and_full_draws_end_at_twice_the_questions() -> None:
    policy = LearningCrossCheck(questions=2)
    failing = [[A, A, A, F, A, A], [A] * 6]
    told = [drawn(policy, failing, samples=6)[0] for _ in range(6)]
    assert told == [12, 12, 12, 12, 3, 3]
    assert policy.learned is None


def test_a_run_past_its_time_teaches_nothing() -> None:
    policy = LearningCrossCheck(questions=1)
    engine = Engine(plan(policy))
    engine.start()
    engine.tell(DrawRef(0, 0), A)
    assert isinstance(engine.time_is_up({DrawRef(0, 1): A}), Finish)
    assert policy.learned is None


def test_a_run_keeps_the_policy_it_began_with() -> None:
    policy = LearningCrossCheck(questions=1)
    early = Engine(plan(policy))
    early.start()
    drawn(policy)
    assert policy.learned is not None
    assert early.pool.open == 8
    for model in (0, 1):
        for draw in range(4):
            assert early.finished is None
            early.tell(DrawRef(model, draw), A)
    assert early.finished is not None


def test_runs_with_other_shares_are_not_learned_from() -> None:
    policy = LearningCrossCheck(questions=2)
    drawn(policy)
    drawn(policy, samples=3)
    assert policy.learned is None
    drawn(policy)
    assert policy.learned is not None


def test_copies_learn_together_and_a_pickle_goes_on_by_itself() -> None:
    policy = LearningCrossCheck(questions=2)
    drawn(policy)
    assert copy.deepcopy(policy) is policy
    shallow, loaded = copy.copy(policy), pickle.loads(pickle.dumps(policy))
    drawn(shallow)
    assert policy.learned == shallow.learned == CrossCheck(first=1, draws_per_lead=2)
    assert loaded.learned is None
    drawn(loaded)
    assert loaded.learned == policy.learned
    assert pickle.loads(pickle.dumps(loaded)).learned == loaded.learned


def test_threads_that_learn_at_once_make_one_choice() -> None:
    policy = LearningCrossCheck(questions=8)
    with ThreadPoolExecutor(8) as pool:
        first = list(pool.map(lambda _: drawn(policy)[0], range(40)))
    assert set(first) <= {8, 3, 2}
    assert sum(one == 8 for one in first) <= 16 + 8
    assert policy.learned == CrossCheck(first=1, draws_per_lead=2)


def test_what_is_learned_shows_neither_in_its_name_nor_in_equality() -> None:
    """Cache keys hold the name, and a switch compares its fields."""
    policy = LearningCrossCheck(questions=1)
    before = repr(policy)
    drawn(policy)
    assert repr(policy) == before
    assert policy == LearningCrossCheck(questions=1)
    assert "LearningCrossCheck(questions=1, costs=None, tolerance=0.175" in before


def test_costs_count() -> None:
    """A second model at twenty times the price is dearer in every opening than where it is seldom asked."""
    policy = LearningCrossCheck(questions=2, costs=[1, 20])
    for _ in range(2):
        drawn(policy)
    assert policy.learned == Paper()
    assert drawn(policy)[0] == 4


def test_costs_for_other_models_are_warned_of_and_teach_nothing() -> None:
    policy = LearningCrossCheck(questions=1, costs=[1, 2])
    assert policy.cautions(["a", "b"], [4, 4]) == ()
    (caution,) = policy.cautions(["a", "b", "c"], [4, 4, 4])
    assert "costs=[1.0, 2.0] gives 2 costs for a, b, c" in caution
    three = switch_plan(["a", "b", "c"], samples=2, policy=policy)
    play(three, table([A, A], [A, A], [A, A]))
    assert policy.learned is None


def test_options_reach_the_policy() -> None:
    policy = LearningCrossCheck(questions=1, strongest=1, draws_per_lead=2)
    assert policy.least_models == 2
    drawn(policy)
    assert policy.learned == CrossCheck(first=1, draws_per_lead=2, strongest=1)
    assert LearningCrossCheck(strongest=2).least_models == 3
    assert LearningCrossCheck(costs=[1, 1, 1]).least_models == 3


def test_without_begin_it_does_as_the_defaults_do() -> None:
    engine = Engine(plan(CrossCheck()))
    policy, unlearned = LearningCrossCheck(), CrossCheck()
    assert policy.wave(engine.pool) == unlearned.wave(engine.pool) == [0, 0, 1]
    assert policy.stop(engine.pool) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"questions": 0}, "questions=0 must be an integer of 1 or more"),
        ({"tolerance": 2}, r"tolerance=2 must lie in \[0, 1\]"),
        ({"draws_per_lead": 0}, "draws_per_lead=0 must be an integer of 1 or more"),
        ({"strongest": -1}, "strongest=-1 must be an integer of 0 or more"),
        ({"costs": [1, 0]}, r"costs=\[1, 0\] must hold positive, finite numbers"),
    ],
)
def test_options_that_cannot_be_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        LearningCrossCheck(**options)
