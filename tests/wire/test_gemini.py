"""What the real Gemini client makes of the server's answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_google_genai import ChatGoogleGenerativeAI
from langchain_google_genai.chat_models import ChatGoogleGenerativeAIError
from pydantic import BaseModel

from tests.wire import NoChoices, Reply, Status, ToolCall, Usage, WireServer
from tests.wire.clients import chat_gemini

Client = Callable[[], ChatGoogleGenerativeAI]


@pytest.fixture
def client(server: WireServer) -> Client:
    return lambda: chat_gemini(server.url, google_api_key="very-secret")


@tool
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


class Person(BaseModel):
    name: str
    age: int


def test_answers_come_in_order_and_then_run_out(server: WireServer, client: Client) -> None:
    server.serve("gemini-2.5-flash", ["first", Reply("second", usage=Usage(11, 3))])
    assert client().invoke("q").content == "first"
    message = client().invoke("q")
    assert message.content == "second"
    assert message.usage_metadata is not None
    assert (message.usage_metadata["input_tokens"], message.usage_metadata["output_tokens"]) == (11, 3)
    with pytest.raises(Exception, match="exhausted after 2 answers"):
        client().invoke("q")
    assert [(entry.protocol, entry.outcome) for entry in server.log] == [
        ("gemini", "answered"),
        ("gemini", "answered"),
        ("gemini", "fault"),
    ]
    assert server.log[0].key_sent
    assert "very-secret" not in repr(server.log)


def test_several_candidates_count_the_input_once(server: WireServer, client: Client) -> None:
    server.serve("gemini-2.5-flash", ["one", "two words", "three"])
    result = client().generate([[HumanMessage("a b c")]], candidate_count=3)
    assert [generation.text for generation in result.generations[0]] == ["one", "two words", "three"]
    message = result.generations[0][0].message  # type: ignore[union-attr]
    assert isinstance(message, AIMessage)
    assert message.usage_metadata is not None
    assert (message.usage_metadata["input_tokens"], message.usage_metadata["output_tokens"]) == (3, 4)


def test_the_finish_reasons(server: WireServer, client: Client) -> None:
    server.serve(
        "gemini-2.5-flash",
        [Reply("cut", finish="length"), Reply(finish="content_filter"), Reply(finish="refusal"), Reply()],
    )
    cut, *silent = (client().invoke("q") for _ in range(4))
    assert (cut.content, cut.response_metadata["finish_reason"]) == ("cut", "MAX_TOKENS")
    assert [message.content for message in silent] == ["", "", ""]
    assert [message.response_metadata["finish_reason"] for message in silent] == [
        "SAFETY",
        "PROHIBITED_CONTENT",
        "STOP",
    ]


def test_no_candidates(server: WireServer, client: Client) -> None:
    server.serve("gemini-2.5-flash", [NoChoices()])
    assert client().invoke("q").content == ""


def test_scripted_tool_calls(server: WireServer, client: Client) -> None:
    server.serve("gemini-2.5-flash", Reply("Well:", (ToolCall("add", {"a": 1, "b": 2}),)))
    for message in (
        client().bind_tools([add]).invoke("q"),
        *client().bind_tools([add]).stream("q"),
    ):
        if message.tool_calls:
            assert message.tool_calls[0]["args"] == {"a": 1, "b": 2}
            break
    else:
        pytest.fail("no tool call came")


def test_arguments_that_are_no_object_are_refused(server: WireServer, client: Client) -> None:
    server.serve("gemini-2.5-flash", Reply(tool_calls=(ToolCall("add", "{"),)))
    with pytest.raises(Exception, match="so give a dict"):
        client().invoke("q")


def test_the_assistant_calls_tools_and_quotes_their_results(client: Client) -> None:
    bound = client().bind_tools([add])
    asked = HumanMessage("What is 3 + 4?")
    call = bound.invoke([asked])
    assert isinstance(call, AIMessage)
    assert call.tool_calls[0]["args"] == {"a": 3, "b": 4}
    answer = bound.invoke([asked, call, ToolMessage("7", tool_call_id=call.tool_calls[0]["id"])])
    assert answer.content == "The tool says: 7"


@pytest.mark.parametrize("method", ["json_schema", "function_calling", "json_mode"])
def test_structured_output(client: Client, method: str) -> None:
    structured = client().with_structured_output(
        Person,
        method=method,  # type: ignore[arg-type]
    )
    assert structured.invoke("I met 'Ada Lovelace', 36 years old.") == Person(name="Ada Lovelace", age=36)


def test_streams_are_the_whole_answer_in_pieces(server: WireServer, client: Client) -> None:
    text = "a rather long answer, of more words than one piece would hold; with  two spaces\nand a line"
    server.serve("gemini-2.5-flash", Reply(text, usage=Usage(5, 6)))
    chunks = list(client().stream("q"))
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    assert whole.content == text
    assert len(chunks) > 5
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["total_tokens"] == 11


# The client's own warning, where aiohttp is installed: it then uses aiohttp for asynchronous calls.
@pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")
async def test_a_cancelled_call_is_logged_as_cancelled(server: WireServer, client: Client) -> None:
    server.serve("gemini-2.5-flash", "late", latency_seconds=30)
    call = asyncio.ensure_future(client().ainvoke("q"))
    await server.await_in_flight(1, "gemini-2.5-flash")
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await server.await_until_idle()
    assert [entry.outcome for entry in server.log] == ["cancelled"]


def test_errors_have_the_providers_shape(server: WireServer, client: Client) -> None:
    server.serve("gemini-2.5-flash", "fine", faults={0: Status(400, "that is no model")})
    with pytest.raises(ChatGoogleGenerativeAIError, match="that is no model"):
        client().invoke("q")
    assert client().invoke("q").content == "fine"
