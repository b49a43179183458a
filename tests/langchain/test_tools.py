"""Tools: every model is offered them in its own way, and the vote is on the calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel

from langchain_modelswitch import ModelSwitchRunnable
from modelswitch_core import OptionError
from tests.langchain.doubles import GEMINI, OPENAI, EveryShare, both, openai_only, result_of
from tests.wire import Reply, ToolCall, WireServer


@tool
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@tool
def multiply(a: int, b: int) -> int:
    """Multiplies two numbers."""
    return a * b


def call(name: str, id_: str | None = None, **arguments: Any) -> Reply:
    return Reply(tool_calls=(ToolCall(name, arguments, id=id_),))


async def test_calls_are_voted_on_by_name_and_arguments(server: WireServer) -> None:
    server.serve(OPENAI, [call("add", "one", a=3, b=4), call("add", "two", b=4, a=3)] * 2)
    bound = both(server, max_concurrency=1).bind_tools([add, multiply])
    for message in (bound.invoke("q"), await bound.ainvoke("q")):
        (made,) = message.tool_calls
        # The ids and the order of the arguments differ; the first in draw order is returned, its id with it.
        assert (made["name"], made["args"], made["id"]) == ("add", {"a": 3, "b": 4}, "one")
        assert result_of(message).stop_reason == "consistent"


def test_other_arguments_are_another_answer(server: WireServer) -> None:
    server.serve(OPENAI, [call("add", a=3, b=4), call("add", a=3, b=5)])
    server.serve(GEMINI, call("add", a=3, b=5))
    message = both(server).bind_tools([add]).invoke("q")
    assert message.tool_calls[0]["args"] == {"a": 3, "b": 5}
    assert [sum(report.answers.values()) for report in result_of(message).models] == [2, 2]
    assert len(result_of(message).scores) == 2


def test_another_tool_is_another_answer(server: WireServer) -> None:
    server.serve(OPENAI, [call("add", a=3, b=4), call("multiply", a=3, b=4)])
    server.serve(GEMINI, call("multiply", a=3, b=4))
    message = both(server).bind_tools([add, multiply]).invoke("q")
    assert message.tool_calls[0]["name"] == "multiply"


def test_a_call_and_a_text_are_different_answers(server: WireServer) -> None:
    server.serve(OPENAI, [call("add", a=3, b=4), Reply('add {"a": 3, "b": 4}')])
    server.serve(GEMINI, ["7", "7"])
    message = both(server).bind_tools([add]).invoke("q")
    assert message.content == "7"
    assert len(result_of(message).scores) == 3


def test_several_calls_at_once_may_come_in_any_order(server: WireServer) -> None:
    one, two = ToolCall("add", {"a": 1, "b": 2}), ToolCall("multiply", {"a": 3, "b": 4})
    server.serve(OPENAI, [Reply(tool_calls=(one, two)), Reply(tool_calls=(two, one))])
    message = openai_only(server, settled_exit=False, max_concurrency=1).bind_tools([add]).invoke("q")
    assert [made["name"] for made in message.tool_calls] == ["add", "multiply"]
    assert list(result_of(message).models[0].answers.values()) == [2]


def test_calls_with_broken_arguments_are_unreadable(server: WireServer) -> None:
    broken = Reply(tool_calls=(ToolCall("add", '{"a": '),))
    server.serve(OPENAI, [broken, call("add", a=1, b=2)])
    message = openai_only(server, settled_exit=False, max_concurrency=1).bind_tools([add]).invoke("q")
    assert message.tool_calls[0]["args"] == {"a": 1, "b": 2}
    assert result_of(message).models[0].unreadable == 1


@pytest.mark.parametrize(
    ("choice", "openai", "gemini"),
    [
        (None, None, None),
        ("auto", "auto", {"mode": "AUTO"}),
        ("none", "none", {"mode": "NONE"}),
        ("any", "required", {"mode": "ANY", "allowedFunctionNames": ["add", "multiply"]}),
        (
            "multiply",
            {"type": "function", "function": {"name": "multiply"}},
            {"mode": "ANY", "allowedFunctionNames": ["multiply"]},
        ),
    ],
)
async def test_a_tool_choice_reaches_each_provider_in_its_own_words(
    server: WireServer, choice: str | None, openai: Any, gemini: Mapping[str, Any] | None
) -> None:
    bound = both(server, policy=EveryShare()).bind_tools([add, multiply], tool_choice=choice)
    for message in (bound.invoke("What is 3 times 4?"), await bound.ainvoke("What is 3 times 4?")):
        assert bool(message.tool_calls) == (choice != "none")
    for entry in server.log:
        assert [offered.name for offered in entry.request.chat.tools] in (["add", "multiply"], ["multiply"])
        if entry.model == OPENAI:
            assert entry.body.get("tool_choice") == openai
        else:
            config = (entry.body.get("toolConfig") or {}).get("functionCallingConfig")
            assert config == gemini


def test_tools_may_be_given_in_any_form(server: WireServer) -> None:
    class Subtract(BaseModel):
        """Subtracts two numbers."""

        a: int
        b: int

    def divide(a: int, b: int) -> float:
        """Divides two numbers."""
        return a / b

    schema = {
        "title": "power",
        "description": "Raises to a power.",
        "type": "object",
        "properties": {"a": {"type": "integer"}},
    }
    both(server, policy=EveryShare()).bind_tools([add, Subtract, divide, schema]).invoke("q")
    for entry in server.log:
        names = [offered.name for offered in entry.request.chat.tools]
        assert names == ["add", "Subtract", "divide", "power"]


def test_tools_can_be_strict(server: WireServer) -> None:
    openai_only(server).bind_tools([add], strict=True).invoke("q")
    assert server.log[0].body["tools"][0]["function"]["strict"] is True


def test_tools_and_a_response_format_together(server: WireServer) -> None:
    # OpenAI's client only parses responses to strict tools and makes them so itself, as long as it is given
    # the tools and not what was made of them.
    schema = {"title": "Sum", "type": "object", "properties": {"total": {"type": "integer"}}}
    shape = {"type": "json_schema", "json_schema": {"name": "Sum", "schema": schema}}
    message = openai_only(server).bind_tools([add], response_format=shape).invoke("What is 3 + 4?")
    assert message.tool_calls
    assert result_of(message).models[0].failures == ()


async def test_a_conversation_with_tool_messages(server: WireServer) -> None:
    bound = both(server, policy=EveryShare()).bind_tools([add])
    asked = HumanMessage("What is 3 + 4?")
    called = await bound.ainvoke([asked])
    result = ToolMessage(
        str(add.invoke(called.tool_calls[0]["args"])), tool_call_id=called.tool_calls[0]["id"]
    )
    answer = await bound.ainvoke([asked, called, result])
    assert isinstance(answer, AIMessage)
    assert answer.content == "The tool says: 7"
    assert len(result_of(answer).scores) == 1


def test_tools_stay_while_other_options_are_bound(server: WireServer) -> None:
    bound = openai_only(server).bind_tools([add]).bind(temperature=0.25)
    assert bound.invoke("What is 3 + 4?").tool_calls
    assert {entry.body["temperature"] for entry in server.log} == {0.25}


def test_a_model_that_takes_no_tools_is_named() -> None:
    switch = ModelSwitchRunnable(models=[FakeListChatModel(responses=["x"])], samples=2)
    with pytest.raises(OptionError, match="FakeListChatModel, which takes no tools"):
        switch.bind_tools([add]).invoke("q")
