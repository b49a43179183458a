"""The switch as the model of agents and in graphs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import SummarizationMiddleware
from langchain.agents.structured_output import ProviderStrategy, ToolStrategy
from langchain_core.caches import InMemoryCache
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.graph import END, START, MessagesState, StateGraph
from pydantic import BaseModel

from langchain_modelswitch import ModelSwitchRunnable, collect_switch_results
from tests.langchain.doubles import (
    GEMINI,
    OPENAI,
    EveryShare,
    asked,
    both,
    gemini_only,
    openai_only,
    result_of,
)
from tests.wire import Reply, WireServer
from tests.wire.clients import chat_openai

# OpenAI's client puts parsed objects where pydantic expects none.
pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")

ASK = {"messages": [HumanMessage("What is 3 + 4?")]}
SWITCHES = [openai_only, gemini_only, both]


@tool
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


class Total(BaseModel):
    """What it comes to."""

    total: int


# --- agents ---


@pytest.mark.parametrize("of", SWITCHES)
async def test_an_agent_with_a_tool(server: WireServer, of: Callable[..., ModelSwitchRunnable]) -> None:
    agent: Any = create_agent(of(server), [add], system_prompt="Use the tool.")
    with collect_switch_results() as results:
        states = [agent.invoke(ASK), await agent.ainvoke(ASK)]
    for state in states:
        _, call, result, answer = state["messages"]
        assert call.tool_calls[0]["args"] == {"a": 3, "b": 4}
        assert isinstance(result, ToolMessage)
        assert result.content == "7"
        assert answer.content == "The tool says: 7"
        assert result_of(answer).stop_reason in ("consistent", "settled", "all_drawn")
    assert len(results) == 4


@pytest.mark.parametrize("of", SWITCHES)
@pytest.mark.parametrize("shape", [Total, ToolStrategy(Total), ProviderStrategy(Total)], ids=str)
async def test_an_agent_with_a_response_format(
    server: WireServer, of: Callable[..., ModelSwitchRunnable], shape: Any
) -> None:
    switch = of(server, policy=EveryShare())
    agent: Any = create_agent(switch, [add], response_format=shape)
    with collect_switch_results() as results:
        states = [agent.invoke(ASK), await agent.ainvoke(ASK)]
    for state in states:
        assert state["structured_response"] == Total(total=3)
        assert any(isinstance(message, ToolMessage) for message in state["messages"])
    assert all(report.failures == () for result in results for report in result.models)


def test_an_agent_with_a_response_format_and_no_tools(server: WireServer) -> None:
    agent: Any = create_agent(both(server, policy=EveryShare()), response_format=Total)
    with collect_switch_results() as results:
        assert agent.invoke(ASK)["structured_response"] == Total(total=3)
    assert all(report.failures == () for report in results[0].models)


def test_gemini_2_is_not_asked_for_tools_and_a_schema_at_once(server: WireServer) -> None:
    # It refuses both together; agents know that of a bare one by its name, and so they do of a switch.
    agent: Any = create_agent(both(server, policy=EveryShare()), [add], response_format=Total)
    agent.invoke(ASK)
    for entry in server.log:
        assert "responseJsonSchema" not in (entry.body.get("generationConfig") or {})
        assert "response_format" not in entry.body


def test_openai_alone_is_asked_for_tools_and_a_schema_at_once(server: WireServer) -> None:
    agent: Any = create_agent(openai_only(server), [add], response_format=Total)
    agent.invoke(ASK)
    assert all(entry.body["tools"][0]["function"]["strict"] for entry in server.log)
    assert all("response_format" in entry.body for entry in server.log)


async def test_an_agent_streams_the_answer_once(server: WireServer) -> None:
    agent: Any = create_agent(both(server), [add])
    shown = [message for message, _ in agent.stream(ASK, stream_mode="messages")]
    assert [message.content for message in shown] == ["", "7", "The tool says: 7"]
    assert shown[0].tool_calls[0]["name"] == "add"
    shown = [message async for message, _ in agent.astream(ASK, stream_mode="messages")]
    assert [message.content for message in shown] == ["", "7", "The tool says: 7"]


# --- graphs ---


def graph_of(switch: ModelSwitchRunnable, *, by: str = "invoke") -> Any:
    """A graph whose only node asks the switch."""

    def node(state: MessagesState) -> dict[str, Any]:
        if by == "stream":
            return {"messages": list(switch.stream(state["messages"]))}
        return {"messages": [switch.invoke(state["messages"])]}

    async def anode(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await switch.ainvoke(state["messages"])]}

    graph = StateGraph(MessagesState)
    graph.add_node("model", anode if by == "ainvoke" else node)
    graph.add_edge(START, "model")
    graph.add_edge("model", END)
    return graph.compile()


def streaming(server: WireServer) -> ModelSwitchRunnable:
    """A switch over a client that insists on streaming."""
    return ModelSwitchRunnable(models=[chat_openai(server.url, streaming=True)], samples=2)


def untraced(server: WireServer) -> ModelSwitchRunnable:
    """A switch without child runs."""
    return both(server, trace_samples=False)


def native(server: WireServer) -> ModelSwitchRunnable:
    """A switch that asks for all samples in one request."""
    return both(server, native_n=True)


def cached(server: WireServer) -> ModelSwitchRunnable:
    """A switch that has been asked before."""
    switch = both(server, cache=InMemoryCache())
    switch.invoke([HumanMessage("hello", id="1")])
    return switch


@pytest.mark.parametrize("of", [*SWITCHES, streaming, untraced, native, cached])
async def test_a_graph_shows_the_answer_once_and_no_samples(
    server: WireServer, of: Callable[..., ModelSwitchRunnable]
) -> None:
    server.serve(OPENAI, "the answer is 7")
    server.serve(GEMINI, "the answer is 7")
    given = {"messages": [HumanMessage("hello", id="1")]}
    for by in ("invoke", "stream"):
        shown = [message for message, _ in graph_of(of(server), by=by).stream(given, stream_mode="messages")]
        assert [message.content for message in shown] == ["the answer is 7"], by
    graph = graph_of(of(server), by="ainvoke")
    shown = [message async for message, _ in graph.astream(given, stream_mode="messages")]
    assert [(type(message), message.content) for message in shown] == [(AIMessageChunk, "the answer is 7")]


async def test_a_graph_streams_messages_and_values_together(server: WireServer) -> None:
    server.serve(OPENAI, "7")
    given = {"messages": [HumanMessage("hello")]}
    modes = ["messages", "values"]
    events = [
        list(graph_of(both(server)).stream(given, stream_mode=modes)),
        [event async for event in graph_of(both(server), by="ainvoke").astream(given, stream_mode=modes)],
    ]
    for found in events:
        assert [mode for mode, _ in found] == ["values", "messages", "values"]
        shown, last = found[1][1][0], found[2][1]["messages"][-1]
        assert (shown.content, shown.id) == (last.content, last.id)
        assert result_of(last).answer == "7"


async def test_a_graph_without_streaming(server: WireServer) -> None:
    server.serve(OPENAI, "7")
    state = await graph_of(both(server), by="ainvoke").ainvoke({"messages": [HumanMessage("hello")]})
    assert isinstance(state["messages"][-1], AIMessage)
    assert state["messages"][-1].content == "7"


# --- summaries ---


@pytest.mark.parametrize("trigger", [("fraction", 0.0005), ("tokens", 40), ("messages", 4)], ids=str)
async def test_summarization_middleware(server: WireServer, trigger: Any) -> None:
    def answer(request: Any) -> Reply:
        return Reply("7" if "only words so far" in str(request.body) else "only words so far")

    server.serve(OPENAI, answer)
    switch = both(server)
    middleware = SummarizationMiddleware(model=switch, trigger=trigger, keep=("messages", 1))
    agent: Any = create_agent(switch, middleware=[middleware])
    history = [
        HumanMessage("word " * 100),
        AIMessage("word " * 100),
        HumanMessage("And now?"),
        AIMessage("Hm"),
        HumanMessage("What is 3 + 4?"),
    ]
    for state in (agent.invoke({"messages": history}), await agent.ainvoke({"messages": history})):
        first, *_, last = state["messages"]
        assert "only words so far" in first.content
        assert last.content == "7"
    assert set(asked(server)) == {OPENAI}


async def test_summarization_middleware_leaves_short_histories_alone(server: WireServer) -> None:
    switch = both(server)
    middleware = SummarizationMiddleware(model=switch, trigger=("fraction", 0.5), keep=("fraction", 0.3))
    agent: Any = create_agent(switch, middleware=[middleware])
    state = await agent.ainvoke({"messages": [HumanMessage("hello")]})
    assert len(state["messages"]) == 2
