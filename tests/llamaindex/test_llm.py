"""Chat and completion, blocking, on the loop and streaming; the callers see one LLM."""

from __future__ import annotations

from typing import Any

import pytest
from llama_index.core.base.llms.types import ChatMessage, MessageRole, TextBlock, ThinkingBlock
from llama_index.core.prompts import PromptTemplate

from llamaindex_modelswitch import ModelSwitchLLM, collect_switch_results, switch_result
from modelswitch_core import AllDrawsFailedError, DisagreementError
from tests.llamaindex.doubles import ChatLLM, ToolLLM, cycled, pair, scripted, user


def unsure(**options: Any) -> ModelSwitchLLM:
    """The first model says 1, 2, 2, the second always 3: three times 3 wins."""
    llms = pair(cycled("1", "2", "2"), cycled("3"))
    return ModelSwitchLLM(llms=llms, **{"samples": 3, "settled_exit": False, **options})


def test_a_chat_is_answered_by_the_vote() -> None:
    response = unsure().chat(user("How many?"))
    result = switch_result(response)
    assert result is not None
    assert response.message.content == "3"
    assert (result.answer, result.chosen.model, result.samples_drawn) == ("3", 1, 6)
    assert response.message.role == MessageRole.ASSISTANT
    assert response.delta is None


async def test_a_chat_is_answered_on_the_loop() -> None:
    response = await unsure().achat(user("How many?"))
    result = switch_result(response)
    assert response.message.content == "3"
    assert result is not None
    assert result.models[0].answers == {"1": 1, "2": 2}


def test_agreement_ends_it() -> None:
    switch = ModelSwitchLLM(llms=pair(cycled("7"), cycled("8")), samples=3)
    response = switch.chat(user("How many?"))
    assert response.message.content == "7"
    assert [len(llm.asked) for llm in switch.llms if isinstance(llm, ChatLLM)] == [3, 0]


def test_a_stream_is_one_chunk() -> None:
    chunks = list(unsure().stream_chat(user("How many?")))
    assert [(chunk.delta, chunk.message.content) for chunk in chunks] == [("3", "3")]
    assert switch_result(chunks[0]) is not None


async def test_an_asynchronous_stream_is_one_chunk() -> None:
    chunks = [chunk async for chunk in await unsure().astream_chat(user("How many?"))]
    assert [(chunk.delta, chunk.message.content) for chunk in chunks] == [("3", "3")]
    assert switch_result(chunks[0]) is not None


async def test_completions() -> None:
    switch = unsure()
    whole = [switch.complete("How many?"), await switch.acomplete("How many?")]
    streamed = [
        *switch.stream_complete("How many?"),
        *[chunk async for chunk in await switch.astream_complete("How many?")],
    ]
    assert [response.text for response in whole] == ["3", "3"]
    assert [(chunk.text, chunk.delta) for chunk in streamed] == [("3", "3"), ("3", "3")]
    for response in [*whole, *streamed]:
        result = switch_result(response)
        assert result is not None
        assert result.samples_drawn == 6


async def test_predict_and_its_kin() -> None:
    switch = unsure()
    prompt = PromptTemplate("How many {what}?")
    with collect_switch_results() as results:
        assert switch.predict(prompt, what="eggs") == "3"
        assert await switch.apredict(prompt, what="eggs") == "3"
        assert "".join(switch.stream(prompt, what="eggs")) == "3"
        assert "".join([token async for token in await switch.astream(prompt, what="eggs")]) == "3"
    assert [result.answer for result in results] == ["3"] * 4


def test_options_of_the_call_reach_every_sample() -> None:
    switch = unsure()
    switch.chat(user("How many?"), stop=["\n"], seed=7)
    switch.complete("How many?", seed=8)
    for llm in switch.llms:
        assert isinstance(llm, ChatLLM)
        assert [asked.kwargs for asked in llm.asked] == [{"stop": ["\n"], "seed": 7}] * 3 + [{"seed": 8}] * 3


@pytest.mark.parametrize("tools", [True, False])
def test_every_sample_has_its_own_messages(tools: bool) -> None:
    def spoil(asked: Any) -> str:
        asked.messages[0].blocks.append(TextBlock(text="spoilt"))
        asked.messages[0].additional_kwargs["notes"].append("spoilt")
        seen.append(len(asked.messages[0].blocks))
        return "1"

    seen: list[int] = []
    message = ChatMessage(role="user", content="How many?", additional_kwargs={"notes": []})
    ModelSwitchLLM(llms=pair(spoil, spoil, tools=tools), samples=3).chat([message])
    assert seen == [2, 2, 2]
    assert (message.content, message.additional_kwargs) == ("How many?", {"notes": []})


def test_the_message_is_the_samples_own() -> None:
    blocks = [ThinkingBlock(content="hm"), TextBlock(text="4")]
    said = ChatMessage(role="assistant", blocks=blocks, additional_kwargs={"own": 1})
    switch = ModelSwitchLLM(llms=pair(cycled(said), cycled("5")), samples=2)
    assert switch.chat(user("How many?")).message == said
    (chunk,) = switch.stream_chat(user("How many?"))
    assert (chunk.delta, chunk.additional_kwargs["thinking_delta"]) == ("4", "hm")


