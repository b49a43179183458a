"""The main job on real input: recorded answers of real models, served over HTTP to LlamaIndex's clients.

MathBench as sampled by the ModelSwitch authors: GPT-4o mini over OpenAI's protocol, Gemini 1.5 Flash over
Gemini's. The wire must add nothing to what the bare core makes of the same answers.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from llama_index.core.base.llms.types import ChatResponse

from llamaindex_modelswitch import ModelSwitchLLM, switch_result
from modelswitch_core import Switch, SwitchResult, answer_reader, switch_plan
from tests.llamaindex.clients import GEMINI, OPENAI, gemini, openai
from tests.llamaindex.doubles import user
from tests.recorded import bare_result, counted, is_tied, recording
from tests.wire import Playback, WireServer

MODELS = [OPENAI, GEMINI]
SAMPLES = 8

# GoogleGenAI's synchronous chat runs a loop of its own and leaves a session of aiohttp to the collector.
pytestmark = [
    pytest.mark.data,
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return recording("mathbench")[:40]


@pytest.fixture
def playing(server: WireServer, rows: list[dict[str, Any]]) -> WireServer:
    for model in MODELS:
        server.serve(model, Playback(rows, model))
    return server


@pytest.fixture(scope="module")
def bare(rows: list[dict[str, Any]]) -> list[SwitchResult]:
    plan = switch_plan(MODELS, samples=SAMPLES, settled_exit=False)
    switch = Switch(plan=plan, reader=answer_reader("number"))
    return [bare_result(switch, row, MODELS) for row in rows]


def over_the_wire(server: WireServer, **options: Any) -> ModelSwitchLLM:
    llms = [openai(server.url), gemini(server.url)]
    return ModelSwitchLLM(llms=llms, samples=SAMPLES, answer="number", **options)


def result_of(response: ChatResponse) -> SwitchResult:
    result = switch_result(response)
    assert result is not None
    return result


def expect_the_same(server: WireServer, responses: list[ChatResponse], bare: list[SwitchResult]) -> None:
    results = [result_of(response) for response in responses]
    assert [result.answer for result in results] == [result.answer for result in bare]
    assert [counted(result) for result in results] == [counted(result) for result in bare]
    assert len(server.log) == sum(result.samples_drawn for result in bare)
    for model, name in enumerate(MODELS):
        asked = [request for request in server.log if request.model == name]
        assert len(asked) == sum(result.models[model].drawn for result in bare)
    # Not trivial: some questions stop after the first model, some go on.
    assert {result.stop_reason for result in bare} == {"consistent", "all_drawn"}
    for result, response in zip(results, responses, strict=True):
        assert result.usage is not None
        assert response.raw is not None
        assert response.raw["usage"]["total_tokens"] == result.usage.total_tokens > 0


def test_over_the_wire_it_is_draw_for_draw_what_the_bare_core_makes_of_it(
    playing: WireServer, rows: list[dict[str, Any]], bare: list[SwitchResult]
) -> None:
    switch = over_the_wire(playing, max_concurrency=1, settled_exit=False)
    expect_the_same(playing, [switch.chat(user(row["question"])) for row in rows], bare)


async def test_on_the_loop_it_is_the_same_draw_for_draw(
    playing: WireServer, rows: list[dict[str, Any]], bare: list[SwitchResult]
) -> None:
    switch = over_the_wire(playing, max_concurrency=1, settled_exit=False)
    expect_the_same(playing, [await switch.achat(user(row["question"])) for row in rows], bare)


async def test_at_once_and_with_settled_exit_the_answers_stay(
    playing: WireServer, rows: list[dict[str, Any]], bare: list[SwitchResult]
) -> None:
    switch = over_the_wire(playing, max_concurrency=20)
    responses = await asyncio.gather(*[switch.achat(user(row["question"])) for row in rows])
    reader = answer_reader("number")
    settled = 0
    for response, expected in zip(responses, bare, strict=True):
        result = result_of(response)
        settled += result.stop_reason == "settled"
        if is_tied(expected) or expected.answer is None:
            continue
        ours, theirs = reader.parse(result.answer or ""), reader.parse(expected.answer)
        assert ours is not None
        assert theirs is not None
        assert reader.same(ours, theirs)
    assert settled > 0
    assert playing.max_in_flight() <= 20
