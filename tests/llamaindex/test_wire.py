"""Real clients on a real wire: answers, usage, tools, objects, several answers in one request."""

from __future__ import annotations

from typing import Any

import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.callbacks import CallbackManager, TokenCountingHandler
from llama_index.core.memory import ChatMemoryBuffer
from llama_index.core.prompts import PromptTemplate
from llama_index.core.tools import FunctionTool
from pydantic import BaseModel

from llamaindex_modelswitch import ModelSwitchLLM, collect_switch_results, switch_result
from tests.llamaindex.clients import GEMINI, LIKE, OPENAI, all_three, gemini, like, openai
from tests.llamaindex.doubles import user
from tests.wire import Reply, ToolCall, Usage, WireServer

# GoogleGenAI's synchronous chat runs a loop of its own and leaves a session of aiohttp to the collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecationWarning"),
]


class Person(BaseModel):
    name: str
    age: int


def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


ADD = FunctionTool.from_defaults(add)


def unsure(server: WireServer, **options: Any) -> ModelSwitchLLM:
    """OpenAI says 1, 2, 4, OpenAI-like 5, 3, 6, Gemini always 3; each answer costs 7 tokens in and 2 out."""
    server.serve(OPENAI, [_priced(text) for text in ("1", "2", "4") * 9])
    server.serve(LIKE, [_priced(text) for text in ("5", "3", "6") * 9])
    server.serve(GEMINI, _priced("3"))
    return ModelSwitchLLM(
        llms=all_three(server.url), **{"samples": 3, "settled_exit": False, "max_concurrency": 1, **options}
    )


def _priced(text: str) -> Reply:
    return Reply(text, usage=Usage(7, 2))


async def test_answers_and_usage_in_every_way(server: WireServer) -> None:
    counting = TokenCountingHandler(tokenizer=str.split)
    switch = unsure(server, callback_manager=CallbackManager([counting]))
    chats = [
        switch.chat(user("How many?")),
        await switch.achat(user("How many?")),
        *switch.stream_chat(user("How many?")),
        *[chunk async for chunk in await switch.astream_chat(user("How many?"))],
    ]
    completions = [
        switch.complete("How many?"),
        await switch.acomplete("How many?"),
        *switch.stream_complete("How many?"),
        *[chunk async for chunk in await switch.astream_complete("How many?")],
    ]
    assert [response.message.content for response in chats] == ["3"] * 4
    assert [response.text for response in completions] == ["3"] * 4
    for response in [*chats, *completions]:
        result = switch_result(response)
        assert result is not None
        assert [report.name for report in result.models] == [OPENAI, LIKE, GEMINI]
        assert response.raw is not None
        assert response.raw["usage"] == {"prompt_tokens": 63, "completion_tokens": 18, "total_tokens": 81}
    assert (counting.prompt_llm_token_count, counting.completion_llm_token_count) == (8 * 63, 8 * 18)
    assert len(server.log) == 8 * 9
    assert all(entry.key_sent and entry.outcome == "answered" and not entry.streaming for entry in server.log)


async def test_a_blocking_call_inside_a_running_loop(server: WireServer) -> None:
    switch = unsure(server)
    assert switch.chat(user("How many?")).message.content == "3"
    assert (await switch.achat(user("How many?"))).message.content == "3"
    assert switch.predict(PromptTemplate("How many?")) == "3"


def call_of(a: int, b: int) -> Reply:
    return Reply(tool_calls=(ToolCall("add", {"a": a, "b": b}),))


@pytest.mark.parametrize("winner", [OPENAI, GEMINI])
async def test_tool_calls_and_the_next_turn_of_each_provider(server: WireServer, winner: str) -> None:
    loser = GEMINI if winner == OPENAI else OPENAI
    server.serve(winner, [call_of(3, 4), call_of(3, 4)] * 9)
    server.serve(loser, [call_of(3, 5), call_of(3, 6)] * 9)
    switch = ModelSwitchLLM(
        llms=[openai(server.url), gemini(server.url)], samples=2, policy="paper", max_concurrency=1
    )
    messages = user("What is 3 + 4?")
    response = switch.chat_with_tools([ADD], chat_history=messages)
    assert len(messages) == 1
    (call,) = switch.get_tool_calls_from_response(response)
    assert (call.tool_name, call.tool_kwargs) == ("add", {"a": 3, "b": 4})
    (acall,) = switch.get_tool_calls_from_response(await switch.achat_with_tools([ADD], "What is 3 + 4?"))
    assert acall.tool_kwargs == call.tool_kwargs

    # Both providers' clients take up what the winner's has said.
    for model in (OPENAI, GEMINI):
        server.serve(model, ["8", "7"] if model == OPENAI else "7")
    result = ChatMessage(role="tool", content="7", additional_kwargs={"tool_call_id": call.tool_id})
    done = switch.chat_with_tools([ADD], chat_history=[*messages, response.message, result])
    found = switch_result(done)
    assert found is not None
    assert done.message.content == "7"
    assert [report.failures for report in found.models] == [(), ()]
    for entry in server.log[-3:]:
        assert [turn.role for turn in entry.request.chat.turns] == ["user", "assistant", "tool"]
        assert entry.request.chat.turns[1].called == ("add",)


