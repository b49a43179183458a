import copy
import itertools
from collections.abc import Sequence
from typing import Any, cast

import pytest

from modelswitch_core import (
    Draw,
    DrawRef,
    Engine,
    EngineStateError,
    Failed,
    OptionError,
    Outcome,
    Pool,
    Readable,
    Stop,
    SwitchPlan,
    Unreadable,
    switch_plan,
)
from tests.core.play import A, B, C, D, F, U, play, table


def plan(models: int = 2, **options: Any) -> SwitchPlan:
    return switch_plan([f"m{i}" for i in range(models)], **{"settled_exit": False, **options})


def started(the_plan: SwitchPlan) -> Engine:
    engine = Engine(the_plan)
    engine.start()
    return engine


# fmt: off
@pytest.mark.parametrize(
    ("options", "outcomes", "answer", "reason", "waves", "chosen"),
    [
        # all of the first model's answers agree: the second is never asked
        ({}, [[A] * 5, [B] * 5], 0, "consistent", 1, (0, 0)),
        # one stray answer: switch, then vote
        ({}, [[A, A, A, A, B], [A] * 5], 0, "all_drawn", 2, (1, 0)),
        ({}, [[A, A, B, B, C], [B] * 5], 1, "all_drawn", 2, (1, 0)),
        # after the last model it is always the vote, however consistent that model is
        ({"priors": [4, 1]}, [[A, A, A, A, B], [B] * 5], 0, "all_drawn", 2, (0, 0)),
        ({}, [[A, A, A, A, B], [B] * 5], 1, "all_drawn", 2, (1, 0)),
        # a threshold below one accepts a stray answer
        ({"consistency_threshold": 0.8}, [[B, A, A, A, A], [B] * 5], 0, "consistent", 1, (0, 1)),
        ({"consistency_threshold": 0.9}, [[B, A, A, A, A], [B] * 5], 1, "all_drawn", 2, (1, 0)),
        # an unreadable response breaks unanimity and does not vote
        ({}, [[A, A, A, A, U], [A, A, A, B, B]], 0, "all_drawn", 2, (0, 0)),
        ({"consistency_threshold": 0.8}, [[A, A, A, A, U], [B] * 5], 0, "consistent", 1, (0, 0)),
        # failures are left out, as long as half of the share succeeded
        ({}, [[A, F, A, F, A], [B] * 5], 0, "consistent", 1, (0, 0)),
        ({}, [[A, F, A, F, F], [B, B, B, B, C]], 1, "all_drawn", 2, (1, 0)),
        ({"samples": 2}, [[A, F], [B, B]], 1, "all_drawn", 2, (1, 0)),
        ({"samples": [1, 2]}, [[A], [B, B]], 0, "consistent", 1, (0, 0)),
        ({"samples": [2, 4]}, [[A, B], [B, B, B, C]], 1, "all_drawn", 2, (1, 0)),
        # nothing readable: no answer, and the first response
        ({"samples": 2}, [[U, U], [F, U]], None, "all_drawn", 2, (0, 0)),
        ({"samples": 2}, [[F, F], [F, U]], None, "all_drawn", 2, (1, 1)),
        ({"samples": 2}, [[F, F], [F, F]], None, "all_drawn", 2, None),
        # a tie goes to the answer drawn first
        ({"samples": 2}, [[B, A], [A, B]], 1, "all_drawn", 2, (0, 0)),
        ({"samples": 1}, [[F], [A]], 0, "all_drawn", 2, (1, 0)),
        # self-consistency never asks a second model
        ({"policy": "self_consistency"}, [[A, B, B, C, C], [A] * 5], 1, "all_drawn", 1, (0, 1)),
    ],
)
def test_runs(
    options: dict[str, Any], outcomes: list[list[Outcome]], answer: int | None, reason: str, waves: int,
    chosen: tuple[int, int] | None,
) -> None:
    finish, engine, asked = play(plan(**options), table(*outcomes))
    assert (finish.answer, finish.reason, len(asked), finish.chosen) == (answer, reason, waves, chosen)
    assert engine.finished is finish
    assert engine.pool.waves == waves
# fmt: on


def test_four_models_of_which_three_lean_one_way_outvote_a_unanimous_last_one() -> None:
    lean: list[Outcome] = [A, A, A, A, B]
    finish, _, waves = play(plan(4), table(lean, lean, lean, [C] * 5))
    assert finish.answer == 0
    assert len(waves) == 4
    assert finish.scores[0] == pytest.approx(12 * 0.42246, abs=1e-4)
    assert finish.scores[2] == pytest.approx(5.0)


def test_a_wave_is_a_model_s_whole_share_in_draw_order() -> None:
    _, _, waves = play(plan(samples=[2, 3]), table([A, B], [A, A, A]))
    assert waves == [((0, 0), (0, 1)), ((1, 0), (1, 1), (1, 2))]


