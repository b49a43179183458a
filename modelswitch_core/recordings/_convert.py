"""From other people's tables to recorded questions: rows of CSV, JSON lines, or plain dicts."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from modelswitch_core._recorded import RecordedQuestion, RecordedSample
from modelswitch_core.recordings._format import RecordingError, parse_sample, question_id
from modelswitch_core.recordings._merge import merge

_WHOLE = ("input_tokens", "output_tokens")
_REAL = ("reward", "seconds")


def questions_from_rows(rows: Iterable[Mapping[str, Any]]) -> list[RecordedQuestion]:
    """Recorded questions from a table of samples, one row each.

    Args:
        rows: Each with `question`, `model`, and what is known of `id`, `gold`, `text`, `answer`, `reward`,
            `input_tokens`, `output_tokens`, `seconds` and `error`. None and, as CSV has no other way to say
            so, an empty string mean unknown; `answer` as None means that there was none to read. Rows of a
            question and model keep their order; other fields are passed over. A row without a model brings
            its question alone.

    Raises:
        RecordingError: A row cannot be used; it is named by number, from 1, and reason.
        OptionError: The same id stands for two questions.
    """
    return merge(_questions(enumerate(rows, 1), "rows"))


def read_samples_csv(path: str | Path) -> list[RecordedQuestion]:
    """Recorded questions from a CSV file with a heading and one sample a row, see `questions_from_rows`.

    Raises:
        RecordingError: A row cannot be used.
        OptionError: The same id stands for two questions.
        OSError: The file cannot be read.
    """
    return merge(_questions(_csv_rows(Path(path)), str(path)))


def read_questions(path: str | Path) -> list[RecordedQuestion]:
    """Questions to be asked, without samples: from CSV where the name ends so, else from JSON lines.

    Args:
        path: A file that holds `question`, and `gold` and `id` where they are known. Numbers are taken for
            their text. A question without an id gets one that depends on its text alone; the second of the
            same text gets `…-2`. A recording is such a file too.

    Raises:
        RecordingError: A line cannot be used, or an id comes twice; it is named by number and reason.
        OSError: The file cannot be read.
    """
    path = Path(path)
    rows = _csv_rows(path) if path.suffix.lower() == ".csv" else _json_rows(path)
    questions: list[RecordedQuestion] = []
    seen: set[str] = set()
    copies: Counter[str] = Counter()
    for number, row in rows:
        question = _question(row, str(path), number, {})
        copies[question.question] += 1
        if _text(row, "id") is None and copies[question.question] > 1:
            question = _question({**row, "id": f"{question.id}-{copies[question.question]}"}, "", 0, {})
        if question.id in seen:
            raise RecordingError(str(path), number, f"id {question.id!r} comes twice: each must be unique")
        seen.add(question.id)
        questions.append(question)
    return questions


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        try:
            for row in table:
                yield table.line_num, row
        except (csv.Error, UnicodeDecodeError) as error:
            raise RecordingError(str(path), table.line_num + 1, f"it is no CSV: {error}") from error


def _json_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            except (ValueError, RecursionError) as error:
                raise RecordingError(str(path), number, f"it is no JSON: {error}") from error
            if not isinstance(row, dict):
                raise RecordingError(str(path), number, "it is no JSON object with a `question`")
            yield number, row


def _questions(rows: Iterable[tuple[int, Mapping[str, Any]]], source: str) -> Iterator[RecordedQuestion]:
    for number, row in rows:
        model = _text(row, "model")
        if model is None:
            yield _question(row, source, number, {})
            continue
        held: dict[str, Any] = {name: _text(row, name) for name in ("text", "error") if _text(row, name)}
        # In CSV an empty answer is an unknown one; a row that says None means that nothing was readable.
        if "answer" in row and row["answer"] != "":
            held["answer"] = _text(row, "answer")
        try:
            held |= {name: int(row[name]) for name in _WHOLE if _text(row, name) is not None}
            held |= {name: float(row[name]) for name in _REAL if _text(row, name) is not None}
            sample = parse_sample(held)
        except (ValueError, TypeError) as error:
            raise RecordingError(source, number, str(error)) from error
        yield _question(row, source, number, {model: (sample,)})


def _question(
    row: Mapping[str, Any], source: str, number: int, samples: Mapping[str, tuple[RecordedSample, ...]]
) -> RecordedQuestion:
    text = _text(row, "question")
    if text is None:
        raise RecordingError(source, number, "it has no `question`")
    return RecordedQuestion(
        id=_text(row, "id") or question_id(text), question=text, gold=_text(row, "gold"), samples=samples
    )


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    return None if value is None or value == "" else str(value)
