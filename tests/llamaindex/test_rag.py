"""Retrieval with real embeddings, answers over a real wire, one model wrong on purpose."""

from __future__ import annotations

import re
from typing import Any

import pytest
from llama_index.core import Document, Settings, VectorStoreIndex
from llama_index.core.base.base_query_engine import BaseQueryEngine

from llamaindex_modelswitch import ModelSwitchLLM, collect_switch_results
from tests.llamaindex import minilm
from tests.llamaindex.clients import GEMINI, OPENAI, gemini, openai
from tests.wire import WireRequest, WireServer

pytestmark = [
    pytest.mark.skipif(minilm.missing() is not None, reason=str(minilm.missing())),
    # GoogleGenAI's synchronous chat runs a loop of its own and leaves a session of aiohttp to the collector.
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),
]

# Each question shares hardly a word with the note that answers it.
NOTES = {
    "How far from land may a coastal kite fly?": "Seagull drones must turn back 14 kilometres off the shore.",
    "When does the bakery open?": "Fresh rolls can be bought at the corner shop from 6 in the morning.",
    "What does a night in the lodge cost?": "Guests of the mountain hut pay 45 euros for a bed.",
    "How old is the oldest tree?": "The oak by the chapel was planted 320 years ago.",
    "How many people can the ferry carry?": "The boat across the lake has room for 80 passengers.",
    "How deep is the well?": "You need a rope of 27 metres to draw water in the courtyard.",
}


def note_number(request: WireRequest) -> int:
    """The number in the retrieved text, which LlamaIndex puts between two rules."""
    prompt = "\n".join(turn.text for turn in request.chat.turns)
    _, context, _ = re.split(r"-{10,}", prompt, maxsplit=2)
    return int(re.findall(r"\d+", context)[0])


def knowing(request: WireRequest) -> str:
    return f"According to the notes, the answer is {note_number(request)}."


def guessing(request: WireRequest) -> str:
    """Reads the same text, and is off by one to three, each time anew."""
    return f"According to the notes, the answer is {note_number(request) + 1 + request.index % 3}."


@pytest.fixture(scope="module")
def index() -> VectorStoreIndex:
    documents = [Document(text=note) for note in NOTES.values()]
    return VectorStoreIndex.from_documents(documents, embed_model=minilm.MiniLM())


@pytest.fixture
def asking(server: WireServer, index: VectorStoreIndex) -> BaseQueryEngine:
    server.serve(OPENAI, guessing)
    server.serve(GEMINI, knowing)
    llms = [openai(server.url), gemini(server.url)]
    Settings.llm = ModelSwitchLLM(llms=llms, samples=3, answer="number")
    engine: BaseQueryEngine = index.as_query_engine(similarity_top_k=1)
    return engine


def expect(note: str, said: Any, results: list[Any]) -> None:
    (found,) = said.source_nodes
    assert found.node.get_content() == note
    (number,) = re.findall(r"\d+", note)
    assert str(said) == f"According to the notes, the answer is {number}."
    (result,) = results
    assert (result.answer, result.models[result.chosen.model].name) == (number, GEMINI)
    assert len(result.models[0].answers) == 3


def test_the_right_note_is_found_and_the_wrong_model_outvoted(asking: BaseQueryEngine) -> None:
    for question, note in NOTES.items():
        with collect_switch_results() as results:
            said = asking.query(question)
        expect(note, said, results)


async def test_the_same_on_the_loop(asking: BaseQueryEngine) -> None:
    for question, note in NOTES.items():
        with collect_switch_results() as results:
            said = await asking.aquery(question)
        expect(note, said, results)


async def test_a_blocking_query_inside_a_running_loop(asking: BaseQueryEngine) -> None:
    question, note = next(iter(NOTES.items()))
    with collect_switch_results() as results:
        said = asking.query(question)
    expect(note, said, results)


def test_the_embeddings_are_those_of_the_model() -> None:
    # Their dot product is their likeness, which the published model gives for such a pair as well above 0.5.
    same, other = minilm.encode("The cat sits on the mat."), minilm.encode("A cat is sitting on a mat.")
    far = minilm.encode("Interest rates rose again in spring.")
    assert len(same) == 384
    assert float(same @ other) > 0.8
    assert float(same @ far) < 0.2
