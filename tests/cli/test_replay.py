"""`modelswitch replay`: figures from a recording, without a model or a framework."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from modelswitch_cli import main
from modelswitch_core import RecordedQuestion, RecordedSample
from modelswitch_core.recordings import Journal, write_recording

MODELS = ("--models", "a,b")
OPTIONS = (*MODELS, "--samples", "2", "--answer", "exact")


def question(number: int, a: str, b: str) -> RecordedQuestion:
    def samples(said: str) -> tuple[RecordedSample, ...]:
        return tuple(RecordedSample(text=text, input_tokens=100, output_tokens=10) for text in said)

    return RecordedQuestion(
        id=str(number), question="?", gold="1", samples={"a": samples(a), "b": samples(b)}
    )


@pytest.fixture
def recording(tmp_path: Path) -> str:
    path = tmp_path / "recording.jsonl"
    write_recording(path, [question(1, "11", "22"), question(2, "21", "11"), question(3, "22", "11")])
    return str(path)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(["replay", *arguments, "--json"]) == 0
    shown, noted = capsys.readouterr()
    assert noted == ""
    assert shown.count("\n") == 1
    figures: dict[str, object] = json.loads(shown)
    return figures


def test_json_has_the_policy_s_figures_at_the_top(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    figures = told(capsys, recording, *OPTIONS)
    assert figures["questions"] == 3
    assert figures["accuracy"] == pytest.approx(2 / 3)
    assert figures["mean_samples"] == pytest.approx(8 / 3)
    assert figures["mean_waves"] == pytest.approx(4 / 3)
    assert isinstance(figures["baselines"], dict)


def test_options_reach_the_replay(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    figures = told(
        capsys,
        *(
            recording,
            "--models",
            "b, a",
            "--samples",
            "1,2",
            "--answer",
            "number",
            "--policy",
            "paper:threshold=0.8",
        ),
        *("--vote", "entropy:normalizer=samples", "--priors", "1,0.5", "--settled-exit"),
        *("--shuffles", "4", "--seed", "9", "--price", "a=1,2", "--price", "b=3,4"),
    )
    assert figures["models"] == ["b", "a"]
    assert figures["samples"] == [1, 2]
    assert figures["policy"] == "Paper(threshold=0.8)"
    assert figures["vote"] == "EntropyVote(normalizer='samples')"
    assert (figures["priors"], figures["answer"], figures["settled_exit"]) == ([1.0, 0.5], "number", True)
    assert (figures["shuffles"], figures["seed"]) == (4, 9)
    assert figures["mean_cost"] == pytest.approx((100 * 3 + 10 * 4) / 1e6)


def test_a_person_gets_tables_that_fit(
    recording: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["replay", recording, *OPTIONS, "--price", "a=1,2"]) == 0
    shown, noted = capsys.readouterr()
    assert noted == ""
    assert max(map(len, shown.splitlines())) <= 80
    assert "3 questions, a ×2 → b ×2, Paper" in shown
    for figure in ("66.7%", "self-consistency, a", "all samples pooled", "+33.3", "267 + 27", "?"):
        assert figure in shown


def test_a_narrow_terminal_still_says_what_each_line_is(
    recording: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["replay", recording, *OPTIONS]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("self-consistency,") for line in lines) == 4
    assert max(map(len, lines)) <= 60


def test_what_did_not_count_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "recording.jsonl"
    few = RecordedQuestion(id="4", question="?", gold="1", samples={"a": (), "b": ()})
    unknown = RecordedQuestion(id="5", question="?", samples=question(5, "11", "11").samples)
    unreadable = RecordedQuestion(id="6", question="?", gold="none", samples=unknown.samples)
    write_recording(path, [question(1, "11", "22"), few, unknown, unreadable])
    assert main(["replay", str(path), *MODELS, "-n", "2", "-a", "number", "--shuffles", "3"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "1 question left out for want of samples: a 1, b 1." in shown
    assert "1 question without a gold answer" in shown
    assert "1 gold answer not readable" in shown
    assert "3 random orders" in shown


@pytest.mark.filterwarnings("default::modelswitch_core.recordings.RecordingWarning")
def test_a_cut_last_line_is_noted_and_left_out(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    whole = Path(recording).read_bytes()
    Path(recording).write_bytes(whole[:-20])
    assert main(["replay", recording, *OPTIONS, "--json"]) == 0
    shown, noted = capsys.readouterr()
    assert json.loads(shown)["questions"] == 2
    assert noted.startswith("modelswitch: note: ")
    assert "line 3, left out" in noted


def test_lines_of_the_same_question_are_one_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "recording.jsonl"
    write_recording(path, [question(1, "11", "2"), question(2, "11", "11"), question(1, "", "2")])
    assert told(capsys, str(path), *OPTIONS)["questions"] == 2


@pytest.mark.filterwarnings("default::modelswitch_core.recordings.RecordingWarning")
def test_a_recording_that_was_not_finished_says_so(
    recording: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Journal(recording) as journal:
        journal.begin(RecordedQuestion(id="9", question="?", samples={}))
    assert main(["replay", recording, *OPTIONS, "--json"]) == 0
    shown, noted = capsys.readouterr()
    assert json.loads(shown)["questions"] == 3
    assert noted.startswith(f"modelswitch: note: {recording} is not whole: ")
    assert "the same modelswitch record command finishes it" in noted
    assert noted.count("\n") == 1


REFUSED = [
    (("--models", "a,x"), 2, "'x' is not in the recording, which holds a, b"),
    (("--models", "a", "--samples", "9"), 2, "the most there are: 2 of a"),
    (("--models", "a", "--samples", "x"), 2, "--samples 'x' must be numbers"),
    (("--models", "a,b", "--priors", "1"), 2, "gives 1 numbers for 2 models"),
    (("--models", "a", "--policy", "papper"), 2, "Did you mean 'paper'"),
    (("--models", "a", "--vote", "loudest"), 2, "--vote 'loudest' is unknown"),
    (("--models", "a", "--answer", "exakt"), 2, "Did you mean 'exact'"),
    (("--models", "a", "--price", "a"), 2, "must be model=in,out"),
    (("--models", "a", "--shuffles", "-1"), 2, "--shuffles -1"),
    ((), 2, "--models"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), REFUSED)
def test_wrong_use_is_one_line_on_standard_error(
    recording: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    assert main(["replay", recording, *arguments]) == code
    shown, noted = capsys.readouterr()
    assert shown == ""
    assert noted.count("\n") == 1
    assert said in noted


@pytest.mark.parametrize(("held", "said"), [(None, "No such file"), (b"{bad\n", "line 1: Invalid JSON")])
def test_a_file_that_cannot_be_read_has_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], held: bytes | None, said: str
) -> None:
    path = tmp_path / "recording.jsonl"
    if held is not None:
        path.write_bytes(held)
    assert main(["replay", str(path), *OPTIONS]) == 1
    shown, noted = capsys.readouterr()
    assert shown == ""
    assert noted.count("\n") == 1
    assert str(path) in noted
    assert said in noted


@pytest.mark.filterwarnings("default::modelswitch_core.recordings.RecordingWarning")
def test_a_bad_line_is_skipped_when_asked(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(recording).write_bytes(b"{bad\n" + Path(recording).read_bytes())
    assert main(["replay", recording, *OPTIONS, "--json", "--skip-bad-lines"]) == 0
    assert json.loads(capsys.readouterr().out)["questions"] == 3


def test_it_needs_neither_framework(recording: str) -> None:
    program = f"""
import sys
for name in ("langchain", "langchain_core", "llama_index", "numpy"):
    sys.modules[name] = None
from modelswitch_cli import main
sys.exit(main(["replay", {recording!r}, *{OPTIONS!r}, "--json"]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["questions"] == 3
