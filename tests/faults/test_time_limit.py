"""`time_limit_seconds` under everything that goes wrong: on time, with what has arrived, or with an error."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any, Protocol

import pytest

from modelswitch_core import TimeLimitError, collect_switch_results
from tests.faults._cells import DOORS, TROUBLES, Cell, Door, Scope, Trouble, Way
from tests.faults._doors import Clients, aask, ask
from tests.faults._lateness import Lateness
from tests.faults._run import let_go, serve
from tests.langchain.doubles import wait_for_abandoned_draws
from tests.wire import WireServer

LIMIT_SECONDS = 1.6
AMPLE_SECONDS = 8.0
"""For what is not slow: far from any Retry-After, and enough for the largest answers on a busy machine."""
SLOW = tuple(trouble for trouble in TROUBLES if trouble.slow)
WAYS: tuple[Way, ...] = ("sync", "async")
BLOCKING = pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])


class Check(Protocol):
    """What must hold of a call under the limit."""

    async def __call__(self, clients: Clients, server: WireServer, cell: Cell, *, blocking: bool) -> None: ...


@pytest.fixture(scope="module")
def server() -> Iterator[WireServer]:
    with WireServer() as running:
        yield running
        wait_for_abandoned_draws(seconds=5)


async def timed(switch: Any, door: Door, *, blocking: bool, limit_seconds: float) -> tuple[Any, float, float]:
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
    return came, ended - started, lateness.latest(limit_seconds, started, ended)


async def never_late(clients: Clients, server: WireServer, cell: Cell, *, blocking: bool) -> None:
    names = f"{cell}/first", f"{cell}/last"
    serve(cell, names, server, clients)
    limit = LIMIT_SECONDS if cell.trouble.slow else AMPLE_SECONDS
    switch = clients.switch(cell.door, names, samples=[4, 3], time_limit_seconds=limit)
    came, took, latest = await timed(switch, cell.door, blocking=blocking, limit_seconds=limit)
    assert took <= latest, cell
    assert isinstance(came, TimeLimitError) == cell.trouble.slow, cell


@BLOCKING
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "trouble", [each for each in TROUBLES if not each.slow], ids=lambda trouble: trouble.name
)
async def test_a_call_is_never_late(server: WireServer, trouble: Trouble, door: Door, blocking: bool) -> None:
    cell = Cell(trouble, "all", "paper", door, "sync" if blocking else "async")
    async with Clients(server.url, seconds=30.0) as clients:
        await never_late(clients, server, cell, blocking=blocking)
        await let_go(server)


async def at_once(server: WireServer, scope: Scope, check: Check) -> None:
    """Checks everything slow, each way through each door: all together, as each waits for its limit."""
    async with Clients(server.url, seconds=30.0) as clients:
        await asyncio.gather(
            *(
                check(clients, server, Cell(trouble, scope, "paper", door, way), blocking=way == "sync")
                for trouble, door, way in product(SLOW, DOORS, WAYS)
            )
        )
        await let_go(server)


async def test_a_call_that_is_slow_is_never_late(server: WireServer) -> None:
    await at_once(server, "all", never_late)


async def test_what_has_arrived_is_voted_on(server: WireServer) -> None:
    await at_once(server, "one sample", voted_on)


async def voted_on(clients: Clients, server: WireServer, cell: Cell, *, blocking: bool) -> None:
    names = f"{cell}/first", f"{cell}/last"
    serve(cell, names, server, clients)
    limits = {"settled_exit": False, "time_limit_seconds": LIMIT_SECONDS}
    switch = clients.switch(cell.door, names, samples=[4, 3], **limits)
    with collect_switch_results() as results:
        came, took, latest = await timed(switch, cell.door, blocking=blocking, limit_seconds=LIMIT_SECONDS)
    assert took <= latest, cell
    assert came == "7", cell
    if not blocking:  # a thread of a pool has a context of its own
        (result,) = results
        assert (result.stop_reason, result.models[0].answers) == ("time_limit", {"7": 3}), cell
