"""Writing recordings: a whole one at once, or one line at the end of one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from modelswitch_core._errors import OptionError
from modelswitch_core._recorded import RecordedQuestion, RecordedSample, recorded_questions
from modelswitch_core._result import SwitchResult
from modelswitch_core.recordings._ends import line_count, mended_end, write_all
from modelswitch_core.recordings._format import RecordingError, format_line, parse_line, question_id
from modelswitch_core.recordings._locking import locked


def write_recording(path: str | Path, questions: Iterable[RecordedQuestion]) -> int:
    """Writes a recording in place of whatever the file held.

    The lines go to a file beside it, which takes its place when all are written: whoever reads meanwhile, or
    after a crash, finds the old recording or the new one, never half of one. The new one has the old one's
    permissions; where the path is a symbolic link, what it points to is replaced.

    Args:
        path: The file.
        questions: Taken one at a time; may read from the very file that is replaced.

    Returns:
        How many questions were written.

    Raises:
        OptionError: The path is a folder or a device, or a path stands where questions are wanted.
        OSError: The file cannot be written.
    """
    given = recorded_questions(questions)
    target = file_of(path)
    beside = target.with_name(f"{target.name}.{os.getpid()}.new")
    written = 0
    try:
        with beside.open("wb", buffering=0) as file:
            for question in given:
                write_all(file, format_line(question))
                written += 1
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return written


def file_of(path: str | Path) -> Path:
    """The file itself, behind symbolic links.

    Raises:
        OptionError: It is there, and no file that can be replaced.
    """
    found = Path(os.path.realpath(path))
    if found.exists() and not found.is_file():
        raise OptionError(f"path={str(path)!r} is a folder or a device: give the name of a file")
    return found


def append_question(path: str | Path, question: RecordedQuestion) -> None:
    """Adds one line to a recording, written in one go; the file is made where there is none.

    A last line that was cut off goes first: nothing could read it, and it would spoil the new one. Processes
    that append at once wait for each other; on Windows, which has no such lock, let one do it at a time.

    Args:
        path: The file.
        question: What to add; a question whose id is there already makes a second line, see `merge`.

    Raises:
        RecordingError: The last line is whole, but no line of a recording; nothing was changed.
        OptionError: The path is a folder or a device.
        OSError: The file cannot be written; it is left as it was.
    """
    line = format_line(question)
    with locked(file_of(path), wait=True) as file:
        try:
            start = mended_end(file, parse_line)
        except ValueError as error:
            raise RecordingError(str(path), line_count(file), str(error)) from error
        write_all(file, start + line)


def append_result(
    path: str | Path,
    question: str,
    result: SwitchResult,
    *,
    gold: str | None = None,
    id: str | None = None,  # noqa: A002  # as the recording calls it
) -> None:
    """Adds what a switch drew for one question to a recording.

    Args:
        path: The file; made where there is none.
        question: The question as the models got it.
        result: A result with its samples (`keep_samples=True`).
        gold: The right answer; None where it is not known.
        id: What tells the question from others; None derives it from the text.

    Raises:
        OptionError: The result is none, or holds no samples.
        RecordingError: The last line is whole, but no line of a recording; nothing was changed.
        OSError: The file cannot be written; it is left as it was.
    """
    append_question(path, recorded_result(question, result, gold=gold, id=id))


def recorded_result(
    question: str,
    result: SwitchResult,
    *,
    gold: str | None = None,
    id: str | None = None,  # noqa: A002  # as the recording calls it
) -> RecordedQuestion:
    """What a switch drew for one question, as a recorded question: texts, the answers as read, failures.

    Args:
        question: The question as the models got it.
        result: A result with its samples (`keep_samples=True`).
        gold: The right answer; None where it is not known.
        id: What tells the question from others; None derives it from the text.

    Raises:
        OptionError: The result is none, or holds no samples.
    """
    if not isinstance(result, SwitchResult):
        raise OptionError(
            f"result is a {type(result).__name__}: give the SwitchResult, which switch_result(message) has"
        )
    if result.samples is None:
        raise OptionError("result.samples is None: make the switch with keep_samples=True to record it")
    samples: dict[str, tuple[RecordedSample, ...]] = {}
    for sample in result.samples:
        name = result.models[sample.model].name
        failed = sample.error is not None
        kept = RecordedSample(
            text=sample.text,
            answer=sample.answer,
            answered=not failed,
            reward=sample.reward,
            input_tokens=sample.input_tokens,
            output_tokens=sample.output_tokens,
            seconds=sample.seconds,
            error=sample.error,
        )
        samples[name] = (*samples.get(name, ()), kept)
    return RecordedQuestion(
        id=question_id(question) if id is None else id, question=question, gold=gold, samples=samples
    )
