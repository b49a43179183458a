"""What a sample is asked for: a chat, a chat with tools, a completion; each by the LLM's own methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Protocol

from llama_index.core.base.llms.types import ChatMessage, ChatResponse
from llama_index.core.llms import LLM, CustomLLM
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.tools import BaseTool

from llamaindex_modelswitch._messages import own_copies, question_of
from llamaindex_modelswitch._native import chat_responses, completion_responses
from llamaindex_modelswitch._responses import Drawn, ended_early, reply_of
from modelswitch_core import ModelSwitchError, Reply, Switch
from modelswitch_core.drivers import on_thread


class Job(Protocol):
    """One call of the switch, to be performed once a sample."""

    @property
    def question(self) -> str:
        """The question, for readers that compare answers to it."""
        ...

    def fit(self, switch: Switch) -> Switch:
        """The settings under which this is done."""
        ...

    def ask(self, llm: LLM, n: int) -> Reply[Drawn]:
        """Performs a request for so many samples, blocking."""
        ...

    async def aask(self, llm: LLM, n: int) -> Reply[Drawn]:
        """Performs a request for so many samples on the running loop."""
        ...


@lru_cache(maxsize=256)
def _only_blocks(kind: type[LLM], way: str) -> bool:
    """Whether such an LLM's asynchronous way is the framework's, which only calls the blocking one.

    On the loop, samples would wait for one another, and no limit would hold.
    """
    return next(base for base in kind.__mro__ if way in vars(base)) is CustomLLM


@dataclass(frozen=True, slots=True)
class ChatJob:
    """A chat."""

    messages: Sequence[ChatMessage]
    kwargs: Mapping[str, Any]
    mixed: bool

    @property
    def question(self) -> str:
        """The last user message."""
        return question_of(self.messages)

    def fit(self, switch: Switch) -> Switch:
        """As the fields say."""
        return switch

    def ask(self, llm: LLM, n: int) -> Reply[Drawn]:
        """One request."""
        try:
            response = llm.chat(own_copies(self.messages, mixed=self.mixed), **self._options(n))
        except Exception as error:  # noqa: BLE001  # raised again unless it stands for a response
            return ended_early(error)
        return self._reply(llm, response, n)

    async def aask(self, llm: LLM, n: int) -> Reply[Drawn]:
        """One request."""
        try:
            messages, options = own_copies(self.messages, mixed=self.mixed), self._options(n)
            if _only_blocks(type(llm), "achat"):
                response = await on_thread(partial(llm.chat, messages, **options))
            else:
                response = await llm.achat(messages, **options)
        except Exception as error:  # noqa: BLE001  # raised again unless it stands for a response
            return ended_early(error)
        return self._reply(llm, response, n)

    def _options(self, n: int) -> dict[str, Any]:
        return {**self.kwargs, **({"n": n} if n > 1 else {})}

    def _reply(self, llm: LLM, response: ChatResponse, n: int) -> Reply[Drawn]:
        return reply_of(llm, chat_responses(llm, response) if n > 1 else [response])


@dataclass(frozen=True, slots=True)
class ToolUse:
    """Tools on offer, and how they may be called, as `chat_with_tools` was told."""

    tools: Sequence[BaseTool]
    allow_parallel_tool_calls: bool
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolsJob:
    """A chat with tools, which every LLM writes into the request in its own way."""

    messages: Sequence[ChatMessage]
    use: ToolUse
    kwargs: Mapping[str, Any]
    mixed: bool

    @property
    def question(self) -> str:
        """The last user message."""
        return question_of(self.messages)

    def fit(self, switch: Switch) -> Switch:
        """As the fields say."""
        return switch

    def ask(self, llm: LLM, n: int) -> Reply[Drawn]:
        """One request."""
        try:
            response = _with_tools(llm).chat_with_tools(**self._options(n))
        except Exception as error:  # noqa: BLE001  # raised again unless it stands for a response
            return ended_early(error)
        return self._reply(llm, response, n)

    async def aask(self, llm: LLM, n: int) -> Reply[Drawn]:
        """One request."""
        try:
            response = await _with_tools(llm).achat_with_tools(**self._options(n))
        except Exception as error:  # noqa: BLE001  # raised again unless it stands for a response
            return ended_early(error)
        return self._reply(llm, response, n)

    def _options(self, n: int) -> dict[str, Any]:
        return {
            **self.use.options,
            **self.kwargs,
            "tools": list(self.use.tools),
            "chat_history": own_copies(self.messages, mixed=self.mixed),
            "allow_parallel_tool_calls": self.use.allow_parallel_tool_calls,
            **({"n": n} if n > 1 else {}),
        }

    def _reply(self, llm: LLM, response: ChatResponse, n: int) -> Reply[Drawn]:
        if n == 1:
            return reply_of(llm, [response])
        # The client has held only its first choice to one call.
        checked = [
            _with_tools(llm)._validate_chat_with_tools_response(  # the framework's own hook
                each,
                self.use.tools,
                allow_parallel_tool_calls=self.use.allow_parallel_tool_calls,
            )
            for each in chat_responses(llm, response)
        ]
        return reply_of(llm, checked)


def _with_tools(llm: LLM) -> FunctionCallingLLM:
    if not isinstance(llm, FunctionCallingLLM):
        raise ModelSwitchError(
            f"llms holds {type(llm).__name__}, which takes no tools: see .metadata.is_function_calling_model"
        )
    return llm


@dataclass(frozen=True, slots=True)
class CompleteJob:
    """A completion."""

    prompt: str
    formatted: bool
    kwargs: Mapping[str, Any]

    @property
    def question(self) -> str:
        """The prompt."""
        return self.prompt

    def fit(self, switch: Switch) -> Switch:
        """As the fields say."""
        return switch

    def ask(self, llm: LLM, n: int) -> Reply[Drawn]:
        """One request."""
        try:
            response = llm.complete(self.prompt, formatted=self.formatted, **self._options(n))
        except Exception as error:  # noqa: BLE001  # raised again unless it stands for a response
            return ended_early(error)
        return reply_of(llm, completion_responses(response) if n > 1 else [response])

    async def aask(self, llm: LLM, n: int) -> Reply[Drawn]:
        """One request."""
        try:
            options = {"formatted": self.formatted, **self._options(n)}
            if _only_blocks(type(llm), "acomplete"):
                response = await on_thread(partial(llm.complete, self.prompt, **options))
            else:
                response = await llm.acomplete(self.prompt, **options)
        except Exception as error:  # noqa: BLE001  # raised again unless it stands for a response
            return ended_early(error)
        return reply_of(llm, completion_responses(response) if n > 1 else [response])

    def _options(self, n: int) -> dict[str, Any]:
        return {**self.kwargs, **({"n": n} if n > 1 else {})}
