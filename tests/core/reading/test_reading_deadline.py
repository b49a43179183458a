"""The deadline of answer comparison, with the real process: any thread and loop, forks and exits."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from modelswitch_core import Answer
from modelswitch_core.reading import _deadline, math_reader
from modelswitch_core.reading._deadline import DECIDE_SECONDS, LEAST_SECONDS, Comparer
from modelswitch_core.reading._math_bounds import is_quick, is_tractable

ROOT = Path(__file__).parents[3]
POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
# An identity whose sides Math-Verify expands for minutes.
SLOW = (r"(x+y+z+w)^{29}", r"(x+y+z-w)^{29}+1")
SAME = (r"\sin^2(x)", r"1-\cos^2(x)")
DIFFERENT = (r"\sin^2(x)", r"2-\cos^2(x)")
# The process as it is, save that it compares texts: loading Math-Verify is most of what its start takes.
TEXTS = """
import json, sys; sys.path[:] = json.loads(sys.argv[1])
from modelswitch_core.reading import _math_values
_math_values.verified = str.__eq__
from modelswitch_core.reading._worker import main; main()
"""
EQUAL, UNEQUAL = ("x", "x"), ("x", "y")


@pytest.fixture(scope="module")
def shared() -> Iterator[Comparer]:
    """One process for the tests that do it no harm: starting it takes a second."""
    comparer = Comparer()
    yield comparer
    comparer.close()


@pytest.fixture
def of_texts() -> Iterator[None]:
    """For tests of what befalls a process, whatever it compares."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_deadline, "_PROGRAM", TEXTS)
        yield


@pytest.fixture
def own(of_texts: None) -> Iterator[Comparer]:
    comparer = Comparer()
    yield comparer
    comparer.close()


def pid_of(comparer: Comparer) -> int:
    assert comparer._process is not None
    return comparer._process.pid


def test_it_decides_what_needs_no_deadline_to_be_decided(shared: Comparer) -> None:
    before = shared.undecided
    assert shared.same(*SAME)
    assert not shared.same(*DIFFERENT)
    assert shared.undecided == before


def test_what_takes_too_long_is_different_and_counted(shared: Comparer) -> None:
    assert all(map(is_tractable, SLOW))
    before, shared._seconds = shared.undecided, LEAST_SECONDS
    for count in (1, 2):
        with pytest.warns(RuntimeWarning, match="took too long, so they count as different"):
            assert not shared.same(*SLOW)
        assert shared.undecided == before + count
    pid = pid_of(shared)
    shared._seconds = DECIDE_SECONDS
    assert shared.same(*SAME)
    assert pid_of(shared) == pid


def test_time_halves_while_nothing_is_decided_and_is_restored_by_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    comparer, replies = Comparer(), [b"?", b"?", b"?", b"?", b"/", b"?"]
    asked: list[float] = []

    def exchange(a: str, b: str) -> bytes:
        asked.append(comparer._seconds)
        return replies.pop(0)

    monkeypatch.setattr(comparer, "_ask", exchange)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(6):
            assert not comparer.same("a", "b")
    assert asked == [DECIDE_SECONDS, 1.0, 0.5, LEAST_SECONDS, LEAST_SECONDS, DECIDE_SECONDS]


def test_the_reader_asks_it_and_only_for_what_may_be_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[set[str]] = []

    def same(a: str, b: str) -> bool:
        asked.append({a, b})
        return True

    monkeypatch.setattr("modelswitch_core.reading._math_values.COMPARER.same", same)
    reader = math_reader()
    assert reader.same(Answer(r"\frac{6}{14}", None), Answer(r"\frac{3}{7}", None))
    assert asked == []
    assert reader.same(Answer(r"\tan(q)^2", None), Answer("q^5", None))
    assert asked == [{r"\tan(q)^2", "q^5"}]


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{1}{2}", "x=3", r"2\sqrt{3}", "(1,2)", "(x+1)^2", r"x^2+2x+1", "-7", "3.25", r"\text{Anna}",
        r"\frac{\pi}{6}", r"[0,\infty)", "5x-3y",
    ],
)  # fmt: skip
def test_what_most_answers_are_is_quick(text: str) -> None:
    assert is_quick(text)


@pytest.mark.parametrize(
    "text",
    [
        "x+y=3", "x=y", "x=1,y=2", "y=3y^{-1}", r"\sin(x)", r"\begin{pmatrix}1\\2\end{pmatrix}", "x^{10}",
        "2^10", "(x+1)^2(x+2)^2", "xy", "x+y+z", "x<3", "5!", r"\sqrt{1+\sqrt{2+\sqrt{3}}}", "1+" * 11 + "1",
        " " * 61, "9^9^9", r"\log 2",
    ],
)  # fmt: skip
def test_what_may_be_slow_is_not_quick(text: str) -> None:
    assert not is_quick(text)


def test_on_every_thread_at_once(shared: Comparer) -> None:
    found: list[bool] = []

    def ask(number: int) -> None:
        right = shared.same(rf"\sin(x+{number})", rf"\sin({number}+x)")
        wrong = shared.same(rf"\sin(x+{number})", rf"\sin({number + 1}+x)")
        found.append(right and not wrong)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 8


async def test_on_an_event_loop(shared: Comparer) -> None:
    assert shared.same(*SAME)
    assert await asyncio.to_thread(shared.same, *SAME)


