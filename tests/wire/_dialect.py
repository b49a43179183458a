"""What the server needs to know of a provider's protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from tests.wire._reply import Reply
from tests.wire._request import ProtocolName, WireRequest


class Dialect(Protocol):
    """One provider's shapes: of a request, an answer, a stream and an error. Holds no state."""

    @property
    def name(self) -> ProtocolName:
        """The name under which requests are logged."""

    def request(self, model: str, body: Mapping[str, Any], *, streaming: bool, index: int) -> WireRequest:
        """A request read from its body."""

    def response(self, request: WireRequest, replies: Sequence[Reply]) -> dict[str, Any]:
        """The body that answers a request; no replies is the provider's empty answer."""

    def events(self, request: WireRequest, replies: Sequence[Reply]) -> Iterator[bytes]:
        """The same answer as server-sent events, each with its closing blank line."""

    def error(self, code: int, message: str, retry_after_seconds: float | None) -> dict[str, Any]:
        """The body of an HTTP error."""


def pieces_of(text: str) -> list[str]:
    """A text in pieces as a stream would bring them: words with the space before them, few at a time."""
    words = text.split(" ")
    step = max(1, len(words) // 8)
    spaced = [word if at == 0 else f" {word}" for at, word in enumerate(words)]
    return ["".join(spaced[at : at + step]) for at in range(0, len(spaced), step)]
