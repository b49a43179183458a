"""LlamaIndex's responses into the core's words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from llama_index.core.base.llms.types import ChatResponse, CompletionResponse, ToolCallBlock
from llama_index.core.llms import LLM
from llama_index.core.llms.function_calling import FunctionCallingLLM
from pydantic import BaseModel

from modelswitch_core import (
    FinishReason,
    NoChoicesError,
    Reply,
    Response,
    Sampled,
    ToolCall,
    Usage,
    finish_reason,
)

_REASONS = ("finish_reason", "stop_reason", "stopReason", "done_reason")
_INPUT = ("prompt_tokens", "input_tokens", "prompt_token_count")
_OUTPUT = ("completion_tokens", "output_tokens", "candidates_token_count")
_TOTAL = ("total_tokens", "total_token_count")
_THOUGHT = ("thoughts_token_count",)

# How GoogleGenAI tells of a response that did not end by itself: as an error, without what was said.
_ENDED_EARLY = "Response was terminated early: "


class Drawn(NamedTuple):
    """One sample as LlamaIndex gave it.

    Args:
        response: The response; None where the client made an error of it, or only an object came back.
        parsed: The object, under structured output.
        error: What the client raised although the provider had answered. It is raised again if this sample is
            all there is to return.
    """

    response: ChatResponse | CompletionResponse | None = None
    parsed: BaseModel | None = None
    error: Exception | None = None


def reply_of(llm: LLM, responses: Sequence[ChatResponse | CompletionResponse]) -> Reply[Drawn]:
    """What a request brought: one response, or several, each of which carries the usage of all."""
    return Reply(
        [Sampled(response_of(llm, response), Drawn(response)) for response in responses],
        usage_of(responses[0]) if responses else None,
    )


def ended_early(error: Exception) -> Reply[Drawn]:
    """The sample behind an error that stands for a response cut off or filtered.

    Raises:
        NoChoicesError: The client took the first of no choices.
        Exception: The error itself, where it stands for no response.
    """
    if isinstance(error, IndexError):
        raise NoChoicesError("the provider returned no choice") from error
    said = str(error)
    if not (isinstance(error, RuntimeError) and said.startswith(_ENDED_EARLY)):
        raise error
    reason = said.removeprefix(_ENDED_EARLY).split(" ", 1)[0]
    known = finish_reason([reason])
    finish: FinishReason = "content_filter" if known in (None, "stop") else known
    return Reply([Sampled(Response("", finish=finish), Drawn(error=error))])


def response_of(llm: LLM, response: ChatResponse | CompletionResponse) -> Response:
    """What the core reads of a response: its text without reasoning blocks, its tool calls, its end."""
    finish = _finish(response)
    if not isinstance(response, ChatResponse):
        return Response(response.text, finish=finish)
    return Response(response.message.content or "", tuple(_calls(llm, response)), finish)


def _calls(llm: LLM, response: ChatResponse) -> Iterator[ToolCall]:
    message = response.message
    blocks = [block for block in message.blocks if isinstance(block, ToolCallBlock)]
    if blocks:
        for block in blocks:
            arguments = arguments_of(block.tool_kwargs)
            # A call whose arguments are no object cannot be made, so it is no answer.
            if arguments is not None:
                yield ToolCall(name=block.tool_name, arguments=arguments)
    elif message.additional_kwargs.get("tool_calls") and isinstance(llm, FunctionCallingLLM):
        # An integration older than the blocks; only it knows how it writes calls.
        for call in llm.get_tool_calls_from_response(response, error_on_no_tool_call=False):
            yield ToolCall(name=call.tool_name, arguments=call.tool_kwargs)


def arguments_of(written: Mapping[str, Any] | str) -> dict[str, Any] | None:
    """A call's arguments, which some integrations leave as JSON; None where they are no object."""
    if not isinstance(written, str):
        return dict(written)
    try:
        arguments = json.loads(written or "{}")
    except ValueError:
        return None
    return arguments if isinstance(arguments, dict) else None


def _finish(response: ChatResponse | CompletionResponse) -> FinishReason | None:
    # A choice of OpenAI's shape; other providers say it at the top.
    raw = response.raw
    if "modelswitch" in response.additional_kwargs:
        raw = _get(raw, "response") or raw
    choices = _get(raw, "choices")
    top = choices[0] if isinstance(choices, list | Sequence) and choices else raw
    if _get(_get(top, "message"), "refusal"):
        return "refusal"
    # A provider has one name for it. Asking its object for what it does not have costs more than reading it.
    for key in _REASONS:
        if reason := _get(top, key):
            return finish_reason([str(getattr(reason, "value", reason))])
    return None


def usage_of(response: ChatResponse | CompletionResponse) -> Usage | None:
    """The tokens of the request behind a response, where it says."""
    raw = response.raw
    said = _usage(_get(raw, "usage")) or _usage(_get(raw, "usage_metadata"))
    return said or _usage(response.additional_kwargs)


def _usage(counts: Any) -> Usage | None:
    if counts is None:
        return None
    sent, made = _count(counts, _INPUT), _count(counts, _OUTPUT)
    if sent is None and made is None:
        return None
    total = _count(counts, _TOTAL)
    sent, made = sent or 0, made or 0
    if total != sent + made:
        # Gemini counts what it thought apart from what it said; it is paid for like the rest. Where the total
        # is there without it, it is among the rest.
        made += _count(counts, _THOUGHT) or 0
    return Usage(input_tokens=sent, output_tokens=made, total_tokens=sent + made if total is None else total)


def _count(counts: Any, keys: Sequence[str]) -> int | None:
    for key in keys:
        count = _get(counts, key)
        if isinstance(count, int) and count >= 0:
            return count
    return None


def _get(value: Any, key: str) -> Any:
    if value is None:
        return None
    of_keys = _is_mapping(type(value))  # type: ignore[arg-type]  # mypy takes a class for unhashable
    return value.get(key) if of_keys else getattr(value, key, None)


@lru_cache(maxsize=256)
def _is_mapping(kind: type) -> bool:
    """Remembered, as it is asked ten times a response, and each time of the same few classes."""
    return issubclass(kind, Mapping)
