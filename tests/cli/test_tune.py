"""`modelswitch tune`: from a recording to a setting, its proof, its picture and its file."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from modelswitch_cli import main
from modelswitch_core import (
    RecordedQuestion,
    RecordedSample,
    options_from_config,
)
from modelswitch_core.recordings import write_recording


def question(number: int, *, gold: bool) -> RecordedQuestion:
    source = random.Random(number)

    def samples(often: float) -> tuple[RecordedSample, ...]:
        said = ["7" if source.random() < often else source.choice("89") for _ in range(3)]
        return tuple(RecordedSample(text=text, input_tokens=100, output_tokens=10) for text in said)

    return RecordedQuestion(
        id=str(number),
        question="?",
        gold="7" if gold else None,
        samples={"gpt-4o-mini": samples(0.9), "[red]b[/red]": samples(0.4)},
    )


def written(path: Path, count: int, *, gold: bool = True) -> str:
    write_recording(path, [question(number, gold=gold) for number in range(count)])
    return str(path)


@pytest.fixture
def recording(tmp_path: Path) -> str:
    return written(tmp_path / "recording.jsonl", 24)


def options(path: str, *more: str) -> list[str]:
    return ["tune", path, "--answer", "number", "--shuffles", "1", *more]


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    shown, noted = capsys.readouterr()
    assert noted == ""
    assert shown.count("\n") == 1
    figures: dict[str, Any] = json.loads(shown)
    return figures


def test_json_holds_the_setting_and_its_figures(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    figures = told(capsys, *options(recording, "--seed", "3"))
    assert (figures["questions"], figures["searched_questions"], figures["seed"]) == (12, 12, 3)
    assert (figures["yardstick"], figures["objective"]) == ("accuracy", "samples")
    assert figures["figures"]["interval"]["low"] <= figures["figures"]["score"]
    assert figures["frontier"]
    found = options_from_config(
        figures["config"], given=["[red]b[/red]", "gpt-4o-mini"], overrides={}, field="models"
    )
    assert found.options["answer"] == "number"


def test_options_reach_the_search(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    priced = ("--models", "[red]b[/red], gpt-4o-mini", "--samples", "2", "--objective", "cost")
    figures = told(
        capsys,
        *options(recording, *priced, "--price", "gpt-4o-mini=1,2", "--price", "[red]b[/red]=3,4"),
    )
    assert figures["default_config"]["models"] == ["[red]b[/red]", "gpt-4o-mini"]
    assert figures["default_config"]["samples"] == [2, 2]
    assert figures["default"]["mean_cost"] > 0


def test_list_prices_on_demand_and_the_user_s_own_before_them(
    recording: str, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = options(recording, "--models", "gpt-4o-mini", "--samples", "1")
    known = told(capsys, *alone, "--prices")
    assert known["default"]["mean_cost"] == pytest.approx((100 * 0.15 + 10 * 0.6) / 1e6)
    own = told(capsys, *alone, "--prices", "--price", "gpt-4o-mini=1,1")
    assert own["default"]["mean_cost"] == pytest.approx(110 / 1e6)
    mixed = told(capsys, *options(recording, "--samples", "1", "--prices"))
    assert mixed["default"]["mean_cost"] is None or mixed["default"]["mean_samples"] == 1
    assert mixed["pooled"]["mean_cost"] is None


def test_a_person_gets_a_table_that_fits_and_python_to_copy(
    recording: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(options(recording, "--price", "gpt-4o-mini=1,2")) == 0
    shown, noted = capsys.readouterr()
    assert noted == ""
    table, _, code = shown.partition("\nLangChain\n")
    assert max(map(len, table.splitlines())) <= 80
    for part in (
        "12 questions held out",
        "default, kept: ",
        "all samples pooled",
        "95 %",
        "[red]b[/red]",
    ):
        assert part in table
    assert "The default is kept" in " ".join(table.split())
    langchain, _, llamaindex = code.partition("\nLlamaIndex\n")
    for each in (langchain, llamaindex):
        compile(each, "copied", "exec")


def test_a_choice_is_set_against_the_default(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(options(recording, "--tolerance", "1")) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for part in ("tuned: ", "default: ", "Tuned against default: "):
        assert part in shown
    assert "Searched on 12 other questions; on these 12, differences below" in shown


def test_a_person_is_told_where_the_files_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "switch.json"
    assert main(options(written(tmp_path / "few.jsonl", 3), "--config", str(config))) == 0
    shown = capsys.readouterr().out.replace("\n", "")
    assert f"The setting is in {config}" in shown


def test_few_questions_and_no_gold_are_said_plainly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options(written(tmp_path / "few.jsonl", 3))) == 0
    assert "With 3 questions nothing can be chosen" in " ".join(capsys.readouterr().out.split())
    assert main(options(written(tmp_path / "unlabelled.jsonl", 20, gold=False))) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Right answers are not known" in shown


def test_what_was_left_out_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mixed.jsonl"
    few = RecordedQuestion(id="few", question="?", gold="7", samples={"gpt-4o-mini": (), "[red]b[/red]": ()})
    write_recording(path, [*(question(number, gold=number != 9) for number in range(24)), few])
    assert main(options(str(path))) == 0
    shown = capsys.readouterr().out
    assert "1 question left out for want of samples." in shown
    assert "1 question without a gold answer left out." in shown


@pytest.mark.parametrize(("suffix", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_files_for_the_setting_and_the_picture(
    recording: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str, begins: bytes
) -> None:
    config, plot = tmp_path / "switch.json", tmp_path / f"frontier.{suffix}"
    figures = told(capsys, *options(recording, "--config", str(config), "--plot", str(plot)))
    assert json.loads(config.read_text()) == figures["config"]
    assert plot.read_bytes().startswith(begins)


REFUSED = [
    (("--models", "a,x"), 2, "'a' is not in the recording, which holds gpt-4o-mini"),
    (("--samples", "0"), 2, "must be an integer of 1 or more"),
    (("--answer", "exakt"), 2, "Did you mean 'exact'"),
    (("--objective", "speed"), 2, "'speed' is not one of"),
    (("--tolerance", "2"), 2, "must be a share of the questions"),
    (("--objective", "cost"), 2, "needs what every draw costs, but there is no price of"),
    (("--price", "gpt-4o-mini"), 2, "must be model=in,out"),
    (("--plot", "frontier.docx"), 2, "frontier.docx does not end in a format of pictures: use one of"),
    (("--plot", "frontier"), 2, "frontier does not end in a format of pictures: use one of"),
    (("--plot", "/nowhere/frontier.svg"), 1, "there is no folder /nowhere, make it first"),
    (("--config", "/nowhere/switch.json"), 1, "there is no folder /nowhere, make it first"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), REFUSED)
def test_what_cannot_be_done_is_one_line_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    path = written(tmp_path / "few.jsonl", 3)
    assert main(["tune", path, *arguments]) == code
    shown, noted = capsys.readouterr()
    assert shown == ""
    assert noted.count("\n") == 1
    assert said in noted


@pytest.mark.parametrize("option", ["--config", "--plot"])
def test_a_file_that_cannot_be_written_is_said_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert main(["tune", str(tmp_path / "missing.jsonl"), option, str(tmp_path / "none" / "out.svg")]) == 1
    assert capsys.readouterr().err.startswith(f"modelswitch: {option} ")


@pytest.mark.parametrize(
    ("package", "option", "extra"),
    [("matplotlib", "--plot=x.svg", "plots"), ("genai_prices", "--prices", "prices")],
)
def test_a_missing_package_is_named_by_its_extra(
    recording: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    option: str,
    extra: str,
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    assert main(options(recording, option)) == 1
    assert f"pip install 'modelswitch[{extra}]'" in capsys.readouterr().err


def test_it_needs_neither_framework(tmp_path: Path) -> None:
    program = f"""
import sys
for name in ("langchain", "langchain_core", "llama_index", "numpy", "matplotlib", "genai_prices"):
    sys.modules[name] = None
from modelswitch_cli import main
sys.exit(main({options(written(tmp_path / "few.jsonl", 3), "--json")!r}))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["questions"] == 3
