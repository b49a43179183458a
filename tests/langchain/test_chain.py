"""The switch where a chat model stands: in chains, batches and streams, with retries and fallbacks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.rate_limiters import InMemoryRateLimiter

from langchain_modelswitch import ModelSwitchRunnable, collect_switch_results
from modelswitch_core import AllDrawsFailedError
from tests.langchain.doubles import (
    GEMINI,
    OPENAI,
    EveryShare,
    Recorder,
    asked,
    both,
    gemini_only,
    openai_only,
    result_of,
)
from tests.wire import Reply, Status, WireRequest, WireServer
from tests.wire.clients import chat_gemini, chat_openai

PROMPT = ChatPromptTemplate.from_messages([("system", "Be brief."), ("human", "What is {a} + {b}?")])


def adder(request: WireRequest) -> Reply:
    """What the question's numbers add up to."""
    words = request.last_user_text.replace("?", "").split()
    return Reply(str(sum(int(word) for word in words if word.isdigit())))


@pytest.fixture(autouse=True)
def models(server: WireServer) -> None:
    server.serve(OPENAI, adder)
    server.serve(GEMINI, adder)


async def test_a_link_between_prompt_and_parser(server: WireServer) -> None:
    chain = PROMPT | both(server) | StrOutputParser()
    assert chain.invoke({"a": 3, "b": 4}) == "7"
    assert await chain.ainvoke({"a": 3, "b": 5}) == "8"


async def test_the_first_model_is_returned_when_it_agrees_with_itself(server: WireServer) -> None:
    for message in (both(server).invoke("1 and 2"), await both(server).ainvoke("1 and 2")):
        assert isinstance(message, AIMessage)
        assert message.content == "3"
        assert result_of(message).stop_reason == "consistent"
    assert set(asked(server)) == {OPENAI}


async def test_the_next_model_is_asked_when_it_does_not(server: WireServer) -> None:
    server.serve(OPENAI, ["7", "8", "7", "8"])
    server.serve(GEMINI, "8")
    for message in (
        both(server).invoke("q"),
        await both(server).ainvoke("q"),
    ):
        assert message.content == "8"
        # The chosen response is unchanged but for the usage and the names.
        assert message.response_metadata["model_provider"] == "google_genai"
        assert message.response_metadata["model_name"] == f"modelswitch({OPENAI}+{GEMINI})"
        assert result_of(message).models[0].answers == {"7": 1, "8": 1}


def test_a_batch_keeps_its_order(server: WireServer) -> None:
    chain = PROMPT | both(server) | StrOutputParser()
    questions = [{"a": n, "b": 1} for n in range(6)]
    assert chain.batch(questions) == [str(n + 1) for n in range(6)]
    assert dict(chain.batch_as_completed(questions)) == {n: str(n + 1) for n in range(6)}


async def test_an_async_batch_keeps_its_order(server: WireServer) -> None:
    chain = PROMPT | both(server) | StrOutputParser()
    questions = [{"a": n, "b": 1} for n in range(6)]
    assert await chain.abatch(questions) == [str(n + 1) for n in range(6)]
    assert {n: text async for n, text in chain.abatch_as_completed(questions)} == {
        n: str(n + 1) for n in range(6)
    }


def test_a_batch_returns_exceptions_where_it_is_asked_to(server: WireServer) -> None:
    server.serve(OPENAI, adder, faults=lambda request: Status(500) if "9" in request.last_user_text else None)
    good, bad = openai_only(server).batch(["1 and 1", "9 and 9"], return_exceptions=True)
    assert good.content == "2"
    assert isinstance(bad, AllDrawsFailedError)


async def test_a_stream_is_one_chunk_after_the_vote(server: WireServer) -> None:
    switch = both(server)
    for chunks in (list(switch.stream("2 and 2")), [chunk async for chunk in switch.astream("2 and 2")]):
        (chunk,) = chunks
        assert isinstance(chunk, AIMessageChunk)
        assert chunk.content == "4"
        assert chunk.chunk_position == "last"
        assert chunk.usage_metadata is not None
        assert result_of(chunk).samples_drawn == 2
        assert chunk.id


@pytest.mark.parametrize("of", [openai_only, gemini_only])
def test_the_chunk_says_what_the_message_says(server: WireServer, of: Any) -> None:
    (chunk,) = of(server, settled_exit=False).stream("2 and 2")
    message = of(server, settled_exit=False).invoke("2 and 2")
    assert (chunk.content, chunk.tool_calls, chunk.usage_metadata) == (
        message.content,
        message.tool_calls,
        message.usage_metadata,
    )
    assert set(chunk.response_metadata) == set(message.response_metadata)
    # A program that adds chunks up starts with the first and finds no other.
    whole = chunk + AIMessageChunk(content="")
    assert whole.content == message.content
    assert result_of(whole).answer == result_of(message).answer


async def test_a_chain_streams(server: WireServer) -> None:
    chain = PROMPT | both(server) | StrOutputParser()
    assert list(chain.stream({"a": 3, "b": 4})) == ["7"]
    assert [text async for text in chain.astream({"a": 3, "b": 4})] == ["7"]


async def test_a_stream_fails_as_a_call_does(server: WireServer) -> None:
    server.serve(OPENAI, faults=Status(500))
    recorder = Recorder()
    with pytest.raises(AllDrawsFailedError):
        list(openai_only(server).stream("q", {"callbacks": [recorder]}))
    with pytest.raises(AllDrawsFailedError):
        async for _ in openai_only(server).astream("q", {"callbacks": [recorder]}):
            pass
    assert [type(run.error) for _, run in recorder.switches] == [AllDrawsFailedError] * 2


