"""The messages each sample gets: its own copies, in words that every provider's client understands."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from llama_index.core.base.llms.types import ChatMessage, ContentBlock, MessageRole, ToolCallBlock

from llamaindex_modelswitch._responses import arguments_of

_CHANGEABLE = (list, dict)


def own_copies(messages: Sequence[ChatMessage], *, mixed: bool) -> list[ChatMessage]:
    """Copies for one sample: clients add to the list they are given, and to the blocks of its messages.

    Down to the lists and dictionaries of a block, such as a tool call's arguments; what these hold is shared.

    Args:
        messages: The conversation.
        mixed: Whether the switch holds LLMs of different classes. Then a turn with tool calls may come from
            another one than is now asked, and is put into words that both understand: arguments as an object,
            and the calls in blocks alone, without what the provider's own client had made of them beside.
    """
    return [_own_copy(message, mixed=mixed) for message in messages]


def _own_copy(message: ChatMessage, *, mixed: bool) -> ChatMessage:
    blocks = [_own_block(block) for block in message.blocks]
    extra = {
        name: copy.copy(value) if isinstance(value, _CHANGEABLE) else value
        for name, value in message.additional_kwargs.items()
    }
    if mixed and any(isinstance(block, ToolCallBlock) for block in blocks):
        blocks = [_plain(block) for block in blocks]
        extra.pop("tool_calls", None)
    return message.model_copy(update={"blocks": blocks, "additional_kwargs": extra})


def _own_block(block: ContentBlock) -> ContentBlock:
    own = block.model_copy()
    values = vars(own)  # past the check of assignments, and past the note that a field was set
    for name, value in values.items():
        if isinstance(value, _CHANGEABLE):
            values[name] = copy.copy(value)
    return own


def _plain(block: ContentBlock) -> ContentBlock:
    if isinstance(block, ToolCallBlock) and isinstance(block.tool_kwargs, str):
        block.tool_kwargs = arguments_of(block.tool_kwargs) or {}
    return block


def question_of(messages: Sequence[ChatMessage]) -> str:
    """The question that answers are compared to: the last user message."""
    said = (message for message in reversed(messages) if message.role == MessageRole.USER)
    return next((message.content or "" for message in said), "")
