"""Both drivers through the same scenes: they hold no policy, so they must end alike."""

import contextvars
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest

from modelswitch_core import (
    AllDrawsFailedError,
    Answer,
    ConcurrencyLimit,
    DisagreementError,
    SampleTimeoutError,
    SwitchWarning,
    TimeLimitError,
    auto_reader,
    collect_switch_results,
)
from tests.core.drivers.script import Say, Stage, play, switch

pytestmark = pytest.mark.parametrize("driver", ["threads", "tasks"])


def test_unanimous_answers_end_it_after_one_wave(driver: str) -> None:
    stage = Stage([["7"] * 5, ["8"] * 5])
    outcome = play(driver, switch(), stage)
    assert (outcome.raw, outcome.result.answer, outcome.result.stop_reason) == ("7", "7", "consistent")
    assert sorted(stage.started) == [(0, draw) for draw in range(5)]
    assert [report.drawn for report in outcome.result.models] == [5, 0]


def test_a_wave_starts_together_and_the_next_one_after_it(driver: str) -> None:
    stage = Stage([[Say("7", 0.1)] * 4 + [Say("8", 0.1)], [Say("7", 0.1)] * 5])
    outcome = play(driver, switch(), stage)
    assert stage.most_in_flight == 5
    assert outcome.result.waves == 2
    assert max(stage.started_at[:5]) - min(stage.started_at[:5]) < 0.09
    assert min(stage.started_at[5:]) - max(stage.started_at[:5]) > 0.09


def test_results_count_in_draw_order_however_they_arrive(driver: str) -> None:
    words = ["b", "a", "a", "b", "c"]
    slow_first = [Say(word, 0.1 - 0.02 * place) for place, word in enumerate(words)]
    late = play(driver, switch(1, policy="self_consistency"), Stage([slow_first]))
    at_once = play(driver, switch(1, policy="self_consistency"), Stage([words]))
    assert late.result.answer == at_once.result.answer == "b"
    assert late.result.scores == at_once.result.scores
    assert list(late.result.scores) == ["b", "a", "c"]


def test_failures_are_collected_and_the_rest_goes_on(driver: str) -> None:
    stage = Stage([["7", ValueError("no"), "7", KeyError("gone"), "7"], ["8"] * 5])
    result = play(driver, switch(), stage).result
    assert (result.answer, result.stop_reason, result.samples_drawn) == ("7", "consistent", 5)
    assert result.models[0].failures == ("ValueError: no", "KeyError: 'gone'")


def test_when_every_draw_fails_every_cause_is_raised_in_draw_order(driver: str) -> None:
    causes = [ValueError("one"), TimeoutError("two"), ValueError("three"), ConnectionError("four")]
    stage = Stage([[Say(causes[0], 0.05), causes[1]], [causes[2], causes[3]]])
    with pytest.raises(AllDrawsFailedError) as caught:
        play(driver, switch(samples=2), stage)
    assert caught.value.exceptions == tuple(causes)
    assert caught.value.retryable
    assert "m0, draw 1: TimeoutError: two" in str(caught.value)


def test_all_failures_that_nobody_calls_passing_are_not_retryable(driver: str) -> None:
    with pytest.raises(AllDrawsFailedError) as caught:
        play(driver, switch(1, samples=2), Stage([[ValueError("bad key"), ValueError("bad key")]]))
    assert not caught.value.retryable


def test_nothing_readable_returns_the_first_response(driver: str) -> None:
    outcome = play(driver, switch(samples=2), Stage([[ValueError(), " "], ["", "\n"]]))
    assert (outcome.raw, outcome.result.answer, outcome.result.confidence) == (" ", None, 0.0)
    assert outcome.result.chosen.model_dump() == {"model": 0, "draw": 1}


def test_max_concurrency_holds_and_lets_draws_through_in_draw_order(driver: str) -> None:
    stage = Stage([[Say(word, 0.01) for word in "abcab"], [Say("a", 0.01)] * 5])
    result = play(driver, switch(), stage, concurrency=ConcurrencyLimit(1)).result
    assert stage.most_in_flight == 1
    assert stage.started == [(model, draw) for model in range(2) for draw in range(5)]
    assert result.samples_drawn == 10


