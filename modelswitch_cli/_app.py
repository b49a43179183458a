"""The commands under one name, and how each of them ends."""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from modelswitch_cli._ask import ask
from modelswitch_cli._demo import demo
from modelswitch_cli._errors import INTERRUPTED, ending, free_output
from modelswitch_cli._plain import plain
from modelswitch_cli._record import record
from modelswitch_cli._replay import replay
from modelswitch_cli._tune import tune

_LONGEST_NOTE = 1_000


class Commands(TyperGroup):
    """A group in which every error is one line on standard error, and every warning too."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002  # the framework's signature
        windows_expand_args: bool = True,  # noqa: ARG002
        **extra: Any,
    ) -> Any:
        """Runs a command and leaves with its exit code."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            # A terminal that knows only ASCII shows a question mark where it must, rather than nothing.
            sys.stdout.reconfigure(errors="replace")
        with warnings.catch_warnings():
            warnings.showwarning = _note
            try:
                code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
                sys.stdout.flush()
            except BrokenPipeError:
                # Whoever read our output has gone: nothing more can be said to it.
                free_output()
                sys.exit(1)
            except (Exception, KeyboardInterrupt) as error:
                free_output()
                if os.environ.get("MODELSWITCH_TRACEBACK"):
                    raise
                end = ending(error)
                if end.line:
                    _say(end.line)
                sys.exit(end.code)
        code = code if isinstance(code, int) else 0
        if code == INTERRUPTED:
            _say("stopped")
        sys.exit(code)


def _say(line: str) -> None:
    sys.stderr.write(f"modelswitch: {line}\n")


def _note(message: Warning | str, *_: Any, **__: Any) -> None:
    _say(f"note: {plain(str(message), longest=_LONGEST_NOTE)}")


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"modelswitch {version('modelswitch')}\n")
        raise typer.Exit


app = typer.Typer(
    name="modelswitch",
    cls=Commands,
    rich_markup_mode="markdown",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def modelswitch(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave."),
    ] = False,
) -> None:
    """Several language models as one.

    The first model is asked a few times. If its answers agree, that is the answer; if not, the next model is
    asked too, and a vote, weighted by how consistent each model was, picks the answer.

    Start with `modelswitch demo`: it needs no key and no network.

    **Exit codes:** 0 done, 1 failed (a key, a package, the network), 2 wrong use, 130 interrupted.
    Errors are one line on standard error; set MODELSWITCH_TRACEBACK=1 to see where one came from.
    """


app.command()(demo)
app.command()(ask)
app.command()(record)
app.command()(replay)
app.command()(tune)
