"""Giving a request up the way its client can bear.

A task's own `cancel()` strikes once, at whatever the client waits for just then. HTTP clients built on anyio
(httpx, and with it most providers' clients) shield what must not be interrupted from a cancelled anyio scope,
but not from that: struck while a connection is handed over or put back, they keep its socket, and its place
in their pool, for good. So a door wraps what it asks of a client in such a scope, which the driver cancels
instead of the task. Neither has to know the other, and the core needs no anyio.
"""

from __future__ import annotations

from collections.abc import Awaitable
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, TypeVar

from modelswitch_core._errors import ModelSwitchError

T = TypeVar("T")


class Scope(Protocol):
    """What a driver needs of `anyio.CancelScope`: an exit that swallows the cancellation it has caused."""

    def cancel(self) -> Any:
        """Interrupts what runs inside, where it may be interrupted."""

    def __enter__(self) -> Any: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None: ...


class GivenUpError(ModelSwitchError):
    """A draw was given up: nothing depended on it any more, its time was up, or the call was cancelled."""


@dataclass(slots=True)
class Scopes:
    """Those of one draw: `waiting` for a client, and whether the last client has `answered`."""

    waiting: list[Scope] = field(default_factory=list)
    answered: bool = False


open_scopes: ContextVar[Scopes | None] = ContextVar("modelswitch_scopes", default=None)
"""Of the draw being made; every draw has a context, and scopes, of its own."""


async def in_scope(scope: Scope, call: Awaitable[T]) -> T:
    """Awaits a client's call so that the driver can give it up by the scope.

    For the part of `ask` that waits for the client, in its task or in one that the client's framework makes.
    Not for another switch: that one gives up its own draws, and must not be interrupted meanwhile.

    Args:
        scope: A new `anyio.CancelScope()`.
        call: What is awaited.

    Raises:
        GivenUpError: The driver gave it up.
    """
    scopes = open_scopes.get()
    if scopes is None:
        return await call
    scopes.waiting.append(scope)
    scopes.answered = False
    try:
        with scope:
            answer = await call
            scopes.answered = True
            return answer
    finally:
        scopes.waiting.remove(scope)
    raise GivenUpError("the draw was given up")  # reached where the scope has swallowed its cancellation
