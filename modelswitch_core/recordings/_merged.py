"""A recording with all lines of a question put together, without holding it in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from modelswitch_core._recorded import RecordedQuestion
from modelswitch_core.recordings._format import id_of_line, parse_line
from modelswitch_core.recordings._merge import merge
from modelswitch_core.recordings._read import raw_lines, read_recording


def read_merged(path: str | Path, *, skip_bad_lines: bool = False) -> Iterator[RecordedQuestion]:
    """The questions of a recording, one at a time, as `merge(read_recording(path))` has them.

    A recording that several runs appended to may hold a question on several lines. So the file is read
    twice, first for the ids alone: what is kept in memory is an id and a number for each line, and the
    samples of one question. Of a pipe, which can be read only once, everything is kept.

    Args:
        path: A file of JSON lines.
        skip_bad_lines: As in `read_recording`.

    Raises:
        RecordingError: A line cannot be read; it is named by number and reason.
        OptionError: The same id stands for two questions, or a question has two gold answers.
        OSError: The file cannot be read.
    """
    file = Path(path)
    questions = read_recording(file, skip_bad_lines=skip_bad_lines)
    if not file.is_file():
        yield from merge(questions)
        return
    later = _later_lines(file)
    merged: set[str] = set()
    with file.open("rb") as lines:
        for question in questions:
            if question.id not in later:
                yield question
            elif question.id not in merged:
                merged.add(question.id)
                yield from merge([question, *_at(lines, later[question.id])])


def _later_lines(path: Path) -> dict[str, list[int]]:
    """For each id that comes again, where in the file its second, third, … line begins."""
    seen: set[str] = set()
    later: dict[str, list[int]] = {}
    for _, place, line in raw_lines(path):
        known = id_of_line(line)
        if known in seen:
            later.setdefault(known, []).append(place)
        elif known is not None:
            seen.add(known)
    return later


def _at(lines: BinaryIO, places: Iterable[int]) -> Iterator[RecordedQuestion]:
    for place in places:
        lines.seek(place)
        # A line that cannot be read is spoken of when its turn comes.
        with suppress(ValueError):
            yield parse_line(lines.readline())
