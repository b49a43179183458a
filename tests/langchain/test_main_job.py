"""The main job on real input: recorded answers of real models, served over HTTP to real clients, switched.

MathBench as sampled by the ModelSwitch authors: GPT-4o mini over OpenAI's protocol, Gemini 1.5 Flash over
Gemini's. The wire must add nothing to what the bare core makes of the same answers.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from langchain_modelswitch import ModelSwitchRunnable, switch_result
from modelswitch_core import Switch, SwitchResult, answer_reader, switch_plan
from tests.recorded import bare_result, counted, is_tied, recording
from tests.wire import Playback, WireServer
from tests.wire.clients import chat_gemini, chat_openai

MODELS = ["gpt-4o-mini", "gemini-1.5-flash"]
SAMPLES = 8


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return recording("mathbench")[:40]


@pytest.fixture
def server(rows: list[dict[str, Any]]) -> Iterator[WireServer]:
    with WireServer() as running:
        for model in MODELS:
            running.serve(model, Playback(rows, model))
        yield running


@pytest.fixture(scope="module")
def bare(rows: list[dict[str, Any]]) -> list[SwitchResult]:
    plan = switch_plan(MODELS, samples=SAMPLES, settled_exit=False)
    switch = Switch(plan=plan, reader=answer_reader("number"))
    return [bare_result(switch, row, MODELS) for row in rows]


def over_the_wire(server: WireServer, **options: Any) -> ModelSwitchRunnable:
    models = [
        chat_openai(server.url, MODELS[0], temperature=1),
        chat_gemini(server.url, MODELS[1], temperature=1),
    ]
    return ModelSwitchRunnable(models=models, samples=SAMPLES, answer="number", **options)


async def one_by_one(switch: ModelSwitchRunnable, questions: list[str]) -> list[Any]:
    return [await switch.ainvoke(question) for question in questions]


def result_of(message: Any) -> SwitchResult:
    result = switch_result(message)
    assert result is not None
    return result


@pytest.mark.parametrize("way", ["sync", "async"])
def test_over_the_wire_it_is_draw_for_draw_what_the_bare_core_makes_of_it(
    server: WireServer, rows: list[dict[str, Any]], bare: list[SwitchResult], way: str
) -> None:
    switch = over_the_wire(server, max_concurrency=1, settled_exit=False)

    questions = [row["question"] for row in rows]
    messages = (
        [switch.invoke(question) for question in questions]
        if way == "sync"
        else asyncio.run(one_by_one(switch, questions))
    )
    results = [result_of(message) for message in messages]
    assert [result.answer for result in results] == [result.answer for result in bare]
    assert [counted(result) for result in results] == [counted(result) for result in bare]
    assert len(server.log) == sum(result.samples_drawn for result in bare)
    for model, name in enumerate(MODELS):
        asked = [request for request in server.log if request.model == name]
        assert len(asked) == sum(result.models[model].drawn for result in bare)
    # Not trivial: some questions stop after the first model, some go on, some responses cannot be read.
    assert {result.stop_reason for result in bare} == {"consistent", "all_drawn"}
    assert all(result.usage is not None and result.usage.total_tokens > 0 for result in results)


def test_at_once_and_with_settled_exit_the_answers_stay(
    server: WireServer, rows: list[dict[str, Any]], bare: list[SwitchResult]
) -> None:
    switch = over_the_wire(server, max_concurrency=20)
    questions = [row["question"] for row in rows]
    messages = asyncio.run(switch.abatch(questions))
    reader = answer_reader("number")
    settled = 0
    for message, expected in zip(messages, bare, strict=True):
        result = result_of(message)
        settled += result.stop_reason == "settled"
        if is_tied(expected) or expected.answer is None:
            continue
        ours, theirs = reader.parse(result.answer or ""), reader.parse(expected.answer)
        assert ours is not None
        assert theirs is not None
        assert reader.same(ours, theirs)
    assert settled > 0
    assert server.max_in_flight() <= 20


def test_the_answers_are_as_good_as_the_recording_allows(
    rows: list[dict[str, Any]], bare: list[SwitchResult]
) -> None:
    reader = answer_reader("number")
    right = 0
    for row, result in zip(rows, bare, strict=True):
        answer, gold = reader.parse(result.answer or ""), reader.parse(row["gold"])
        right += answer is not None and gold is not None and reader.same(answer, gold)
    assert right / len(rows) > 0.7
    assert sum(result.samples_drawn for result in bare) / len(rows) < 2 * SAMPLES * 0.8
