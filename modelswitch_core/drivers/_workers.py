"""Daemon threads that are used again: to start one costs more than much of what a draw does.

The standard library's pool is not used, as the interpreter joins its threads at exit: a request that nobody
waits for any more would hold it up.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable

Work = Callable[[], None]

_IDLE_SECONDS = 5.0
"""How long a thread without work waits for some: long enough to stay warm between the questions of a batch,
and short enough that nobody finds threads of a call that is long over."""


class Workers:
    """As many threads as there is work at once; one that has none ends after a while.

    Args:
        idle_seconds: How long it waits for more work.
    """

    def __init__(self, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._forget()

    def run(self, work: Work) -> None:
        """Has the work done at once, on a thread that does nothing else meanwhile.

        Args:
            work: What it raises goes to `threading.excepthook`.

        Raises:
            RuntimeError: There are no more threads to be had.
        """
        with self._lock:
            self._busy += 1
            # The one that became idle last: its caches are warm, and the others can come to their end.
            desk = self._idle.pop() if self._idle else None
        if desk is not None:
            desk.put(work)
            return
        desk = queue.SimpleQueue()
        desk.put(work)
        try:
            threading.Thread(target=self._serve, args=(desk,), name="modelswitch-draw", daemon=True).start()
        except RuntimeError:
            with self._lock:
                self._busy -= 1
            raise

    @property
    def busy(self) -> int:
        """Threads that have work."""
        return self._busy

    def _serve(self, desk: queue.SimpleQueue[Work]) -> None:
        while (work := self._next(desk)) is not None:
            done = False
            try:
                work()
                done = True
            finally:
                del work  # or what was done would be kept alive until there is more to do
                with self._lock:
                    self._busy -= 1
                    if done:
                        self._idle.append(desk)

    def _next(self, desk: queue.SimpleQueue[Work]) -> Work | None:
        try:
            return desk.get(timeout=self._idle_seconds)
        except queue.Empty:
            with self._lock:
                if desk in self._idle:
                    self._idle.remove(desk)
                    return None
        return desk.get()  # it was given work at the last moment

    def _forget(self) -> None:
        """Starts afresh, as a forked process must: of its parent's threads it has only the list."""
        self._lock = threading.Lock()
        self._busy = 0
        self._idle: list[queue.SimpleQueue[Work]] = []


WORKERS = Workers()
"""Those of this process."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=WORKERS._forget)
