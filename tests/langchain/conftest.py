from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator

import pytest

from tests.langchain.doubles import wait_for_abandoned_draws
from tests.wire import WireServer

NOT_OURS = (
    # Google's client subclasses aiohttp's session, which aiohttp does not like.
    "ignore:Inheritance class AiohttpClientSession:DeprecationWarning",
    # The framework calls `.json()` of the response behind an error, which for Google's async client is a
    # coroutine that nobody awaits.
    "ignore:coroutine 'ClientResponse.json' was never awaited:RuntimeWarning",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/langchain/" in item.path.as_posix():
            for warning in NOT_OURS:
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as running:
        yield running
        running.hang_up()  # on blocking clients that were given up
        wait_for_abandoned_draws()


@pytest.fixture
def unawaited() -> Iterator[None]:
    """For tests in which Google's async client meets HTTP errors: what is left over goes with them."""
    yield
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "coroutine 'ClientResponse.json' was never awaited", RuntimeWarning)
        gc.collect()
