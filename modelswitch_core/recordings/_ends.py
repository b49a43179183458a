"""The end of a file of lines, which a crash may have cut."""

from __future__ import annotations

import errno
import io
import json
import os
from collections.abc import Callable

_BLOCK_BYTES = 64 * 1024


def mended_end(file: io.FileIO, parse: Callable[[bytes], object]) -> bytes:
    """Leaves the file at the end of a line, or says what must come first for it to be there.

    Args:
        file: Open for reading and for appending. A last line that is only half there is cut off.
        parse: Reads a line; raises ValueError where it cannot.

    Raises:
        ValueError: The last line is whole, but cannot be read, or is none of ours: cutting it off would lose
            what somebody wrote.

    Returns:
        What to write in front of the next line: nothing, or the end that a whole last line lacks.
    """
    size = file.seek(0, os.SEEK_END)
    tail = b""
    while size > len(tail) and b"\n" not in tail:
        start = max(0, size - len(tail) - _BLOCK_BYTES)
        file.seek(start)
        tail = file.read(size - len(tail) - start) + tail
    last = tail[tail.rfind(b"\n") + 1 :]
    if not last.strip():
        return b""
    try:
        parse(last)
    except ValueError:
        # Cut off is the beginning of an object whose end is missing; anything else somebody meant.
        if not last.startswith(b"{") or is_json(last):
            raise
        file.truncate(size - len(last))
        return b""
    return b"\n"


def is_json(line: bytes) -> bool:
    """Whether it is JSON from end to end, which no line of a recording is that was cut off.

    JSON that is nested too deeply to be read counts as whole: nobody can tell, and nothing is lost by it.
    """
    try:
        json.loads(line.decode(errors="replace"))
    except ValueError:
        return False
    except RecursionError:
        return True
    return True


def write_all(file: io.FileIO, written: bytes) -> None:
    """Writes it all, or leaves the file as it was.

    Args:
        file: Open for appending, without a buffer; nobody else writes to it meanwhile.
        written: What to write.

    Raises:
        OSError: There was no room for it; it names the file.
    """
    before = file.seek(0, os.SEEK_END)
    rest = memoryview(written)
    try:
        while rest:
            done = file.write(rest)
            if not done:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            rest = rest[done:]
    except OSError as error:
        file.truncate(before)
        raise OSError(error.errno, error.strerror, str(file.name)) from error


def line_count(file: io.FileIO) -> int:
    """How many lines the file has, one without an end included."""
    file.seek(0)
    lines, ended = 0, True
    while block := file.read(_BLOCK_BYTES):
        lines += block.count(b"\n")
        ended = block.endswith(b"\n")
    return lines + (not ended)
