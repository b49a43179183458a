"""`modelswitch record`, with real clients against the local provider server."""

from __future__ import annotations

import errno
import io
import itertools
import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelswitch_cli import main
from modelswitch_core import RecordedQuestion
from modelswitch_core.recordings import read_recording
from modelswitch_core.recordings._ends import write_all
from tests.cli.processes import Command
from tests.wire import Reply, Status, Usage, WireRequest, WireServer

OPENAI = ("--model", "openai:gpt-4o-mini")
GEMINI = ("--model", "google_genai:gemini-2.5-flash")
TINY = ("--model", "tiny:sums")

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")


@pytest.fixture
def questions(tmp_path: Path) -> str:
    path = tmp_path / "questions.csv"
    path.write_text("id,question,gold\n1,What is 2 + 3?,5\n2,What is 4 + 5?,9\n")
    return str(path)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


def recorded(out: Path) -> dict[str, RecordedQuestion]:
    return {question.id: question for question in read_recording(out)}


def test_every_model_is_asked_every_question(
    provider: WireServer, questions: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.serve("gpt-4o-mini", Reply(text="It is 5.", usage=Usage(11, 4)))
    provider.serve("gemini-2.5-flash", "9")
    assert main(["record", questions, "--out", str(out), *OPENAI, *GEMINI, "--samples", "3"]) == 0
    shown, noted = capsys.readouterr()
    assert shown.startswith(f"{out}: 12 new samples")
    assert noted == ""
    held = recorded(out)
    assert [(each.question, each.gold) for each in held.values()] == [
        ("What is 2 + 3?", "5"),
        ("What is 4 + 5?", "9"),
    ]
    assert {name: len(samples) for name, samples in held["1"].samples.items()} == {
        "gpt-4o-mini": 3,
        "gemini-2.5-flash": 3,
    }
    sample = held["1"].samples["gpt-4o-mini"][0]
    assert (sample.text, sample.answered, sample.error) == ("It is 5.", False, None)
    assert (sample.input_tokens, sample.output_tokens) == (11, 4)
    assert sample.seconds is not None
    assert sample.seconds >= 0
    assert {entry.last_user_text for entry in provider.log} == {"What is 2 + 3?", "What is 4 + 5?"}
    assert out.parent.joinpath("out.jsonl.journal").exists() is False


def test_a_second_run_asks_only_for_what_is_missing(provider: WireServer, questions: str, out: Path) -> None:
    provider.serve("gpt-4o-mini", "5")
    arguments = ["record", questions, "--out", str(out), *OPENAI]
    assert main([*arguments, "--samples", "2"]) == 0
    before = recorded(out)
    provider.clear_log()
    assert main([*arguments, "--samples", "2"]) == 0
    assert provider.log == []
    assert recorded(out) == before
    assert main([*arguments, *TINY, "--samples", "3"]) == 0
    assert len(provider.log) == 2
    after = recorded(out)
    assert after["1"].samples["gpt-4o-mini"][:2] == before["1"].samples["gpt-4o-mini"]
    assert [len(samples) for samples in after["1"].samples.values()] == [3, 3]


def test_a_failed_draw_is_kept_told_and_tried_again(
    provider: WireServer, questions: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.serve("gpt-4o-mini", "5", faults={1: Status(400)})
    arguments = ["record", questions, "--out", str(out), *OPENAI, "--samples", "2", "--concurrency", "1"]
    assert main(arguments) == 1
    shown, noted = capsys.readouterr()
    assert "3 new samples" in shown
    assert "1 of 4 draws failed" in noted
    assert "gpt-4o-mini: " in noted
    assert noted.count("\n") == 1
    failed = [sample.error is not None for sample in recorded(out)["1"].samples["gpt-4o-mini"]]
    assert failed == [False, True]
    assert main(arguments) == 0
    failed = [sample.error is not None for sample in recorded(out)["1"].samples["gpt-4o-mini"]]
    assert failed == [False, True, False]


def test_a_response_without_an_answer_is_recorded_as_such(
    provider: WireServer, questions: str, out: Path
) -> None:
    provider.serve("gpt-4o-mini", "")
    assert main(["record", questions, "--out", str(out), *OPENAI, "--samples", "1"]) == 0
    (sample,) = recorded(out)["1"].samples["gpt-4o-mini"]
    assert (sample.text, sample.answer, sample.answered, sample.error) == ("", None, True, None)


def test_a_model_that_always_fails_is_given_up(
    provider: WireServer, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.serve("gpt-4o-mini", "5", faults=Status(401))
    many = tmp_path / "many.jsonl"
    many.write_text("".join(json.dumps({"question": f"{number}?"}) + "\n" for number in range(50)))
    assert main(["record", str(many), "--out", str(out), *OPENAI, *TINY, "--samples", "2"]) == 1
    assert "100 of 200 draws failed or were given up" in capsys.readouterr().err
    assert 10 <= len(provider.log) <= 18
    assert all(len(question.samples["tiny-sums"]) == 2 for question in recorded(out).values())


def test_no_more_requests_are_in_flight_than_allowed(provider: WireServer, questions: str, out: Path) -> None:
    provider.serve("gpt-4o-mini", "5", latency_seconds=0.02)
    provider.serve("gemini-2.5-flash", "5", latency_seconds=0.02)
    arguments = ["record", questions, "--out", str(out), *OPENAI, *GEMINI, "--samples", "6"]
    assert main([*arguments, "--concurrency", "3"]) == 0
    assert provider.max_in_flight("gpt-4o-mini") == 3
    assert provider.max_in_flight("gemini-2.5-flash") == 3


def test_json_says_what_the_run_took(
    provider: WireServer, questions: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.serve("gpt-4o-mini", Reply(text="5", usage=Usage(100, 10)))
    priced = ["--price", "mini=1,2", "--json"]
    model = ["--model", "mini=openai:gpt-4o-mini"]
    assert main(["record", questions, "--out", str(out), *model, "--samples", "2", *priced]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "out": str(out),
        "samples": 4,
        "failed": 0,
        "input_tokens": 400,
        "output_tokens": 40,
        "cost": pytest.approx(4 * (100 + 20) / 1e6),
    }
    assert list(recorded(out)["1"].samples) == ["mini"]


REFUSED = [
    ((*TINY, *TINY), 2, "two models are called 'tiny-sums'"),
    (("--model", "tiny:poems"), 2, "--model tiny:poems is unknown"),
    (("--model", "nobody:x"), 2, "names no provider"),
    ((*TINY, "--samples", "0"), 2, "--samples"),
    ((*TINY, "--price", "x=1,2"), 2, "--price names 'x', but the models are tiny-sums"),
    ((), 2, "--model"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), REFUSED)
def test_wrong_use_is_one_line_on_standard_error(
    questions: str,
    out: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    assert main(["record", questions, "--out", str(out), *arguments]) == code
    noted = capsys.readouterr().err
    assert noted.count("\n") == 1
    assert said in noted
    assert not out.exists()


def test_questions_that_are_not_there_have_failed(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["record", str(tmp_path / "none.csv"), "--out", str(out), *TINY]) == 1
    assert "none.csv" in capsys.readouterr().err
    (tmp_path / "empty.csv").write_text("question\n")
    assert main(["record", str(tmp_path / "empty.csv"), "--out", str(out), *TINY]) == 2
    assert "holds no questions" in capsys.readouterr().err


def test_a_full_disk_is_one_line_and_what_was_paid_for_stays(
    provider: WireServer,
    questions: str,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    provider.serve("gpt-4o-mini", "5")
    arguments = ["record", questions, "--out", str(out), *OPENAI, *GEMINI]
    with monkeypatch.context() as patched:
        patched.setattr("modelswitch_core.recordings._journal.write_all", with_room_for(5))
        assert main(arguments) == 1
    shown, said = capsys.readouterr()
    assert shown == ""
    assert said == (
        f"modelswitch: {out}.journal: No space left on device; "
        "what there is was kept; the same command goes on from here\n"
    )
    kept = journaled(out)
    assert len(kept) == 2, "after the lines of the two questions, and the mended end"
    assert main(["replay", str(out), "--models", "gpt-4o-mini"]) == 1
    assert "record command finishes it" in capsys.readouterr().err
    provider.clear_log()
    assert main(arguments) == 0
    assert len(provider.log) == 20 - 2


def with_room_for(writes: int) -> Callable[[io.FileIO, bytes], None]:
    """`write_all` on a disk that is full after so many."""
    left = iter(range(writes))

    def write(file: io.FileIO, written: bytes) -> None:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file.name))
        write_all(file, written)

    return write


CONCURRENCY = 4


def started(questions: str, out: Path) -> Command:
    arguments = ["record", questions, "--out", str(out), *OPENAI, *GEMINI]
    options = ["--samples", "8", "--concurrency", str(CONCURRENCY)]
    return Command([*arguments, *options], out.with_suffix(".said"))


def wait_for(server: WireServer, requests: int, command: Command) -> None:
    deadline = time.monotonic() + 60
    while len(server.log) < requests and command.running:
        assert time.monotonic() < deadline, "the requests did not come"
        time.sleep(0.001)


def journaled(out: Path) -> list[str]:
    journal = out.with_name(f"{out.name}.journal")
    lines = journal.read_bytes().splitlines() if journal.exists() else []
    held: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return [each["sample"]["text"] for each in held if "sample" in each]


@FORKS
def test_killed_at_any_moment_it_loses_and_repeats_no_paid_sample(
    provider: WireServer, tmp_path: Path, out: Path
) -> None:
    counter = itertools.count()

    def never_the_same(_: WireRequest) -> str:
        return f"It is {next(counter)}."

    asked = tmp_path / "asked.csv"
    asked.write_text("question\n" + "".join(f"What is {number}?\n" for number in range(6)))
    for model in ("gpt-4o-mini", "gemini-2.5-flash"):
        provider.serve(model, never_the_same, latency_seconds=0.02)
    source, kills, kept = random.Random(4), 3, set[str]()
    for _ in range(kills):
        command = started(str(asked), out)
        wait_for(provider, len(provider.log) + source.randint(1, 25), command)
        command.signal(signal.SIGKILL)
        assert command.ended()[0] == -signal.SIGKILL
        provider.wait_until_idle(timeout_seconds=5)
        assert kept <= set(journaled(out))
        kept = set(journaled(out))
    code, said = started(str(asked), out).ended()
    assert code == 0, said
    held = recorded(out)
    assert [len(samples) for each in held.values() for samples in each.samples.values()] == [8] * 12
    texts = [
        sample.text or "" for each in held.values() for samples in each.samples.values() for sample in samples
    ]
    assert kept <= set(texts)
    assert len(set(texts)) == len(texts)
    # What was in flight at a kill had not been heard: nothing else was asked for twice.
    answered = sum(entry.outcome == "answered" for entry in provider.log)
    assert answered - len(texts) <= kills * 2 * CONCURRENCY
    assert f"{len(texts) - len(kept)} new samples" in said


@FORKS
def test_interrupted_it_leaves_a_recording_to_go_on_with(
    provider: WireServer, questions: str, out: Path
) -> None:
    for model in ("gpt-4o-mini", "gemini-2.5-flash"):
        provider.serve(model, "5", latency_seconds=0.1)
    command = started(questions, out)
    wait_for(provider, 12, command)
    command.signal(signal.SIGINT)
    code, said = command.ended()
    assert code == 130
    assert "the same command goes on from here" in said
    assert recorded(out)["1"].samples
    assert sorted(each.name for each in out.parent.iterdir()) == ["out.jsonl", "out.said", "questions.csv"]
