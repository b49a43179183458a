"""Draws played from a script, blocking or on a loop, to put both drivers through the same scenes."""

import asyncio
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from modelswitch_core import (
    Limits,
    Reply,
    Request,
    Response,
    Sampled,
    Switch,
    SwitchOutcome,
    Usage,
    answer_reader,
    run_in_tasks,
    run_in_threads,
    switch_plan,
)


@dataclass(frozen=True)
class Say:
    """One draw: what it says (an exception is raised), and after how long."""

    what: str | Exception
    seconds: float = 0.0


@dataclass
class Stage:
    """Plays a script and notes what happened."""

    script: Sequence[Sequence[str | Exception | Say]]
    started: list[tuple[int, int]] = field(default_factory=list)
    started_at: list[float] = field(default_factory=list)
    cancelled: list[tuple[int, int]] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, request: Request) -> Reply[str]:
        lines = self._enter(request)
        try:
            time.sleep(max(line.seconds for line in lines))
            return self._reply(lines)
        finally:
            self._leave()

    async def aask(self, request: Request) -> Reply[str]:
        lines = self._enter(request)
        try:
            await asyncio.sleep(max(line.seconds for line in lines))
            return self._reply(lines)
        except asyncio.CancelledError:
            self.cancelled.extend((request.model, draw) for draw in request.draws)
            raise
        finally:
            self._leave()

    def _enter(self, request: Request) -> list[Say]:
        with self._lock:
            self.started.extend((request.model, draw) for draw in request.draws)
            self.started_at.append(time.monotonic())
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        lines = [self.script[request.model][draw] for draw in request.draws]
        return [line if isinstance(line, Say) else Say(line) for line in lines]

    def _leave(self) -> None:
        with self._lock:
            self.in_flight -= 1

    def _reply(self, lines: Sequence[Say]) -> Reply[str]:
        for line in lines:
            if isinstance(line.what, Exception):
                raise line.what
        texts = [str(line.what) for line in lines]
        usage = Usage(input_tokens=10, output_tokens=len(texts), total_tokens=10 + len(texts))
        return Reply([Sampled(Response(text), raw=text) for text in texts if text != "(no choice)"], usage)


def switch(
    models: int = 2, *, answer: Any = "exact", fields: Mapping[str, Any] | None = None, **plan: Any
) -> Switch:
    """A switch between models m0, m1, …, without settled exit unless asked for."""
    names = [f"m{index}" for index in range(models)]
    return Switch(
        plan=switch_plan(names, **{"settled_exit": False, **plan}),
        reader=answer_reader(answer),
        **(fields or {}),
    )


def play(driver: str, the_switch: Switch, stage: Stage, **limits: Any) -> SwitchOutcome[str]:
    """Runs the stage under one of the drivers."""
    if driver == "threads":
        return run_in_threads(the_switch, stage.ask, question="?", limits=Limits(**limits))
    return asyncio.run(run_in_tasks(the_switch, stage.aask, question="?", limits=Limits(**limits)))
