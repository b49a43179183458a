"""Runs the notebooks and writes what they print into them: python -m notebooks.execute [NAME …]."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent


def execute(path: Path) -> Any:
    """The notebook with its outputs.

    Args:
        path: Of the notebook; the file itself is left as it is.

    Raises:
        nbclient.exceptions.CellExecutionError: A cell raised.
    """
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    folder = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(notebook, timeout=60, coalesce_streams=True, resources=folder).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # when it ran is nobody's business
    return notebook


def main(names: Sequence[str]) -> None:
    """Executes the notebooks of these names, or all of them, in place."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        if not names or path.stem in names:
            nbformat.write(execute(path), path)  # type: ignore[no-untyped-call]
            print(path.name)


if __name__ == "__main__":
    main(sys.argv[1:])
