"""How much may happen at once, and how long it may take."""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from modelswitch_core._errors import OptionError
from modelswitch_core._options import positive_seconds


class ConcurrencyLimit:
    """The most requests in flight over all calls, threads and event loops that share this object.

    Requests are let through in the order in which they asked. Copies are the same limit; a pickled one
    starts afresh in its process, and so does that of a forked process, where its parent's requests are not.

    Args:
        most: 1 or more.

    Raises:
        OptionError: `most` is not an integer of 1 or more.
    """

    def __init__(self, most: int) -> None:
        if not isinstance(most, int) or isinstance(most, bool) or most < 1:
            raise OptionError(
                f"max_concurrency={most!r} must be 1 or more requests at once; "
                "leave it out (None) for no limit"
            )
        self.most = most
        self._forget()
        _LIMITS.add(self)

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._in_flight = 0
        self._letting_through = False
        self._queue: deque[Ticket] = deque()

    @property
    def in_flight(self) -> int:
        """Requests let through and not yet finished."""
        return self._in_flight

    def submit(self, start: Callable[[Ticket], None]) -> Ticket:
        """Asks to be let through.

        Args:
            start: Called once, with the ticket, when there is room: at once and on this thread, or later on
                the thread that made room. It must return at once and not raise.

        Returns:
            The place in the queue, to be closed when the request is over or no longer wanted.
        """
        ticket = Ticket(self, start)
        with self._lock:
            self._queue.append(ticket)
        self._let_through()
        return ticket

    def _close(self, ticket: Ticket) -> None:
        with self._lock:
            if ticket.closed:
                return
            ticket.closed = True
            if ticket.running:
                self._in_flight -= 1
        self._let_through()

    def _let_through(self) -> None:
        with self._lock:
            # Whoever is at it goes on until there is no more to do, so that a start that ends at once, or
            # closes other places, does not call itself a thousand levels deep.
            if self._letting_through:
                return
            self._letting_through = True
        while True:
            with self._lock:
                while self._queue and self._queue[0].closed:
                    self._queue.popleft()
                if not self._queue or self._in_flight >= self.most:
                    self._letting_through = False
                    return
                ticket = self._queue.popleft()
                ticket.running = True
                self._in_flight += 1
            ticket.start(ticket)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[int]]:
        return type(self), (self.most,)

    def __repr__(self) -> str:
        return f"ConcurrencyLimit({self.most})"


_LIMITS: weakref.WeakSet[ConcurrencyLimit] = weakref.WeakSet()


def _forget_all() -> None:
    """In a forked process, where nobody is left to end what was in flight, or to let go of a lock."""
    for limit in list(_LIMITS):
        limit._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


class Ticket:
    """A place in the queue of a `ConcurrencyLimit`, and then a request in flight."""

    __slots__ = ("_limit", "closed", "running", "start")

    def __init__(self, limit: ConcurrencyLimit, start: Callable[[Ticket], None]) -> None:
        self._limit = limit
        self.start = start
        self.running = False
        self.closed = False

    def close(self) -> None:
        """Gives the place back, from any thread; more than once does nothing."""
        self._limit._close(self)  # the two halves of one idea


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a call.

    Args:
        concurrency: Shared with other calls; None for no limit.
        sample_timeout_seconds: From the start of a request, not from the queue: past it the draw has failed.
            None for no limit.
        time_limit_seconds: From the start of the call: past it, the vote of what has arrived. None for no
            limit.

    Raises:
        OptionError: A time is not a positive, finite number.
    """

    concurrency: ConcurrencyLimit | None = None
    sample_timeout_seconds: float | None = None
    time_limit_seconds: float | None = None

    def __post_init__(self) -> None:
        if not (self.concurrency is None or isinstance(self.concurrency, ConcurrencyLimit)):
            raise OptionError(
                f"concurrency={self.concurrency!r} must be a ConcurrencyLimit, or None for no limit"
            )
        positive_seconds("sample_timeout_seconds", self.sample_timeout_seconds)
        positive_seconds("time_limit_seconds", self.time_limit_seconds)


NO_LIMITS = Limits()
