"""Many questions at once on one switch, on a local server: throughput, limits, fairness, memory.

    python -m benchmarks.load [--questions N] [--at-once N] [--rounds N]

Raw sampling is the same number of requests by the same client under the same limit, with no voting. Fairness:
the questions are asked in one order and all at once; measured is by how many places, as a share of all, one
ends later than it was asked, at most: 0 is in order, near 1 is a question that waited for all the others.
Memory is that of the process after each round, all garbage collected: what grows from round to round is kept.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from langchain_modelswitch import ModelSwitchRunnable
from tests.stress._census import census
from tests.wire import WireServer
from tests.wire.clients import chat_openai

SAMPLES = 3


async def through_the_switch(model: Any, questions: int, at_once: int) -> tuple[float, float]:
    """Seconds, and the fairness measure."""
    switch = ModelSwitchRunnable(
        models=[model], samples=SAMPLES, answer="exact", max_concurrency=at_once, settled_exit=False
    )
    ended: list[int] = []

    async def one(number: int) -> None:
        await switch.ainvoke(f"question {number}")
        ended.append(number)

    begun = time.perf_counter()
    await asyncio.gather(*map(one, range(questions)))
    seconds = time.perf_counter() - begun
    return seconds, max(place - number for place, number in enumerate(ended)) / questions


async def raw(model: Any, questions: int, at_once: int) -> float:
    """The seconds that as many requests take without a switch."""
    room = asyncio.Semaphore(at_once)

    async def one(number: int) -> None:
        async with room:
            await model.ainvoke(f"question {number // SAMPLES}")

    begun = time.perf_counter()
    await asyncio.gather(*map(one, range(questions * SAMPLES)))
    return time.perf_counter() - begun


async def measured(questions: int, at_once: int, rounds: int) -> None:
    """Prints the table."""
    with WireServer("The answer is 7.", latency_seconds=0.05) as server:
        model = chat_openai(server.url)
        await raw(model, at_once, at_once)  # opens every connection, for both alike
        bare, switched, lateness, memory, in_flight = [], [], [], [], 0
        for _ in range(rounds):
            bare.append(await raw(model, questions, at_once))
            server.clear_log()
            seconds, late = await through_the_switch(model, questions, at_once)
            switched.append(seconds)
            lateness.append(late)
            in_flight = max(in_flight, server.max_in_flight())
            server.clear_log()  # its memory is not the switch's
            memory.append(census().resident_mib)
        requests = questions * SAMPLES
        print(f"{questions} questions × {SAMPLES} samples at once, at most {at_once} in flight")
        print(f"(median of {rounds} rounds; client and server share one process and its interpreter lock)")
        for name, seconds in (("raw sampling", median(bare)), ("the switch", median(switched))):
            print(f"  {name:14} {requests / seconds:8.0f} requests/s  {seconds:7.2f} s")
        print(f"  ratio          {median(switched) / median(bare):8.2f}")
        print(f"  in flight, on the server's own count, at most {in_flight}")
        print(f"  a question ended at most {max(lateness):.0%} of all places later than it was asked")
        print(f"  memory after each round: {', '.join(f'{mib:.0f}' for mib in memory)} MiB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__.split("\n")[0])
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--at-once", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    asyncio.run(measured(options.questions, options.at_once, options.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
