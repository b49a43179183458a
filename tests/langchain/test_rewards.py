"""Votes by reward in LangChain's door: functions, Runnables and a served reward model, on a real wire."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.tools import tool
from pydantic import BaseModel

from langchain_modelswitch import ModelSwitchRunnable
from modelswitch_core import SwitchWarning
from modelswitch_core.rewards import VllmReward
from tests.langchain.doubles import GEMINI, OPENAI, both, openai_only, result_of
from tests.wire import Reply, Status, ToolCall, WireServer
from tests.wire._rewards import RewardServer
from tests.wire.clients import chat_openai

SAYS = ["It is 7.", "So 8 it is, clearly: 8", "It is 7."]


def length(question: str, response: str) -> float:
    return float(len(response))


async def length_later(question: str, response: str) -> float:
    await asyncio.sleep(0)
    return float(len(response))


def length_of(judged: dict[str, str]) -> float:
    assert judged["question"] == "How many?"
    return float(len(judged["response"]))


def one_model(server: WireServer, **options: Any) -> ModelSwitchRunnable:
    server.serve(OPENAI, SAYS)
    return openai_only(server, samples=3, max_concurrency=1, answer="number", **options)


@pytest.mark.parametrize(
    "reward",
    [length, length_later, RunnableLambda(length_of)],
    ids=["function", "async function", "runnable"],
)
@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
def test_the_best_sample_is_returned(server: WireServer, reward: Any, way: str) -> None:
    llm = one_model(server, vote="reward_best", reward=reward)
    message = llm.invoke("How many?") if way == "invoke" else asyncio.run(llm.ainvoke("How many?"))
    result = result_of(message)
    assert (str(message.text), result.answer) == (SAYS[1], "8")
    assert result.confidence == pytest.approx(1 / 3)
    assert (result.chosen.draw, result.reward_failure, result.stop_reason) == (1, None, "all_drawn")


def test_a_chain_with_a_judge_is_a_reward_model(server: WireServer) -> None:
    server.serve("judge", lambda request: "9" if request.chat.turns[-1].text.endswith("8") else "2")
    prompt = ChatPromptTemplate.from_template("Rate this answer to {question}: {response}")
    judge: Runnable[Any, float] = prompt | chat_openai(server.url, "judge") | StrOutputParser() | float
    message = one_model(server, vote="reward_sum", reward=judge).invoke("How many?")
    result = result_of(message)
    assert (result.answer, result.scores) == ("8", {"7": 4.0, "8": 9.0})
    # What the judge used is its own affair: the answer's usage is that of its samples.
    assert result.usage is not None
    assert [entry.model for entry in server.log].count("judge") == 3


@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
def test_a_served_reward_model_decides(server: WireServer, way: str) -> None:
    with RewardServer(lambda text: len(text) / 10, api_key="sk-reward-secret") as rewards:
        reward = VllmReward(base_url=rewards.url, model="rm", api_key="sk-reward-secret")
        llm = one_model(server, vote="reward_best", reward=reward)
        asking = [
            SystemMessage("Be brief."),
            HumanMessage("Hello"),
            AIMessage("Hi"),
            HumanMessage("How many?"),
        ]
        message = llm.invoke(asking) if way == "invoke" else asyncio.run(llm.ainvoke(asking))
        assert sorted(request.texts[0] for request in rewards.requests) == sorted(
            f"How many?|{said}" for said in SAYS
        )
    assert (message.text, result_of(message).reward_failure) == (SAYS[1], None)
    assert "sk-reward-secret" not in f"{message!r}{llm!r}{llm._identifying_params}{llm.model_dump()}"


@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
def test_a_served_reward_model_that_fails_leaves_the_plain_vote(server: WireServer, way: str) -> None:
    with RewardServer(length, fault=Status(503, "overloaded")) as rewards:  # type: ignore[arg-type]  # never asked
        llm = one_model(server, vote="reward_best", reward=VllmReward(base_url=rewards.url, model="rm"))
        message = llm.invoke("How many?") if way == "invoke" else asyncio.run(llm.ainvoke("How many?"))
        url = rewards.url
    result = result_of(message)
    assert (result.answer, message.text) == ("7", SAYS[0])
    failure = f"RewardError: {url}/classify: HTTP 503, overloaded"
    assert message.response_metadata["modelswitch"]["reward_failure"] == failure
    assert failure in str(result)


def test_a_consistent_model_returns_its_best_sample(server: WireServer) -> None:
    server.serve(OPENAI, ["7", "It is 7."])
    message = both(server, max_concurrency=1, answer="number", vote="reward_best", reward=length).invoke("q")
    assert (message.text, result_of(message).stop_reason) == ("It is 7.", "consistent")
    assert GEMINI not in [entry.model for entry in server.log]


def test_tool_calls_are_judged_with_their_arguments(server: WireServer) -> None:
    @tool
    def add(a: int, b: int) -> int:
        """Adds."""
        return a + b

    judged: list[str] = []

    def reward(question: str, response: str) -> float:
        judged.append(response)
        return 1.0 if '"b": 3' in response else 0.0

    said = [Reply("", tool_calls=(ToolCall("add", {"a": 2, "b": b}),)) for b in (4, 3)]
    server.serve(OPENAI, said)
    llm = openai_only(server, max_concurrency=1, vote="reward_best", reward=reward)
    message = llm.bind_tools([add]).invoke("2 and 3?")
    assert judged == [
        '{"name": "add", "arguments": {"a": 2, "b": 4}}',
        '{"name": "add", "arguments": {"a": 2, "b": 3}}',
    ]
    assert isinstance(message, AIMessage)
    assert message.tool_calls[0]["args"] == {"a": 2, "b": 3}


def test_objects_are_judged_as_json(server: WireServer) -> None:
    class Total(BaseModel):
        total: int

    server.serve(OPENAI, ['{"total": 7}', '{"total": 88}'])
    llm = openai_only(server, max_concurrency=1, vote="reward_best", reward=length)
    assert llm.with_structured_output(Total, method="json_schema").invoke("q") == Total(total=88)


def test_a_reward_that_has_no_say_is_pointed_out(server: WireServer) -> None:
    with pytest.warns(SwitchWarning, match="reward=length is never asked, as the vote does not use it"):
        llm = openai_only(server, reward=length)
    server.serve(OPENAI, "7")
    assert result_of(llm.invoke("q")).answer == "7"


def test_kept_samples_hold_their_rewards_beside_any_vote(server: WireServer) -> None:
    result = result_of(one_model(server, reward=length, keep_samples=True).invoke("How many?"))
    assert result.answer == "7"
    assert result.samples is not None
    assert [sample.reward for sample in result.samples] == [float(len(said)) for said in SAYS]


def test_switches_of_different_rewards_have_cached_answers_of_their_own(server: WireServer) -> None:
    keys = {
        openai_only(server, vote="reward_best", reward=reward)._get_llm_string()
        for reward in (length, length_later, lambda question, response: 1.0, lambda question, response: 2.0)
    }
    assert len(keys) == 4
