"""What is LlamaIndex's own where providers fail, beside the matrix of tests/faults; cancelled requests."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from llama_index.core.tools import FunctionTool

from llamaindex_modelswitch import ModelSwitchLLM, collect_switch_results, switch_result
from modelswitch_core import TimeLimitError
from tests.llamaindex.clients import GEMINI, OPENAI, gemini, openai
from tests.llamaindex.doubles import user
from tests.wire import Hang, Reply, WireServer

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
