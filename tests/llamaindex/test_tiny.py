"""Our own tiny models as LLMs: alone, and in a switch."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.callbacks import CallbackManager, TokenCountingHandler
from pydantic import ValidationError

from llamaindex_modelswitch import ModelSwitchLLM, TinyLLM, switch_result
from modelswitch_core import OptionError
from modelswitch_core.tiny import TASKS, TinyModel, held_out_questions
from tests.llamaindex.doubles import texts_of, user

QUESTION = "What is 86 × 12?"
SEVEN = "The answer to 3 + 4 is 7."


def test_every_way_to_ask_it_brings_the_same() -> None:
    llm = TinyLLM(temperature=0)
    assert llm.chat(user("What is 3 + 4?")).message.content == SEVEN
    assert llm.complete("What is 3 + 4?").text == SEVEN
    assert texts_of(llm.stream_chat(user("What is 3 + 4?"))) == [SEVEN]
    assert texts_of(llm.stream_complete("What is 3 + 4?")) == [SEVEN]


async def test_every_asynchronous_way_too() -> None:
    llm = TinyLLM(temperature=0)
    assert (await llm.achat(user("What is 3 + 4?"))).message.content == SEVEN
    assert (await llm.acomplete("What is 3 + 4?")).text == SEVEN
    chat = await llm.astream_chat(user("What is 3 + 4?"))
    assert [chunk.delta async for chunk in chat] == [SEVEN]
    completion = await llm.astream_complete("What is 3 + 4?")
    assert [chunk.delta async for chunk in completion] == [SEVEN]


def test_the_last_user_message_counts() -> None:
    messages = [
        ChatMessage(role="system", content="What is 1 + 1?"),
        *user("What is 2 + 2?"),
        ChatMessage(role="assistant", content="The answer to 2 + 2 is 4."),
        *user("And 3 + 4?"),
    ]
    llm = TinyLLM(temperature=0)
    assert llm.chat(messages).message.content == SEVEN
    assert "only does arithmetic" in str(llm.chat(messages[:1]).message.content)


def test_what_it_cannot_do_is_no_answer() -> None:
    switch = ModelSwitchLLM(llms=[TinyLLM(model="sums"), TinyLLM(model="products")], samples=2)
    response = switch.chat(user("Who are you?"))
    assert "only does arithmetic" in str(response.message.content)
    result = switch_result(response)
    assert result is not None
    assert (result.answer, [model.unreadable for model in result.models]) == (None, [2, 2])


def test_a_response_says_what_it_is_and_what_it_used() -> None:
    response = TinyLLM(model="products").chat(user("3 × 4"))
    raw: Any = response.raw
    made = len(str(response.message.content))
    assert raw["usage"] == {"prompt_tokens": 5, "completion_tokens": made, "total_tokens": 5 + made}
    assert (raw["model"], raw["finish_reason"]) == ("tiny-products", "stop")
    assert raw["written"] in str(response.message.content)
    assert "trained on arithmetic" in raw["about"]
    assert raw["parameters"] == TinyModel.load("products").network.parameters


def test_its_metadata() -> None:
    metadata = TinyLLM(model="differences").metadata
    assert metadata.model_name == "tiny-differences"
    assert metadata.is_chat_model
    assert not metadata.is_function_calling_model
    assert metadata.context_window > metadata.num_output


def test_a_seed_makes_it_repeatable_and_its_samples_differ() -> None:
    def drawn(seed: int) -> list[str]:
        llm = TinyLLM(temperature=2.0, seed=seed)
        return [llm.complete(QUESTION).text for _ in range(6)]

    assert drawn(1) == drawn(1)
    assert len(set(drawn(1))) > 1
    assert drawn(1) != drawn(2)


def test_it_can_be_pickled_and_copied() -> None:
    llm = TinyLLM(temperature=2.0, seed=1)
    for copied in (pickle.loads(pickle.dumps(llm)), copy.deepcopy(llm)):
        assert copied.complete(QUESTION).text == TinyLLM(temperature=2.0, seed=1).complete(QUESTION).text


def test_options_can_be_given_at_a_call() -> None:
    llm = TinyLLM(temperature=3.0)
    assert {llm.complete("What is 3 + 4?", temperature=0).text for _ in range(5)} == {SEVEN}
    with pytest.raises(OptionError, match="max_tokens=5 is nothing TinyLLM takes"):
        llm.complete("3 + 4", max_tokens=5)


@pytest.mark.parametrize("field", [{"model": "gpt"}, {"temperature": -1}, {"seed": -1}])
def test_wrong_fields_are_refused(field: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(field))):
        TinyLLM(**field)


def test_a_prompt_of_the_user_s_own_is_used() -> None:
    llm = TinyLLM(temperature=0, completion_to_prompt=lambda text: f"What is {text}?")
    assert llm.complete("3 + 4").raw["usage"]["prompt_tokens"] == len("What is 3 + 4?")
    assert llm.complete("3 + 4", formatted=True).raw["usage"]["prompt_tokens"] == 5


def test_it_is_written_down_and_made_again() -> None:
    llm = TinyLLM(model="products", temperature=0.5, seed=7)
    assert TinyLLM.from_dict(llm.to_dict()).to_dict() == llm.to_dict()


async def test_in_a_switch() -> None:
    def switch() -> ModelSwitchLLM:
        llms = [TinyLLM(model=model, seed=3) for model in TASKS]
        return ModelSwitchLLM(llms=llms, answer="number", settled_exit=False)

    questions = held_out_questions(24, seed=5)
    results = [switch_result(switch().chat(user(question.text))) for question in questions]
    right, reasons = 0, set()
    for result, question in zip(results, questions, strict=True):
        assert result is not None
        right += result.answer == question.gold
        reasons.add(result.stop_reason)
        assert result.usage is not None
        assert result.usage.output_tokens > 0
    assert right > 12
    assert reasons == {"consistent", "all_drawn"}
    again = [switch_result(await switch().achat(user(question.text))) for question in questions]
    assert [one and one.answer for one in again] == [one and one.answer for one in results]


def test_usage_is_counted_by_the_framework() -> None:
    counter = TokenCountingHandler()
    llm = TinyLLM(temperature=0, callback_manager=CallbackManager([counter]))
    llm.chat(user("What is 3 + 4?"))
    assert (counter.prompt_llm_token_count, counter.completion_llm_token_count) == (14, len(SEVEN))


def test_the_door_knows_no_other_names() -> None:
    import llamaindex_modelswitch

    with pytest.raises(AttributeError, match="Nothing"):
        _ = llamaindex_modelswitch.Nothing
