"""What blocks, done from an event loop without blocking it."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import Callable
from typing import Any

from modelswitch_core._errors import ModelSwitchError
from modelswitch_core.drivers._workers import WORKERS


async def on_thread(work: Callable[[], Any]) -> Any:
    """Has it done on a thread, with the caller's context, without blocking the loop.

    Not by the loop's own executor, whose threads hold up the interpreter's exit.

    Raises:
        Exception: Whatever the work raises.
        ModelSwitchError: It raised what ends a thread or an iterator.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Future[Any] = loop.create_future()
    context = contextvars.copy_context()

    def perform() -> None:
        given, failure = None, None
        try:
            given = context.run(work)
        except Exception as error:  # noqa: BLE001  # raised again where somebody waits for it
            failure = error
        except BaseException as error:  # noqa: BLE001  # a thread has nobody to raise SystemExit to
            failure = ModelSwitchError(f"it ended by {type(error).__name__}")
        # The loop may have been closed meanwhile, and then nobody waits.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell, told, given, failure)

    WORKERS.run(perform)
    return await told


def _tell(told: asyncio.Future[Any], given: Any, error: Exception | None) -> None:
    if told.done():  # nobody waits any more
        return
    if error is None:
        told.set_result(given)
    else:
        # A future cannot hold a StopIteration.
        stops = isinstance(error, StopIteration)
        told.set_exception(ModelSwitchError("it ended by StopIteration") if stops else error)
