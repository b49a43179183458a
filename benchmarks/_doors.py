"""The doors under test: a real client, a switch over it, and many questions put to either at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

SAMPLES = 5


@dataclass(frozen=True)
class Door:
    """One framework.

    Args:
        name: For the table.
        client: The bare model.
        switch: Makes a switch of two such models, of which the first is unanimous: exactly its samples are
            drawn, and the second is never asked.
        lean: Options of the leanest switch.
        ask: Puts questions to a model, all at once, on threads.
        aask: Likewise on the running loop.
    """

    name: str
    client: Any
    switch: Callable[..., Any]
    lean: dict[str, Any]
    ask: Callable[[Any, list[str]], object]
    aask: Callable[[Any, list[str]], Coroutine[Any, Any, object]]


def langchain_door(url: str) -> Door:
    """`ChatOpenAI`, and a switch over it."""
    from langchain_modelswitch import ModelSwitchRunnable
    from tests.wire.clients import chat_openai

    client = chat_openai(url, temperature=1)
    return Door(
        name="LangChain",
        client=client,
        switch=lambda **options: ModelSwitchRunnable(models=[client, client], samples=SAMPLES, **options),
        lean={"answer": "exact", "trace_samples": False},
        ask=lambda model, questions: model.batch(list(questions), {"max_concurrency": len(questions)}),
        aask=lambda model, questions: model.abatch(list(questions)),
    )


def llamaindex_door(url: str) -> Door:
    """LlamaIndex's `OpenAI`, and a switch over it."""
    from llama_index.core.llms import ChatMessage
    from llama_index.llms.openai import OpenAI

    from llamaindex_modelswitch import ModelSwitchLLM

    client = OpenAI(
        model="gpt-4o-mini", api_base=f"{url}/v1", api_key="k", max_retries=0, temperature=1.0, timeout=60.0
    )

    def ask(model: Any, questions: list[str]) -> object:
        with ThreadPoolExecutor(len(questions)) as threads:
            return list(threads.map(lambda question: model.chat([ChatMessage(question)]), questions))

    async def aask(model: Any, questions: list[str]) -> object:
        return await asyncio.gather(*(model.achat([ChatMessage(question)]) for question in questions))

    return Door(
        name="LlamaIndex",
        client=client,
        switch=lambda **options: ModelSwitchLLM(llms=[client, client], samples=SAMPLES, **options),
        lean={"answer": "exact"},
        ask=ask,
        aask=aask,
    )