def test_incomparable_prose_stops_the_run_with_its_vote() -> None:
    prose = [Readable(i, free_text=True) for i in range(5)]
    finish, _, waves = play(plan(), table(prose, [A] * 5))
    assert (finish.reason, finish.answer, len(waves)) == ("incomparable", 0, 1)


def test_prose_that_agrees_word_by_word_is_consistent() -> None:
    finish, _, _ = play(plan(), table([Readable(0, free_text=True)] * 5, [A] * 5))
    assert finish.reason == "consistent"


def test_few_prose_answers_among_short_ones_are_ordinary_disagreement() -> None:
    finish, _, waves = play(plan(), table([A, A, B, Readable(2, free_text=True), A], [A] * 5))
    assert (finish.reason, len(waves)) == ("all_drawn", 2)


@pytest.mark.parametrize(
    ("vote", "answer", "chosen", "confidence"),
    [("reward_best", 1, (1, 1), 0.5), ("reward_sum", 0, (0, 1), 0.5)],
)
def test_rewards_decide_and_choose(
    vote: str, answer: int, chosen: tuple[int, int], confidence: float
) -> None:
    outcomes = table(
        [Readable(0, reward=0.5), Readable(0, reward=0.6), Readable(1, reward=-0.5)],
        [Readable(1, reward=0.2), Readable(1, reward=0.9), Readable(0, reward=0.1)],
    )
    finish, _, _ = play(plan(samples=3, vote=vote), outcomes)
    assert (finish.answer, finish.chosen, finish.confidence) == (answer, chosen, confidence)


def test_a_missing_reward_falls_back_to_the_plain_vote() -> None:
    outcomes = table([Readable(0, reward=9.0), B], [B, A])
    finish, _, _ = play(plan(samples=2, vote="reward_best"), outcomes)
    assert finish.scores == {0: 2.0, 1: 2.0}
    assert finish.answer == 0


def test_a_model_of_which_too_few_draws_succeeded_speaks_more_softly() -> None:
    finish, _, _ = play(plan(samples=[8, 8]), table([A, A, F, F, F, F, F, F], [B, C, D, B, C, D, U, B]))
    assert finish.weights[0] == pytest.approx(2 / 8)
    assert finish.scores[0] == pytest.approx(2 * 2 / 8)


def test_time_up_counts_what_has_arrived_gaps_or_not() -> None:
    engine = started(plan())
    engine.tell(DrawRef(0, 0), A)
    finish = engine.time_is_up({DrawRef(0, 2): B, DrawRef(0, 4): B})
    assert (finish.reason, finish.answer, finish.scores) == (
        "time_limit",
        1,
        {0: finish.scores[0], 1: finish.scores[1]},
    )
    assert engine.pool.tallies[0].readable == 3
    assert not finish.agreed


def test_time_up_before_anything_arrived_chooses_nothing() -> None:
    finish = started(plan()).time_is_up({})
    assert (finish.answer, finish.chosen, finish.confidence) == (None, None, 0.0)


# One test per illegal transition: each raises and changes nothing.
ILLEGAL: dict[str, Any] = {
    "a draw before the start": (lambda e: None, lambda e: e.tell(DrawRef(0, 0), A)),
    "starting twice": (lambda e: e.start(), lambda e: e.start()),
    "a draw out of order": (lambda e: e.start(), lambda e: e.tell(DrawRef(0, 1), A)),
    "a draw never asked for": (lambda e: e.start(), lambda e: e.tell(DrawRef(1, 0), A)),
    "a draw told twice": (
        lambda e: (e.start(), e.tell(DrawRef(0, 0), A)),
        lambda e: e.tell(DrawRef(0, 0), A),
    ),
    "a negative class": (lambda e: e.start(), lambda e: e.tell(DrawRef(0, 0), Readable(-1))),
    "a class that is no integer": (
        lambda e: e.start(),
        lambda e: e.tell(DrawRef(0, 0), Readable(cast("int", "7"))),
    ),
    "a reward that is no number": (
        lambda e: e.start(),
        lambda e: e.tell(DrawRef(0, 0), Readable(0, reward=float("nan"))),
    ),
    "an unknown outcome": (lambda e: e.start(), lambda e: e.tell(DrawRef(0, 0), "A")),
    "time up before the start": (lambda e: None, lambda e: e.time_is_up({})),
    "time up with a draw never asked for": (lambda e: e.start(), lambda e: e.time_is_up({DrawRef(1, 1): A})),
    "time up after the end": (lambda e: (e.start(), e.time_is_up({})), lambda e: e.time_is_up({})),
    "a draw after the end": (
        lambda e: (e.start(), e.time_is_up({})),
        lambda e: e.tell(DrawRef(0, 0), A),
    ),
}


