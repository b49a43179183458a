"""`python -m tests.wire`, from start to interrupt."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.wire.__main__ import main

ROOT = Path(__file__).resolve().parents[2]


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.wire", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def ask(url: str, model: str, text: str = "q") -> str:
    body = {"model": model, "messages": [{"role": "user", "content": text}]}
    answer = httpx.post(url + "/v1/chat/completions", json=body).json()
    return str(answer["choices"][0]["message"]["content"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_stop(tmp_path: Path, number: signal.Signals) -> None:
    recording = tmp_path / "r.jsonl"
    row = {"id": "1", "question": "six?", "samples": {"old": [{"answer": "6"}]}}
    recording.write_text(json.dumps(row), encoding="utf-8")
    options = [
        "--recording",
        str(recording),
        "--play",
        "new=old",
        "--say",
        "fixed=It is 7.",
        "--say",
        "It = 8.",
    ]
    with start(*options) as process:
        url = first_line(process)
        assert ask(url, "new", "Is it six?") == r"Working it out, I get \boxed{6}."
        assert ask(url, "fixed") == "It is 7."
        assert ask(url, "any") == "It = 8."
        process.send_signal(number)
        out, err = process.communicate(timeout=5)
    assert (process.returncode, out, err) == (0, "", "")


def test_it_can_end_with_its_standard_input() -> None:
    with start("--end-with-stdin") as process:
        assert first_line(process).startswith("http://127.0.0.1:")
        _, err = process.communicate(timeout=5)
    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--play", "m"], "--recording and --play go together"),
        (["--recording", "/no/such/file"], "/no/such/file"),
        (["--port", "many"], "invalid int value"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert complaint in capsys.readouterr().err


def test_an_unrecorded_model_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording = tmp_path / "r.jsonl"
    recording.write_text('{"question": "q", "samples": {"old": [{"answer": "6"}]}}', encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        main(["--recording", str(recording), "--play", "new"])
    assert "'new'" in capsys.readouterr().err


def test_help_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("--recording", "--say", "--keep-alive", "examples:"))
