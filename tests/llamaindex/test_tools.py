"""The chat_with_tools family: calls are voted on, and read by the LLM that made them."""

from __future__ import annotations

from typing import Any

import pytest
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole, ToolCallBlock
from llama_index.core.tools import FunctionTool
from openai.types.chat import ChatCompletionMessageFunctionToolCall as OpenAICall
from openai.types.chat.chat_completion_message_function_tool_call import Function

from llamaindex_modelswitch import ModelSwitchLLM, switch_result
from modelswitch_core import AllDrawsFailedError, tool_calls_reader
from tests.llamaindex.doubles import Asked, ChatLLM, ToolLLM, calling, cycled, pair, user


def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


ADD = FunctionTool.from_defaults(add)


def calls(**options: Any) -> ModelSwitchLLM:
    """The first model wants different sums, the second always the same."""
    first = cycled(calling("add", a=1, b=2), calling("add", a=1, b=3), calling("add", a=1, b=4))
    second = cycled(calling("add", b=9, a=8))
    return ModelSwitchLLM(llms=pair(first, second), samples=3, **options)


def test_calls_are_voted_on_by_name_and_arguments() -> None:
    switch = calls()
    response = switch.chat_with_tools([ADD], user_msg="Add.")
    (call,) = switch.get_tool_calls_from_response(response)
    assert (call.tool_id, call.tool_kwargs) == ("b:call-add", {"a": 8, "b": 9})
    result = switch_result(response)
    assert result is not None
    assert result.chosen.model == 1


async def test_the_whole_family() -> None:
    switch = calls(settled_exit=False)
    streamed = list(switch.stream_chat_with_tools([ADD], user_msg="Add."))
    astreamed = [chunk async for chunk in await switch.astream_chat_with_tools([ADD], user_msg="Add.")]
    responses = [await switch.achat_with_tools([ADD], user_msg="Add."), *streamed, *astreamed]
    assert len(responses) == 3
    for response in responses:
        (call,) = switch.get_tool_calls_from_response(response)
        assert call.tool_kwargs == {"a": 8, "b": 9}
        assert response.delta in (None, "")


def test_calls_are_made() -> None:
    assert calls().predict_and_call([ADD], user_msg="Add.").response == "17"


async def test_calls_are_made_on_the_loop() -> None:
    assert (await calls().apredict_and_call([ADD], user_msg="Add.")).response == "17"


def test_every_llm_gets_the_tools_and_options_in_its_own_way() -> None:
    switch = calls()
    history = user("Before.")
    switch.chat_with_tools([ADD], user_msg="Add.", chat_history=history, tool_required=True, seed=7)
    assert len(history) == 1
    for llm in switch.llms:
        assert isinstance(llm, ChatLLM)
        for asked in llm.asked:
            assert asked.tools == (ADD,)
            assert [message.content for message in asked.messages] == ["Before.", "Add."]
            assert asked.kwargs == {"tool_required": True, "seed": 7}


def test_a_call_and_words_are_different_answers() -> None:
    llms = pair(cycled("17"), cycled(calling("add", a=8, b=9)))
    for answer in ("auto", "number", tool_calls_reader()):
        switch = ModelSwitchLLM(llms=llms, samples=2, answer=answer)
        response = switch.chat_with_tools([ADD], user_msg="Add.")
        expected = [] if isinstance(answer, str) else [{"a": 8, "b": 9}]
        found = switch.get_tool_calls_from_response(response, error_on_no_tool_call=False)
        assert [call.tool_kwargs for call in found] == expected


def test_no_call_can_be_an_error() -> None:
    switch = ModelSwitchLLM(llms=pair(cycled("17"), cycled("17")), samples=2)
    response = switch.chat_with_tools([ADD], user_msg="Add.")
    assert switch.get_tool_calls_from_response(response, error_on_no_tool_call=False) == []
    with pytest.raises(ValueError, match="no tool call"):
        switch.get_tool_calls_from_response(response)


def test_llms_that_take_no_tools() -> None:
    plain = ModelSwitchLLM(llms=pair(cycled("1"), cycled("1"), tools=False), samples=2)
    with pytest.raises(AllDrawsFailedError, match="llms holds ChatLLM, which takes no tools"):
        plain.chat_with_tools([ADD], user_msg="Add.")
    response = plain.chat(user("?"))
    assert plain.get_tool_calls_from_response(response, error_on_no_tool_call=False) == []
    with pytest.raises(ValueError, match="takes no tools"):
        plain.get_tool_calls_from_response(response)


def test_a_response_of_somebody_else_goes_to_the_first_llm() -> None:
    foreign = ChatResponse(message=calling("add", a=1, b=1))
    (call,) = calls().get_tool_calls_from_response(foreign)
    assert call.tool_id == "a:call-add"


class OtherToolLLM(ToolLLM):
    """A second class of LLM."""


def turns() -> list[ChatMessage]:
    """A conversation in which OpenAI's client has heard a call."""
    own = OpenAICall(id="7", type="function", function=Function(name="add", arguments='{"a": 1}'))
    block = ToolCallBlock(tool_call_id="7", tool_name="add", tool_kwargs='{"a": 1}')
    return [
        ChatMessage(role="user", content="Add."),
        ChatMessage(role="assistant", blocks=[block], additional_kwargs={"tool_calls": [own]}),
        ChatMessage(role="tool", content="2", additional_kwargs={"tool_call_id": "7"}),
    ]


@pytest.mark.parametrize("mixed", [True, False])
def test_a_turn_of_another_provider_is_put_into_common_words(mixed: bool) -> None:
    def look(asked: Asked) -> str:
        seen.append(asked.messages[1])
        return "2"

    seen: list[ChatMessage] = []
    kinds = (ToolLLM, OtherToolLLM) if mixed else (ToolLLM, ToolLLM)
    switch = ModelSwitchLLM(llms=[kind(respond=look) for kind in kinds], samples=2)
    history = turns()
    assert switch.chat_with_tools([ADD], chat_history=history).message.role == MessageRole.ASSISTANT
    assert history == turns()
    for message in seen:
        (block,) = message.blocks
        assert isinstance(block, ToolCallBlock)
        assert block.tool_kwargs == ({"a": 1} if mixed else '{"a": 1}')
        assert ("tool_calls" in message.additional_kwargs) is not mixed
