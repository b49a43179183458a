"""The command `modelswitch`: ask several models as one, and see how the answer came about."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        arguments: What follows `modelswitch` on the command line; None takes the process's own.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong use, 130 interrupted.
    """
    try:
        from modelswitch_cli._app import app
    except ImportError as error:
        if (error.name or "").split(".")[0] not in ("typer", "rich"):
            raise
        sys.stderr.write(f"modelswitch: the command needs {error.name}: pip install 'modelswitch[cli]'\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("modelswitch: stopped\n")
        return 130
    code: int | str | None = 0
    try:
        app(args=None if arguments is None else list(arguments), prog_name="modelswitch")
    except SystemExit as end:
        code = end.code
    return code if isinstance(code, int) else 1
