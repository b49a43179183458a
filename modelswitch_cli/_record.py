"""`modelswitch record`: every model's answers to a list of questions, kept for replaying."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from modelswitch_cli._errors import FAILED, WRONG_USE, CommandError
from modelswitch_cli._json import print_json
from modelswitch_cli._options import Prices, Temperature
from modelswitch_cli._recorder import Asked, Recorder, askers
from modelswitch_core.evaluation import price_from_text
from modelswitch_core.recordings import Journal, read_questions

_GOES_ON = "what there is was kept; the same command goes on from here"


def record(
    questions: Annotated[
        Path,
        typer.Argument(
            metavar="QUESTIONS",
            help="JSON lines or CSV with `question` and, where known, `gold` and `id`.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FILE", help="The recording; what it holds already is kept and added to."
        ),
    ],
    model: Annotated[
        list[str],
        typer.Option(
            "--model",
            "-m",
            metavar="MODEL",
            help="Once for each model: provider:name, whatever LangChain's init_chat_model takes, or "
            "tiny:sums, tiny:differences, tiny:products. Recorded under its name without the provider; "
            "NAME=provider:name gives it another one.",
        ),
    ],
    samples: Annotated[
        int, typer.Option("--samples", "-n", metavar="N", min=1, help="Samples of each model a question.")
    ] = 5,
    temperature: Temperature = None,
    concurrency: Annotated[
        int, typer.Option(metavar="N", min=1, help="Most requests in flight at once, for each model.")
    ] = 8,
    price: Prices = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object about this run and nothing else.")
    ] = False,
) -> None:
    """Ask every model every question, several times, and keep what they say.

    Each sample is in a journal beside FILE as soon as it is there. Stopped or killed at any point, the same
    command goes on where it was: it asks for what is missing, and for draws that failed. With more samples or
    another model it adds them.

    For example:

    `modelswitch record questions.csv --out answers.jsonl -m openai:gpt-4o-mini -m tiny:sums --samples 8`
    """
    asked = read_questions(questions)
    if not asked:
        raise CommandError(f"{questions} holds no questions: there is nothing to ask", code=WRONG_USE)
    prices = dict(map(price_from_text, price or []))
    models = askers(model, temperature)
    if unknown := [name for name in prices if name not in models]:
        raise CommandError(
            f"--price names {unknown[0]!r}, but the models are {', '.join(models)}", code=WRONG_USE
        )
    with Journal(out) as journal, _kept():
        recorder = Recorder(journal, asked, models, samples=samples, concurrency=concurrency, prices=prices)
        try:
            with _progress(recorder):
                asyncio.run(recorder.run())
        except KeyboardInterrupt:
            journal.finish()
            sys.stderr.write(f"modelswitch: {_GOES_ON}\n")
            raise
        journal.finish()
    _tell(recorder.asked, out, as_json=as_json)
    if recorder.failed:
        raise CommandError(
            f"{recorder.failed} of {recorder.wanted} draws failed or were given up, such as "
            f"{recorder.a_failure}; the same command tries them again",
            code=FAILED,
        )


@contextmanager
def _kept() -> Iterator[None]:
    """Where a file cannot be written, says which and why, and that nothing written before is lost."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise CommandError(f"{where}{error.strerror or error}; {_GOES_ON}") from error


def _progress(recorder: Recorder) -> Progress:
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("recording"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:.1f}/s"),
        TextColumn("{task.fields[spent]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    task = progress.add_task("", total=recorder.wanted, rate=0.0, spent="")

    def shown() -> None:
        rate = progress.tasks[0].speed or 0.0
        progress.update(task, completed=recorder.done, rate=rate, spent=recorder.asked.spent)

    recorder.changed = shown
    return progress


def _tell(asked: Asked, out: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"out": str(out), **asked.to_dict()})
    else:
        sys.stdout.write(f"{out}: {asked.samples:,} new samples{asked.spent and ', ' + asked.spent}\n")
