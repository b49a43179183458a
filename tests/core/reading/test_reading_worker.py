"""The process in which comparisons that may be slow are made."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from modelswitch_core.reading import _worker
from modelswitch_core.reading._math_values import verified

ROOT = Path(__file__).parents[3]
POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")


def served(
    requests: list[tuple[str, str]], compare: Callable[[str, str], bool], monkeypatch: pytest.MonkeyPatch
) -> tuple[bytes, list[float]]:
    limits: list[float] = []
    # The real limit would stop the test's own process.
    monkeypatch.setattr(_worker, "limit_processor_time", limits.append)
    lines = b"".join(json.dumps([a, b, 1.5]).encode() + b"\n" for a, b in requests)
    replies = io.BytesIO()
    _worker.serve(io.BytesIO(lines), replies, compare)
    return replies.getvalue(), limits


def test_one_reply_for_each_request_each_under_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(a: str, b: str) -> bool:
        raise MemoryError

    assert served([("x+1", "1+x"), ("x", "y")], verified, monkeypatch) == (b"=/", [1.5, 0, 1.5, 0])
    assert served([("x", "x")], out_of_memory, monkeypatch) == (b"?", [1.5, 0])
    assert served([], verified, monkeypatch) == (b"", [])


def in_another_process(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
    )
    return f"{done.returncode} {done.stdout.strip()}"


@POSIX
def test_the_system_itself_ends_a_process_whose_time_is_up() -> None:
    program = (
        "from modelswitch_core.reading import _worker; _worker.limit_processor_time(0.01)\nwhile True: pass"
    )
    assert in_another_process(program) == f"{-signal.SIGPROF} "


@POSIX
def test_memory_is_limited() -> None:
    program = """
from modelswitch_core.reading import _worker
_worker._limit_memory()
try:
    bytearray(3 * 1024**3)
except MemoryError:
    print("refused")
"""
    assert in_another_process(program) == "0 refused"


@POSIX
@pytest.mark.parametrize("end", ["SIGKILL", "SIGPROF"])
def test_only_a_child_whose_time_was_up_owes_a_reply(end: str) -> None:
    program = f"""
import io, os, signal, sys
from modelswitch_core.reading import _worker
def serve(requests, replies, compare):
    if requests.readline():
        os.kill(os.getpid(), signal.{end})
_worker.serve = serve
read, write = os.pipe()
os.write(write, b"one request")
os.close(write)
out = os.fdopen(1, "wb", buffering=0)
_worker.serve_in_children(os.fdopen(read, "rb", buffering=0), out, None)
"""
    assert in_another_process(program) == ("0 ?" if end == "SIGPROF" else "0 ")


class Exited(BaseException):
    """Stands for the end of a process."""


def test_a_child_serves_until_the_input_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    statuses: list[int] = []

    def exits(status: int) -> None:
        statuses.append(status)
        raise Exited

    monkeypatch.setattr(_worker, "limit_processor_time", lambda seconds: None)
    monkeypatch.setattr(os, "fork", lambda: 0, raising=False)
    monkeypatch.setattr(os, "_exit", exits)
    replies = io.BytesIO()
    with pytest.raises(Exited):
        _worker.serve_in_children(io.BytesIO(b'["a", "a", 1]\n'), replies, str.__eq__)
    assert (replies.getvalue(), statuses) == (b"=", [0])
    with pytest.raises(Exited):
        _worker.serve_in_children(io.BytesIO(b"no request\n"), replies, str.__eq__)
    assert statuses == [0, 1]


@POSIX
def test_its_parent_replies_for_a_child_whose_time_was_up(monkeypatch: pytest.MonkeyPatch) -> None:
    statuses = [signal.SIGPROF, signal.SIGPROF, 0]
    monkeypatch.setattr(os, "fork", lambda: 7)
    monkeypatch.setattr(os, "waitpid", lambda child, options: (child, int(statuses.pop(0))))
    replies = io.BytesIO()
    _worker.serve_in_children(io.BytesIO(), replies, str.__eq__)
    assert replies.getvalue() == b"??"
