"""What only the driver for asyncio has to keep."""

import asyncio
import gc
import threading
import time
import warnings
from typing import Any

import pytest

from modelswitch_core import (
    AllDrawsFailedError,
    Answer,
    ConcurrencyLimit,
    Limits,
    Reply,
    Request,
    SwitchRun,
    SwitchWarning,
    in_scope,
    run_in_tasks,
)
from modelswitch_core.drivers._asyncio import _Driver
from tests.core.drivers.script import Say, Stage, play, switch


async def test_cancelling_a_call_cancels_every_draw_and_frees_its_places() -> None:
    limit, stage = ConcurrencyLimit(3), Stage([[Say("a", 5.0)] * 5])
    call = asyncio.create_task(run_in_tasks(switch(1), stage.aask, limits=Limits(concurrency=limit)))
    await asyncio.sleep(0.05)
    assert (stage.in_flight, limit.in_flight) == (3, 3)
    begun = time.monotonic()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert time.monotonic() - begun < 0.1
    assert len(stage.cancelled) == 3
    assert (stage.in_flight, limit.in_flight) == (0, 0)
    assert len(asyncio.all_tasks()) == 1


async def test_no_draw_is_left_in_flight_when_it_is_done_early() -> None:
    stage = Stage([["a", "a", "a", Say("b", 5.0), Say("b", 5.0)]])
    await run_in_tasks(switch(1, policy="self_consistency", settled_exit=True), stage.aask)
    assert stage.in_flight == 0
    assert len(asyncio.all_tasks()) == 1


async def test_a_draw_that_ignores_its_cancellation_does_not_hold_up_the_caller() -> None:
    released = asyncio.Event()

    async def stubborn(request: Request) -> Reply[str]:
        while not released.is_set():
            try:
                await asyncio.wait_for(released.wait(), 10)
            except asyncio.CancelledError:
                continue
        return Reply([])

    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        await run_in_tasks(switch(1, samples=1), stubborn, limits=Limits(time_limit_seconds=0.1))
    assert time.monotonic() - begun < 2
    released.set()
    await asyncio.sleep(0.05)


async def test_a_call_that_is_cancelled_again_still_waits_for_its_draws_to_close() -> None:
    closed: list[Request] = []

    async def closing(request: Request) -> Reply[str]:
        try:
            await asyncio.sleep(5)
        finally:
            await asyncio.sleep(0.05)
            closed.append(request)
        return Reply([])

    call = asyncio.create_task(run_in_tasks(switch(1, samples=3), closing))
    await asyncio.sleep(0.02)
    for _ in range(3):
        call.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await call
    assert len(closed) == 3
    assert len(asyncio.all_tasks()) == 1


async def test_a_draw_cancelled_from_inside_is_one_draw_less() -> None:
    async def ask(request: Request) -> Reply[str]:
        if request.draws == (1,):
            raise asyncio.CancelledError
        return await Stage([["a"] * 3]).aask(request)

    result = (await run_in_tasks(switch(1, samples=3), ask)).result
    assert result.models[0].failures == ("ModelSwitchError: the draw was cancelled, but not by its switch",)


async def test_a_time_out_of_the_client_s_own_is_told_apart_from_ours() -> None:
    async def ask(request: Request) -> Reply[str]:
        if request.draws == (0,):
            raise TimeoutError("read timed out")
        return await Stage([["a"] * 3]).aask(request)

    result = (await run_in_tasks(switch(1, samples=3), ask, limits=Limits(sample_timeout_seconds=5))).result
    assert result.models[0].failures == ("TimeoutError: read timed out",)


