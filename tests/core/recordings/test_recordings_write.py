from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelswitch_core import (
    Chosen,
    ModelReport,
    OptionError,
    RecordedQuestion,
    RecordedSample,
    Sample,
    SwitchResult,
)
from modelswitch_core.recordings import (
    Journal,
    RecordingError,
    append_question,
    append_result,
    read_recording,
    recorded_result,
    write_recording,
)
from tests.core.recordings.recorded import questions

ONE = RecordedQuestion(
    id="1", question="1 + 1?", gold="2", samples={"m": (RecordedSample(text="Zwei: 2 €"),)}
)
OTHER = RecordedQuestion(id="2", question="2 + 2?", samples={})


def report(name: str) -> ModelReport:
    return ModelReport(
        name=name,
        drawn=0,
        answers={},
        unreadable=0,
        failures=(),
        entropy_bits=0.0,
        weight=1.0,
        prior=1.0,
        usage=None,
        seconds=None,
    )


def result(*samples: Sample, keep: bool = True) -> SwitchResult:
    return SwitchResult(
        answer=None,
        chosen=Chosen(model=0, draw=0),
        stop_reason="all_drawn",
        samples_drawn=0,
        samples_budget=0,
        waves=1,
        models=(report("gpt-4o-mini"), report("gemini")),
        scores={},
        confidence=0.0,
        usage=None,
        samples=samples if keep else None,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recording.jsonl"


def test_questions_are_appended_one_line_each(path: Path) -> None:
    append_question(path, ONE)
    append_question(path, OTHER)
    assert list(read_recording(path)) == [ONE, OTHER]
    assert path.read_bytes().count(b"\n") == 2


@settings(max_examples=60, deadline=None)
@given(st.lists(questions, min_size=1, max_size=3), questions, st.data())
def test_what_is_appended_to_a_cut_file_follows_what_can_be_read(
    tmp_path_factory: pytest.TempPathFactory,
    written: list[RecordedQuestion],
    more: RecordedQuestion,
    data: st.DataObject,
) -> None:
    path = tmp_path_factory.mktemp("append") / "recording.jsonl"
    write_recording(path, written)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    append_question(path, more)
    read = list(read_recording(path))
    assert read[-1] == more
    assert read[:-1] == written[: len(read) - 1]


def test_a_long_last_line_that_was_cut_goes_too(path: Path) -> None:
    path.write_bytes(b'{"question": "whole"}\n{"question": "' + b"x" * 200_000)
    append_question(path, ONE)
    assert [question.question for question in read_recording(path)] == ["whole", ONE.question]


def test_a_recording_that_fails_half_way_leaves_the_old_one_alone(path: Path) -> None:
    write_recording(path, [ONE])

    def broken() -> Iterator[RecordedQuestion]:
        yield OTHER
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        write_recording(path, broken())
    assert list(read_recording(path)) == [ONE]
    assert list(path.parent.iterdir()) == [path]


def test_a_recording_may_be_rewritten_from_itself(path: Path) -> None:
    write_recording(path, [ONE, OTHER])
    write_recording(path, (question for question in read_recording(path) if question.gold))
    assert list(read_recording(path)) == [ONE]


def test_lone_surrogates_become_question_marks(path: Path) -> None:
    append_question(path, RecordedQuestion(id="1", question="\ud800?", samples={}))
    (question,) = read_recording(path)
    assert question.question == "??"


def test_a_result_becomes_a_line_with_texts_answers_and_failures(path: Path) -> None:
    drawn = result(
        Sample(model=0, draw=0, text="It is 7.", answer="7", input_tokens=3, output_tokens=4, seconds=0.5),
        Sample(model=0, draw=1, text="", answer=None),
        Sample(model=1, draw=0, error="RateLimitError: slow down", seconds=0.1),
    )
    append_result(path, "3 + 4?", drawn, gold="7")
    (question,) = read_recording(path)
    assert question.question == "3 + 4?"
    assert question.gold == "7"
    assert question.samples == {
        "gpt-4o-mini": (
            RecordedSample(text="It is 7.", answer="7", input_tokens=3, output_tokens=4, seconds=0.5),
            RecordedSample(text="", answer=None, answered=True),
        ),
        "gemini": (RecordedSample(error="RateLimitError: slow down", seconds=0.1),),
    }


def test_the_same_question_has_the_same_id_unless_told_otherwise() -> None:
    first, again = recorded_result("a?", result()), recorded_result("a?", result())
    assert first.id == again.id != recorded_result("b?", result()).id
    assert recorded_result("a?", result(), id="mine").id == "mine"


def test_a_result_without_its_samples_is_refused_with_the_remedy(path: Path) -> None:
    with pytest.raises(OptionError, match="keep_samples=True"):
        append_result(path, "?", result(keep=False))
    assert not path.exists()


def test_processes_that_append_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    program = (
        "import sys\n"
        "from modelswitch_core import RecordedQuestion, RecordedSample\n"
        "from modelswitch_core.recordings import append_question\n"
        "print(flush=True)\n"
        "sys.stdin.readline()\n"
        "for number in range(60):\n"
        "    drawn = {'m': (RecordedSample(text='x' * 20_000),)}\n"
        "    name = f'{sys.argv[2]}-{number}'\n"
        "    append_question(sys.argv[1], RecordedQuestion(id=name, question='?', samples=drawn))\n"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path), str(n)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(3)
    ]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()  # it is ready
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        process.communicate(timeout=60)
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len({question.id for question in read_recording(path)}) == 180


