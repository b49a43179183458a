"""The bookkeeping behind both drivers, fed by hand: no clock, no thread, no loop."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import (
    Answer,
    OptionError,
    Reply,
    Request,
    Response,
    Sampled,
    Switch,
    SwitchResult,
    SwitchRun,
    SwitchWarning,
    ToolCall,
    answer_reader,
    switch_plan,
)

CALL = '[{"name": "add", "arguments": {}}]'
WORDS = ["a", "b", "c", "", None]  # "" is unreadable, None a failed draw


def run(options: dict[str, Any], answers: list[list[str | None]], rng: random.Random) -> SwitchResult | None:
    """One question; within each wave the responses arrive in an order of the generator's."""
    names = [f"m{index}" for index in range(len(answers))]
    switch = Switch(plan=switch_plan(names, **options), reader=answer_reader("exact"))
    run: SwitchRun[str] = SwitchRun(switch, "?")
    open_requests, clock = run.start(), 0.0
    for request in open_requests:
        run.started(request, clock)
    while not run.done:
        request = open_requests.pop(rng.randrange(len(open_requests)))
        clock += 1
        _arrive(run, request, answers[request.model][request.draws[0]], clock)
        while not run.done and (due := run.ready()) is not None:
            more = run.advance(run.clusterer.assign(due))
            for started in more:
                run.started(started, clock)
            open_requests += more
    assert run.engine.finished is not None
    return None if run.engine.finished.chosen is None else run.outcome().result


def _arrive(run: SwitchRun[str], request: Request, word: str | None, now: float) -> None:
    if word is None:
        run.failed(request, ValueError("down"), now)
    else:
        run.arrived(request, Reply([Sampled(Response(word), raw=word)]), now)


@given(
    answers=st.lists(st.lists(st.sampled_from(WORDS), min_size=4, max_size=4), min_size=1, max_size=3),
    threshold=st.sampled_from([0.6, 0.75, 1.0]),
    vote=st.sampled_from(["entropy", "plurality"]),
    settled=st.booleans(),
    seed=st.integers(0, 9),
)
def test_the_order_of_arrival_changes_nothing(
    answers: list[list[str | None]], threshold: float, vote: str, settled: bool, seed: int
) -> None:
    options = {"samples": 4, "consistency_threshold": threshold, "vote": vote, "settled_exit": settled}

    class InOrder(random.Random):
        def randrange(self, *_: Any) -> int:
            return 0

    in_order, shuffled = run(options, answers, InOrder()), run(options, answers, random.Random(seed))
    assert (in_order is None) == (shuffled is None)
    if in_order is not None and shuffled is not None:
        assert _counted(in_order) == _counted(shuffled)


def _counted(result: SwitchResult) -> dict[str, Any]:
    """The result without what is not counted: times, and failures that came in after the deciding draw."""
    told = result.model_dump()
    for report in told["models"]:
        del report["seconds"]
        if result.stop_reason == "settled":
            del report["failures"]
    return told


@pytest.mark.parametrize(
    ("response", "answer", "kept"),
    [
        (Response("7"), "7", "7"),
        (Response("7", finish="stop"), "7", "7"),
        (Response(""), None, None),
        (Response(" \n"), None, None),
        (Response("7", finish="refusal"), None, None),
        (Response("7", finish="content_filter"), None, None),
        (Response("7", finish="length"), None, "7"),
        (Response("", finish="length"), None, None),
        (Response("", tool_calls=(ToolCall(name="add"),)), CALL, CALL),
        (Response("", tool_calls=(ToolCall(name="add"),), finish="length"), None, CALL),
    ],
)
def test_what_is_drawn_but_unreadable(response: Response, answer: str | None, kept: str | None) -> None:
    for keep_truncated, expected in ((False, answer), (True, kept)):
        switch = Switch(
            plan=switch_plan(["m"], samples=1), reader=answer_reader("auto"), keep_truncated=keep_truncated
        )
        run: SwitchRun[str] = SwitchRun(switch, "?")
        (request,) = run.start()
        run.started(request, 0.0)
        run.arrived(request, Reply([Sampled(response, raw="the response")]), 1.0)
        due = run.ready()
        assert due is not None
        run.advance(run.clusterer.assign(due))
        outcome = run.outcome()
        assert outcome.raw == "the response"
        assert outcome.result.answer == expected
        assert outcome.result.models[0].unreadable == (expected is None)