def test_one_limit_holds_over_event_loops_and_threads() -> None:
    limit, stage = ConcurrencyLimit(2), Stage([[Say("a", 0.02)] * 5])
    calls = [
        threading.Thread(target=play, args=(driver, switch(1), stage), kwargs={"concurrency": limit})
        for driver in ("threads", "tasks", "tasks", "threads")
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert len(stage.started) == 20
    assert stage.most_in_flight == 2
    assert limit.in_flight == 0


def test_a_loop_closed_under_the_queue_passes_its_place_on() -> None:
    limit = ConcurrencyLimit(1)
    holding = limit.submit(lambda ticket: None)

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await run_in_tasks(
                switch(1), Stage([["a"] * 5]).aask, limits=Limits(concurrency=limit, time_limit_seconds=0.05)
            )

    asyncio.run(give_up())
    holding.close()
    assert limit.in_flight == 0
    assert play("tasks", switch(1), Stage([["a"] * 5]), concurrency=limit).result.answer == "a"


async def test_a_warning_turned_into_an_error_reaches_the_caller(caplog: pytest.LogCaptureFixture) -> None:
    class Raising:
        def read(self, response: object) -> None:
            raise RuntimeError("cannot")

        parse = read

        def same(self, a: object, b: object) -> bool:
            return False

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(SwitchWarning):
            await run_in_tasks(switch(1, answer=Raising()), Stage([["a"] * 5]).aask)
    gc.collect()
    assert not caplog.records  # no task of which nobody asked how it ended


async def test_a_place_made_as_the_call_is_cancelled_goes_to_the_next_one() -> None:
    limit = ConcurrencyLimit(1)
    holding = limit.submit(lambda _: None)
    stage = Stage([["a"] * 5])
    call = asyncio.create_task(run_in_tasks(switch(1), stage.aask, limits=Limits(concurrency=limit)))
    await asyncio.sleep(0.01)
    call.cancel()
    holding.close()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.sleep(0.01)
    assert (stage.started, limit.in_flight) == ([], 0)


def test_a_place_made_for_a_loop_that_is_gone_goes_to_the_next_one() -> None:
    limit = ConcurrencyLimit(1)

    async def make() -> _Driver[str]:
        return _Driver(SwitchRun(switch(1), "?"), Stage([["a"] * 5]).aask, Limits(concurrency=limit))

    driver = asyncio.run(make())
    driver.launch(driver.run.start())
    assert limit.in_flight == 0


async def test_a_time_out_of_the_clusterer_s_is_not_the_time_limit() -> None:
    class Slow:
        per_wave = True

        def clusterer(self, question: str) -> "Slow":
            return self

        def read(self, response: object) -> Answer:
            return Answer("a", "a")

        parse = read

        def same(self, a: object, b: object) -> bool:
            return True

        def assign(self, answers: object) -> list[int]:
            raise TimeoutError("the embedding model did not answer")

    with pytest.warns(SwitchWarning, match="TimeoutError: the embedding model did not answer"):
        outcome = await run_in_tasks(
            switch(1, answer=Slow()), Stage([["a"] * 5]).aask, limits=Limits(time_limit_seconds=5)
        )
    assert outcome.result.stop_reason == "all_drawn"


async def test_the_time_limit_holds_over_a_slow_clusterer_and_keeps_what_was_drawn() -> None:
    class Judge:
        def __init__(self) -> None:
            self.asked = 0

        def clusterer(self, question: str) -> "Judge":
            return self

        def read(self, response: Any) -> Answer:
            return Answer(response.text, response.text)

        parse = read

        def same(self, a: Answer, b: Answer) -> bool:
            return a == b

        def assign(self, answers: object) -> list[int]:
            raise AssertionError("asked without its async twin")

        async def aassign(self, answers: object) -> list[int]:
            self.asked += 1
            await asyncio.sleep(5)
            raise AssertionError("not reached")

    judge, begun = Judge(), time.monotonic()
    outcome = await run_in_tasks(
        switch(1, samples=3, answer=judge),
        Stage([["a", "b", "b"]]).aask,
        limits=Limits(time_limit_seconds=0.2),
    )
    assert time.monotonic() - begun < 0.5
    assert judge.asked == 1
    assert (outcome.result.answer, outcome.result.stop_reason) == ("b", "time_limit")


async def test_a_timeout_of_the_clients_own_keeps_its_cause() -> None:
    cause = OSError("reset by peer")

    async def ask(_: Request) -> Reply[str]:
        raise TimeoutError("the client gave up") from cause

    with pytest.raises(AllDrawsFailedError) as failed:
        await run_in_tasks(switch(1, samples=1), ask, limits=Limits(sample_timeout_seconds=5))
    (error,) = failed.value.exceptions
    assert str(error) == "the client gave up"
    assert error.__cause__ is cause


class PlainScope:
    """What a driver needs of anyio's: it is never cancelled here."""

    def cancel(self) -> None:
        raise AssertionError("its client has answered")

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@pytest.mark.parametrize(("seconds", "tokens"), [(0.05, 33), (5, 22)])
async def test_what_a_client_has_answered_counts_though_callbacks_are_still_told_of_it(
    seconds: float, tokens: int
) -> None:
    stage = Stage([["a", "a", "a"]])

    async def ask(request: Request) -> Reply[str]:
        reply = await in_scope(PlainScope(), stage.aask(request))
        await asyncio.sleep(seconds if request.draws == (2,) else 0)
        return reply

    begun = time.monotonic()
    settling = switch(1, samples=3, policy="self_consistency", settled_exit=True)
    result = (await run_in_tasks(settling, ask)).result
    assert result.stop_reason == "settled"
    assert result.usage is not None
    assert result.usage.total_tokens == tokens
    assert time.monotonic() - begun < 3
    await asyncio.sleep(0.01)
    assert len(asyncio.all_tasks()) == 1
