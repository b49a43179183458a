"""A recording in the making: every sample is in a file as soon as it is there.

Samples arrive in any order, so they go to a journal beside the recording, one line each, written in one go.
When all are there, the recording is written from what it held before and from the journal, beside itself;
then the journal says "applied", the new recording takes its place, and the journal goes. Whoever comes after
a crash, at whatever point, finds all samples, and none twice:

- no "applied": a half-written new recording is thrown away, and the journal goes on;
- "applied": the new recording is whole; it takes its place unless it already has, and the journal goes.
"""

from __future__ import annotations

import glob
import io
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from modelswitch_core._errors import OptionError
from modelswitch_core._failures import describe
from modelswitch_core._recorded import RecordedQuestion, RecordedSample
from modelswitch_core.recordings._ends import mended_end, write_all
from modelswitch_core.recordings._format import RecordingError, format_sample, json_line, parse_sample
from modelswitch_core.recordings._locking import locked
from modelswitch_core.recordings._merge import merge
from modelswitch_core.recordings._read import journal_of, lines_of_recording
from modelswitch_core.recordings._write import file_of, write_recording

_APPLIED = {"applied": True}


class Journal:
    """See the module. `with Journal(path) as journal:`; leaving it without `finish` keeps what there is.

    Not for several threads: one loop adds to it.

    Args:
        path: The recording that is made or added to; the journal lies beside it as `….journal`.

    Raises:
        RecordingBusyError: Another process has it open.
        RecordingError: The recording or the journal holds a line that cannot be read.
        OptionError: The path is a folder or a device.
        OSError: A file cannot be read or written.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = file_of(path)
        self._beside = self._path.with_name(f"{self._path.name}.new")
        self._journal = journal_of(self._path)
        self._questions: dict[str, RecordedQuestion] = {}
        self._samples: dict[tuple[str, str], dict[int, RecordedSample]] = {}
        # How many draws the recording held when it was read, so that those appended since are told from them.
        self._held: dict[tuple[str, str], int] = {}
        self._file = locked(self._journal)
        try:
            self._recover()
            self._load()
        except BaseException:
            self._leave()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def begin(self, question: RecordedQuestion) -> None:
        """Takes a question in, before its samples; one that is known may bring the gold answer.

        Raises:
            OptionError: Its id stands for another question, or it has another gold answer.
        """
        known = self._questions.get(question.id)
        bare = RecordedQuestion(id=question.id, question=question.question, gold=question.gold, samples={})
        (agreed,) = merge([bare] if known is None else [known, bare])
        if agreed != known:
            self._questions[question.id] = agreed
            held = {"id": agreed.id, "question": agreed.question, "gold": agreed.gold}
            told = {name: value for name, value in held.items() if value is not None}
            write_all(self._file, json_line(told))

    def missing(self, question: RecordedQuestion, model: str, wanted: int) -> list[int]:
        """The numbers, in draw order from 0, of the draws still to be made; a failed draw is made again.

        Args:
            question: Which question.
            model: Which model.
            wanted: How many samples there are to be, failed draws not counted.
        """
        there = self._samples.get((question.id, model), {})
        left = wanted - sum(sample.error is None for sample in there.values())
        free = (number for number in range(len(there) + max(0, left)) if number not in there)
        return [number for number, _ in zip(free, range(left), strict=False)]

    def add(self, question: RecordedQuestion, model: str, number: int, sample: RecordedSample) -> None:
        """Writes a sample down.

        Raises:
            OptionError: That draw is there already.
        """
        there = self._samples.setdefault((question.id, model), {})
        if number in there:
            raise OptionError(f"number={number!r} of {model!r} on question {question.id!r} is there already")
        held = {"id": question.id, "model": model, "number": number, "sample": format_sample(sample)}
        write_all(self._file, json_line(held))
        there[number] = sample

    def finish(self) -> None:
        """Writes the recording and ends the journal; what was appended to the recording meanwhile is kept."""
        with locked(self._path, wait=True):
            self._take_in_what_came()
            write_recording(self._beside, self._recorded())
            shutil.copymode(self._path, self._beside)
            write_all(self._file, json_line(_APPLIED))
            os.fsync(self._file.fileno())
            self._apply()
        self._journal.unlink()
        self._file.close()

    def _leave(self) -> None:
        """Closes the journal; one that holds nothing is no sign of anything left to do."""
        if self._file.closed:
            return
        if not self._file.seek(0, os.SEEK_END):
            self._journal.unlink(missing_ok=True)
        self._file.close()

    def _take_in_what_came(self) -> None:
        for question in merge(lines_of_recording(self._path)):
            known = self._questions.get(question.id)
            (self._questions[question.id],) = merge([question] if known is None else [known, question])
            for model, samples in question.samples.items():
                there = self._samples.setdefault((question.id, model), {})
                for sample in samples[self._held.get((question.id, model), 0) :]:
                    there[max(there, default=-1) + 1] = sample

    def _apply(self) -> None:
        if self._beside.exists():
            self._beside.replace(self._path)

    def _recover(self) -> None:
        lines = list(self._lines())
        if lines and lines[-1] == _APPLIED:
            self._apply()
            self._file.truncate(0)
        else:
            self._beside.unlink(missing_ok=True)
        for half in self._path.parent.glob(f"{glob.escape(self._beside.name)}.*.new"):
            half.unlink()
        write_all(self._file, mended_end(self._file, json.loads))

    def _load(self) -> None:
        if self._path.exists():
            for question in merge(lines_of_recording(self._path)):
                self._questions[question.id] = question
                for model, samples in question.samples.items():
                    self._samples[question.id, model] = dict(enumerate(samples))
                    self._held[question.id, model] = len(samples)
        for number, held in enumerate(self._lines(), 1):
            try:
                self._take(held)
            except (KeyError, TypeError, ValueError) as error:
                raise RecordingError(
                    str(self._journal), number, f"it is no line of a journal: {error}"
                ) from error

    def _take(self, held: Any) -> None:
        if "sample" in held:
            there = self._samples.setdefault((held["id"], held["model"]), {})
            there[held["number"]] = parse_sample(held["sample"])
        else:
            told = RecordedQuestion(
                id=held["id"], question=held["question"], gold=held.get("gold"), samples={}
            )
            known = self._questions.get(told.id)
            self._questions[told.id] = (
                told if known is None else replace(known, question=told.question, gold=told.gold)
            )

    def _lines(self) -> Iterator[Any]:
        self._file.seek(0)
        for number, line in enumerate(io.BytesIO(self._file.read()), 1):
            try:
                yield json.loads(line)
            except ValueError as error:
                if line.endswith(b"\n"):
                    raise RecordingError(str(self._journal), number, f"it is no JSON: {error}") from error

    def _recorded(self) -> Iterable[RecordedQuestion]:
        of: dict[str, dict[str, tuple[RecordedSample, ...]]] = {}
        for (id_, model), samples in self._samples.items():
            of.setdefault(id_, {})[model] = tuple(samples[number] for number in sorted(samples))
        for question in self._questions.values():
            yield replace(question, samples=of.get(question.id, {}))


def failed_draw(error: BaseException, *, seconds: float | None = None) -> RecordedSample:
    """A failed draw as a recording keeps it: one line that says why, with what looks like a key struck out.

    Args:
        error: What was raised.
        seconds: How long it took to fail; None where not known.
    """
    return RecordedSample(error=describe(error), seconds=seconds)