def test_a_stream_that_is_left_early_ends_its_run(server: WireServer) -> None:
    recorder = Recorder()
    for _ in openai_only(server).stream("2 and 2", {"callbacks": [recorder]}):
        break
    ((_, run),) = recorder.switches
    assert run.ended is not None
    assert run.tokens == ["4"]


def test_options_of_a_call_reach_every_sample(server: WireServer) -> None:
    both(server, policy=EveryShare()).invoke("1", stop=["END"], temperature=0.25)
    sent = [(entry.body, entry.request.chat.stop) for entry in server.log]
    assert [stop for _, stop in sent] == [("END",)] * 4
    temperatures = [
        body["temperature"] if "temperature" in body else body["generationConfig"]["temperature"]
        for body, _ in sent
    ]
    assert temperatures == [0.25] * 4


async def test_options_can_be_bound(server: WireServer) -> None:
    bound = both(server, policy=EveryShare()).bind(stop=["END"])
    await bound.ainvoke("1")
    assert [entry.request.chat.stop for entry in server.log] == [("END",)] * 4


def test_bindings_of_single_models_are_kept(server: WireServer) -> None:
    cold = chat_openai(server.url).bind(temperature=0.1).bind(stop=["FULL STOP"])
    plain = chat_openai(server.url, "gpt-4.1")
    ModelSwitchRunnable(models=[cold, plain], samples=2, policy=EveryShare()).invoke("1")
    by_model = {entry.model: entry for entry in server.log}
    assert by_model[OPENAI].body["temperature"] == 0.1
    assert by_model[OPENAI].request.chat.stop == ("FULL STOP",)
    assert "temperature" not in by_model["gpt-4.1"].body
    assert by_model["gpt-4.1"].request.chat.stop == ()


def test_a_call_overrides_what_is_bound_to_a_model(server: WireServer) -> None:
    models = [chat_openai(server.url).bind(temperature=0.1, stop=["MINE"])]
    ModelSwitchRunnable(models=models, samples=2).invoke("1", temperature=0.9, stop=["YOURS"])
    assert {entry.body["temperature"] for entry in server.log} == {0.9}
    assert {entry.request.chat.stop for entry in server.log} == {("YOURS",)}


@pytest.mark.usefixtures("unawaited")
async def test_fallbacks_are_used_when_every_model_fails(server: WireServer) -> None:
    server.serve(OPENAI, faults=Status(500))
    server.serve(GEMINI, faults=Status(503))
    safe = both(server).with_fallbacks([FakeListChatModel(responses=["from the fallback"])])
    assert safe.invoke("q").content == "from the fallback"
    assert (await safe.ainvoke("q")).content == "from the fallback"
    assert sorted(asked(server)) == sorted([OPENAI, OPENAI, GEMINI, GEMINI] * 2)


def test_fallbacks_are_not_used_when_one_model_still_answers(server: WireServer) -> None:
    server.serve(OPENAI, faults=Status(500))
    safe = both(server).with_fallbacks([FakeListChatModel(responses=["from the fallback"])])
    assert safe.invoke("1 and 1").content == "2"


async def test_retries_after_a_failure_that_passes(server: WireServer) -> None:
    server.serve(OPENAI, adder, faults={0: Status(500), 1: Status(500)})
    switch = openai_only(server).with_retry(
        retry_if_exception_type=(AllDrawsFailedError,), wait_exponential_jitter=False, stop_after_attempt=2
    )
    assert switch.invoke("1 and 1").content == "2"
    server.serve(OPENAI, adder, faults={0: Status(500), 1: Status(500)})
    assert (await switch.ainvoke("1 and 1")).content == "2"


async def test_several_calls_at_once_on_one_loop(server: WireServer) -> None:
    switch = both(server)
    messages = await asyncio.gather(*(switch.ainvoke(f"{n} and 1") for n in range(10)))
    assert [message.content for message in messages] == [str(n + 1) for n in range(10)]


def test_the_rate_limiter_of_the_switch_counts_calls(server: WireServer) -> None:
    limiter = InMemoryRateLimiter(requests_per_second=1000, check_every_n_seconds=0.001, max_bucket_size=1)
    switch = openai_only(server, rate_limiter=limiter)
    assert [switch.invoke("1 and 1").content, next(iter(switch.stream("1 and 2"))).content] == ["2", "3"]


async def test_a_system_prompt_and_a_history_reach_the_models(server: WireServer) -> None:
    history: list[Any] = [("system", "Be kind."), ("human", "Hi"), ("ai", "Hello"), ("human", "1 and 5")]
    message = await both(server, policy=EveryShare()).ainvoke(history)
    assert message.content == "6"
    for entry in server.log:
        assert [turn.role for turn in entry.request.chat.turns] == ["system", "user", "assistant", "user"]


def test_collecting_through_a_chain(server: WireServer) -> None:
    chain = PROMPT | both(server) | StrOutputParser()
    with collect_switch_results() as results:
        chain.invoke({"a": 3, "b": 4})
        list(chain.stream({"a": 1, "b": 4}))
    assert [result.answer for result in results] == ["7", "5"]


def test_a_model_without_a_client_of_its_own_works_too() -> None:
    model = FakeListChatModel(responses=["4", "4", "5"])
    message = ModelSwitchRunnable(models=[model], samples=3, max_concurrency=1).invoke("q")
    assert message.content == "4"
    assert message.usage_metadata is None
    assert result_of(message).usage is None


def test_gemini_alone_in_a_list_of_its_own(server: WireServer) -> None:
    assert ModelSwitchRunnable(models=(chat_gemini(server.url),), samples=2).invoke("4 and 4").content == "8"
