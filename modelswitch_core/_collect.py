"""Reaching results where the message itself is dropped on the way: parsers, agents, query engines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from modelswitch_core._result import SwitchResult

_collectors: ContextVar[tuple[list[SwitchResult], ...]] = ContextVar("modelswitch_collectors", default=())


@contextmanager
def collect_switch_results() -> Iterator[list[SwitchResult]]:
    """Gathers every `SwitchResult` made inside the block, sync and async, in the order they were made.

    Follows the context into tasks and into threads that copy it, as both frameworks' do. Blocks nest: each
    gets what is made inside it.

        with collect_switch_results() as results:
            chain.invoke(question)
        print(results[0])
    """
    results: list[SwitchResult] = []
    token = _collectors.set((*_collectors.get(), results))
    try:
        yield results
    finally:
        _collectors.reset(token)


def record_switch_result(result: SwitchResult) -> None:
    """Hands a result to every collector around the caller; for doors, where a result comes from a cache."""
    for results in _collectors.get():
        results.append(result)
