"""A file that one process has for itself."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from modelswitch_core._errors import ModelSwitchError


class RecordingBusyError(ModelSwitchError):
    """Another process is making the same recording."""

    retryable = True


def locked(path: Path, *, wait: bool = False) -> io.FileIO:
    """The file, made where there is none, open to read and to append, and no other process's meanwhile.

    The operating system lets go of it when the process ends, however it ends.

    Args:
        path: The file.
        wait: Whether to wait for a process that has it.

    Raises:
        RecordingBusyError: Another process has it, and is not waited for.
        OSError: It cannot be opened.
    """
    while True:
        file = path.open("a+b", buffering=0)
        try:
            _lock(file, wait=wait)
        except BlockingIOError as error:
            file.close()
            raise RecordingBusyError(
                f"{path} is in use: another process is making this recording; wait for it, or stop it"
            ) from error
        # The one who had it may have removed it after it was opened here: what is written to it is lost.
        if path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
            return file
        file.close()


def _lock(file: io.FileIO, *, wait: bool) -> None:
    # Windows knows no such lock; there, two processes at once are not noticed.
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
