"""The process in which mathematics is compared: it can be stopped, and whatever it breaks is its own.

It reads a request a line, `["a", "b", seconds]` as JSON, and writes one character for each: see the names
below. Where the system can fork, each comparison runs in a child that has Math-Verify loaded already and
that the system itself stops when it has used up its processor time, whatever it computes; the next child
is there at once. The end of the input ends it all.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO

READY, SAME, DIFFERENT, UNDECIDED = b"r", b"=", b"/", b"?"

_MOST_MEMORY_BYTES = 2 * 1024**3
"""Address space of the process. Our own value: SymPy with Math-Verify maps a quarter of it."""


def serve(requests: BinaryIO, replies: BinaryIO, compare: Callable[[str, str], bool]) -> None:
    """Answers requests until there are no more.

    Args:
        requests: Must be unbuffered, so that what one process leaves is there for the next.
        replies: Must be unbuffered as well.
        compare: Decides whether two expressions are the same.
    """
    while line := requests.readline():
        a, b, seconds = json.loads(line)
        limit_processor_time(seconds)
        try:
            reply = SAME if compare(a, b) else DIFFERENT
        except Exception:  # noqa: BLE001 -- out of memory, most likely: that is not decided
            reply = UNDECIDED
        limit_processor_time(0)
        replies.write(reply)


def serve_in_children(requests: BinaryIO, replies: BinaryIO, compare: Callable[[str, str], bool]) -> None:
    """As `serve`, in a child. When the system stops it over a request, that is undecided; the next begins."""
    while True:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                serve(requests, replies, compare)
                status = 0
            finally:
                os._exit(status)
        _, outcome = os.waitpid(child, 0)
        # Whatever else ended it may have done so between two requests, when no reply is due.
        if os.waitstatus_to_exitcode(outcome) != -signal.SIGPROF:
            return
        replies.write(UNDECIDED)


def limit_processor_time(seconds: float) -> None:
    """Has the system end this process after so much more processor time; 0 takes the limit back."""
    # Not everywhere; where it is missing, the process that asks stops this one by the clock.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def main() -> None:
    """Serves standard input and output."""
    _limit_memory()
    requests, replies = os.fdopen(os.dup(0), "rb", buffering=0), os.fdopen(os.dup(1), "wb", buffering=0)
    sys.stdout = sys.stderr  # nothing else may write among the replies
    from modelswitch_core.reading._math_values import verified

    verified("x", "y")  # loads Math-Verify and builds its tables, before anybody's time runs
    replies.write(READY)
    serving = serve_in_children if hasattr(os, "fork") else serve
    serving(requests, replies, verified)
    os._exit(0)  # taking SymPy down in good order would hold up the end of the program


def _limit_memory() -> None:
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = _MOST_MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(hard, _MOST_MEMORY_BYTES)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    except (ImportError, OSError, ValueError):
        return  # not every system has such a limit


if __name__ == "__main__":
    main()
