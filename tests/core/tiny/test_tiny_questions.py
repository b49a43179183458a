import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core.tiny import TASKS, Task, held_out_questions
from modelswitch_core.tiny._arithmetic import find_arithmetic
from modelswitch_core.tiny._code import LARGEST, LARGEST_FACTOR, LARGEST_SMALL_FACTOR, Operation
from modelswitch_core.tiny._questions import is_held_out, pairs

numbers = st.integers(0, 999)
RESULT = {"+": int.__add__, "-": int.__sub__, "*": int.__mul__}
OPERATION: dict[Task, Operation] = {"sums": "+", "differences": "-", "products": "*"}


def kept(left: int, right: int) -> bool:
    return bool(is_held_out(np.array([left]), np.array([right]))[0])


@given(numbers, numbers)
def test_a_pair_turned_round_is_kept_back_too(left: int, right: int) -> None:
    assert kept(left, right) == kept(right, left)


@pytest.mark.parametrize(("most", "least"), [(LARGEST, LARGEST), (LARGEST_FACTOR, LARGEST_SMALL_FACTOR)])
def test_about_a_tenth_is_kept_back(most: int, least: int) -> None:
    left, right = np.meshgrid(np.arange(most + 1), np.arange(least + 1))
    assert 0.08 < is_held_out(left, right).mean() < 0.12


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("held_out", [True, False])
def test_pairs_are_of_the_right_kind_and_size(task: Task, held_out: bool) -> None:
    left, right = pairs(task, 2_000, np.random.default_rng(0), held_out=held_out)
    assert len(left) == len(right) == 2_000
    assert (is_held_out(left, right) == held_out).all()
    assert min(left.min(), right.min()) >= 0
    if task == "products":
        assert np.minimum(left, right).max() <= LARGEST_SMALL_FACTOR
        assert np.maximum(left, right).max() <= LARGEST_FACTOR
        assert (left > right).any()
        assert (left < right).any()
    else:
        assert max(left.max(), right.max()) <= LARGEST
        assert {len(str(number)) for number in left.tolist()} == {1, 2, 3}


def test_questions_take_the_tasks_in_turn_and_know_their_results() -> None:
    questions = held_out_questions(100, seed=3)
    assert [question.task for question in questions[:4]] == ["sums", "differences", "products", "sums"]
    assert len(questions) == 100
    for question in questions:
        asked = find_arithmetic(question.text)
        assert asked is not None
        assert asked.operation == OPERATION[question.task]
        assert question.gold == str(RESULT[asked.operation](asked.left, asked.right))
        assert kept(asked.left, asked.right)


def test_a_seed_gives_the_same_questions_and_another_one_others() -> None:
    assert held_out_questions(10, seed=1) == held_out_questions(10, seed=1)
    assert held_out_questions(10, seed=1) != held_out_questions(10, seed=2)


def test_tasks_can_be_chosen() -> None:
    assert {question.task for question in held_out_questions(5, tasks=["products"])} == {"products"}
    assert held_out_questions(0) == []
