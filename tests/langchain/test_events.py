"""What callbacks, traces and event streams see: the switch as one run, its samples as children."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import openai
import pytest
from langchain_core.callbacks import get_usage_metadata_callback
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

from langchain_modelswitch import ModelSwitchRunnable, collect_switch_results
from modelswitch_core import AllDrawsFailedError
from tests.langchain.doubles import (
    GEMINI,
    OPENAI,
    EveryShare,
    Recorder,
    both,
    gemini_only,
    openai_only,
    result_of,
)
from tests.wire import Reply, Status, Usage, WireServer
from tests.wire.clients import chat_gemini, chat_openai

LABEL = f"modelswitch({OPENAI}+{GEMINI})"


def wanted(model: str, draw: int) -> tuple[str, list[str]]:
    """The name of a sample's run, and its tags."""
    return f"{model} draw {draw}", sorted(["nostream", f"modelswitch:{model}", f"modelswitch:draw:{draw}"])


EVERY_SAMPLE = [wanted(GEMINI, 0), wanted(GEMINI, 1), wanted(OPENAI, 0), wanted(OPENAI, 1)]


# --- callbacks ---


@pytest.mark.parametrize("how", ["invoke", "ainvoke", "stream", "astream"])
async def test_samples_are_child_runs(server: WireServer, how: str) -> None:
    recorder = Recorder()
    chain = ChatPromptTemplate.from_template("{q}") | both(server, policy=EveryShare()) | StrOutputParser()
    config: Any = {"callbacks": [recorder], "tags": ["mine"], "metadata": {"user": "me"}}
    match how:
        case "invoke":
            chain.invoke({"q": "hello"}, config)
        case "ainvoke":
            await chain.ainvoke({"q": "hello"}, config)
        case "stream":
            list(chain.stream({"q": "hello"}, config))
        case _:
            [_ async for _ in chain.astream({"q": "hello"}, config)]
    ((switch_id, switch),) = recorder.switches
    assert switch.name == "ModelSwitchRunnable"
    assert switch.metadata["ls_provider"] == "modelswitch"
    assert switch.metadata["ls_model_name"] == LABEL
    assert "nostream" not in switch.tags
    assert [run.parent for run in recorder.samples] == [switch_id] * 4
    tags = [(run.name, sorted(set(run.tags) - {"mine"})) for run in recorder.samples]
    assert tags == EVERY_SAMPLE
    for run in recorder.samples:
        # What is said of the whole chain is true of each part, as everywhere in LangChain.
        assert "mine" in run.tags
        assert run.metadata["user"] == "me"
        assert run.metadata["ls_provider"] in ("openai", "google_genai")
        assert run.ended is not None


@pytest.mark.parametrize("how", ["invoke", "ainvoke", "stream", "astream"])
async def test_without_traces_there_is_one_run(server: WireServer, how: str) -> None:
    recorder = Recorder()
    model = chat_openai(server.url).with_config(tags=["a binding of the user's"])
    switch = ModelSwitchRunnable(models=[model], samples=2, trace_samples=False)
    chain: Any = ChatPromptTemplate.from_template("{q}") | switch
    config = {"callbacks": [recorder]}
    match how:
        case "invoke":
            chain.invoke({"q": "hello"}, config)
        case "ainvoke":
            await chain.ainvoke({"q": "hello"}, config)
        case "stream":
            list(chain.stream({"q": "hello"}, config))
        case _:
            [_ async for _ in chain.astream({"q": "hello"}, config)]
    assert len(recorder.runs) == 1


async def test_one_start_and_one_end_for_a_call(server: WireServer) -> None:
    recorder = Recorder()
    both(server).invoke("hello", {"callbacks": [recorder]})
    await both(server).ainvoke("hello", {"callbacks": [recorder]})
    for _, run in recorder.switches:
        assert run.ended is not None
        message = run.ended.generations[0][0].message  # type: ignore[union-attr]  # a chat model's generation
        assert result_of(message).samples_drawn == 2
    assert len(recorder.switches) == 2


