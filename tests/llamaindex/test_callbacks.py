"""Callbacks, token counts, spans and collected results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from llama_index.core import Settings
from llama_index.core.base.llms.types import ChatMessage, ChatResponse
from llama_index.core.callbacks import CallbackManager, CBEventType, LlamaDebugHandler, TokenCountingHandler
from llama_index.core.instrumentation.span import SimpleSpan
from llama_index.core.instrumentation.span_handlers import SimpleSpanHandler
from llama_index.core.prompts import PromptTemplate
from llama_index.core.rate_limiter import TokenBucketRateLimiter
from llama_index_instrumentation import get_dispatcher
from pydantic import BaseModel

from llamaindex_modelswitch import ModelSwitchLLM, collect_switch_results
from tests.llamaindex.doubles import ToolLLM, calling, cycled, pair, user


class Verdict(BaseModel):
    value: int


def unsure(**options: Any) -> ModelSwitchLLM:
    """Six samples of three tokens in and two out each."""
    llms = pair(cycled("1", "2", "4"), cycled("3"))
    return ModelSwitchLLM(llms=llms, **{"samples": 3, "settled_exit": False, **options})


def counter() -> TokenCountingHandler:
    return TokenCountingHandler(tokenizer=str.split)


async def ask_in_every_way(switch: ModelSwitchLLM) -> None:
    switch.chat(user("?"))
    await switch.achat(user("?"))
    list(switch.stream_chat(user("?")))
    [_ async for _ in await switch.astream_chat(user("?"))]
    switch.complete("?")
    await switch.acomplete("?")
    list(switch.stream_complete("?"))
    [_ async for _ in await switch.astream_complete("?")]


async def test_tokens_are_counted_exactly_once() -> None:
    counting = counter()
    switch = unsure(callback_manager=CallbackManager([counting]))
    await ask_in_every_way(switch)
    assert [
        (event.prompt_token_count, event.completion_token_count) for event in counting.llm_token_counts
    ] == [(18, 12)] * 8


@pytest.mark.parametrize("made", ["before", "after"])
async def test_tokens_are_counted_once_with_global_callbacks(made: str) -> None:
    counting = counter()
    if made == "after":
        Settings.callback_manager = CallbackManager([counting])
    switch = unsure()
    Settings.callback_manager = CallbackManager([counting])
    Settings.llm = switch
    llm = Settings.llm
    assert llm is switch
    llm.chat(user("?"))
    await llm.achat(user("?"))
    assert (counting.prompt_llm_token_count, counting.completion_llm_token_count) == (36, 24)


def test_handlers_of_the_llms_alone_still_hear_the_samples() -> None:
    shared, own = counter(), counter()
    both = CallbackManager([shared, own])
    llms = [ToolLLM(respond=cycled("1"), model=name, callback_manager=both) for name in "ab"]
    switch = ModelSwitchLLM(llms=llms, samples=3, callback_manager=CallbackManager([shared]))
    switch.chat(user("?"))
    assert [event.total_token_count for event in shared.llm_token_counts] == [15]
    assert [event.total_token_count for event in own.llm_token_counts] == [5, 5, 5]
    assert len(llms[0].asked) == 3


async def test_tokens_of_a_switch_within_a_switch_are_counted_once() -> None:
    counting = counter()
    manager = CallbackManager([counting])
    leaves = [ToolLLM(respond=cycled("1"), model=name, callback_manager=manager) for name in "abc"]
    inner = ModelSwitchLLM(llms=leaves[:2], samples=2, callback_manager=manager)
    middle = ModelSwitchLLM(llms=[inner], samples=2, settled_exit=False)  # it has no handlers
    outer = ModelSwitchLLM(llms=[middle, leaves[2]], samples=2, callback_manager=manager)
    await ask_in_every_way(outer)
    assert [event.total_token_count for event in counting.llm_token_counts] == [40] * 8
    counting.reset_counts()
    inner.chat(user("?"))
    leaves[0].chat(user("?"))
    assert [event.total_token_count for event in counting.llm_token_counts] == [10, 5]


class ByAnotherSwitch(ToolLLM):
    """Answers by a switch of its own, and says nothing of its tokens."""

    behind: ModelSwitchLLM

    def _answer(self, messages: Sequence[ChatMessage], kwargs: dict[str, Any]) -> ChatResponse:
        return ChatResponse(message=self.behind.chat(messages).message)


def test_tokens_that_an_llm_keeps_to_itself_are_counted_where_they_are_used() -> None:
    counting = counter()
    manager = CallbackManager([counting])
    own = [ToolLLM(respond=cycled("1"), callback_manager=manager)]
    llm = ByAnotherSwitch(respond=cycled("1"), behind=ModelSwitchLLM(llms=own, samples=2))
    ModelSwitchLLM(llms=[llm], samples=1, callback_manager=manager).chat(user("?"))
    assert [event.total_token_count for event in counting.llm_token_counts][:2] == [5, 5]


async def test_tokens_of_objects_are_counted_once() -> None:
    counting = counter()
    llms = pair(cycled(calling("Verdict", value=1)), cycled("3"))
    switch = ModelSwitchLLM(llms=llms, samples=3, callback_manager=CallbackManager([counting]))
    switch.structured_predict(Verdict, PromptTemplate("?"))
    await switch.astructured_predict(Verdict, PromptTemplate("?"))
    assert [event.total_token_count for event in counting.llm_token_counts] == [15, 15]


def test_one_event_with_the_response_or_the_error() -> None:
    debug = LlamaDebugHandler(print_trace_on_end=False)
    switch = unsure(callback_manager=CallbackManager([debug]))
    switch.chat(user("?"))
    ((start, end),) = debug.get_event_pairs(CBEventType.LLM)
    assert start.payload is not None
    assert start.payload["serialized"]["model_name"] == "modelswitch(a+b)"
    assert end.payload is not None
    assert end.payload["response"].message.content == "3"


@pytest.fixture
def spans() -> Iterator[SimpleSpanHandler]:
    root = get_dispatcher()
    handler = SimpleSpanHandler()
    root.add_span_handler(handler)
    yield handler
    root.span_handlers.remove(handler)


def below(spans: SimpleSpanHandler, name: str) -> list[SimpleSpan]:
    """The spans directly under the only one of this name."""
    (parent,) = [span for span in spans.completed_spans if span.id_.startswith(f"{name}-")]
    return [span for span in spans.completed_spans if span.parent_id == parent.id_]


@pytest.mark.parametrize(
    ("method", "inner"),
    [
        ("chat", "chat"),
        ("stream_chat", "chat"),
        ("complete", "complete"),
        ("stream_complete", "complete"),
        ("achat", "achat"),
        ("astream_chat", "achat"),
        ("acomplete", "acomplete"),
        ("astream_complete", "acomplete"),
    ],
)
async def test_spans_of_the_samples_lie_under_the_switchs(
    method: str, inner: str, spans: SimpleSpanHandler
) -> None:
    made = getattr(unsure(), method)("?" if "complete" in method else user("?"))
    if method.startswith("a"):
        await made
    names = [span.id_.split("-")[0] for span in below(spans, f"ModelSwitchLLM.{method}")]
    assert names == [f"ToolLLM.{inner}"] * 6


async def test_spans_of_objects(spans: SimpleSpanHandler) -> None:
    switch = ModelSwitchLLM(llms=pair(cycled(calling("Verdict", value=1)), cycled("3")), samples=3)
    switch.structured_predict(Verdict, PromptTemplate("?"))
    await switch.astructured_predict(Verdict, PromptTemplate("?"))
    for name in ("structured_predict", "astructured_predict"):
        names = [span.id_.split("-")[0] for span in below(spans, f"ModelSwitchLLM.{name}")]
        assert names.count(f"ToolLLM.{name}") == 3


async def test_results_are_collected_and_nested() -> None:
    switch = unsure()
    with collect_switch_results() as outer:
        switch.predict(PromptTemplate("?"))
        with collect_switch_results() as inner:
            await switch.apredict(PromptTemplate("?"))
    assert (len(outer), len(inner)) == (2, 1)
    assert outer[1] is inner[0]


def test_a_rate_limiter_of_the_switch_counts_calls() -> None:
    switch = unsure(rate_limiter=TokenBucketRateLimiter(requests_per_minute=600))
    assert switch.chat(user("?")).message.content == "3"
