from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelswitch_core import OptionError, RecordedQuestion, RecordedSample
from modelswitch_core.recordings import (
    Journal,
    RecordingBusyError,
    RecordingError,
    append_question,
    failed_draw,
    read_recording,
    write_recording,
)

ASKED = RecordedQuestion(id="1", question="1 + 1?", gold="2", samples={})
OTHER = RecordedQuestion(id="2", question="2 + 2?", samples={})


def said(text: str) -> RecordedSample:
    return RecordedSample(text=text)


FAILED = failed_draw(TimeoutError("too slow"), seconds=1.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recording.jsonl"


def beside(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


def recorded(path: Path) -> dict[str, dict[str, list[str | None]]]:
    return {
        question.id: {
            model: [sample.text if sample.error is None else "!" for sample in samples]
            for model, samples in question.samples.items()
        }
        for question in read_recording(path)
    }


def test_samples_come_in_any_order_and_are_kept_in_draw_order(path: Path) -> None:
    with Journal(path) as journal:
        journal.begin(ASKED)
        assert journal.missing(ASKED, "m", 3) == [0, 1, 2]
        for number in (2, 0, 1):
            journal.add(ASKED, "m", number, said(f"draw {number}"))
        assert journal.missing(ASKED, "m", 3) == []
        assert not path.exists()
        journal.finish()
    (question,) = read_recording(path)
    assert (question.question, question.gold) == ("1 + 1?", "2")
    assert recorded(path) == {"1": {"m": ["draw 0", "draw 1", "draw 2"]}}
    assert beside(path) == ["recording.jsonl"]


def test_what_was_left_is_taken_up_again(path: Path) -> None:
    with Journal(path) as journal:
        journal.begin(ASKED)
        journal.add(ASKED, "m", 1, said("b"))
    with Journal(path) as journal:
        assert journal.missing(ASKED, "m", 3) == [0, 2]
        journal.add(ASKED, "m", 0, said("a"))
        journal.finish()
    assert recorded(path) == {"1": {"m": ["a", "b"]}}


def test_a_failed_draw_is_kept_and_made_again(path: Path) -> None:
    with Journal(path) as journal:
        journal.begin(ASKED)
        journal.add(ASKED, "m", 0, FAILED)
        journal.add(ASKED, "m", 1, said("b"))
        journal.finish()
    assert FAILED.error == "TimeoutError: too slow"
    with Journal(path) as journal:
        assert journal.missing(ASKED, "m", 2) == [2]
        journal.add(ASKED, "m", 2, said("c"))
        journal.finish()
    assert recorded(path) == {"1": {"m": ["!", "b", "c"]}}


def test_a_recording_grows_by_samples_models_questions_and_gold(path: Path) -> None:
    write_recording(path, [RecordedQuestion(id="2", question="2 + 2?", samples={"m": (said("a"),)})])
    with Journal(path) as journal:
        journal.begin(RecordedQuestion(id="2", question="2 + 2?", gold="4", samples={}))
        journal.begin(ASKED)
        assert journal.missing(OTHER, "m", 2) == [1]
        journal.add(OTHER, "m", 1, said("b"))
        journal.add(OTHER, "n", 0, said("c"))
        journal.finish()
    assert recorded(path) == {"2": {"m": ["a", "b"], "n": ["c"]}, "1": {}}
    assert [question.gold for question in read_recording(path)] == ["4", "2"]


def test_questions_of_the_journal_that_are_not_asked_again_are_kept(path: Path) -> None:
    with Journal(path) as journal:
        journal.begin(ASKED)
        journal.add(ASKED, "m", 0, said("a"))
    with Journal(path) as journal:
        journal.begin(OTHER)
        journal.finish()
    assert recorded(path) == {"1": {"m": ["a"]}, "2": {}}


def test_fewer_samples_than_there_are_want_none(path: Path) -> None:
    write_recording(
        path, [RecordedQuestion(id="1", question="1 + 1?", samples={"m": (said("a"), said("b"))})]
    )
    with Journal(path) as journal:
        assert journal.missing(ASKED, "m", 1) == []


def test_a_draw_that_is_there_is_not_made_twice(path: Path) -> None:
    with Journal(path) as journal:
        journal.begin(ASKED)
        journal.add(ASKED, "m", 0, said("a"))
        with pytest.raises(OptionError, match="number=0"):
            journal.add(ASKED, "m", 0, said("b"))


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (RecordedQuestion(id="1", question="else?", samples={}), "stands for"),
        (RecordedQuestion(id="1", question="1 + 1?", gold="3", samples={}), "gold='3'"),
    ],
)
def test_an_id_stands_for_one_question_with_one_gold_answer(
    path: Path, other: RecordedQuestion, what: str
) -> None:
    with Journal(path) as journal:
        journal.begin(ASKED)
        with pytest.raises(OptionError, match=what):
            journal.begin(other)


def test_two_processes_do_not_make_the_same_recording(path: Path) -> None:
    with Journal(path) as journal:
        with pytest.raises(RecordingBusyError, match="in use"):
            Journal(path)
        journal.begin(ASKED)
    with Journal(path) as journal:
        journal.finish()


