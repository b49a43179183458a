from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Iterator

import pytest
from llama_index.core import Settings

from tests.wire import WireServer


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as running:
        yield running
        # Requests that a blocking caller gave up would end with their client's own time-out.
        running.hang_up()
        running.wait_until_idle(timeout_seconds=5)
        # A connection that its client left while it was being accepted is no request yet: drop it now.
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def settings_as_before() -> Iterator[None]:
    """LlamaIndex's settings are global."""
    before = dict(vars(Settings))
    yield
    vars(Settings).update(before)


@pytest.fixture(autouse=True)
def no_loop_left_behind(request: pytest.FixtureRequest) -> None:
    """Blocking calls of LlamaIndex make a loop and never close it, unless told that there is none."""
    if not inspect.iscoroutinefunction(request.function):
        asyncio.set_event_loop(None)
