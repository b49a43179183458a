"""How late the machine is by itself, so that a limit can be held to a tenth on a loaded one too."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

_NAP_SECONDS = 0.005

SLACK_SECONDS = 0.05
"""What a call may be late by beside a tenth of its limit and the machine's own lateness."""


class Lateness:
    """A thread that naps for as long as it is open, and notes how much longer each nap was than it should be.

    Whatever keeps it from the processor, another process or a thread of this one, keeps the call under test
    from it as well.
    """

    def __init__(self) -> None:
        self._late: list[tuple[float, float]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._nap, daemon=True)

    def between(self, started: float, ended: float) -> float:
        """Seconds that were lost in this time, on the monotonic clock."""
        return sum(late for at, late in self._late if started <= at <= ended + _NAP_SECONDS)

    def latest(self, limit_seconds: float, started: float, ended: float) -> float:
        """The longest that something limited may have taken."""
        return 1.1 * limit_seconds + SLACK_SECONDS + self.between(started, ended)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _nap(self) -> None:
        while not self._over.is_set():
            laid_down = time.monotonic()
            time.sleep(_NAP_SECONDS)
            woke = time.monotonic()
            self._late.append((woke, woke - laid_down - _NAP_SECONDS))
