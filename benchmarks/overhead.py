"""What a switch costs over drawing the same samples without it: over real clients, on a local server.

    python -m benchmarks.overhead [--json FILE] [--quick]

Latency and voting are what a user pays for; everything else is overhead. Each row compares the switch with
the same samples drawn by the same client with no voting at all, in turns, as a ratio.

The server closes every connection after its answer. A client that keeps them carries the state of its pool
from one round to the next, and the pool looks through its idle connections at every request and every
answer: the very same 300 calls then take from half a second to four, whatever is on top of them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks._compare import Row, compare, pooled
from benchmarks._doors import SAMPLES, Door, langchain_door, llamaindex_door
from modelswitch_core import Draw, DrawRef, Engine, Finish, Readable, switch_plan
from tests.wire import ServerProcess

QUESTIONS = [f"What is {number} + {number}?" for number in range(60)]
BARE = [question for question in QUESTIONS for _ in range(SAMPLES)]

PROCESSES = 6
ROUNDS = 4
"""Rounds of each side in each process: twenty minutes for all rows on two slow cores."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table; 1 where a bar does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description=__doc__.split("\n")[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    parser.add_argument("--quick", action="store_true", help="fewer processes, for a first look")
    options = parser.parse_args(arguments)
    rows = measured(processes=2) if options.quick else measured()
    print(f"{'':76}{'switch':>9}{'bare':>9}{'ratio':>8}{'bar':>7}")
    for row in rows:
        print(line(row))
    per_draw = engine_microseconds()
    print(f"\n{'The engine alone, microseconds a draw, settled exit on and off'}")
    for draws, (on, off) in per_draw.items():
        print(f"  {draws:>6} draws a question {on:>8.2f} {off:>8.2f}")
    if options.json:
        told = {"rows": [row.as_dict() for row in rows], "engine_microseconds_per_draw": per_draw}
        options.json.write_text(json.dumps(told, indent=2) + "\n")
    return 0 if all(row.holds for row in rows) else 1


def measured(*, processes: int = PROCESSES, rounds: int = ROUNDS) -> list[Row]:
    """Every comparison over the wire, in so many processes one after the other; see `pooled`."""
    tables = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as fresh:
        for number in range(1, processes + 1):
            print(f"process {number} of {processes} …", file=sys.stderr, flush=True)
            tables.append(fresh.submit(_measured, rounds).result())
    return pooled(tables)


def _measured(rounds: int) -> list[Row]:
    say = ("--say", "The answer is 7.")
    rows: list[Row] = []
    # One loop for all: a client belongs to the loop that it was first used on.
    with asyncio.Runner() as loop:
        with ServerProcess(*say, "--latency-seconds", "0.2") as server:
            for door in (langchain_door(server.url), llamaindex_door(server.url)):
                rows.extend(one_question(door, loop, rounds))
        with ServerProcess(*say) as server:
            for door in (langchain_door(server.url), llamaindex_door(server.url)):
                rows.extend(sixty_questions(door, loop, rounds))
    return [*rows, imports(rounds)]


def one_question(door: Door, loop: asyncio.Runner, rounds: int) -> Iterator[Row]:
    """Five samples at 200 ms a call: what is waited for must be the calls."""
    switch, five = door.switch(), [QUESTIONS[0]] * SAMPLES
    what = f"{door.name}: one question, 5 samples at 200 ms"
    yield compare(
        f"{what}, sync",
        partial(door.ask, switch, five[:1]),
        partial(door.ask, door.client, five),
        rounds=rounds,
        bar=1.05,
    )
    yield compare(
        f"{what}, async",
        lambda: loop.run(door.aask(switch, five[:1])),
        lambda: loop.run(door.aask(door.client, five)),
        rounds=rounds,
        bar=1.05,
    )


def sixty_questions(door: Door, loop: asyncio.Runner, rounds: int) -> Iterator[Row]:
    """All at once and no latency: what is waited for is our own work and the client's."""
    kinds: list[tuple[str, dict[str, Any], float | None, float | None]] = [
        ("exact, no traces", door.lean, 1.25, 1.10),
        ("native n", {**door.lean, "native_n": True}, 0.40, 0.40),
        ("default reader, traces", {}, None, None),
    ]
    for name, options, sync_bar, async_bar in kinds:
        switch = door.switch(**options)
        what = f"{door.name}: 60 questions × 5 at once, {name}"
        yield compare(
            f"{what}, sync",
            partial(door.ask, switch, QUESTIONS),
            partial(door.ask, door.client, BARE),
            rounds=rounds,
            bar=sync_bar,
        )
        yield compare(
            f"{what}, async",
            partial(_gather, loop, door, switch, QUESTIONS),
            partial(_gather, loop, door, door.client, BARE),
            rounds=rounds,
            bar=async_bar,
        )


def _gather(loop: asyncio.Runner, door: Door, model: Any, questions: list[str]) -> None:
    loop.run(door.aask(model, questions))


def imports(rounds: int) -> Row:
    """A fresh interpreter each time, which finds both compiled, as they are where they were installed."""
    compiling = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}

    def fresh(statement: str) -> None:
        subprocess.run([sys.executable, "-c", statement], check=True, env=compiling)

    return compare(
        "import langchain_modelswitch, beside langchain-core's chat model",
        lambda: fresh("import langchain_modelswitch"),
        lambda: fresh("from langchain_core.language_models.chat_models import BaseChatModel"),
        rounds=rounds,
        bar=1.25,
    )


def engine_microseconds() -> dict[int, tuple[float, float]]:
    """Amortised microseconds a draw, with 20 different answers, settled exit on and off."""
    return {
        draws: (_engine_run(draws, settled_exit=True), _engine_run(draws, settled_exit=False))
        for draws in (10, 100, 1_000, 10_000)
    }


def _engine_run(draws: int, *, settled_exit: bool) -> float:
    plan = switch_plan(["a", "b"], samples=draws // 2, settled_exit=settled_exit)
    outcomes = [Readable(number % 20) for number in range(draws)]
    taken = []
    for _ in range(max(5, 5_000 // draws)):
        begun = time.perf_counter()
        engine = Engine(plan)
        action: Draw | Finish | None = engine.start()
        told = 0
        while not isinstance(action, Finish):
            draw: DrawRef | None = engine.next_draw
            assert draw is not None
            action = engine.tell(draw, outcomes[told])
            told += 1
        taken.append((time.perf_counter() - begun) / told * 1e6)
    return statistics.median(taken)


def line(row: Row) -> str:
    """A row of the table."""
    bar = "" if row.bar is None else f"{row.bar:.2f}"
    verdict = "" if row.holds else "  over"
    return f"{row.what:76}{row.seconds:>8.3f}s{row.beside:>8.3f}s{row.ratio:>8.2f}{bar:>7}{verdict}"


if __name__ == "__main__":
    sys.exit(main())
