"""Every cell of the matrix: the answer or the error, the requests, the failures, and the time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import product
from operator import le

import pytest

from tests.faults._cells import DOORS, TROUBLES, WAYS, Door, Trouble, Way, cells
from tests.faults._lateness import SLACK_SECONDS
from tests.faults._oracle import foretold, slow_waves
from tests.faults._page import PAGE, page
from tests.faults._run import run_cells
from tests.langchain.doubles import wait_for_abandoned_draws
from tests.wire import WireServer

WORK_SECONDS = 20.0
"""For the machine's work on ten calls at once, the largest answers included. Nothing but a limit is waited
for: no Retry-After, no client's own time-out."""


@pytest.fixture(scope="module")
def server() -> Iterator[WireServer]:
    with WireServer() as running:
        # The first call of a process makes what later ones find ready; under a limit it could fail by that.
        for door, way in product(DOORS, WAYS):
            asyncio.run(run_cells(list(cells(door=door, way=way, trouble=TROUBLES[0]))[:2], running))
        yield running
        wait_for_abandoned_draws(seconds=5)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
async def test_a_cell_is_as_foretold(server: WireServer, trouble: Trouble, door: Door, way: Way) -> None:
    matrix = list(cells(door=door, way=way, trouble=trouble))
    for cell, seen in zip(matrix, await run_cells(matrix, server), strict=True):
        assert seen.told == foretold(cell), cell
        limit = seen.limit_seconds or 0.0
        latest = 1.1 * limit + SLACK_SECONDS + seen.lost_seconds
        assert all(limit - 0.01 <= taken <= latest for taken in seen.slow_seconds), cell
        waiting = slow_waves(cell) * limit
        assert waiting - 0.01 <= seen.seconds < 1.1 * waiting + WORK_SECONDS + seen.lost_seconds, cell


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", ["500", "refusal"])
async def test_settled_exit_changes_no_answer(server: WireServer, name: str, door: Door, way: Way) -> None:
    (trouble,) = (each for each in TROUBLES if each.name == name)
    matrix = list(cells(door=door, way=way, trouble=trouble))
    for cell, seen in zip(matrix, await run_cells(matrix, server, settled_exit=True), strict=True):
        whole, told = foretold(cell), seen.told
        assert (told.answer, told.retryable) == (whole.answer, whole.retryable), cell
        assert told.stop in (whole.stop, "settled"), cell
        assert all(map(le, told.drawn, whole.drawn)), cell
        assert all(map(le, told.asked, whole.asked)), cell


def test_the_page_says_what_the_run_gives() -> None:
    # Every cell above is as foretold, so what is foretold is what the run gives.
    every = [
        cell
        for trouble, door, way in product(TROUBLES, DOORS, WAYS)
        for cell in cells(door=door, way=way, trouble=trouble)
    ]
    assert len(every) == 19 * 5 * 2 * 2 * 3
    remedy = "run `python -m tests.faults`, which writes it anew"
    assert PAGE.read_text(encoding="utf-8") == page({cell: foretold(cell) for cell in every}), remedy
