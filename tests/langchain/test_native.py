"""All samples of a model in one request, where its class takes a number of answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel
from pydantic import BaseModel

from langchain_modelswitch import ModelSwitchRunnable
from modelswitch_core import AllDrawsFailedError
from tests.langchain.doubles import GEMINI, OPENAI, both, gemini_only, openai_only, result_of
from tests.wire import NoChoices, Reply, Status, Usage, WireServer
from tests.wire.clients import chat_openai

ALONE = [pytest.param(openai_only, OPENAI, id="openai"), pytest.param(gemini_only, GEMINI, id="gemini")]
Of = Callable[..., ModelSwitchRunnable]


@pytest.mark.parametrize(("of", "model"), ALONE)
async def test_one_request_brings_all_samples(server: WireServer, of: Of, model: str) -> None:
    switch = of(server, samples=3, native_n=True)
    for count, message in enumerate([None, "async"], start=1):
        server.serve(model, [Reply("7", usage=Usage(10, 1)), Reply("8", usage=Usage(10, 2)), "8"])
        made = switch.invoke("q") if message is None else await switch.ainvoke("q")
        assert [entry.n for entry in server.log] == [3] * count
        assert made.content == "8"
        result = result_of(made)
        assert result.models[0].answers == {"7": 1, "8": 2}
        assert (result.samples_drawn, result.chosen.draw) == (3, 1)


def test_each_provider_is_asked_in_its_own_words(server: WireServer) -> None:
    server.serve(OPENAI, [str(n) for n in range(3)])
    both(server, samples=3, native_n=True).invoke("q")
    openai, gemini = server.log
    assert openai.body["n"] == 3
    assert gemini.body["generationConfig"]["candidateCount"] == 3


@pytest.mark.parametrize(("of", "model"), ALONE)
def test_usage_counts_once_for_a_request(server: WireServer, of: Of, model: str) -> None:
    server.serve(model, Reply("7", usage=Usage(10, 5)))
    message = of(server, samples=3, native_n=True).invoke("q")
    assert message.usage_metadata is not None
    assert message.usage_metadata["input_tokens"] == 10
    assert message.usage_metadata["output_tokens"] == 15
    usage = result_of(message).usage
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (10, 15, 25)


@pytest.mark.parametrize("streaming", [False, True])
async def test_streaming_handlers_do_not_make_it_one_sample(server: WireServer, streaming: bool) -> None:
    models = [chat_openai(server.url, streaming=streaming)]
    switch = ModelSwitchRunnable(models=models, samples=3, native_n=True)
    events = [event async for event in switch.astream_events("q", version="v2")]
    assert [entry.n for entry in server.log] == [3]
    assert result_of(events[-1]["data"]["output"]).models[0].failures == ()


def test_fewer_answers_than_asked_for_are_failed_draws(server: WireServer) -> None:
    class Stingy(type(chat_openai(server.url))):  # type: ignore[misc]  # the client's class, which keeps one back
        def _create_chat_result(self, response: Any, generation_info: Any = None) -> Any:
            made = super()._create_chat_result(response, generation_info)
            made.generations = made.generations[:2]
            return made

    options: Any = {"base_url": f"{server.url}/v1", "api_key": "k", "max_retries": 0, "model": OPENAI}
    server.serve(OPENAI, "7")
    switch = ModelSwitchRunnable(models=[Stingy(**options)], samples=3, native_n=True, settled_exit=False)
    message = switch.invoke("q")
    result = result_of(message)
    assert result.models[0].answers == {"7": 2}
    assert result.models[0].failures == ("NoChoicesError: the provider returned 2 of 3 answers",)


@pytest.mark.parametrize(
    ("of", "model", "fault"),
    [
        (openai_only, OPENAI, NoChoices()),
        (openai_only, OPENAI, Status(500)),
        (gemini_only, GEMINI, Status(500)),
    ],
)
def test_a_request_that_brings_nothing_fails_every_draw(
    server: WireServer, of: Of, model: str, fault: Any
) -> None:
    server.serve(model, faults=fault)
    with pytest.raises(AllDrawsFailedError) as caught:
        of(server, samples=3, native_n=True).invoke("q")
    assert len(caught.value.exceptions) == 3


def test_no_candidates_of_gemini_are_one_empty_answer(server: WireServer) -> None:
    # It answers so where it does not like the prompt, and its client makes an empty message of that.
    server.serve(GEMINI, faults=NoChoices())
    result = result_of(gemini_only(server, samples=3, native_n=True).invoke("q"))
    assert result.answer is None
    assert (result.models[0].unreadable, len(result.models[0].failures)) == (1, 2)


async def test_a_failed_request_leaves_the_answer_to_the_next_model(server: WireServer) -> None:
    server.serve(OPENAI, faults=NoChoices())
    server.serve(GEMINI, "7")
    message = await both(server, samples=2, native_n=True).ainvoke("q")
    assert message.content == "7"
    assert len(result_of(message).models[0].failures) == 2


def test_a_single_sample_asks_for_nothing_special(server: WireServer) -> None:
    openai_only(server, samples=1, native_n=True).invoke("q")
    assert "n" not in server.log[0].body


def test_a_model_that_has_no_such_option_is_asked_one_by_one(server: WireServer) -> None:
    fake = FakeListChatModel(responses=["1", "2", "3"])
    switch = ModelSwitchRunnable(
        models=[fake, chat_openai(server.url)], samples=3, native_n=True, max_concurrency=1
    )
    result = result_of(switch.invoke("q"))
    assert result.models[0].drawn == 3
    assert [entry.n for entry in server.log] == [3]


def test_structured_output_and_tools_of_several_answers(server: WireServer) -> None:
    class Total(BaseModel):
        """What it comes to."""

        total: int

    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b

    for of in (openai_only, gemini_only):
        switch = of(server, samples=3, native_n=True, settled_exit=False)
        structured = switch.with_structured_output(Total, method="function_calling", include_raw=True)
        made = structured.invoke("What is 3 + 4?")
        assert isinstance(made, dict)
        assert made["parsed"] == Total(total=3)
        assert list(result_of(made["raw"]).models[0].answers.values()) == [3]
        called = switch.bind_tools([add]).invoke("What is 3 + 4?")
        assert list(result_of(called).models[0].answers.values()) == [3]
    assert [entry.n for entry in server.log] == [3] * 4


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")
@pytest.mark.parametrize("of", [openai_only, gemini_only])
def test_schemas_of_several_answers(server: WireServer, of: Of) -> None:
    class Total(BaseModel):
        """What it comes to."""

        total: int

    server.serve(OPENAI, ['{"total": 8}', '{"total": 7}', '{ "total": 7 }'])
    server.serve(GEMINI, ['{"total": 8}', '{"total": 7}', '{ "total": 7 }'])
    switch = of(server, samples=3, native_n=True)
    made = switch.with_structured_output(Total, include_raw=True).invoke("What is 3 + 4?")
    assert isinstance(made, dict)
    # OpenAI's client parses the first of several answers only; the others count as well.
    assert made["parsed"] == Total(total=7)
    assert list(result_of(made["raw"]).models[0].answers.values()) == [1, 2]
