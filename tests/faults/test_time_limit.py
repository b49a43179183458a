"""`time_limit_seconds` under everything that goes wrong: on time, with what has arrived, or with an error."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from modelswitch_core import TimeLimitError, collect_switch_results
from tests.faults._cells import DOORS, TROUBLES, Cell, Door, Trouble
from tests.faults._doors import Clients, aask, ask
from tests.faults._lateness import Lateness
from tests.faults._run import let_go, serve
from tests.langchain.doubles import wait_for_abandoned_draws
from tests.wire import WireServer

LIMIT_SECONDS = 0.8
BLOCKING = pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])


@pytest.fixture(scope="module")
def server() -> Iterator[WireServer]:
    with WireServer() as running:
        yield running
        wait_for_abandoned_draws(seconds=5)


async def timed(switch: Any, door: Door, *, blocking: bool) -> tuple[Any, float, float]:
    """What came, how long it took, and the longest that it may have taken."""
    with Lateness() as lateness:
        started = time.monotonic()
        try:
            if blocking:
                with ThreadPoolExecutor(1) as pool:
                    came: Any = await asyncio.get_running_loop().run_in_executor(
                        pool, ask, switch, door, "sync"
                    )
            else:
                came = await aask(switch, door, "async")
        except Exception as error:
            came = error
        ended = time.monotonic()
    return came, ended - started, lateness.latest(LIMIT_SECONDS, started, ended)


@BLOCKING
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
async def test_a_call_is_never_late(server: WireServer, trouble: Trouble, door: Door, blocking: bool) -> None:
    cell = Cell(trouble, "all", "paper", door, "sync" if blocking else "async")
    names = f"{cell}/first", f"{cell}/last"
    async with Clients(server.url, seconds=30.0) as clients:
        serve(cell, names, server, clients)
        switch = clients.switch(door, names, samples=[4, 3], time_limit_seconds=LIMIT_SECONDS)
        came, took, latest = await timed(switch, door, blocking=blocking)
        await let_go(server)
    assert took <= latest
    assert isinstance(came, TimeLimitError) == trouble.slow


@BLOCKING
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "trouble", [each for each in TROUBLES if each.slow], ids=lambda trouble: trouble.name
)
async def test_what_has_arrived_is_voted_on(
    server: WireServer, trouble: Trouble, door: Door, blocking: bool
) -> None:
    cell = Cell(trouble, "one sample", "paper", door, "sync" if blocking else "async")
    names = f"{cell}/first", f"{cell}/last"
    async with Clients(server.url, seconds=30.0) as clients:
        serve(cell, names, server, clients)
        limits = {"settled_exit": False, "time_limit_seconds": LIMIT_SECONDS}
        switch = clients.switch(door, names, samples=[4, 3], **limits)
        with collect_switch_results() as results:
            came, took, latest = await timed(switch, door, blocking=blocking)
        await let_go(server)
    assert took <= latest
    assert came == "7"
    if not blocking:  # a thread of a pool has a context of its own
        (result,) = results
        assert (result.stop_reason, result.models[0].answers) == ("time_limit", {"7": 3})
