"""Query engines over the switch, blocking, on the loop and streaming, with and without function calling."""

from __future__ import annotations

from typing import Any

import pytest
from llama_index.core import Settings
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import AsyncStreamingResponse, PydanticResponse, StreamingResponse
from llama_index.core.query_engine import RouterQueryEngine, SubQuestionQueryEngine
from llama_index.core.question_gen import LLMQuestionGenerator
from llama_index.core.response_synthesizers import ResponseMode
from llama_index.core.selectors import (
    LLMMultiSelector,
    LLMSingleSelector,
    PydanticMultiSelector,
    PydanticSingleSelector,
)
from llama_index.core.tools import QueryEngineTool

from llamaindex_modelswitch import collect_switch_results
from tests.llamaindex.oracle import QUESTION, City, index, switch_of

# The LLM's part in a mode: none; one answer; one for each of the two chunks.
NONE = {ResponseMode.NO_TEXT, ResponseMode.CONTEXT_ONLY}
PER_CHUNK = {ResponseMode.ACCUMULATE, ResponseMode.REFINE}
NOT_STREAMING = {ResponseMode.ACCUMULATE, ResponseMode.COMPACT_ACCUMULATE, *NONE}

# LlamaIndex's own calls of pydantic's deprecated methods.
pytestmark = pytest.mark.filterwarnings("ignore:The `json` method is deprecated")


def engine(mode: ResponseMode, *, tools: bool, **options: Any) -> BaseQueryEngine:
    # The modes that need no LLM ask for the one of the settings all the same.
    Settings.llm = switch = switch_of(tools=tools)
    made: BaseQueryEngine = index().as_query_engine(
        llm=switch, response_mode=mode, similarity_top_k=2, **options
    )
    return made


def expect(mode: ResponseMode, said: str, results: list[Any]) -> None:
    if mode in NONE:
        assert results == []
        return
    assert "Paris" in said
    assert not {"Rome", "Oslo", "Bern"} & set(said.split())
    assert [result.answer for result in results] == ["Paris"] * (2 if mode in PER_CHUNK else 1)
    assert all(result.chosen.model == 1 for result in results)


@pytest.mark.parametrize("tools", [True, False])
@pytest.mark.parametrize("mode", list(ResponseMode))
async def test_every_response_mode(mode: ResponseMode, tools: bool) -> None:
    with collect_switch_results() as results:
        said = str(engine(mode, tools=tools).query(QUESTION))
    expect(mode, said, results)
    with collect_switch_results() as results:
        said = str(await engine(mode, tools=tools).aquery(QUESTION))
    expect(mode, said, results)


@pytest.mark.parametrize("tools", [True, False])
@pytest.mark.parametrize("mode", [mode for mode in ResponseMode if mode not in NOT_STREAMING])
async def test_every_streaming_mode(mode: ResponseMode, tools: bool) -> None:
    with collect_switch_results() as results:
        streaming = engine(mode, tools=tools, streaming=True).query(QUESTION)
        assert isinstance(streaming, StreamingResponse)
        said = "".join(streaming.response_gen)
    expect(mode, said, results)
    with collect_switch_results() as results:
        astreaming = await engine(mode, tools=tools, streaming=True).aquery(QUESTION)
        assert isinstance(astreaming, AsyncStreamingResponse)
        said = "".join([token async for token in astreaming.async_response_gen()])
    expect(mode, said, results)


@pytest.mark.parametrize("tools", [True, False])
@pytest.mark.parametrize("mode", [ResponseMode.REFINE, ResponseMode.COMPACT])
async def test_structured_answer_filtering(mode: ResponseMode, tools: bool) -> None:
    filtering = engine(mode, tools=tools, structured_answer_filtering=True)
    for said in (filtering.query(QUESTION), await filtering.aquery(QUESTION)):
        assert str(said) == "Paris"


@pytest.mark.parametrize("tools", [True, False])
@pytest.mark.parametrize(
    "mode", [ResponseMode.REFINE, ResponseMode.COMPACT, ResponseMode.TREE_SUMMARIZE, ResponseMode.ACCUMULATE]
)
async def test_output_cls(mode: ResponseMode, tools: bool) -> None:
    shaping = engine(mode, tools=tools, output_cls=City)
    for said in (shaping.query(QUESTION), await shaping.aquery(QUESTION)):
        if mode == ResponseMode.ACCUMULATE:
            assert "name='Paris'" in str(said)
        else:
            assert isinstance(said, PydanticResponse)
            assert said.response == City(name="Paris")


@pytest.mark.parametrize("tools", [True, False])
async def test_a_structured_llm_in_a_query_engine(tools: bool) -> None:
    llm = switch_of(tools=tools).as_structured_llm(City)
    shaping = index().as_query_engine(llm=llm, response_mode=ResponseMode.COMPACT)
    for said in (shaping.query(QUESTION), await shaping.aquery(QUESTION)):
        assert isinstance(said, PydanticResponse)
        assert said.response == City(name="Paris")


def choices(*, tools: bool) -> list[QueryEngineTool]:
    modes = {"france": ResponseMode.COMPACT, "else": ResponseMode.NO_TEXT}
    return [
        QueryEngineTool.from_defaults(engine(mode, tools=tools), name=name, description=f"About {name}.")
        for name, mode in modes.items()
    ]


@pytest.mark.parametrize(
    ("selector", "tools"),
    [
        (LLMSingleSelector, True),
        (LLMSingleSelector, False),
        (LLMMultiSelector, True),
        (LLMMultiSelector, False),
        (PydanticSingleSelector, True),
        (PydanticMultiSelector, True),
        (None, True),
        (None, False),
    ],
)
async def test_routers(selector: Any, tools: bool) -> None:
    switch = switch_of(tools=tools)
    router = RouterQueryEngine.from_defaults(
        choices(tools=tools),
        llm=switch,
        selector=None if selector is None else selector.from_defaults(llm=switch),
    )
    for said in (router.query(QUESTION), await router.aquery(QUESTION)):
        assert str(said) == "Paris"


@pytest.mark.parametrize("tools", [True, False])
@pytest.mark.parametrize("use_async", [True, False])
async def test_sub_questions(use_async: bool, tools: bool) -> None:
    switch = switch_of(tools=tools)
    asking = SubQuestionQueryEngine.from_defaults(
        choices(tools=tools),
        llm=switch,
        question_gen=LLMQuestionGenerator.from_defaults(llm=switch),
        use_async=use_async,
        verbose=False,
    )
    for said in (asking.query(QUESTION), await asking.aquery(QUESTION)):
        assert str(said) == "Paris"
        # The sub-question and its answer, beside what was retrieved for it.
        assert QUESTION in said.source_nodes[0].node.get_content()
