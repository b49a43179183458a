"""The answers of the model that nobody configured."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.wire import Reply, WireRequest, assistant
from tests.wire._openai import OpenAIDialect


def ask(*messages: dict[str, Any] | str, **options: Any) -> Reply:
    turns = [{"role": "user", "content": turn} if isinstance(turn, str) else turn for turn in messages]
    request: WireRequest = OpenAIDialect().request(
        "m", {"messages": turns, **options}, streaming=False, index=0
    )
    return assistant(request)


def tool(name: str, **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "parameters": schema}}


CALL = {"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "add", "arguments": "{}"}}]}
RESULT = {"role": "tool", "tool_call_id": "1", "content": "7"}
TOOLS = [tool("add", a={"type": "integer"}), tool("get_weather", city={"type": "string"})]


@pytest.mark.parametrize(
    ("choice", "prompt", "name"),
    [
        ("auto", "the weather in New York", "get_weather"),
        ("required", "please add 3", "add"),
        ({"type": "function", "function": {"name": "get_weather"}}, "please add 3", "get_weather"),
        (None, "hello", "add"),
    ],
)
def test_the_tool_that_fits_is_called(choice: Any, prompt: str, name: str) -> None:
    reply = ask(prompt, tools=TOOLS, tool_choice=choice)
    assert [call.name for call in reply.tool_calls] == [name]
    assert reply.text is None


def test_no_tool_where_none_may_be_called() -> None:
    assert ask("please add 3", tools=TOOLS, tool_choice="none").tool_calls == ()


def test_after_a_result_it_speaks_or_goes_on_to_the_next_tool() -> None:
    assert ask("add", CALL, RESULT, tools=TOOLS).text == "The tool says: 7"
    forced = ask("add", CALL, RESULT, tools=TOOLS, tool_choice="required")
    assert [call.name for call in forced.tool_calls] == ["get_weather"]


def test_a_tool_without_a_schema_gets_no_arguments() -> None:
    reply = ask("go", tools=[{"type": "function", "function": {"name": "go"}}])
    assert reply.tool_calls[0].arguments == {}


def test_json_mode_finds_a_schema_in_the_prompt() -> None:
    shown = {"properties": {"age": {"type": "integer"}}, "required": ["age"]}
    prompt = f"Ada is 36. Toys like {{this}} aside, answer in JSON as in {json.dumps(shown)}"
    assert json.loads(ask(prompt, response_format={"type": "json_object"}).text or "") == {"age": 36}


def test_json_mode_without_any_hint() -> None:
    assert list(json.loads(ask("JSON!", response_format={"type": "json_object"}).text or "")) == ["answer"]


def test_stop_sequences_and_the_limit_cut() -> None:
    assert ask("hi", stop=["you"]).text == "I hear: hi. That is all I can tell "
    assert ask("hi", stop="hear").text == "I "
    cut = ask("hi", max_tokens=3)
    assert (cut.text, cut.finish) == ("I hear: hi.", "length")


def test_there_is_always_something_to_say() -> None:
    assert ask().text == "I am here to help you."
