"""Our own tiny models as chat models: alone, and in a switch."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from typing import Any

import pytest
from langchain_core.callbacks import get_usage_metadata_callback
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.outputs import LLMResult
from langchain_core.prompts import ChatPromptTemplate
from pydantic import ValidationError

from langchain_modelswitch import ChatTiny, ModelSwitchRunnable
from modelswitch_core import OptionError
from modelswitch_core.tiny import TASKS, TinyModel, held_out_questions
from tests.langchain.doubles import result_of

QUESTION = "What is 86 × 12?"


def texts(result: LLMResult) -> list[str]:
    return [generation.text for generation in result.generations[0]]


async def test_it_answers_in_a_sentence_sync_and_async() -> None:
    model = ChatTiny(model="sums", temperature=0)
    for message in (model.invoke("What is 3 + 4?"), await model.ainvoke("What is 3 + 4?")):
        assert message.content == "The answer to 3 + 4 is 7."


def test_the_last_human_message_counts() -> None:
    messages = [
        SystemMessage("What is 1 + 1?"),
        HumanMessage("What is 2 + 2?"),
        AIMessage("The answer to 2 + 2 is 4."),
        HumanMessage("And 3 + 4?"),
    ]
    model = ChatTiny(temperature=0)
    assert model.invoke(messages).content == "The answer to 3 + 4 is 7."
    assert "only does arithmetic" in str(model.invoke(messages[:1]).content)


def test_a_message_says_what_it_is_and_what_it_used() -> None:
    message = ChatTiny(model="products").invoke([SystemMessage("Be brief."), HumanMessage("3 × 4")])
    sent, made = len("Be brief.") + len("3 × 4"), len(str(message.content))
    assert message.usage_metadata == {
        "input_tokens": sent,
        "output_tokens": made,
        "total_tokens": sent + made,
    }
    told = message.response_metadata
    assert (told["model_name"], told["finish_reason"]) == ("tiny-products", "stop")
    assert told["written"] in str(message.content)
    assert "trained on arithmetic" in told["about"]
    assert told["parameters"] == TinyModel.load("products").network.parameters


def test_tokens_are_characters() -> None:
    assert ChatTiny().get_num_tokens("3 × 4") == 5


def test_several_answers_come_in_one_batch_and_carry_the_usage_of_all() -> None:
    made = ChatTiny(seed=1, temperature=2.0).generate([[HumanMessage(QUESTION)]], n=6)
    assert len(set(texts(made))) > 1
    usages = [generation.message.usage_metadata for generation in made.generations[0]]  # type: ignore[union-attr]  # a chat's
    assert usages == [usages[0]] * 6
    assert usages[0] is not None
    assert usages[0]["output_tokens"] == sum(map(len, texts(made)))


def test_a_seed_makes_it_repeatable_and_its_samples_differ() -> None:
    def drawn(**options: Any) -> list[str]:
        model = ChatTiny(temperature=2.0, **options)
        return [str(model.invoke(QUESTION).content) for _ in range(6)]

    assert drawn(seed=1) == drawn(seed=1)
    assert len(set(drawn(seed=1))) > 1
    assert drawn(seed=1) != drawn(seed=2)
    together = ChatTiny(temperature=2.0, seed=1).generate([[HumanMessage(QUESTION)]], n=6)
    assert texts(together) == drawn(seed=1)


def test_copies_go_on_with_the_draws() -> None:
    whole, halves = ChatTiny(temperature=2.0, seed=1), ChatTiny(temperature=2.0, seed=1)
    expected = [whole.invoke(QUESTION).content for _ in range(6)]
    copy = halves.model_copy(update={"disable_streaming": True})
    drawn = [each.invoke(QUESTION).content for _ in range(3) for each in (halves, copy)]
    assert drawn == expected


def test_it_can_be_pickled_and_copied() -> None:
    model = ChatTiny(temperature=2.0, seed=1)
    for copied in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert copied.invoke(QUESTION).content == ChatTiny(temperature=2.0, seed=1).invoke(QUESTION).content


def test_options_can_be_bound() -> None:
    model = ChatTiny(temperature=3.0).bind(temperature=0)
    assert {model.invoke("What is 3 + 4?").content for _ in range(5)} == {"The answer to 3 + 4 is 7."}


def test_what_it_does_not_take_is_refused() -> None:
    with pytest.raises(OptionError, match="max_tokens=5 is nothing ChatTiny takes"):
        ChatTiny().invoke("3 + 4", max_tokens=5)
    with pytest.raises(NotImplementedError):
        ChatTiny().bind_tools([])


@pytest.mark.parametrize(
    "field", [{"model": "gpt"}, {"temperature": -1}, {"seed": -1}, {"n": 0}, {"max_tokens": 3}]
)
def test_wrong_fields_are_refused(field: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(field))):
        ChatTiny(**field)


def test_a_stop_word_ends_the_text() -> None:
    assert ChatTiny(temperature=0).invoke("3 + 4", stop=[" is"]).content == "The answer to 3 + 4"


def test_its_profile_says_what_it_cannot_do() -> None:
    profile = ChatTiny().profile
    assert profile is not None
    assert profile["text_inputs"]
    assert not profile["tool_calling"]
    assert profile["max_input_tokens"] > profile["max_output_tokens"]


def test_caches_tell_models_and_options_apart() -> None:
    models = [
        ChatTiny(),
        ChatTiny(model="products"),
        ChatTiny(temperature=0),
        ChatTiny(seed=1),
        ChatTiny(n=2),
    ]
    assert len({str(model._identifying_params) for model in models}) == len(models)


@pytest.mark.parametrize("native_n", [False, True])
async def test_in_a_switch(native_n: bool) -> None:
    def switch() -> ModelSwitchRunnable:
        return ModelSwitchRunnable(
            models=[ChatTiny(model=model, seed=3) for model in TASKS],
            answer="number",
            native_n=native_n,
            settled_exit=False,
        )

    questions = held_out_questions(24, seed=5)
    messages = [switch().invoke(question.text) for question in questions]
    results = [result_of(message) for message in messages]
    assert [report.name for report in results[0].models] == ["tiny-sums", "tiny-differences", "tiny-products"]
    right = [result.answer == question.gold for result, question in zip(results, questions, strict=True)]
    assert sum(right) > 12
    assert {result.stop_reason for result in results} == {"consistent", "all_drawn"}
    for result in results:
        assert result.usage is not None
        assert result.usage.output_tokens > 0
    # One seed, one result, in order of the draws: also over asyncio.
    again = await switch().abatch([question.text for question in questions])
    assert [result_of(message).answer for message in again] == [result.answer for result in results]


def test_in_a_chain_with_usage_by_model() -> None:
    switch = ModelSwitchRunnable(models=[ChatTiny(), ChatTiny(model="products")], answer="number")
    chain = ChatPromptTemplate.from_template("What is {a} × {b}?") | switch
    with get_usage_metadata_callback() as usage:
        message = chain.invoke({"a": 86, "b": 12})
    assert "tiny-sums" in usage.usage_metadata
    assert result_of(message).samples_drawn >= 5


def test_what_none_can_do_all_decline_alike() -> None:
    switch = ModelSwitchRunnable(models=[ChatTiny(), ChatTiny(model="products")])
    message = switch.invoke("Who was Ada Lovelace?")
    assert "only does arithmetic" in str(message.content)
    # A refusal is no answer, however often it comes.
    assert message.response_metadata["finish_reason"] == "refusal"
    result = result_of(message)
    assert (result.answer, [model.unreadable for model in result.models]) == (None, [5, 5])


def test_the_door_needs_numpy_only_for_it() -> None:
    program = """
import sys
sys.modules["numpy"] = None
import langchain_modelswitch
try:
    langchain_modelswitch.ChatTiny
except ImportError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert "modelswitch[demo]" in done.stdout


def test_the_door_knows_no_other_names() -> None:
    import langchain_modelswitch

    with pytest.raises(AttributeError, match="Nothing"):
        _ = langchain_modelswitch.Nothing