def test_names_and_ids_of_the_callers_reach_the_run(server: WireServer) -> None:
    recorder = Recorder()
    both(server).invoke("hello", {"callbacks": [recorder], "run_name": "ask both"})
    ((_, run),) = recorder.switches
    assert run.name == "ask both"


def test_names_of_twins_are_told_apart_in_traces(server: WireServer) -> None:
    recorder = Recorder()
    models = [chat_openai(server.url), chat_openai(server.url, temperature=0.3)]
    switch = ModelSwitchRunnable(models=models, samples=2, policy=EveryShare())
    switch.invoke("hello", {"callbacks": [recorder]})
    assert [run.name for run in recorder.samples] == [
        f"{OPENAI} draw 0",
        f"{OPENAI} draw 1",
        f"{OPENAI}#2 draw 0",
        f"{OPENAI}#2 draw 1",
    ]


def test_callbacks_tags_and_metadata_of_a_single_model_stay_its_own(server: WireServer) -> None:
    own, callers = Recorder(), Recorder()
    config: Any = {"callbacks": [own], "tags": ["cheap"], "metadata": {"tier": 1}}
    models = [chat_openai(server.url).with_config(config), chat_gemini(server.url)]
    switch = ModelSwitchRunnable(models=models, samples=2, policy=EveryShare())
    switch.invoke("hello", {"callbacks": [callers]})
    assert len(own.runs) == 2
    assert len(callers.runs) == 5
    assert [("cheap" in run.tags, run.metadata.get("tier")) for run in callers.samples] == [
        (False, None),
        (False, None),
        (True, 1),
        (True, 1),
    ]


async def test_failed_samples_end_with_their_error(server: WireServer) -> None:
    server.serve(OPENAI, faults=Status(500))
    recorder = Recorder()
    with pytest.raises(AllDrawsFailedError):
        await openai_only(server).ainvoke("hello", {"callbacks": [recorder]})
    assert [isinstance(run.error, openai.InternalServerError) for run in recorder.samples] == [True, True]
    ((_, run),) = recorder.switches
    assert isinstance(run.error, AllDrawsFailedError)


def test_a_native_request_is_one_child_run(server: WireServer) -> None:
    recorder = Recorder()
    openai_only(server, samples=3, native_n=True).invoke("hello", {"callbacks": [recorder]})
    (run,) = recorder.samples
    assert run.name == f"{OPENAI} draw 0,1,2"
    assert "modelswitch:draw:0,1,2" in run.tags


# --- usage ---


@pytest.mark.parametrize("trace_samples", [True, False])
async def test_usage_callbacks_keep_the_switch_and_its_models_apart(
    server: WireServer, trace_samples: bool
) -> None:
    server.serve(OPENAI, Reply("7", usage=Usage(10, 5)))
    server.serve(GEMINI, Reply("8", usage=Usage(20, 1)))
    switch = both(server, policy=EveryShare(), trace_samples=trace_samples)
    with get_usage_metadata_callback() as callback:
        message = await switch.ainvoke("hello")
    used = {name: usage["total_tokens"] for name, usage in callback.usage_metadata.items()}
    assert used == {OPENAI: 30, GEMINI: 42, LABEL: 72}
    assert message.usage_metadata is not None
    assert message.usage_metadata["total_tokens"] == 72


def test_the_usage_of_a_message_is_that_of_all_requests(server: WireServer) -> None:
    server.serve(OPENAI, [Reply("7", usage=Usage(10, 5)), Reply("8", usage=Usage(10, 6))])
    server.serve(GEMINI, [Reply("8", usage=Usage(20, 1)), Reply("8", usage=Usage(20, 2))])
    message = both(server, settled_exit=False).invoke("hello")
    usage = message.usage_metadata
    assert usage is not None
    assert (usage["input_tokens"], usage["output_tokens"], usage["total_tokens"]) == (60, 14, 74)
    result = result_of(message)
    assert result.usage is not None
    assert result.usage.total_tokens == 74
    assert [report.usage.total_tokens for report in result.models if report.usage] == [31, 43]


# --- event streams ---


