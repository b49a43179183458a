"""What providers do wrong, and what becomes of requests nobody waits for any more."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from llama_index.core.tools import FunctionTool

from llamaindex_modelswitch import ModelSwitchLLM, collect_switch_results, switch_result
from modelswitch_core import AllDrawsFailedError, TimeLimitError
from tests.llamaindex.clients import GEMINI, OPENAI, gemini, openai
from tests.llamaindex.doubles import user
from tests.wire import BrokenJson, Fault, Hang, NoChoices, Reply, Reset, Status, WireServer

pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")

MODELS = [(OPENAI, openai, GEMINI, gemini), (GEMINI, gemini, OPENAI, openai)]


def switch_of(server: WireServer, models: Any, **options: Any) -> ModelSwitchLLM:
    """The second model answers 7."""
    _, make, other, make_other = models
    server.serve(other, "7")
    llms = [make(server.url, seconds=1), make_other(server.url)]
    return ModelSwitchLLM(llms=llms, **{"samples": 2, "settled_exit": False, **options})


def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


WAYS = ["chat", "achat", "complete", "acomplete", "chat_with_tools", "achat_with_tools"]


async def ask(switch: ModelSwitchLLM, way: str) -> Any:
    said: Any = "How many?" if "complete" in way else user("How many?")
    if "tools" in way:
        made = getattr(switch, way)([FunctionTool.from_defaults(add)], chat_history=said)
    else:
        made = getattr(switch, way)(said)
    return await made if way.startswith("a") else made


FAULTS = [Status(400), Status(429), Status(500), Reset(), Reset(halfway=True), BrokenJson(), NoChoices()]
CASES = [
    pytest.param(fault, models, way, id=f"{fault}-{models[0]}-{way}")
    for fault in FAULTS
    for models in MODELS
    for way in ("chat", "achat")
    # Gemini's asynchronous client mends this one by itself, after seven seconds.
    if not (fault == Reset() and models[0] == GEMINI and way == "achat")
]


@pytest.mark.parametrize(("fault", "models", "way"), CASES)
async def test_a_fault_is_a_failed_draw(server: WireServer, fault: Fault, models: Any, way: str) -> None:
    server.serve(models[0], "6", faults={0: fault})
    result = switch_result(await ask(switch_of(server, models), way))
    assert result is not None
    assert len(result.models[0].failures) == 1
    # The other half agrees with itself: one success of two draws is too few to be sure.
    assert result.answer == "7"


@pytest.mark.parametrize("way", ["chat", "achat"])
async def test_nothing_but_faults(server: WireServer, way: str) -> None:
    switch = switch_of(server, MODELS[0])
    for model in (OPENAI, GEMINI):
        server.serve(model, faults=Status(503))
    with pytest.raises(AllDrawsFailedError) as caught:
        await ask(switch, way)
    assert len(caught.value.exceptions) == 4


@pytest.mark.parametrize("way", ["chat", "achat"])
@pytest.mark.parametrize("models", MODELS, ids=[OPENAI, GEMINI])
@pytest.mark.parametrize("finish", ["length", "content_filter", "refusal", "nothing"])
async def test_what_cannot_be_read_was_drawn_all_the_same(
    server: WireServer, finish: Any, models: Any, way: str
) -> None:
    reply = Reply("6", finish=finish, refusal="No." if finish == "refusal" else None)
    server.serve(models[0], Reply(None) if finish == "nothing" else reply)
    result = switch_result(await ask(switch_of(server, models), way))
    assert result is not None
    assert (result.models[0].unreadable, result.models[0].failures) == (2, ())
    assert result.answer == "7"


@pytest.mark.parametrize("way", WAYS)
async def test_an_error_that_stood_for_a_response_comes_back_where_there_is_no_other(
    server: WireServer, way: str
) -> None:
    server.serve(GEMINI, Reply("6", finish="length"))
    switch = ModelSwitchLLM(llms=[gemini(server.url)], samples=2)
    with collect_switch_results() as results, pytest.raises(RuntimeError, match="early: MAX_TOKENS"):
        await ask(switch, way)
    assert results[0].models[0].unreadable == 2


def test_truncated_responses_can_be_kept(server: WireServer) -> None:
    server.serve(OPENAI, Reply("6", finish="length"))
    switch = switch_of(server, MODELS[0], keep_truncated=True)
    assert switch.chat(user("How many?")).message.content == "6"


@pytest.mark.parametrize("way", ["chat", "achat"])
@pytest.mark.parametrize("models", MODELS, ids=[OPENAI, GEMINI])
async def test_a_hanging_request_fails_in_time(server: WireServer, models: Any, way: str) -> None:
    server.serve(models[0], "6", faults=Hang())
    started = time.monotonic()
    result = switch_result(await ask(switch_of(server, models, sample_timeout_seconds=0.3), way))
    assert time.monotonic() - started < 3
    assert result is not None
    assert result.answer == "7"
    assert all("sample_timeout_seconds=0.3" in why for why in result.models[0].failures)


@pytest.mark.parametrize("way", ["chat", "achat"])
async def test_the_time_limit_ends_with_what_there_is(server: WireServer, way: str) -> None:
    server.serve(OPENAI, "6", faults={1: Hang()})
    switch = switch_of(server, MODELS[0], time_limit_seconds=0.5)
    result = switch_result(await ask(switch, way))
    assert result is not None
    assert (result.answer, result.stop_reason) == ("6", "time_limit")
    server.serve(OPENAI, "6", faults=Hang())
    with pytest.raises(TimeLimitError):
        await ask(switch, way)


async def test_cancelling_closes_every_socket(server: WireServer) -> None:
    for model in (OPENAI, GEMINI):
        server.serve(model, faults=Hang())
    for models in MODELS:
        server.clear_log()
        llms = [models[1](server.url)]
        task = asyncio.create_task(ModelSwitchLLM(llms=llms, samples=3).achat(user("?")))
        await server.await_in_flight(3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.await_until_idle()
        assert [entry.outcome for entry in server.log] == ["cancelled"] * 3
