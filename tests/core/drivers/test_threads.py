"""What only the driver for synchronous callers has to keep."""

import subprocess
import sys
import threading
import time

import pytest

from modelswitch_core import (
    ConcurrencyLimit,
    Limits,
    Reply,
    Request,
    Response,
    Sampled,
    run_in_threads,
    semantic_reader,
)
from modelswitch_core.drivers._workers import Workers
from tests.core.drivers.script import Say, Stage, play, switch


def test_abandoned_draws_keep_their_place_until_they_end() -> None:
    limit = ConcurrencyLimit(5)
    stage = Stage([["a", "a", "a", Say("b", 0.4), Say("b", 0.4)]])
    play("threads", switch(1, policy="self_consistency", settled_exit=True), stage, concurrency=limit)
    assert limit.in_flight == 2
    deadline = time.monotonic() + 2
    while limit.in_flight and time.monotonic() < deadline:
        time.sleep(0.01)
    assert limit.in_flight == 0


def test_the_interpreter_does_not_wait_for_abandoned_draws() -> None:
    program = """
import time
from modelswitch_core import Limits, Switch, TimeLimitError, answer_reader, run_in_threads, switch_plan
switch = Switch(plan=switch_plan(["m"], samples=3), reader=answer_reader("exact"))
try:
    run_in_threads(switch, lambda request: time.sleep(30), limits=Limits(time_limit_seconds=0.1))
except TimeLimitError:
    print("out of time")
"""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stdout == "out of time\n"
    assert time.monotonic() - begun < 10


def test_one_limit_holds_over_calls_from_several_threads() -> None:
    limit, stage = ConcurrencyLimit(3), Stage([[Say("a", 0.02)] * 5])
    calls = [
        threading.Thread(target=play, args=("threads", switch(1), stage), kwargs={"concurrency": limit})
        for _ in range(4)
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert len(stage.started) == 20
    assert stage.most_in_flight == 3


def test_a_draw_that_exits_its_thread_is_one_draw_less() -> None:
    def ask(request: Request) -> Reply[str]:
        if request.draws == (0,):
            raise SystemExit(3)
        return Reply([Sampled(Response("a"), raw="a")])

    result = run_in_threads(switch(1, samples=3), ask).result
    assert result.models[0].failures == ("ModelSwitchError: a draw ended by SystemExit",)


def test_no_thread_to_be_had_is_a_failed_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = threading.Thread.start, []

    def scarce(self: threading.Thread) -> None:
        started.append(self)
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        start(self)

    monkeypatch.setattr(threading.Thread, "start", scarce)
    monkeypatch.setattr("modelswitch_core.drivers._threads.WORKERS", Workers())  # none of whose are warm
    limit = ConcurrencyLimit(9)
    result = play("threads", switch(1, samples=3), Stage([["a"] * 3]), concurrency=limit).result
    assert result.models[0].failures == ("RuntimeError: can't start new thread",)
    assert limit.in_flight == 0


def test_a_judge_that_hangs_is_left_behind_at_the_time_limit() -> None:
    def judge(_: str) -> str:
        time.sleep(3)
        return "yes"

    begun = time.monotonic()
    result = run_in_threads(
        switch(1, samples=3, answer=semantic_reader(judge=judge)),
        Stage([["aa", "b c", "b d"]]).ask,
        limits=Limits(time_limit_seconds=0.3),
    ).result
    assert time.monotonic() - begun < 2
    assert (result.stop_reason, len(result.scores)) == ("time_limit", 3)


def test_an_interrupt_leaves_at_once_and_starts_nothing_more() -> None:
    limit, stage = ConcurrencyLimit(1), Stage([[Say("a", 0.2)] * 5])

    class Interrupted:
        def clusterer(self, question: str) -> "Interrupted":
            return self

        def read(self, response: object) -> None:
            raise KeyboardInterrupt

        parse = read

        def same(self, a: object, b: object) -> bool:
            return False

        def assign(self, answers: object) -> list[int]:
            return []

    with pytest.raises(KeyboardInterrupt):
        run_in_threads(switch(1, answer=Interrupted()), stage.ask, limits=Limits(concurrency=limit))
    time.sleep(0.5)
    assert len(stage.started) <= 2
    assert limit.in_flight == 0
