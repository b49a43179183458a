"""The error of a call in which every draw failed: what it says, what it keeps, and who works with it."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from langchain_core.exceptions import ModelError

from langchain_modelswitch import ModelSwitchRunnable
from llamaindex_modelswitch import ModelSwitchLLM
from modelswitch_core import AllDrawsFailedError
from tests.llamaindex.clients import like
from tests.llamaindex.doubles import user
from tests.wire import Fault, HtmlBody, Reset, Status, WireServer
from tests.wire.clients import chat_openai

FIRST, LAST, SPARE = "first", "last", "spare"


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as running:
        yield running


def switch_of(server: WireServer, first: Fault, last: Fault) -> ModelSwitchRunnable:
    """Two models that do nothing but fail, two samples each."""
    server.serve(FIRST, faults=first)
    server.serve(LAST, faults=last)
    models = [chat_openai(server.url, FIRST), chat_openai(server.url, LAST)]
    return ModelSwitchRunnable(models=models, samples=2)


def test_it_lists_model_draw_and_cause_and_keeps_the_providers_errors(server: WireServer) -> None:
    switch = switch_of(server, Status(429, "slow down"), Status(401, "who are you?"))
    with pytest.raises(AllDrawsFailedError) as caught:
        switch.invoke("q")
    head, *lines = str(caught.value).splitlines()
    assert head == "all 4 draws failed"
    assert [line.split("Error: ")[0] for line in lines] == [
        "  first, draw 0: OpenAIRateLimit",
        "  first, draw 1: OpenAIRateLimit",
        "  last, draw 0: OpenAIAuthentication",
        "  last, draw 1: OpenAIAuthentication",
    ]
    assert "slow down" in lines[0]
    first, _, last, _ = caught.value.exceptions
    assert isinstance(first, openai.RateLimitError)
    assert isinstance(first, ModelError)
    assert first.response.status_code == 429
    assert isinstance(last, openai.AuthenticationError)
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("fault", "retryable"),
    [
        (Status(429, retry_after_seconds=30), True),
        (Status(408), True),
        (Status(409), True),
        (Status(500), True),
        (Status(503), True),
        (HtmlBody(502), True),
        (Reset(), True),
        (Reset(halfway=True), True),
        (Status(400), False),
        (Status(401), False),
        (Status(403), False),
        (Status(404), False),
    ],
    ids=str,
)
def test_both_doors_say_alike_whether_to_try_again(server: WireServer, fault: Fault, retryable: bool) -> None:
    server.serve("qwen", faults=fault)
    with pytest.raises(AllDrawsFailedError) as by_langchain:
        ModelSwitchRunnable(models=[chat_openai(server.url, "qwen")], samples=2).invoke("q")
    with pytest.raises(AllDrawsFailedError) as by_llamaindex:
        ModelSwitchLLM(llms=[like(server.url)], samples=2).chat(user("q"))
    assert (by_langchain.value.retryable, by_llamaindex.value.retryable) == (retryable, retryable)


async def test_a_fallback_takes_over(server: WireServer) -> None:
    server.serve(SPARE, "7")
    switch = switch_of(server, Status(500), Reset())
    safe = switch.with_fallbacks(
        [chat_openai(server.url, SPARE)], exceptions_to_handle=(AllDrawsFailedError,)
    )
    assert safe.invoke("q").text == "7"
    assert (await safe.ainvoke("q")).text == "7"
    assert [entry.model for entry in server.log].count(SPARE) == 2


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
async def test_a_retry_gets_past_it(server: WireServer, blocking: bool) -> None:
    server.serve(FIRST, "7", faults={0: Status(503), 1: Status(503)})
    switch = ModelSwitchRunnable(models=[chat_openai(server.url, FIRST)], samples=2)
    patient = switch.with_retry(
        retry_if_exception_type=(AllDrawsFailedError,), wait_exponential_jitter=False, stop_after_attempt=2
    )
    message = patient.invoke("q") if blocking else await patient.ainvoke("q")
    assert message.text == "7"
    assert len(server.log) == 4


def test_a_retry_that_is_in_vain_raises_the_last_error(server: WireServer) -> None:
    server.serve(FIRST, faults=Status(503))
    switch = ModelSwitchRunnable(models=[chat_openai(server.url, FIRST)], samples=2)
    patient = switch.with_retry(
        retry_if_exception_type=(AllDrawsFailedError,), wait_exponential_jitter=False, stop_after_attempt=3
    )
    with pytest.raises(AllDrawsFailedError):
        patient.invoke("q")
    assert len(server.log) == 6
