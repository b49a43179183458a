"""The votes by reward, from outcomes to the end: which answer, which sample, how sure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelswitch_core import (
    Action,
    DrawRef,
    Engine,
    Failed,
    Finish,
    Outcome,
    Readable,
    Unreadable,
    switch_plan,
)

Stage = list[Outcome]


def finish(stages: list[Stage], *, vote: str, policy: str = "paper") -> Finish:
    """Draws the stages, whole ones, until the policy stops."""
    names = [f"m{index}" for index in range(len(stages))]
    shares = [len(stage) for stage in stages]
    engine = Engine(switch_plan(names, samples=shares, policy=policy, vote=vote, settled_exit=False))
    action: Action | None = engine.start()
    while engine.next_draw is not None:
        ref = engine.next_draw
        action = engine.tell(ref, stages[ref.model][ref.draw])
    assert isinstance(action, Finish)
    return action


def r(answer: int, reward: float | None) -> Readable:
    return Readable(answer, reward)


@pytest.mark.parametrize(
    ("outcomes", "vote", "answer", "draw", "confidence"),
    [
        # The best single sample, although it stands alone.
        ([r(0, 1.0), r(0, 1.2), r(1, 1.5)], "reward_best", 1, 2, 1 / 3),
        # The sum, which three middling samples win; of them the best is returned.
        ([r(0, 1.0), r(0, 1.2), r(1, 1.5)], "reward_sum", 0, 1, 2 / 3),
        # Rewards may be negative: the highest is the one nearest to zero.
        ([r(0, -3.0), r(1, -1.0), r(1, -9.0)], "reward_best", 1, 1, 2 / 3),
        ([r(0, -3.0), r(1, -1.0), r(1, -9.0)], "reward_sum", 0, 0, 1 / 3),
        # Ties go to what was drawn first.
        ([r(0, 1.0), r(1, 1.0), r(1, 0.0)], "reward_best", 0, 0, 1 / 3),
        ([r(0, 2.0), r(1, 1.0), r(1, 1.0)], "reward_sum", 0, 0, 1 / 3),
        # What failed or could not be read has no reward, and takes none from the others.
        ([Failed(), r(0, 1.0), Unreadable(), r(1, 2.0)], "reward_best", 1, 3, 1 / 2),
        # One sample without a reward: one sample, one vote.
        ([r(0, 9.0), r(1, None), r(1, 1.0)], "reward_best", 1, 1, 2 / 3),
        ([r(0, 9.0), r(1, None), r(1, 1.0)], "reward_sum", 1, 1, 2 / 3),
    ],
)
def test_one_model(outcomes: Stage, vote: str, answer: int, draw: int, confidence: float) -> None:
    end = finish([outcomes], vote=vote, policy="self_consistency")
    assert (end.answer, end.chosen) == (answer, DrawRef(0, draw))
    assert end.confidence == pytest.approx(confidence)


def test_a_consistent_model_ends_it_and_its_best_sample_is_returned() -> None:
    end = finish([[r(0, 0.1), r(0, 0.9), r(0, 0.5)], [r(1, 5.0)]], vote="reward_best")
    assert (end.reason, end.answer, end.chosen, end.confidence) == ("consistent", 0, DrawRef(0, 1), 1.0)


POSITIVE = st.floats(min_value=0.01, max_value=100.0)
ANSWERS = st.lists(st.integers(0, 3), min_size=1, max_size=6)


@settings(max_examples=50)
@given(stages=st.lists(ANSWERS, min_size=1, max_size=3), reward=POSITIVE)
def test_with_equal_positive_rewards_the_sum_is_the_plurality(stages: list[list[int]], reward: float) -> None:
    rewarded = finish([[r(answer, reward) for answer in stage] for stage in stages], vote="reward_sum")
    plain = finish([[r(answer, None) for answer in stage] for stage in stages], vote="plurality")
    assert (rewarded.answer, rewarded.reason) == (plain.answer, plain.reason)
    assert rewarded.confidence == pytest.approx(plain.confidence)


REWARDED = st.lists(st.tuples(st.integers(0, 3), POSITIVE), min_size=1, max_size=6)


@settings(max_examples=50)
@given(stage=REWARDED)
def test_the_best_vote_returns_the_sample_with_the_highest_reward(stage: list[tuple[int, float]]) -> None:
    end = finish([[r(*drawn) for drawn in stage]], vote="reward_best", policy="self_consistency")
    assert end.chosen is not None
    answer, reward = stage[end.chosen.draw]
    assert answer == end.answer
    # To within what counts as a tie.
    assert reward == pytest.approx(max(reward for _, reward in stage), rel=1e-9)


@settings(max_examples=40)
@given(
    stages=st.lists(REWARDED, min_size=1, max_size=3),
    vote=st.sampled_from(["reward_best", "reward_sum"]),
    scale=st.sampled_from([0.25, 4.0, 1024.0]),  # powers of two, so that nothing is rounded
)
def test_the_unit_of_the_rewards_does_not_matter(
    stages: list[list[tuple[int, float]]], vote: str, scale: float
) -> None:
    plain = finish([[r(*drawn) for drawn in stage] for stage in stages], vote=vote)
    scaled = finish([[r(answer, scale * reward) for answer, reward in stage] for stage in stages], vote=vote)
    assert (scaled.answer, scaled.chosen, scaled.confidence) == (plain.answer, plain.chosen, plain.confidence)