class BadReader:
    """A user's, with a mistake in it."""

    def __init__(self, told: Any) -> None:
        self.told = told

    def read(self, response: Response | str) -> Answer | None:
        if isinstance(self.told, Exception):
            raise self.told
        return self.told  # type: ignore[no-any-return]  # the mistake

    parse = read

    def same(self, a: Answer, b: Answer) -> bool:
        return a == b


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (ValueError("bad"), "ValueError: bad"),
        ("408", "TypeError: read returned str, but must return an Answer or None"),
        (Answer("408", key=[408]), "TypeError: unhashable type"),  # type: ignore[arg-type]  # the mistake
    ],
    ids=["raises", "text", "unhashable-key"],
)
def test_what_a_mistaken_reader_makes_unreadable(told: Any, why: str) -> None:
    run: SwitchRun[str] = SwitchRun(Switch(plan=switch_plan(["m"], samples=1), reader=BadReader(told)), "?")
    (request,) = run.start()
    run.started(request, 0.0)
    with pytest.warns(SwitchWarning, match=f"failed on a response, which counts as unreadable: {why}"):
        run.arrived(request, Reply([Sampled(Response("7"), raw="paid for")]), 1.0)
    assert run.ready() == []
    run.advance([])
    assert (run.outcome().raw, run.outcome().result.answer) == ("paid for", None)


def test_surplus_samples_are_ignored() -> None:
    run: SwitchRun[str] = SwitchRun(
        Switch(plan=switch_plan(["m"], samples=1), reader=answer_reader("exact")), "?"
    )
    (request,) = run.start()
    run.started(request, 0.0)
    run.arrived(request, Reply([Sampled(Response(word), raw=word) for word in "ab"]), 1.0)
    due = run.ready()
    assert due is not None
    run.advance(run.clusterer.assign(due))
    assert run.outcome().result.models[0].answers == {"a": 1}


def test_options_of_the_question_are_the_same_by_letter_and_by_words() -> None:
    switch = Switch(plan=switch_plan(["m", "n"], samples=3), reader=answer_reader("auto"))
    run: SwitchRun[str] = SwitchRun(switch, "Which grows on a vine?\nA. pears\nB. grapes\nC. plums")
    for request, text in zip(run.start(), ("(B)", "The answer is grapes.", r"\boxed{B}"), strict=True):
        run.started(request, 0.0)
        run.arrived(request, Reply([Sampled(Response(text), raw=text)]), 1.0)
    due = run.ready()
    assert due is not None
    assert run.advance(run.clusterer.assign(due)) == []
    assert run.outcome().result.models[0].answers == {"B": 3}
    assert run.outcome().result.stop_reason == "consistent"


def test_two_answers_that_look_alike_are_told_apart() -> None:
    class ByDraw:
        """Every answer is a class of its own, whatever it looks like."""

        def clusterer(self, question: str) -> "ByDraw":
            self.given = 0
            return self

        def read(self, response: Response | str) -> Answer:
            return Answer("7", None)

        def parse(self, text: str) -> Answer:
            return Answer("7", None)

        def same(self, a: Answer, b: Answer) -> bool:
            return False

        def assign(self, answers: Sequence[Answer]) -> list[int]:
            self.given += len(answers)
            return list(range(self.given - len(answers), self.given))

    switch = Switch(plan=switch_plan(["m"], samples=3), reader=ByDraw())
    run: SwitchRun[str] = SwitchRun(switch, "?")
    for request in run.start():
        run.started(request, 0.0)
        run.arrived(request, Reply([Sampled(Response("7"), raw="7")]), 1.0)
    due = run.ready()
    assert due is not None
    run.advance(run.clusterer.assign(due))
    assert list(run.outcome().result.scores) == ["7", "7 (2)", "7 (3)"]


def test_kept_samples_hold_failures_and_leave_out_what_never_arrived() -> None:
    plan = switch_plan(["m"], samples=3)
    run: SwitchRun[str] = SwitchRun(Switch(plan=plan, reader=answer_reader("exact"), keep_samples=True), "?")
    first, second, third = run.start()
    for request in (first, second, third):
        run.started(request, 0.0)
    run.arrived(first, Reply([Sampled(Response("a\ud800"), raw="a")]), 1.5)
    run.failed(second, ValueError("down"), 2.0)
    run.time_is_up(run.clusterer.assign(run.all_arrived()))
    kept = run.outcome().result.samples
    assert kept is not None
    assert [(sample.text, sample.error, sample.seconds) for sample in kept] == [
        ("a?", None, 1.5),
        (None, "ValueError: down", 2.0),
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"on_disagreement": "rase"}, "on_disagreement='rase' is unknown.*Did you mean 'raise'"),
        ({"on_disagreement": "raise"}, "on_disagreement='raise' needs settled_exit=False"),
        ({"native_n": (True,)}, "native_n=.* must say so of each of 2 models"),
    ],
)
def test_what_a_switch_refuses(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        Switch(plan=switch_plan(["a", "b"]), reader=answer_reader("exact"), **options)
