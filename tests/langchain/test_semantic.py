"""Meaning, objects by field and tool calls by argument, over real clients on a real wire."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.tools import tool
from pydantic import BaseModel

from langchain_modelswitch import ModelSwitchRunnable, collect_switch_results, semantic_reader
from modelswitch_core import SwitchWarning, json_reader, tool_calls_reader
from tests.langchain.doubles import GEMINI, OPENAI, both, openai_only, result_of
from tests.wire import Hang, Reply, ToolCall, WireServer
from tests.wire.clients import chat_openai

# OpenAI's client puts parsed objects where pydantic expects none.
pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")

HOW = pytest.mark.parametrize("how", ["sync", "async"])
JUDGE = "gpt-4o"
SCATTERED = (
    "The sky looks blue because the air scatters the short waves of the sunlight more than the long ones."
)
IN_OTHER_WORDS = (
    "Short waves of sunlight are scattered more strongly by the air, and so the sky appears blue to us."
)
OCEAN = "The sky looks blue because the surface of the oceans is blue and the air reflects it like a mirror."


class ByTopic(Embeddings):
    """Embeds what a text says about air and oceans."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.asked.append(texts)
        return [[float("scatter" in text), float("ocean" in text)] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


async def call(chain: Any, how: str, given: str = "Why is the sky blue?") -> Any:
    return chain.invoke(given) if how == "sync" else await chain.ainvoke(given)


@HOW
async def test_the_same_in_other_words_is_consistent(server: WireServer, how: str) -> None:
    server.serve(OPENAI, [SCATTERED, IN_OTHER_WORDS])
    embeddings = ByTopic()
    message = await call(both(server, answer=semantic_reader(embeddings=embeddings)), how)
    assert message.content in (SCATTERED, IN_OTHER_WORDS)
    assert result_of(message).stop_reason == "consistent"
    assert [sorted(texts) for texts in embeddings.asked] == [sorted([SCATTERED, IN_OTHER_WORDS])]


@HOW
async def test_one_call_a_wave_and_a_vote_over_both_models(server: WireServer, how: str) -> None:
    server.serve(OPENAI, [SCATTERED, OCEAN])
    server.serve(GEMINI, [IN_OTHER_WORDS, IN_OTHER_WORDS])
    embeddings = ByTopic()
    switch = both(server, answer=semantic_reader(embeddings=embeddings), max_concurrency=1)
    result = result_of(await call(switch, how))
    assert result.answer == SCATTERED
    assert [list(report.answers.values()) for report in result.models] == [[1, 1], [2]]
    assert embeddings.asked == [[SCATTERED, OCEAN], [IN_OTHER_WORDS]]


@HOW
async def test_a_chat_model_judges(server: WireServer, how: str) -> None:
    server.serve(OPENAI, [SCATTERED, IN_OTHER_WORDS])
    server.serve(JUDGE, "Yes")
    judge = chat_openai(server.url, model=JUDGE)
    with collect_switch_results() as results:
        await call(openai_only(server, answer=semantic_reader(judge=judge), settled_exit=False), how)
    assert len(results[0].scores) == 1
    prompts = [entry.body["messages"][0]["content"] for entry in server.log if entry.model == JUDGE]
    assert len(prompts) == 2, "both ways"
    assert all("Why is the sky blue?" in prompt and SCATTERED in prompt for prompt in prompts)


@HOW
@pytest.mark.parametrize(
    ("says", "words"),
    [("I cannot decide.", "replied 'i cannot decide'"), (Hang(), "Timeout"), (Reply(None), "replied ''")],
)
async def test_a_judge_that_fails_or_says_nonsense_finds_nothing_the_same(
    server: WireServer, how: str, says: Any, words: str
) -> None:
    server.serve(OPENAI, [SCATTERED, IN_OTHER_WORDS])
    if isinstance(says, Hang):
        server.serve(JUDGE, faults=says)
    else:
        server.serve(JUDGE, says)
    judge = chat_openai(server.url, model=JUDGE, timeout=0.3)
    switch = openai_only(server, answer=semantic_reader(judge=judge), settled_exit=False)
    with pytest.warns(SwitchWarning, match=words):
        message = await call(switch, how)
    assert len(result_of(message).scores) == 2


async def test_a_judge_that_hangs_does_not_outlast_the_time_limit(server: WireServer) -> None:
    server.serve(OPENAI, [SCATTERED, IN_OTHER_WORDS])

    async def judge(_: str) -> str:
        await asyncio.sleep(30)
        raise AssertionError("not reached")

    switch = openai_only(server, answer=semantic_reader(judge=judge), time_limit_seconds=1.0)
    begun = time.monotonic()
    result = result_of(await switch.ainvoke("q"))
    assert time.monotonic() - begun < 10
    assert (result.stop_reason, len(result.scores)) == ("time_limit", 2)


# --- objects and calls ---


class Person(BaseModel):
    name: str
    age: int
    born: str
    why: str = ""


def says(name: str, age: int, born: str, why: str = "") -> str:
    return json.dumps({"name": name, "age": age, "born": born, "why": why})


@HOW
@pytest.mark.parametrize("schema", [Person, None])
@pytest.mark.parametrize("structured", [True, False])
async def test_the_object_that_agrees_most_wins(
    server: WireServer, how: str, schema: type[Person] | None, structured: bool
) -> None:
    # Every object differs from every other; the third has each of its values from a majority.
    people = [("Ada", 35, "London"), ("Ada L.", 36, "London"), ("Ada", 36, "London"), ("Ada", 36, "Paris")]
    server.serve(OPENAI, [says(*person, why=f"reason {n}") for n, person in enumerate(people)])
    reader = json_reader(schema, vote_by="field", ignore=["why"])
    switch: Any = openai_only(server, samples=4, answer=reader, max_concurrency=1)
    with collect_switch_results() as results:
        chain = switch.with_structured_output(Person, method="json_schema") if structured else switch
        made = await call(chain, how)
    found = made if structured else Person.model_validate_json(made.content)
    assert (found.name, found.age, found.born) == people[2]
    assert results[0].stop_reason == "all_drawn", "nothing is settled by field"
    assert results[0].confidence == pytest.approx(9 / 12)


@HOW
async def test_reasons_do_not_make_two_objects(server: WireServer, how: str) -> None:
    server.serve(OPENAI, [says("Ada", 36, "London", "she said so"), says("Ada", 36, "London", "I counted")])
    switch = both(server, answer=json_reader(Person, ignore=["why"]))
    with collect_switch_results() as results:
        made = await call(switch.with_structured_output(Person, method="json_schema"), how)
    assert made.name == "Ada"
    assert results[0].stop_reason == "consistent"


@tool
def search(query: str, limit: int) -> str:
    """Searches the web."""
    return f"{limit} results for {query}"


@HOW
async def test_a_search_s_words_are_compared_by_meaning(server: WireServer, how: str) -> None:
    def calls(query: str, limit: int = 3) -> Reply:
        return Reply(tool_calls=(ToolCall("search", {"query": query, "limit": limit}),))

    reader = tool_calls_reader(compare={"query": semantic_reader(embeddings=ByTopic())})
    for second, reason in ((calls("scattering"), "consistent"), (calls("scattering", 5), "all_drawn")):
        server.serve(OPENAI, [calls("how air scatters light"), second])
        switch: ModelSwitchRunnable = both(server, answer=reader, settled_exit=False)
        server.serve(GEMINI, calls("oceans"))
        assert result_of(await call(switch.bind_tools([search]), how)).stop_reason == reason
