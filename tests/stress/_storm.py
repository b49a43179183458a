"""Calls under random weather: faults on the server's side, cancellations on the caller's, from one seed."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from llama_index.core.llms import ChatMessage

from langchain_modelswitch import ModelSwitchRunnable
from llamaindex_modelswitch import ModelSwitchLLM
from tests.llamaindex.clients import openai
from tests.wire import (
    BrokenJson,
    EmptyBody,
    Fault,
    Hang,
    HtmlBody,
    NoChoices,
    Reset,
    Status,
    WireRequest,
    WireServer,
)
from tests.wire.clients import chat_openai

FIRST, SECOND = "gpt-4o-mini", "gpt-4o"
CLIENT_SECONDS = 1.0
"""When the clients themselves give up, and with them the threads of blocking calls."""

OPTIONS: dict[str, Any] = {
    "samples": 3,
    "answer": "number",
    "sample_timeout_seconds": 0.5,
    "max_concurrency": 24,
}

_FAULTS: tuple[Fault, ...] = (
    Status(500),
    Status(429),
    Status(401),
    Reset(),
    Reset(halfway=True),
    Hang(),
    BrokenJson(),
    HtmlBody(),
    EmptyBody(),
    NoChoices(),
)


def weather(server: WireServer, seed: int, *, faulty: float = 0.25) -> None:
    """Two models that disagree now and then, are slow now and then, and fail in every way there is."""
    for model in (FIRST, SECOND):
        random = Random(f"{seed}/{model}")

        def fault(_: WireRequest, random: Random = random) -> Fault | None:
            return random.choice(_FAULTS) if random.random() < faulty else None

        def answer(_: WireRequest, random: Random = random) -> str:
            return f"The answer is {random.choice((7, 7, 7, 8))}."

        def latency(_: WireRequest, random: Random = random) -> float:
            return random.choice((0.0, 0.0, 0.01, 0.05))

        server.serve(model, answer, latency_seconds=latency, faults=fault)


def langchain_switch(url: str, *, seconds: float = CLIENT_SECONDS, **options: Any) -> ModelSwitchRunnable:
    """Both models behind LangChain's client."""
    models = [chat_openai(url, model, timeout=seconds) for model in (FIRST, SECOND)]
    return ModelSwitchRunnable(**{"models": models, **OPTIONS, **options})


def llamaindex_switch(url: str, *, seconds: float = CLIENT_SECONDS, **options: Any) -> ModelSwitchLLM:
    """Both models behind LlamaIndex's client."""
    llms = [openai(url, model=model, seconds=seconds) for model in (FIRST, SECOND)]
    return ModelSwitchLLM(**{"llms": llms, **OPTIONS, **options})


def ask(switch: Any) -> Any:
    """One question, blocking."""
    if isinstance(switch, ModelSwitchRunnable):
        return switch.invoke("How many?")
    return switch.chat([ChatMessage("How many?")])


async def aask(switch: Any) -> Any:
    """One question on the running loop."""
    if isinstance(switch, ModelSwitchRunnable):
        return await switch.ainvoke("How many?")
    return await switch.achat([ChatMessage("How many?")])


async def acalls(
    call_once: Callable[[], Awaitable[object]],
    count: int,
    *,
    seed: int,
    at_once: int = 8,
    cancelled: float = 1 / 3,
    patience_seconds: float = 0.1,
) -> Counter[str]:
    """Makes so many calls, cancels a share of them at a random moment, and counts how they ended."""
    ends = Counter[str]()
    random, room = Random(seed), asyncio.Semaphore(at_once)

    async def one(patience: float | None) -> None:
        async with room:
            call = asyncio.ensure_future(call_once())
            if patience is not None:
                await asyncio.wait({call}, timeout=patience)
                call.cancel()
            (end,) = await asyncio.gather(call, return_exceptions=True)
            ends[_name(end)] += 1

    patiences = [
        random.random() * patience_seconds if random.random() < cancelled else None for _ in range(count)
    ]
    await asyncio.gather(*map(one, patiences))
    return ends


def calls(call_once: Callable[[], object], count: int, *, at_once: int = 8) -> Counter[str]:
    """Makes so many blocking calls from a few threads that share the switch, and counts how they ended."""
    ends = Counter[str]()
    lock, left = threading.Lock(), iter(range(count))

    def work() -> None:
        while True:
            with lock:
                if next(left, None) is None:
                    return
            try:
                end: object = call_once()
            except Exception as error:
                end = error
            with lock:
                ends[_name(end)] += 1

    threads = [threading.Thread(target=work, name=f"caller-{number}") for number in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def _name(end: object) -> str:
    return type(end).__name__ if isinstance(end, BaseException) else "answered"
