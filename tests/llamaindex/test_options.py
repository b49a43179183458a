"""Construction, refusals, warnings, and what is shown and stored: never a key."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import warnings
from typing import Any

import pytest
from llama_index.core import Settings
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.callbacks import CallbackManager, TokenCountingHandler
from llama_index.core.llms import LLM, MockLLM
from llama_index.core.prompts import PromptTemplate
from llama_index.llms.google_genai import GoogleGenAI
from llama_index.llms.openai import OpenAI
from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]
from pydantic import ValidationError

import llamaindex_modelswitch
from llamaindex_modelswitch import ModelSwitchLLM
from modelswitch_core import (
    AdaptiveConsistency,
    ConcurrencyLimit,
    CrossCheck,
    EntropyVote,
    LearningCrossCheck,
    Paper,
    PluralityVote,
    SwitchWarning,
    choice_reader,
)
from tests.llamaindex.doubles import ChatLLM, cycled, pair, user

KEY = "sk-verysecret"


def openai(**options: Any) -> OpenAI:
    return OpenAI(**{"model": "gpt-4o-mini", "api_key": KEY, "temperature": 1.0, **options})


def like(**options: Any) -> OpenAILike:
    return OpenAILike(
        **{"model": "qwen", "api_key": KEY, "temperature": 1.0, "is_chat_model": True, **options}
    )


def gemini(**options: Any) -> GoogleGenAI:
    fixed = {"model": "gemini-2.5-flash", "api_key": KEY, "max_tokens": 100, "context_window": 1000}
    return GoogleGenAI(**{**fixed, **options})


def answer(text: str) -> LLM:
    return ChatLLM(respond=cycled(text), model=text)


def test_the_door_is_these_names() -> None:
    assert llamaindex_modelswitch.__all__ == [
        "ModelSwitchLLM",
        "SwitchResult",
        "TinyLLM",
        "collect_switch_results",
        "semantic_reader",
        "switch_result",
    ]
    assert ModelSwitchLLM.class_name() == "ModelSwitchLLM"


def test_a_missing_framework_is_named() -> None:
    code = "import sys; sys.modules['llama_index.core'] = None; import llamaindex_modelswitch"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'modelswitch[llamaindex]'" in said.stderr


class NotAnLLM:
    """Something that holds a key."""

    def __repr__(self) -> str:
        return KEY


class BaseChatModel:
    """Called like LangChain's."""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"llms": []}, r"llms=\[\] gives nothing to ask: give LLM objects"),
        ({"llms": "gpt-4o-mini"}, "llms='gpt-4o-mini' must be a list"),
        ({"llms": answer("1")}, "llms=a ChatLLM must be a list"),
        ({"llms": [answer("1"), "gpt"]}, "llms holds 'gpt', which is no LLM: give LLM objects"),
        ({"llms": [NotAnLLM()]}, "llms holds a NotAnLLM, which is no LLM"),
        ({"llms": [BaseChatModel()]}, "LangChain's models go into langchain_modelswitch"),
        ({"llms": [openai(model="mine")]}, "llms holds an OpenAI .* use OpenAILike"),
        ({"llms": [openai()], "sampels": 3}, "no field 'sampels': did you mean 'samples'"),
        ({"models": [openai()]}, "no field 'models': did you mean 'llms'"),
        ({}, "ModelSwitchLLM needs llms="),
        ({"llms": [openai()], "settled_exit": "maybe"}, "settled_exit='maybe' must be True or False"),
        ({"llms": [openai()], "samples": 0}, "samples=0 must be 1 or more"),
        ({"llms": [openai()], "samples": [1, 2]}, "gives 2 shares for 1 models"),
        (
            {"llms": [openai()], "policy": "crosscheck"},
            r"policy=CrossCheck\(.* needs 2 models or more, .* gives 1: add a model",
        ),
        ({"llms": [openai()], "priors": [1, 2]}, "priors=.* gives 2 numbers for 1 models"),
        ({"llms": [openai()], "answer": "nummer"}, "answer='nummer' is no reader. Did you mean 'number'"),
        ({"llms": [openai()], "names": ["a", "b"]}, "gives 2 names for 1 models"),
        ({"llms": [openai()], "max_concurrency": 0}, "max_concurrency=0 must be 1 or more"),
    ],
)
def test_refusals_name_the_field_and_the_remedy_and_no_key(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        ModelSwitchLLM(**options)
    assert KEY not in str(caught.value)
    assert KEY not in repr(caught.value)


def test_an_embedding_is_no_llm() -> None:
    from llama_index.core.embeddings import MockEmbedding

    embedding: BaseEmbedding = MockEmbedding(embed_dim=2)
    with pytest.raises(ValidationError, match="an embedding model answers nothing"):
        ModelSwitchLLM(llms=[embedding])  # type: ignore[list-item]  # that is the mistake


@pytest.mark.parametrize(
    ("llm", "said"),
    [
        (openai(temperature=0.1), "gpt-4o-mini at temperature 0.1: samples hardly differ"),
        (like(temperature=0.2), "qwen at temperature 0.2"),
        (gemini(), "gemini-2.5-flash at temperature 0.1"),
        (openai(temperature=0.0), "gpt-4o-mini samples at temperature 0"),
        (openai(additional_kwargs={"temperature": 0.1}), "at temperature 0.1"),
        (openai(system_prompt="Be brief."), "gpt-4o-mini has a system_prompt of its own"),
    ],
)
def test_cautions(llm: LLM, said: str) -> None:
    with pytest.warns(SwitchWarning, match=said) as caught:
        ModelSwitchLLM(llms=[llm], samples=3)
    assert len(caught) == 1


def test_no_caution_without_cause() -> None:
    from google.genai.types import GenerateContentConfig

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ModelSwitchLLM(llms=[openai(), like(), gemini(temperature=0.7), MockLLM()], samples=3)
        ModelSwitchLLM(llms=[openai(temperature=0.1)], samples=1)
        ModelSwitchLLM(llms=[gemini(generation_config=GenerateContentConfig(temperature=0.9))])
        ModelSwitchLLM(llms=[openai(temperature=0.0, additional_kwargs={"temperature": 1})])


def test_names() -> None:
    llms = [openai(), like(model="models/qwen"), gemini(temperature=1.0), MockLLM()]
    assert ModelSwitchLLM(llms=llms).metadata.model_name == (
        "modelswitch(gpt-4o-mini+qwen+gemini-2.5-flash+MockLLM)"
    )
    assert (
        ModelSwitchLLM(llms=[openai(), openai()], names=["x", "y"]).metadata.model_name == "modelswitch(x+y)"
    )


def test_no_key_in_what_is_shown_or_stored() -> None:
    switch = ModelSwitchLLM(llms=[openai(), like(), gemini(temperature=1.0)], max_concurrency=4)
    shown = [repr(switch), str(switch), switch.to_json(), str(switch.to_dict()), str(switch.to_payload())]
    shown += [switch.model_dump_json(), str(switch.model_dump()), str(list(switch.__repr_args__()))]
    for text in shown:
        assert KEY not in text
    assert repr(switch) == (
        "ModelSwitchLLM(llms=['gpt-4o-mini', 'qwen', 'gemini-2.5-flash'], samples=[5, 5, 5], "
        "policy=Paper(threshold=1.0))"
    )
    assert switch.to_dict()["llms"][0] == {"class_name": "openai_llm", "model_name": "gpt-4o-mini"}


def test_from_dict_with_the_llms_given_again() -> None:
    llms = [openai(), like()]
    options: dict[str, Any] = {"samples": [2, 3], "answer": "number", "priors": [1, 2], "max_concurrency": 4}
    stored = json.loads(ModelSwitchLLM(llms=llms, system_prompt="Be brief.", **options).to_json())
    assert stored["class_name"] == "ModelSwitchLLM"
    again = ModelSwitchLLM.from_dict(stored, llms=llms)
    assert (list(again.llms), again.samples, again.answer) == (llms, (2, 3), "number")
    assert (again.priors, again.system_prompt) == ((1, 2), "Be brief.")
    assert isinstance(again.max_concurrency, ConcurrencyLimit)
    assert again.max_concurrency.most == 4
    assert ModelSwitchLLM.from_json(json.dumps(stored), llms=llms, samples=4).samples == 4
    with pytest.raises(ValidationError, match=r"from_dict\(data, llms="):
        ModelSwitchLLM.from_dict(stored)


@pytest.mark.parametrize(
    ("policy", "vote"),
    [
        (Paper(threshold=0.8), EntropyVote(normalizer="samples")),
        (CrossCheck(first=1, wave_size=4), PluralityVote()),
        (AdaptiveConsistency(confidence=0.9), None),
        ("crosscheck", "entropy"),
    ],
    ids=["paper", "crosscheck", "adaptive", "names"],
)
def test_policies_and_votes_are_stored_with_their_parameters(policy: Any, vote: Any) -> None:
    llms = [openai(), like()]
    switch = ModelSwitchLLM(llms=llms, policy=policy, vote=vote)
    again = ModelSwitchLLM.from_dict(json.loads(switch.to_json()), llms=llms)
    assert (again.policy, again.vote) == (policy, vote)
    assert again.to_dict() == switch.to_dict()


def test_objects_that_cannot_be_stored_are_not_lost_silently() -> None:
    llms = [openai(), like()]
    policy = LearningCrossCheck()
    stored = ModelSwitchLLM(llms=llms, answer=choice_reader(), policy=policy).to_dict()
    with pytest.raises(ValidationError, match=r"choice_reader\("):
        ModelSwitchLLM.from_dict(stored, llms=llms, policy=policy)
    with pytest.raises(ValidationError, match=r"LearningCrossCheck\("):
        ModelSwitchLLM.from_dict(stored, llms=llms, answer="choice")
    assert ModelSwitchLLM.from_dict(stored, llms=llms, answer="choice", policy=policy).policy is policy


def test_from_config() -> None:
    config = {"names": ["a", "b"], "samples": 3, "policy": "paper", "consistency_threshold": 0.8}
    switch = ModelSwitchLLM.from_config(config, llms=[openai(), like()])
    assert switch.metadata.model_name == "modelswitch(a+b)"
    assert switch.consistency_threshold == 0.8


def test_pickling() -> None:
    switch = ModelSwitchLLM(llms=[openai(), like()], samples=2, answer="number", max_concurrency=3)
    again = pickle.loads(pickle.dumps(switch))
    assert again.metadata == switch.metadata
    assert (again.samples, again.answer, again.max_concurrency.most) == (2, "number", 3)
    assert again.messages_to_prompt is switch.messages_to_prompt


class Unpicklable(TokenCountingHandler):
    """A callback handler that stays where it is."""

    def __reduce__(self) -> str:
        raise TypeError("no")


def test_pickling_leaves_behind_what_is_the_frameworks(caplog: pytest.LogCaptureFixture) -> None:
    def shouted(prompt: str) -> str:
        return prompt.upper()

    manager = CallbackManager([Unpicklable(tokenizer=str.split)])
    switch = ModelSwitchLLM(
        llms=[openai()], samples=2, callback_manager=manager, completion_to_prompt=shouted
    )
    again = pickle.loads(pickle.dumps(switch))
    assert "callback_manager cannot be pickled and is left out" in caplog.text
    assert again.callback_manager.handlers == []
    assert again.completion_to_prompt is again.llms[0].completion_to_prompt
    assert again.metadata == switch.metadata


def test_pickling_never_loses_an_option() -> None:
    class Reader:
        """Of a class that pickle cannot find."""

        def read(self, response: Any) -> None: ...
        def parse(self, text: str) -> None: ...
        def same(self, a: Any, b: Any) -> bool:
            return False

    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(ModelSwitchLLM(llms=[openai()], answer=Reader()))


def test_copies() -> None:
    switch = ModelSwitchLLM(llms=pair(cycled("1"), cycled("2")), samples=2, max_concurrency=2)
    assert switch.chat(user("?")).message.content == "1"
    copied = copy.deepcopy(switch)
    assert copied.chat(user("?")).message.content == "1"
    assert copied.max_concurrency is switch.max_concurrency
    assert copied.llms[0] is not switch.llms[0]
    fewer = switch.model_copy(update={"samples": 1})
    assert len(fewer.llms) == 2
    assert "samples=[1, 1]" in repr(fewer)


def test_a_switch_that_has_answered_is_copied_and_compared_as_before() -> None:
    llms = pair(cycled("1"), cycled("2"))
    llms[0].callback_manager = CallbackManager([Unpicklable(tokenizer=str.split)])
    switch = ModelSwitchLLM(llms=llms, samples=2)
    copied = switch.model_copy()
    assert switch.chat(user("?")).message.content == "1"
    assert copied == switch
    assert copy.deepcopy(switch).chat(user("?")).message.content == "1"


def test_as_the_llm_of_the_settings() -> None:
    switch = ModelSwitchLLM(llms=pair(cycled("1"), cycled("2")), samples=2)
    Settings.llm = switch
    assert Settings.llm is switch
    assert Settings.llm.predict(PromptTemplate("?")) == "1"
