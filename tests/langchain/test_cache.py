"""Under a cache, k samples stay k samples, and a rerun draws the same ones for nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.caches import RETURN_VAL_TYPE, BaseCache, InMemoryCache
from langchain_core.globals import set_llm_cache
from langchain_core.load import dumps, loads
from langchain_core.messages import BaseMessage
from langchain_core.output_parsers import StrOutputParser
from pydantic import BaseModel

from langchain_modelswitch import ModelSwitchRunnable, collect_switch_results
from tests.langchain.doubles import (
    GEMINI,
    OPENAI,
    EveryShare,
    Recorder,
    asked,
    both,
    openai_only,
    result_of,
)
from tests.wire import Status, WireServer
from tests.wire.clients import chat_openai


class FileCache(BaseCache):
    """Keeps responses as text, as caches outside the process do."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, prompt: str, llm_string: str) -> Path:
        return self._folder / hashlib.sha256(f"{prompt}\n{llm_string}".encode()).hexdigest()

    def lookup(self, prompt: str, llm_string: str) -> RETURN_VAL_TYPE | None:
        path = self._path(prompt, llm_string)
        return [loads(text) for text in path.read_text().splitlines()] if path.exists() else None

    def update(self, prompt: str, llm_string: str, return_val: RETURN_VAL_TYPE) -> None:
        self._path(prompt, llm_string).write_text("\n".join(dumps(made) for made in return_val))

    def clear(self, **kwargs: Any) -> None:
        for path in self._folder.iterdir():
            path.unlink()


