"""`modelswitch demo`, on the package's own tiny models."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from modelswitch_cli import main
from modelswitch_cli._compare import SAMPLES, ReadOnce, compare, is_right, strongest_first
from modelswitch_core import Response, answer_reader
from modelswitch_core.tiny import TASKS, Question, TinyModel, held_out_questions

FEW = 12


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelswitch_cli._demo._QUESTIONS", FEW)


def told(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert main(["demo", "--json", *options]) == 0
    shown, said = capsys.readouterr()
    assert shown.count("\n") == 1
    assert said == ""
    facts = json.loads(shown)
    assert isinstance(facts, dict)
    return facts


def test_together_they_are_better_than_each_alone_and_save_samples(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("modelswitch_cli._demo._QUESTIONS", 60)
    facts = told(capsys)
    assert list(facts) == ["seed", "questions", "rows", "story"]
    *alone, switch = facts["rows"]
    assert [set(row) for row in facts["rows"]] == [{"setting", "accuracy", "mean_samples", "saved"}] * 7
    assert switch["setting"] == "ModelSwitch"
    assert all(switch["accuracy"] > row["accuracy"] for row in alone if row["mean_samples"] == 1)
    # A vote of the whole budget does not make up for what one model cannot do.
    votes = [row for row in alone if row["mean_samples"] > 1]
    assert [row["mean_samples"] for row in votes] == [3 * SAMPLES] * 3
    assert switch["accuracy"] > sum(row["accuracy"] for row in votes) / 3
    assert switch["saved"] == pytest.approx(1 - switch["mean_samples"] / (3 * SAMPLES))
    assert 0.2 < switch["saved"] < 0.8


def test_the_story_is_of_a_question_on_which_it_switched_and_was_right(
    few: None, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = told(capsys, "--seed", "2")
    story = facts["story"]
    assert (facts["seed"], facts["questions"]) == (2, FEW)
    assert story["answer"] == story["gold"]
    (name, first), *others = story["samples"].items()
    assert len(first) == SAMPLES
    assert len(set(first)) > 1, "the first model disagreed with itself"
    assert any(samples for _, samples in others)
    assert set(story["weights"]) == set(story["samples"])
    assert story["explained"].startswith(f"{name} was asked 5 times")


def test_the_same_seed_repeats_a_run_and_another_does_not(
    few: None, capsys: pytest.CaptureFixture[str]
) -> None:
    first, again, other = (told(capsys, "--seed", seed) for seed in ("3", "3", "4"))
    assert first == again
    assert first["story"]["question"] != other["story"]["question"]


def test_every_setting_is_asked_the_same_questions_with_the_same_draws() -> None:
    questions = held_out_questions(4, seed=1)
    asked: list[str] = []
    counted: list[str] = []

    def started(setting: str) -> Any:
        asked.append(setting)
        return lambda: counted.append(setting)

    comparison = compare(("products", "sums"), questions, seed=1, started=started)
    assert asked == [
        *("tiny-products, one sample", "tiny-sums, one sample"),
        *("tiny-products, vote of 10", "tiny-sums, vote of 10"),
        "ModelSwitch",
    ]
    assert counted == [setting for setting in asked for _ in questions]
    assert [row.setting for row in comparison.rows] == asked
    assert comparison.questions == tuple(questions)


def test_the_strongest_model_is_asked_first() -> None:
    order = strongest_first()
    assert sorted(order) == sorted(TASKS)
    right = [TinyModel.load(name).card["all"]["single"] for name in order]
    assert right == sorted(right, reverse=True)


@pytest.mark.parametrize(
    ("gold", "answer", "right"),
    [
        ("-352", "-352", True),
        ("1200", "1,200", True),
        ("7", "8", False),
        ("7", "heaps?", False),
        ("7", None, False),
    ],
)
def test_an_answer_is_right_where_it_is_the_same_number(gold: str, answer: str | None, right: bool) -> None:
    assert is_right(Question("What is it?", gold, "sums"), answer) is right


def test_it_prints_a_table_a_story_and_what_to_type_next_and_draws_it(
    few: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "demo.svg"
    assert main(["demo", "--seed", "2", "--svg", str(file)]) == 0
    shown = capsys.readouterr().out
    for words in ("samples each", "ModelSwitch", "the vote:", "modelswitch ask", "modelswitch demo --seed 3"):
        assert words in shown
    assert "from langchain_modelswitch import ModelSwitchRunnable" in shown
    picture = file.read_text(encoding="utf-8")
    assert ET.fromstring(picture).tag.endswith("svg")
    # Nothing is fetched from anywhere.
    assert "url(http" not in picture
    assert "@import" not in picture


def test_a_picture_that_cannot_be_written_is_one_line_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("modelswitch_cli._demo.compare", None)  # nothing is measured first
    assert main(["demo", "--json", "--svg", str(tmp_path / "no" / "demo.svg")]) == 1
    shown, said = capsys.readouterr()
    assert shown == ""
    assert said == f"modelswitch: {tmp_path / 'no' / 'demo.svg'}: No such file or directory\n"


def test_what_many_samples_say_is_read_once_and_as_ever() -> None:
    reader = ReadOnce(answer_reader("auto"))
    for said in ("It is 7.", "It is 7.", "", "Well."):
        assert reader.read(Response(said)) == answer_reader("auto").read(Response(said))
    assert reader.read(Response("It is 7.")) is reader.read(Response("It is 7."))
