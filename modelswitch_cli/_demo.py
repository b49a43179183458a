"""`modelswitch demo`: the main job, offline, on the package's own tiny models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from modelswitch_cli._compare import Started, compare, strongest_first
from modelswitch_cli._json import print_json
from modelswitch_cli._story import facts, picture_of, tell

_QUESTIONS = 180
_SEED = 7
_PICTURE_WIDTH = 76


def demo(
    seed: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="Other questions, other samples; the same seed repeats a run."),
    ] = _SEED,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print one JSON object and nothing else: seed, questions, rows and story."
        ),
    ] = False,
    svg: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Save what is printed as a picture, too."),
    ] = None,
) -> None:
    """See it work, offline and without a key.

    Three tiny language models of our own are each good at something else, and none knows when it is wrong.
    They answer some dozens of questions that they were not trained on: each alone, each with a vote of many
    samples, and all as one ModelSwitch. Everything printed is measured in this very run.
    """
    from modelswitch_core.tiny import held_out_questions

    if svg:
        # It fails here and now, rather than when all is measured.
        svg.open("ab").close()
    questions = held_out_questions(_QUESTIONS, seed=seed)
    with _progress(len(questions)) as started:
        comparison = compare(strongest_first(), questions, seed=seed, started=started)
    console = Console(quiet=as_json, record=svg is not None, width=_PICTURE_WIDTH if svg else None)
    tell(console, comparison, seed=seed)
    if svg:
        svg.write_text(picture_of(console), encoding="utf-8")
    if as_json:
        print_json({"seed": seed, **facts(comparison)})


@contextmanager
def _progress(total: int) -> Iterator[Started]:
    """A bar for each setting while it runs, on standard error: standard output is for what was found."""
    columns = (TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:

        def started(setting: str) -> Callable[[], None]:
            return partial(progress.advance, progress.add_task(setting, total=total))

        yield started
