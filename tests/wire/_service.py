"""One served model: what it answers, how long it takes, and what goes wrong when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.wire._faults import (
    BrokenJson,
    Drip,
    EmptyBody,
    Fault,
    Hang,
    HtmlBody,
    NoChoices,
    Reset,
    Status,
)
from tests.wire._reply import Reply
from tests.wire._request import WireRequest

Answer = Reply | str | Fault
Answers = str | Reply | Sequence[Answer] | Callable[[WireRequest], Answer]
Latency = float | Mapping[int, float] | Callable[[WireRequest], float]
Faults = Fault | Mapping[int, Fault] | Callable[[WireRequest], Fault | None]

_FAULTS = (Status, Reset, Hang, Drip, BrokenJson, HtmlBody, EmptyBody, NoChoices)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with one request.

    Args:
        latency_seconds: How long to wait first.
        replies: The choices to send; empty where a fault takes their place.
        fault: What goes wrong, if anything.
    """

    latency_seconds: float
    replies: tuple[Reply, ...] = ()
    fault: Fault | None = None


class Script:
    """Answers in order, one for each choice asked for; a request beyond the last is an error that says so."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self._answers = tuple(answers)
        self._next = 0

    def __call__(self, request: WireRequest) -> Answer:
        """The next answer."""
        if self._next >= len(self._answers):
            return Status(
                500, f"the script of {request.model!r} is exhausted after {len(self._answers)} answers"
            )
        self._next += 1
        return self._answers[self._next - 1]


class Service:
    """A served model. Decides everything on arrival, so that answers go out in the order of the requests.

    Args:
        answers: A text or Reply that never changes; a list, played in order; or a function, called once for
            each choice asked for.
        latency_seconds: For every request, for some by their index (others take none), or a function of the
            request.
        faults: Likewise.
    """

    def __init__(
        self, answers: Answers, *, latency_seconds: Latency = 0.0, faults: Faults | None = None
    ) -> None:
        self._answer = _as_function(answers)
        self._latency = latency_seconds
        self._faults = faults
        self.requests = 0

    def decide(self, request: WireRequest) -> Decision:
        """What this request gets. A function that raises gives HTTP 500 with the exception in it."""
        try:
            latency = self._latency_of(request)
            fault = self._fault_of(request)
            # A drip is a way of sending the answer; every other fault stands in its place.
            if fault is not None and not isinstance(fault, Drip):
                return Decision(latency, fault=fault)
            replies: list[Reply] = []
            for _ in range(request.n):
                answer = self._answer(request)
                if isinstance(answer, _FAULTS):
                    return Decision(latency, fault=answer)
                replies.append(Reply(answer) if isinstance(answer, str) else answer)
        except Exception as error:
            return Decision(0.0, fault=Status(500, f"{type(error).__name__}: {error}"))
        return Decision(latency, tuple(replies), fault)

    def _latency_of(self, request: WireRequest) -> float:
        if callable(self._latency):
            return self._latency(request)
        if isinstance(self._latency, Mapping):
            return self._latency.get(request.index, 0.0)
        return self._latency

    def _fault_of(self, request: WireRequest) -> Fault | None:
        if self._faults is None or isinstance(self._faults, _FAULTS):
            return self._faults
        if isinstance(self._faults, Mapping):
            return self._faults.get(request.index)
        return self._faults(request)


def _as_function(answers: Answers) -> Callable[[WireRequest], Answer]:
    if isinstance(answers, str | Reply):
        fixed = Reply(answers) if isinstance(answers, str) else answers
        return lambda request: fixed
    if isinstance(answers, Sequence):
        return Script(answers)
    return answers
