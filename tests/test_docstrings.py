"""Every example in a docstring runs, with real clients, against the local provider server."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from langchain_core.runnables import RunnableLambda

import langchain_modelswitch
import llamaindex_modelswitch
import modelswitch_core
from modelswitch_core import DrawRef, Reply, Request, Response, Sampled, Switch, switch_plan
from modelswitch_core.evaluation import Point
from tests.wire import WireServer

ROOT = Path(__file__).parent.parent
PACKAGES = ("modelswitch_core", "langchain_modelswitch", "llamaindex_modelswitch", "modelswitch_cli")

# An indented block between blank lines; a section of Google's style has its heading right above it.
BLOCK = re.compile(r"(?:^|\n\n)((?: {4}.*\n?)+(?:\n(?: {4}.*\n?)+)*)")


def examples(path: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = getattr(node, "name", path.stem)
            for block in BLOCK.findall(ast.get_docstring(node) or ""):
                yield name, textwrap.dedent(block)


EXAMPLES = dict(
    example
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    for example in examples(path)
)


def runs() -> dict[str, Any]:
    """What the bare core's examples talk about: one model, one draw."""
    plan = switch_plan(["a"], samples=1)
    return {
        "plan": plan,
        "draw": DrawRef(0, 0),
        "switch": Switch(plan=plan, reader=modelswitch_core.answer_reader("exact")),
        "question": "?",
        "request": Request(0, (0,)),
        "reply": Reply([Sampled(Response("yes"), "yes")]),
        "now": 0.0,
        "classes": [0],
    }


def pictures() -> dict[str, Any]:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    points = [Point(1, 0.5, 0.4, 0.6)]
    return {"plt": plt, "points": points, "other_points": points, **vars(modelswitch_core.evaluation)}


def models() -> dict[str, Any]:
    from langchain_core.embeddings import DeterministicFakeEmbedding
    from langchain_openai import ChatOpenAI, OpenAIEmbeddings
    from llama_index.core import Document, SummaryIndex
    from llama_index.llms.google_genai import GoogleGenAI
    from llama_index.llms.openai import OpenAI

    return {
        "OpenAIEmbeddings": OpenAIEmbeddings,
        "ChatOpenAI": ChatOpenAI,
        "OpenAI": OpenAI,
        "GoogleGenAI": GoogleGenAI,
        "embeddings": DeterministicFakeEmbedding(size=8),
        "index": SummaryIndex.from_documents([Document(text="There are 408.")]),
    }


def chains() -> dict[str, Any]:
    tiny = langchain_modelswitch.ChatTiny(model="sums", seed=1)
    switch = langchain_modelswitch.ModelSwitchRunnable(models=[tiny], samples=2)
    return {"chain": switch | RunnableLambda(lambda message: message.text), "question": "What is 3 + 4?"}


def rewards() -> dict[str, Any]:
    from modelswitch_core.rewards import VllmReward

    return {"VllmReward": VllmReward}


NAMESPACES = {
    "_engine": runs,
    "_switch": runs,
    "_plots": pictures,
    "collect_switch_results": chains,
    "tool_calls_reader": models,
    "semantic_reader": models,
    "ModelSwitchRunnable": models,
    "ModelSwitchLLM": models,
    "ChatTiny": dict,
    "TinyLLM": dict,
    "VllmReward": rewards,
}


def test_all_examples_are_known() -> None:
    assert sorted(EXAMPLES) == sorted(NAMESPACES)


# LlamaIndex's blocking clients leave a session of aiohttp and an event loop behind; nothing of ours.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_runs(name: str, provider: WireServer) -> None:
    core = {key: getattr(modelswitch_core, key) for key in modelswitch_core.__all__}
    lc = {key: getattr(langchain_modelswitch, key) for key in langchain_modelswitch.__all__}
    li = {key: getattr(llamaindex_modelswitch, key) for key in llamaindex_modelswitch.__all__}
    of_door = {"ModelSwitchLLM": {**lc, **li}, "TinyLLM": {**lc, **li}}.get(name, {**li, **lc})
    exec(compile(EXAMPLES[name], name, "exec"), {**core, **of_door, **NAMESPACES[name]()})