def test_a_last_line_that_is_whole_but_wrong_is_not_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    held = b'{"id": "q1", "question": "?"}\n{"id": "q2", "gold": 42, "samples": {"m": [{"text": "paid"}]}}'
    path.write_bytes(held)
    with pytest.raises(RecordingError, match=r"line 2: gold"):
        append_question(path, RecordedQuestion(id="q3", question="?", samples={}))
    assert path.read_bytes() == held


def test_a_file_that_is_no_recording_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG" + bytes(range(256)).replace(b"\n", b"") * 4)
    held = path.read_bytes()
    with pytest.raises(RecordingError):
        append_question(path, RecordedQuestion(id="q", question="?", samples={}))
    assert path.read_bytes() == held


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on a file's size")
def test_a_line_for_which_there_is_no_room_is_an_error_and_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    program = (
        "import resource, signal, sys\n"
        "from modelswitch_core import RecordedQuestion\n"
        "from modelswitch_core.recordings import append_question\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "append_question(sys.argv[1], RecordedQuestion(id='a', question='x' * 600, samples={}))\n"
        "try:\n"
        "    append_question(sys.argv[1], RecordedQuestion(id='b', question='y' * 600, samples={}))\n"
        "except OSError as error:\n"
        "    sys.exit(7 if error.filename == sys.argv[1] else str(error))\n"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == 7
    assert [question.id for question in read_recording(path)] == ["a"]
    assert path.read_bytes().endswith(b"\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs permissions and symbolic links")
def test_what_is_replaced_keeps_its_permissions_and_its_place_behind_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "file.jsonl", tmp_path / "link.jsonl"
    write_recording(file, [ONE])
    file.chmod(0o640)
    link.symlink_to(file)
    write_recording(link, [ONE, OTHER])
    with Journal(link) as journal:
        journal.begin(OTHER)
        journal.add(OTHER, "m", 0, RecordedSample(text="4"))
        journal.finish()
    append_question(link, RecordedQuestion(id="3", question="3?", samples={}))
    assert link.is_symlink()
    assert [question.id for question in read_recording(file)] == ["1", "2", "3"]
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file.jsonl", "link.jsonl"]


WRITERS: list[Callable[[Path], object]] = [
    lambda path: write_recording(path, []),
    lambda path: append_question(path, ONE),
    Journal,
]


@pytest.mark.parametrize("write", WRITERS, ids=["write_recording", "append_question", "Journal"])
def test_a_folder_or_a_device_is_not_replaced(tmp_path: Path, write: Callable[[Path], object]) -> None:
    for path in (tmp_path, Path(os.devnull)):
        with pytest.raises(OptionError, match="is a folder or a device"):
            write(path)


def test_a_path_where_questions_are_wanted_is_refused(path: Path) -> None:
    for wrong in ("other.jsonl", Path("other.jsonl")):
        with pytest.raises(OptionError, match=r"is a path .* give read_recording"):
            write_recording(path, wrong)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match=r"questions=RecordedQuestion\(.* must be a list"):
        write_recording(path, ONE)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="questions hold a dict, which is no RecordedQuestion"):
        write_recording(path, [{"id": "1"}])  # type: ignore[list-item]
    with pytest.raises(OptionError, match=r"question=\{\} must be a RecordedQuestion"):
        append_question(path, {})  # type: ignore[arg-type]
    assert not path.exists()


UNRECORDABLE: list[tuple[RecordedSample, str]] = [
    (RecordedSample(answer=7), r"samples\.m\.0\.answer: Input should be a valid string"),  # type: ignore[arg-type]
    (RecordedSample(text="7", reward=float("nan")), "not JSON compliant"),
    (RecordedSample(text="7", seconds=-1.0), r"samples\.m\.0\.seconds: .* greater than or equal to 0"),
    (RecordedSample(text="7", input_tokens=True), r"samples\.m\.0\.input_tokens: .* valid integer"),
    (RecordedSample(text="7", notes={"at": Path()}), "not JSON serializable"),
    (RecordedSample(), r"samples\.m\.0: it has neither a text nor an answer nor an error"),
    ("7", "sample='7' must be a RecordedSample"),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("sample", "said"), UNRECORDABLE)
def test_what_could_not_be_read_again_is_not_written(path: Path, sample: RecordedSample, said: str) -> None:
    append_question(path, ONE)
    before = path.read_bytes()
    bad = RecordedQuestion(id="b", question="b?", samples={"m": (sample,)})
    with pytest.raises(OptionError, match=said):
        append_question(path, bad)
    with pytest.raises(OptionError, match=said):
        write_recording(path, [OTHER, bad])
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_message_in_place_of_its_result_is_refused_with_the_remedy(path: Path) -> None:
    with pytest.raises(OptionError, match=r"result is a str: give the SwitchResult, .*switch_result\("):
        append_result(path, "1 + 1?", "It is 2.")  # type: ignore[arg-type]
    assert not path.exists()
