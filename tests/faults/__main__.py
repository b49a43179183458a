"""`python -m tests.faults`: runs the whole matrix and writes docs/faults.md from it."""

from __future__ import annotations

import asyncio
import sys
from itertools import product

from tests.faults._cells import DOORS, TROUBLES, WAYS, Cell, cells
from tests.faults._oracle import Told, foretold
from tests.faults._page import PAGE, page
from tests.faults._run import run_cells
from tests.wire import WireServer


def main() -> int:
    """Exit status 1, and no page, where a cell did not end as it must."""
    told: dict[Cell, Told] = {}
    with WireServer() as server:
        for trouble, door, way in product(TROUBLES, DOORS, WAYS):
            matrix = list(cells(door=door, way=way, trouble=trouble))
            seen = asyncio.run(run_cells(matrix, server))
            told.update({cell: one.told for cell, one in zip(matrix, seen, strict=True)})
    wrong = [cell for cell, one in told.items() if one != foretold(cell)]
    for cell in wrong:
        sys.stderr.write(f"{cell}\n  is      {told[cell]}\n  must be {foretold(cell)}\n")
    if wrong:
        return 1
    PAGE.write_text(page(told), encoding="utf-8")
    sys.stdout.write(f"{len(told):,} cells, all as foretold; written to {PAGE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