def test_thinking_is_not_the_answer() -> None:
    thoughts = [
        ChatMessage(role="assistant", blocks=[ThinkingBlock(content=text), TextBlock(text="4")])
        for text in ("so", "or so")
    ]
    result = switch_result(
        ModelSwitchLLM(llms=pair(cycled(*thoughts), cycled("5")), samples=2).chat(user("?"))
    )
    assert result is not None
    assert result.models[0].answers == {"4": 2}


def test_raw_and_usage() -> None:
    response = unsure().chat(user("How many?"))
    counts = {"prompt_tokens": 18, "completion_tokens": 12, "total_tokens": 30}
    assert response.raw == {
        "usage": counts,
        "model": "modelswitch(a+b)",
        "response": {"usage": {"prompt_tokens": 3, "completion_tokens": 2}, "said_by": "b"},
    }
    assert counts.items() <= response.additional_kwargs.items()


def test_failures_are_counted_and_all_failing_is_an_error() -> None:
    switch = ModelSwitchLLM(llms=pair(cycled(RuntimeError("down")), cycled("5")), samples=2)
    result = switch_result(switch.chat(user("?")))
    assert result is not None
    assert result.answer == "5"
    assert result.models[0].failures == ("RuntimeError: down", "RuntimeError: down")
    broken = ModelSwitchLLM(llms=pair(cycled(RuntimeError("down")), cycled(ValueError("up"))), samples=2)
    with pytest.raises(AllDrawsFailedError, match="all 4 draws failed"):
        broken.chat(user("?"))


async def test_disagreement_can_be_an_error() -> None:
    llms = pair(cycled("1", "2", "2"), cycled("3", "1", "3"))
    switch = ModelSwitchLLM(llms=llms, samples=3, on_disagreement="raise")
    with pytest.raises(DisagreementError):
        await switch.achat(user("?"))


def test_metadata_is_what_all_can_do() -> None:
    small = ToolLLM(respond=cycled("1"), model="small", context_window=100, max_tokens=10)
    big = ChatLLM(respond=cycled("1"), model="big", context_window=900, max_tokens=90, chat_model=False)
    metadata = ModelSwitchLLM(llms=[small, big]).metadata
    assert (metadata.context_window, metadata.num_output) == (100, 90)
    assert (metadata.is_chat_model, metadata.is_function_calling_model) == (True, False)
    assert metadata.model_name == "modelswitch(small+big)"
    assert ModelSwitchLLM(llms=[small, small]).metadata.is_function_calling_model
    assert ModelSwitchLLM(llms=[small, small]).metadata.model_name == "modelswitch(small+small#2)"


def test_completion_models_get_prompts_in_their_own_words() -> None:
    def shouted(prompt: str) -> str:
        return prompt.upper()

    def plain(prompt: str) -> str:
        return prompt

    def model(name: str, template: Any) -> ChatLLM:
        return ChatLLM(respond=cycled("1"), model=name, chat_model=False, completion_to_prompt=template)

    prompt = PromptTemplate("how many?")
    alike = [model("a", shouted), model("b", shouted)]
    assert ModelSwitchLLM(llms=alike, samples=2).predict(prompt) == "1"
    assert [asked.last for asked in alike[0].asked] == ["HOW MANY?"] * 2
    different = [model("a", shouted), model("b", plain)]
    ModelSwitchLLM(llms=different, samples=2).predict(prompt)
    assert [asked.last for asked in different[0].asked] == ["HOW MANY?"] * 2


def test_a_switch_can_hold_a_switch() -> None:
    inner = ModelSwitchLLM(llms=pair(cycled("1"), cycled("2")), samples=2)
    outer = ModelSwitchLLM(llms=[inner, ToolLLM(respond=cycled("3"), model="c")], samples=2)
    response = outer.chat(user("?"))
    result = switch_result(response)
    assert result is not None
    assert (response.message.content, result.models[0].name) == ("1", "modelswitch(a+b)")
    assert result.usage is not None
    assert result.usage.total_tokens == 20


def test_the_system_prompt_is_the_switchs() -> None:
    llms = pair(cycled("1"), cycled("2"))
    ModelSwitchLLM(llms=llms, samples=2, system_prompt="Be brief.").predict(PromptTemplate("How many?"))
    assert [message.role for message in llms[0].asked[0].messages] == [MessageRole.SYSTEM, MessageRole.USER]


def test_a_script_that_ends_is_an_error() -> None:
    switch = ModelSwitchLLM(llms=[ChatLLM(respond=scripted(["1"]), model="a")], samples=2)
    result = switch_result(switch.chat(user("?")))
    assert result is not None
    assert result.models[0].failures == ("AssertionError: the script is exhausted",)
