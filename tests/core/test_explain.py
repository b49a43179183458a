"""A result in sentences: every way to end, with failures, unreadable responses, ties and votes by field."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from modelswitch_core import Chosen, CrossCheck, StopReason, reward_model
from tests.core.drivers.script import Say, Stage, play, switch
from tests.core.test_result import report, result

PROSE = "this is a rather long answer in free text, with more than twelve words in it, namely "


class RateLimitError(Exception):
    pass


def told(the_switch: Any, *script: list[Any], **limits: Any) -> str:
    return play("tasks", the_switch, Stage(script), **limits).result.explain()


def test_a_model_that_agrees_with_itself() -> None:
    assert told(switch(), ["408"] * 5, ["408"] * 5) == (
        "m0 was asked 5 times and said 408 every time. That was agreement enough: it stopped after 5 of at "
        "most 10 samples (55 tokens), and m1 never had to be asked. The answer is 408, as no other was "
        "given; the text returned is the first response of m0."
    )


def test_a_vote_over_models_that_do_not() -> None:
    assert told(switch(), ["408", "418", "408", "398", "408"], ["408"] * 5) == (
        "m0 was asked 5 times and said 408 (3 times), 418 (once) and 398 (once). m1 was asked 5 times and "
        "said 408 every time. Everything was drawn, 10 samples (110 tokens), and the vote decided. The "
        "answer is 408 with 91% of the vote, ahead of 418; the text returned is the first response of m1."
    )


@pytest.mark.parametrize("models", [1, 2, 3, 4, 7])
def test_three_or_four_sentences_however_many_models(models: int) -> None:
    said = told(switch(models), *(["a", "b", "", "a", "b"] for _ in range(models)))
    assert said.count(". ") + 1 == min(3 + (models > 1), 4)
    assert said.endswith("the text returned is the first response of m0.")
    for name in range(min(models, 4)):
        assert f"m{name} was asked 5 times and said a (twice) and b (twice); 1 response held" in said


def test_of_several_models_all_but_the_first_share_a_sentence() -> None:
    assert told(switch(3), ["a", "b", "a", "b", "a"], ["a", "b", "a", "b", ""], ["b"] * 5).startswith(
        "m0 was asked 5 times and said a (3 times) and b (twice). m1 was asked 5 times and said a (twice) "
        "and b (twice); 1 response held no answer that could be read; and m2 was asked 5 times and said b "
        "every time. Everything was drawn"
    )


def test_what_is_settled_and_what_was_not_waited_for() -> None:
    said = told(switch(settled_exit=True), ["408", "418", "408", "408", "408"], ["408"] * 5)
    assert "said 408 (twice); 3 requests were not waited for." in said
    assert "No answer still to come could have changed the outcome: it stopped after 10 of at most" in said


def test_models_checked_against_each_other() -> None:
    agreed = told(switch(policy="crosscheck"), ["a"] * 5, ["a"] * 5)
    assert "m1 was asked once and said a. That was agreement enough: it stopped after 3 of" in agreed
    ahead = told(switch(policy="crosscheck"), ["a", "b", "a", "a", "a"], ["a"] * 5)
    assert "By then a was far enough ahead: it stopped after 6 of at most 10 samples" in ahead
    apart = told(switch(policy=CrossCheck(strongest=1)), ["a"] * 5, ["b"] * 5)
    assert "Each model kept to an answer of its own, which more samples seldom change: it stopped" in apart
    assert "The answer is b with 50% of the vote" in apart


def test_time_that_was_up() -> None:
    said = told(switch(1), ["a", "b", "a", Say("b", 9.0), "a"], time_limit_seconds=0.05)
    assert "1 request was not waited for. Then the time was up: it stopped after 5 of at most 5" in said


def test_failures_and_responses_without_an_answer() -> None:
    limited = RateLimitError("slow down")
    said = told(switch(), ["a", limited, limited, TimeoutError(), ""], ["a", "b", "", limited, "a"])
    assert said.startswith(
        "m0 was asked 5 times and said a (once); 1 response held no answer that could be read and 3 requests "
        "failed (RateLimitError). m1 was asked 5 times and said a (twice) and b (once); 1 response held"
    )
    failed = told(switch(), [limited] * 5, ["a"] * 5)
    assert failed.startswith(
        "m0 was asked 5 times and gave no answer: 5 requests failed (RateLimitError). m1"
    )


def test_nothing_that_could_be_read() -> None:
    assert told(switch(1), [""] * 5) == (
        "m0 was asked 5 times and gave no readable answer. Everything was drawn, 5 samples (55 tokens). No "
        "response held an answer that could be read, so the first one is returned as it is."
    )


def test_a_tie() -> None:
    said = told(switch(1, policy="self_consistency", vote="plurality", samples=4), ["1", "2", "1", "2"])
    assert "The answer is 1 with 50% of the vote: it came out level with 2 and was given first;" in said
    many = told(switch(1, policy="self_consistency", samples=9), list("abcdefghi"))
    assert "m0 was asked 9 times and gave 9 different answers." in many
    assert "level with 8 others and was given first" in many


@pytest.mark.filterwarnings("ignore:the answers are free text")
def test_prose() -> None:
    said = told(switch(answer="auto"), [PROSE + letter for letter in "abcde"], ["x"] * 5)
    assert "m0 was asked 5 times and gave 5 different answers. These answers are free text, which can" in said
    assert "it stopped after 5 of at most 10 samples (55 tokens); m1 had not been asked." in said


def test_a_vote_by_field_gives_a_confidence_not_a_share() -> None:
    from modelswitch_core import json_reader

    objects = ['{"a": 1, "b": 2}', '{"a": 1, "b": 3}', '{"a": 2, "b": 2}']
    said = told(switch(1, answer=json_reader(vote_by="field"), samples=3), objects)
    assert 'The answer is {"a":1,"b":2} with a confidence of 67% and the highest score, ahead of' in said


def test_a_vote_by_reward_says_that_the_answer_scored_best() -> None:
    by_length = {"reward": reward_model(lambda _, response: float(len(response)))}
    judged = switch(1, samples=3, vote="reward_best", fields=by_length)
    assert "99 with a confidence of 33% and the highest score, ahead of 7;" in told(judged, ["7", "99", "7"])
    failing = switch(1, samples=3, vote="reward_best", fields={"reward": reward_model(lambda *_: [])})
    said = told(failing, ["7", "99", "7"])
    assert "The answer is 7 with 67% of the vote, ahead of 99; the text returned" in said
    assert said.endswith(
        "The reward model had no say: RewardError: its reward of response 0 is list, not a number."
    )


def test_one_answer_needs_no_vote() -> None:
    assert told(switch(1, samples=1), ["7"]) == (
        "m0 was asked once and said 7. Everything was drawn, 1 sample (11 tokens). The answer is 7, as no "
        "other was given; the text returned is the first response of m0."
    )


def test_answers_of_several_words_are_told_from_the_sentence_around_them() -> None:
    said = told(switch(1, policy="self_consistency", samples=3), ["it depends", "yes", "it depends"])
    assert "said “it depends” (twice) and yes (once)" in said
    assert "The answer is “it depends” with 67% of the vote, ahead of yes" in said


def test_many_models_are_told_of_together() -> None:
    said = told(switch(7, samples=2), *[["a", "b"]] * 7)
    assert said.count("was asked twice and said a (once) and b (once)") == 4
    assert "3 more models gave 6 answers to 6 requests." in said


@pytest.mark.parametrize("reason", get_args(StopReason))
def test_every_reason_has_its_words_and_no_name_of_ours(reason: StopReason) -> None:
    said = result(stop_reason=reason).explain()
    samples = "10 samples" if reason == "all_drawn" else "10 of at most 10 samples"
    assert f"{samples} (2,500 tokens)" in said
    assert "_" not in said
    assert 4 <= said.count(". ") + said.endswith(".") <= 6


def test_a_result_from_elsewhere_may_not_fit_together() -> None:
    strange = result(chosen=Chosen(model=9, draw=99), models=(report(answers={}, drawn=1, failures=()),))
    assert "response 100 of a model" in strange.explain()
    assert result(models=()).explain()
    assert str(result(models=()))


def test_answers_that_look_alike_where_they_are_cut_are_counted() -> None:
    said = told(switch(1, settled_exit=False), [*(f"{PROSE}{letter}" for letter in "abc"), "", ""])
    assert "m0 was asked 5 times and gave 3 different answers; 2 responses held no answer" in said
    assert "it came out level with 2 others and was given first" in said