def test_a_sample_that_takes_too_long_has_failed(driver: str) -> None:
    stage = Stage([["7", Say("8", 0.6), "7"], ["9"] * 3])
    begun = time.monotonic()
    result = play(driver, switch(samples=3), stage, sample_timeout_seconds=0.2).result
    assert time.monotonic() - begun < 0.5
    assert (result.answer, result.stop_reason) == ("7", "consistent")
    assert result.models[0].failures == ("SampleTimeoutError: no response within sample_timeout_seconds=0.2",)


def test_the_sample_timeout_does_not_run_in_the_queue(driver: str) -> None:
    stage = Stage([[Say("7", 0.1)] * 4])
    result = play(
        driver, switch(1, samples=4), stage, concurrency=ConcurrencyLimit(1), sample_timeout_seconds=0.3
    ).result
    assert result.models[0].failures == ()


def test_when_all_take_too_long_all_have_failed(driver: str) -> None:
    with pytest.raises(AllDrawsFailedError) as caught:
        play(driver, switch(1, samples=2), Stage([[Say("7", 0.5)] * 2]), sample_timeout_seconds=0.1)
    assert all(isinstance(cause, SampleTimeoutError) for cause in caught.value.exceptions)
    assert caught.value.retryable


def test_past_the_time_limit_it_is_the_vote_of_what_has_arrived(driver: str) -> None:
    stage = Stage([["a", Say("b", 2.0), "a", "b", Say("b", 2.0)], ["b"] * 5])
    begun = time.monotonic()
    result = play(driver, switch(), stage, time_limit_seconds=0.3).result
    assert 0.29 < time.monotonic() - begun < 0.45
    assert (result.answer, result.stop_reason, result.samples_drawn) == ("a", "time_limit", 5)
    assert result.models[0].answers == {"a": 2, "b": 1}


def test_past_the_time_limit_with_nothing_there_it_says_so(driver: str) -> None:
    begun = time.monotonic()
    with pytest.raises(TimeLimitError, match="time_limit_seconds"):
        play(driver, switch(), Stage([[Say("a", 2.0)] * 5]), time_limit_seconds=0.2)
    assert time.monotonic() - begun < 0.35


def test_settled_exit_drops_what_is_still_in_flight(driver: str) -> None:
    stage = Stage([["a", "a", "a", Say("b", 2.0), Say("b", 2.0)]])
    begun = time.monotonic()
    result = play(driver, switch(1, policy="self_consistency", settled_exit=True), stage).result
    assert time.monotonic() - begun < 0.5
    assert (result.answer, result.stop_reason, result.samples_drawn) == ("a", "settled", 5)
    if driver == "tasks":
        assert sorted(stage.cancelled) == [(0, 3), (0, 4)]
        assert stage.in_flight == 0


def test_draws_that_never_left_the_queue_were_not_drawn(driver: str) -> None:
    stage = Stage([[Say("a", 0.02)] * 5])
    one = ConcurrencyLimit(1)
    result = play(
        driver, switch(1, policy="self_consistency", settled_exit=True), stage, concurrency=one
    ).result
    assert result.stop_reason == "settled"
    # On threads, the next one may be let through while the third answer is still being read.
    assert result.samples_drawn == 3 if driver == "tasks" else result.samples_drawn in (3, 4)


def test_one_request_may_bring_all_samples_of_a_model(driver: str) -> None:
    stage = Stage([["a", "b", "a"], ["a", "a", "a"]])
    result = play(driver, switch(samples=3, fields={"native_n": (True, False)}), stage).result
    assert len(stage.started_at) == 1 + 3
    assert result.samples_drawn == 6
    assert result.models[0].usage is not None
    assert result.models[0].usage.model_dump() == {"input_tokens": 10, "output_tokens": 3, "total_tokens": 13}


def test_samples_missing_from_a_request_have_failed(driver: str) -> None:
    stage = Stage([["a", "a", "(no choice)"]])
    result = play(driver, switch(1, samples=3, fields={"native_n": (True,)}), stage).result
    assert result.models[0].failures == ("NoChoicesError: the provider returned 2 of 3 answers",)
    assert (result.answer, result.models[0].answers) == ("a", {"a": 2})


def test_a_request_of_many_that_fails_fails_them_all(driver: str) -> None:
    stage = Stage([["a", ValueError("down"), "a"], ["b"] * 3])
    result = play(driver, switch(samples=3, fields={"native_n": (True, True)}), stage).result
    assert result.models[0].failures == ("ValueError: down",) * 3
    assert result.answer == "b"


