"""What the real OpenAI client makes of the server's answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import openai
import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from tests.wire import NoChoices, Reply, ToolCall, Usage, WireServer
from tests.wire.clients import chat_openai

Client = Callable[[], ChatOpenAI]


@pytest.fixture
def client(server: WireServer) -> Client:
    return lambda: chat_openai(server.url, "m", api_key="very-secret")


@tool
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


class Person(BaseModel):
    name: str
    age: int


def test_answers_come_in_order_and_then_run_out(server: WireServer, client: Client) -> None:
    server.serve("m", ["first", Reply("second", usage=Usage(11, 3))])
    assert client().invoke("q").content == "first"
    message = client().invoke("q")
    assert message.content == "second"
    assert message.usage_metadata is not None
    assert (message.usage_metadata["input_tokens"], message.usage_metadata["output_tokens"]) == (11, 3)
    assert message.response_metadata["model_name"] == "m"
    with pytest.raises(openai.InternalServerError, match="exhausted after 2 answers"):
        client().invoke("q")
    assert [entry.outcome for entry in server.log] == ["answered", "answered", "fault"]


def test_several_choices_count_the_input_once(server: WireServer, client: Client) -> None:
    server.serve("m", ["one", "two words", "three"])
    result = client().generate([[HumanMessage("a b c")]], n=3)
    assert [generation.text for generation in result.generations[0]] == ["one", "two words", "three"]
    assert result.llm_output is not None
    usage = result.llm_output["token_usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (3, 4)
    assert [entry.n for entry in server.log] == [3]


def test_the_finish_reasons(server: WireServer, client: Client) -> None:
    server.serve(
        "m",
        [
            Reply("cut", finish="length"),
            Reply(None, finish="content_filter"),
            Reply(finish="refusal"),
            Reply(),
        ],
    )
    cut, filtered, refused, null = (client().invoke("q") for _ in range(4))
    assert cut.response_metadata["finish_reason"] == "length"
    assert filtered.response_metadata["finish_reason"] == "content_filter"
    assert refused.additional_kwargs["refusal"] == "I can't help with that."
    assert refused.response_metadata["finish_reason"] == "stop"
    assert null.content == ""


def test_no_choices(server: WireServer, client: Client) -> None:
    server.serve("m", [NoChoices()])
    result = client().generate([[HumanMessage("q")]])
    assert result.generations == [[]]


def test_scripted_tool_calls(server: WireServer, client: Client) -> None:
    calls = (ToolCall("add", {"a": 1, "b": 2}), ToolCall("add", '{"a": ', id="mine"))
    server.serve("m", Reply(tool_calls=calls))
    message = client().bind_tools([add]).invoke("q")
    assert isinstance(message, AIMessage)
    assert [call["args"] for call in message.tool_calls] == [{"a": 1, "b": 2}]
    assert [call["id"] for call in message.invalid_tool_calls] == ["mine"]
    assert message.response_metadata["finish_reason"] == "tool_calls"
    parts = list(client().bind_tools([add]).stream("q"))
    whole = parts[0]
    for part in parts[1:]:
        whole += part  # type: ignore[assignment]
    assert isinstance(whole, AIMessageChunk)
    assert whole.tool_calls[0]["args"] == {"a": 1, "b": 2}


def test_the_assistant_calls_tools_and_quotes_their_results(client: Client) -> None:
    bound = client().bind_tools([add])
    asked = HumanMessage("What is 3 + 4?")
    call = bound.invoke([asked])
    assert isinstance(call, AIMessage)
    assert call.tool_calls[0]["args"] == {"a": 3, "b": 4}
    answer = bound.invoke([asked, call, ToolMessage("7", tool_call_id=call.tool_calls[0]["id"])])
    assert answer.content == "The tool says: 7"


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output(client: Client, method: str) -> None:
    structured = client().with_structured_output(
        Person.model_json_schema(),
        method=method,  # type: ignore[arg-type]
    )
    assert structured.invoke("I met 'Ada Lovelace', 36 years old.") == {"name": "Ada Lovelace", "age": 36}


def test_json_mode_takes_its_keys_from_the_prompt(client: Client) -> None:
    structured = client().with_structured_output(None, method="json_mode")
    made = structured.invoke("A joke as JSON with 'setup' and 'punchline' keys.")
    assert isinstance(made, dict)
    assert set(made) == {"setup", "punchline"}


def test_streams_are_the_whole_answer_in_pieces(server: WireServer, client: Client) -> None:
    text = "a rather long answer, of more words than one piece would hold; with  two spaces\nand a line"
    server.serve("m", Reply(text, usage=Usage(5, 6)))
    chunks = list(client().stream("q"))
    assert "".join(str(chunk.content) for chunk in chunks) == text
    assert len(chunks) > 5
    assert [chunk.usage_metadata["total_tokens"] for chunk in chunks if chunk.usage_metadata] == [11]
    assert server.log[0].streaming


async def test_a_cancelled_call_is_logged_as_cancelled(server: WireServer, client: Client) -> None:
    server.serve("m", "late", latency_seconds=30)
    call = asyncio.ensure_future(client().ainvoke("q"))
    await server.await_in_flight(1, "m")
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await server.await_until_idle()
    (entry,) = server.log
    assert (entry.outcome, entry.status) == ("cancelled", None)
    assert entry.finished_seconds is not None
    assert entry.finished_seconds - entry.arrived_seconds < 2


async def test_calls_at_once_are_counted(server: WireServer, client: Client) -> None:
    server.serve("m", "yes", latency_seconds=0.1)
    model = client()
    await asyncio.gather(*(model.ainvoke("q") for _ in range(8)))
    assert server.max_in_flight("m") == server.max_in_flight() == 8
    assert server.in_flight() == 0


def test_keys_are_noted_but_not_kept(server: WireServer, client: Client) -> None:
    client().invoke("q")
    (entry,) = server.log
    assert entry.key_sent
    assert "very-secret" not in repr(entry)
