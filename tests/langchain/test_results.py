"""What a switch says about how it came to its answer, on a real wire."""

from __future__ import annotations

import asyncio
from typing import Any

import openai
import pytest
from langchain.agents import create_agent
from langchain_core.load import dumps, loads
from langchain_core.messages import AIMessage, message_to_dict, messages_from_dict
from langchain_core.output_parsers import StrOutputParser

from langchain_modelswitch import ModelSwitchRunnable, SwitchResult, collect_switch_results, switch_result
from modelswitch_core import AllDrawsFailedError, DisagreementError, SwitchWarning
from tests.langchain.doubles import (
    GEMINI,
    OPENAI,
    EveryShare,
    Recorder,
    both,
    gemini_only,
    openai_only,
    result_of,
)
from tests.wire import (
    BrokenJson,
    EmptyBody,
    HtmlBody,
    NoChoices,
    Reply,
    Reset,
    Status,
    Usage,
    WireServer,
)
from tests.wire.clients import chat_openai

# --- the result itself ---


def test_every_field(server: WireServer) -> None:
    server.serve(OPENAI, [Reply("7", usage=Usage(10, 1)), Reply("8", usage=Usage(10, 2))])
    server.serve(GEMINI, [Reply("8", usage=Usage(20, 3)), Reply("8", usage=Usage(20, 4))])
    message = both(server, settled_exit=False, max_concurrency=1, priors=[1.0, 2.0]).invoke("q")
    result = result_of(message)
    assert result.answer == "8"
    assert (result.chosen.model, result.chosen.draw) == (1, 0)
    assert result.stop_reason == "all_drawn"
    assert (result.samples_drawn, result.samples_budget, result.waves) == (4, 4, 2)
    first, second = result.models
    assert (first.name, first.drawn, first.answers, first.entropy_bits) == (OPENAI, 2, {"7": 1, "8": 1}, 1.0)
    assert (second.name, second.answers, second.entropy_bits, second.weight) == (GEMINI, {"8": 2}, 0.0, 1.0)
    assert (first.prior, second.prior) == (1.0, 2.0)
    assert list(result.scores) == ["7", "8"]
    assert 0.5 < result.confidence < 1
    assert result.usage is not None
    assert (result.usage.input_tokens, result.usage.output_tokens, result.usage.total_tokens) == (60, 10, 70)
    assert all(report.seconds is not None and report.seconds > 0 for report in result.models)
    assert result.samples is None


def test_it_survives_json(server: WireServer) -> None:
    message = both(server, keep_samples=True).invoke("q")
    result = result_of(message)
    (again,) = messages_from_dict([message_to_dict(message)])
    assert switch_result(again) == result
    assert SwitchResult.model_validate_json(result.model_dump_json()) == result
    assert switch_result(AIMessage.model_validate_json(message.model_dump_json())) == result


@pytest.mark.filterwarnings("ignore:The function `loads` is in beta")
@pytest.mark.filterwarnings("ignore:The default value of `allowed_objects` will change")
def test_it_survives_the_frameworks_own_serialisation(server: WireServer) -> None:
    message = both(server).invoke("q")
    assert switch_result(loads(dumps(message))) == result_of(message)


def test_other_messages_have_none() -> None:
    assert switch_result(AIMessage("hello")) is None


def test_samples_are_kept_where_that_is_asked_for(server: WireServer) -> None:
    server.serve(OPENAI, ["It is 7", Status(500)])
    server.serve(GEMINI, "The answer is 7.")
    result = result_of(both(server, keep_samples=True, max_concurrency=1, settled_exit=False).invoke("q"))
    assert result.samples is not None
    kept = [(sample.model, sample.draw, sample.text, sample.answer) for sample in result.samples]
    assert kept == [
        (0, 0, "It is 7", "7"),
        (0, 1, None, None),
        (1, 0, "The answer is 7.", "7"),
        (1, 1, "The answer is 7.", "7"),
    ]
    assert "Error code: 500" in (result.samples[1].error or "")


def test_it_can_be_read(server: WireServer) -> None:
    server.serve(OPENAI, "7")
    result = result_of(both(server).invoke("q"))
    assert str(result).startswith("7 ")
    assert f"{GEMINI}  not asked" in str(result)
    assert f"{GEMINI} never had to be asked" in result.explain()


# --- what cannot be read ---

