"""What the server was asked, when, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.wire._request import ProtocolName, WireRequest

Outcome = Literal["answered", "fault", "cancelled"]


@dataclass(slots=True, eq=False)
class LoggedRequest:
    """One request for an answer. The last four fields are None until it is over.

    Args:
        request: The request; its headers are not kept.
        key_sent: Whether an API key came with it. The key itself is never kept.
        arrived_seconds: When it arrived, in seconds since the server started.
        finished_seconds: When the server was done with it, or the client gone.
        status: The HTTP status sent; None where none was.
        outcome: "answered"; "fault", where something else was sent as ordered; "cancelled", where the client
            left.
        fault: The class name of the fault, where one was ordered.
    """

    request: WireRequest
    key_sent: bool
    arrived_seconds: float
    finished_seconds: float | None = None
    status: int | None = None
    outcome: Outcome | None = None
    fault: str | None = None

    @property
    def model(self) -> str:
        """The model asked, by the name the client used."""
        return self.request.model

    @property
    def protocol(self) -> ProtocolName:
        """The provider's protocol."""
        return self.request.protocol

    @property
    def body(self) -> Mapping[str, Any]:
        """The parsed JSON of the request."""
        return self.request.body

    @property
    def n(self) -> int:
        """How many choices were asked for."""
        return self.request.n

    @property
    def streaming(self) -> bool:
        """Whether events were asked for."""
        return self.request.streaming

    @property
    def index(self) -> int:
        """Which request for this model it was, from 0, counted since the model was last configured."""
        return self.request.index

    @property
    def last_user_text(self) -> str:
        """The text of the last user message."""
        return self.request.last_user_text


class RequestLog:
    """The requests in order of arrival, and how many are in flight. Written by the server's loop only."""

    def __init__(self) -> None:
        self.entries: list[LoggedRequest] = []
        self.in_flight: Counter[str] = Counter()
        self.most_in_flight: Counter[str] = Counter()
        self.total = 0
        self.most_total = 0

    def arrived(self, request: WireRequest, *, key_sent: bool, seconds: float) -> LoggedRequest:
        """Notes a request that now waits."""
        entry = LoggedRequest(request, key_sent, seconds)
        model = request.model
        self.entries.append(entry)
        self.in_flight[model] += 1
        self.most_in_flight[model] = max(self.most_in_flight[model], self.in_flight[model])
        self.total += 1
        self.most_total = max(self.most_total, self.total)
        return entry

    def finished(
        self, entry: LoggedRequest, outcome: Outcome, status: int | None, fault: str | None, seconds: float
    ) -> None:
        """Notes the end of a request. Only the first counts: a reset also looks like a client that left."""
        if entry.outcome is not None:
            return
        entry.finished_seconds, entry.status, entry.fault = seconds, status, fault
        entry.outcome = outcome
        self.in_flight[entry.model] -= 1
        self.total -= 1

    def clear(self) -> None:
        """Forgets what is logged, and the highest counts; requests in flight stay counted."""
        self.entries = []
        self.most_in_flight = Counter(self.in_flight)
        self.most_total = self.total