@pytest.mark.parametrize("line", [b"{bad}\n", b"7\n", b'{"id": "1"}\n', b'{"id": "1", "sample": {}}\n'])
def test_a_journal_that_cannot_be_read_is_left_alone(path: Path, line: bytes) -> None:
    journal = path.with_name("recording.jsonl.journal")
    whole = b'{"id": "1", "question": "1 + 1?"}\n' + line + b'{"id": "2", "question": "2 + 2?"}\n'
    journal.write_bytes(whole)
    with pytest.raises(RecordingError, match="line 2"):
        Journal(path)
    assert journal.read_bytes() == whole


class CrashError(BaseException):
    """The process ends here."""


def test_a_crash_while_finishing_loses_and_repeats_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for crash_at in itertools.count():
        for each in tmp_path.iterdir():
            each.unlink()
        write_recording(path, [RecordedQuestion(id="1", question="1 + 1?", samples={"m": (said("a"),)})])
        crashed = False
        journal = Journal(path)
        journal.begin(ASKED)
        journal.add(ASKED, "m", 1, said("b"))
        with monkeypatch.context() as patched:
            steps = itertools.count()
            for owner, name in ((Path, "replace"), (Path, "unlink"), (Path, "open")):
                patched.setattr(owner, name, crashing(getattr(owner, name), steps, crash_at))
            patched.setattr("os.fsync", crashing(lambda _: None, steps, crash_at))
            try:
                journal.finish()
            except CrashError:
                crashed = True
        with journal:
            pass
        with Journal(path) as again:
            assert again.missing(ASKED, "m", 2) == []
            again.finish()
        assert recorded(path) == {"1": {"m": ["a", "b"]}}
        assert beside(path) == ["recording.jsonl"]
        if not crashed:
            break
    assert crash_at >= 6


def crashing(step: Callable[..., Any], steps: Iterator[int], crash_at: int) -> Callable[..., Any]:
    def taken(*given: Any, **options: Any) -> Any:
        # A dead process does not clean up either.
        if next(steps) >= crash_at:
            raise CrashError
        return step(*given, **options)

    return taken


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 400), wanted=st.integers(1, 6))
def test_a_journal_cut_anywhere_goes_on_from_there(
    tmp_path_factory: pytest.TempPathFactory, cut: int, wanted: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "recording.jsonl"
    journal_path = path.with_name("recording.jsonl.journal")
    with Journal(path) as journal:
        journal.begin(ASKED)
        for number in range(4):
            journal.add(ASKED, "m", number, said(f"dräw {number}"))
    journal_path.write_bytes(journal_path.read_bytes()[:cut])
    with Journal(path) as journal:
        journal.begin(ASKED)
        for number in journal.missing(ASKED, "m", wanted):
            journal.add(ASKED, "m", number, said(f"again {number}"))
        journal.finish()
    drawn = recorded(path)["1"].get("m", [])
    kept = [text for text in drawn if text and text.startswith("dräw")]
    assert drawn[: len(kept)] == [f"dräw {number}" for number in range(len(kept))]
    assert len(drawn) == max(wanted, len(kept))


def test_what_is_appended_to_the_recording_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    early = RecordedQuestion(id="a", question="a?", samples={"m": (RecordedSample(text="1"),)})
    append_question(path, early)
    with Journal(path) as journal:
        journal.begin(early)
        journal.add(early, "m", 1, RecordedSample(text="2"))
        append_question(path, RecordedQuestion(id="late", question="late?", samples={}))
        append_question(
            path, RecordedQuestion(id="a", question="a?", samples={"m": (RecordedSample(text="3"),)})
        )
        journal.finish()
    held = {question.id: question for question in read_recording(path)}
    assert list(held) == ["a", "late"]
    assert [sample.text for sample in held["a"].samples["m"]] == ["1", "2", "3"]


def test_notes_of_what_it_adds_to_are_kept(path: Path) -> None:
    before = RecordedQuestion(
        id="1",
        question="1 + 1?",
        samples={"m": (RecordedSample(text="2", notes={"mood": "good"}),)},
        notes={"topic": "+"},
    )
    write_recording(path, [before])
    with Journal(path) as journal:
        journal.begin(ASKED)
    with Journal(path) as journal:
        journal.add(ASKED, "m", 1, said("2"))
        journal.finish()
    (after,) = read_recording(path)
    assert (after.gold, after.notes) == ("2", {"topic": "+"})
    assert after.samples["m"] == (*before.samples["m"], said("2"))


def test_a_journal_that_holds_nothing_does_not_stay(path: Path) -> None:
    with Journal(path):
        pass
    assert beside(path) == []
    path.write_bytes(b"{bad\n")
    with pytest.raises(RecordingError):
        Journal(path)
    assert beside(path) == ["recording.jsonl"]


def test_where_there_is_no_room_to_finish_the_journal_stays(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device", "there")

    with Journal(path) as journal:
        journal.begin(ASKED)
        journal.add(ASKED, "m", 0, said("a"))
        with monkeypatch.context() as patched:
            patched.setattr("modelswitch_core.recordings._write.write_all", full)
            with pytest.raises(OSError, match="No space left"):
                journal.finish()
    with Journal(path) as journal:
        journal.finish()
    assert recorded(path) == {"1": {"m": ["a"]}}
    assert beside(path) == ["recording.jsonl"]
