"""Many questions at once on one switch: bounded, fair, and held back by the models' own rate limiters."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from langchain_core.rate_limiters import InMemoryRateLimiter

from langchain_modelswitch import ModelSwitchRunnable
from tests.stress._storm import aask, langchain_switch, llamaindex_switch
from tests.wire import WireServer
from tests.wire.clients import chat_openai

QUESTIONS, AT_ONCE = 40, 6


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer(default="The answer is 7.") as running:
        yield running


@pytest.mark.parametrize("door", [langchain_switch, llamaindex_switch])
async def test_many_questions_keep_to_the_limit_and_end_about_as_they_were_asked(
    server: WireServer, door: object
) -> None:
    assert callable(door)
    switch = door(server.url, seconds=90, sample_timeout_seconds=None, max_concurrency=AT_ONCE)
    ended: list[int] = []

    async def one(number: int) -> None:
        await aask(switch)
        ended.append(number)

    await asyncio.gather(*map(one, range(QUESTIONS)))
    assert server.max_in_flight() <= AT_ONCE
    # First come, first served: nobody waits for those who asked much later.
    assert max(place - number for place, number in enumerate(ended)) <= QUESTIONS / 4


async def test_a_rate_limiter_of_an_inner_model_holds_back_every_sample(server: WireServer) -> None:
    limiter = InMemoryRateLimiter(requests_per_second=20, check_every_n_seconds=0.01, max_bucket_size=1)
    model = chat_openai(server.url, rate_limiter=limiter)
    switch = ModelSwitchRunnable(models=[model], samples=5, settled_exit=False)
    begun = time.monotonic()
    await switch.ainvoke("?")
    assert time.monotonic() - begun >= 4 / 20
    arrived = [entry.arrived_seconds for entry in server.log]
    assert len(arrived) == 5
    assert arrived[-1] - arrived[0] >= 3 / 20
