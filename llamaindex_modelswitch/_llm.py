"""A list of LLMs as one LLM."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Generator, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseAsyncGen,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseAsyncGen,
    CompletionResponseGen,
    MessageRole,
)
from llama_index.core.instrumentation.events.llm import (
    LLMStructuredPredictEndEvent,
    LLMStructuredPredictInProgressEvent,
    LLMStructuredPredictStartEvent,
)
from llama_index.core.llms import LLM
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.llms.llm import ToolSelection
from llama_index.core.prompts import BasePromptTemplate
from llama_index.core.tools import BaseTool
from llama_index.core.types import Model
from llama_index_instrumentation import get_dispatcher

from llamaindex_modelswitch._base import SwitchBase
from llamaindex_modelswitch._chosen import (
    aone_chunk,
    chat_chunk,
    chosen_chat,
    chosen_completion,
    chosen_object,
    completion_chunk,
    one_chunk,
    switch_result,
)
from llamaindex_modelswitch._jobs import ChatJob, CompleteJob, Job, ToolsJob, ToolUse
from llamaindex_modelswitch._listening import hear_nothing
from llamaindex_modelswitch._llms import shared, with_client, without_handlers
from llamaindex_modelswitch._reported import reported
from llamaindex_modelswitch._responses import Drawn
from llamaindex_modelswitch._structured import StructuredJob
from modelswitch_core import Reply, Request, SwitchOutcome, in_scope, run_in_tasks, run_in_threads

_TOOLS = "modelswitch_tools"
_dispatcher = get_dispatcher(__name__)


class ModelSwitchLLM(SwitchBase):
    """Several LLMs as one, usable wherever an LLM of LlamaIndex is.

    The first LLM is sampled a few times; if its answers agree, one of them is returned. If not, the next
    one is sampled too, and in the end a vote, weighted by how consistent each was, picks the answer
    (arXiv 2504.00762). What is returned is one of the drawn responses, its message unchanged;
    `switch_result(response)` says how it came about. Query engines, chat engines and agents keep only the
    text: there, `collect_switch_results()` gathers the results.

        switch = ModelSwitchLLM(
            llms=[OpenAI(model="gpt-4o-mini", temperature=1.0), GoogleGenAI(temperature=1.0)],
            answer="number",
        )
        with collect_switch_results() as results:
            print(index.as_query_engine(llm=switch).query("How many?"))
        print(results[-1])

    `raw["usage"]` holds the tokens of all requests, as far as the providers say, and `raw["response"]` what
    the chosen response had in `raw`. A `TokenCountingHandler` of the switch, or of LlamaIndex's global
    settings, counts that sum and not the samples once more. Structured outputs ask each LLM its own way and
    vote on the objects. A stream can only begin after the vote: it is one chunk.

    The fields that every door has are described at `SwitchFields`; those of LlamaIndex's LLMs, such as
    `system_prompt`, are the switch's own, and are not taken from its LLMs. `native_n` works for `OpenAI` and
    its heirs over chat completions; other LLMs are asked once a sample. GoogleGenAI makes an error of a
    response that was cut off or filtered: here that is a response that cannot be read, and `keep_truncated`
    cannot keep it, as its text is lost.

    Args:
        llms: In the order in which to ask. Put the stronger or the cheaper one first, and set a temperature
            of 0.7 or 1.0: LlamaIndex's default of 0.1 makes samples alike.

    Raises:
        pydantic.ValidationError: A field has a value it cannot have, or there is no such field; the message
            names it and says what to do.
    """

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex stores it."""
        return "ModelSwitchLLM"

    # --- sampling ---

    def _run(self, job: Job) -> tuple[SwitchOutcome[Drawn], str]:
        """How it ended, and the name under which that is returned."""
        settings = self._whole()._ready()
        outcome = run_in_threads(
            job.fit(settings.switch), partial(self._ask, job), question=job.question, limits=settings.limits
        )
        return outcome, settings.label

    async def _arun(self, job: Job) -> tuple[SwitchOutcome[Drawn], str]:
        settings = self._whole()._ready()
        outcome = await run_in_tasks(
            job.fit(settings.switch), partial(self._aask, job), question=job.question, limits=settings.limits
        )
        return outcome, settings.label

    def _ask(self, job: Job, request: Request) -> Reply[Drawn]:
        hear_nothing()
        return job.ask(with_client(self._llm(request)), len(request.draws))

    def _aask(self, job: Job, request: Request) -> Awaitable[Reply[Drawn]]:
        hear_nothing()
        llm = self._llm(request)
        asked = job.aask(llm, len(request.draws))
        return asked if _is_switch(type(llm)) else in_scope(_scope_class()(), asked)

    def _llm(self, request: Request) -> LLM:
        llm = self.llms[request.model]
        return without_handlers(llm, self.callback_manager.handlers, sums=_is_switch(type(llm)))

    @property
    def _mixed(self) -> bool:
        return len({type(llm) for llm in self.llms}) > 1

    # --- chat ---

    def _chat_job(self, messages: Sequence[ChatMessage], kwargs: Mapping[str, Any]) -> Job:
        options = {name: value for name, value in kwargs.items() if name != _TOOLS}
        use = kwargs.get(_TOOLS)
        if isinstance(use, ToolUse):
            return ToolsJob(messages, use, options, mixed=self._mixed)
        return ChatJob(messages, options, mixed=self._mixed)

    @reported(llm_chat_callback())
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """The chosen response to a conversation.

        Args:
            messages: The conversation.
            **kwargs: Passed on to every sample.
        """
        return chosen_chat(*self._run(self._chat_job(messages, kwargs)))

    @reported(llm_chat_callback())
    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """The chosen response to a conversation.

        Args:
            messages: The conversation.
            **kwargs: Passed on to every sample.
        """
        return chosen_chat(*await self._arun(self._chat_job(messages, kwargs)))

    @reported(llm_chat_callback())
    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        """The chosen response as one chunk: a stream can only begin after the vote.

        Args:
            messages: The conversation.
            **kwargs: Passed on to every sample.
        """
        chosen = chosen_chat(*self._run(self._chat_job(messages, kwargs)))
        return one_chunk(chat_chunk(chosen))

    @reported(llm_chat_callback())
    async def astream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseAsyncGen:
        """The chosen response as one chunk: a stream can only begin after the vote.

        Args:
            messages: The conversation.
            **kwargs: Passed on to every sample.
        """
        chosen = chosen_chat(*await self._arun(self._chat_job(messages, kwargs)))
        return aone_chunk(chat_chunk(chosen))

    # --- completion ---

    def _complete_job(self, prompt: str, kwargs: Mapping[str, Any], *, formatted: bool) -> Job:
        # Where the LLMs want prompts written differently, none can have been written for all of them.
        written = formatted and shared(self.llms, "completion_to_prompt") is not None
        return CompleteJob(prompt, formatted=written, kwargs=kwargs)

    @reported(llm_completion_callback())
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """The chosen completion of a prompt; each LLM is asked by its own `complete`.

        Args:
            prompt: The prompt.
            formatted: Whether it is already written as the LLMs want it.
            **kwargs: Passed on to every sample.
        """
        job = self._complete_job(prompt, kwargs, formatted=formatted)
        return chosen_completion(*self._run(job))

    @reported(llm_completion_callback())
    async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """The chosen completion of a prompt; each LLM is asked by its own `acomplete`.

        Args:
            prompt: The prompt.
            formatted: Whether it is already written as the LLMs want it.
            **kwargs: Passed on to every sample.
        """
        job = self._complete_job(prompt, kwargs, formatted=formatted)
        return chosen_completion(*await self._arun(job))

    @reported(llm_completion_callback())
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        """The chosen completion as one chunk: a stream can only begin after the vote.

        Args:
            prompt: The prompt.
            formatted: Whether it is already written as the LLMs want it.
            **kwargs: Passed on to every sample.
        """
        job = self._complete_job(prompt, kwargs, formatted=formatted)
        return one_chunk(completion_chunk(chosen_completion(*self._run(job))))

    @reported(llm_completion_callback())
    async def astream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseAsyncGen:
        """The chosen completion as one chunk: a stream can only begin after the vote.

        Args:
            prompt: The prompt.
            formatted: Whether it is already written as the LLMs want it.
            **kwargs: Passed on to every sample.
        """
        job = self._complete_job(prompt, kwargs, formatted=formatted)
        return aone_chunk(completion_chunk(chosen_completion(*await self._arun(job))))

    # --- tools: the framework's chat_with_tools family prepares a chat by this, and makes it ---

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
        if isinstance(user_msg, str):
            user_msg = ChatMessage(role=MessageRole.USER, content=user_msg)
        return {
            "messages": [*(chat_history or []), *([] if user_msg is None else [user_msg])],
            _TOOLS: ToolUse(
                tuple(tools), allow_parallel_tool_calls, {"verbose": verbose, "tool_required": tool_required}
            ),
            **kwargs,
        }

    def get_tool_calls_from_response(
        self, response: ChatResponse, error_on_no_tool_call: bool = True, **kwargs: Any
    ) -> list[ToolSelection]:
        """The tool calls of a response, as read by the LLM that gave it.

        Args:
            response: What this switch returned.
            error_on_no_tool_call: Whether a response without calls is an error.
            **kwargs: Passed on to the LLM.

        Raises:
            ValueError: There is no call, and that is an error.
        """
        result = switch_result(response)
        winner = self.llms[result.chosen.model if result is not None else 0]
        if isinstance(winner, FunctionCallingLLM):
            return winner.get_tool_calls_from_response(
                response, error_on_no_tool_call=error_on_no_tool_call, **kwargs
            )
        if error_on_no_tool_call:
            raise ValueError(f"{type(winner).__name__} gave this response, and takes no tools")
        return []

    # --- structured output ---

    def _structured_job(
        self,
        output_cls: type[Model],
        prompt: BasePromptTemplate,
        llm_kwargs: Mapping[str, Any] | None,
        prompt_args: Mapping[str, Any],
    ) -> StructuredJob:
        # Written once, so that every LLM is asked the same.
        messages = self._extend_messages(prompt.format_messages(llm=self, **prompt_args))
        _dispatcher.event(
            LLMStructuredPredictStartEvent(
                output_cls=output_cls, template=prompt, template_args=dict(prompt_args)
            )
        )
        return StructuredJob(
            output_cls,
            messages,
            llm_kwargs or {},
            mixed=self._mixed,
        )

    # As a chat, so that callbacks see one call with the tokens of all samples.

    @reported(llm_chat_callback())
    def _chat_for_object(self, messages: Sequence[ChatMessage], *, job: StructuredJob) -> ChatResponse:  # noqa: ARG002  # for the callbacks
        return chosen_object(*self._run(job))

    @reported(llm_chat_callback())
    async def _achat_for_object(self, messages: Sequence[ChatMessage], *, job: StructuredJob) -> ChatResponse:  # noqa: ARG002  # for the callbacks
        return chosen_object(*await self._arun(job))

    def structured_predict(
        self,
        output_cls: type[Model],
        prompt: BasePromptTemplate,
        llm_kwargs: dict[str, Any] | None = None,
        **prompt_args: Any,
    ) -> Model:
        """The chosen object of a pydantic class.

        Args:
            output_cls: The class.
            prompt: The prompt.
            llm_kwargs: Passed on to every sample.
            **prompt_args: What the prompt is filled with.

        Raises:
            Exception: What an LLM raised because of a response without such an object, where not one sample
                had one.
        """
        job = self._structured_job(output_cls, prompt, llm_kwargs, prompt_args)
        found: Model = self._chat_for_object(job.messages, job=job).raw["object"]
        _dispatcher.event(LLMStructuredPredictEndEvent(output=found))
        return found

    async def astructured_predict(
        self,
        output_cls: type[Model],
        prompt: BasePromptTemplate,
        llm_kwargs: dict[str, Any] | None = None,
        **prompt_args: Any,
    ) -> Model:
        """The chosen object of a pydantic class; see `structured_predict`."""
        job = self._structured_job(output_cls, prompt, llm_kwargs, prompt_args)
        found: Model = (await self._achat_for_object(job.messages, job=job)).raw["object"]
        _dispatcher.event(LLMStructuredPredictEndEvent(output=found))
        return found

    def stream_structured_predict(
        self,
        output_cls: type[Model],
        prompt: BasePromptTemplate,
        llm_kwargs: dict[str, Any] | None = None,
        **prompt_args: Any,
    ) -> Generator[Model, None, None]:
        """The chosen object, once and whole: a stream can only begin after the vote."""
        job = self._structured_job(output_cls, prompt, llm_kwargs, prompt_args)
        found: Model = self._chat_for_object(job.messages, job=job).raw["object"]
        _dispatcher.event(LLMStructuredPredictInProgressEvent(output=found))
        _dispatcher.event(LLMStructuredPredictEndEvent(output=found))
        return one_chunk(found)

    async def astream_structured_predict(
        self,
        output_cls: type[Model],
        prompt: BasePromptTemplate,
        llm_kwargs: dict[str, Any] | None = None,
        **prompt_args: Any,
    ) -> AsyncGenerator[Model, None]:
        """The chosen object, once and whole: a stream can only begin after the vote."""
        job = self._structured_job(output_cls, prompt, llm_kwargs, prompt_args)
        found: Model = (await self._achat_for_object(job.messages, job=job)).raw["object"]
        _dispatcher.event(LLMStructuredPredictInProgressEvent(output=found))
        _dispatcher.event(LLMStructuredPredictEndEvent(output=found))
        return aone_chunk(found)


@lru_cache(maxsize=256)
def _is_switch(kind: type[LLM]) -> bool:
    return issubclass(kind, ModelSwitchLLM)


@cache
def _scope_class() -> type[Any]:
    """What `anyio.CancelScope()` makes on a loop of asyncio; it looks for the kind of loop each time."""
    from anyio import CancelScope  # which the clients import too, but not before they are made

    return type(CancelScope())
