"""What a run asks of its driver, and what it gets: a request, and the reply with its samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from modelswitch_core._pool import DrawRef
from modelswitch_core._result import Usage
from modelswitch_core._types import Response

T = TypeVar("T")


class Request(NamedTuple):
    """Ask this model for these draws, in one go."""

    model: int
    draws: tuple[int, ...]

    @property
    def refs(self) -> list[DrawRef]:
        """The draws it stands for."""
        return [DrawRef(self.model, draw) for draw in self.draws]


class Sampled(NamedTuple, Generic[T]):
    """One sample: what the core reads of it, and what the door returns if it is chosen."""

    response: Response
    raw: T


class Reply(NamedTuple, Generic[T]):
    """What a request brought: its samples, and the usage of the request as a whole."""

    samples: Sequence[Sampled[T]]
    usage: Usage | None = None


def reply_of(reply: Reply[T]) -> Reply[T]:
    """What `ask` returned, if it is a reply; anything else is a failed draw.

    Raises:
        TypeError: It is something else.
    """
    if not isinstance(reply, Reply):
        raise TypeError(f"ask returned {type(reply).__name__}, but must return a Reply")
    return reply