@pytest.mark.parametrize(("before", "illegal"), ILLEGAL.values(), ids=ILLEGAL)
def test_impossible_events_raise_and_change_nothing(before: Any, illegal: Any) -> None:
    engine = Engine(plan())
    before(engine)
    pool, finished, next_draw = copy.deepcopy(engine.pool), engine.finished, engine.next_draw
    with pytest.raises(EngineStateError):
        illegal(engine)
    assert (engine.pool, engine.finished, engine.next_draw) == (pool, finished, next_draw)


class _Broken:
    """A policy of somebody's that asks for what cannot be."""

    def __init__(self, wave: Sequence[int], stop: Stop | None = None) -> None:
        self.asked = wave
        self.stopping = stop

    def stop(self, pool: Pool) -> Stop | None:
        return self.stopping

    def wave(self, pool: Pool) -> Sequence[int]:
        return self.asked


@pytest.mark.parametrize(
    "wave", [[], [2], [-1], [0] * 6], ids=["nothing", "no model", "negative", "beyond the share"]
)
def test_a_policy_that_asks_for_the_impossible_is_named(wave: list[int]) -> None:
    with pytest.raises(OptionError, match="policy="):
        Engine(plan(policy=_Broken(wave))).start()


def test_a_policy_may_stop_within_a_wave_and_later_draws_do_not_count() -> None:
    class FirstTwo:
        def stop(self, pool: Pool) -> Stop | None:
            return Stop("margin", agreed_on=0) if pool.tallies[0].readable == 2 else None

        def wave(self, pool: Pool) -> Sequence[int]:
            return [0, 1, 0]

    finish, engine, _ = play(plan(policy=FirstTwo()), table([A, B], [A]))
    assert (finish.reason, finish.answer, finish.agreed) == ("margin", 0, True)
    assert engine.pool.readable == 3


def test_a_policy_that_returns_an_answer_nobody_gave_is_named() -> None:
    with pytest.raises(OptionError, match="answer class 3"):
        play(plan(policy=_Broken([0], Stop("margin", answer=3))), table([A]))


def test_time_up_counts_in_draw_order_however_it_is_told() -> None:
    engine = started(plan())
    finish = engine.time_is_up({DrawRef(0, 4): A, DrawRef(0, 1): B})
    assert (finish.answer, finish.chosen) == (1, (0, 1))


def test_of_equal_rewards_the_first_draw_is_chosen() -> None:
    same = Readable(0, reward=1.0)
    assert play(plan(1, samples=3, vote="reward_best"), table([same] * 3))[0].chosen == (0, 0)


@pytest.mark.parametrize(
    ("priors", "chosen"), [((1.0, 1.0), (0, 0)), ((1.0, 1.1), (1, 1)), ((2.0, 1.0), (0, 0))]
)
def test_the_response_comes_from_the_model_that_gave_the_answer_most(
    priors: tuple[float, float], chosen: tuple[int, int]
) -> None:
    finish, _, _ = play(plan(samples=3, vote="plurality", priors=priors), table([A, A, B], [C, A, A]))
    assert (finish.answer, finish.chosen) == (0, chosen)


def test_of_two_models_that_gave_it_equally_the_one_drawn_first() -> None:
    class SecondFirst:
        def stop(self, pool: Pool) -> Stop | None:
            return Stop("all_drawn") if pool.readable == 2 else None

        def wave(self, pool: Pool) -> Sequence[int]:
            return [1, 0]

    finish, _, _ = play(plan(policy=SecondFirst(), samples=1), table([A], [A]))
    assert finish.chosen == (1, 0)


def test_a_consistent_last_model_that_is_outvoted_is_no_agreement() -> None:
    finish, _, _ = play(plan(priors=[4, 1]), table([A, A, A, A, B], [B] * 5))
    assert (finish.answer, finish.agreed) == (0, False)


@pytest.mark.parametrize("count", range(6))
def test_agreed_means_that_some_model_was_consistent(count: int) -> None:
    second: list[Outcome] = [B] * count + [A] * (5 - count)
    finish, _, _ = play(plan(), table([A, B, C, D, A], second))
    assert finish.agreed == (count in (0, 5))


def test_confidence_is_the_winner_s_share_of_all_scores() -> None:
    outcomes: list[Outcome] = [A, B, U, F]
    for first, second in itertools.product(itertools.product(outcomes, repeat=3), repeat=2):
        finish, _, _ = play(plan(samples=3), table(first, second))
        assert 0.0 <= finish.confidence <= 1.0
        if finish.answer is not None and finish.reason == "all_drawn":
            assert finish.confidence == pytest.approx(
                finish.scores[finish.answer] / sum(finish.scores.values())
            )


def test_failed_and_unreadable_are_values() -> None:
    assert Failed() == Failed()
    assert Unreadable() == Unreadable()
    assert Draw((DrawRef(0, 0),)) == Draw((DrawRef(0, 0),))
