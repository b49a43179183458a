"""A pickled switch: no key goes into it, and what comes out of it works, or says what it lacks."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from typing import Any

import pytest
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.llms import LLM
from llama_index.llms.openai import OpenAIResponses
from pydantic import SecretStr

from llamaindex_modelswitch import ModelSwitchLLM
from modelswitch_core import OptionError
from tests.llamaindex.clients import gemini, like, openai
from tests.llamaindex.doubles import ChatLLM, scripted, user
from tests.wire import WireServer

KEY = "sk-proj-SeCrEtSeCrEt0123456789abcdefghij"
HOME = "http://127.0.0.1:9"


def switch_of(*llms: LLM, **options: Any) -> ModelSwitchLLM:
    return ModelSwitchLLM(llms=list(llms), **{"samples": 2, **options})


def pickled(switch: ModelSwitchLLM) -> bytes:
    """Its pickle, in which no byte of a key is."""
    written = pickle.dumps(switch)
    assert b"SeCrEt" not in written
    assert b"0123456789abcdef" not in written
    return written


def said_by(switch: ModelSwitchLLM) -> str:
    return switch.chat(user("How many?")).message.content or ""


@pytest.mark.parametrize("used", [False, True])
def test_a_key_that_the_environment_holds_is_read_from_there(
    server: WireServer, monkeypatch: pytest.MonkeyPatch, used: bool
) -> None:
    monkeypatch.setenv("SOMEBODY_S_API_KEY", KEY)
    server.serve("gpt-4o-mini", "7")
    server.serve("qwen", "7")
    headers = {"x-api-key": KEY, "x-title": "a title"}
    switch = switch_of(openai(server.url, api_key=KEY), like(server.url, default_headers=headers))
    if used:  # the clients that it has made by then cannot be pickled, and are made anew
        assert said_by(switch) == "7"
    written = pickled(switch)
    monkeypatch.setenv("SOMEBODY_S_API_KEY", "sk-another")
    first, second = pickle.loads(written).llms
    assert first.api_key == "sk-another"
    assert second.default_headers == {"x-api-key": "sk-another", "x-title": "a title"}
    assert said_by(pickle.loads(written)) == "7"
    assert switch.llms[0].__dict__["api_key"] == KEY


def test_without_its_key_it_can_be_looked_at_and_says_what_it_lacks(server: WireServer) -> None:
    switch = switch_of(openai(server.url, api_key=KEY), like(server.url, api_key=KEY))
    again = pickle.loads(pickled(switch))
    assert again.metadata == switch.metadata
    assert repr(again) == repr(switch)
    assert again.to_dict() == switch.to_dict()
    lacks = "gpt-4o-mini came out of a pickle without its api_key, as keys are never pickled, and no env"
    for each in (again, copy.deepcopy(again), again.model_copy()):
        with pytest.raises(OptionError, match=lacks):
            each.chat(user("?"))
    with pytest.raises(pickle.PicklingError, match=lacks):
        pickle.dumps(again)
    assert not server.log


async def test_nor_does_it_ask_without_a_key_asynchronously() -> None:
    again = pickle.loads(pickled(switch_of(openai(HOME, api_key=KEY))))
    with pytest.raises(OptionError, match="give the LLMs again"):
        await again.achat(user("?"))


def test_what_it_lacks_can_be_given_again(server: WireServer) -> None:
    server.serve("gpt-4o-mini", "7")
    again = pickle.loads(pickled(switch_of(openai(server.url, api_key=KEY), answer="number")))
    given = again.model_copy(update={"llms": [openai(server.url, api_key=KEY)]})
    assert (said_by(given), given.answer) == ("7", "number")
    again.llms[0].api_key = KEY
    assert said_by(again) == "7"


def test_a_variable_that_is_not_set_where_it_is_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMEBODY_S_API_KEY", KEY)
    written = pickled(switch_of(openai(HOME, api_key=KEY)))
    monkeypatch.delenv("SOMEBODY_S_API_KEY")
    with pytest.raises(OptionError, match="SOMEBODY_S_API_KEY is not set here"):
        pickle.loads(written).chat(user("?"))


def test_another_key_of_the_environment_is_never_sent_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is for one provider is no other's business."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai-itself")
    again = pickle.loads(pickled(switch_of(openai("https://gateway.invalid", api_key=KEY))))
    assert again.llms[0].api_key is None


def test_a_client_that_is_made_with_its_llm_is_made_again_from_its_fields(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch = switch_of(OpenAIResponses(model="gpt-4o-mini", api_key=KEY, temperature=1.0))
    with pytest.raises(OptionError, match=r"without its api_key.*without its _client"):
        pickle.loads(pickled(switch)).chat(user("?"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    again = pickle.loads(pickled(switch))
    assert again.llms[0]._client.api_key == KEY


def test_a_client_that_holds_what_its_llm_does_not_is_asked_for() -> None:
    switch = switch_of(gemini(HOME, api_key="AIzaSySeCrEtSeCrEt0123456789abcdefghi"))
    again = pickle.loads(pickled(switch))
    assert again.metadata == switch.metadata
    with pytest.raises(OptionError, match="without its _client, which cannot be pickled"):
        again.chat(user("?"))


def test_the_words_that_local_servers_want_are_no_keys(server: WireServer) -> None:
    server.serve("qwen", "7")
    assert said_by(pickle.loads(pickled(switch_of(like(server.url, api_key="fake"))))) == "7"


def test_llms_are_as_before_and_may_be_switches_themselves() -> None:
    llm = openai(HOME, api_key=KEY, default_headers={"Authorization": f"Bearer {KEY}"})
    inner = switch_of(llm)
    fields = {name: value for name, value in llm.__dict__.items() if name != "callback_manager"}
    again = pickle.loads(pickled(switch_of(inner, like(HOME, api_key="none"))))
    assert again.metadata.model_name == "modelswitch(modelswitch(gpt-4o-mini)+qwen)"
    assert fields == {name: value for name, value in llm.__dict__.items() if name != "callback_manager"}
    with pytest.raises(OptionError, match="without its api_key"):
        again.llms[0].chat(user("?"))


class Embedding(MockEmbedding):
    """Of a class that wants a key, though it embeds nothing."""

    api_key: SecretStr | str = ""


@dataclass(frozen=True)
class Reader:
    """One that asks a model."""

    model: Embedding
    note: str = ""

    def read(self, response: Any) -> None: ...
    def parse(self, text: str) -> None: ...
    def same(self, a: Any, b: Any) -> bool:
        return False


@pytest.mark.parametrize("key", [KEY, SecretStr("of no known shape")])
def test_a_key_of_which_no_llm_knows_is_refused(key: SecretStr | str) -> None:
    model = ChatLLM(respond=scripted([]), model="a")
    reader = Reader(Embedding(embed_dim=2), note="sk-is-how-keys-begin; https://u@a.invalid:80/?a:b@c")
    assert pickle.loads(pickle.dumps(switch_of(model, answer=reader))).answer.note == reader.note
    with pytest.raises(pickle.PicklingError, match="answer holds a key, and no key goes into a pickle"):
        pickle.dumps(switch_of(model, answer=Reader(Embedding(embed_dim=2, api_key=key))))


@pytest.mark.parametrize(
    "text",
    # Of every length, as pickles write it in front of the text: "3sk-…" is no word that begins with "sk".
    [f"Log in with {KEY}.", f"Bearer {KEY[8:]}", "https://me:p4ssword@a.invalid/v1"]
    + [f"{KEY}{'x' * more}" for more in range(20)],
)
def test_what_looks_like_a_key_is_found_anywhere(text: str) -> None:
    with pytest.raises(pickle.PicklingError, match="system_prompt holds a key"):
        pickle.dumps(switch_of(openai(HOME), system_prompt=text))
