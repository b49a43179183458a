"""The driver for synchronous callers: a daemon thread a request, one coordinator, no policy.

An abandoned request holds up neither the caller nor the interpreter's exit. It runs on until the inner
client's own time-out and keeps its place under the concurrency limit until then.
"""

from __future__ import annotations

import contextvars
import functools
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from modelswitch_core._errors import ModelSwitchError, SampleTimeoutError
from modelswitch_core._request import Reply, Request, reply_of
from modelswitch_core._reward import RewardModel
from modelswitch_core._sorting import checked_classes
from modelswitch_core._switch import Switch, SwitchOutcome, SwitchRun
from modelswitch_core._types import Answer
from modelswitch_core.drivers._limits import NO_LIMITS, Limits, Ticket
from modelswitch_core.drivers._log import log_end, log_wave
from modelswitch_core.drivers._rewards import score_in_thread
from modelswitch_core.drivers._workers import WORKERS

T = TypeVar("T")
V = TypeVar("V")


def run_in_threads(
    switch: Switch, ask: Callable[[Request], Reply[T]], *, question: str = "", limits: Limits = NO_LIMITS
) -> SwitchOutcome[T]:
    """Answers one question, blocking.

    Args:
        switch: What to draw and how to read it.
        ask: Performs a request; called on threads of its own, each with a copy of the caller's context.
            Whatever it raises makes the draw a failed one.
        question: The question's text, for readers that compare answers to it.
        limits: See `Limits`.

    Raises:
        AllDrawsFailedError: Every draw failed.
        TimeLimitError: The time was up before any response had arrived.
        DisagreementError: The models did not agree and the switch says to raise.
    """
    driver = _Driver(SwitchRun[T](switch, question), ask, limits)
    try:
        return driver.drive()
    finally:
        driver.close()


@dataclass(frozen=True, slots=True)
class _Event(Generic[T]):
    """A request left the queue (neither reply nor error), or came to its end."""

    request: Request
    at: float
    reply: Reply[T] | None = None
    error: Exception | None = None

    @property
    def is_end(self) -> bool:
        """Whether the request is over."""
        return self.reply is not None or self.error is not None


