"""What LangSmith's own tracer sends: one parent, its samples below it, and what a cost is added up from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, cast

import pytest
from langchain_core.tracers import LangChainTracer
from langsmith import tracing_context

from tests.langchain.doubles import GEMINI, OPENAI, EveryShare, both, openai_only
from tests.wire import Reply, Status, Usage, WireServer

LABEL = f"modelswitch({OPENAI}+{GEMINI})"
WAYS = pytest.mark.parametrize("how", ["invoke", "ainvoke", "stream", "astream"])

Sent = dict[str, Any]


class Kept:
    """In the place of LangSmith's client: keeps what is to be sent."""

    def __init__(self) -> None:
        self.begun: list[Sent] = []
        self.ended: list[Sent] = []

    def create_run(self, **run: Any) -> None:
        self.begun.append(run)

    def update_run(self, **run: Any) -> None:
        self.ended.append(run)

    @property
    def parent(self) -> Sent:
        (root,) = [run for run in self.ended if run["parent_run_id"] is None]
        return root

    @property
    def samples(self) -> list[Sent]:
        return [run for run in self.ended if run["parent_run_id"] == self.parent["run_id"]]


def tokens(runs: Iterable[Sent]) -> dict[str, int]:
    """By model, as prices are looked up by it."""
    counts = Counter[str]()
    for run in runs:
        metadata = run["extra"]["metadata"]
        counts[metadata["ls_model_name"]] += metadata["usage_metadata"]["total_tokens"]
    return dict(counts)


async def ask(switch: Any, how: str, kept: Kept) -> None:
    config = {"callbacks": [LangChainTracer(client=cast("Any", kept))]}
    match how:
        case "invoke":
            switch.invoke("hello", config)
        case "ainvoke":
            await switch.ainvoke("hello", config)
        case "stream":
            list(switch.stream("hello", config))
        case _:
            [_ async for _ in switch.astream("hello", config)]


@pytest.fixture(autouse=True)
def priced(server: WireServer) -> None:
    server.serve(OPENAI, Reply("7", usage=Usage(10, 5)))
    server.serve(GEMINI, Reply("8", usage=Usage(20, 1)))


@WAYS
async def test_a_call_is_one_parent_with_its_samples_and_each_tells_its_own_tokens(
    server: WireServer, how: str
) -> None:
    kept = Kept()
    await ask(both(server, policy=EveryShare()), how, kept)
    assert sorted(run["id"] for run in kept.begun) == sorted(run["run_id"] for run in kept.ended)
    assert len(kept.samples) == len(kept.ended) - 1 == 4
    assert {run["trace_id"] for run in kept.ended} == {kept.parent["run_id"]}
    # A price list knows the models, not the switch: each token is paid for once.
    assert tokens(kept.samples) == {OPENAI: 2 * 15, GEMINI: 2 * 21}
    assert tokens([kept.parent]) == {LABEL: 2 * 15 + 2 * 21}
    providers = [run["extra"]["metadata"]["ls_provider"] for run in kept.ended]
    assert providers.count("modelswitch") == 1


@WAYS
async def test_without_traces_of_samples_all_tokens_are_the_parents(server: WireServer, how: str) -> None:
    kept = Kept()
    await ask(both(server, policy=EveryShare(), trace_samples=False), how, kept)
    assert tokens(kept.ended) == {LABEL: 72}


@WAYS
async def test_nor_are_they_traces_of_their_own_where_everything_is_traced(
    server: WireServer, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As LANGSMITH_TRACING does: then every run without a parent begins a trace."""
    kept, elsewhere = Kept(), Kept()
    monkeypatch.setattr("langchain_core.tracers.langchain.get_client", lambda: elsewhere)
    with tracing_context(enabled=True):
        await ask(both(server, policy=EveryShare(), trace_samples=False), how, kept)
    assert tokens(kept.ended) == {LABEL: 72}
    assert elsewhere.ended == []


@WAYS
async def test_failed_samples_end_and_cost_nothing(server: WireServer, how: str) -> None:
    server.serve(OPENAI, Reply("7", usage=Usage(10, 5)), faults={0: Status(500)})
    kept = Kept()
    await ask(openai_only(server, samples=4, settled_exit=False), how, kept)
    ended = [run for run in kept.samples if run["error"] is None]
    assert (len(kept.samples), len(ended)) == (4, 3)
    assert tokens(ended) == {OPENAI: 3 * 15}
    assert tokens([kept.parent]) == {f"modelswitch({OPENAI})": 3 * 15}
    assert all(run["end_time"] is not None for run in kept.ended)
