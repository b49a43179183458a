from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wire import WireServer


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as running:
        yield running
