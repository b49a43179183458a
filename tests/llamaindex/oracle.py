"""A model that does whatever LlamaIndex's callers ask for, and a small index to ask about."""

from __future__ import annotations

import json
from typing import Any

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.embeddings import MockEmbedding
from pydantic import BaseModel

from llamaindex_modelswitch import ModelSwitchLLM
from tests.llamaindex.doubles import Asked, Respond, calling, pair

QUESTION = "What is the capital of France?"


class City(BaseModel):
    """A city."""

    name: str


def oracle(*answers: str) -> Respond:
    """Knows one answer after another, and puts it into the form that is asked for.

    Args:
        *answers: Given in turn, one for each request; over and over.
    """
    count = 0

    def respond(asked: Asked) -> str | ChatMessage:
        nonlocal count
        answer = answers[count % len(answers)]
        count += 1
        if asked.tools:
            return _by_tool(asked, answer)
        return _in_words(asked.text, answer)

    return respond


def _by_tool(asked: Asked, answer: str) -> str | ChatMessage:
    if asked.messages[-1].role == MessageRole.TOOL:
        return f"It is {asked.last}."
    name = asked.tools[0].metadata.get_name()
    return calling(name, **_form(name, answer))


def _form(name: str, answer: str) -> dict[str, Any]:
    forms: dict[str, dict[str, Any]] = {
        "StructuredRefineResponse": {"answer": answer, "query_satisfied": True},
        "City": {"name": answer},
        "SingleSelection": {"index": 1, "reason": "geography"},
        "MultiSelection": {"selections": [{"index": 1, "reason": "geography"}]},
    }
    return forms.get(name, {"input": answer})


def _in_words(text: str, answer: str) -> str:
    # The marks by which LlamaIndex's own prompts can be told apart.
    if "query_satisfied" in text:
        return json.dumps(_form("StructuredRefineResponse", answer))
    if '"title": "City"' in text:
        return json.dumps(_form("City", answer))
    if "Some choices are given below" in text:
        return '[{"choice": 1, "reason": "geography"}]'
    if "sub_question" in text:
        items = [{"sub_question": QUESTION, "tool_name": "france"}]
        return "```json\n" + json.dumps({"items": items}) + "\n```"
    return answer


def switch_of(*, tools: bool, **options: Any) -> ModelSwitchLLM:
    """The first model never agrees with itself; the second knows."""
    llms = pair(oracle("Rome", "Oslo", "Bern"), oracle("Paris"), tools=tools)
    return ModelSwitchLLM(llms=llms, **{"samples": 3, **options})


def index() -> VectorStoreIndex:
    """Two short documents; every query finds both."""
    documents = [
        Document(text="Paris is the capital of France."),
        Document(text="France has 68 million people."),
    ]
    return VectorStoreIndex.from_documents(documents, embed_model=MockEmbedding(embed_dim=4))
