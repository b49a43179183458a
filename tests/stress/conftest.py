from __future__ import annotations

import pytest

from modelswitch_core.drivers._workers import WORKERS


@pytest.fixture(autouse=True)
def threads_end_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody need wait five seconds to see that threads without work come to their end."""
    monkeypatch.setattr(WORKERS, "_idle_seconds", 0.3)
