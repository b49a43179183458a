"""The limits themselves, without the waiting: a busy machine hides a tenth of a second too much."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from modelswitch_core import Limits, Reply, Request, Response, Sampled, run_in_tasks
from modelswitch_core._errors import SampleTimeoutError
from modelswitch_core._switch import SwitchRun
from modelswitch_core.drivers._threads import _Driver
from tests.core.drivers.script import switch

FAR = 1_000.0


def reply() -> Reply[str]:
    return Reply([Sampled(Response("7"), "7")])


def begun(seconds_ago: float, limits: Limits) -> tuple[_Driver[str], Request]:
    """A blocking driver with one request in flight, since so long."""
    run: SwitchRun[str] = SwitchRun(switch(1), "?")
    driver = _Driver(run, lambda _: reply(), limits)
    request = run.start()[0]
    driver.begin(request, time.monotonic() - seconds_ago)
    return driver, request


@pytest.mark.parametrize(("seconds_ago", "failed"), [(0.9 * FAR, False), (FAR, True), (1.05 * FAR, True)])
def test_a_blocking_request_fails_at_its_limit(seconds_ago: float, failed: bool) -> None:
    driver, request = begun(seconds_ago, Limits(sample_timeout_seconds=FAR))
    wait = driver.patience()
    assert wait is not None
    assert wait <= FAR - seconds_ago or wait == 0.0
    driver.expire()
    errors = [type(log.error) for log in driver.run.draws.values()]
    assert errors == ([SampleTimeoutError] if failed else [])
    assert (request in driver.in_flight) != failed


def test_a_blocking_call_waits_no_longer_than_its_limit() -> None:
    driver, _ = begun(0.0, Limits(time_limit_seconds=FAR))
    wait = driver.patience()
    assert wait is not None
    assert 0.9 * FAR < wait <= FAR


async def test_an_asynchronous_one_sets_its_timers_to_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, set_to = asyncio.get_running_loop(), list[float]()

    def note(at: Callable[..., Any]) -> Callable[..., Any]:
        def call_at(when: float, *args: Any, **kwargs: Any) -> Any:
            set_to.append(when - loop.time())
            return at(when, *args, **kwargs)

        return call_at

    monkeypatch.setattr(loop, "call_at", note(loop.call_at))

    async def ask(_: Request) -> Reply[str]:
        return reply()

    limits = Limits(sample_timeout_seconds=FAR, time_limit_seconds=2 * FAR)
    await run_in_tasks(switch(1, settled_exit=False), ask, limits=limits)
    assert {round(seconds, -1) for seconds in set_to if seconds > 1} == {FAR, 2 * FAR}
