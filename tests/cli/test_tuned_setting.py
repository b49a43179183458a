"""From `modelswitch tune --json` to both doors: each draws and answers as a replay of the setting did."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from langchain_modelswitch import ModelSwitchRunnable
from llamaindex_modelswitch import ModelSwitchLLM
from modelswitch_cli import main
from modelswitch_core import (
    RecordedQuestion,
    RecordedSample,
    SwitchResult,
    collect_switch_results,
    options_from_config,
)
from modelswitch_core.evaluation import replay
from modelswitch_core.recordings import write_recording
from tests.llamaindex.doubles import ChatLLM, scripted

NAMES = ("a", "b", "c")
OFTEN = {"a": 0.6, "b": 0.8, "c": 0.5}
DRAWS = 4
# Draws start one after the other, so that each gets the recorded answer of its place; and the settled exit
# is off, as it is in a replay.
AS_RECORDED: dict[str, Any] = {"names": NAMES, "max_concurrency": 1, "settled_exit": False}


def question(number: int) -> RecordedQuestion:
    source = random.Random(number)

    def samples(often: float) -> tuple[RecordedSample, ...]:
        said = ["7" if source.random() < often else source.choice("89") for _ in range(DRAWS)]
        return tuple(RecordedSample(text=f"The answer is {each}.") for each in said)

    return RecordedQuestion(
        id=str(number),
        question="What is 3 + 4?",
        gold="7",
        samples={name: samples(often) for name, often in OFTEN.items()},
    )


QUESTIONS = [question(number) for number in range(60)]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The chosen setting, as its file has it, and every one of the frontier."""
    folder = tmp_path_factory.mktemp("tuned")
    write_recording(folder / "recording.jsonl", QUESTIONS)
    config, told = folder / "switch.json", folder / "told.json"
    with pytest.MonkeyPatch.context() as patch, told.open("w") as output:
        patch.setattr("sys.stdout", output)
        wanted = ["--answer", "number", "--shuffles", "1", "--config", str(config), "--json"]
        assert main(["tune", str(folder / "recording.jsonl"), *wanted]) == 0
    return [read(config), *(point["config"] for point in read(told)["frontier"])]


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def texts(asked: RecordedQuestion, name: str) -> list[str]:
    return [sample.text or "" for sample in asked.samples[name]]


def in_langchain(config: Mapping[str, Any], asked: RecordedQuestion) -> SwitchResult:
    models = [
        GenericFakeChatModel(messages=iter([AIMessage(text) for text in texts(asked, name)]))
        for name in NAMES
    ]
    switch = ModelSwitchRunnable.from_config(config, models=models, **AS_RECORDED)
    with collect_switch_results() as results:
        switch.invoke(asked.question)
    return results[0]


def in_llamaindex(config: Mapping[str, Any], asked: RecordedQuestion) -> SwitchResult:
    llms = [ChatLLM(model=name, respond=scripted(texts(asked, name))) for name in NAMES]
    switch = ModelSwitchLLM.from_config(config, llms=llms, **AS_RECORDED)
    with collect_switch_results() as results:
        switch.complete(asked.question)
    return results[0]


def test_both_doors_do_what_was_replayed(settings: list[dict[str, Any]]) -> None:
    assert len({json.dumps(config) for config in settings}) > 3
    for config in settings:
        options = options_from_config(config, given=NAMES, overrides={}, field="models").options
        names = options.pop("names")
        for asked in QUESTIONS[:6]:
            figures = replay([asked], models=names, **options).figures
            for result in (in_langchain(config, asked), in_llamaindex(config, asked)):
                assert (result.samples_drawn, result.waves, float(result.answer == "7")) == (
                    figures.mean_samples,
                    figures.mean_waves,
                    figures.accuracy,
                )