@POSIX
def test_a_process_that_dies_between_two_comparisons_is_replaced(own: Comparer) -> None:
    assert own.same(*EQUAL)
    pid = pid_of(own)
    os.kill(pid, signal.SIGKILL)
    assert own._process is not None
    own._process.wait()
    assert own.same(*EQUAL)
    assert pid_of(own) != pid
    assert own.undecided == 0


@POSIX
def test_a_process_that_does_not_get_to_run_is_stopped_by_the_clock(
    own: Comparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own.same(*EQUAL)
    monkeypatch.setattr(_deadline, "_CLOCK_SECONDS", 0.05)
    os.killpg(pid_of(own), signal.SIGSTOP)
    with pytest.warns(RuntimeWarning, match="took too long"):
        assert not own.same(*EQUAL)
    monkeypatch.undo()
    assert own.same(*EQUAL)


@POSIX
def test_an_interrupted_caller_leaves_no_late_reply_behind(
    own: Comparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own.same(*EQUAL)

    def interrupted(self: threading.Timer) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(threading.Timer, "start", interrupted)
        with pytest.raises(KeyboardInterrupt):
            own.same(*EQUAL)
    assert own._process is None
    assert not own.same(*UNEQUAL)


@POSIX
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_has_a_process_of_its_own(of_texts: None) -> None:
    with closing(_deadline.COMPARER) as comparer:
        assert comparer.same(*EQUAL)
        child = os.fork()
        if child == 0:
            right = comparer._process is None and comparer.same(*EQUAL) and not comparer.same(*UNEQUAL)
            comparer.close()
            os._exit(0 if right else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert comparer.same(*EQUAL)


def _in_a_daemonic_process(replies: "multiprocessing.Queue[bool]") -> None:
    replies.put(_deadline.COMPARER.same(*SAME))
    _deadline.COMPARER.close()


def test_in_a_daemonic_process() -> None:
    context = multiprocessing.get_context("spawn")
    replies: multiprocessing.Queue[bool] = context.Queue()
    process = context.Process(target=_in_a_daemonic_process, args=(replies,), daemon=True)
    process.start()
    assert replies.get(timeout=60)
    process.join()


ASK = f"""
from modelswitch_core import Answer
from modelswitch_core.reading import math_reader, _deadline
print(math_reader().same(Answer({SAME[0]!r}, None), Answer({SAME[1]!r}, None)))
print(_deadline.COMPARER._process.pid)
"""


@pytest.mark.parametrize("how", ["-c", "a script", "standard input"])
def test_programs_are_not_run_twice_and_leave_nothing_behind(how: str, tmp_path: Path) -> None:
    script = tmp_path / "user.py"
    script.write_text(ASK)
    words = {"-c": ["-c", ASK], "a script": [str(script)], "standard input": ["-"]}[how]
    done = subprocess.run(
        [sys.executable, *words],
        input=ASK if how == "standard input" else "",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stderr == ""
    told, pid = done.stdout.split()
    assert told == "True"
    if hasattr(os, "killpg"):
        with pytest.raises(ProcessLookupError):
            os.killpg(int(pid), 0)


@pytest.mark.parametrize("name", ["", "/usr/sbin/uwsgi", "/nowhere/python3"])
def test_where_no_process_can_be_had_it_says_so(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", name)
    comparer = Comparer()
    for count in (1, 2):
        with pytest.warns(RuntimeWarning, match="could not be started"):
            assert not comparer.same(*SAME)
        assert comparer.undecided == count


def test_a_frozen_program_is_not_run_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert _deadline._started() is None


def test_a_process_that_cannot_load_is_not_waited_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_deadline, "_PROGRAM", "raise SystemExit")
    comparer = Comparer()
    with pytest.warns(RuntimeWarning, match="could not be started"):
        assert not comparer.same(*SAME)
    monkeypatch.undo()
    with pytest.warns(RuntimeWarning, match="could not be started"):
        assert not comparer.same(*SAME)


def test_the_count_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _deadline.undecided_comparisons()
    monkeypatch.setattr(_deadline.COMPARER, "undecided", before + 3)
    assert _deadline.undecided_comparisons() == before + 3


def test_a_stuck_process_does_not_hold_up_the_end(own: Comparer, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(os, "killpg"):
        pytest.skip("there is nothing to stop a process with")
    assert own.same(*EQUAL)
    process = own._process
    assert process is not None
    os.killpg(process.pid, signal.SIGSTOP)
    monkeypatch.setattr(_deadline, "_END_SECONDS", 0.01)
    own.close()
    assert process.returncode == -signal.SIGKILL
    _deadline._kill(process)  # of one that has ended: nothing is left to end


def test_where_there_are_no_groups_the_process_alone_is_killed(
    own: Comparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own.same(*EQUAL)
    assert own._process is not None
    monkeypatch.delattr(os, "killpg", raising=False)
    _deadline._kill(own._process)
    assert own._process.wait() != 0


def test_a_forked_child_forgets_what_was_its_parent_s(own: Comparer) -> None:
    assert own.same(*EQUAL)
    process, lock = own._process, own._lock
    assert process is not None
    own._forget()
    assert own._process is None
    assert own._lock is not lock
    assert process.stdin is not None
    assert process.stdin.closed
    process.returncode = None
    process.wait(60)  # its input has ended, as no one else holds it
    own._forget()


def test_no_thread_to_be_had_for_the_clock(own: Comparer, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: threading.Timer) -> None:
        raise RuntimeError("can't start new thread")

    assert own.same(*EQUAL)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Timer, "start", refused)
        with pytest.warns(RuntimeWarning, match="took too long"):
            assert not own.same(*EQUAL)
    assert own.same(*EQUAL)
