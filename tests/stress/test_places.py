"""Wherever it runs: another loop, a notebook's, shared by threads, switches in switches, forks, Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import anyio
import pytest

from langchain_modelswitch import ModelSwitchRunnable
from llamaindex_modelswitch import ModelSwitchLLM
from tests.llamaindex.clients import openai
from tests.stress._census import asettled, census
from tests.stress._storm import FIRST, SECOND, aask, ask, calls, langchain_switch, llamaindex_switch
from tests.wire import WireServer
from tests.wire.clients import chat_openai

DOORS = pytest.mark.parametrize("door", [langchain_switch, llamaindex_switch])
# What is asked here must not fail because the machine is busy.
PATIENT: dict[str, Any] = {"seconds": 90, "sample_timeout_seconds": None}
MOMENT_SECONDS = 0.2
"""Long enough for requests to be under way, as a rule: some are given up before."""
Call: TypeAlias = Callable[[], Coroutine[Any, Any, Any]]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer(default="The answer is 7.") as running:
        yield running
        running.wait_until_idle(10)


def nested(door: Any, url: str) -> Any:
    """A switch among the models of another."""
    inner = door(url, samples=2, max_concurrency=None, **PATIENT)
    if door is langchain_switch:
        return ModelSwitchRunnable(models=[inner, chat_openai(url, SECOND)], samples=2, answer="number")
    return ModelSwitchLLM(llms=[inner, openai(url, model=SECOND)], samples=2, answer="number")


@DOORS
async def test_a_cancelled_call_returns_at_once_and_closes_its_requests(
    server: WireServer, door: Any
) -> None:
    server.serve(FIRST, "7", latency_seconds=60)
    call = asyncio.ensure_future(aask(door(server.url, **PATIENT)))
    await server.await_in_flight(3, timeout_seconds=10)
    begun = time.monotonic()
    call.cancel()
    await asyncio.wait({call})
    assert time.monotonic() - begun < 0.1
    await server.await_until_idle()
    assert [entry.outcome for entry in server.log] == ["cancelled"] * 3


async def in_time(call: Call) -> None:
    async with asyncio.timeout(MOMENT_SECONDS):
        await call()


async def beside_one_that_fails(call: Call) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(call())
        await asyncio.sleep(MOMENT_SECONDS)
        raise KeyError


async def in_a_scope_of_anyio(call: Call) -> None:
    """Which cancels again and again until it is left."""
    with anyio.fail_after(MOMENT_SECONDS):
        await call()


async def cancelled_again_and_again(call: Call) -> None:
    task = asyncio.ensure_future(call())
    await asyncio.sleep(MOMENT_SECONDS)
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    await task


@DOORS
@pytest.mark.parametrize("nests", [False, True])
@pytest.mark.parametrize(
    ("give_up", "ends"),
    [
        (in_time, TimeoutError),
        (beside_one_that_fails, ExceptionGroup),
        (in_a_scope_of_anyio, TimeoutError),
        (cancelled_again_and_again, asyncio.CancelledError),
    ],
)
async def test_however_a_call_is_given_up_it_returns_when_its_requests_have_closed(
    server: WireServer, door: Any, nests: bool, give_up: Any, ends: type[BaseException]
) -> None:
    for model in (FIRST, SECOND):
        server.serve(model, "7", latency_seconds=60)
    switch = nested(door, server.url) if nests else door(server.url, **PATIENT)
    before = asyncio.all_tasks()
    with pytest.raises(ends):
        await give_up(lambda: aask(switch))
    assert asyncio.all_tasks() <= before
    await server.await_until_idle()
    assert {entry.outcome for entry in server.log} <= {"cancelled"}


@DOORS
async def test_switches_in_switches_answer_and_are_cancelled_together(server: WireServer, door: Any) -> None:
    switch = nested(door, server.url)
    assert "7" in str(await aask(switch))
    before = census()
    server.clear_log()
    server.serve(FIRST, "7", latency_seconds=60)
    call = asyncio.ensure_future(aask(switch))
    await server.await_in_flight(4, timeout_seconds=10)
    call.cancel()
    await asyncio.wait({call}, timeout=1)
    assert call.cancelled()
    del call  # its error holds what was going on
    await server.await_until_idle()
    assert [entry.outcome for entry in server.log] == ["cancelled"] * 4
    assert (await asettled(before)).left_since(before) == {}


@DOORS
@pytest.mark.filterwarnings("ignore:policy='self_consistency' samples")
async def test_what_was_dropped_but_had_been_paid_for_is_in_the_usage(server: WireServer, door: Any) -> None:
    # Two agree; of the other three one has been answered by then, and two never are.
    server.serve(FIRST, "7", latency_seconds={3: 60, 4: 60})
    options = {**PATIENT, "settled_exit": True, "policy": "self_consistency"}
    switch = door(server.url, samples=5, **options)
    with_result = await aask(switch)
    said = getattr(with_result, "response_metadata", None) or with_result.additional_kwargs
    result = said["modelswitch"]
    await server.await_until_idle()
    answered = [entry for entry in server.log if entry.outcome == "answered"]
    assert result["stop_reason"] == "settled"
    assert result["samples_drawn"] == 5
    assert len(answered) == 3
    assert result["usage"]["input_tokens"] == 3 * 2


@DOORS
def test_threads_share_one_switch(server: WireServer, door: Any) -> None:
    asyncio.set_event_loop(None)
    switch = door(server.url, max_concurrency=4, **PATIENT)
    ends = calls(lambda: ask(switch), 16)
    assert ends == {"answered": 16}
    assert server.max_in_flight() <= 4


@DOORS
async def test_blocking_calls_work_inside_a_running_loop_as_in_a_notebook(
    server: WireServer, door: Any
) -> None:
    assert "7" in str(ask(door(server.url, **PATIENT)))


# What needs a process of its own is done in one, once, and looked at here.


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What came of it; on a clock that all processes share, when it was over too."""
    with WireServer(default="The answer is 7.") as running:
        running.serve("hanging", "7", latency_seconds=60)
        program = [sys.executable, "-m", "tests.stress._alone", running.url]
        done = subprocess.run(program, capture_output=True, text=True, timeout=100, check=False, cwd=ROOT)
        exited = time.monotonic()
    assert done.returncode == 0, done.stderr[-3000:]
    return {**json.loads(done.stdout), "exited": exited}


def test_under_uvloop(told: dict[str, Any]) -> None:
    loop, *doors = told["under_uvloop"]
    assert loop.startswith("uvloop")
    assert ["The answer is 7." in answer for answer in doors[::2]] == [True, True]
    assert doors[1::2] == ["done True, 1 task left"] * 2


def test_in_a_forked_worker(told: dict[str, Any]) -> None:
    assert ["The answer is 7." in answer for answer in told["forked"]] == [True] * 4


def test_ctrl_c_ends_a_blocking_call_and_the_process(told: dict[str, Any]) -> None:
    assert len(told["interrupted"]) == 2
    # Of the 60 that the answers take; a moment, but on a busy machine.
    assert max(told["interrupted"]) < 5
    assert told["exited"] - told["ended"] < 10
