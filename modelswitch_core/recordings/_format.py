"""One line of a recording: what it may hold, and how it becomes a `RecordedQuestion` and back.

What is unknown is left out of a line. Fields that are not ours are notes: a recording may carry its own, on a
question and on a sample, and keeps them when it is added to.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from modelswitch_core._errors import ModelSwitchError, OptionError
from modelswitch_core._recorded import RecordedQuestion, RecordedSample

_Tokens = Annotated[int, Field(ge=0)] | None


class RecordingError(ModelSwitchError, ValueError):
    """A recording, or a list of questions, holds something that cannot be used.

    Args:
        path: Which file.
        line: Which line, from 1.
        reason: What is wrong with it.
    """

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason

    def __reduce__(self) -> tuple[type[RecordingError], tuple[str, int, str]]:
        return type(self), (self.path, self.line, self.reason)


class _Line(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False, extra="allow")


class _SampleLine(_Line):
    text: str | None = None
    answer: str | None = None
    reward: float | None = None
    input_tokens: _Tokens = None
    output_tokens: _Tokens = None
    seconds: Annotated[float, Field(ge=0.0)] | None = None
    error: str | None = None


class _QuestionLine(_Line):
    id: str | None = None
    question: str | None = None
    gold: str | None = None
    samples: dict[str, tuple[_SampleLine, ...]] = {}


class _IdLine(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")
    id: str | None = None
    question: str | None = None


def id_of_line(line: bytes) -> str | None:
    """The id of the question that a line holds, several times faster than `parse_line`; None without one."""
    try:
        held = _IdLine.model_validate_json(line.rstrip(b"\r\n"))
    except ValidationError:
        return None
    if held.id is None:
        return question_id(held.question) if held.question else None
    return held.id


def parse_line(line: bytes) -> RecordedQuestion:
    """The question that a line holds.

    Raises:
        ValueError: It holds none; the message is the reason alone, without the line's number.
    """
    try:
        # Its end belongs to no line: what is missing is then said of this one, not of an empty next one.
        held = _QuestionLine.model_validate_json(line.rstrip(b"\r\n"))
    except ValidationError as error:
        raise ValueError(_reason(error)) from error
    question = held.question or ""
    if held.id is None and not question:
        raise ValueError("it has neither an id nor a question; give one of them")
    return RecordedQuestion(
        id=question_id(question) if held.id is None else held.id,
        question=question,
        gold=held.gold,
        samples={
            model: tuple(_sample(sample, f"samples.{model}.{place}") for place, sample in enumerate(samples))
            for model, samples in held.samples.items()
        },
        notes=_notes(held),
    )


def format_line(question: RecordedQuestion) -> bytes:
    """The question as one line, its end included. Lone surrogates, which no file can hold, become "?".

    Raises:
        OptionError: It is no recorded question, or holds what no recording may: it could not be read again.
    """
    if not isinstance(question, RecordedQuestion):
        raise OptionError(f"question={question!r:.60} must be a RecordedQuestion")
    held: dict[str, Any] = {"id": question.id}
    if question.question:
        held["question"] = question.question
    if question.gold is not None:
        held["gold"] = question.gold
    held["samples"] = {
        model: [format_sample(sample) for sample in samples] for model, samples in question.samples.items()
    }
    try:
        line = json_line(held | _foreign(question.notes, _QuestionLine))
        parse_line(line)
    except (TypeError, ValueError) as error:
        raise OptionError(
            f"question with id={question.id!r} cannot be recorded, as nobody could read it again: {error}"
        ) from error
    return line


def parse_sample(held: Any) -> RecordedSample:
    """One sample from its JSON object.

    Raises:
        ValueError: It is none; the message is the reason.
    """
    try:
        return _sample(_SampleLine.model_validate(held), "sample")
    except ValidationError as error:
        raise ValueError(_reason(error)) from error


def format_sample(sample: RecordedSample) -> dict[str, Any]:
    """One sample as a JSON object, without what is unknown.

    Raises:
        OptionError: It is no recorded sample.
    """
    if not isinstance(sample, RecordedSample):
        raise OptionError(f"sample={sample!r:.60} must be a RecordedSample")
    held: dict[str, Any] = {} if sample.text is None else {"text": sample.text}
    if sample.answered:
        held["answer"] = sample.answer
    for name in ("reward", "input_tokens", "output_tokens", "seconds", "error"):
        value = getattr(sample, name)
        if value is not None:
            held[name] = value
    return held | _foreign(sample.notes, _SampleLine)


def json_line(held: Any) -> bytes:
    """A JSON value as one line of UTF-8.

    Raises:
        ValueError: It holds a number that is not finite, which JSON cannot.
    """
    return json.dumps(held, ensure_ascii=False, allow_nan=False).encode(errors="replace") + b"\n"


def question_id(question: str) -> str:
    """An id for a question that brings none: the same text has the same one, wherever it stands."""
    return "q-" + hashlib.sha256(question.encode(errors="replace")).hexdigest()[:12]


def _sample(held: _SampleLine, where: str) -> RecordedSample:
    answered = "answer" in held.model_fields_set
    if held.text is None and held.error is None and not answered:
        raise ValueError(f"{where}: it has neither a text nor an answer nor an error; give one of them")
    return RecordedSample(
        text=held.text,
        answer=held.answer,
        answered=answered,
        reward=held.reward,
        input_tokens=held.input_tokens,
        output_tokens=held.output_tokens,
        seconds=held.seconds,
        error=held.error,
        notes=_notes(held),
    )


def _notes(held: _Line) -> dict[str, Any] | None:
    """What a line says under other names, as JSON can hold it."""
    return _finite(held.model_extra) or None


def _foreign(notes: Mapping[str, Any] | None, line: type[_Line]) -> dict[str, Any]:
    """The notes, but none under a name of ours, where it would mean something."""
    return {name: value for name, value in (notes or {}).items() if name not in line.model_fields}


def _finite(value: Any) -> Any:
    """The value with null for numbers that are not finite, which JSON does not know."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(place) for place in first["loc"])
    # A line is all the parser sees: its own "line 1" would contradict ours.
    said = first["msg"].replace("at line 1 column", "at column")
    return f"{where}: {said}" if where else said
