"""Reading and merging at once: as `merge` of all lines, with one question in memory at a time."""

from __future__ import annotations

import os
import threading
import tracemalloc
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelswitch_core import OptionError, RecordedQuestion, RecordedSample
from modelswitch_core.recordings import (
    RecordingError,
    RecordingWarning,
    append_question,
    merge,
    question_id,
    read_merged,
    read_recording,
    write_recording,
)


def line(
    called: str, said: str = "1", *, model: str = "a", question: str = "", gold: str | None = None
) -> RecordedQuestion:
    draws = tuple(RecordedSample(text=text) for text in said)
    return RecordedQuestion(id=called, question=question, gold=gold, samples={model: draws})


def written(path: Path, *lines: RecordedQuestion) -> Path:
    path.unlink(missing_ok=True)
    for each in lines:
        append_question(path, each)
    return path


@settings(deadline=None)
@given(
    lines=st.lists(
        st.tuples(st.sampled_from("pqr"), st.sampled_from("ab"), st.text("12", max_size=3)), min_size=1
    )
)
def test_it_is_the_merged_recording(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "merged.jsonl"
    written(path, *(line(called, said, model=model) for called, model, said in lines))
    assert list(read_merged(path)) == merge(read_recording(path))


def test_a_line_without_an_id_goes_with_the_one_that_has_its_text(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf{"question": "What?", "samples": {"a": [{"text": "1"}]}}\r\n\r\n'
        b'{"id": "other", "samples": {}}\r\n'
        + f'{{"id": "{question_id("What?")}", "gold": "2", "samples": {{"a": [{{"text": "2"}}]}}}}'.encode()
    )
    first, other = read_merged(path)
    assert (first.question, first.gold, [each.text for each in first.samples["a"]]) == (
        "What?",
        "2",
        ["1", "2"],
    )
    assert other.id == "other"
    assert list(read_merged(path)) == merge(read_recording(path))


def test_bad_lines_are_named_as_when_reading(tmp_path: Path) -> None:
    path = written(tmp_path / "r.jsonl", line("p", "1"), line("q"))
    with path.open("ab") as file:
        file.write(b'{"id": "p", "samples": 7}\nnonsense\n')
    written_after = line("p", "2")
    append_question(path, written_after)
    with pytest.raises(RecordingError, match="line 3: samples: "):
        list(read_merged(path))
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        first, second = read_merged(path, skip_bad_lines=True)
    assert [each.text for each in first.samples["a"]] == ["1", "2"]
    assert second.id == "q"
    assert [str(note.message).partition(": ")[0] for note in noted] == [
        f"{path}, line 3, left out",
        f"{path}, line 4, left out",
    ]


def test_a_cut_line_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "r.jsonl", line("p", "1"), line("p", "2"))
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.warns(RecordingWarning, match="line 2, left out"):
        (only,) = read_merged(path)
    assert only == line("p", "1")


def test_what_cannot_be_one_question_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "r.jsonl", line("p", gold="1"), line("p", gold="2"))
    with pytest.raises(OptionError, match="gold='2' of question 'p' was '1' before"):
        list(read_merged(path))


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read_merged(tmp_path / "nowhere.jsonl"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a matter of POSIX")
def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    held = written(tmp_path / "r.jsonl", line("p", "1"), line("q"), line("p", "2")).read_bytes()
    writer = threading.Thread(target=pipe.write_bytes, args=(held,))
    writer.start()
    assert list(read_merged(pipe)) == merge(read_recording(tmp_path / "r.jsonl"))
    writer.join()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    one = 100_000
    write_recording(path, (line(str(number), "x", question="y" * one) for number in range(50)))
    append_question(path, line("0", "2"))
    tracemalloc.start()
    assert sum(1 for _ in read_merged(path)) == 50
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 15 * one, "fifty questions are larger than that"
