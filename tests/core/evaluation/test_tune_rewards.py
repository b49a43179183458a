"""Tune with rewards: votes by reward are found where they help, and never where they cannot be tried."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import pytest

from modelswitch_core import OptionError, RecordedQuestion, RecordedSample, RewardVote, switch_plan
from modelswitch_core.evaluation import FrontierPoint, Tuned, replay, tune
from modelswitch_core.evaluation._tune import _split

DRAWS = 4


def recorded(number: int, *, rewarded: str = "ab", gold: bool = True) -> RecordedQuestion:
    """Most draws are wrong in the same way; the rewards of those that are right are the highest."""
    source = random.Random(number)

    def draws(name: str) -> tuple[RecordedSample, ...]:
        said = [source.choice(["7", "8", "8"]) for _ in range(DRAWS)]
        return tuple(
            RecordedSample(text=text, reward=source.random() + (text == "7") if name in rewarded else None)
            for text in said
        )

    return RecordedQuestion(
        id=f"q{number}",
        question="?",
        gold="7" if gold else None,
        samples={name: draws(name) for name in "ab"},
    )


def run(count: int = 60, *, rewarded: str = "ab", gold: bool = True, **options: Any) -> Tuned:
    questions = [recorded(number, rewarded=rewarded, gold=gold) for number in range(count)]
    return tune(questions, **{"answer": "exact", "shuffles": 2, **options})


def by_reward(tuned: Tuned) -> list[FrontierPoint]:
    return [point for point in tuned.frontier if point.setting.vote.uses_rewards]


@pytest.fixture(scope="module")
def tuned() -> Tuned:
    return run()


def test_a_vote_by_reward_that_helps_is_chosen(tuned: Tuned) -> None:
    assert isinstance(tuned.setting.vote, RewardVote)
    assert tuned.needs_reward_model
    assert tuned.gain_interval.low > 0.1
    assert tuned.to_dict()["needs_reward_model"] is True


def test_its_figures_are_a_replay(tuned: Tuned) -> None:
    _, reported = _split([recorded(number) for number in range(60)], 0)
    for point in by_reward(tuned):
        plan = point.setting
        expected = replay(
            reported,
            models=plan.names,
            samples=plan.samples,
            policy=plan.policy,
            vote=plan.vote,
            answer="exact",
            shuffles=2,
        ).figures
        assert point.figures.score == pytest.approx(expected.accuracy)
        assert point.figures.mean_samples == pytest.approx(expected.mean_samples)


def test_the_code_and_the_notes_say_that_a_reward_model_must_be_given(tuned: Tuned) -> None:
    for door in ("langchain", "llamaindex"):
        code = tuned.code(door)
        compile(code, door, "exec")
        assert "    reward=reward,  # your reward model: (question, response) -> float" in code
        assert 'vote="reward_' in code
    assert any("it asks a reward model of yours" in note for note in tuned.notes)
    assert tuned.config["vote"]["name"].startswith("reward_")


def test_without_them_nothing_of_rewards_is_said() -> None:
    found = run(rewards=False)
    assert not found.needs_reward_model
    assert not by_reward(found)
    assert "reward" not in found.code("langchain") + str(found)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"rewarded": ""}, "no sample has a reward"),
        ({"gold": False}, "agreement with a plurality would be no yardstick for them"),
    ],
)
def test_where_votes_by_reward_cannot_be_judged_they_are_not_tried(options: Any, why: str) -> None:
    assert not by_reward(run(40, **options)), why


def test_a_model_without_rewards_is_left_out_of_votes_by_reward_alone() -> None:
    found = run(rewarded="a")
    assert {name for point in by_reward(found) for name in point.setting.names} == {"a"}


def test_one_answer_without_a_reward_is_enough_to_leave_a_model_out() -> None:
    questions = [recorded(number) for number in range(40)]
    first = questions[0].samples["a"]
    lacking = (dataclasses.replace(first[0], reward=None), *first[1:])
    questions[0] = dataclasses.replace(questions[0], samples={**questions[0].samples, "a": lacking})
    found = tune(questions, answer="exact", shuffles=1)
    assert {name for point in by_reward(found) for name in point.setting.names} <= {"b"}
    unread = (dataclasses.replace(first[0], text="", reward=None), *first[1:])
    questions[0] = dataclasses.replace(questions[0], samples={**questions[0].samples, "a": unread})
    again = tune(questions, models=["a"], answer="exact", shuffles=1)
    assert by_reward(again), "what holds no answer needs no reward"


def test_a_setting_by_reward_cannot_be_used_without_a_reward_model(tuned: Tuned) -> None:
    from langchain_modelswitch import ChatTiny, ModelSwitchRunnable

    models = [ChatTiny(model="sums"), ChatTiny(model="products")]
    with pytest.raises((OptionError, ValueError), match="reward"):
        ModelSwitchRunnable.from_config(tuned.config, models=models, names=["a", "b"])
    made = ModelSwitchRunnable.from_config(
        tuned.config, models=models, names=["a", "b"], reward=lambda _, response: float(len(response))
    )
    assert made.vote == tuned.setting.vote


def test_the_simpler_of_two_alike_needs_no_reward_model(tuned: Tuned) -> None:
    from modelswitch_core.evaluation._search import oddity

    default = tuned.default_setting
    plain = switch_plan(default.names, samples=default.samples, vote="plurality", settled_exit=False)
    rewarded = switch_plan(default.names, samples=default.samples, vote="reward_sum", settled_exit=False)
    assert oddity(rewarded, default) == oddity(plain, default) + 1