UNREADABLE = [
    pytest.param(Reply(""), id="empty"),
    pytest.param(Reply(None), id="null"),
    pytest.param(Reply("  \n "), id="blank"),
    pytest.param(Reply(finish="refusal"), id="refusal"),
    pytest.param(Reply("I would rather say 8", finish="content_filter"), id="content filter"),
    pytest.param(Reply("So far it is 8", finish="length"), id="length"),
]


@pytest.mark.parametrize("reply", UNREADABLE)
@pytest.mark.parametrize("of", [openai_only, gemini_only])
async def test_what_cannot_be_read_does_not_vote(server: WireServer, of: Any, reply: Reply) -> None:
    model = OPENAI if of is openai_only else GEMINI
    switch = of(server, samples=3, settled_exit=False, max_concurrency=1)
    for how in ("sync", "async"):
        server.serve(model, [reply, reply, "7"])
        message = switch.invoke("q") if how == "sync" else await switch.ainvoke("q")
        assert message.content == "7"
        (report,) = result_of(message).models
        assert (report.answers, report.unreadable, report.failures) == ({"7": 1}, 2, ())


@pytest.mark.parametrize("of", [openai_only, gemini_only])
def test_truncated_responses_are_read_where_that_is_asked_for(server: WireServer, of: Any) -> None:
    for model in (OPENAI, GEMINI):
        server.serve(model, [Reply("8", finish="length"), Reply("8", finish="length"), Reply("")])
    message = of(server, samples=3, keep_truncated=True, settled_exit=False, max_concurrency=1).invoke("q")
    assert message.content == "8"
    assert result_of(message).models[0].unreadable == 1


@pytest.mark.parametrize("of", [openai_only, gemini_only])
def test_where_nothing_can_be_read_the_first_response_is_returned(server: WireServer, of: Any) -> None:
    for model in (OPENAI, GEMINI):
        server.serve(model, [Reply("cut sho", finish="length"), Reply(None)])
    message = of(server, max_concurrency=1).invoke("q")
    assert message.content == "cut sho"
    result = result_of(message)
    assert result.answer is None
    assert (result.confidence, result.scores) == (0.0, {})


def test_unreadable_responses_make_a_model_inconsistent(server: WireServer) -> None:
    server.serve(OPENAI, ["7", "7", Reply(None)])
    server.serve(GEMINI, "8")
    result = result_of(both(server, samples=3, settled_exit=False).invoke("q"))
    assert result.stop_reason == "all_drawn"


def test_prose_that_cannot_be_compared_stops_the_run_with_a_warning(server: WireServer) -> None:
    words = "this is one of those long answers in prose that nobody could ever compare"
    server.serve(OPENAI, [f"{words} {n}x" for n in "abc"])
    with pytest.warns(SwitchWarning, match="free text"):
        message = both(server, samples=3, settled_exit=False).invoke("q")
    assert result_of(message).stop_reason == "incomparable"


# --- failures ---


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Status(500), "Error code: 500"),
        (Status(429, "slow down"), "RateLimitError"),
        (Reset(), "ConnectionError"),
        (BrokenJson(), "JSONDecodeError"),
        (HtmlBody(), ""),
        (EmptyBody(), ""),
        (NoChoices(), "NoChoicesError"),
    ],
    ids=str,
)
async def test_failed_draws_are_listed_and_the_others_vote(
    server: WireServer, fault: Any, error: str
) -> None:
    switch = openai_only(server, samples=3, settled_exit=False, max_concurrency=1)
    for how in ("sync", "async"):
        server.serve(OPENAI, "7", faults={0: fault})
        message = switch.invoke("q") if how == "sync" else await switch.ainvoke("q")
        assert message.content == "7"
        (report,) = result_of(message).models
        assert report.answers == {"7": 2}
        (failure,) = report.failures
        assert error in failure
        assert "\n" not in failure


@pytest.mark.usefixtures("unawaited")
async def test_where_every_draw_fails_all_causes_are_kept(server: WireServer) -> None:
    server.serve(OPENAI, faults=Status(429, "slow down"))
    server.serve(GEMINI, faults=Status(400, "no such thing"))
    for how in ("sync", "async"):
        with pytest.raises(AllDrawsFailedError) as caught:
            both(server).invoke("q") if how == "sync" else await both(server).ainvoke("q")
        error = caught.value
        assert len(error.exceptions) == 4
        assert isinstance(error.exceptions[0], openai.RateLimitError)
        assert error.retryable is True
        lines = str(error).splitlines()
        assert lines[0] == "all 4 draws failed"
        assert len(lines) == 5
        assert f"{OPENAI}, draw 0: " in lines[1]
        assert "slow down" in lines[1]
        assert f"{GEMINI}, draw 1: " in lines[4]
    # except* takes it apart, as any group of exceptions.
    taken: list[Exception] = []
    try:
        both(server).invoke("q")
    except* openai.RateLimitError as group:
        taken.extend(group.exceptions)
    except* Exception:
        pass
    assert len(taken) == 2


