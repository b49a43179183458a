"""The framework's report of a call knows the call, and the switch as it is."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from llama_index_instrumentation import get_dispatcher
from llama_index_instrumentation.span import BaseSpan
from llama_index_instrumentation.span_handlers import BaseSpanHandler
from pydantic import Field

from llamaindex_modelswitch import ModelSwitchLLM
from tests.llamaindex.doubles import ChatLLM, cycled, pair, user


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


def test_a_report_shows_the_switch_and_its_llms_as_they_are_now() -> None:
    switch = ModelSwitchLLM(llms=pair(cycled("1"), cycled("1")))
    before = switch.to_payload()
    assert before == {"class_name": "ModelSwitchLLM", **switch.metadata.model_dump()}
    before["model_name"] = "spoilt"
    assert switch.to_payload()["model_name"] == switch.metadata.model_name

    first = switch.llms[0]
    assert isinstance(first, ChatLLM)
    first.context_window = 7
    assert switch.to_payload()["context_window"] == 7
    switch.names = ("x", "y")
    assert switch.to_payload()["model_name"] == "modelswitch(x+y)"
    copied = switch.model_copy(update={"llms": switch.llms[1:], "names": None})
    assert copied.to_payload() == {"class_name": "ModelSwitchLLM", **copied.metadata.model_dump()}
    assert switch.to_payload()["model_name"] == "modelswitch(x+y)"
