import copy
import pickle
import threading
from collections.abc import Callable

import pytest

from modelswitch_core.tiny import TinyAnswer, TinyDraws, TinyModel

QUESTION = "What is 86 × 12?"


def ask(
    draws: TinyDraws, samples: int = 1, question: str = QUESTION, seed: int | None = 4
) -> list[TinyAnswer]:
    return draws.answer("sums", question, samples=samples, temperature=2.0, seed=seed)


def test_the_draws_of_a_seed_follow_each_other_however_they_are_batched() -> None:
    expected = TinyModel.load("sums").answer(QUESTION, samples=9, temperature=2.0, seed=4)
    draws = TinyDraws()
    assert [answer for samples in (1, 5, 1, 2) for answer in ask(draws, samples)] == expected
    assert len({answer.written for answer in expected}) > 1


def test_each_question_and_seed_is_counted_apart() -> None:
    draws = TinyDraws()
    first = ask(draws, 3)
    ask(draws, 3, question="What is 3 + 4?")
    ask(draws, 3, seed=5)
    assert ask(TinyDraws(), 3) == first
    assert ask(draws, 2) == TinyModel.load("sums").answer(
        QUESTION, samples=2, temperature=2.0, seed=4, first=3
    )


def test_threads_share_the_draws_out() -> None:
    draws = TinyDraws()
    answers: list[TinyAnswer] = []
    threads = [threading.Thread(target=lambda: answers.extend(ask(draws, 2))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = TinyModel.load("sums").answer(QUESTION, samples=32, temperature=2.0, seed=4)
    assert sorted(map(repr, answers)) == sorted(map(repr, expected))


def test_without_a_seed_nothing_is_counted() -> None:
    draws = TinyDraws()
    ask(draws, 5, seed=None)
    assert ask(draws, 3) == ask(TinyDraws(), 3)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda draws: pickle.loads(pickle.dumps(draws))])
@pytest.mark.parametrize("before", [0, 2])
def test_a_copy_counts_on_by_itself(copied: Callable[[TinyDraws], TinyDraws], before: int) -> None:
    draws = TinyDraws()
    ask(draws, before + 1)
    assert ask(copied(draws), 3) == ask(draws, 3)
    assert ask(copied(TinyDraws())) == ask(TinyDraws())
