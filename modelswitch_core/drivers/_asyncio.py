"""The driver for asyncio: a task a request, all cancelled and awaited before it returns, no policy."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from modelswitch_core._errors import ModelSwitchError
from modelswitch_core._switch import Reply, Request, Switch, SwitchOutcome, SwitchRun, reply_of
from modelswitch_core._types import Answer
from modelswitch_core.drivers._limits import NO_LIMITS, Limits, Ticket
from modelswitch_core.drivers._threads import timed_out

T = TypeVar("T")

_CANCEL_SECONDS = 1.0
"""How long to wait for cancelled requests to close their sockets: real clients need about a millisecond, and
one that ignores its cancellation must not hold up the caller."""


async def run_in_tasks(
    switch: Switch,
    ask: Callable[[Request], Awaitable[Reply[T]]],
    *,
    question: str = "",
    limits: Limits = NO_LIMITS,
) -> SwitchOutcome[T]:
    """Answers one question. However it ends, no request of it is left in flight.

    Args:
        switch: What to draw and how to read it.
        ask: Performs a request, as a task of its own with a copy of the caller's context. Whatever it raises
            makes the draw a failed one.
        question: The question's text, for readers that compare answers to it.
        limits: See `Limits`.

    Raises:
        AllDrawsFailedError: Every draw failed.
        TimeLimitError: The time was up before any response had arrived.
        DisagreementError: The models did not agree and the switch says to raise.
    """
    driver = _Driver(SwitchRun[T](switch, question), ask, limits)
    try:
        await driver.drive()
    finally:
        await driver.close()
    return driver.run.outcome()


class _Driver(Generic[T]):
    def __init__(
        self, run: SwitchRun[T], ask: Callable[[Request], Awaitable[Reply[T]]], limits: Limits
    ) -> None:
        self.run = run
        self.ask = ask
        self.limits = limits
        self.loop = asyncio.get_running_loop()
        self.tasks: set[asyncio.Task[None]] = set()
        self.tickets: list[Ticket] = []
        self.spawned: set[Ticket] = set()
        self.news = asyncio.Event()
        self.closed = False
        # What went wrong in taking a draw in, such as a warning that the caller has turned into an error.
        self.broken: BaseException | None = None

    async def drive(self) -> None:
        try:
            async with asyncio.timeout(self.limits.time_limit_seconds) as limit:
                self.launch(self.run.start())
                while not self.run.done:
                    await self.news.wait()
                    self.news.clear()
                    if self.broken is not None:
                        raise self.broken
                    while not self.run.done and (answers := self.run.ready()) is not None:
                        self.launch(self.run.advance(await self.assign(answers)))
        except TimeoutError:
            if not limit.expired():
                raise
            if not self.run.done:
                self.run.time_is_up(self.assign_at_once(self.run.all_arrived()))

    async def assign(self, answers: Sequence[Answer]) -> list[int]:
        aassign = getattr(self.run.clusterer, "aassign", None)
        if aassign is None or not answers:
            return self.assign_at_once(answers)
        classes: list[int] = await aassign(answers)
        return classes

    def assign_at_once(self, answers: Sequence[Answer]) -> list[int]:
        """Without waiting, so that a clusterer that would have to is not asked.

        Past the time limit it has no more time, and may have been interrupted over these very answers.
        """
        if not answers:
            return []
        if hasattr(self.run.clusterer, "aassign"):
            return self.run.plain_classes(answers)
        return self.run.clusterer.assign(answers)

    def launch(self, requests: list[Request]) -> None:
        for request in requests:
            context = contextvars.copy_context()
            if self.limits.concurrency is None:
                self.spawn(request, context, None)
            else:
                start = functools.partial(self.let_through, request, context)
                self.tickets.append(self.limits.concurrency.submit(start))

    def let_through(self, request: Request, context: contextvars.Context, ticket: Ticket) -> None:
        """Called on whichever thread made room."""
        try:
            self.loop.call_soon_threadsafe(self.spawn, request, context, ticket)
        except RuntimeError:  # this loop was closed under the queue: the place goes to the next one
            ticket.close()

    def spawn(self, request: Request, context: contextvars.Context, ticket: Ticket | None) -> None:
        if self.closed:
            if ticket is not None:
                ticket.close()
            return
        task = self.loop.create_task(self.work(request, ticket), context=context)
        if ticket is not None:
            self.spawned.add(ticket)
        self.tasks.add(task)
        task.add_done_callback(functools.partial(self.over, request, ticket))

    async def work(self, request: Request, ticket: Ticket | None) -> None:
        # One frame, as every step of a request passes through it.
        self.run.started(request, time.monotonic())
        try:
            if self.limits.sample_timeout_seconds is None:
                reply = reply_of(await self.ask(request))
            else:
                reply = reply_of(await self.ask_in_time(request, self.limits.sample_timeout_seconds))
        except Exception as error:  # noqa: BLE001  # collected: the run goes on without this draw
            self.run.failed(request, error, time.monotonic())
        else:
            self.run.arrived(request, reply, time.monotonic())
        finally:
            # Before the place is given back, so that no draw is let through which this one has made needless.
            self.news.set()
            # Also where the loop is closed over a pending task, which then hears of it by this alone.
            if ticket is not None:
                ticket.close()

    async def ask_in_time(self, request: Request, seconds: float) -> Reply[T]:
        try:
            async with asyncio.timeout(seconds) as limit:
                return await self.ask(request)
        except TimeoutError:
            if limit.expired():
                raise timed_out(seconds) from None
            raise  # the client's own, with all that it says of its cause

    def over(self, request: Request, ticket: Ticket | None, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if ticket is not None:
            ticket.close()
        if not task.cancelled():
            error = task.exception()  # asked of every task, or asyncio complains that nobody did
            self.broken = self.broken or error
        elif not self.closed:
            # Cancelled by something else, not by us: one draw less, not the end of the run.
            if request not in self.run.requests:
                self.run.started(request, time.monotonic())
            self.run.failed(
                request, ModelSwitchError("the draw was cancelled, but not by its switch"), time.monotonic()
            )
        self.news.set()

    async def close(self) -> None:
        self.closed = True
        for ticket in self.tickets:
            # A place that was made but whose news has not reached this loop counts as unused too.
            if ticket not in self.spawned:
                ticket.close()
        for task in self.tasks:
            task.cancel()
        if self.tasks:
            await asyncio.wait(set(self.tasks), timeout=_CANCEL_SECONDS)
