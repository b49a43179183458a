"""`modelswitch ask`, with real clients against the local provider server."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modelswitch_cli import main
from modelswitch_core import SwitchResult
from tests.cli.processes import Command
from tests.wire import Status, WireServer

OPENAI = ("--model", "openai:gpt-4o-mini")
GEMINI = ("--model", "google_genai:gemini-2.5-flash")
QUESTION = "What is 17 * 24?"
KEY = "sk-very-secret-0123456789"


@pytest.fixture
def key(provider: WireServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that would be seen where they are told."""
    for name in ("OPENAI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.setenv(name, KEY)


def test_the_answer_comes_first_then_the_stages_the_votes_and_the_cost(
    provider: WireServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", QUESTION, *OPENAI, *GEMINI]) == 0
    shown, noted = capsys.readouterr()
    lines = [line for line in shown.splitlines() if line.strip()]
    assert lines[0] == "408"
    first = next(line for line in lines if line.lstrip().startswith("gpt-4o-mini"))
    assert "408 ×3, " in first
    assert {"418 ×1", "398 ×1"} <= set(re.findall(r"\d+ ×1", first))
    assert next(line for line in lines if line.lstrip().startswith("gemini-2.5-flash"))
    votes = lines[next(at for at, line in enumerate(lines) if line.lstrip().startswith("vote")) + 1 :]
    assert votes[0].split()[0] == "408"
    assert {line.split()[0] for line in votes[1:3]} == {"418", "398"}
    assert re.search(r"of at most 10 samples in 2 waves, \d+ tokens", lines[-1])
    assert noted == ""


def test_json_is_one_object_and_nothing_else(
    provider: WireServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", QUESTION, *GEMINI, *OPENAI, "--samples", "2,3", "--json"]) == 0
    shown = capsys.readouterr().out
    told = json.loads(shown)
    assert shown.count("\n") == 1
    assert set(told) == {"answer", "text", "result"}
    assert (told["answer"], told["text"]) == ("408", "The answer is 408.")
    result = SwitchResult.model_validate(told["result"])
    assert (result.samples_drawn, result.samples_budget, result.stop_reason) == (2, 5, "consistent")
    assert result.models[1].drawn == 0


def test_a_single_model_is_its_own_vote_and_a_hint(
    provider: WireServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", QUESTION, *OPENAI, "--json"]) == 0
    told, hint = capsys.readouterr()
    assert json.loads(told)["answer"] == "408"
    assert "a second --model" in hint
    assert hint.count("\n") == 1


def test_the_options_reach_the_switch(provider: WireServer, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--answer", "exact", "--vote", "plurality", "--temperature", "0.7", "-n", "5"]
    assert main(["ask", QUESTION, *OPENAI, *GEMINI, *options, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)["result"]
    assert set(result["models"][0]["answers"]) == {"The answer is 408.", "418", "408", "It is 398."}
    # Plurality counts each sample as one.
    assert sum(result["scores"].values()) == sum(sum(model["answers"].values()) for model in result["models"])
    assert {
        logged.request.body["temperature"] for logged in provider.log if logged.model == "gpt-4o-mini"
    } == {0.7}


def test_a_policy_takes_parameters(provider: WireServer, capsys: pytest.CaptureFixture[str]) -> None:
    provider.serve("gpt-4o-mini", "408")
    assert main(["ask", QUESTION, *OPENAI, *GEMINI, "--policy", "crosscheck:first=1", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)["result"]
    assert [model["drawn"] for model in result["models"]] == [1, 1]


def test_the_question_comes_from_standard_input_where_it_is_a_dash(
    provider: WireServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("How many beds?\n"))
    assert main(["ask", "-", *GEMINI, "--json"]) == 0
    capsys.readouterr()
    assert "How many beds?" in json.dumps(provider.log[0].request.body)


def test_what_a_model_says_cannot_steer_the_terminal(
    provider: WireServer, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.serve("gemini-2.5-flash", "\x1b]0;owned\x07\x1b[2J [bold]408[/bold] \u202e")
    assert main(["ask", QUESTION, *GEMINI]) == 0
    shown = capsys.readouterr().out
    assert "[bold]408[/bold]" in shown
    assert not set(shown) & {"\x1b", "\x07", "\u202e"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["--model", "nowhere:a"], 2, "provider:model", id="an unknown provider"),
        pytest.param(["--model", "nonsense"], 2, "provider:model", id="no provider"),
        pytest.param(["--model", "tiny:roots"], 2, "tiny:sums", id="an unknown tiny model"),
        pytest.param(["--model", "ollama:a"], 1, "pip install langchain-ollama", id="a missing package"),
        pytest.param([*OPENAI, "--samples", "many"], 2, "--samples 'many'", id="samples that are no number"),
        pytest.param([*OPENAI, "--samples", "0"], 2, "--samples '0' must be 1 or more", id="no samples"),
        pytest.param([*OPENAI, "--samples", "1,2"], 2, "--samples 1,2 gives 2 shares", id="too many shares"),
        pytest.param([*OPENAI, "--answer", "nmber"], 2, "Did you mean 'number'?", id="an unknown reader"),
        pytest.param(
            [*OPENAI, "--answer", "semantic"], 2, "semantic compares by meaning", id="a reader from Python"
        ),
        pytest.param([*OPENAI, "--policy", "papr"], 2, "--policy 'papr' is unknown", id="an unknown policy"),
        pytest.param(
            [*OPENAI, "--policy", "crosscheck:margin=0"], 2, "margin=0 must be", id="a wrong parameter"
        ),
        pytest.param([*OPENAI, "--vote", "most"], 2, "use one of entropy, plurality", id="an unknown vote"),
        pytest.param(
            [*OPENAI, "--vote", "reward_sum"], 2, "use one of entropy", id="a vote that wants rewards"
        ),
        pytest.param([*OPENAI, "--temperature", "9"], 2, "--temperature", id="too hot"),
        pytest.param([*OPENAI, "--tempo"], 2, "--tempo", id="an unknown option"),
    ],
)
def test_wrong_use_is_one_line_that_says_what_to_do(
    arguments: list[str], code: int, said: str, key: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", QUESTION, *arguments]) == code
    assert_one_line(capsys, said)


@pytest.mark.parametrize("question", ["", "  ", "-"])
def test_an_empty_question_is_refused(
    question: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert main(["ask", question, *OPENAI]) == 2
    assert_one_line(capsys, "is empty")


@pytest.mark.parametrize(
    ("model", "settings"),
    [
        (OPENAI, ["OPENAI_API_KEY"]),
        (GEMINI, ["GOOGLE_API_KEY", "GEMINI_API_KEY"]),
    ],
)
def test_a_missing_key_is_named(
    model: tuple[str, str],
    settings: list[str],
    provider: WireServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in settings:
        monkeypatch.delenv(name, raising=False)
    assert main(["ask", QUESTION, *model]) == 1
    assert_one_line(capsys, f"needs a key: set {settings[0]}")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(
            Status(401, f"Incorrect API key provided: {KEY}"), "check the provider's key", id="a bad key"
        ),
        pytest.param(Status(404, "no such model"), "check the model's name", id="no such model"),
        pytest.param(Status(400, "\x1b[31m too\nlong"), "all 5 draws failed", id="another refusal"),
    ],
)
def test_where_every_draw_fails_it_says_why_without_the_key(
    fault: Status, said: str, provider: WireServer, key: None, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.serve("gpt-4o-mini", "408", faults=fault)
    assert main(["ask", QUESTION, *OPENAI, "--json"]) == 1
    assert_one_line(capsys, said)


def test_without_a_network_it_says_what_to_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert main(["ask", QUESTION, *OPENAI]) == 1
    assert_one_line(capsys, "check the network")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process that forks")
def test_an_interrupt_stops_it_at_once_with_one_line(provider: WireServer, tmp_path: Path) -> None:
    provider.serve("slow", "408", latency_seconds=60)
    asking = Command(["ask", QUESTION, "--model", "openai:slow"], tmp_path / "said")
    deadline = time.monotonic() + 60
    while not provider.log and asking.running and time.monotonic() < deadline:
        time.sleep(0.01)
    asking.signal(signal.SIGINT)
    assert asking.ended() == (130, "modelswitch: stopped\n")


def assert_one_line(capsys: pytest.CaptureFixture[str], said: str) -> None:
    shown, error = capsys.readouterr()
    assert shown == ""
    assert error.startswith("modelswitch: ")
    assert error.count("\n") == 1
    assert said in error
    assert KEY not in error
    assert "\x1b" not in error
    assert "Traceback" not in error


def test_without_a_model_it_asks_the_tiny_ones_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "What is 7 + 5?", "--json"]) == 0
    told, hint = capsys.readouterr()
    names = [model["name"] for model in json.loads(told)["result"]["models"]]
    assert sorted(names) == ["tiny-differences", "tiny-products", "tiny-sums"]
    assert "no --model was given" in hint
    assert hint.count("\n") == 1


def test_tiny_models_stand_beside_real_ones(provider: WireServer, capsys: pytest.CaptureFixture[str]) -> None:
    tiny = ["--model", "tiny:sums", "--model", "tiny:products"]
    assert main(["ask", "What is 7 + 5?", *GEMINI, *tiny, "--temperature", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["answer"] == "408"
    assert [model["drawn"] for model in told["result"]["models"]] == [5, 0, 0]


def test_a_warning_is_one_line_too() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "modelswitch_cli", "ask", "7 + 5", "--temperature", "0", "--json"),
            *("--model", "tiny:sums", "--model", "tiny:products"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, json.loads(done.stdout)["answer"]) == (0, "12")
    assert done.stderr.startswith("modelswitch: note: ")
    assert "temperature 0" in done.stderr
    assert done.stderr.count("modelswitch: ") == done.stderr.count("\n")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["-n", "100000000"], "--samples '100000000' is more than 1000"),
        (["-m", ""], "--model '' names no model"),
    ],
)
def test_a_slip_of_the_keyboard_costs_nothing(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "3 + 4", *given]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
