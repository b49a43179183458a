"""The deadline of answer comparison: what may take long is asked of a process that can be stopped.

It works on any thread and any event loop, as it needs no signal of the program's: the caller waits for the
process, for a bounded time. The process is started by the first comparison that needs it, used again by all
that follow, replaced when it dies, and ended with the program. A forked child starts its own. It is a
plain interpreter, not `multiprocessing`: that would run the user's `__main__` once more, and is refused in
daemonic processes.

What is not decided in time counts as different. Processor time decides, not the clock, so that a busy machine
changes no answer; the clock is the second line, for a process that does not get to run at all.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import warnings
from pathlib import PurePath

from modelswitch_core.reading._worker import READY, SAME, UNDECIDED

DECIDE_SECONDS = 2.0
"""Processor time of one comparison. The slowest of the 494 pairs of different answers to the 365 MATH
questions among the responses of the ModelSwitch authors took 0.24 s, and the median 0.004 s."""

LEAST_SECONDS = 0.5
"""Each undecided comparison leaves half the time to the next, down to this, and a decided one restores it: so
ten hostile responses, 45 pairs of them, hold a program up for 25 s and not for 90 s."""

_CLOCK_SECONDS = 20.0 if hasattr(signal, "setitimer") else 5.0
"""How long to wait by the clock: on a busy machine two seconds of processor time may take so long. Where the
system limits no processor time, this is the only limit."""

_START_SECONDS = 60.0
"""How long the process may take to load Math-Verify: about one second, more on a busy machine."""

_END_SECONDS = 0.5
"""How long the process may take to end by itself: an idle one needs some milliseconds."""

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from modelswitch_core.reading._worker import main; main()"
)
_UNDECIDED = (
    "comparing two mathematical answers took too long, so they count as different; "
    "undecided_comparisons() says how often that happened"
)
_NO_PROCESS = (
    "the process that compares mathematical answers could not be started, so that only short expressions are "
    "compared by their value, and others as text; undecided_comparisons() says how often that happened"
)


class Comparer:
    """Asks the process. Its methods may be called from any thread; one comparison runs at a time."""

    def __init__(self) -> None:
        self.undecided = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._seconds = DECIDE_SECONDS
        self._can_start = True

    def same(self, a: str, b: str) -> bool:
        """Whether two cleaned expressions are the same; False also where that is not decided in time."""
        with self._lock:
            reply = self._ask(a, b)
            if reply != UNDECIDED:
                self._seconds = DECIDE_SECONDS
                return reply == SAME
            self._seconds = max(self._seconds / 2, LEAST_SECONDS)
            self.undecided += 1
            message = _UNDECIDED if self._can_start else _NO_PROCESS
        warnings.warn(message, RuntimeWarning, stacklevel=2)
        return False

    def close(self) -> None:
        """Ends the process; the next comparison starts another."""
        process, self._process = self._process, None
        if process is not None:
            # The end of its input ends it, and leaves no zombie behind as a kill may.
            _close_pipes(process)
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                _kill(process)
                process.wait()

    def _ask(self, a: str, b: str) -> bytes:
        process = self._running()
        if process is None:
            return UNDECIDED
        request = json.dumps([a, b, self._seconds]).encode() + b"\n"
        return self._exchange(process, request, _CLOCK_SECONDS) or UNDECIDED

    def _running(self) -> subprocess.Popen[bytes] | None:
        """The process, started where there is none; None where none can be had."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        if not self._can_start:
            return None
        self._process = _started()
        if self._process is None or self._exchange(self._process, b"", _START_SECONDS) != READY:
            self.close()
            self._can_start = False
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes, seconds: float) -> bytes:
        """The reply to a request; empty where the process died, or was stopped because the time was up."""
        assert process.stdin is not None
        assert process.stdout is not None
        reply = b""
        try:
            clock = threading.Timer(seconds, _kill, [process])
            clock.daemon = True
            clock.start()
            try:
                process.stdin.write(request)
                reply = process.stdout.read(1)
            finally:
                clock.cancel()
        except (OSError, RuntimeError):  # the pipe is broken; no more threads to be had
            reply = b""
        finally:
            # Also where the caller was interrupted: a late reply would be taken for the next one's.
            if not reply:
                self.close()
        return reply

    def _forget(self) -> None:
        """Starts afresh, as a forked child must: the process and whoever holds the lock are its parent's."""
        process, self._process = self._process, None
        if process is not None:
            _close_pipes(process)
            process.returncode = 0  # or Python would warn that nobody waited for it
        self._lock = threading.Lock()
        self._seconds = DECIDE_SECONDS
        self._can_start = True


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and the children it computes in; one that has ended already is left alone."""
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _started() -> subprocess.Popen[bytes] | None:
    """A new process; None where this program is no plain interpreter, or where none may be started."""
    name = PurePath(sys.executable or "").name.casefold()
    # A frozen or embedding program would be run once more in place of an interpreter.
    if getattr(sys, "frozen", False) or not name.startswith(("python", "pypy")):
        return None
    try:
        return subprocess.Popen(  # noqa: S603 -- the interpreter itself, with a program written here
            # Isolated from the environment's Python settings, with this program's own paths.
            [sys.executable, "-I", "-c", _PROGRAM, json.dumps([str(path) for path in sys.path])],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # A group of its own, to be killed as one and to hear of no keyboard's interrupt.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError, RuntimeError):
        return None


COMPARER = Comparer()
"""That of this process of the user's."""

atexit.register(COMPARER.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=COMPARER._forget)


def undecided_comparisons() -> int:
    """How many comparisons of mathematical answers this program could not decide in time.

    They count as different. The first one also warns (`RuntimeWarning`). A pair that is asked about again
    while it is remembered is not counted again.
    """
    return COMPARER.undecided
