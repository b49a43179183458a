"""Structured outputs: each LLM its own way, the vote on the objects."""

from __future__ import annotations

from typing import Any

import pytest
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.prompts import ChatPromptTemplate, PromptTemplate
from pydantic import BaseModel, ValidationError

from llamaindex_modelswitch import ModelSwitchLLM, collect_switch_results
from modelswitch_core import AllDrawsFailedError, Answer, Response
from tests.llamaindex.doubles import Asked, ChatLLM, ToolLLM, calling, cycled, pair, user


class Verdict(BaseModel):
    value: int
    why: str = ""


PROMPT = PromptTemplate("How many {what}?")


def said(value: int, why: str = "") -> str:
    return f'Here it is:\n{{"value": {value}, "why": "{why}"}}'


def called(value: int, why: str = "") -> ChatMessage:
    return calling("Verdict", value=value, why=why)


def unsure(*, tools: bool, **options: Any) -> ModelSwitchLLM:
    make = called if tools else said
    llms = pair(cycled(make(1), make(2), make(4)), cycled(make(3)), tools=tools)
    return ModelSwitchLLM(llms=llms, **{"samples": 3, "settled_exit": False, **options})


@pytest.mark.parametrize("tools", [True, False])
async def test_the_vote_is_on_the_objects(tools: bool) -> None:
    switch = unsure(tools=tools)
    with collect_switch_results() as results:
        found = [
            switch.structured_predict(Verdict, PROMPT, what="eggs"),
            await switch.astructured_predict(Verdict, PROMPT, what="eggs"),
            *switch.stream_structured_predict(Verdict, PROMPT, what="eggs"),
        ]
        stream = await switch.astream_structured_predict(Verdict, PROMPT, what="eggs")
        found += [each async for each in stream]
    assert found == [Verdict(value=3)] * 4
    assert [result.answer for result in results] == ['{"value":3,"why":""}'] * 4
    for result in results:
        # The samples' own requests are overheard, each once.
        assert result.usage is not None
        assert (result.usage.input_tokens, result.usage.output_tokens) == (18, 12)


# The framework's own streaming uses a method that pydantic has deprecated.
@pytest.mark.filterwarnings("ignore:The `json` method is deprecated")
@pytest.mark.parametrize("tools", [True, False])
async def test_as_structured_llm(tools: bool) -> None:
    structured = unsure(tools=tools).as_structured_llm(Verdict)
    responses = [
        structured.chat(user("How many?")),
        await structured.achat(user("How many?")),
        *structured.stream_chat(user("How many?")),
    ]
    responses += [chunk async for chunk in await structured.astream_chat(user("How many?"))]
    assert [response.raw for response in responses] == [Verdict(value=3)] * 4
    assert structured.complete("How many?").raw == Verdict(value=3)
    assert "api_key" not in structured.to_json()


def test_models_with_and_without_function_calling_together() -> None:
    llms: list[ChatLLM] = [
        ToolLLM(respond=cycled(called(1), called(2)), model="a"),
        ChatLLM(respond=cycled(said(2)), model="b"),
    ]
    switch = ModelSwitchLLM(llms=llms, samples=2)
    assert switch.structured_predict(Verdict, PROMPT, what="eggs") == Verdict(value=2)
    assert llms[0].asked[0].tools
    assert "JSON" in llms[1].asked[0].text


@pytest.mark.parametrize("answer", ["number", "exact", "choice", "auto", "tool_calls", "json"])
def test_readers_of_texts_do_not_read_objects(answer: str) -> None:
    # By the last number, all would be 1.
    llms = pair(cycled(called(3, "1"), called(4, "1")), cycled(called(3, "1")))
    switch = ModelSwitchLLM(llms=llms, samples=2, answer=answer, settled_exit=False)
    with collect_switch_results() as results:
        switch.structured_predict(Verdict, PROMPT, what="eggs")
    assert results[0].answer == '{"value":3,"why":"1"}'


class OnlyValue(BaseModel):
    value: int


class Unrelated(BaseModel):
    other: int


