"""Free text compared by meaning, and objects by field, over real clients on a real wire."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.prompts import PromptTemplate
from pydantic import BaseModel, PrivateAttr

from llamaindex_modelswitch import ModelSwitchLLM, collect_switch_results, semantic_reader, switch_result
from modelswitch_core import SwitchResult, SwitchWarning, json_reader
from tests.llamaindex import minilm
from tests.llamaindex.clients import GEMINI, LIKE, OPENAI, gemini, like, openai
from tests.llamaindex.doubles import calling, cycled, pair, user
from tests.wire import Hang, WireServer

# GoogleGenAI's synchronous chat runs a loop of its own and leaves a session of aiohttp to the collector.
pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")

HOW = pytest.mark.parametrize("how", ["sync", "async"])
RUST = "The bridge collapsed as its bolts had rusted through."
IN_OTHER_WORDS = "Rusted bolts led to the collapse of the bridge."
LORRY = "The bridge collapsed as a lorry was too heavy for it."


class ByTopic(BaseEmbedding):
    """Embeds what a text says about rust and lorries."""

    _asked: list[list[str]] = PrivateAttr(default_factory=list)

    @property
    def asked(self) -> list[list[str]]:
        """The batches, in order."""
        return self._asked

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float("ust" in text), float("lorry" in text)]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        self._asked.append(texts)
        return [self._get_text_embedding(text) for text in texts]

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._get_text_embeddings(texts)

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def both(server: WireServer, **options: Any) -> ModelSwitchLLM:
    return ModelSwitchLLM(llms=[openai(server.url), gemini(server.url)], **{"samples": 2, **options})


async def result_of(switch: ModelSwitchLLM, how: str) -> SwitchResult:
    asked = user("Why did the bridge collapse?")
    result = switch_result(switch.chat(asked) if how == "sync" else await switch.achat(asked))
    assert result is not None
    return result


@HOW
async def test_one_call_a_wave_and_a_vote_over_both_models(server: WireServer, how: str) -> None:
    server.serve(OPENAI, [RUST, LORRY])
    server.serve(GEMINI, [IN_OTHER_WORDS, IN_OTHER_WORDS])
    embeddings = ByTopic()
    switch = both(server, answer=semantic_reader(embeddings=embeddings), max_concurrency=1)
    result = await result_of(switch, how)
    assert result.answer == RUST
    assert [list(report.answers.values()) for report in result.models] == [[1, 1], [2]]
    assert embeddings.asked == [[RUST, LORRY], [IN_OTHER_WORDS]]


@HOW
@pytest.mark.skipif(minilm.missing() is not None, reason=str(minilm.missing()))
async def test_real_embeddings(server: WireServer, how: str) -> None:
    reader = semantic_reader(embeddings=minilm.MiniLM())
    for second, reason in ((IN_OTHER_WORDS, "consistent"), (RUST.replace("had", "had not"), "all_drawn")):
        server.serve(OPENAI, [RUST, second])
        server.serve(GEMINI, LORRY)
        assert (await result_of(both(server, answer=reader, settled_exit=False), how)).stop_reason == reason


@HOW
async def test_an_llm_judges(server: WireServer, how: str) -> None:
    server.serve(OPENAI, [RUST, IN_OTHER_WORDS])
    server.serve(LIKE, "yes")
    result = await result_of(both(server, answer=semantic_reader(judge=like(server.url))), how)
    assert result.stop_reason == "consistent"
    prompts = [str(entry.body) for entry in server.log if entry.model == LIKE]
    assert len(prompts) == 2, "both ways"
    assert all("Why did the bridge collapse?" in prompt and RUST in prompt for prompt in prompts)


@HOW
@pytest.mark.parametrize(("says", "words"), [("Perhaps.", "replied 'perhaps'"), (Hang(), "Timeout")])
async def test_a_judge_that_hangs_or_says_nonsense_finds_nothing_the_same(
    server: WireServer, how: str, says: Any, words: str
) -> None:
    server.serve(OPENAI, [RUST, IN_OTHER_WORDS])
    server.serve(GEMINI, LORRY)
    if isinstance(says, Hang):
        server.serve(LIKE, faults=says)
    else:
        server.serve(LIKE, says)
    switch = both(server, answer=semantic_reader(judge=like(server.url, timeout=0.3)), settled_exit=False)
    with pytest.warns(SwitchWarning, match=words):
        result = await result_of(switch, how)
    assert len(result.scores) == 3


async def test_a_judge_that_hangs_does_not_outlast_the_time_limit(server: WireServer) -> None:
    server.serve(OPENAI, [RUST, IN_OTHER_WORDS])

    async def judge(_: str) -> str:
        await asyncio.sleep(30)
        raise AssertionError("not reached")

    begun = time.monotonic()
    result = await result_of(
        both(server, answer=semantic_reader(judge=judge), time_limit_seconds=1.0), "async"
    )
    assert time.monotonic() - begun < 10
    assert (result.stop_reason, len(result.scores)) == ("time_limit", 2)


class Person(BaseModel):
    name: str
    age: int
    born: str
    why: str = ""


@HOW
@pytest.mark.parametrize("schema", [Person, None])
async def test_the_object_that_agrees_most_wins(how: str, schema: type[Person] | None) -> None:
    # Every object differs from every other; the third has each of its values from a majority.
    people = [("Ada", 35, "London"), ("Ada L.", 36, "London"), ("Ada", 36, "London"), ("Ada", 36, "Paris")]
    calls = [
        calling("Person", name=name, age=age, born=born, why=f"reason {age} {name}")
        for name, age, born in people
    ]
    switch = ModelSwitchLLM(
        llms=pair(cycled(*calls), cycled(*calls))[:1],
        samples=4,
        answer=json_reader(schema, vote_by="field", ignore=["why"]),
        max_concurrency=1,
    )
    prompt = PromptTemplate("Who wrote the first program?")
    with collect_switch_results() as results:
        if how == "sync":
            found = switch.structured_predict(Person, prompt)
        else:
            found = await switch.astructured_predict(Person, prompt)
    assert (found.name, found.age, found.born) == people[2]
    assert results[0].stop_reason == "all_drawn", "nothing is settled by field"
    assert results[0].confidence == pytest.approx(9 / 12)
