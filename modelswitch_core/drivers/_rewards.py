"""Asking a reward model, on a thread or on a loop, whichever way it can be asked.

One that blocks never blocks an event loop, and one that can only be awaited is awaited on a loop of its own
where the caller has none.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Sequence
from functools import partial
from typing import Any

from modelswitch_core._errors import ModelSwitchError
from modelswitch_core._reward import RewardModel
from modelswitch_core.drivers._blocking import on_thread


def score_in_thread(model: RewardModel, question: str, responses: Sequence[str]) -> Any:
    """What the model returns. To be called on a thread that runs no event loop, as one may be run here.

    Raises:
        Exception: Whatever the model raises.
    """
    try:
        if model.call is None:
            return asyncio.run(_awaited(model, question, responses))
        given = model.call(question, responses)
        return asyncio.run(_settled(given)) if _is_open(given) else given
    except Exception:
        raise
    except BaseException as error:
        raise ModelSwitchError(f"it ended by {type(error).__name__}") from error


async def score_in_task(model: RewardModel, question: str, responses: Sequence[str]) -> Any:
    """What the model returns; a blocking one is asked on a thread, which can be left behind.

    Raises:
        Exception: Whatever the model raises.
    """
    if model.acall is not None:
        return await _awaited(model, question, responses)
    assert model.call is not None, "a reward model can be asked in one way or the other"
    return await _settled(await on_thread(partial(model.call, question, responses)))


async def _awaited(model: RewardModel, question: str, responses: Sequence[str]) -> Any:
    assert model.acall is not None, "a reward model can be asked in one way or the other"
    return await _settled(model.acall(question, responses))


async def _settled(given: Any) -> Any:
    """The rewards, once whatever there is to await has been: all of them, or each."""
    if inspect.isawaitable(given):
        given = await given
    if not _is_open(given):
        return given
    # Each is waited for, so that none runs on behind a failure.
    rewards = await asyncio.gather(*map(_one, given), return_exceptions=True)
    for reward in rewards:
        if isinstance(reward, BaseException):
            raise reward
    return rewards


async def _one(given: Any) -> Any:
    return await given if inspect.isawaitable(given) else given


def _is_open(given: Any) -> bool:
    return inspect.isawaitable(given) or (
        isinstance(given, list | tuple) and any(map(inspect.isawaitable, given))
    )