def test_a_schema_for_a_part_of_the_object_compares_that_part() -> None:
    llms = pair(cycled(called(3, "so"), called(3, "thus")), cycled(called(4)))
    for answer, samples in ((OnlyValue, 2), (Unrelated, 4)):
        switch = ModelSwitchLLM(llms=llms, samples=2, answer=answer, settled_exit=False)
        with collect_switch_results() as results:
            switch.structured_predict(Verdict, PROMPT, what="eggs")
        assert results[0].samples_drawn == samples


class ByParity:
    """A reader of the user's own, for objects."""

    def read(self, response: Response | str) -> Answer | None:
        text = response if isinstance(response, str) else response.text
        return self.parse(text)

    def parse(self, text: str) -> Answer | None:
        odd = Verdict.model_validate_json(text).value % 2
        return Answer("odd" if odd else "even", odd)

    def same(self, a: Answer, b: Answer) -> bool:
        return a.key == b.key


def test_a_reader_of_the_users_own_reads_objects() -> None:
    llms = pair(cycled(called(3), called(5)), cycled(called(4)))
    switch = ModelSwitchLLM(llms=llms, samples=2, answer=ByParity())
    with collect_switch_results() as results:
        switch.structured_predict(Verdict, PROMPT, what="eggs")
    assert (results[0].answer, results[0].stop_reason) == ("odd", "consistent")


def test_a_response_without_an_object_is_unreadable_and_a_failure_a_failure() -> None:
    first = cycled(said(1), "I cannot.", RuntimeError("down"))
    switch = ModelSwitchLLM(llms=pair(first, cycled(said(3)), tools=False), samples=3)
    with collect_switch_results() as results:
        assert switch.structured_predict(Verdict, PROMPT, what="eggs") == Verdict(value=3)
    report = results[0].models[0]
    assert (len(report.answers), report.unreadable, len(report.failures)) == (1, 1, 1)


async def test_no_object_at_all_is_the_llms_own_error() -> None:
    switch = ModelSwitchLLM(llms=pair(cycled("No."), cycled("No."), tools=False), samples=2)
    with pytest.raises(ValueError, match="Could not extract json string"):
        switch.structured_predict(Verdict, PROMPT, what="eggs")
    with pytest.raises(ValueError, match="Could not extract json string"):
        await switch.astructured_predict(Verdict, PROMPT, what="eggs")
    invalid = ModelSwitchLLM(llms=pair(cycled('{"v": 1}'), cycled('{"v": 1}'), tools=False), samples=2)
    with pytest.raises(ValidationError):
        invalid.structured_predict(Verdict, PROMPT, what="eggs")
    down = ModelSwitchLLM(llms=pair(cycled(OSError("down")), cycled(OSError("down"))), samples=2)
    with pytest.raises(AllDrawsFailedError):
        down.structured_predict(Verdict, PROMPT, what="eggs")


def test_what_looks_like_a_variable_in_a_text_stays() -> None:
    def look(asked: Asked) -> ChatMessage:
        seen.append(asked.text)
        return called(1)

    seen: list[str] = []
    switch = ModelSwitchLLM(llms=pair(look, look), samples=2, system_prompt="Be brief.")
    template = ChatPromptTemplate(message_templates=user("{context} {what}"))
    switch.structured_predict(Verdict, template, context='{"a": {what}}', what="{{x}}")
    assert seen == ['Be brief.\n{"a": {what}} {{x}}'] * 2


def test_llm_kwargs_reach_every_sample() -> None:
    switch = unsure(tools=True)
    switch.structured_predict(Verdict, PROMPT, llm_kwargs={"seed": 7}, what="eggs")
    for llm in switch.llms:
        assert isinstance(llm, ChatLLM)
        assert all(asked.kwargs["seed"] == 7 for asked in llm.asked)


def test_a_switch_in_a_switch_counts_its_samples_once() -> None:
    inner = ModelSwitchLLM(llms=pair(cycled(called(1)), cycled(called(2))), samples=2)
    outer = ModelSwitchLLM(llms=[inner], samples=2)
    with collect_switch_results() as results:
        assert outer.structured_predict(Verdict, PROMPT, what="eggs") == Verdict(value=1)
    assert results[-1].usage is not None
    assert results[-1].usage.input_tokens == 12