def test_usage_is_summed_over_all_requests_and_unknown_stays_unknown(driver: str) -> None:
    known = play(driver, switch(samples=2), Stage([["a", "b"], ["a", "b"]])).result
    assert known.usage is not None
    assert known.usage.total_tokens == 4 * 11
    none = play(driver, switch(samples=2), Stage([["a", "a"]])).result
    assert none.models[1].usage is None


def test_draws_see_the_caller_s_context(driver: str) -> None:
    user: contextvars.ContextVar[str] = contextvars.ContextVar("user", default="nobody")
    seen: list[str] = []

    class Watching(Stage):
        def _enter(self, request: object) -> list[Say]:
            seen.append(user.get())
            return [Say("7")]

    token = user.set("ada")
    try:
        play(driver, switch(1, samples=3), Watching([["7"] * 3]))
    finally:
        user.reset(token)
    assert seen == ["ada"] * 3


def test_results_can_be_collected_around_the_call(driver: str) -> None:
    with collect_switch_results() as outer:
        with collect_switch_results() as inner:
            made = play(driver, switch(1, samples=1), Stage([["7"]])).result
        play(driver, switch(1, samples=1), Stage([["8"]]))
    assert inner == [made]
    assert [result.answer for result in outer] == ["7", "8"]


def test_disagreement_can_be_raised_with_the_result(driver: str) -> None:
    fields = {"on_disagreement": "raise"}  # settled exit is off in these scenes
    with pytest.raises(DisagreementError) as caught:
        play(driver, switch(samples=2, fields=fields), Stage([["a", "b"], ["b", "c"]]))
    assert caught.value.result.answer == "b"
    assert play(driver, switch(samples=2, fields=fields), Stage([["a", "a"]])).result.answer == "a"


class _Literal:
    """A reader of somebody's that cannot cope with everything."""

    def read(self, response: object) -> Answer | None:
        text = str(getattr(response, "text", response))
        if text == "boom":
            raise RuntimeError("cannot read this")
        return Answer(text, text)

    def parse(self, text: str) -> Answer | None:
        return self.read(text)

    def same(self, a: Answer, b: Answer) -> bool:
        return a == b


def test_a_reader_that_raises_costs_its_response_only(driver: str) -> None:
    stage = Stage([["a", "boom", "a"]])
    with pytest.warns(SwitchWarning, match="counts as unreadable: RuntimeError: cannot read this"):
        result = play(driver, switch(1, samples=3, answer=_Literal()), stage).result
    assert (result.answer, result.models[0].unreadable) == ("a", 1)


class _PerWave(_Literal):
    """A reader that sorts answers a wave at a time, as one that asks a model would."""

    def __init__(self) -> None:
        self.waves: list[list[str]] = []
        self.questions: list[str] = []

    per_wave = True

    def clusterer(self, question: str) -> "_PerWave":
        self.questions.append(question)
        return self

    def assign(self, answers: Sequence[Answer]) -> list[int]:
        self.waves.append([answer.text for answer in answers])
        return [0 for _ in answers]


class _AsyncPerWave(_PerWave):
    async def aassign(self, answers: Sequence[Answer]) -> list[int]:
        return self.assign(answers)


@pytest.mark.parametrize("reader", [_PerWave, _AsyncPerWave])
def test_a_clusterer_that_calls_a_model_is_called_once_a_wave(driver: str, reader: type[_PerWave]) -> None:
    sorts = reader()
    stage = Stage([[Say("a", 0.05), "b", Say("c", 0.02)], ["x"] * 3])
    result = play(driver, switch(samples=3, answer=sorts), stage).result
    assert sorts.waves == [["a", "b", "c"]]
    assert sorts.questions == ["?"]
    assert (result.answer, result.stop_reason) == ("a", "consistent")


def test_prose_stops_it_with_one_warning_that_says_what_to_do(driver: str) -> None:
    prose = [
        f"The {word} thing about this question is that nobody really knows what it asks for"
        for word in ("first", "second", "third")
    ]
    stage = Stage([prose, ["a"] * 3])
    with pytest.warns(SwitchWarning, match="semantic_reader") as warned:
        result = play(driver, switch(samples=3, answer="auto"), stage).result
    assert len(warned) == 1
    assert (result.stop_reason, result.answer) == ("incomparable", prose[0])
    onward = play(
        driver, switch(samples=3, answer=auto_reader(on_incomparable="switch")), Stage([prose, ["a"] * 3])
    ).result
    assert onward.stop_reason == "all_drawn"


