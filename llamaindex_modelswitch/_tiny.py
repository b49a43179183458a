"""The tiny models of our own as LLMs, so that query engines run offline."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
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
)
from llama_index.core.llms import LLM
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback
from pydantic import ConfigDict, Field, PrivateAttr

from llamaindex_modelswitch._messages import question_of
from modelswitch_core import OptionError
from modelswitch_core.tiny import (
    CONTEXT_TOKENS,
    LONGEST_ANSWER_TOKENS,
    Task,
    TinyAnswer,
    TinyDraws,
    TinyModel,
)


class TinyLLM(LLM):
    """A tiny language model of our own as an LLM: arithmetic in words, offline, often right.

        TinyLLM(model="sums").complete("What is 417 − 58?").text

    It answers the last user message, and looks at nothing before it; of a text, the last arithmetic in it.
    It takes no tools. A token is a character: of all messages in, of the answer out. `temperature` and `seed`
    can also be given at a call. A stream is one chunk.

    Args:
        model: "sums" (default), "differences" or "products": what it is best at. All three do all of it, see
            `TinyModel.load(…).card`. The model's name is then "tiny-sums".
        temperature: 1.0, the default, samples from what it learned; 0 takes the likeliest character each
            time.
        seed: At least 0: the n-th draw of the same question from this object is the same in every process.
            None, the default: new answers every time.

    Raises:
        pydantic.ValidationError: A field has a value it cannot have.
    """

    model_config = ConfigDict(extra="forbid")

    model: Task = "sums"
    temperature: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    seed: int | None = Field(default=None, ge=0)

    # Copies share it: a switch may ask a copy, and the draws of one seed must differ there too.
    _draws: TinyDraws = PrivateAttr(default_factory=TinyDraws)

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex writes it down."""
        return "TinyLLM"

    @property
    def metadata(self) -> LLMMetadata:
        """What it can do."""
        return LLMMetadata(
            model_name=f"tiny-{self.model}",
            context_window=CONTEXT_TOKENS,
            num_output=LONGEST_ANSWER_TOKENS,
            is_chat_model=True,
            is_function_calling_model=False,
        )

    @llm_chat_callback()
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """Answers the last user message."""
        return self._chat(messages, kwargs)

    @llm_chat_callback()
    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """Answers the last user message, beside the running loop."""
        return await asyncio.to_thread(self._chat, messages, kwargs)

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Answers the last arithmetic of a text."""
        return self._complete(prompt, kwargs, formatted=formatted)

    @llm_completion_callback()
    async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Answers the last arithmetic of a text, beside the running loop."""
        return await asyncio.to_thread(self._complete, prompt, kwargs, formatted=formatted)

    @llm_chat_callback()
    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        """The same as one chunk."""

        def chunks() -> ChatResponseGen:
            response = self._chat(messages, kwargs)
            yield response.model_copy(update={"delta": response.message.content})

        return chunks()

    @llm_chat_callback()
    async def astream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseAsyncGen:
        """The same as one chunk."""

        async def chunks() -> ChatResponseAsyncGen:
            response = await asyncio.to_thread(self._chat, messages, kwargs)
            yield response.model_copy(update={"delta": response.message.content})

        return chunks()

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        """The same as one chunk."""

        def chunks() -> CompletionResponseGen:
            response = self._complete(prompt, kwargs, formatted=formatted)
            yield response.model_copy(update={"delta": response.text})

        return chunks()

    @llm_completion_callback()
    async def astream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseAsyncGen:
        """The same as one chunk."""

        async def chunks() -> CompletionResponseAsyncGen:
            response = await asyncio.to_thread(self._complete, prompt, kwargs, formatted=formatted)
            yield response.model_copy(update={"delta": response.text})

        return chunks()

    def _chat(self, messages: Sequence[ChatMessage], kwargs: dict[str, Any]) -> ChatResponse:
        answer = self._answer(question_of(messages), kwargs)
        sent = sum(len(message.content or "") for message in messages)
        message = ChatMessage(role=MessageRole.ASSISTANT, content=answer.text)
        return ChatResponse(message=message, raw=self._raw(answer, sent))

    def _complete(self, prompt: str, kwargs: dict[str, Any], *, formatted: bool) -> CompletionResponse:
        if not formatted and self.completion_to_prompt is not None:
            prompt = self.completion_to_prompt(prompt)
        answer = self._answer(prompt, kwargs)
        return CompletionResponse(text=answer.text, raw=self._raw(answer, len(prompt)))

    def _answer(self, question: str, kwargs: dict[str, Any]) -> TinyAnswer:
        options: dict[str, Any] = {"temperature": self.temperature, "seed": self.seed}
        unknown = sorted(kwargs.keys() - options.keys())
        if unknown:
            raise OptionError(
                f"{unknown[0]}={kwargs[unknown[0]]!r} is nothing TinyLLM takes: {', '.join(options)}"
            )
        return self._draws.answer(self.model, question, samples=1, **{**options, **kwargs})[0]

    def _raw(self, answer: TinyAnswer, sent: int) -> dict[str, Any]:
        model = TinyModel.load(self.model)
        return {
            "model": model.name,
            "about": model.card["about"],
            "parameters": model.network.parameters,
            "finish_reason": answer.finish,
            "written": answer.written,
            "usage": {
                "prompt_tokens": sent,
                "completion_tokens": answer.output_tokens,
                "total_tokens": sent + answer.output_tokens,
            },
        }