class _Driver(Generic[T]):
    def __init__(self, run: SwitchRun[T], ask: Callable[[Request], Reply[T]], limits: Limits) -> None:
        self.run = run
        self.ask = ask
        self.limits = limits
        self.reward = run.switch.reward
        self.events: queue.SimpleQueue[_Event[T]] = queue.SimpleQueue()
        self.tickets: list[Ticket] = []
        self.in_flight: set[Request] = set()
        self.timeouts: deque[tuple[float, Request]] = deque()
        self.closed = False
        self.begun = time.monotonic()
        self.deadline = _later(self.begun, limits.time_limit_seconds)

    def drive(self) -> SwitchOutcome[T]:
        self.launch(self.run.start())
        while not self.run.done:
            if time.monotonic() >= self.deadline:
                self.drain()
                self.run.time_is_up(self.assign_at_once(self.run.all_arrived()))
                break
            try:
                self.take(self.events.get(timeout=self.patience()))
            except queue.Empty:
                self.expire()
            self.drain()
            while not self.run.done and (answers := self.run.ready()) is not None:
                try:
                    classes = self.assign(answers)
                except _TimeIsUpError:
                    break
                if self.reward is not None and not self.score(self.reward):
                    self.run.time_is_up(classes)
                    break
                self.launch(self.run.advance(classes))
        self.drain()
        log_end(self.run, self.begun)
        return self.run.outcome()

    def assign(self, answers: Sequence[Answer]) -> list[int]:
        """Their classes. A clusterer that asks a model does so on a thread, which can be left behind.

        Raises:
            _TimeIsUpError: Before that model had told them.
        """
        if not answers:
            return []
        if self.deadline == _NEVER or not hasattr(self.run.clusterer, "aassign"):
            return self.assign_here(answers)
        try:
            given = self.aside(functools.partial(self.run.clusterer.assign, answers))
            return checked_classes(given, answers)
        except _TimeIsUpError:
            raise
        except Exception as error:  # noqa: BLE001  # of the user's clusterer; what was paid for must not be lost
            return self.run.unsorted(answers, error)

    def assign_here(self, answers: Sequence[Answer]) -> list[int]:
        try:
            return checked_classes(self.run.clusterer.assign(answers), answers)
        except Exception as error:  # noqa: BLE001  # as above
            return self.run.unsorted(answers, error)

    def score(self, reward: RewardModel) -> bool:
        """Has the reward model score the wave; False where time was up before it had.

        Its failure is noted: the run goes on without it. It is asked on a thread of its own, which can be
        left behind, and which runs no event loop, as the caller's may.
        """
        responses = self.run.to_reward()
        if not responses:
            return True
        try:
            self.run.rewarded(
                self.aside(functools.partial(score_in_thread, reward, self.run.question, responses))
            )
        except _TimeIsUpError:
            return False
        except Exception as error:  # noqa: BLE001  # of the user's model; what was paid for must not be lost
            self.run.unrewarded(error)
        return True

    def aside(self, work: Callable[[], V]) -> V:
        """Has it done on a thread of its own, and waits for it as long as there is time."""
        told: queue.SimpleQueue[tuple[V] | BaseException] = queue.SimpleQueue()
        context = contextvars.copy_context()

        def perform() -> None:
            try:
                told.put((context.run(work),))
            except BaseException as error:  # noqa: BLE001  # raised again where somebody waits for it
                told.put(error)

        WORKERS.run(perform)
        left = None if self.deadline == _NEVER else self.deadline - time.monotonic()
        try:
            done = told.get(timeout=left and min(max(0.0, left), threading.TIMEOUT_MAX))
        except queue.Empty:
            raise _TimeIsUpError from None
        if isinstance(done, BaseException):
            raise done
        return done[0]

    def assign_at_once(self, answers: Sequence[Answer]) -> list[int]:
        """Without asking a model, for which there is no more time."""
        if not answers:
            return []
        if hasattr(self.run.clusterer, "aassign"):
            return self.run.plain_classes(answers)
        return self.assign_here(answers)

    def launch(self, requests: list[Request]) -> None:
        log_wave(self.run, requests, self.begun)
        for request in requests:
            start = functools.partial(self.spawn, request, contextvars.copy_context())
            if self.limits.concurrency is None:
                # Nothing to queue for, so nobody need be woken to hear that it has started.
                self.begin(request, time.monotonic())
                start(None)
            else:
                self.tickets.append(self.limits.concurrency.submit(start))

    def spawn(self, request: Request, context: contextvars.Context, ticket: Ticket | None) -> None:
        try:
            WORKERS.run(functools.partial(context.run, self.work, request, ticket))
        except RuntimeError as error:  # no more threads to be had
            if ticket is not None:
                self.events.put(_Event(request, time.monotonic()))
                ticket.close()
            self.events.put(_Event(request, time.monotonic(), error=error))

    def work(self, request: Request, ticket: Ticket | None) -> None:
        try:
            if not self.closed:
                if ticket is not None:
                    self.events.put(_Event(request, time.monotonic()))
                self.events.put(self.perform(request))
        finally:
            # Here and not where the answer is read: whoever reads may ask a model under the same limit.
            if ticket is not None:
                ticket.close()

    def perform(self, request: Request) -> _Event[T]:
        try:
            reply = reply_of(self.ask(request))
        except Exception as error:  # noqa: BLE001  # collected: the run goes on without this draw
            return _Event(request, time.monotonic(), error=error)
        except BaseException as error:  # noqa: BLE001  # a thread has nobody to raise SystemExit to
            wrapped = ModelSwitchError(f"a draw ended by {type(error).__name__}")
            wrapped.__cause__ = error
            return _Event(request, time.monotonic(), error=wrapped)
        return _Event(request, time.monotonic(), reply=reply)

    def begin(self, request: Request, now: float) -> None:
        self.run.started(request, now)
        self.in_flight.add(request)
        if self.limits.sample_timeout_seconds is not None:
            self.timeouts.append((now + self.limits.sample_timeout_seconds, request))

    def take(self, event: _Event[T]) -> None:
        request = event.request
        if not event.is_end:
            self.begin(request, event.at)
        elif request in self.in_flight:
            self.in_flight.remove(request)
            if event.at > self.latest(request):
                # It came too late, although nobody was free to say so at the time.
                self.run.failed(request, timed_out(self.limits.sample_timeout_seconds), event.at)
            elif event.reply is not None:
                self.run.arrived(request, event.reply, event.at)
            elif event.error is not None:
                self.run.failed(request, event.error, event.at)

    def patience(self) -> float | None:
        """Seconds until the next deadline; None for none."""
        while self.timeouts and self.timeouts[0][1] not in self.in_flight:
            self.timeouts.popleft()
        nearest = min(self.deadline, self.timeouts[0][0] if self.timeouts else _NEVER)
        if nearest == _NEVER:
            return None
        return min(max(0.0, nearest - time.monotonic()), threading.TIMEOUT_MAX)

    def latest(self, request: Request) -> float:
        """When a request that has started must be over."""
        return _later(self.run.requests[request].started, self.limits.sample_timeout_seconds)

    def expire(self) -> None:
        """Fails the requests that have run out of their own time."""
        now = time.monotonic()
        while self.timeouts and self.timeouts[0][0] <= now:
            _, request = self.timeouts.popleft()
            if request in self.in_flight:
                self.in_flight.remove(request)
                self.run.failed(request, timed_out(self.limits.sample_timeout_seconds), now)

    def drain(self) -> None:
        """Notes what has been started or has arrived meanwhile: it was paid for, so its usage counts."""
        while True:
            try:
                self.take(self.events.get_nowait())
            except queue.Empty:
                return

    def close(self) -> None:
        self.closed = True
        for ticket in self.tickets:
            if not ticket.running:
                ticket.close()


class _TimeIsUpError(Exception):
    """Something was not done within the time limit of the call."""


def timed_out(seconds: float | None) -> SampleTimeoutError:
    """The error of a draw that took too long."""
    return SampleTimeoutError(f"no response within sample_timeout_seconds={seconds}")


_NEVER = float("inf")


def _later(now: float, seconds: float | None) -> float:
    return _NEVER if seconds is None else now + seconds