async def test_an_agent_over_both_providers(server: WireServer) -> None:
    switch = ModelSwitchLLM(llms=[gemini(server.url), openai(server.url)], samples=2)
    server.serve(GEMINI, [call_of(3, 5), call_of(3, 6), "7", "7"])
    server.serve(OPENAI, call_of(3, 4))
    agent = FunctionAgent(tools=[add], llm=switch)
    memory = ChatMemoryBuffer.from_defaults(token_limit=4000)
    with collect_switch_results() as results:
        assert str(await agent.run(user_msg="What is 3 + 4?", memory=memory)) == "7"
    assert [result.chosen.model for result in results] == [1, 0]
    assert all(report.failures == () for result in results for report in result.models)


PROMPT = PromptTemplate("I met {who}, 36 years old.")


@pytest.mark.parametrize("make", [openai, like, gemini])
async def test_objects_of_each_client(server: WireServer, make: Any) -> None:
    switch = ModelSwitchLLM(llms=[make(server.url)], samples=2)
    ada = Person(name="Ada Lovelace", age=36)
    with collect_switch_results() as results:
        assert switch.structured_predict(Person, PROMPT, who="'Ada Lovelace'") == ada
        assert await switch.astructured_predict(Person, PROMPT, who="'Ada Lovelace'") == ada
    assert [result.models[0].answers for result in results] == [{'{"age":36,"name":"Ada Lovelace"}': 2}] * 2
    # Gemini's client tells nobody what its objects cost.
    assert [result.usage is None for result in results] == [make is gemini] * 2


async def test_objects_of_all_together(server: WireServer) -> None:
    server.serve(OPENAI, ['{"name": "Ida", "age": 3}', '{"name": "Ada", "age": 3}'] * 2)
    switch = ModelSwitchLLM(llms=all_three(server.url), samples=2, settled_exit=False)
    structured = switch.as_structured_llm(Person)
    ada = Person(name="Ada Lovelace", age=36)
    assert structured.chat(user("I met 'Ada Lovelace', 36 years old.")).raw == ada
    assert (await structured.achat(user("I met 'Ada Lovelace', 36 years old."))).raw == ada
    assert [entry.model for entry in server.log].count(LIKE) == 4


async def test_several_answers_in_one_request(server: WireServer) -> None:
    switch = unsure(server, native_n=True, max_concurrency=None)
    responses = [switch.chat(user("How many?")), await switch.achat(user("How many?"))]
    completions = [switch.complete("How many?"), await switch.acomplete("How many?")]
    for response in [*responses, *completions]:
        result = switch_result(response)
        assert result is not None
        assert result.answer == "3"
        assert result.models[0].answers == {"1": 1, "2": 1, "4": 1}
        assert result.usage is not None
        # The prompt of a request is paid for once: 7 + 7 + 3 * 7 in.
        assert (result.usage.input_tokens, result.usage.output_tokens) == (35, 18)
    asked = [(entry.model, entry.n) for entry in server.log[:5]]
    assert asked == [(OPENAI, 3), (LIKE, 3), (GEMINI, 1), (GEMINI, 1), (GEMINI, 1)]
    assert len(server.log) == 20


def test_several_calls_in_one_request(server: WireServer) -> None:
    server.serve(OPENAI, [call_of(3, 5), call_of(3, 4), call_of(3, 4)])
    switch = ModelSwitchLLM(llms=[openai(server.url)], samples=3, native_n=True, policy="self_consistency")
    response = switch.chat_with_tools([ADD], user_msg="What is 3 + 4?")
    (call,) = switch.get_tool_calls_from_response(response)
    assert call.tool_kwargs == {"a": 3, "b": 4}
    assert [entry.n for entry in server.log] == [3]
    assert response.raw is not None
    assert len(response.raw["response"]["choices"]) == 1
