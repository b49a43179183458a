"""The command as a whole: how it is called, how it ends."""

import json
import math
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from modelswitch_cli import _app, main
from modelswitch_cli._json import print_json

COMMANDS = ("demo", "ask")


def test_help_is_a_manual() -> None:
    shown = CliRunner().invoke(_app.app, ["--help"], env={"COLUMNS": "100"})
    assert shown.exit_code == 0
    for word in (*COMMANDS, "modelswitch demo", "Exit codes", "MODELSWITCH_TRACEBACK"):
        assert word in shown.stdout


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("demo", ["--seed", "--json", "--svg", "offline"]),
        (
            "ask",
            [
                *("--model", "--samples", "--answer", "--policy", "--vote", "--temperature", "--json"),
                *("OPENAI_API_KEY", "tiny:sums", "init_chat_model", "standard input"),
            ],
        ),
    ],
)
def test_every_command_s_help_names_its_options(command: str, words: list[str]) -> None:
    shown = CliRunner().invoke(_app.app, [command, "-h"], env={"COLUMNS": "160"})
    assert shown.exit_code == 0
    text = " ".join(shown.stdout.split())
    for word in words:
        assert word in text


def test_without_a_command_the_help_is_shown_and_no_error_beside_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 2
    shown, noted = capsys.readouterr()
    assert "Commands" in shown
    assert noted == ""


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"modelswitch {version('modelswitch')}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dmo"], "Did you mean 'demo'"),
        (["--nonsense"], "--nonsense"),
        (["ask"], "question"),
        (["demo", "--seed", "many"], "--seed"),
    ],
)
def test_wrong_use_is_one_line_and_code_two(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    shown, error = capsys.readouterr()
    assert shown == ""
    assert error.count("\n") == 1
    assert said.lower() in error.lower()


def test_a_bug_is_one_line_too_unless_its_traceback_is_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("modelswitch_cli._ask._samples", lambda given: given.nothing)
    assert main(["ask", "What is 17 + 24?"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("modelswitch: unexpected AttributeError: ")
    assert error.count("\n") == 1
    monkeypatch.setenv("MODELSWITCH_TRACEBACK", "1")
    with pytest.raises(AttributeError):
        main(["ask", "What is 17 + 24?"])


def run(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **env},
    )


def test_without_its_packages_it_says_which_extra_brings_them() -> None:
    program = (
        "import sys; sys.modules['typer'] = None; from modelswitch_cli import main; sys.exit(main(['demo']))"
    )
    done = run("-c", program)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "modelswitch: the command needs typer: pip install 'modelswitch[cli]'\n"


def test_it_starts_without_importing_a_framework() -> None:
    done = run(
        "-c",
        "import sys, json; from modelswitch_cli import main; main(['--version']); "
        "print(json.dumps([name for name in sys.modules if name.startswith(('langchain', 'llama_index'))]))",
    )
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_a_terminal_that_knows_only_ascii_is_no_reason_to_fail() -> None:
    done = run("-m", "modelswitch_cli", "ask", "What is 9 − 5?", "-m", "tiny:sums", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "The answer to 9 ? 5 is" in done.stdout


def test_as_a_module_and_as_a_script_it_is_the_same() -> None:
    script = Path(sys.executable).with_name("modelswitch")
    done = run("-m", "modelswitch_cli", "--help", COLUMNS="100")
    assert done.returncode == 0
    if script.exists():
        assert run(str(script), "--help", COLUMNS="100").stdout == done.stdout


def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m modelswitch_cli ask --help | true; echo ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", [["--help"], ["ask", "7 + 5", "-m", "tiny:sums", "--json"]])
def test_output_for_which_there_is_no_room_is_one_line(command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "modelswitch_cli", *command],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "modelswitch: standard output: No space left on device"
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_json_is_json_whatever_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"cost": math.inf, "rows": [math.nan, 1.5, (None, "ü\x1b")], "held": {"x": -math.inf}})
    shown = capsys.readouterr().out
    assert shown.count("\n") == 1
    assert json.loads(shown, parse_constant=pytest.fail) == {
        "cost": None,
        "rows": [None, 1.5, [None, "ü\x1b"]],
        "held": {"x": None},
    }
