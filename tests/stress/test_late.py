"""A limit holds whatever a call waits for, and however many calls there are."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import pytest

from modelswitch_core import AllDrawsFailedError, TimeLimitError
from tests.stress._storm import FIRST, SECOND, aask, ask, langchain_switch, llamaindex_switch
from tests.wire import Hang, WireServer

DOORS = (langchain_switch, llamaindex_switch)
LIMITS: tuple[tuple[dict[str, Any], float, type[Exception]], ...] = (
    # Two models one after the other, under a limit for each sample.
    ({"sample_timeout_seconds": 0.5}, 1.0, AllDrawsFailedError),
    ({"sample_timeout_seconds": None, "time_limit_seconds": 0.8}, 0.8, TimeLimitError),
)
PATIENCE = 4.0
"""Far from what is waited for; how exact limits are is measured elsewhere, on a machine that is not busy."""


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Names with "nowhere" are looked up in vain until this is set: a loop waits for that when it closes."""
    released, real = threading.Event(), socket.getaddrinfo

    def lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        if "nowhere" in str(host):
            released.wait(timeout=20)
            raise socket.gaierror("no such host")
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    yield released
    released.set()


async def late(call: Callable[[], Any], error: type[Exception], *, blocking: bool) -> float:
    """How many seconds the call took to fail so."""
    begun = time.monotonic()
    with pytest.raises(error):
        call() if blocking else await call()
    return time.monotonic() - begun


def test_a_name_server_that_hangs_holds_nobody_up(no_names: threading.Event) -> None:
    rows = list(product(DOORS, (True, False), LIMITS))
    # Each on a loop of its own, all together; the names are released when the last of them is over.
    over = threading.Barrier(len(rows), action=no_names.set)

    async def one(door: Any, blocking: bool, row: tuple[dict[str, Any], float, type[Exception]]) -> None:
        limits, seconds, error = row
        try:
            switch = door("http://nowhere.invalid", seconds=30, **limits)
            took = await late(lambda: (ask if blocking else aask)(switch), error, blocking=blocking)
        finally:
            over.wait(timeout=15)
        assert seconds <= took < seconds + PATIENCE, (door, blocking, limits)

    with ThreadPoolExecutor(len(rows)) as pool:
        for call in [pool.submit(asyncio.run, one(*row)) for row in rows]:
            call.result()


@pytest.mark.parametrize("door", DOORS)
async def test_many_calls_that_hang_end_together(door: Any) -> None:
    with WireServer() as server:
        for model in (FIRST, SECOND):
            server.serve(model, faults=Hang())
        limits = {"sample_timeout_seconds": None, "time_limit_seconds": 1.0, "max_concurrency": None}
        switch = door(server.url, seconds=30, **limits)
        calls = [late(lambda: aask(switch), TimeLimitError, blocking=False) for _ in range(20)]
        took = await asyncio.gather(*calls)
        assert max(took) < 1.0 + PATIENCE
        await server.await_until_idle(10)
