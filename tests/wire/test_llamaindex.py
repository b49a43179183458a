"""LlamaIndex's clients of the same providers."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai.types import HttpOptions
from llama_index.core.llms import ChatMessage
from llama_index.core.prompts import PromptTemplate
from llama_index.core.tools import FunctionTool
from llama_index.llms.google_genai import GoogleGenAI
from llama_index.llms.openai import OpenAI
from pydantic import BaseModel

from tests.wire import WireServer


class Person(BaseModel):
    name: str
    age: int


def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@pytest.fixture(params=["openai", "gemini"])
def llm(request: pytest.FixtureRequest, server: WireServer) -> Any:
    if request.param == "openai":
        return OpenAI(model="gpt-4o-mini", api_base=server.url + "/v1", api_key="k", max_retries=0, timeout=5)
    # Without max_tokens and context_window the constructor asks the server about the model.
    return GoogleGenAI(
        model="gemini-2.5-flash",
        api_key="k",
        http_options=HttpOptions(base_url=server.url, timeout=5000),
        max_retries=0,
    )


# GoogleGenAI's synchronous chat runs a loop of its own and leaves a session of aiohttp to the collector.
pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")


def test_chat_stream_and_complete(server: WireServer, llm: Any) -> None:
    for name in ("gpt-4o-mini", "gemini-2.5-flash"):
        server.serve(name, "a b c")
    assert llm.chat([ChatMessage(role="user", content="q")]).message.content == "a b c"
    assert list(llm.stream_chat([ChatMessage(role="user", content="q")]))[-1].message.content == "a b c"
    assert llm.complete("q").text == "a b c"
    assert [entry.streaming for entry in server.log] == [False, True, False]


def test_tools_and_structured_output(llm: Any) -> None:
    response = llm.chat_with_tools([FunctionTool.from_defaults(add)], user_msg="What is 3 + 4?")
    (call,) = llm.get_tool_calls_from_response(response)
    assert (call.tool_name, call.tool_kwargs) == ("add", {"a": 3, "b": 4})
    person = llm.structured_predict(Person, PromptTemplate("I met 'Ada Lovelace', 36 years old."))
    assert person == Person(name="Ada Lovelace", age=36)
