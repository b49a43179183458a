"""LLMs without an asynchronous way of their own, which the framework would run on the loop."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from llama_index.core.callbacks import CallbackManager, TokenCountingHandler
from llama_index.core.llms import (
    ChatMessage,
    CompletionResponse,
    CompletionResponseGen,
    CustomLLM,
    LLMMetadata,
)

from llamaindex_modelswitch import ModelSwitchLLM, switch_result
from modelswitch_core import AllDrawsFailedError, TimeLimitError
from tests.llamaindex.doubles import user

released = threading.Event()


class BlockingLLM(CustomLLM):
    """Holds its thread until all its samples are being made, or for a while."""

    together: int = 1

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="blocking")

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        if self.together:
            _meeting(self.together).wait(timeout=10)
            time.sleep(0.05)  # in which a loop that is free has its turn
        else:
            released.wait(timeout=10)
        return CompletionResponse(text="7")

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        raise NotImplementedError


_meetings: dict[int, threading.Barrier] = {}


def _meeting(parties: int) -> threading.Barrier:
    return _meetings.setdefault(parties, threading.Barrier(parties))


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    _meetings.clear()
    released.clear()
    yield
    released.set()


async def ask(switch: ModelSwitchLLM, way: str) -> Any:
    return await (switch.achat(user("?")) if way == "achat" else switch.acomplete("?"))


WAYS = pytest.mark.parametrize("way", ["achat", "acomplete"])


@WAYS
async def test_samples_are_made_together_and_leave_the_loop_free(way: str) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticking = asyncio.create_task(tick())
    counting = TokenCountingHandler(tokenizer=str.split)
    switch = ModelSwitchLLM(
        llms=[BlockingLLM(together=3)],
        samples=3,
        settled_exit=False,
        callback_manager=CallbackManager([counting]),
    )
    response = await ask(switch, way)
    ticking.cancel()
    result = switch_result(response)
    assert result is not None
    assert result.models[0].answers == {"7": 3}
    assert ticks > 0
    assert len(counting.llm_token_counts) == 1


@WAYS
@pytest.mark.parametrize(
    ("limits", "error"),
    [({"time_limit_seconds": 0.3}, TimeLimitError), ({"sample_timeout_seconds": 0.3}, AllDrawsFailedError)],
)
async def test_limits_hold(way: str, limits: dict[str, Any], error: type[Exception]) -> None:
    switch = ModelSwitchLLM(llms=[BlockingLLM(together=0)], samples=2, **limits)
    begun = time.monotonic()
    with pytest.raises(error):
        await ask(switch, way)
    assert time.monotonic() - begun < 5


async def test_one_with_an_asynchronous_way_of_its_own_is_asked_by_it() -> None:
    class Own(BlockingLLM):
        async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
            return CompletionResponse(text=f"on {threading.current_thread().name}")

    switch = ModelSwitchLLM(llms=[Own()], samples=1)
    assert (await switch.acomplete("?")).text == f"on {threading.current_thread().name}"
    # The framework's `achat` calls `chat`, and with it `complete`.
    assert (await switch.achat([ChatMessage("?")])).message.content == "7"
