"""Runs notebooks in a process beside the tests: `python -m tests.notebook_runs FOLDER NAME …`.

Each takes as long as hundreds of tests, and those leave the processor alone while they wait for something.
What became of a notebook is written into FOLDER/NAME.txt when it is over: nothing where no cell raised.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from notebooks.execute import FOLDER, execute


def run(folder: Path, names: Sequence[str]) -> None:
    """Runs the notebooks of these names, one after the other."""
    for name in names:
        try:
            execute(FOLDER / f"{name}.ipynb")
            said = ""
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        # Renamed when it is whole, as somebody may be waiting for it in another process.
        written = folder / f"{name}.part"
        written.write_text(said, encoding="utf-8")
        written.rename(folder / f"{name}.txt")


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:])
