"""The command in processes that start at once: its imports are done once, in the one that they fork from."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

# Forked from a process without threads, unlike the test's own.
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(
    [
        *("modelswitch_cli._app", "langchain_modelswitch", "langchain_openai", "langchain_google_genai"),
        # What these import as late as at the first request
        *("anyio._backends._asyncio", "httpcore", "langchain.chat_models", "openai.resources.chat"),
    ]
)


class Command:
    """A running `modelswitch`.

    Args:
        arguments: What follows `modelswitch` on the command line.
        said: Where its standard output and standard error go.
    """

    def __init__(self, arguments: Sequence[str], said: Path) -> None:
        self._said = said
        self._process = _FORKING.Process(target=_run, args=(list(arguments), str(said), dict(os.environ)))
        self._process.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()

    def signal(self, number: int) -> None:
        """Sends it a signal, if it is still there."""
        with suppress(ProcessLookupError):
            os.kill(self._process.pid or 0, number)

    def ended(self) -> tuple[int, str]:
        """Waits for its end: the exit code, as `subprocess` has it, and what it said."""
        self._process.join(60)
        code = self._process.exitcode
        assert code is not None, "it does not end"
        self._process.close()
        return code, self._said.read_text(encoding="utf-8")


def _run(arguments: list[str], said: str, environment: Mapping[str, str]) -> None:
    from modelswitch_cli import main

    os.environ.clear()
    os.environ.update(environment)
    file = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    sys.exit(main(arguments))
