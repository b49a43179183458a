"""The provider server in a process of its own, so that its work is not counted as the client's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

_ROOT = Path(__file__).resolve().parents[2]
_STOP_SECONDS = 5


class ServerProcess:
    """`python -m tests.wire` as a context manager.

    Args:
        arguments: Options of the command line, say "--latency-seconds", "0.2".
    """

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        # Its standard input is ours: should this process die without a word, the server sees it closed and
        # ends.
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.wire", "--end-with-stdin", *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
        )
        self._process = process
        assert process.stdout is not None
        self.url = process.stdout.readline().strip()
        if not self.url:
            self.__exit__(None, None, None)
            raise RuntimeError(
                f"the server did not start with the options {list(self._arguments)}; see its errors above"
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        # Leaving Popen's own context closes the pipes and waits.
        with process:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
