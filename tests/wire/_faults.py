"""What can go wrong on the wire, each thing a small value that a test can put where an answer would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Status:
    """An HTTP error with a body in the provider's own shape.

    Args:
        code: The status, say 429 or 500.
        message: What the body says; None: the standard phrase of the status.
        retry_after_seconds: Sent as Retry-After, and to Gemini clients also inside the body.
        headers: Further headers.
    """

    code: int
    message: str | None = None
    retry_after_seconds: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset: before anything was sent, or after the head and half of the body."""

    halfway: bool = False


@dataclass(frozen=True, slots=True)
class Hang:
    """Nothing is ever sent. The request stays in flight until the client goes away (logged as cancelled)."""


@dataclass(frozen=True, slots=True)
class Drip:
    """The answer arrives, slowly: a stream event by event, a whole body in so many pieces.

    Args:
        pause_seconds: The pause before each event or piece.
        pieces: How many pieces a whole body is cut into.
    """

    pause_seconds: float = 0.05
    pieces: int = 20


@dataclass(frozen=True, slots=True)
class BrokenJson:
    """Status 200 and a body (or, in a stream, an event) that breaks off inside the JSON."""


@dataclass(frozen=True, slots=True)
class HtmlBody:
    """A page of HTML, as proxies send it."""

    code: int = 200


@dataclass(frozen=True, slots=True)
class EmptyBody:
    """A response without a body."""

    code: int = 200


@dataclass(frozen=True, slots=True)
class NoChoices:
    """A well-formed response with an empty list of choices (OpenAI) or without candidates (Gemini)."""


Fault = Status | Reset | Hang | Drip | BrokenJson | HtmlBody | EmptyBody | NoChoices
"""Everything but Drip takes the answer's place, and then uses up neither a scripted nor a recorded answer."""
