"""The framework's report of a call knows the call, and the switch as it is."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from llama_index.core.base.llms.types import LLMMetadata
from llama_index.core.llms import LLM
from llama_index_instrumentation import get_dispatcher
from llama_index_instrumentation.span import BaseSpan
from llama_index_instrumentation.span_handlers import BaseSpanHandler
from pydantic import Field, PrivateAttr

from llamaindex_modelswitch import ModelSwitchLLM
from tests.llamaindex.doubles import ChatLLM, ToolLLM, cycled, pair, user


class Calls(BaseSpanHandler[BaseSpan]):
    """Keeps what the switch's spans were called with."""

    bound: list[inspect.BoundArguments] = Field(default_factory=list)

    def new_span(self, id_: str, bound_args: inspect.BoundArguments, *args: Any, **kwargs: Any) -> None:
        if id_.startswith("ModelSwitchLLM."):
            self.bound.append(bound_args)

    def prepare_to_exit_span(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is open."""

    def prepare_to_drop_span(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is open."""


@pytest.fixture
def calls() -> Iterator[Calls]:
    root, handler = get_dispatcher(), Calls()
    root.add_span_handler(handler)
    yield handler
    root.span_handlers.remove(handler)


@pytest.mark.parametrize("method", ["chat", "achat", "stream_chat", "astream_chat"])
async def test_the_span_of_a_chat_knows_its_messages(method: str, calls: Calls) -> None:
    made = getattr(ModelSwitchLLM(llms=pair(cycled("1"), cycled("1"))), method)(user("?"), seed=7)
    if method.startswith("a"):
        await made
    (bound,) = calls.bound
    assert bound.arguments == {"messages": user("?"), "kwargs": {"seed": 7}}


@pytest.mark.parametrize("method", ["complete", "acomplete", "stream_complete", "astream_complete"])
async def test_the_span_of_a_completion_knows_its_prompt(method: str, calls: Calls) -> None:
    made = getattr(ModelSwitchLLM(llms=pair(cycled("1"), cycled("1"))), method)("?", seed=7)
    if method.startswith("a"):
        await made
    (bound,) = calls.bound
    assert bound.args == ("?",)
    assert bound.kwargs == {"seed": 7}


def test_a_method_shows_its_signature() -> None:
    assert list(inspect.signature(ModelSwitchLLM.chat).parameters)[-2:] == ["messages", "kwargs"]
    assert "conversation" in (ModelSwitchLLM.achat.__doc__ or "")


class Growing(ToolLLM):
    """Says of itself what no field of it holds."""

    _window: int = PrivateAttr(default=100)

    @property
    def metadata(self) -> LLMMetadata:
        return super().metadata.model_copy(update={"context_window": self._window})


@pytest.mark.parametrize("nested", [False, True])
def test_a_report_shows_the_switch_and_its_llms_as_they_are_now(nested: bool) -> None:
    growing, other = Growing(respond=cycled("1"), model="a"), ChatLLM(respond=cycled("1"), model="b")
    llms: list[LLM] = [growing, other]
    switch = ModelSwitchLLM(llms=[ModelSwitchLLM(llms=llms)] if nested else llms)
    assert switch.to_payload() == {"class_name": "ModelSwitchLLM", **switch.metadata.model_dump()}
    assert switch.to_payload()["context_window"] == 100
    growing._window = 50
    assert switch.to_payload()["context_window"] == 50
    other.context_window = 7
    assert switch.to_payload()["context_window"] == 7


def test_a_report_shows_a_copy_as_it_is() -> None:
    switch = ModelSwitchLLM(llms=pair(cycled("1"), cycled("1")))
    switch.chat(user("?"))
    copied = switch.model_copy(update={"names": ("x", "y")})
    assert copied.to_payload()["model_name"] == "modelswitch(x+y)"
    assert switch.to_payload()["model_name"] == "modelswitch(a+b)"
