"""Time limits, places in the queue, and requests that nobody needs any more, on a real wire."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from langchain_modelswitch import ModelSwitchRunnable
from modelswitch_core import AllDrawsFailedError, SampleTimeoutError, TimeLimitError
from tests.langchain.doubles import GEMINI, OPENAI, Recorder, both, gemini_only, openai_only, result_of
from tests.wire import Hang, WireServer
from tests.wire.clients import chat_gemini, chat_openai

LONG = 30.0


async def call(switch: ModelSwitchRunnable, how: str) -> Any:
    return switch.invoke("q") if how == "sync" else await switch.ainvoke("q")


HOW = pytest.mark.parametrize("how", ["sync", "async"])


def slow_models(url: str) -> list[Any]:
    """Clients that give up by themselves soon, so that no abandoned thread outlives the test by much."""
    return [chat_openai(url, timeout=2.0), chat_gemini(url, timeout=2.0)]


# --- time ---


@HOW
async def test_the_time_limit_returns_the_vote_of_what_has_arrived(server: WireServer, how: str) -> None:
    server.serve(OPENAI, ["7", "8", "7"], latency_seconds={1: LONG, 2: LONG})
    switch = ModelSwitchRunnable(models=slow_models(server.url), samples=3, time_limit_seconds=1.0)
    started = time.monotonic()
    message = await call(switch, how)
    assert time.monotonic() - started < LONG / 2
    result = result_of(message)
    assert (message.content, result.stop_reason) == ("7", "time_limit")
    assert (result.samples_drawn, result.samples_budget) == (3, 6)


@HOW
async def test_nothing_in_time_is_an_error(server: WireServer, how: str) -> None:
    server.serve(OPENAI, faults=Hang())
    switch = ModelSwitchRunnable(models=slow_models(server.url), samples=2, time_limit_seconds=0.2)
    with pytest.raises(TimeLimitError, match="time_limit_seconds passed before any of 2 requests") as caught:
        await call(switch, how)
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.retryable


@HOW
async def test_a_slow_sample_is_a_failed_draw(server: WireServer, how: str) -> None:
    server.serve(OPENAI, "7", latency_seconds={0: LONG})
    switch = ModelSwitchRunnable(
        models=slow_models(server.url), samples=3, sample_timeout_seconds=0.8, settled_exit=False
    )
    message = await call(switch, how)
    (report, _) = result_of(message).models
    assert message.content == "7"
    assert report.answers == {"7": 2}
    assert report.failures == ("SampleTimeoutError: no response within sample_timeout_seconds=0.8",)


@HOW
async def test_a_model_that_is_always_slow_is_passed_over(server: WireServer, how: str) -> None:
    server.serve(OPENAI, faults=Hang())
    server.serve(GEMINI, "8")
    switch = ModelSwitchRunnable(models=slow_models(server.url), samples=2, sample_timeout_seconds=0.8)
    message = await call(switch, how)
    assert message.content == "8"
    server.serve(GEMINI, faults=Hang())
    with pytest.raises(AllDrawsFailedError) as caught:
        await call(switch, how)
    assert all(isinstance(error, SampleTimeoutError) for error in caught.value.exceptions)
    assert caught.value.retryable


@HOW
async def test_waiting_in_the_queue_does_not_count_as_slow(server: WireServer, how: str) -> None:
    server.serve(OPENAI, "7", latency_seconds=0.4)
    switch = openai_only(server, samples=3, max_concurrency=1, sample_timeout_seconds=1.0, settled_exit=False)
    message = await call(switch, how)
    assert result_of(message).models[0].failures == ()
    assert server.max_in_flight() == 1


async def test_samples_of_a_wave_start_together(server: WireServer) -> None:
    server.serve(OPENAI, "7", latency_seconds=0.2)
    for how in ("sync", "async"):
        server.clear_log()
        await call(openai_only(server, samples=5, settled_exit=False), how)
        assert server.max_in_flight() == 5


# --- cancelling ---


@pytest.mark.parametrize("of", [openai_only, gemini_only])
async def test_a_cancelled_call_closes_its_requests(server: WireServer, of: Any) -> None:
    for model in (OPENAI, GEMINI):
        server.serve(model, "7", latency_seconds=LONG)
    recorder = Recorder()
    task = asyncio.ensure_future(of(server, samples=3).ainvoke("q", {"callbacks": [recorder]}))
    await server.await_in_flight(3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await server.await_until_idle()
    assert [entry.outcome for entry in server.log] == ["cancelled"] * 3
    assert [str(run.error) for run in recorder.samples] == ["the draw was given up"] * 3
    # The framework leaves the run of a cancelled call open; a switch ends its own.
    ((_, run),) = recorder.switches
    assert isinstance(run.error, asyncio.CancelledError)


async def test_a_call_that_runs_out_of_the_callers_time_closes_its_requests(server: WireServer) -> None:
    server.serve(OPENAI, "7", latency_seconds=LONG)
    limits: list[asyncio.Timeout] = []

    async def impatient() -> None:
        async with asyncio.timeout(LONG) as limit:
            limits.append(limit)
            await openai_only(server, samples=3).ainvoke("q")

    task = asyncio.ensure_future(impatient())
    await server.await_in_flight(3)
    limits[0].reschedule(0)
    with pytest.raises(TimeoutError):
        await task
    await server.await_until_idle()
    assert [entry.outcome for entry in server.log] == ["cancelled"] * 3


async def test_a_stream_that_is_cancelled_closes_its_requests(server: WireServer) -> None:
    server.serve(OPENAI, "7", latency_seconds=LONG)

    async def read() -> None:
        async for _ in openai_only(server, samples=3).astream("q"):
            pass

    task = asyncio.ensure_future(read())
    await server.await_in_flight(3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await server.await_until_idle()
    assert [entry.outcome for entry in server.log] == ["cancelled"] * 3


async def test_a_cancelled_call_leaves_its_place_in_the_queue(server: WireServer) -> None:
    server.serve(OPENAI, "7", latency_seconds={0: LONG})
    switch = openai_only(server, max_concurrency=1)
    task = asyncio.ensure_future(switch.ainvoke("q"))
    await server.await_in_flight(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await switch.ainvoke("q")).content == "7"


@pytest.mark.parametrize("of", [openai_only, gemini_only])
async def test_requests_that_cannot_matter_any_more_are_closed(server: WireServer, of: Any) -> None:
    # The first three answer one after another, each making room for the next two, which never will.
    for model in (OPENAI, GEMINI):
        server.serve(model, "7", latency_seconds={0: 0.05, 1: 0.1, 2: 0.5, 3: LONG, 4: LONG})
    recorder = Recorder()
    switch = of(server, samples=5, max_concurrency=3)
    message = await switch.ainvoke("q", {"callbacks": [recorder]})
    assert message.content == "7"
    result = result_of(message)
    assert (result.stop_reason, result.samples_drawn) == ("settled", 5)
    await server.await_until_idle()
    assert [entry.outcome for entry in server.log] == ["answered"] * 3 + ["cancelled"] * 2
    # Their runs end too: a trace with open ends would look like a call that hangs.
    assert all(run.ended is not None for run in recorder.samples[:3])
    assert [str(run.error) for run in recorder.samples[3:]] == ["the draw was given up"] * 2


async def test_requests_that_cannot_matter_any_more_are_not_started(server: WireServer) -> None:
    server.serve(OPENAI, "7")
    for how in ("sync", "async"):
        server.wait_until_idle()
        server.clear_log()
        message = await call(openai_only(server, samples=5, max_concurrency=1), how)
        assert result_of(message).stop_reason == "settled"
        # With threads, the next one may be let through while the third answer is still being read.
        assert result_of(message).samples_drawn in ((3, 4) if how == "sync" else (3,))
        assert 3 <= len(server.log) <= 4


async def test_the_time_limit_closes_what_is_in_flight(server: WireServer) -> None:
    server.serve(OPENAI, "7", latency_seconds={1: LONG, 2: LONG})
    await both(server, samples=3, time_limit_seconds=0.8).ainvoke("q")
    await server.await_until_idle()
    assert [entry.outcome for entry in server.log] == ["answered", "cancelled", "cancelled"]


async def test_slow_samples_are_closed(server: WireServer) -> None:
    server.serve(OPENAI, "7", latency_seconds={0: LONG})
    await openai_only(server, sample_timeout_seconds=0.8).ainvoke("q")
    await server.await_until_idle()
    assert sorted(entry.outcome or "" for entry in server.log) == ["answered", "cancelled"]
