"""Reading a recording line by line, so that it may be larger than memory."""

from __future__ import annotations

import errno
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from modelswitch_core._recorded import RecordedQuestion
from modelswitch_core.recordings._ends import is_json
from modelswitch_core.recordings._format import RecordingError, parse_line

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class RecordingWarning(UserWarning):
    """A line of a recording was left out, or the recording is not finished; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be used.

    Args:
        line: Its number, from 1.
        reason: Why not.
    """

    line: int
    reason: str


def read_recording(path: str | Path, *, skip_bad_lines: bool = False) -> Iterator[RecordedQuestion]:
    """The questions of a recording, one at a time.

    A last line whose end is missing was cut off while it was written: it is left out with a warning, and
    everything before it is read. Empty lines are passed over. A question without an id gets one
    that depends on its text alone.

    Where a journal lies beside the file, the recording was stopped half-way, or is being made: what is in
    the journal alone is not read, and a warning says how to finish.

    Args:
        path: A file of JSON lines.
        skip_bad_lines: Whether other lines that cannot be read are left out with a warning too. Off by
            default: a hole in the middle is no cut, and what stands behind it may be wrong as well.

    Raises:
        RecordingError: A line cannot be read; it is named by number and reason.
        OSError: The file cannot be read.
    """
    if (journal := journal_of(file := Path(path))).exists() and journal.stat().st_size:
        _tell_of(journal, file)
    yield from lines_of_recording(file, skip_bad_lines=skip_bad_lines)


def lines_of_recording(path: Path, *, skip_bad_lines: bool = False) -> Iterator[RecordedQuestion]:
    """As `read_recording`, whether there is a journal or not."""
    for number, found in _lines(path):
        if isinstance(found, RecordedQuestion):
            yield found
        elif found.cut or skip_bad_lines:
            warnings.warn(f"{path}, line {number}, left out: {found.reason}", RecordingWarning, stacklevel=2)
        else:
            raise RecordingError(str(path), number, found.reason)


def journal_of(path: Path) -> Path:
    """Where the samples of a recording in the making are."""
    file = Path(os.path.realpath(path))
    return file.with_name(f"{file.name}.journal")


def _tell_of(journal: Path, path: Path) -> None:
    remedy = (
        f"samples wait in {journal}, as the recording was stopped or is being made: the same modelswitch "
        "record command finishes it, or Journal(path).finish() in Python"
    )
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, f"{os.strerror(errno.ENOENT)}, but {remedy}", str(path))
    warnings.warn(f"{path} is not whole: {remedy}", RecordingWarning, stacklevel=3)


def check_recording(path: str | Path) -> list[Problem]:
    """Everything that is wrong with a recording, by line: what cannot be read, and ids that come twice.

    Args:
        path: A file of JSON lines.

    Raises:
        OSError: The file cannot be read.
    """
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, found in _lines(Path(path)):
        if not isinstance(found, RecordedQuestion):
            problems.append(Problem(number, found.reason))
        elif found.id in seen:
            problems.append(
                Problem(number, f"id {found.id!r} is that of line {seen[found.id]} too: merge them")
            )
        else:
            seen[found.id] = number
    return problems


@dataclass(frozen=True, slots=True)
class _Bad:
    reason: str
    cut: bool


def raw_lines(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Each line that is not empty: its number, from 1, the byte it begins at, and what it holds."""
    place = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            held = line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line
            if held.strip():
                yield number, place, held
            place += len(line)


def _lines(path: Path) -> Iterator[tuple[int, RecordedQuestion | _Bad]]:
    for number, _, line in raw_lines(path):
        try:
            yield number, parse_line(line)
        except ValueError as error:
            cut = not line.endswith(b"\n") and not is_json(line)
            yield number, _Bad(f"{error}{' (the file ends within this line)' if cut else ''}", cut)
