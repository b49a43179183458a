"""A chat model whose stream is one chunk, sent when the whole response is there.

The framework streams a model by `_stream`, which is not told the run it belongs to, so a switch's samples
would lose their parent. This opens the run itself, as the framework does, lets the model generate (the cache
and the rate limiter included), and ends the run after the chunk has gone out: an event stream shows no chunk
of a run that is over.
"""

from __future__ import annotations

import asyncio
from abc import ABC
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from langchain_core.callbacks import (
    AsyncCallbackManager,
    AsyncCallbackManagerForLLMRun,
    CallbackManager,
    CallbackManagerForLLMRun,
)
from langchain_core.callbacks.manager import BaseRunManager
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.language_models._compat_bridge import message_to_events
from langchain_core.language_models._utils import _filter_invocation_params_for_tracing, _normalize_messages
from langchain_core.language_models.chat_models import (
    _format_for_tracing,
    _format_ls_structured_output,
    _generate_response_from_error,
)
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult, LLMResult
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import ensure_config
from langchain_core.tracers._streaming import _StreamingCallbackHandler

from langchain_modelswitch._messages import as_chunk

Manager = TypeVar("Manager", CallbackManager, AsyncCallbackManager)


@dataclass(frozen=True, slots=True)
class _Opening:
    """What a run is started with, and what is asked in it."""

    messages: list[BaseMessage]
    kwargs: dict[str, Any]
    invocation: dict[str, Any]
    options: dict[str, Any]
    config: RunnableConfig

    @property
    def start(self) -> dict[str, Any]:
        """Arguments of `on_chat_model_start` behind the model."""
        return {
            "messages": [_format_for_tracing(self.messages)],
            "invocation_params": self.invocation,
            "options": self.options,
            "name": self.config.get("run_name"),
            "run_id": self.config.get("run_id"),
            "batch_size": 1,
        }


class OneChunkChatModel(BaseChatModel, ABC):
    """See the module. Subclasses implement `_generate` and `_agenerate`, not `_stream` and `_astream`."""

    def stream(
        self,
        input: LanguageModelInput,  # noqa: A002  # the framework's name
        config: RunnableConfig | None = None,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> Iterator[AIMessageChunk]:
        """The response as one chunk."""
        opening = self._opening(input, config, stop, kwargs)
        manager = self._configured(CallbackManager, opening, stop)
        (run,) = manager.on_chat_model_start(self._serialized, **opening.start)
        try:
            made = self._generate_with_cache(
                _normalize_messages(opening.messages), stop=stop, run_manager=run, **opening.kwargs
            )
            chunk = _chunk_of(made)
            if not streams(run):  # those that only listen for tokens have it already
                run.on_llm_new_token(str(chunk.text), chunk=ChatGenerationChunk(message=chunk))
        except BaseException as error:
            run.on_llm_error(error, response=_error_result(error))
            raise
        try:
            yield chunk
        finally:
            run.on_llm_end(LLMResult(generations=[[*made.generations]]))

    async def astream(
        self,
        input: LanguageModelInput,  # noqa: A002  # the framework's name
        config: RunnableConfig | None = None,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[AIMessageChunk]:
        """The response as one chunk."""
        opening = self._opening(input, config, stop, kwargs)
        manager = self._configured(AsyncCallbackManager, opening, stop)
        (run,) = await manager.on_chat_model_start(self._serialized, **opening.start)
        try:
            made = await self._agenerate_with_cache(
                _normalize_messages(opening.messages), stop=stop, run_manager=run, **opening.kwargs
            )
            chunk = _chunk_of(made)
            if not streams(run):
                await run.on_llm_new_token(str(chunk.text), chunk=ChatGenerationChunk(message=chunk))
        except asyncio.CancelledError:
            raise  # the run was ended where the call was cancelled
        except BaseException as error:
            await run.on_llm_error(error, response=_error_result(error))
            raise
        try:
            yield chunk
        finally:
            await run.on_llm_end(LLMResult(generations=[[*made.generations]]))

    def _opening(
        self,
        given: LanguageModelInput,
        config: RunnableConfig | None,
        stop: list[str] | None,
        kwargs: dict[str, Any],
    ) -> _Opening:
        asked = dict(kwargs)
        structured = asked.pop("ls_structured_output_format", None)
        return _Opening(
            messages=self._convert_input(given).to_messages(),
            kwargs=asked,
            invocation=self._get_invocation_params(stop=stop, **asked),
            options={"stop": stop, **_format_ls_structured_output(structured)},
            config=ensure_config(config),
        )

    def _configured(self, manager: type[Manager], opening: _Opening, stop: list[str] | None) -> Manager:
        config = opening.config
        metadata = self._get_ls_params_with_defaults(stop=stop, **opening.kwargs)
        return manager.configure(
            config.get("callbacks"),
            self.callbacks,
            self.verbose,
            config.get("tags"),
            self.tags,
            {**(config.get("metadata") or {}), **metadata},
            self.metadata,
            langsmith_inheritable_metadata=_filter_invocation_params_for_tracing(opening.invocation),
        )

    # Handlers that stream graphs and events listen for tokens during `invoke` too; without one, they would
    # see nothing of the answer.

    def _generate_with_cache(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        made = super()._generate_with_cache(messages, stop=stop, run_manager=run_manager, **kwargs)
        if run_manager is not None and streams(run_manager):
            chunk = _chunk_of(made)
            run_manager.on_llm_new_token(str(chunk.text), chunk=ChatGenerationChunk(message=chunk))
        return made

    async def _agenerate_with_cache(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        try:
            made = await super()._agenerate_with_cache(messages, stop=stop, run_manager=run_manager, **kwargs)
        except asyncio.CancelledError as error:
            # The framework leaves the run of a cancelled call open for ever.
            if run_manager is not None:
                await run_manager.on_llm_error(error, response=LLMResult(generations=[]))
            raise
        if run_manager is not None and streams(run_manager):
            chunk = _chunk_of(made)
            await run_manager.on_llm_new_token(str(chunk.text), chunk=ChatGenerationChunk(message=chunk))
        return made

    # The framework's hooks for streams of typed events: those of one finished message.

    def _stream_chat_model_events(
        self, messages: list[BaseMessage], *, run_manager: CallbackManagerForLLMRun, **kwargs: Any
    ) -> Iterator[Any]:
        message = _message_of(self._generate(messages, run_manager=run_manager, **kwargs))
        yield from message_to_events(message, message_id=message.id)

    async def _astream_chat_model_events(
        self, messages: list[BaseMessage], *, run_manager: AsyncCallbackManagerForLLMRun, **kwargs: Any
    ) -> AsyncIterator[Any]:
        message = _message_of(await self._agenerate(messages, run_manager=run_manager, **kwargs))
        for event in message_to_events(message, message_id=message.id):
            yield event


def streams(run_manager: BaseRunManager) -> bool:
    """Whether somebody listens for the tokens of this run."""
    return any(isinstance(handler, _StreamingCallbackHandler) for handler in run_manager.handlers)


def _message_of(made: ChatResult) -> AIMessage:
    return cast("AIMessage", made.generations[0].message)


def _chunk_of(made: ChatResult) -> AIMessageChunk:
    return as_chunk(_message_of(made))


def _error_result(error: BaseException) -> LLMResult:
    return LLMResult(generations=[[*_generate_response_from_error(error)]])
