"""Threads that are used again."""

import os
import queue
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable

import pytest

from modelswitch_core.drivers._workers import Workers


def until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    """Waits for it."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.001)


def on_a_thread(workers: Workers) -> threading.Thread:
    """Which thread does a piece of work, once it has no more to do."""
    seen: list[threading.Thread] = []
    workers.run(lambda: seen.append(threading.current_thread()))
    until(lambda: bool(seen) and workers.busy == 0)
    return seen[0]


def test_a_warm_thread_is_used_again() -> None:
    workers = Workers()
    assert on_a_thread(workers) is on_a_thread(workers)


def test_work_never_waits_for_other_work() -> None:
    workers, together = Workers(), threading.Barrier(20)

    def meet() -> None:
        together.wait(timeout=5)

    for _ in range(20):
        workers.run(meet)
    until(lambda: workers.busy == 0)
    assert not together.broken


def test_a_thread_without_work_ends() -> None:
    workers = Workers(idle_seconds=0.01)
    thread = on_a_thread(workers)
    thread.join(5)
    assert not thread.is_alive()
    assert on_a_thread(workers) is not thread


def test_work_that_comes_as_a_thread_gives_up_is_done_all_the_same() -> None:
    workers, done = Workers(idle_seconds=0.0005), []
    for number in range(300):
        workers.run(lambda number=number: done.append(number))  # type: ignore[misc]
        time.sleep(0.0005)
    until(lambda: workers.busy == 0)
    assert sorted(done) == list(range(300))


def test_threads_do_not_hold_up_the_exit() -> None:
    assert on_a_thread(Workers()).daemon


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_work_that_raises_costs_its_thread_and_nothing_else() -> None:
    workers, seen = Workers(), queue.SimpleQueue[threading.Thread]()

    def work() -> None:
        seen.put(threading.current_thread())
        sys.exit(1)

    workers.run(work)
    thread = seen.get(timeout=5)
    thread.join(5)
    assert not thread.is_alive()
    assert workers.busy == 0
    assert on_a_thread(workers).is_alive()


def test_what_was_done_is_not_kept() -> None:
    class Big:
        def work(self) -> None: ...

    workers, big = Workers(), Big()
    gone = weakref.ref(big)
    workers.run(big.work)
    del big
    until(lambda: workers.busy == 0)
    assert gone() is None


# In a process of its own: to fork one in which other tests' threads hold locks is nobody's right.
FORKING = """
import os, threading
from modelswitch_core.drivers._workers import WORKERS

warm = threading.Event()
WORKERS.run(warm.set)
warm.wait(30)
while WORKERS.busy:
    pass
child = os.fork()
if child == 0:
    done = threading.Event()
    WORKERS.run(done.set)
    os._exit(0 if done.wait(30) else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_has_threads_of_its_own() -> None:
    assert subprocess.run([sys.executable, "-c", FORKING], check=False, timeout=60).returncode == 0
