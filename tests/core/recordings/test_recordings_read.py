from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelswitch_core import RecordedQuestion, RecordedSample
from modelswitch_core.recordings import (
    Journal,
    RecordingError,
    RecordingWarning,
    append_question,
    check_recording,
    read_recording,
    write_recording,
)
from tests.core.recordings.recorded import questions

GOOD = b'{"id": "a", "question": "1 + 1?", "samples": {}}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recording.jsonl"


def test_a_line_holds_a_question_and_what_each_model_said(path: Path) -> None:
    path.write_text(
        '{"id": "q1", "question": "6 · 7?", "gold": "42", "topic": "×", "samples": {"m": ['
        '{"text": "It is 42.", "input_tokens": 9, "output_tokens": 80, "seconds": 1.2, "log": [NaN, 1]}, '
        '{"answer": "41", "reward": 1.5}, {"answer": null}, {"error": "RateLimitError: slow down"}]}}\n',
        encoding="utf-8",
    )
    assert list(read_recording(path)) == [
        RecordedQuestion(
            id="q1",
            question="6 · 7?",
            gold="42",
            samples={
                "m": (
                    RecordedSample(
                        text="It is 42.",
                        input_tokens=9,
                        output_tokens=80,
                        seconds=1.2,
                        notes={"log": [None, 1]},
                    ),
                    RecordedSample(answer="41", answered=True, reward=1.5),
                    RecordedSample(answer=None, answered=True),
                    RecordedSample(error="RateLimitError: slow down"),
                )
            },
            notes={"topic": "×"},
        )
    ]


def test_null_is_unknown_but_for_an_answer(path: Path) -> None:
    path.write_text('{"question": "?", "gold": null, "samples": {"m": [{"text": "7", "reward": null}]}}')
    (question,) = read_recording(path)
    assert question.gold is None
    assert question.samples["m"] == (RecordedSample(text="7"),)


def test_a_question_without_an_id_has_one_that_its_text_gives_it(path: Path) -> None:
    path.write_text('{"question": "a?"}\n{"question": "b?"}\n{"question": "a?"}\n')
    first, other, again = (question.id for question in read_recording(path))
    assert first == again != other


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\n", b"  \r\n"])
def test_a_byte_order_mark_and_empty_lines_are_passed_over(path: Path, start: bytes) -> None:
    path.write_bytes(start + GOOD)
    assert [question.id for question in read_recording(path)] == ["a"]


BAD = [
    (b"{bad}", "key must be a string at column 2"),
    (b'{"question": "?', "EOF while parsing a string at column 15"),
    (b"[]", "should be an object"),
    (b"null", "should be an object"),
    (b'{"gold": "7"}', "it has neither an id nor a question"),
    (b'{"question": 7}', "question: Input should be a valid string"),
    (b'{"question": "?", "gold": 7}', "gold: Input should be a valid string"),
    (b'{"question": "?", "samples": {"m": [{}]}}', "samples.m.0: it has neither a text nor an answer"),
    (b'{"question": "?", "samples": {"m": ["7"]}}', "samples.m.0"),
    (b'{"question": "?", "samples": {"m": [{"text": "7", "reward": NaN}]}}', "samples.m.0.reward"),
    (b'{"question": "?", "samples": {"m": [{"text": "7", "reward": 1e999}]}}', "samples.m.0.reward"),
    (b'{"question": "?", "samples": {"m": [{"text": "7", "seconds": -1}]}}', "samples.m.0.seconds"),
    (
        b'{"question": "?", "samples": {"m": [{"text": "7", "input_tokens": 1.5}]}}',
        "samples.m.0.input_tokens",
    ),
    (b'{"question": "\xff"}', "unicode"),
    (b"[" * 100_000, "recursion"),
]


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_a_bad_line_is_named_by_number_and_reason(path: Path, line: bytes, reason: str) -> None:
    path.write_bytes(GOOD + line + b"\n" + GOOD)
    with pytest.raises(RecordingError, match="line 2: ") as caught:
        list(read_recording(path))
    assert caught.value.line == 2
    assert reason in str(caught.value)
    assert str(path) in str(caught.value)


def test_an_error_keeps_its_parts_on_the_way_between_processes() -> None:
    error = RecordingError("file.jsonl", 3, "it is no JSON")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.path, again.line, again.reason) == (
        str(error),
        "file.jsonl",
        3,
        "it is no JSON",
    )


def test_a_bad_line_is_left_out_only_when_asked_and_with_a_warning(path: Path) -> None:
    path.write_bytes(GOOD + b"{bad}\n" + GOOD)
    with pytest.warns(RecordingWarning, match="line 2, left out: "):
        read = list(read_recording(path, skip_bad_lines=True))
    assert len(read) == 2