# The framework's reader of serialised messages is in beta and says so at each use.
@pytest.fixture(params=["in memory", "in files"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BaseCache]:
    made = InMemoryCache() if request.param == "in memory" else FileCache(tmp_path)
    set_llm_cache(made)
    yield made
    set_llm_cache(None)


pytestmark = [
    pytest.mark.filterwarnings("ignore:The function `loads` is in beta"),
    pytest.mark.filterwarnings("ignore:The default value of `allowed_objects` will change"),
]


def shown(message: BaseMessage) -> Any:
    """A message but for its price, which the framework sets to nothing for what comes from a cache."""
    dumped = message.model_dump()
    dumped["usage_metadata"].pop("total_cost", None)
    return dumped


@pytest.fixture(autouse=True)
def disagreeing(server: WireServer) -> None:
    server.serve(OPENAI, [str(n) for n in range(100)])
    server.serve(GEMINI, [str(n) for n in range(100, 200)])


async def test_samples_stay_samples(server: WireServer, cache: BaseCache) -> None:
    result = result_of(both(server, samples=3, policy=EveryShare()).invoke("q"))
    assert len(server.log) == 6
    assert [len(report.answers) for report in result.models] == [3, 3]
    result = result_of(await both(server, samples=3, policy=EveryShare()).ainvoke("another"))
    assert len(server.log) == 12
    assert [len(report.answers) for report in result.models] == [3, 3]


async def test_a_rerun_costs_nothing_and_gives_the_same(server: WireServer, cache: BaseCache) -> None:
    first = both(server, samples=3).invoke("q")
    paid = len(server.log)
    with collect_switch_results() as results:
        again = [both(server, samples=3).invoke("q"), await both(server, samples=3).ainvoke("q")]
        text = (both(server, samples=3) | StrOutputParser()).invoke("q")
        streamed = list(both(server, samples=3).stream("q"))
    assert len(server.log) == paid == 6
    for message in again:
        assert shown(message) == shown(first)
        assert result_of(message) == result_of(first)
    assert text == first.content == streamed[0].content
    # Who collects gets the result of a cached response too, once each.
    assert results == [result_of(first)] * 4


async def test_changed_voting_options_draw_the_same_samples(server: WireServer, cache: BaseCache) -> None:
    first = result_of(both(server, samples=3).invoke("q"))
    changed = both(server, samples=3, vote="plurality", priors=[1.0, 5.0], answer="exact")
    second = result_of(await changed.ainvoke("q"))
    assert len(server.log) == 6
    assert [report.answers for report in second.models] == [report.answers for report in first.models]
    assert second.scores != first.scores


def test_a_larger_share_draws_only_what_is_new(server: WireServer, cache: BaseCache) -> None:
    openai_only(server, samples=2).invoke("q")
    message = openai_only(server, samples=3).invoke("q")
    assert len(server.log) == 3
    assert set(result_of(message).models[0].answers) == {"0", "1", "2"}
    # One of the three was paid for, so the message does not say that it was free.
    assert message.usage_metadata is not None
    assert "total_cost" not in message.usage_metadata


def test_another_question_is_another_key(server: WireServer, cache: BaseCache) -> None:
    switch = openai_only(server, max_concurrency=1)
    assert [switch.invoke(f"q{n}").content for n in range(3)] == ["0", "2", "4"]


def test_twins_do_not_share_draws(server: WireServer, cache: BaseCache) -> None:
    models = [chat_openai(server.url), chat_openai(server.url)]
    switch = ModelSwitchRunnable(models=models, samples=2, policy=EveryShare())
    assert len(result_of(switch.invoke("q")).scores) == 4


def test_failures_are_not_kept(server: WireServer, cache: BaseCache) -> None:
    server.serve(OPENAI, "7", faults={0: Status(500)})
    first = openai_only(server, max_concurrency=1, settled_exit=False).invoke("q")
    assert len(result_of(first).models[0].failures) == 1
    second = openai_only(server, max_concurrency=1, settled_exit=False, vote="plurality").invoke("q")
    assert result_of(second).models[0].failures == ()
    assert len(server.log) == 3


def test_native_requests_are_kept_whole(server: WireServer, cache: BaseCache) -> None:
    for options in ({}, {"vote": "plurality"}):
        result = result_of(openai_only(server, samples=3, native_n=True, **options).invoke("q"))
        assert len(result.models[0].answers) == 3
    assert [entry.n for entry in server.log] == [3]


def test_structured_output_and_tools_have_keys_of_their_own(server: WireServer, cache: BaseCache) -> None:
    class Total(BaseModel):
        """What it comes to."""

        total: int

    class Other(BaseModel):
        """Something else."""

        other: int

    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b

    server.serve(OPENAI)
    for _ in range(2):
        switch = openai_only(server)
        assert switch.invoke("What is 3 + 4?").content
        assert switch.with_structured_output(Total).invoke("What is 3 + 4?") == Total(total=3)
        assert switch.with_structured_output(Other).invoke("What is 3 + 4?") == Other(other=3)
        assert switch.bind_tools([add]).invoke("What is 3 + 4?").tool_calls
    assert len(server.log) == 8


# --- which cache ---


def test_a_switch_without_a_cache_draws_anew(server: WireServer, cache: BaseCache) -> None:
    switch = openai_only(server, cache=False, max_concurrency=1)
    assert [switch.invoke("q").content for _ in range(2)] == ["0", "2"]


def test_a_model_without_a_cache_draws_anew(server: WireServer, cache: BaseCache) -> None:
    for vote in ("entropy", "plurality"):
        ModelSwitchRunnable(models=[chat_openai(server.url, cache=False)], samples=2, vote=vote).invoke("q")
    assert len(server.log) == 4


def test_a_cache_of_the_switchs_own_holds_its_samples_too(server: WireServer) -> None:
    own = InMemoryCache()
    for vote in ("entropy", "plurality", "entropy"):
        openai_only(server, cache=own, vote=vote).invoke("q")
    assert len(server.log) == 2


def test_a_cache_of_a_models_own_holds_its_samples(server: WireServer) -> None:
    own = InMemoryCache()
    model = chat_openai(server.url, cache=own)
    results = [
        result_of(ModelSwitchRunnable(models=[model], samples=3).invoke("q")).models[0].answers
        for _ in range(2)
    ]
    assert len(server.log) == 3
    assert results[0] == results[1] == {"0": 1, "1": 1, "2": 1}


def test_the_samples_of_nested_switches_stay_samples(server: WireServer, cache: BaseCache) -> None:
    def nested(vote: str) -> ModelSwitchRunnable:
        inner = openai_only(server, names=["inner model"], max_concurrency=1)
        return ModelSwitchRunnable(
            models=[inner], samples=3, max_concurrency=1, vote=vote, settled_exit=False
        )

    first = result_of(nested("entropy").invoke("q"))
    assert len(server.log) == 6
    assert list(first.models[0].answers) == ["0", "2", "4"]
    assert result_of(nested("plurality").invoke("q")).models[0].answers == first.models[0].answers
    assert len(server.log) == 6


def test_the_samples_of_nested_switches_with_a_models_own_cache(server: WireServer) -> None:
    model = chat_openai(server.url, cache=InMemoryCache())
    inner = ModelSwitchRunnable(models=[model], samples=2, max_concurrency=1)
    for _ in range(2):
        switch = ModelSwitchRunnable(models=[inner], samples=2, max_concurrency=1, settled_exit=False)
        assert list(result_of(switch.invoke("q")).models[0].answers) == ["0", "2"]
    assert len(server.log) == 4


# --- who listens ---


async def test_a_cached_answer_is_streamed(server: WireServer, cache: BaseCache) -> None:
    switch = both(server)
    first = switch.invoke("q")
    paid = len(server.log)
    events = [event async for event in switch.astream_events("q", version="v2")]
    assert [event["event"] for event in events] == [
        "on_chat_model_start",
        "on_chat_model_stream",
        "on_chat_model_end",
    ]
    assert events[1]["data"]["chunk"].content == first.content
    assert len(server.log) == paid


def test_a_cached_call_is_a_run_without_children(server: WireServer, cache: BaseCache) -> None:
    recorder = Recorder()
    switch = openai_only(server)
    switch.invoke("q", {"callbacks": [recorder]})
    switch.invoke("q", {"callbacks": [recorder]})
    assert len(recorder.switches) == 2
    assert len(recorder.samples) == 2


def test_models_at_different_addresses_do_not_share(server: WireServer, cache: BaseCache) -> None:
    with WireServer() as other:
        other.serve(OPENAI, "from elsewhere")
        openai_only(server).invoke("q")
        assert openai_only(other).invoke("q").content == "from elsewhere"


def test_the_log_of_all_this(server: WireServer, cache: BaseCache) -> None:
    both(server).invoke("q")
    assert asked(server) == [OPENAI, OPENAI, GEMINI, GEMINI]
