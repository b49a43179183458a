from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from modelswitch_core.drivers._workers import WORKERS


@pytest.fixture
def census_of_what_is_new() -> Iterator[None]:
    """What the tests' process holds already is set aside: a census of all of it takes half a second."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def threads_end_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody need wait five seconds to see that threads without work come to their end."""
    monkeypatch.setattr(WORKERS, "_idle_seconds", 0.3)
