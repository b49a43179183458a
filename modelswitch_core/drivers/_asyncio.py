"""The driver for asyncio: a task a request, all cancelled and awaited before it returns, no policy."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from typing import Any, Generic, TypeVar

from modelswitch_core._errors import ModelSwitchError
from modelswitch_core._request import Reply, Request, reply_of
from modelswitch_core._reward import RewardError, RewardModel
from modelswitch_core._sorting import checked_classes
from modelswitch_core._switch import Switch, SwitchOutcome, SwitchRun
from modelswitch_core._types import Answer
from modelswitch_core.drivers._blocking import on_thread
from modelswitch_core.drivers._limits import NO_LIMITS, Limits, Ticket
from modelswitch_core.drivers._log import log_end, log_wave
from modelswitch_core.drivers._rewards import score_in_task
from modelswitch_core.drivers._scopes import GivenUpError, Scopes, open_scopes
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
    log_end(driver.run, driver.begun)
    return driver.run.outcome()


class _Driver(Generic[T]):
    def __init__(
        self, run: SwitchRun[T], ask: Callable[[Request], Awaitable[Reply[T]]], limits: Limits
    ) -> None:
        self.run = run
        self.ask = ask
        self.limits = limits
        self.loop = asyncio.get_running_loop()
        self.begun = time.monotonic()
        self.reward = run.switch.reward
        self.tasks: set[asyncio.Task[Any]] = set()
        self.scopes: dict[asyncio.Task[Any], Scopes] = {}
        self.tickets: list[Ticket] = []
        self.spawned: set[Ticket] = set()
        self.news = asyncio.Event()
        self.closed = False
        # What went wrong in taking a draw in, such as a warning that the caller has turned into an error.
        self.broken: BaseException | None = None
        # The classes of the answers that the reward model is just scoring.
        self.classes: Sequence[int] | None = None

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
                        classes = await self.assign(answers)
                        if self.reward is not None:
                            await self.score(self.reward, classes)
                        self.launch(self.run.advance(classes))
        except TimeoutError:
            if not limit.expired():
                raise
            if self.classes is not None:
                self.run.time_is_up(self.classes)
            elif not self.run.done:
                self.run.time_is_up(self.assign_at_once(self.run.all_arrived()))

    async def assign(self, answers: Sequence[Answer]) -> list[int]:
        aassign = getattr(self.run.clusterer, "aassign", None)
        comparisons = getattr(self.run.clusterer, "comparisons", None)
        try:
            if answers and aassign is not None:
                return checked_classes(await aassign(answers), answers)
            if answers and comparisons is not None:
                return await self.compared(comparisons(answers))
        except Exception as error:  # noqa: BLE001  # of the user's reader; what was paid for must not be lost
            return self.run.unsorted(answers, error)
        return self.assign_at_once(answers)

    async def compared(self, steps: Generator[Callable[[], bool], bool, list[int]]) -> list[int]:
        """The classes by a clusterer whose long comparisons must not hold up the loop."""
        try:
            compare = next(steps)
            while True:
                compare = steps.send(await on_thread(compare))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # what the generator returns

    def assign_at_once(self, answers: Sequence[Answer]) -> list[int]:
        """Without waiting, so that a clusterer that would have to is not asked.

        Past the time limit it has no more time, and may have been interrupted over these very answers.
        """
        if not answers:
            return []
        if hasattr(self.run.clusterer, "aassign"):
            return self.run.plain_classes(answers)
        try:
            return checked_classes(self.run.clusterer.assign(answers), answers)
        except Exception as error:  # noqa: BLE001  # as above
            return self.run.unsorted(answers, error)

    async def score(self, reward: RewardModel, classes: Sequence[int]) -> None:
        """Has the reward model score the wave. Its failure is noted: the run goes on without it."""
        responses = self.run.to_reward()
        if not responses:
            return
        self.classes = classes
        # A task of its own, as what it does to itself must not look like the caller's doing.
        task = self.loop.create_task(score_in_task(reward, self.run.question, responses))
        self.tasks.add(task)
        task.add_done_callback(_heard)
        await asyncio.wait({task})
        self.tasks.discard(task)
        self.classes = None
        if task.cancelled():
            self.run.unrewarded(RewardError("it was cancelled, but not by its switch"))
        elif isinstance(error := task.exception(), Exception):
            self.run.unrewarded(error)
        else:
            self.run.rewarded(task.result())

    def launch(self, requests: list[Request]) -> None:
        log_wave(self.run, requests, self.begun)
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
        scopes = Scopes()
        context.run(open_scopes.set, scopes)
        task = self.loop.create_task(self.work(request, ticket), context=context)
        if ticket is not None:
            self.spawned.add(ticket)
        self.tasks.add(task)
        self.scopes[task] = scopes
        task.add_done_callback(functools.partial(self.over, request, ticket))

    async def work(self, request: Request, ticket: Ticket | None) -> None:
        # One frame, as every step of a request passes through it.
        self.run.started(request, time.monotonic())
        try:
            if self.limits.sample_timeout_seconds is None:
                reply = reply_of(await self.ask(request))
            else:
                reply = reply_of(await self.ask_in_time(request, self.limits.sample_timeout_seconds))
        except GivenUpError:
            pass  # by us, at the end of the run: it is as open as the draws that were never started
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
        task = asyncio.current_task()
        assert task is not None
        late = asyncio.Event()
        timer = self.loop.call_later(seconds, self.time_out, task, late)
        try:
            return await self.ask(request)
        except (Exception, asyncio.CancelledError):
            if late.is_set() and not self.closed:
                raise timed_out(seconds) from None
            raise  # the client's own, with all that it says of its cause
        finally:
            timer.cancel()

    def time_out(self, task: asyncio.Task[Any], late: asyncio.Event) -> None:
        late.set()
        self.give_up(task)

    def give_up(self, task: asyncio.Task[Any]) -> None:
        scopes = self.scopes.get(task)
        if scopes is None or not scopes.waiting:
            task.cancel()
            return
        for scope in list(scopes.waiting):
            scope.cancel()

    def has_answered(self, task: asyncio.Task[Any]) -> bool:
        scopes = self.scopes.get(task)
        return scopes is not None and scopes.answered

    def over(self, request: Request, ticket: Ticket | None, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self.scopes.pop(task, None)
        if ticket is not None:
            ticket.close()
        if not task.cancelled():
            error = task.exception()  # asked of every task, or asyncio complains that nobody did
            if error is None:
                return  # the request has told of itself
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
        # Where there is a result to come, those that have their response may yet tell callbacks of it: it was
        # paid for, so its usage counts, and its trace should say so.
        in_flight = {task for task in self.tasks if not task.done()}
        if not in_flight:
            return
        answered = {task for task in in_flight if self.run.done and self.has_answered(task)}
        for task in in_flight - answered:
            self.give_up(task)
        await self.closed_all()
        for task in self.tasks & answered:
            self.give_up(task)

    async def closed_all(self) -> None:
        """Waits for those in flight, but not for long, and also where the caller is cancelled meanwhile.

        An anyio scope cancels what runs in it again and again until it is left. The call must not return over
        sockets that are just being closed.
        """
        cancelled: asyncio.CancelledError | None = None
        deadline = self.loop.time() + _CANCEL_SECONDS
        while (open_still := {task for task in self.tasks if not task.done()}) and (
            left := deadline - self.loop.time()
        ) > 0:
            try:
                await asyncio.wait(open_still, timeout=left)
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled


def _heard(task: asyncio.Task[Any]) -> None:
    """Asks for its error, or asyncio complains that nobody did, where nobody waits any more."""
    if not task.cancelled():
        task.exception()
