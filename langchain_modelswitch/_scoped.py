"""Models as samples ask them: given up with no socket left behind, failing with no key in the error."""

from __future__ import annotations

import functools
from typing import Any

import anyio
from langchain_core.language_models import BaseChatModel
from langchain_core.outputs import ChatResult

from langchain_modelswitch._streaming import OneChunkChatModel
from modelswitch_core import in_scope, strike_keys

_HOOK, _ASYNC_HOOK = "_generate_with_cache", "_agenerate_with_cache"


def scoped(model: BaseChatModel) -> BaseChatModel:
    """This model, a copy of ours, with every asynchronous generation in a scope, see `in_scope`.

    The framework generates in a task that it makes itself, so the scope has to be opened there; and it hands
    errors to the callbacks before we see them, so keys are struck out of them there too.
    """
    if isinstance(model, OneChunkChatModel) or _HOOK in model.__dict__:
        return model
    generate, agenerate = getattr(model, _HOOK), getattr(model, _ASYNC_HOOK)

    @functools.wraps(generate)
    def safely(*args: Any, **kwargs: Any) -> Any:
        try:
            return generate(*args, **kwargs)
        except Exception as error:
            _raise_struck(error)
            raise

    @functools.wraps(agenerate)
    async def asafely(*args: Any, **kwargs: Any) -> ChatResult:
        try:
            return await in_scope(anyio.CancelScope(), agenerate(*args, **kwargs))
        except Exception as error:
            _raise_struck(error)
            raise

    # No fields of the model's; nobody but us has this copy.
    object.__setattr__(model, _HOOK, safely)
    object.__setattr__(model, _ASYNC_HOOK, asafely)
    return model


def _raise_struck(error: Exception) -> None:
    """Raises another error in place of one that cannot be changed and shows a key."""
    struck = strike_keys(error)
    if struck is not error:
        raise struck from struck.__cause__
