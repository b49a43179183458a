"""Agents over the switch: the calls of all samples are voted on, and one is made."""

from __future__ import annotations

import json
from typing import Any

import pytest
from llama_index.core.agent.workflow import (
    AgentStream,
    AgentWorkflow,
    FunctionAgent,
    ReActAgent,
    ToolCallResult,
)
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.memory import ChatMemoryBuffer

from llamaindex_modelswitch import ModelSwitchLLM, collect_switch_results
from tests.llamaindex.doubles import Asked, Respond, calling, pair


def add(a: int, b: int) -> int:
    """Adds two numbers."""
    made.append((a, b))
    return a + b


made: list[tuple[int, int]] = []

# The framework's own use of what pydantic and itself have deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(autouse=True)
def nothing_made() -> None:
    made.clear()


def adder(*wanted: int) -> Respond:
    """Hands sums over where it can, wants one of these numbers added to 4, then says the sum."""
    count = 0

    def respond(asked: Asked) -> str | ChatMessage:
        nonlocal count
        count += 1
        number = wanted[count % len(wanted)]
        names = [tool.metadata.get_name() for tool in asked.tools]
        said = asked.last if asked.messages[-1].role == MessageRole.TOOL else ""
        if said.isdigit():
            return said
        if "handoff" in names and "add" not in names:
            return calling("handoff", to_agent="adder", reason="sums")
        return calling("add", a=number, b=4)

    return respond


def reasoner(*wanted: int) -> Respond:
    """The same in words."""
    count = 0

    def respond(asked: Asked) -> str:
        nonlocal count
        count += 1
        number = wanted[count % len(wanted)]
        if "Observation: " in asked.last and asked.last.removeprefix("Observation: ").isdigit():
            return f"Thought: I can answer.\nAnswer: {asked.last.removeprefix('Observation: ')}"
        if "Tool Name: add" not in asked.text:
            return _action("handoff", to_agent="adder", reason="sums")
        return _action("add", a=number, b=4)

    return respond


def _action(name: str, **arguments: Any) -> str:
    return f"Thought: I need a tool.\nAction: {name}\nAction Input: {json.dumps(arguments)}"


def switch_of(kind: Any, *, tools: bool) -> ModelSwitchLLM:
    """The first model is unsure of the numbers; the second is sure of 3."""
    return ModelSwitchLLM(llms=pair(kind(1, 2, 5), kind(3), tools=tools), samples=3)


def plain_memory() -> ChatMemoryBuffer:
    """The default one leaves the connections of a data base to the collector."""
    return ChatMemoryBuffer.from_defaults(token_limit=4000)


def function_agent(**options: Any) -> FunctionAgent:
    return FunctionAgent(**{"tools": [add], "llm": switch_of(adder, tools=True), **options})


def react_agent(*, tools: bool, **options: Any) -> ReActAgent:
    return ReActAgent(**{"tools": [add], "llm": switch_of(reasoner, tools=tools), **options})


async def test_function_agent_over_two_turns() -> None:
    agent = function_agent()
    memory = plain_memory()
    with collect_switch_results() as results:
        assert str(await agent.run(user_msg="What is 3 + 4?", memory=memory)) == "7"
        assert str(await agent.run(user_msg="Again!", memory=memory)) == "7"
    assert made == [(3, 4), (3, 4)]
    said = [message.role.value for message in memory.get_all()]
    assert said == ["user", "assistant", "tool", "assistant"] * 2
    assert [result.answer for result in results] == [
        '[{"name": "add", "arguments": {"a":3,"b":4}}]',
        "7",
    ] * 2


@pytest.mark.parametrize("streaming", [True, False])
async def test_what_an_agent_streams(streaming: bool) -> None:
    handler = function_agent(streaming=streaming).run(user_msg="What is 3 + 4?", memory=plain_memory())
    events = [event async for event in handler.stream_events()]
    assert str(await handler) == "7"
    calls = [event for event in events if isinstance(event, ToolCallResult)]
    assert [(call.tool_name, call.tool_kwargs, call.tool_id) for call in calls] == [
        ("add", {"a": 3, "b": 4}, "b:call-add")
    ]
    deltas = [event.delta for event in events if isinstance(event, AgentStream)]
    assert deltas == (["", "7"] if streaming else [])


async def test_a_function_agent_wants_function_calling_of_all() -> None:
    with pytest.raises(ValueError, match="LLM must be a FunctionCallingLLM"):
        await function_agent(llm=switch_of(reasoner, tools=False)).run(
            user_msg="What is 3 + 4?", memory=plain_memory()
        )


@pytest.mark.parametrize("tools", [True, False])
@pytest.mark.parametrize("streaming", [True, False])
async def test_react_agent_over_two_turns(streaming: bool, tools: bool) -> None:
    agent = react_agent(tools=tools, streaming=streaming)
    memory = plain_memory()
    assert str(await agent.run(user_msg="What is 3 + 4?", memory=memory)) == "7"
    assert str(await agent.run(user_msg="Again!", memory=memory)) == "7"
    assert made == [(3, 4), (3, 4)]


@pytest.mark.parametrize("tools", [True, False])
async def test_agent_workflow_from_tools(tools: bool) -> None:
    kind = adder if tools else reasoner
    workflow = AgentWorkflow.from_tools_or_functions([add], llm=switch_of(kind, tools=tools))
    assert str(await workflow.run(user_msg="What is 3 + 4?", memory=plain_memory())) == "7"
    assert made == [(3, 4)]


@pytest.mark.parametrize("functions", [True, False])
async def test_agent_workflow_with_a_handover(functions: bool) -> None:
    make: Any = function_agent if functions else react_agent
    options: dict[str, Any] = {} if functions else {"tools": False}
    planner = make(name="planner", description="Plans.", can_handoff_to=["adder"], **options)
    planner.tools = []
    sums = make(name="adder", description="Adds.", **options)
    workflow = AgentWorkflow(agents=[planner, sums], root_agent="planner")
    assert str(await workflow.run(user_msg="What is 3 + 4?", memory=plain_memory())) == "7"
    assert made == [(3, 4)]
