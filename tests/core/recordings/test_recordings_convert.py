from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from modelswitch_core import RecordedQuestion, RecordedSample
from modelswitch_core.recordings import (
    RecordingError,
    question_id,
    questions_from_rows,
    read_questions,
    read_samples_csv,
)


def test_rows_of_samples_become_questions() -> None:
    rows: list[dict[str, Any]] = [
        {"id": 1, "question": "a?", "gold": 7, "model": "m", "text": "It is 7.", "input_tokens": 3},
        {"id": 2, "question": "b?", "model": "m", "answer": 8, "reward": "0.5"},
        {"id": 1, "question": "a?", "model": "n", "answer": None},
        {"id": 1, "question": "a?", "model": "m", "error": "TimeoutError"},
    ]
    assert questions_from_rows(rows) == [
        RecordedQuestion(
            id="1",
            question="a?",
            gold="7",
            samples={
                "m": (
                    RecordedSample(text="It is 7.", input_tokens=3),
                    RecordedSample(error="TimeoutError"),
                ),
                "n": (RecordedSample(answer=None, answered=True),),
            },
        ),
        RecordedQuestion(id="2", question="b?", samples={"m": (RecordedSample(answer="8", reward=0.5),)}),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"model": "m", "text": "7"}, "no `question`"),
        ({"question": "a?", "model": "m"}, "neither a text nor an answer"),
        ({"question": "a?", "model": "m", "text": "7", "input_tokens": "many"}, "many"),
        ({"question": "a?", "model": "m", "text": "7", "reward": "nan"}, "reward"),
        ({"question": "a?", "model": "m", "text": "7", "seconds": -1}, "seconds"),
        ({"question": "a?", "model": "m", "text": "7", "input_tokens": float("inf")}, "infinity"),
        ({"question": " ", "model": "m", "text": "7"}, "no `question`"),
        ({"question": "a?", "gold": ["7", "8"]}, "gold=['7', '8'] is a list: give one text"),
        ({"question": "a?", "gold": {"a": float("inf")}}, "not JSON compliant"),
        ("a?", "'a?' must be a mapping with `question` and `model`"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row: Any, reason: str) -> None:
    with pytest.raises(RecordingError, match="line 2: ") as caught:
        questions_from_rows([{"question": "a?"}, row])
    assert reason in str(caught.value)


def test_a_table_of_samples_is_read_from_csv(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    path.write_text(
        '\ufeffquestion,gold,model,text,answer,seconds\n"a,\nb?",7,m,"It is ""7"".",,0.5\n"a,\nb?",7,m,,7,\n',
        encoding="utf-8",
    )
    (question,) = read_samples_csv(path)
    assert question.question == "a,\nb?"
    assert question.samples == {
        "m": (RecordedSample(text='It is "7".', seconds=0.5), RecordedSample(answer="7"))
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q.jsonl", '{"question": "a?", "gold": 7}\n\n{"question": "b?", "id": 5, "samples": {"m": []}}\n'),
        ("q.csv", "question,gold,id\na?,7,\nb?,,5\n"),
        ("q.CSV", "\ufeffid,question,gold\n,a?,7\n5,b?,\n"),
    ],
)
def test_questions_to_ask_are_read_from_json_lines_and_csv(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert read_questions(path) == [
        RecordedQuestion(id=question_id("a?"), question="a?", gold="7", samples={}),
        RecordedQuestion(id="5", question="b?", samples={}),
    ]


def test_the_same_question_twice_has_two_ids(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text("question\na?\na?\nb?\n")
    first, second, third = (question.id for question in read_questions(path))
    assert second == f"{first}-2"
    assert third == question_id("b?")


@pytest.mark.parametrize(
    ("name", "text", "line", "reason"),
    [
        ("q.jsonl", b'{"question": "a?"}\n{bad\n', 2, "it is no JSON"),
        ("q.jsonl", b'{"question": "a?"}\n\n["b?"]\n', 3, "no JSON object"),
        ("q.jsonl", b'{"question": "\xff"}\n', 1, "it is no JSON"),
        ("q.jsonl", b'{"gold": "7"}\n', 1, "no `question`"),
        ("q.jsonl", b'{"id": "1", "question": "a?"}\n{"id": "1", "question": "b?"}\n', 2, "comes twice"),
        ("q.csv", b"questions\na?\n", 1, "the heading lacks 'question', and holds 'questions'"),
        ("q.csv", b"question\na\xff?\n", 2, "it is not UTF-8, see the byte 0xff: save the file as CSV"),
        ("q.csv", "question,gold\r\nw,1\r\n5 × 5,25\r\n".encode("cp1252"), 3, "it is not UTF-8"),
        ("q.csv", "question\nw\n".encode("utf-16"), 1, "it is not UTF-8"),
        ("q.csv", b"question\nw\xc3", 2, "it is not UTF-8"),
        ("q.csv", b"question;gold\nw;1\n", 1, "the heading lacks 'question', and holds 'question;gold'"),
        ("q.csv", b"question,gold\na?,7\n \t,8\n", 3, "no `question`"),
        ("q.csv", b"question,gold\na?,7\nWhat is 1,000?,7\n", 3, "it has 3 cells, and the heading 2"),
        ("q.csv", b"question,gold,gold\na?,7,8\n", 1, "the heading has 'gold' twice"),
        ("q.jsonl", b'{"question": "a?", "gold": [7]}\n', 1, "is a list"),
    ],
)
def test_a_list_that_cannot_be_used_says_where(
    tmp_path: Path, name: str, text: bytes, line: int, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(text)
    with pytest.raises(RecordingError, match=reason) as caught:
        read_questions(path)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("gold", "kept"),
    [
        (7, "7"),
        (7.0, "7"),
        (-0.25, "-0.25"),
        (1e300, "1e+300"),
        (10**30, "1" + "0" * 30),
        (True, "true"),
        ({"name": "Ü", "size": 1}, '{"name": "Ü", "size": 1}'),
        (None, None),
        ("", None),
        (float("nan"), None),
    ],
)
def test_a_gold_answer_is_kept_as_a_person_would_write_it(gold: object, kept: str | None) -> None:
    (question,) = questions_from_rows([{"question": "a?", "gold": gold}])
    assert question.gold == kept


def test_a_cell_of_a_csv_may_be_long_and_a_row_short(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    path = tmp_path / "samples.csv"
    long = "because " * 30_000
    path.write_text(f"question,model,text,answer\na?,m,{long}7\n")
    (question,) = read_samples_csv(path)
    # Where a row ends early nothing is known of the rest; that is no answer that could not be read.
    assert question.samples["m"] == (RecordedSample(text=f"{long}7"),)
    assert csv.field_size_limit() == limit
