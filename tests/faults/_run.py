"""Runs cells on a wire server, several at once, and writes down what came of each."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from modelswitch_core import AllDrawsFailedError, SwitchResult, collect_switch_results
from modelswitch_core.drivers._workers import WORKERS
from tests.faults._cells import POLICY, SHARES, Cell, Refused
from tests.faults._doors import Clients, aask, ask
from tests.faults._lateness import Lateness
from tests.faults._oracle import Told, foretold
from tests.wire import Answer, Reply, WireRequest, WireServer

TRIES = ((0.5, 5), (1.0, 3), (2.0, 2), (4.0, 1))
"""Where something is slow: the limit of one sample in seconds, and how many cells run together. A sound
request must fit into the limit many times over, which on a loaded machine takes the later ones."""

_CLIENT_SECONDS = 30.0
"""Past every limit: no client gives up by itself."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a cell.

    Args:
        told: All that must be so.
        limit_seconds: The limit of one sample; None where nothing was slow.
        seconds: How long the call took.
        slow_seconds: How long each draw took that ran out of the sample's time.
        lost_seconds: What the machine itself was late by meanwhile.
    """

    told: Told
    limit_seconds: float | None
    seconds: float
    slow_seconds: tuple[float, ...]
    lost_seconds: float


async def run_cells(cells: Sequence[Cell], server: WireServer, **options: Any) -> list[Seen]:
    """Runs the cells, and looks at the server's log when all of them are over.

    Where something is slow and the machine was away for a good part of a sample's limit, sound requests may
    fail too, which says nothing about the limit: then they are run again under a longer one.

    Args:
        cells: All of one door and one way, as a blocking call wants a thread and an asynchronous one a loop.
        server: The server.
        **options: Of every switch, beside those of the cell.
    """
    if not any(cell.trouble.slow for cell in cells):
        return await _run(cells, server, options, limit_seconds=None, at_once=len(cells))
    for limit_seconds, at_once in TRIES:
        seen = await _run(cells, server, options, limit_seconds=limit_seconds, at_once=at_once)
        wrong = [one for cell, one in zip(cells, seen, strict=True) if one.told != foretold(cell)]
        if all(one.lost_seconds < limit_seconds / 3 for one in wrong):
            break
    return seen


async def _run(
    cells: Sequence[Cell],
    server: WireServer,
    options: dict[str, Any],
    *,
    limit_seconds: float | None,
    at_once: int,
) -> list[Seen]:
    server.clear_log()
    async with Clients(server.url, seconds=_CLIENT_SECONDS) as clients:
        gate = asyncio.Semaphore(at_once)
        with ThreadPoolExecutor(at_once) as pool, Lateness() as lateness:
            loop = asyncio.get_running_loop()

            async def one(cell: Cell) -> tuple[_Call, float, float]:
                names = f"{cell}/first", f"{cell}/last"
                serve(cell, names, server, clients)
                fixed = {
                    "samples": list(SHARES),
                    "policy": POLICY[cell.policy],
                    "settled_exit": False,
                    "keep_samples": limit_seconds is not None,
                    "sample_timeout_seconds": limit_seconds,
                }
                switch = clients.switch(cell.door, names, **{**fixed, **options})
                async with gate:
                    started = time.monotonic()
                    if blocking(cell):
                        call = await loop.run_in_executor(
                            pool, _called, lambda: ask(switch, cell.door, cell.way)
                        )
                    else:
                        call = await _acalled(switch, cell)
                    ended = time.monotonic()
                    return call, ended - started, lateness.between(started, ended)

            calls = await asyncio.gather(*(one(cell) for cell in cells))
        await let_go(server)
    asked = Counter(entry.model for entry in server.log)
    return [
        _seen(call, (asked[f"{cell}/first"], asked[f"{cell}/last"]), limit_seconds, seconds, lost)
        for cell, (call, seconds, lost) in zip(cells, calls, strict=True)
    ]


async def let_go(server: WireServer) -> None:
    """Ends the requests that blocking calls have given up, as their threads would wait for their clients."""
    deadline = time.monotonic() + _CLIENT_SECONDS
    while WORKERS.busy and time.monotonic() < deadline:
        server.hang_up()
        await asyncio.sleep(0.01)


def blocking(cell: Cell) -> bool:
    """Whether the caller blocks. Streams take turns, as there is one of each kind."""
    return cell.way == "sync" or (cell.way == "stream" and cell.policy == "paper")


@dataclass(frozen=True, slots=True)
class _Call:
    text: str | None
    error: Exception | None
    result: SwitchResult | None


def _called(call: Callable[[], str]) -> _Call:
    text, error = None, None
    with collect_switch_results() as results:
        try:
            text = call()
        except Exception as raised:
            error = raised
    return _Call(text, error, results[0] if results else None)


async def _acalled(switch: Any, cell: Cell) -> _Call:
    text, error = None, None
    with collect_switch_results() as results:
        try:
            text = await aask(switch, cell.door, cell.way)
        except Exception as raised:
            error = raised
    return _Call(text, error, results[0] if results else None)


def serve(cell: Cell, names: tuple[str, str], server: WireServer, clients: Clients) -> None:
    """Has the server answer the models with these names as the cell wants it."""
    does = cell.trouble.does
    for name, answers, hit in zip(names, cell.answers, cell.hit, strict=True):
        if isinstance(does, Refused):
            clients.refusals.expect(name, hit)
            server.serve(name, answers)
        elif callable(does):
            server.serve(name, _replies(does, answers, hit))
        else:
            server.serve(name, _replies(Reply, answers, 0), faults=dict.fromkeys(range(hit), does))


def _replies(
    does: Callable[[str], Reply], answers: Sequence[str], hit: int
) -> Callable[[WireRequest], Answer]:
    return lambda request: does(answers[request.index]) if request.index < hit else answers[request.index]


def _seen(
    call: _Call, asked: tuple[int, int], limit_seconds: float | None, seconds: float, lost_seconds: float
) -> Seen:
    if call.result is None:
        return Seen(_raised(call.error, asked), limit_seconds, seconds, (), lost_seconds)
    result = call.result
    first, last = result.models
    assert call.error is None
    assert call.text is not None
    told = Told(
        answer=result.answer,
        text=call.text.rpartition("The answer is ")[2].removesuffix("."),
        stop=result.stop_reason,
        drawn=(first.drawn, last.drawn),
        waves=result.waves,
        unreadable=(first.unreadable, last.unreadable),
        failures=(_names(first.failures), _names(last.failures)),
        retryable=None,
        asked=asked,
    )
    samples = result.samples or ()
    slow = [each.seconds for each in samples if (each.error or "").startswith("SampleTimeoutError")]
    slow_seconds = tuple(each for each in slow if each is not None)
    return Seen(told, limit_seconds, seconds, slow_seconds, lost_seconds)


def _names(failures: Sequence[str]) -> tuple[str, ...]:
    return tuple(failure.partition(":")[0] for failure in failures)


def _raised(error: Exception | None, asked: tuple[int, int]) -> Told:
    """What an error that lists every draw says; any other is not foreseen."""
    if not isinstance(error, AllDrawsFailedError):
        raise error or AssertionError("a call came back without a result")
    lines = str(error).splitlines()[1:]
    names = [line.partition(": ")[2].partition(":")[0] for line in lines]
    assert names == [type(cause).__name__ for cause in error.exceptions]
    first = [name for name, line in zip(names, lines, strict=True) if "/first, draw" in line]
    return Told(
        answer=None,
        text=None,
        stop=None,
        drawn=(len(first), len(names) - len(first)),
        waves=None,
        unreadable=(0, 0),
        failures=(tuple(first), tuple(names[len(first) :])),
        retryable=error.retryable,
        asked=asked,
    )
