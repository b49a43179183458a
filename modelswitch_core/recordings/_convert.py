"""From other people's tables to recorded questions: rows of CSV, JSON lines, or plain dicts."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from modelswitch_core._errors import OptionError
from modelswitch_core._recorded import RecordedQuestion, RecordedSample
from modelswitch_core.recordings._format import RecordingError, parse_sample, question_id
from modelswitch_core.recordings._merge import merge

_WHOLE = ("input_tokens", "output_tokens")
_REAL = ("reward", "seconds")

_EXACT = 1e15
"""Below it, a double that is whole has at most fifteen digits, all of them its own."""

_LONGEST_CELL = 2**31 - 1
"""Characters. The csv module's own limit of 131,072 is less than a long response with its reasoning has; this
is the largest that it takes on every platform."""


def questions_from_rows(rows: Iterable[Mapping[str, Any]]) -> list[RecordedQuestion]:
    """Recorded questions from a table of samples, one row each.

    Args:
        rows: Each with `question`, `model`, and what is known of `id`, `gold`, `text`, `answer`, `reward`,
            `input_tokens`, `output_tokens`, `seconds` and `error`. None, NaN and, as CSV has no other way to
            say so, an empty string mean unknown; `answer` as None means that there was none to read. Numbers,
            booleans and JSON objects where a text is wanted become one: 7, true, {"a": 1}. Rows of a question
            and model keep their order; other fields are passed over. A row without a model brings its
            question alone.

    Raises:
        RecordingError: A row cannot be used; it is named by number, from 1, and reason.
        OptionError: The same id stands for two questions.
    """
    if not isinstance(rows, Iterable):
        raise OptionError(f"rows={rows!r} must be an iterable of mappings, one for each sample")
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
        path: A file that holds `question`, and `gold` and `id` where they are known. Numbers, booleans and
            objects are taken for their text. A question without an id gets one that depends on its text
            alone; the second of the same text gets `…-2`. A recording is such a file too.

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
        if _known(row, "id") is None and copies[question.question] > 1:
            question = _question({**row, "id": f"{question.id}-{copies[question.question]}"}, "", 0, {})
        if question.id in seen:
            raise RecordingError(str(path), number, f"id {question.id!r} comes twice: each must be unique")
        seen.add(question.id)
        questions.append(question)
    return questions


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    limit = csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file, restval="")
        try:
            for row in table:
                yield table.line_num, _checked(row, str(path), table)
        except UnicodeDecodeError as error:
            raise _not_utf8(path) from error
        except csv.Error as error:
            raise RecordingError(str(path), table.line_num + 1, f"it is no CSV: {error}") from error
        finally:
            csv.field_size_limit(limit)


def _not_utf8(path: Path) -> RecordingError:
    """The first line that is not UTF-8: the file is decoded in blocks, and their errors know no lines."""
    text = path.read_bytes().decode(errors="surrogateescape")
    place = next(place for place, sign in enumerate(text) if "\udc80" <= sign <= "\udcff")
    byte = ord(text[place]) - 0xDC00
    line = text.count("\n", 0, place) + 1
    return RecordingError(
        str(path), line, f"it is not UTF-8, see the byte 0x{byte:02x}: save the file as CSV in UTF-8"
    )


def _checked(row: dict[str, Any], path: str, table: csv.DictReader[str]) -> Mapping[str, Any]:
    headings = table.fieldnames or ()
    if twice := [name for name, count in Counter(headings).items() if count > 1]:
        raise RecordingError(path, 1, f"the heading has {twice[0]!r} twice: give each column its own name")
    if "question" not in headings:
        raise RecordingError(
            path,
            1,
            f"the heading lacks 'question', and holds {', '.join(map(repr, headings))}: name that column so, "
            "and part columns by commas",
        )
    # The csv module puts what has no heading under None.
    if surplus := row.get(None):  # type: ignore[call-overload]  # typeshed: the names are texts
        raise RecordingError(
            path,
            table.line_num,
            f"it has {len(headings) + len(surplus)} cells, and the heading {len(headings)}: a comma within a "
            'cell wants "…" around the cell',
        )
    return row


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
        if not isinstance(row, Mapping):
            raise RecordingError(source, number, f"{row!r:.60} must be a mapping with `question` and `model`")
        try:
            model = _text(row, "model")
            samples = {} if model is None else {model: (_sample(row),)}
        except (ValueError, TypeError, OverflowError) as error:
            raise RecordingError(source, number, str(error)) from error
        yield _question(row, source, number, samples)


def _sample(row: Mapping[str, Any]) -> RecordedSample:
    texts = {name: _text(row, name) for name in ("text", "error", "answer")}
    held: dict[str, Any] = {name: text for name, text in texts.items() if text is not None}
    # In CSV an empty answer is an unknown one; a row that says None means that nothing was readable.
    if "answer" in row and row["answer"] is None:
        held["answer"] = None
    held |= {name: int(row[name]) for name in _WHOLE if _known(row, name) is not None}
    held |= {name: float(row[name]) for name in _REAL if _known(row, name) is not None}
    return parse_sample(held)


def _question(
    row: Mapping[str, Any], source: str, number: int, samples: Mapping[str, tuple[RecordedSample, ...]]
) -> RecordedQuestion:
    try:
        text, gold, given = (_text(row, name) for name in ("question", "gold", "id"))
    except ValueError as error:
        raise RecordingError(source, number, str(error)) from error
    if text is None or not text.strip():
        raise RecordingError(source, number, "it has no `question`")
    return RecordedQuestion(id=given or question_id(text), question=text, gold=gold, samples=samples)


def _known(row: Mapping[str, Any], name: str) -> Any:
    """What the row says under the name; None where that is unknown."""
    value = row.get(name)
    unknown = value is None or (isinstance(value, float) and math.isnan(value))
    return None if unknown or (isinstance(value, str) and not value) else value


def _text(row: Mapping[str, Any], name: str) -> str | None:
    """As a person would write it down.

    Raises:
        ValueError: Nobody could say how.
    """
    value = _known(row, name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | Mapping):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    if isinstance(value, list | tuple | set | frozenset):
        raise ValueError(  # noqa: TRY004  # the caller's data, not the caller's type
            f"{name}={value!r} is a list: give one text; a list that is itself the answer as JSON in a text"
        )
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return str(value)
