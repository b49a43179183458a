"""LLMs for tests in which only the callers matter: each answers by a function or from a script."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseAsyncGen,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseAsyncGen,
    CompletionResponseGen,
    LLMMetadata,
    MessageRole,
    ToolCallBlock,
)
from llama_index.core.llms import LLM
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.llms.llm import ToolSelection
from llama_index.core.tools import BaseTool
from pydantic import Field, PrivateAttr


@dataclass(frozen=True)
class Asked:
    """One request as a double got it."""

    messages: list[ChatMessage]
    tools: tuple[BaseTool, ...]
    kwargs: dict[str, Any]

    @property
    def text(self) -> str:
        """All that was said to it."""
        return "\n".join(message.content or "" for message in self.messages)

    @property
    def last(self) -> str:
        """What was said last."""
        return self.messages[-1].content or ""


Said = str | ChatMessage | Exception
Respond = Callable[[Asked], Said]


def scripted(answers: Iterable[Said]) -> Respond:
    """Gives these answers in order; one request more is an error."""
    left = iter(answers)
    lock = threading.Lock()

    def respond(_: Asked) -> Said:
        with lock:
            return next(left, AssertionError("the script is exhausted"))

    return respond


def cycled(*answers: Said) -> Respond:
    """Gives these answers over and over."""
    return scripted(itertools.cycle(answers))


def calling(name: str, /, **arguments: Any) -> ChatMessage:
    """A message that calls a tool."""
    block = ToolCallBlock(tool_call_id=f"call-{name}", tool_name=name, tool_kwargs=arguments)
    return ChatMessage(role=MessageRole.ASSISTANT, blocks=[block])


class ChatLLM(LLM):
    """A chat model without function calling. Every request costs three tokens in and two out."""

    respond: Respond = Field(exclude=True)
    model: str = "double"
    temperature: float = 1.0
    max_tokens: int = 64
    context_window: int = 4096
    chat_model: bool = True

    _asked: list[Asked] = PrivateAttr(default_factory=list)

    @classmethod
    def class_name(cls) -> str:
        return "ChatLLM"

    @property
    def asked(self) -> list[Asked]:
        """The requests so far."""
        return self._asked

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(
            model_name=self.model,
            context_window=self.context_window,
            num_output=self.max_tokens,
            is_chat_model=self.chat_model,
            is_function_calling_model=isinstance(self, FunctionCallingLLM),
        )

    def _answer(self, messages: Sequence[ChatMessage], kwargs: dict[str, Any]) -> ChatResponse:
        rest = {name: value for name, value in kwargs.items() if name != "tools"}
        asked = Asked(list(messages), tuple(kwargs.get("tools") or ()), rest)
        self._asked.append(asked)
        said = self.respond(asked)
        if isinstance(said, Exception):
            raise said
        message = said if isinstance(said, ChatMessage) else ChatMessage(role="assistant", content=said)
        return ChatResponse(
            message=message.model_copy(deep=True),
            raw={"usage": {"prompt_tokens": 3, "completion_tokens": 2}, "said_by": self.model},
        )

    @llm_chat_callback()
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        return self._answer(messages, kwargs)

    @llm_chat_callback()
    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        return self._answer(messages, kwargs)

    @llm_chat_callback()
    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        raise AssertionError("a switch samples whole responses")

    @llm_chat_callback()
    async def astream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseAsyncGen:
        raise AssertionError("a switch samples whole responses")

    def _completion(self, prompt: str, kwargs: dict[str, Any], *, formatted: bool) -> CompletionResponse:
        if not formatted and self.completion_to_prompt is not None:
            prompt = self.completion_to_prompt(prompt)
        response = self._answer([ChatMessage(role="user", content=prompt)], kwargs)
        return CompletionResponse(text=response.message.content or "", raw=response.raw)

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return self._completion(prompt, kwargs, formatted=formatted)

    @llm_completion_callback()
    async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return self._completion(prompt, kwargs, formatted=formatted)

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        raise AssertionError("a switch samples whole responses")

    @llm_completion_callback()
    async def astream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseAsyncGen:
        raise AssertionError("a switch samples whole responses")


class ToolLLM(ChatLLM, FunctionCallingLLM):
    """The same with function calling."""

    @classmethod
    def class_name(cls) -> str:
        return "ToolLLM"

    def _prepare_chat_with_tools(
        self,
        tools: Sequence[BaseTool],
        user_msg: str | ChatMessage | None = None,
        chat_history: list[ChatMessage] | None = None,
        verbose: bool = False,
        allow_parallel_tool_calls: bool = False,
        tool_required: bool = False,
        **kwargs: Any,
    ) -> dict[str, Any]:
        # As OpenAI's client does, which changes the history it is given.
        messages = chat_history or []
        if user_msg:
            messages.append(ChatMessage(user_msg) if isinstance(user_msg, str) else user_msg)
        return {"messages": messages, "tools": tools, "tool_required": tool_required, **kwargs}

    def get_tool_calls_from_response(
        self, response: ChatResponse, error_on_no_tool_call: bool = True, **kwargs: Any
    ) -> list[ToolSelection]:
        calls = [block for block in response.message.blocks if isinstance(block, ToolCallBlock)]
        if not calls and error_on_no_tool_call:
            raise ValueError("no tool call")
        return [
            ToolSelection(
                tool_id=f"{self.model}:{call.tool_call_id}",
                tool_name=call.tool_name,
                tool_kwargs=dict(call.tool_kwargs) if not isinstance(call.tool_kwargs, str) else {},
            )
            for call in calls
        ]


def pair(first: Respond, second: Respond, *, tools: bool = True) -> list[ChatLLM]:
    """Two models, "a" and "b"."""
    kind = ToolLLM if tools else ChatLLM
    return [kind(respond=first, model="a"), kind(respond=second, model="b")]


def user(text: str) -> list[ChatMessage]:
    """A conversation of one message."""
    return [ChatMessage(role=MessageRole.USER, content=text)]


def texts_of(chunks: Iterator[Any]) -> list[str]:
    """What the chunks of a stream bring."""
    return [chunk if isinstance(chunk, str) else chunk.delta for chunk in chunks]
