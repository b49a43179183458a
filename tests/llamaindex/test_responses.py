"""The translation of responses, provider by provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest
from google.genai.types import FinishReason as GeminiReason
from llama_index.core.base.llms.types import (
    BaseContentBlock,
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    ToolCallBlock,
)
from llama_index.core.base.response.schema import Response
from pydantic import BaseModel

from llamaindex_modelswitch import ModelSwitchLLM, switch_result
from llamaindex_modelswitch._responses import ended_early, response_of, usage_of
from modelswitch_core import ToolCall, Usage
from tests.llamaindex.doubles import ToolLLM, cycled, user

LLM = ToolLLM(respond=cycled("1"))


class Thing:
    """A provider's object."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


@pytest.mark.parametrize(
    ("raw", "finish"),
    [
        (None, None),
        ({}, None),
        ({"choices": []}, None),
        ({"choices": [{"finish_reason": "stop"}]}, "stop"),
        ({"choices": [{"finish_reason": "length"}]}, "length"),
        ({"choices": [{"finish_reason": "content_filter"}]}, "content_filter"),
        ({"choices": [{"finish_reason": "stop", "message": {"refusal": "No."}}]}, "refusal"),
        (Thing(choices=[Thing(finish_reason="length", message=Thing(refusal=None))]), "length"),
        ({"finish_reason": GeminiReason.MAX_TOKENS}, "length"),
        ({"finish_reason": GeminiReason.SAFETY}, "content_filter"),
        ({"finish_reason": GeminiReason.STOP}, "stop"),
        ({"stop_reason": "max_tokens"}, "length"),
        ({"stop_reason": "end_turn"}, "stop"),
        ({"stop_reason": "refusal"}, "refusal"),
        ({"stopReason": "guardrail_intervened"}, "content_filter"),
        ({"done_reason": "length"}, "length"),
    ],
)
def test_how_it_ended(raw: Any, finish: str | None) -> None:
    assert response_of(LLM, ChatResponse(message=ChatMessage("1"), raw=raw)).finish == finish
    assert response_of(LLM, CompletionResponse(text="1", raw=raw)).finish == finish


def _thought(said: int | None, thought: int | None, *, total: int | None) -> dict[str, Any]:
    """As Gemini counts: three tokens in."""
    counts = {"candidates_token_count": said, "thoughts_token_count": thought, "total_token_count": total}
    return {"usage_metadata": {"prompt_token_count": 3, **counts}}


@pytest.mark.parametrize(
    ("raw", "additional", "usage"),
    [
        (None, {}, None),
        ({"usage": None}, {}, None),
        ({"usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}, {}, (3, 2, 5)),
        ({"usage": {"input_tokens": 3, "output_tokens": 2}}, {}, (3, 2, 5)),
        (Thing(usage=Thing(prompt_tokens=3, completion_tokens=2, total_tokens=6)), {}, (3, 2, 6)),
        (_thought(2, None, total=5), {}, (3, 2, 5)),
        (_thought(None, 4, total=7), {}, (3, 4, 7)),
        (_thought(2, 4, total=9), {}, (3, 6, 9)),
        (_thought(2, 4, total=None), {}, (3, 6, 9)),
        # What its tools read counts as neither.
        (_thought(2, 4, total=19), {}, (3, 6, 19)),
        # Here the thoughts are among the candidates' tokens.
        (_thought(6, 4, total=9), {}, (3, 6, 9)),
        ({}, {"prompt_tokens": 3, "completion_tokens": 2}, (3, 2, 5)),
    ],
)
def test_usage(raw: Any, additional: dict[str, Any], usage: tuple[int, int, int] | None) -> None:
    response = ChatResponse(message=ChatMessage("1"), raw=raw, additional_kwargs=additional)
    expected = (
        None if usage is None else Usage(input_tokens=usage[0], output_tokens=usage[1], total_tokens=usage[2])
    )
    assert usage_of(response) == expected


@pytest.mark.parametrize(
    ("arguments", "calls"),
    [
        ({"a": 1}, [{"a": 1}]),
        ('{"a": 1}', [{"a": 1}]),
        ("", [{}]),
        ("{a: 1", []),
        ("[1]", []),
    ],
)
def test_tool_calls(arguments: Any, calls: list[dict[str, Any]]) -> None:
    block = ToolCallBlock(tool_call_id="7", tool_name="add", tool_kwargs=arguments)
    response = response_of(LLM, ChatResponse(message=ChatMessage(role="assistant", blocks=[block])))
    assert response.tool_calls == tuple(ToolCall(name="add", arguments=each) for each in calls)
    assert response.text == ""


class Sketch(BaseContentBlock):
    """A block of a kind that LlamaIndex does not know."""


def test_a_block_of_a_kind_of_its_own_is_no_call() -> None:
    message = ChatMessage("7", role="assistant")
    message.blocks.append(cast(Any, Sketch()))
    read = response_of(LLM, ChatResponse(message=message))
    assert (read.text, read.tool_calls) == ("7", ())


def test_tool_calls_of_older_integrations() -> None:
    from llama_index.llms.openai import OpenAI
    from openai.types.chat import ChatCompletionMessageFunctionToolCall as Call
    from openai.types.chat.chat_completion_message_function_tool_call import Function

    call = Call(id="7", type="function", function=Function(name="add", arguments='{"a": 1}'))
    message = ChatMessage(role="assistant", content="", additional_kwargs={"tool_calls": [call]})
    read = response_of(OpenAI(api_key="k"), ChatResponse(message=message))
    assert read.tool_calls == (ToolCall(name="add", arguments={"a": 1}),)


@pytest.mark.parametrize(
    ("said", "finish"),
    [
        ("Response was terminated early: MAX_TOKENS", "length"),
        ("Response was terminated early: SAFETY [blocked]", "content_filter"),
        ("Response was terminated early: OTHER", "content_filter"),
    ],
)
def test_errors_that_stand_for_a_response(said: str, finish: str) -> None:
    error = RuntimeError(said)
    (sampled,) = ended_early(error).samples
    assert (sampled.response.text, sampled.response.finish) == ("", finish)
    assert sampled.raw.error is error


def test_other_errors_stand_for_themselves() -> None:
    for error in (RuntimeError("down"), ValueError("Response was terminated early: MAX_TOKENS")):
        with pytest.raises(type(error)):
            ended_early(error)


class Counted(BaseModel):
    """A client's object, made without checking what the provider sent, as OpenAI's are."""

    prompt_tokens: int


class CountedLLM(ToolLLM):
    def _answer(self, messages: Sequence[ChatMessage], kwargs: dict[str, Any]) -> ChatResponse:
        sent: Any = {"prompt_tokens": "a word of your private question"}
        return ChatResponse(message=ChatMessage("7", role="assistant"), raw=Counted.model_construct(**sent))


def test_what_a_provider_put_where_it_does_not_belong_is_kept_and_warned_of_nowhere() -> None:
    response = ModelSwitchLLM(llms=[CountedLLM(respond=cycled("7"))], samples=2).chat(user("?"))
    assert response.message.content == "7"
    assert response.raw["response"] == {"prompt_tokens": "a word of your private question"}


@pytest.mark.parametrize("given", [None, "408", Response("408")], ids=["none", "text", "query-engine"])
def test_what_is_no_response_of_an_llm_says_where_to_look(given: Any) -> None:
    with pytest.raises(TypeError, match=rf"not {type(given).__name__}; .* use collect_switch_results\(\)"):
        switch_result(given)
