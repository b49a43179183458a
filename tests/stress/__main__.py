"""The long form: `python -m tests.stress [CALLS]`, a thousand calls a door and a way by default."""

from __future__ import annotations

import asyncio
import sys
import time
import warnings
from functools import partial
from typing import Any

from tests.stress._census import Census, asettled, census, settled
from tests.stress._storm import aask, acalls, ask, calls, langchain_switch, llamaindex_switch, weather
from tests.wire import WireServer

FEW = 10
MOST_MIB = 32.0
"""What memory may grow by: allocators keep some of what was in use, and clients' caches fill."""


async def asynchronous(door: Any, count: int) -> bool:
    """So many calls on one loop, a third of them cancelled."""
    with WireServer() as server:
        weather(server, seed=1)
        switch = door(server.url)
        await acalls(partial(aask, switch), FEW, seed=0)
        await server.await_until_idle(10)
        before, begun = census(), time.monotonic()
        ends = await acalls(partial(aask, switch), count, seed=1)
        seconds = time.monotonic() - begun
        await server.await_until_idle(10)
        requests = len(server.log)
        server.clear_log()
        return told(f"{door.__name__}, async", before, await asettled(before), ends, requests, seconds)


def blocking(door: Any, count: int) -> bool:
    """So many calls from eight threads."""
    asyncio.set_event_loop(None)
    with WireServer() as server:
        weather(server, seed=1)
        switch = door(server.url)
        calls(partial(ask, switch), FEW)
        server.wait_until_idle(10)
        before, begun = census(), time.monotonic()
        ends = calls(partial(ask, switch), count)
        seconds = time.monotonic() - begun
        server.wait_until_idle(10)
        requests = len(server.log)
        server.clear_log()
        return told(f"{door.__name__}, blocking", before, settled(before), ends, requests, seconds)


def told(what: str, before: Census, after: Census, ends: Any, requests: int, seconds: float) -> bool:
    """Prints the figures; whether nothing was left."""
    left, grown = after.left_since(before), after.resident_mib - before.resident_mib
    sys.stdout.write(
        f"{what}: {ends.total()} calls ({dict(ends)}), "
        f"{requests} requests in {seconds:.0f} s; left behind: {left or 'nothing'}; "
        f"memory {before.resident_mib:.0f} → {after.resident_mib:.0f} MiB ({grown:+.1f})\n"
    )
    sys.stdout.flush()
    return not left and grown <= MOST_MIB


def main() -> int:
    """1 where something was left behind."""
    warnings.simplefilter("ignore")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    held = []
    for door in (langchain_switch, llamaindex_switch):
        held.append(asyncio.run(asynchronous(door, count)))
        held.append(blocking(door, count))
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
