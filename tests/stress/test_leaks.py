"""Nothing is left behind: no task, thread, socket or object of ours, however a call ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.stress._census import asettled, census, settled
from tests.stress._storm import aask, acalls, ask, calls, langchain_switch, llamaindex_switch, weather
from tests.wire import WireServer

# Nobody is told that a connection broke off halfway: these are the clients' own, on the server's resets.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

DOORS = pytest.mark.parametrize("door", [langchain_switch, llamaindex_switch])
FEW, MANY = 8, 40


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as running:
        weather(running, seed=1)
        yield running


@DOORS
async def test_after_many_asynchronous_calls_there_is_no_more_than_after_few(
    server: WireServer, door: Any
) -> None:
    switch = door(server.url)
    await acalls(partial(aask, switch), FEW, seed=0)
    await server.await_until_idle(10)
    before = census()
    ends = await acalls(partial(aask, switch), MANY, seed=1)
    await server.await_until_idle(10)
    assert (await asettled(before)).left_since(before) == {}
    assert ends.total() == MANY
    assert min(ends["answered"], ends["CancelledError"]) > 0
    assert switch.max_concurrency.in_flight == 0


@DOORS
def test_after_many_blocking_calls_there_is_no_more_than_after_few(server: WireServer, door: Any) -> None:
    asyncio.set_event_loop(None)
    switch = door(server.url)
    calls(partial(ask, switch), FEW)
    server.wait_until_idle(10)
    before = census()
    ends = calls(partial(ask, switch), MANY)
    server.wait_until_idle(10)
    assert settled(before).left_since(before) == {}
    assert ends.total() == MANY
    assert ends["answered"] > 0
    assert switch.max_concurrency.in_flight == 0


@DOORS
async def test_cancelled_at_any_moment_no_connection_is_lost(server: WireServer, door: Any) -> None:
    """Above all while one is made, handed over, or put back: there a client's pool loses it for good.

    It takes others beside it that go on, and no fault that ends it before.
    """
    weather(server, seed=1, faulty=0)
    patient = {"seconds": 30, "sample_timeout_seconds": None}
    switch = door(server.url, settled_exit=False, max_concurrency=None, **patient)
    await acalls(partial(aask, switch), 4, seed=0)
    await server.await_until_idle(10)
    before = census()
    ends = await acalls(partial(aask, switch), 60, seed=1, cancelled=0.7, patience_seconds=0.2)
    assert ends["CancelledError"] > 20
    await server.await_until_idle(10)
    assert (await asettled(before)).left_since(before) == {}
