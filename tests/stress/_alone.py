"""What needs a process of its own, one thing after the other: `python -m tests.stress._alone URL`.

Prints, as JSON, what came of each. One process for all, as most of its time goes into importing two
frameworks. The server must not answer the model "hanging".
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import time
import warnings
from typing import Any

from langchain_modelswitch import ModelSwitchRunnable
from llamaindex_modelswitch import ModelSwitchLLM
from modelswitch_core import ConcurrencyLimit
from tests.llamaindex.clients import like
from tests.stress._storm import aask, ask, langchain_switch, llamaindex_switch
from tests.wire.clients import chat_openai


def switches(url: str, **options: Any) -> list[Any]:
    """One of each door, which a busy machine does not make fail."""
    given = {"seconds": 90, "sample_timeout_seconds": None, **options}
    return [door(url, **given) for door in (langchain_switch, llamaindex_switch)]


def hanging(url: str, **options: Any) -> list[Any]:
    """One of each door, whose requests nobody answers."""
    return [
        ModelSwitchRunnable(models=[chat_openai(url, "hanging", timeout=90)], **options),
        ModelSwitchLLM(llms=[like(url, model="hanging", timeout=90)], **options),
    ]


def under_uvloop(url: str) -> list[str]:
    """The loop's kind, and for each door the answer and how a cancelled call ends."""
    import uvloop

    async def main() -> list[str]:
        told = [type(asyncio.get_running_loop()).__module__]
        for switch in switches(url):
            told.append(str(await aask(switch)))
            call = asyncio.ensure_future(aask(switch))
            await asyncio.sleep(0.01)
            call.cancel()
            await asyncio.wait({call}, timeout=5)
            told.append(f"done {call.done()}, {len(asyncio.all_tasks())} task left")
        return told

    return list(uvloop.run(main()))


def forked(url: str) -> list[str]:
    """What a forked worker is told, blocking and on a loop, by switches that its parent is using."""
    limit = ConcurrencyLimit(3)
    used = switches(url, max_concurrency=limit)
    for switch in used:
        ask(switch)  # the threads that draw are warm now
    busy = hanging(url, max_concurrency=limit)[0]
    threading.Thread(target=ask, args=(busy,), daemon=True).start()
    while limit.in_flight < limit.most:  # nobody of the parent's will make room in the child
        time.sleep(0.01)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        said = [str(one) for switch in used for one in (ask(switch), asyncio.run(aask(switch)))]
        os.write(write, json.dumps(said).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        said = json.loads(told.read() or "[]")
    os.waitpid(child, 0)
    return list(said)


def interrupted(url: str) -> list[float]:
    """For how many seconds each door's blocking call goes on after Ctrl-C."""
    took = []
    for switch in hanging(url):
        pressed: list[float] = []

        def press(pressed: list[float] = pressed) -> None:
            time.sleep(0.3)
            pressed.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=press, daemon=True).start()
        try:
            ask(switch)
        except KeyboardInterrupt:
            took.append(time.monotonic() - pressed[0])
    return took


def main() -> int:
    """Everything, in an order in which the threads that hang come last."""
    warnings.simplefilter("ignore")
    url = sys.argv[1]
    told = {"under_uvloop": under_uvloop(url), "forked": forked(url), "interrupted": interrupted(url)}
    json.dump({**told, "ended": time.monotonic()}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
