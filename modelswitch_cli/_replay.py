"""`modelswitch replay`: what a setting would have answered, and drawn, on a recording."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from modelswitch_cli._errors import WRONG_USE, CommandError
from modelswitch_cli._json import print_json
from modelswitch_cli._options import AnswerKind, Prices, Samples
from modelswitch_cli._plain import plain
from modelswitch_core.evaluation import (
    Baseline,
    Figures,
    Interval,
    Replay,
    policy_from_text,
    price_from_text,
    vote_from_text,
)
from modelswitch_core.evaluation import replay as replayed
from modelswitch_core.recordings import merge, read_recording

N = TypeVar("N", int, float)

_RIGHT = ("accuracy", "95 %", "first line ahead by", "95 %")
_TAKEN = ("samples", "waves", "tokens", "cost", "as pooled")


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
        merge(read_recording(recording, skip_bad_lines=skip_bad_lines)),
        models=names,
        samples=shares[0] if len(shares) == 1 else shares,
        policy=policy_from_text(policy),
        vote=None if vote is None else vote_from_text(vote),
        priors=None if priors is None else _numbers("--priors", priors, float),
        answer=answer,
        settled_exit=settled_exit,
        shuffles=shuffles,
        seed=seed,
        prices=dict(map(price_from_text, price or [])),
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
    names = " → ".join(plain(name, longest=40) for name in result.plan.names)
    console.print(Text(f"{result.questions:,} questions, {names}", "bold"))
    console.print(Text(f"{result.plan.policy}, {result.plan.vote}, samples {_shares(result)}", "dim"))
    rows: dict[str, Figures] = {type(result.plan.policy).__name__: result.figures}
    for name, alone in result.self_consistency.items():
        rows[f"self-consistency, {plain(name, longest=30)}"] = alone
    rows["all samples pooled"] = result.pooled
    # Two tables, so that neither is wider than a terminal.
    for headings, cells in ((_RIGHT, _right), (_TAKEN, _taken)):
        table = Table(box=None, header_style="dim")
        table.add_column("", overflow="fold")
        for heading in headings:
            table.add_column(heading, justify="right", no_wrap=True)
        for place, (label, figures) in enumerate(rows.items()):
            table.add_row(Text(label, "" if place else "bold"), *cells(figures))
        console.print(table)
        console.print()
    console.print(Text("\n".join(_notes(result)), "dim"))


def _shares(result: Replay) -> str:
    return " + ".join(map(str, result.plan.samples))


def _right(figures: Figures) -> list[str]:
    return [
        "?" if figures.accuracy is None else f"{figures.accuracy:.1%}",
        _interval(figures.accuracy_interval, sign=""),
        *(_ahead(figures) if isinstance(figures, Baseline) else ("", "")),
    ]


def _taken(figures: Figures) -> list[str]:
    tokens = figures.mean_input_tokens, figures.mean_output_tokens
    return [
        f"{figures.mean_samples:.2f}",
        f"{figures.mean_waves:.2f}",
        "?" if None in tokens else " + ".join(f"{count or 0:,.0f}" for count in tokens),
        "?" if figures.mean_cost is None else f"{figures.mean_cost:.3g}",
        f"{figures.agreement_with_pool:.1%}",
    ]


def _ahead(baseline: Baseline) -> tuple[str, str]:
    if baseline.difference is None:
        return "", ""
    return f"{100 * baseline.difference:+.1f}", _interval(baseline.difference_interval, sign="+")


def _interval(interval: Interval | None, *, sign: str) -> str:
    if interval is None:
        return ""
    return f"{100 * interval.low:{sign}.1f} … {100 * interval.high:{sign}.1f}"


def _notes(result: Replay) -> list[str]:
    switched = (
        f"Switched on {result.figures.switched:.1%} of the questions. Samples, waves, tokens (in + out) and "
        "cost are means a question; leads are points of accuracy; ? is not known."
    )
    notes = [switched]
    if result.shuffles:
        notes.append(f"Means over {result.shuffles} random orders of the draws, seed {result.seed}.")
    if result.left_out:
        few = ", ".join(f"{plain(name)} {count}" for name, count in result.too_few.items() if count)
        notes.append(f"{result.left_out:,} questions left out for want of samples: {few}.")
    if result.without_gold:
        notes.append(f"{result.without_gold:,} questions without a gold answer do not count in accuracy.")
    if result.unreadable_gold:
        notes.append(f"{result.unreadable_gold:,} gold answers cannot be read: every answer is wrong there.")
    if result.without_rewards:
        notes.append(
            f"{result.without_rewards:,} questions hold samples without a reward: where one of them was "
            "drawn, the answers are counted instead."
        )
    return notes