def test_mistakes_of_the_caller_are_not_worth_a_retry(server: WireServer) -> None:
    server.serve(OPENAI, faults=Status(400, "no such thing"))
    with pytest.raises(AllDrawsFailedError) as caught:
        openai_only(server).invoke("q")
    assert caught.value.retryable is False


def test_keys_are_struck_out_of_failures(server: WireServer) -> None:
    key = "sk-proj-0123456789abcdef"
    model = chat_openai(server.url, api_key=key)
    server.serve(OPENAI, "7", faults={0: Status(401, f"Incorrect API key provided: {key}.")})
    switch = ModelSwitchRunnable(models=[model], samples=2, settled_exit=False, max_concurrency=1)
    message = switch.invoke("q")
    assert key not in message.model_dump_json()
    assert key not in str(result_of(message))
    server.serve(OPENAI, faults=Status(401, f"Incorrect API key provided: {key}."))
    with pytest.raises(AllDrawsFailedError) as caught:
        switch.invoke("q")
    assert key not in str(caught.value)


# --- disagreement ---


async def test_disagreement_can_be_an_error(server: WireServer) -> None:
    server.serve(OPENAI, ["7", "8"] * 2)
    server.serve(GEMINI, ["8", "9"] * 2)
    switch = both(server, on_disagreement="raise", max_concurrency=1)
    for how in ("sync", "async"):
        recorder = Recorder()
        config: Any = {"callbacks": [recorder]}
        with (
            pytest.raises(DisagreementError, match="did not agree") as caught,
            collect_switch_results() as seen,
        ):
            switch.invoke("q", config) if how == "sync" else await switch.ainvoke("q", config)
        assert caught.value.result.answer == "8"
        assert seen == [caught.value.result]
        ((_, run),) = recorder.switches
        assert run.error is caught.value


def test_agreement_is_none(server: WireServer) -> None:
    server.serve(OPENAI, "7")
    assert both(server, on_disagreement="raise").invoke("q").content == "7"


# --- collecting ---


async def test_collecting_through_an_agent(server: WireServer) -> None:
    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b

    agent: Any = create_agent(both(server), [add])
    with collect_switch_results() as results:
        agent.invoke({"messages": [("user", "What is 3 + 4?")]})
        await agent.ainvoke({"messages": [("user", "What is 3 + 4?")]})
    assert [result.answer is not None for result in results] == [True] * 4


def test_collecting_through_the_threads_of_a_batch(server: WireServer) -> None:
    server.serve(OPENAI, lambda request: request.last_user_text)
    chain: Any = both(server) | StrOutputParser()
    with collect_switch_results() as results:
        texts = chain.batch([str(n) for n in range(8)])
    assert sorted(result.answer or "" for result in results) == texts


async def test_collecting_through_tasks(server: WireServer) -> None:
    server.serve(OPENAI, lambda request: request.last_user_text)
    chain: Any = both(server) | StrOutputParser()

    async def one(n: int) -> str | None:
        with collect_switch_results() as own:
            await chain.ainvoke(str(n))
        (result,) = own
        return result.answer

    with collect_switch_results() as results:
        answers = await asyncio.gather(*(one(n) for n in range(8)))
        await chain.abatch(["8", "9"])
    assert answers == [str(n) for n in range(8)]
    assert sorted(result.answer or "" for result in results) == [str(n) for n in range(10)]


def test_nothing_is_collected_outside(server: WireServer) -> None:
    with collect_switch_results() as results:
        pass
    openai_only(server, policy=EveryShare()).invoke("q")
    assert results == []


@pytest.mark.parametrize("given", [None, "408", {"content": "408"}], ids=["none", "text", "dict"])
def test_what_is_no_message_has_no_result_and_says_where_to_look(given: Any) -> None:
    with pytest.raises(TypeError, match=rf"not {type(given).__name__}; .* use collect_switch_results\(\)"):
        switch_result(given)
