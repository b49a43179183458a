"""`modelswitch replay`: what a setting would have answered, and drawn, on a recording."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from modelswitch_cli._errors import WRONG_USE, CommandError
from modelswitch_cli._json import print_json
from modelswitch_cli._options import AnswerKind, ListPrices, Prices, PriceTable, Samples
from modelswitch_cli._prices import prices_of
from modelswitch_cli._tables import drawn
from modelswitch_core.evaluation import Replay, policy_from_text, vote_from_text
from modelswitch_core.evaluation import replay as replayed
from modelswitch_core.recordings import read_merged

N = TypeVar("N", int, float)


def replay(
    recording: Annotated[
        Path, typer.Argument(metavar="FILE", help="The recording: JSON lines, one question a line.")
    ],
    models: Annotated[
        str,
        typer.Option(
            "--models",
            metavar="A,B",
            help="Names of models in the recording, parted by commas, in the order in which to ask them.",
        ),
    ],
    samples: Samples = "5",
    policy: Annotated[
        str,
        typer.Option(
            "--policy",
            metavar="NAME",
            help="When to stop and whom to ask next: paper, self_consistency, …; parameters behind a colon, "
            "such as paper:threshold=0.8.",
        ),
    ] = "paper",
    vote: Annotated[
        str | None,
        typer.Option(
            "--vote",
            metavar="NAME",
            help="How the answer is picked: entropy (or entropy:normalizer=samples), plurality, reward_best "
            "or reward_sum. Default: the policy's own.",
        ),
    ] = None,
    priors: Annotated[
        str | None,
        typer.Option(metavar="P,Q", help="How good each model is beforehand, such as 1,0.8. Default: all 1."),
    ] = None,
    answer: AnswerKind = "auto",
    settled_exit: Annotated[
        bool,
        typer.Option(
            "--settled-exit/--no-settled-exit",
            help="Drop draws that cannot change the answer; those in flight count as drawn.",
        ),
    ] = False,
    shuffles: Annotated[
        int,
        typer.Option(
            metavar="N", help="Mean over so many random orders of the draws; 0: the recorded order."
        ),
    ] = 0,
    seed: Annotated[int, typer.Option(metavar="S", help="Of the random orders.")] = 0,
    price: Prices = None,
    price_table: PriceTable = None,
    prices: ListPrices = False,
    skip_bad_lines: Annotated[
        bool, typer.Option("--skip-bad-lines", help="Leave out lines that cannot be read, with a note each.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """What a setting would have answered on a recording, and what it would have drawn.

    Beside it, on the same draws: each model's self-consistency, and the most common answer of all samples.
    Intervals are 95 % intervals; those of differences compare question by question.

    For example:

    `modelswitch replay answers.jsonl --models gpt-4o-mini,gemini-1.5-flash --samples 8 --answer number`
    """
    names = [name.strip() for name in models.split(",")]
    shares = _numbers("--samples", samples, int)
    result = replayed(
        # Several lines of one question, as several runs may have appended them, are one question.
        read_merged(recording, skip_bad_lines=skip_bad_lines),
        models=names,
        samples=shares[0] if len(shares) == 1 else shares,
        policy=policy_from_text(policy),
        vote=None if vote is None else vote_from_text(vote),
        priors=None if priors is None else _numbers("--priors", priors, float),
        answer=answer,
        settled_exit=settled_exit,
        shuffles=shuffles,
        seed=seed,
        prices=prices_of(names, given=price, table=price_table, listed=prices),
    )
    if as_json:
        print_json(result.to_dict())
    else:
        _show(Console(), result)


def _numbers(option: str, given: str, kind: Callable[[str], N]) -> list[N]:
    try:
        return [kind(part) for part in given.split(",")]
    except ValueError as error:
        raise CommandError(
            f"{option} {given!r} must be numbers parted by commas, one for each model", code=WRONG_USE
        ) from error


def _show(console: Console, result: Replay) -> None:
    console.print(Text(result.headline, "bold"))
    for figures in result.tables:
        console.print()
        console.print(drawn(figures, width=console.width))
    console.print()
    console.print(Text("\n".join(result.notes), "dim"))
