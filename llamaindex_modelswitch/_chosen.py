"""The chosen response on its way out: the sample as it was, with what the whole switch used and found."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import Any, TypeVar

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    MessageRole,
    ThinkingBlock,
)
from pydantic import BaseModel
from pydantic_core import to_json

from llamaindex_modelswitch._responses import Drawn
from modelswitch_core import SwitchOutcome, SwitchResult, Usage

T = TypeVar("T")

RESULT_KEY = "modelswitch"


def chosen_chat(outcome: SwitchOutcome[Drawn], label: str) -> ChatResponse:
    """The chosen response of a chat.

    Raises:
        Exception: What the client raised, where not one sample could be read and this is the first.
    """
    drawn = outcome.raw
    if drawn.error is not None:
        raise drawn.error
    assert isinstance(drawn.response, ChatResponse)
    return ChatResponse(
        message=drawn.response.message,
        logprobs=drawn.response.logprobs,
        raw=_raw(outcome.result.usage, label, drawn.response.raw),
        additional_kwargs=_additional(drawn.response.additional_kwargs, outcome.result),
    )


def chosen_completion(outcome: SwitchOutcome[Drawn], label: str) -> CompletionResponse:
    """The chosen response of a completion.

    Raises:
        Exception: What the client raised, where not one sample could be read and this is the first.
    """
    drawn = outcome.raw
    if drawn.error is not None:
        raise drawn.error
    assert isinstance(drawn.response, CompletionResponse)
    return CompletionResponse(
        text=drawn.response.text,
        logprobs=drawn.response.logprobs,
        raw=_raw(outcome.result.usage, label, drawn.response.raw),
        additional_kwargs=_additional(drawn.response.additional_kwargs, outcome.result),
    )


def chosen_object(outcome: SwitchOutcome[Drawn], label: str) -> ChatResponse:
    """The chosen object, written as a response; `raw["object"]` is the object itself.

    Raises:
        Exception: What the client raised, where not one sample could be read and this is the first.
    """
    drawn = outcome.raw
    if drawn.error is not None:
        raise drawn.error
    assert drawn.parsed is not None
    behind = drawn.response
    written = to_json(drawn.parsed, fallback=str, inf_nan_mode="constants").decode(errors="replace")
    raw = _raw(outcome.result.usage, label, None if behind is None else behind.raw)
    return ChatResponse(
        message=ChatMessage(role=MessageRole.ASSISTANT, content=written),
        raw={**raw, "object": drawn.parsed},
        additional_kwargs=_additional({} if behind is None else behind.additional_kwargs, outcome.result),
    )


def _raw(usage: Usage | None, label: str, chosen: Any) -> dict[str, Any]:
    # Plain data, as agents put it into their events, and usage where token counters look for it.
    # What a provider has put where it does not belong is no reason to warn, with its text in the warning.
    plain = chosen.model_dump(warnings=False) if isinstance(chosen, BaseModel) else chosen
    return {**({} if usage is None else {"usage": _counts(usage)}), "model": label, "response": plain}


def _additional(chosen: dict[str, Any], result: SwitchResult) -> dict[str, Any]:
    kept = dict(chosen)
    # Clients repeat the counts of their one request here, for tracers that look nowhere else.
    for name in ("prompt_tokens", "completion_tokens", "total_tokens"):
        kept.pop(name, None)
    counts = {} if result.usage is None else _counts(result.usage)
    return {**kept, **counts, RESULT_KEY: result.model_dump(mode="json")}


def _counts(usage: Usage) -> dict[str, int]:
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
    }


def switch_result(response: ChatResponse | CompletionResponse) -> SwitchResult | None:
    """How the switch came to this response; None where it is not a switch's.

    A query engine, a chat engine or an agent keeps only the text; there, use `collect_switch_results`.

    Args:
        response: What `ModelSwitchLLM` returned, also after a round trip through JSON.

    Raises:
        TypeError: It is no response of an LLM.
        pydantic.ValidationError: The response carries something else under the switch's name.
    """
    if not isinstance(response, ChatResponse | CompletionResponse):
        raise TypeError(
            f"switch_result takes the ChatResponse or CompletionResponse of a ModelSwitchLLM, not "
            f"{type(response).__name__}; where an engine keeps only the text, use collect_switch_results()"
        )
    found = response.additional_kwargs.get(RESULT_KEY)
    return None if found is None else SwitchResult.model_validate_json(to_json(found))


def chat_chunk(response: ChatResponse) -> ChatResponse:
    """The response as the one chunk of a stream."""
    thoughts = [block.content for block in response.message.blocks if isinstance(block, ThinkingBlock)]
    thought = "\n".join(filter(None, thoughts))
    extra = {"thinking_delta": thought} if thought else {}
    return response.model_copy(
        update={
            "delta": response.message.content or "",
            "additional_kwargs": {**response.additional_kwargs, **extra},
        }
    )


def completion_chunk(response: CompletionResponse) -> CompletionResponse:
    """The response as the one chunk of a stream."""
    return response.model_copy(update={"delta": response.text})


def one_chunk(chunk: T) -> Generator[T, None, None]:
    """A stream of one chunk."""
    yield chunk


async def aone_chunk(chunk: T) -> AsyncGenerator[T, None]:
    """A stream of one chunk."""
    yield chunk
