"""LangChain's own standard suites over the switch, with real clients on a real wire.

Switched off through the suites' own properties is only what no local server can give: images, PDF and audio
files (they are downloaded), one model's name for all models (the switch has several, and Gemini's client
refuses it by itself), and the timing of recorded traffic. Samples are no runs of their own here, because the
suites want to see exactly one chat model start.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_tests.integration_tests import ChatModelIntegrationTests
from langchain_tests.unit_tests import ChatModelUnitTests

from langchain_modelswitch import ModelSwitchRunnable
from tests.langchain.doubles import EveryShare, wait_for_abandoned_draws
from tests.wire import WireServer
from tests.wire.clients import chat_gemini, chat_openai

SERVER = WireServer()
NOWHERE = "http://127.0.0.1:1"

pytestmark = [
    # The suites construct every model with temperature=0, max_tokens and the like, which a switch can only
    # pass on to models that are given as strings; we say so, and rightly.
    pytest.mark.filterwarnings("ignore:.* reach only models given as strings"),
    pytest.mark.filterwarnings("ignore:.* samples at temperature 0"),
    # The client's own: OpenAI's puts parsed objects where pydantic expects none, and does not like to be
    # asked for a class of pydantic 1, which one case does.
    pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning"),
    pytest.mark.filterwarnings("ignore:Received a Pydantic BaseModel V1 schema:UserWarning"),
]


@pytest.fixture(autouse=True, scope="module")
def _server() -> Iterator[None]:
    SERVER.start()
    yield
    wait_for_abandoned_draws()
    SERVER.stop()


@pytest.fixture
def vcr() -> None:
    """What the suites ask for beside traffic that was recorded; there is none."""


class _Switch:
    """What the suites want to know of any switch."""

    def models(self, url: str) -> list[BaseChatModel]:
        raise NotImplementedError

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return ModelSwitchRunnable

    @property
    def supports_json_mode(self) -> bool:
        return True

    @property
    def supports_anthropic_inputs(self) -> bool:
        return True

    @property
    def supports_model_override(self) -> bool:
        return False


class _OverOpenAI(_Switch):
    def models(self, url: str) -> list[BaseChatModel]:
        return [chat_openai(url)]


class _OverGemini(_Switch):
    def models(self, url: str) -> list[BaseChatModel]:
        return [chat_gemini(url)]


class _OverBoth(_Switch):
    def models(self, url: str) -> list[BaseChatModel]:
        return [chat_openai(url), chat_gemini(url)]

    @property
    def chat_model_params(self) -> dict[str, Any]:
        # The server always answers alike, so the second model would never be asked. This policy asks both,
        # and the priors see to it that what is returned is the second one's where they differ.
        return {**super().chat_model_params, "policy": EveryShare(), "priors": [1.0, 2.0]}  # type: ignore[misc]  # the suite's, next in line


class _Unit(_Switch, ChatModelUnitTests):
    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"models": self.models(NOWHERE), "samples": 2, "trace_samples": False}


class _Integration(_Switch, ChatModelIntegrationTests):
    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"models": self.models(SERVER.url), "samples": 2, "trace_samples": False}


class TestOpenAIUnit(_OverOpenAI, _Unit):
    @property
    def init_from_env_params(self) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        return {"OPENAI_API_KEY": "k"}, {"models": ["openai:gpt-4o-mini"]}, {}


class TestGeminiUnit(_OverGemini, _Unit):
    @property
    def init_from_env_params(self) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        return {"GOOGLE_API_KEY": "k"}, {"models": ["google_genai:gemini-2.5-flash"]}, {}


class TestBothUnit(_OverBoth, _Unit):
    @property
    def init_from_env_params(self) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        environment = {"OPENAI_API_KEY": "k", "GOOGLE_API_KEY": "k"}
        return environment, {"models": ["openai:gpt-4o-mini", "google_genai:gemini-2.5-flash"]}, {}


class TestOpenAIIntegration(_OverOpenAI, _Integration):
    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {**super().chat_model_params, "samples": 3}


class TestGeminiIntegration(_OverGemini, _Integration):
    pass


class TestBothIntegration(_OverBoth, _Integration):
    pass
