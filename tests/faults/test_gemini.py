"""The same faults through Gemini's clients: of every sample of the first model, in front of a sound one."""

from __future__ import annotations

import asyncio
import gc
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from langchain_modelswitch import ModelSwitchRunnable
from llamaindex_modelswitch import ModelSwitchLLM
from modelswitch_core import SwitchResult, collect_switch_results
from tests.faults._cells import DOORS, TROUBLES, Door, Refused, Trouble
from tests.faults._doors import Refusals, aask, ask
from tests.faults._oracle import ERRORS, READ
from tests.faults._run import let_go
from tests.langchain.doubles import wait_for_abandoned_draws
from tests.llamaindex.clients import gemini, like
from tests.wire import Reply, WireServer
from tests.wire.clients import chat_gemini, chat_openai

SAMPLE_SECONDS = 1.0
NOT_OURS = "coroutine 'ClientResponse.json' was never awaited"
"""LangChain calls `.json()` of the response behind an error: with Google's async client a coroutine."""

pytestmark = pytest.mark.filterwarnings(f"ignore:{NOT_OURS}:RuntimeWarning")


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as running:
        yield running
        wait_for_abandoned_draws(seconds=5)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", NOT_OURS, RuntimeWarning)
        gc.collect()


def switch_of(door: Door, url: str, wire: str, name: str, **options: Any) -> Any:
    """Gemini's client, of this model and at this address; behind it one that is sound."""
    fixed: dict[str, Any] = {"samples": 2, "settled_exit": False, "names": ["first", "last"], **options}
    if door == "langchain":
        models = [chat_gemini(wire, name, timeout=30.0), chat_openai(url, f"{name}-last")]
        return ModelSwitchRunnable(models=models, **fixed)
    return ModelSwitchLLM(
        llms=[gemini(wire, model=name, seconds=30), like(url, model=f"{name}-last")], **fixed
    )


def kind(trouble: Trouble, door: Door) -> str:
    """What becomes of each of its draws."""
    if trouble.name == "no choices" and door == "langchain":
        return "unreadable"  # its client makes an empty message of it, as of a prompt that was blocked
    return "failed" if trouble.name in ERRORS else "read" if trouble.name == READ else "unreadable"


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
@pytest.mark.parametrize("door", DOORS)
async def test_gemini_fails_like_any_other(server: WireServer, door: Door, blocking: bool) -> None:
    refusals = Refusals()
    found: dict[str, tuple[str, SwitchResult, float]] = {}

    def served(trouble: Trouble) -> Any:
        name = f"gemini-{trouble.name}".replace(" ", "-")
        does, wire = trouble.does, server.url
        server.serve(f"{name}-last", "8")
        if isinstance(does, Refused):
            wire = refusals.url
        elif callable(does):
            server.serve(name, does("7"))
        else:
            server.serve(name, Reply("7"), faults=does)
        limit = SAMPLE_SECONDS if trouble.slow else None
        return switch_of(door, server.url, wire, name, sample_timeout_seconds=limit)

    def blocked(trouble: Trouble, switch: Any) -> None:
        started = time.monotonic()
        with collect_switch_results() as results:
            text = ask(switch, door, "sync")
        found[trouble.name] = text, results[0], time.monotonic() - started

    async def awaited(trouble: Trouble, switch: Any) -> None:
        started = time.monotonic()
        with collect_switch_results() as results:
            text = await aask(switch, door, "async")
        found[trouble.name] = text, results[0], time.monotonic() - started

    # Google's asynchronous client mends a reset by itself, in seven seconds.
    every = [
        each for each in TROUBLES if blocking or each.name not in ("connection reset", "connection refused")
    ]
    for slow in (False, True):
        group = [(trouble, served(trouble)) for trouble in every if trouble.slow == slow]
        with ThreadPoolExecutor(len(group)) as pool:
            loop = asyncio.get_running_loop()
            await asyncio.gather(
                *(
                    loop.run_in_executor(pool, blocked, *each) if blocking else awaited(*each)
                    for each in group
                )
            )
    await let_go(server)
    refusals.close()
    for trouble in every:
        text, result, seconds = found[trouble.name]
        first = result.models[0]
        counts = {
            "failed": len(first.failures),
            "unreadable": first.unreadable,
            "read": first.answers.get("7", 0),
        }
        assert counts == {**dict.fromkeys(counts, 0), kind(trouble, door): 2}, (trouble.name, first)
        assert text.endswith("7." if trouble.name == READ else "8"), trouble.name
        assert seconds < 25, trouble.name  # nobody waits for a Retry-After, nor for a client
