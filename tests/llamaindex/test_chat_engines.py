"""Chat engines over the switch: two turns in every mode, blocking, on the loop and streaming."""

from __future__ import annotations

from typing import Any

import pytest
from llama_index.core.chat_engine.types import BaseChatEngine, ChatMode
from llama_index.core.memory import ChatMemoryBuffer

from llamaindex_modelswitch import ModelSwitchLLM, collect_switch_results
from tests.llamaindex.doubles import ChatLLM
from tests.llamaindex.oracle import QUESTION, index, switch_of

# The modes that LlamaIndex still has: it refuses the other two for every LLM.
MODES = [mode for mode in ChatMode if mode not in (ChatMode.REACT, ChatMode.OPENAI)]
# On the second turn these first ask the LLM for the question behind the message.
CONDENSING = {ChatMode.CONDENSE_QUESTION, ChatMode.CONDENSE_PLUS_CONTEXT, ChatMode.BEST}


def engine(mode: ChatMode, *, tools: bool) -> tuple[ModelSwitchLLM, BaseChatEngine]:
    switch = switch_of(tools=tools)
    # The default memory leaves the connections of a data base to the collector.
    memory = ChatMemoryBuffer.from_defaults(token_limit=2000)
    return switch, index().as_chat_engine(chat_mode=mode, llm=switch, memory=memory)


def expect(mode: ChatMode, switch: ModelSwitchLLM, said: list[str], results: list[Any]) -> None:
    assert said == ["Paris", "Paris"]
    assert [result.answer for result in results] == ["Paris"] * (3 if mode in CONDENSING else 2)
    knowing = switch.llms[1]
    assert isinstance(knowing, ChatLLM)
    last = knowing.asked[-1].text
    # What was said before, or what was made of it, is there in the second turn.
    assert "Paris" in last
    assert ("capital of France." in last) == (mode != ChatMode.SIMPLE)


@pytest.mark.parametrize("tools", [True, False])
@pytest.mark.parametrize("mode", MODES)
def test_two_turns(mode: ChatMode, tools: bool) -> None:
    switch, chatting = engine(mode, tools=tools)
    with collect_switch_results() as results:
        said = [str(chatting.chat(text)) for text in (QUESTION, "Are you sure?")]
    expect(mode, switch, said, results)


@pytest.mark.parametrize("tools", [True, False])
@pytest.mark.parametrize("mode", MODES)
async def test_two_turns_on_the_loop(mode: ChatMode, tools: bool) -> None:
    switch, chatting = engine(mode, tools=tools)
    with collect_switch_results() as results:
        said = [str(await chatting.achat(text)) for text in (QUESTION, "Are you sure?")]
    expect(mode, switch, said, results)


@pytest.mark.parametrize("tools", [True, False])
@pytest.mark.parametrize("mode", MODES)
def test_two_streaming_turns(mode: ChatMode, tools: bool) -> None:
    switch, chatting = engine(mode, tools=tools)
    with collect_switch_results() as results:
        said = ["".join(chatting.stream_chat(text).response_gen) for text in (QUESTION, "Are you sure?")]
    expect(mode, switch, said, results)


@pytest.mark.parametrize("tools", [True, False])
@pytest.mark.parametrize("mode", MODES)
async def test_two_streaming_turns_on_the_loop(mode: ChatMode, tools: bool) -> None:
    switch, chatting = engine(mode, tools=tools)
    said: list[str] = []
    with collect_switch_results() as results:
        for text in (QUESTION, "Are you sure?"):
            streaming = await chatting.astream_chat(text)
            said.append("".join([token async for token in streaming.async_response_gen()]))
    expect(mode, switch, said, results)