async def events_of(runnable: Any, given: Any) -> list[dict[str, Any]]:
    return [event async for event in runnable.astream_events(given, version="v2")]


@pytest.mark.parametrize("of", [openai_only, gemini_only, both])
async def test_events_of_the_switch_itself(
    server: WireServer, of: Callable[..., ModelSwitchRunnable]
) -> None:
    server.serve(OPENAI, "7")
    server.serve(GEMINI, "7")
    events = await events_of(of(server), "hello")
    own = [event for event in events if event["name"] == "ModelSwitchRunnable"]
    assert [event["event"] for event in own] == [
        "on_chat_model_start",
        "on_chat_model_stream",
        "on_chat_model_end",
    ]
    assert own[1]["data"]["chunk"].content == "7"
    assert result_of(own[2]["data"]["output"]).answer == "7"


async def test_events_of_a_chain(server: WireServer) -> None:
    server.serve(OPENAI, "7")
    server.serve(GEMINI, "7")
    chain = ChatPromptTemplate.from_template("{q}") | both(server, policy=EveryShare()) | StrOutputParser()
    events = await events_of(chain, {"q": "hello"})
    streamed = [event for event in events if event["event"] == "on_chat_model_stream"]
    assert [(event["name"], event["data"]["chunk"].content) for event in streamed] == [
        ("ModelSwitchRunnable", "7")
    ]
    parsed = [event["data"]["chunk"] for event in events if event["event"] == "on_parser_stream"]
    assert parsed == ["7"]
    (switch,) = (
        event
        for event in events
        if event["event"] == "on_chat_model_start" and event["name"] == "ModelSwitchRunnable"
    )
    samples = [
        event
        for event in events
        if event["event"] == "on_chat_model_start" and "modelswitch_draw" in event["metadata"]
    ]
    assert sorted((event["name"], sorted(event["tags"])) for event in samples) == EVERY_SAMPLE
    for event in samples:
        assert event["parent_ids"] == [*switch["parent_ids"], switch["run_id"]]
    ended = [event["name"] for event in events if event["event"] == "on_chat_model_end"]
    assert len(ended) == 5


async def test_events_without_traces(server: WireServer) -> None:
    events = await events_of(both(server, trace_samples=False), "hello")
    assert {event["name"] for event in events} == {"ModelSwitchRunnable"}


async def test_events_can_leave_the_samples_out_by_their_tag(server: WireServer) -> None:
    found = both(server).astream_events("hello", version="v2", exclude_tags=["nostream"])
    assert {event["name"] async for event in found} == {"ModelSwitchRunnable"}


@pytest.mark.filterwarnings("ignore:The method `BaseChatModel._chat_model_stream_v3` is in beta")
def test_typed_events(server: WireServer) -> None:
    server.serve(OPENAI, "7")
    with collect_switch_results() as results:
        stream = both(server).stream_events("hello", version="v3")
        kinds = [event["event"] for event in stream]
    assert kinds == [
        "message-start",
        "content-block-start",
        "content-block-delta",
        "content-block-finish",
        "message-finish",
    ]
    assert str(stream.output.text) == "7"
    assert result_of(stream.output) == results[0]


@pytest.mark.filterwarnings("ignore:The method `BaseChatModel._achat_model_stream_v3` is in beta")
async def test_typed_events_on_a_loop(server: WireServer) -> None:
    server.serve(OPENAI, "7")
    stream = await both(server).astream_events("hello", version="v3")
    assert "".join([text async for text in stream.text]) == "7"
    message = await stream.output
    assert isinstance(message, AIMessage)
    assert message.usage_metadata is not None
    assert result_of(message).samples_drawn == 2


@pytest.mark.filterwarnings("ignore:The method `BaseChatModel._chat_model_stream_v3` is in beta")
def test_tool_calls_in_typed_events(server: WireServer) -> None:
    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b

    stream: Any = both(server).bind_tools([add]).stream_events("What is 3 + 4?", version="v3")
    assert stream.output.tool_calls[0]["args"] == {"a": 3, "b": 4}
