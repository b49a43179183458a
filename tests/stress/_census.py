"""What a process holds at a moment: tasks, threads, sockets, objects of ours, memory."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

_OURS = ("modelswitch_core", "langchain_modelswitch", "llamaindex_modelswitch")
_SETTLE_SECONDS = 10.0
"""How long to wait for what is still on its way out: a thread of ours without work ends after five."""


@dataclass(frozen=True, slots=True)
class Census:
    """A count of what a process holds.

    Args:
        tasks: Unfinished tasks of the running loop; 0 where there is none.
        threads: Threads, by name without their numbers.
        sockets: Open sockets, listening ones included.
        objects: Live objects of this project's classes that the garbage collector knows, by class.
        resident_mib: Resident memory, in MiB.
    """

    tasks: int
    threads: Counter[str]
    sockets: int
    objects: Counter[str]
    resident_mib: float

    def left_since(self, before: Census) -> dict[str, object]:
        """What there is more of than before, memory aside; empty where nothing was left behind."""
        found: dict[str, object] = {}
        if self.tasks > before.tasks:
            found["tasks"] = self.tasks - before.tasks
        if threads := self.threads - before.threads:
            found["threads"] = dict(threads)
        if self.sockets > before.sockets:
            found["sockets"] = self.sockets - before.sockets
        if objects := self.objects - before.objects:
            found["objects"] = dict(objects)
        return found


def census() -> Census:
    """The count now, after a full collection."""
    gc.collect()
    try:
        tasks = len(asyncio.all_tasks())
    except RuntimeError:
        tasks = 0
    return Census(
        tasks=tasks,
        # Not those of the loop's own pool, which keeps the few it has for its life.
        threads=Counter(
            _kind(thread.name) for thread in threading.enumerate() if not thread.name.startswith("asyncio_")
        ),
        sockets=_sockets(),
        objects=Counter(
            kind.__qualname__
            for kind in map(type, gc.get_objects())
            if str(kind.__module__).partition(".")[0] in _OURS
        ),
        resident_mib=_resident_mib(),
    )


async def asettled(before: Census) -> Census:
    """The count once nothing is more than before, or after ten seconds of waiting for it."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while (now := census()).left_since(before) and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.05)  # nothing tells when a socket is gone
    return now


def settled(before: Census) -> Census:
    """Likewise, blocking."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while (now := census()).left_since(before) and time.monotonic() < deadline:
        time.sleep(0.05)
    return now


def _kind(name: str) -> str:
    return name.rstrip("0123456789_-")


def _sockets() -> int:
    """Descriptors that are sockets; without /proc every descriptor is counted."""
    try:
        names = [str(entry.readlink()) for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()]
    except FileNotFoundError:
        return len(list(Path("/dev/fd").iterdir()))
    return sum(name.startswith("socket:") for name in names)


def _resident_mib() -> float:
    """Resident memory now on Linux, else the highest so far."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
