"""A request as both protocols mean it, read out of the provider's JSON only when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

ProtocolName = Literal["openai", "gemini"]
ToolUse = Literal["auto", "required", "none"]
Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation.

    Args:
        role: Who speaks; "tool" for the result of a call.
        text: Its text parts, joined by new lines; the result, for a tool.
        called: The names of the tools that an assistant's message calls.
    """

    role: Role
    text: str
    called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool on offer: its name, what it is for, and the JSON schema of its arguments."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """What is asked, in the words both protocols share.

    Args:
        turns: The conversation, system messages included.
        tools: The tools on offer; where the request narrows them to some names, only those.
        tool_use: May a tool be called, must one be, or must none be.
        schema: The JSON schema that the answer has to satisfy, where one was sent.
        json_only: The answer has to be JSON, with or without a schema.
        stop: The sequences before which the answer ends.
        max_tokens: The most tokens of the answer; None: no limit was sent.
    """

    turns: tuple[Turn, ...]
    tools: tuple[Tool, ...] = ()
    tool_use: ToolUse = "auto"
    schema: Mapping[str, Any] | None = None
    json_only: bool = False
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None


@dataclass(frozen=True, kw_only=True)
class WireRequest:
    """One request for an answer.

    Args:
        protocol: The provider whose protocol it came in.
        model: The model's name as the client sent it.
        index: Which request for this model it is, from 0, counted since the model was last configured.
        body: The parsed JSON, as it came.
        n: How many choices are asked for.
        streaming: Whether the client wants events.
        read_chat: The protocol's reader of the body.
    """

    protocol: ProtocolName
    model: str
    index: int
    body: Mapping[str, Any]
    n: int
    streaming: bool
    read_chat: Callable[[Mapping[str, Any]], Chat]

    @cached_property
    def chat(self) -> Chat:
        """The conversation and the options. Read late, because a fixed answer under load needs none of it."""
        return self.read_chat(self.body)

    @cached_property
    def last_user_text(self) -> str:
        """The text of the last user message, or "" where there is none."""
        return next((turn.text for turn in reversed(self.chat.turns) if turn.role == "user"), "")