def test_samples_are_kept_when_asked_for(driver: str) -> None:
    stage = Stage([["7"] * 2])
    kept = play(driver, switch(1, samples=2, fields={"keep_samples": True}), stage).result
    assert kept.samples is not None
    assert [(sample.draw, sample.text, sample.answer) for sample in kept.samples] == [
        (0, "7", "7"),
        (1, "7", "7"),
    ]
    assert kept.samples[0].output_tokens == 1


@pytest.mark.parametrize("reply", [None, "7"])
def test_what_is_no_reply_is_a_failed_draw(driver: str, reply: object) -> None:
    class Careless(Stage):
        def _reply(self, lines: Sequence[Say]) -> Any:
            return reply if lines[0].what == "8" else super()._reply(lines)

    result = play(driver, switch(1, samples=3), Careless([["7", "8", "7"]])).result
    name = type(reply).__name__
    assert result.models[0].failures == (f"TypeError: ask returned {name}, but must return a Reply",)


class _Counting(_PerWave):
    """Gives too few classes, or too many."""

    def __init__(self, more: int) -> None:
        super().__init__()
        self.more = more

    def assign(self, answers: Sequence[Answer]) -> list[int]:
        return [0] * (len(answers) + self.more)


@pytest.mark.parametrize("more", [-1, 1])
def test_a_clusterer_gives_one_class_for_each_answer(driver: str, more: int) -> None:
    with pytest.warns(SwitchWarning, match=r"sorted 3 answers into \[0, 0.*\], and must return an integer"):
        play(driver, switch(1, samples=3, answer=_Counting(more)), Stage([["a"] * 3]))


def test_a_clusterer_is_not_asked_about_nothing(driver: str) -> None:
    sorts = _PerWave()
    play(driver, switch(samples=2, answer=sorts), Stage([[ValueError(), ValueError()], ["a", "b"]]))
    assert sorts.waves == [["a", "b"]]


def test_one_with_an_async_twin_is_asked_once_a_wave_without_being_told_so(driver: str) -> None:
    class Plain(_Literal):
        def __init__(self) -> None:
            self.waves: list[list[str]] = []

        def clusterer(self, question: str) -> "Plain":
            return self

        def assign(self, answers: Sequence[Answer]) -> list[int]:
            self.waves.append([answer.text for answer in answers])
            return [0 for _ in answers]

        async def aassign(self, answers: Sequence[Answer]) -> list[int]:
            return self.assign(answers)

    sorts = Plain()
    play(driver, switch(1, samples=3, answer=sorts), Stage([[Say("a", 0.05), "b", Say("c", 0.02)]]))
    assert sorts.waves == [["a", "b", "c"]]


def test_a_clusterer_may_ask_a_model_under_the_same_limit(driver: str) -> None:
    limit = ConcurrencyLimit(1)

    class Judge(_PerWave):
        def assign(self, answers: Sequence[Answer]) -> list[int]:
            let_through = threading.Event()
            ticket = limit.submit(lambda _: let_through.set())
            assert let_through.wait(5), "the draws still hold the place"
            ticket.close()
            return super().assign(answers)

    result = play(driver, switch(1, samples=3, answer=Judge()), Stage([["a"] * 3]), concurrency=limit).result
    assert result.answer == "a"


def test_a_slow_reader_does_not_make_a_late_reply_timely(driver: str) -> None:
    class Slow(_Literal):
        def read(self, response: object) -> Answer | None:
            time.sleep(0.4)
            return super().read(response)

    stage = Stage([["a", Say("a", 0.35)]])
    result = play(driver, switch(1, samples=2, answer=Slow()), stage, sample_timeout_seconds=0.2).result
    assert len(result.models[0].failures) == 1


def test_failures_after_the_deciding_draw_are_not_told(driver: str) -> None:
    stage = Stage([["a", "a", Say("a", 0.1), ValueError("late"), ValueError("late")]])
    result = play(driver, switch(1, policy="self_consistency", settled_exit=True), stage).result
    assert (result.stop_reason, result.models[0].failures) == ("settled", ())
