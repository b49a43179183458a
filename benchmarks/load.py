"""Many questions at once on one switch, over a real client, on a local server: throughput, limits, fairness.

    python -m benchmarks.load [--questions N] [--at-once N]

Raw sampling is the same number of requests by the same client under the same limit, with no voting. Fairness:
the questions are asked in one order and all at once; measured is by how many places, as a share of all, one
ends later than it was asked, at most: 0 is in order, near 1 is a question that waited for all the others.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import time
from collections.abc import Sequence
from typing import Any

from langchain_modelswitch import ModelSwitchRunnable
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


async def measured(questions: int, at_once: int) -> None:
    """Prints the table."""
    with WireServer("The answer is 7.", latency_seconds=0.05) as server:
        model = chat_openai(server.url)
        await raw(model, 4, at_once)
        gc.collect()
        server.clear_log()
        bare = await raw(model, questions, at_once)
        server.clear_log()
        seconds, late = await through_the_switch(model, questions, at_once)
        requests = questions * SAMPLES
        print(f"{questions} questions × {SAMPLES} samples at once, at most {at_once} in flight")
        print(f"  raw sampling   {requests / bare:8.0f} requests/s  {bare:7.2f} s")
        print(f"  the switch     {requests / seconds:8.0f} requests/s  {seconds:7.2f} s")
        print(f"  ratio          {seconds / bare:8.2f}")
        print(f"  in flight, on the server's own count, at most {server.max_in_flight()}")
        print(f"  a question ended at most {late:.0%} of all places later than it was asked")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures once."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__.split("\n")[0])
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--at-once", type=int, default=32)
    options = parser.parse_args(arguments)
    asyncio.run(measured(options.questions, options.at_once))
    return 0


if __name__ == "__main__":
    sys.exit(main())
