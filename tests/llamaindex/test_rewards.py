"""Votes by reward in LlamaIndex's door, over its real client and a served reward model."""

from __future__ import annotations

import asyncio
import json
import pickle
from typing import Any

import pytest
from llama_index.core import Document, SummaryIndex
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from pydantic import ValidationError

from llamaindex_modelswitch import ModelSwitchLLM, collect_switch_results, switch_result
from modelswitch_core import SwitchResult, SwitchWarning
from modelswitch_core.rewards import VllmReward
from tests.llamaindex.clients import OPENAI, openai
from tests.llamaindex.doubles import ChatLLM, scripted, user
from tests.wire import WireServer
from tests.wire._rewards import RewardServer

SAYS = ["It is 7.", "So 8 it is, clearly: 8", "It is 7."]
KEY = "sk-reward-secret"


def length(question: str, response: str) -> float:
    return float(len(response))


async def length_later(question: str, response: str) -> float:
    await asyncio.sleep(0)
    return float(len(response))


def one_model(server: WireServer, **options: Any) -> ModelSwitchLLM:
    server.serve(OPENAI, SAYS)
    return ModelSwitchLLM(llms=[openai(server.url)], samples=3, max_concurrency=1, answer="number", **options)


def result_of(response: Any) -> SwitchResult:
    result = switch_result(response)
    assert result is not None
    return result


@pytest.mark.parametrize("reward", [length, length_later])
@pytest.mark.parametrize("way", ["chat", "achat", "complete", "acomplete"])
def test_the_best_sample_is_returned(server: WireServer, reward: Any, way: str) -> None:
    llm = one_model(server, vote="reward_best", reward=reward)
    asked: Any = user("How many?") if "chat" in way else "How many?"
    call = getattr(llm, way)(asked)
    response = asyncio.run(call) if way.startswith("a") else call
    result = result_of(response)
    said = response.message.content if "chat" in way else response.text
    assert (said, result.answer, result.reward_failure) == (SAYS[1], "8", None)
    assert result.confidence == pytest.approx(1 / 3)


@pytest.mark.parametrize("way", ["chat", "achat"])
def test_a_served_reward_model_decides(server: WireServer, way: str) -> None:
    with RewardServer(lambda text: -len(text) / 10, shape="tokens", api_key=KEY) as rewards:
        reward = VllmReward(base_url=rewards.url, model="rm", endpoint="pooling", api_key=KEY)
        llm = one_model(server, vote="reward_sum", reward=reward)
        asked = [ChatMessage(role=MessageRole.SYSTEM, content="Be brief."), *user("How many?")]
        response = llm.chat(asked) if way == "chat" else asyncio.run(llm.achat(asked))
        assert {request.texts[0] for request in rewards.requests} == {f"How many?|{said}" for said in SAYS}
    result = result_of(response)
    # -3.1 for "8", twice -1.8 for "7".
    assert result.answer == "8"
    assert result.scores == pytest.approx({"7": -3.6, "8": -3.2})
    assert KEY not in f"{response!r}{llm!r}{json.dumps(llm.to_dict())}"
    assert KEY.encode() not in pickle.dumps(llm)


def test_a_reward_that_fails_is_seen_behind_a_query_engine(server: WireServer) -> None:
    def reward(question: str, response: str) -> float:
        raise ConnectionError("the reward model is gone")

    llm = one_model(server, vote="reward_best", reward=reward)
    index = SummaryIndex.from_documents([Document(text="Seven or eight.")])
    with collect_switch_results() as results:
        answer = index.as_query_engine(llm=llm).query("How many?")
    assert (str(answer), results[0].answer) == (SAYS[0], "7")
    assert results[0].reward_failure == "ConnectionError: the reward model is gone"
    assert "The reward model had no say" in results[0].explain()


def test_what_is_stored_names_the_reward_and_wants_it_again() -> None:
    llm = ModelSwitchLLM(llms=[ChatLLM(respond=scripted([]), model="a")], vote="reward_best", reward=length)
    stored = llm.to_dict()
    assert stored["reward"] == "length"
    with pytest.raises(ValidationError, match="reward=str can neither be called nor asked"):
        ModelSwitchLLM.from_dict(stored, llms=llm.llms)
    assert ModelSwitchLLM.from_dict(stored, llms=llm.llms, reward=length).reward is length


def test_a_reward_that_has_no_say_is_pointed_out() -> None:
    with pytest.warns(SwitchWarning, match="reward=length is never asked"):
        ModelSwitchLLM(llms=[ChatLLM(respond=scripted([]), model="a")], reward=length)
