"""The drivers: they perform the draws an engine asks for, on threads or on asyncio, and hold no policy."""

from modelswitch_core.drivers._asyncio import run_in_tasks
from modelswitch_core.drivers._blocking import on_thread
from modelswitch_core.drivers._limits import NO_LIMITS, ConcurrencyLimit, Limits, Ticket
from modelswitch_core.drivers._scopes import GivenUpError, Scope, in_scope
from modelswitch_core.drivers._threads import run_in_threads

__all__ = [
    "NO_LIMITS",
    "ConcurrencyLimit",
    "GivenUpError",
    "Limits",
    "Scope",
    "Ticket",
    "in_scope",
    "on_thread",
    "run_in_tasks",
    "run_in_threads",
]