def test_everything_wrong_is_listed(path: Path) -> None:
    path.write_bytes(GOOD + b"{bad}\n" + GOOD + b'{"question": "cu')
    unread, twice, cut = check_recording(path)
    assert (unread.line, twice.line, cut.line) == (2, 3, 4)
    assert "id 'a' is that of line 1 too" in twice.reason
    assert "the file ends within this line" in cut.reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"question": "?", "gold": 7}', "gold: Input should be a valid string"),
        (b'[{"question": "?"}]', "should be an object"),
        (b'{"question": "?", "samples": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "recursion"),
    ],
)
def test_a_bad_last_line_without_its_end_is_no_cut_where_it_is_whole(
    path: Path, line: bytes, reason: str
) -> None:
    path.write_bytes(GOOD + line)
    with pytest.raises(RecordingError, match="line 2: ") as caught:
        list(read_recording(path))
    assert reason in caught.value.reason
    (problem,) = check_recording(path)
    assert (problem.line, problem.reason) == (2, caught.value.reason)
    with pytest.raises(RecordingError, match="line 2: "):
        append_question(path, RecordedQuestion(id="b", question="b?", samples={}))
    assert path.read_bytes() == GOOD + line


def test_nothing_is_wrong_with_a_good_recording(path: Path) -> None:
    path.write_bytes(GOOD)
    assert check_recording(path) == []


def test_it_is_read_as_it_is_asked_for(path: Path) -> None:
    path.write_bytes(GOOD + b"{bad}\n")
    read = read_recording(path)
    assert next(read).id == "a"
    with pytest.raises(RecordingError):
        next(read)


def test_a_file_that_is_not_there_is_an_os_error(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(read_recording(path))


@settings(max_examples=60, deadline=None)
@given(st.lists(questions, max_size=4), st.data())
@pytest.mark.filterwarnings("ignore::modelswitch_core.recordings.RecordingWarning")
def test_a_file_cut_anywhere_loads_a_prefix(
    tmp_path_factory: pytest.TempPathFactory, written: list[RecordedQuestion], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("cut") / "recording.jsonl"
    write_recording(path, written)
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])
    read = list(read_recording(path))
    assert read == written[: len(read)]
    # Every line of which not one byte is missing, its end apart, is there.
    assert len(read) == sum(
        len(b"\n".join(whole.split(b"\n")[: number + 1])) <= cut for number in range(len(written))
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(questions, max_size=4))
def test_what_was_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, written: list[RecordedQuestion]
) -> None:
    path = tmp_path_factory.mktemp("whole") / "recording.jsonl"
    assert write_recording(path, written) == len(written)
    assert list(read_recording(path)) == written


def test_lines_are_json_for_others_to_read(path: Path) -> None:
    question = RecordedQuestion(
        id="ü", question="\u2028?", samples={"m": (RecordedSample(answer=None, answered=True),)}
    )
    write_recording(path, [question])
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "id": "ü",
        "question": "\u2028?",
        "samples": {"m": [{"answer": None}]},
    }


def test_a_question_may_be_unknown_where_it_has_an_id(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    path.write_bytes(b'{"id": "a", "question": null, "gold": "7"}\n{"id": "b"}\n')
    assert [question.question for question in read_recording(path)] == ["", ""]
    copy = tmp_path / "copy.jsonl"
    write_recording(copy, read_recording(path))
    assert [json.loads(line) for line in copy.read_text().splitlines()] == [
        {"id": "a", "gold": "7", "samples": {}},
        {"id": "b", "samples": {}},
    ]


def test_a_note_under_a_name_of_ours_cannot_pass_for_ours(path: Path) -> None:
    noted = RecordedQuestion(
        id="a",
        question="a?",
        samples={"m": (RecordedSample(text="7", notes={"answer": "8", "mood": "good"}),)},
        notes={"gold": "7", "topic": "×"},
    )
    write_recording(path, [noted])
    (question,) = read_recording(path)
    assert (question.gold, question.notes) == (None, {"topic": "×"})
    (sample,) = question.samples["m"]
    assert (sample.answered, sample.notes) == (False, {"mood": "good"})


def test_a_recording_whose_journal_is_left_says_how_to_finish(path: Path) -> None:
    asked = RecordedQuestion(id="a", question="a?", samples={})
    with Journal(path) as journal:
        journal.begin(asked)
    with pytest.raises(FileNotFoundError, match="record command finishes it"):
        list(read_recording(path))
    write_recording(path, [asked])
    with pytest.warns(RecordingWarning, match=r"recording\.jsonl is not whole: .*Journal\(path\)\.finish"):
        assert list(read_recording(path)) == [asked]
    Journal(path).finish()
    assert list(read_recording(path)) == [asked]
