"""LangChain's messages into the core's words, and the chosen one back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

from langchain_core.callbacks.manager import BaseRunManager
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.messages.ai import UsageMetadata, add_usage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.utils.utils import LC_ID_PREFIX

from modelswitch_core import (
    FinishReason,
    Response,
    SwitchOutcome,
    SwitchResult,
    ToolCall,
    Usage,
    finish_reason,
)

RESULT_KEY = "modelswitch"
# Where the chosen model is a switch itself, its own result stays under this name.
INNER_KEY = "modelswitch_inner"


def response_of(generation: ChatGeneration) -> Response:
    """What the core reads of a message: its text without reasoning blocks, its tool calls, its end."""
    message = generation.message
    text = str(message.text)
    if not isinstance(message, AIMessage):
        return Response(text)
    calls = tuple(ToolCall(name=call["name"], arguments=call["args"]) for call in message.tool_calls)
    return Response(text, tool_calls=calls, finish=_finish(generation, message))


def _finish(generation: ChatGeneration, message: AIMessage) -> FinishReason | None:
    if message.additional_kwargs.get("refusal"):
        return "refusal"
    said: dict[str, Any] = {**(generation.generation_info or {}), **message.response_metadata}
    incomplete = said.get("incomplete_details")
    reasons = (
        said.get("finish_reason"),
        said.get("stop_reason"),
        said.get("done_reason"),
        incomplete.get("reason") if isinstance(incomplete, Mapping) else None,
    )
    return finish_reason(reasons)


def usage_metadata_of(generations: Sequence[ChatGeneration]) -> UsageMetadata | None:
    """The usage of a whole request: with several samples in one, each repeats it, so one speaks for all."""
    for generation in generations:
        usage: UsageMetadata | None = getattr(generation.message, "usage_metadata", None)
        if usage is not None:
            return usage
    return None


def usage_of(generations: Sequence[ChatGeneration]) -> Usage | None:
    """The same for the core."""
    usage = usage_metadata_of(generations)
    if usage is None:
        return None
    return Usage(
        input_tokens=usage.get("input_tokens", 0),
        output_tokens=usage.get("output_tokens", 0),
        total_tokens=usage.get("total_tokens", 0),
    )


def question_of(messages: Sequence[BaseMessage]) -> str:
    """The question that answers are compared to: the last human message."""
    human = next((message for message in reversed(messages) if isinstance(message, HumanMessage)), None)
    return "" if human is None else str(human.text)


def chosen_message(
    generation: ChatGeneration,
    result: SwitchResult,
    usages: Iterable[UsageMetadata | None],
    *,
    model_name: str,
    run_id: str | None,
) -> AIMessage:
    """The chosen response, with what the whole switch used and how it came about."""
    chosen = generation.message
    message = AIMessage.model_validate(
        {
            **{name: value for name, value in chosen.__dict__.items() if name in AIMessage.model_fields},
            "type": "ai",
        }
    )
    message.usage_metadata = _summed([usage for usage in usages if usage is not None])
    said: dict[str, Any] = {**(generation.generation_info or {}), **chosen.response_metadata}
    if RESULT_KEY in said:
        said[INNER_KEY] = {key: said.pop(key) for key in (RESULT_KEY, INNER_KEY) if key in said}
    message.response_metadata = {
        **said,
        "model_name": model_name,
        RESULT_KEY: result.model_dump(mode="json"),
    }
    # The id names this run, not the sample's, so that streamed and final messages are known for the same.
    # One that a provider gave stays: follow-up requests may refer to it.
    if message.id is None or message.id.startswith(("run-", "lc_run-")):
        message.id = run_id
    return message


def chat_result(
    outcome: SwitchOutcome[ChatGeneration], label: str, run_manager: BaseRunManager | None
) -> ChatResult:
    """The end of a run as the framework takes it.

    Args:
        outcome: Of the run.
        label: The switch's name as a model.
        run_manager: The switch's own run; None without one.
    """
    message = chosen_message(
        outcome.raw,
        outcome.result,
        [usage_metadata_of([sampled.raw for sampled in reply.samples]) for reply in outcome.replies],
        model_name=label,
        run_id=None if run_manager is None else f"{LC_ID_PREFIX}-{run_manager.run_id}",
    )
    return ChatResult(generations=[ChatGeneration(message=message)])


def _summed(usages: Sequence[UsageMetadata]) -> UsageMetadata | None:
    if not usages:
        return None
    total = reduce(add_usage, usages)
    # The framework marks a response from a cache with "total_cost": 0; true of the sum only if all have it.
    if not all("total_cost" in usage for usage in usages):
        total.pop("total_cost", None)  # type: ignore[typeddict-item]  # no field of the declared type
    return total


def as_chunk(message: AIMessage) -> AIMessageChunk:
    """The message as the one chunk of a stream."""
    return AIMessageChunk(
        content=message.content,
        additional_kwargs=message.additional_kwargs,
        response_metadata=message.response_metadata,
        name=message.name,
        id=message.id,
        tool_calls=message.tool_calls,
        invalid_tool_calls=message.invalid_tool_calls,
        usage_metadata=message.usage_metadata,
        chunk_position="last",
    )


def switch_result(message: BaseMessage) -> SwitchResult | None:
    """How the switch came to this message; None where it is not a switch's.

    Args:
        message: What `ModelSwitchRunnable` returned, also after a round trip through JSON or a cache.

    Raises:
        TypeError: It is no message.
        pydantic.ValidationError: The message carries something else under the switch's name.
    """
    if not isinstance(message, BaseMessage):
        raise TypeError(
            f"switch_result takes the message of a ModelSwitchRunnable, not {type(message).__name__}; where "
            "a chain drops the message, use collect_switch_results()"
        )
    found = message.response_metadata.get(RESULT_KEY)
    return None if found is None else SwitchResult.model_validate_json(_as_json(found))


def as_chosen(message: AIMessage) -> AIMessage:
    """The message as the chosen model gave it: with a result only where that model is a switch itself."""
    said = dict(message.response_metadata)
    said.pop(RESULT_KEY, None)
    inner = said.pop(INNER_KEY, None) or {}
    return message.model_copy(update={"response_metadata": {**said, **inner}})


def _as_json(value: Any) -> bytes:
    from pydantic_core import to_json

    return to_json(value)
