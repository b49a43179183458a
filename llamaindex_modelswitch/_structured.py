"""Structured output: every LLM makes its object its own way, the vote is on the objects."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.llms import LLM
from llama_index.core.prompts import ChatPromptTemplate
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from llamaindex_modelswitch._listening import Heard, responses_heard
from llamaindex_modelswitch._messages import own_copies, question_of
from llamaindex_modelswitch._responses import Drawn, ended_early, response_of, usage_of
from modelswitch_core import Reply, Response, Sampled, Switch, Usage, reader_of_objects


@dataclass(frozen=True, slots=True)
class StructuredJob:
    """An object of a pydantic class.

    Args:
        output_cls: The class.
        messages: The conversation.
        llm_kwargs: For the LLMs' own `structured_predict`.
        mixed: See `own_copies`.
    """

    output_cls: type[BaseModel]
    messages: Sequence[ChatMessage]
    llm_kwargs: Mapping[str, Any]
    mixed: bool

    @property
    def question(self) -> str:
        """The last user message."""
        return question_of(self.messages)

    def fit(self, switch: Switch) -> Switch:
        """One object a request, compared as objects."""
        reader = reader_of_objects(switch.reader, self.output_cls)
        return dataclasses.replace(switch, reader=reader, native_n=None)

    def ask(self, llm: LLM, n: int) -> Reply[Drawn]:  # noqa: ARG002  # always 1
        """One object."""
        with responses_heard() as heard:
            try:
                parsed = llm.structured_predict(self.output_cls, self._prompt(), dict(self.llm_kwargs))
            except Exception as error:  # noqa: BLE001  # raised again unless it stands for a response
                return _nothing_parsed(llm, error, heard)
        return _parsed(llm, parsed, heard)

    async def aask(self, llm: LLM, n: int) -> Reply[Drawn]:  # noqa: ARG002  # always 1
        """One object."""
        with responses_heard() as heard:
            try:
                parsed = await llm.astructured_predict(self.output_cls, self._prompt(), dict(self.llm_kwargs))
            except Exception as error:  # noqa: BLE001  # raised again unless it stands for a response
                return _nothing_parsed(llm, error, heard)
        return _parsed(llm, parsed, heard)

    def _prompt(self) -> ChatPromptTemplate:
        # Formatted already: with no variables given, what looks like one in a text stays as it is.
        return ChatPromptTemplate(message_templates=own_copies(self.messages, mixed=self.mixed))


def _parsed(llm: LLM, parsed: BaseModel, heard: Heard) -> Reply[Drawn]:
    finish = response_of(llm, heard[-1]).finish if heard else None
    drawn = Drawn(heard[-1] if heard else None, parsed=parsed)
    return Reply([Sampled(Response(_written(parsed), finish=finish), drawn)], _usage(heard))


def _nothing_parsed(llm: LLM, error: Exception, heard: Heard) -> Reply[Drawn]:
    """A response without an object was drawn, and cannot be read; without a response, the draw failed."""
    if not heard and not isinstance(error, ValidationError):
        return ended_early(error)
    finish = response_of(llm, heard[-1]).finish if heard else None
    drawn = Drawn(heard[-1] if heard else None, error=error)
    return Reply([Sampled(Response("", finish=finish), drawn)], _usage(heard))


def _usage(heard: Heard) -> Usage | None:
    return Usage.total(usage_of(response) for response in heard)


def _written(parsed: BaseModel) -> str:
    return to_json(parsed, fallback=str, inf_nan_mode="constants").decode(errors="replace")
