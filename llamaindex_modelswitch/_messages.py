"""The messages each sample gets: its own copies, in words that every provider's client understands."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, TypeVar

from llama_index.core.base.llms.types import ChatMessage, ContentBlock, MessageRole, ToolCallBlock
from pydantic import BaseModel

from llamaindex_modelswitch._responses import arguments_of

M = TypeVar("M", bound=BaseModel)

_set = object.__setattr__  # past the check of assignments, as pydantic does when it copies


def own_copies(messages: Sequence[ChatMessage], *, mixed: bool) -> list[ChatMessage]:
    """Copies for one sample: clients add to the list they are given, and to the blocks of its messages.

    Args:
        messages: The conversation.
        mixed: Whether the switch holds LLMs of different classes. Then a turn with tool calls may come from
            another one than is now asked, and is put into words that both understand: arguments as an object,
            and the calls in blocks alone, without what the provider's own client had made of them beside.
    """
    return [_own_copy(message, mixed=mixed) for message in messages]


def _own_copy(message: ChatMessage, *, mixed: bool) -> ChatMessage:
    blocks = [_twin(block) for block in message.blocks]
    extra = {name: _shallow(value) for name, value in message.additional_kwargs.items()}
    if mixed and any(isinstance(block, ToolCallBlock) for block in blocks):
        blocks = [_plain(block) for block in blocks]
        extra.pop("tool_calls", None)
    return _twin(message, blocks=blocks, additional_kwargs=extra)


def _twin(model: M, **changed: Any) -> M:
    """As pydantic's `model_copy(update=changed)`, in half the time: every sample copies every message."""
    if model.__pydantic_extra__ or model.__pydantic_private__:
        return model.model_copy(update=changed)
    twin = object.__new__(type(model))
    _set(twin, "__dict__", {**model.__dict__, **changed})
    _set(twin, "__pydantic_fields_set__", model.__pydantic_fields_set__ | changed.keys())
    _set(twin, "__pydantic_extra__", model.__pydantic_extra__)
    _set(twin, "__pydantic_private__", None)
    return twin


def _plain(block: ContentBlock) -> ContentBlock:
    if isinstance(block, ToolCallBlock) and isinstance(block.tool_kwargs, str):
        block.tool_kwargs = arguments_of(block.tool_kwargs) or {}
    return block


def _shallow(value: Any) -> Any:
    return copy.copy(value) if isinstance(value, list | dict) else value


def question_of(messages: Sequence[ChatMessage]) -> str:
    """The question that answers are compared to: the last user message."""
    said = (message for message in reversed(messages) if message.role == MessageRole.USER)
    return next((message.content or "" for message in said), "")
