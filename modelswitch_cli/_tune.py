"""`modelswitch tune`: from a recording to the setting to use, with the proof beside it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from modelswitch_cli._errors import CommandError
from modelswitch_cli._options import AnswerKind, Prices
from modelswitch_cli._plain import plain
from modelswitch_core import SwitchPlan
from modelswitch_core.evaluation import (
    Interval,
    Price,
    Tuned,
    TunedFigures,
    known_price,
    price_from_text,
)
from modelswitch_core.evaluation import tune as tuned
from modelswitch_core.recordings import read_recording

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def tune(
    recording: Annotated[
        Path, typer.Argument(metavar="FILE", help="The recording: JSON lines, one question a line.")
    ],
    models: Annotated[
        str | None,
        typer.Option(
            "--models",
            metavar="A,B",
            help="Names of models in the recording, parted by commas. Default: all.",
        ),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(
            "--samples", "-n", metavar="N", help="The most samples of each model. Default: those recorded."
        ),
    ] = None,
    answer: AnswerKind = "auto",
    price: Prices = None,
    prices: Annotated[
        bool, typer.Option("--prices", help="Take list prices from the package genai-prices.")
    ] = False,
    objective: Annotated[
        Literal["samples", "cost"], typer.Option(help="What to keep low, beside a high accuracy.")
    ] = "samples",
    tolerance: Annotated[
        float,
        typer.Option(metavar="SHARE", help="How much accuracy may be lost to the default for savings."),
    ] = 0.02,
    shuffles: Annotated[
        int, typer.Option(metavar="N", help="Mean over so many random orders of the draws.")
    ] = 5,
    seed: Annotated[int, typer.Option(metavar="S", help="Of the split and the random orders.")] = 0,
    config: Annotated[
        Path | None, typer.Option(metavar="OUT.json", help="Write the setting, for from_config.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="OUT.svg", help="Draw the frontier: svg, png or pdf.")
    ] = None,
    skip_bad_lines: Annotated[
        bool, typer.Option("--skip-bad-lines", help="Leave out lines that cannot be read, with a note each.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """The best setting for your questions, from a recording, in one line.

    Half of the questions are searched for models, order, samples, policy, vote and priors; the other half,
    which the search never saw, says how good the choice is. Where right answers are not known, settings are
    judged by how often they answer as all samples together do.

    For example:

    `modelswitch tune answers.jsonl --answer number --config switch.json --plot frontier.svg`
    """
    questions = list(read_recording(recording, skip_bad_lines=skip_bad_lines))
    names = [name.strip() for name in models.split(",")] if models is not None else None
    given = dict(map(price_from_text, price or []))
    if prices:
        of = names or list(dict.fromkeys(name for question in questions for name in question.samples))
        given = {**_known(of), **given}
    figure = _figure() if plot is not None else None
    result = tuned(
        questions,
        models=names,
        samples=samples,
        answer=answer,
        prices=given,
        objective=objective,
        tolerance=tolerance,
        shuffles=shuffles,
        seed=seed,
    )
    if config is not None:
        config.write_text(json.dumps(result.config, indent=2) + "\n", encoding="utf-8")
    if figure is not None and plot is not None:
        _draw(figure, result, plot)
    if as_json:
        sys.stdout.write(json.dumps(result.to_dict()) + "\n")
    else:
        console = Console()
        _show(console, result)
        how = ": read it with json.loads, and hand it to from_config of either door"
        for what, path, remark in (("setting", config, how), ("frontier", plot, "")):
            if path is not None:
                console.print()
                line = f"The {what} is in {path}{remark}."
                console.print(line, soft_wrap=True, markup=False, highlight=False)


def _known(names: list[str]) -> dict[str, Price]:
    found = {name: known_price(name) for name in names}
    return {name: price for name, price in found.items() if price is not None}


def _figure() -> Figure:
    """An empty figure, made before the work, so that what is missing is said at once."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise CommandError("--plot needs matplotlib: pip install 'modelswitch[plots]'") from error
    return Figure(figsize=(6.4, 4.0), layout="constrained")


def _draw(figure: Figure, result: Tuned, path: Path) -> None:
    result.plot(figure.subplots())
    try:
        figure.savefig(path, dpi=200)
    except ValueError as error:
        raise CommandError(f"--plot {path} cannot be drawn: {error}") from error


def _show(console: Console, result: Tuned) -> None:
    what = "accuracy" if result.yardstick == "accuracy" else "as pool"
    kept = result.setting == result.default_setting
    tried = f"{result.settings_tried} settings tried" if result.searched_questions else "nothing searched"
    held_out = " held out" if result.searched_questions else ""
    console.print(Text(f"{result.questions:,} questions{held_out}, {tried}", "bold"))
    console.print()
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("", overflow="fold")
    columns = [what, "95 %", "samples", "waves"]
    costs = result.figures.mean_cost is not None
    for heading in [*columns, *(["cost"] if costs else [])]:
        table.add_column(heading, justify="right", no_wrap=True)
    default = "default, kept" if kept else "default"
    if not kept:
        label = Text(f"tuned: {told(result.setting)}", "bold")
        table.add_row(label, *_cells(result.figures, costs=costs))
    label = Text(f"{default}: {told(result.default_setting)}", "bold" if kept else "")
    table.add_row(label, *_cells(result.default, costs=costs))
    for name, figures in result.self_consistency.items():
        table.add_row(Text(f"self-consistency, {plain(name, longest=30)}"), *_cells(figures, costs=costs))
    table.add_row(Text("all samples pooled"), *_cells(result.pooled, costs=costs))
    if result.frontier:
        table.add_section()
        table.add_row()
        table.add_row(Text("the frontier of the questions searched, on those held out", "dim"))
        for point in result.frontier:
            table.add_row(Text(told(point.setting)), *_cells(point.figures, costs=costs))
    console.print(table)
    console.print()
    console.print(Text("\n".join(_notes(result)), "dim"))
    for door in ("LangChain", "LlamaIndex"):
        console.print()
        console.print(Text(door, "bold"))
        # Code is to be copied: rich must neither wrap nor mark it up.
        console.print(
            result.code("langchain" if door == "LangChain" else "llamaindex"),
            soft_wrap=True,
            markup=False,
            highlight=False,
        )


def told(plan: SwitchPlan) -> str:
    """A setting in a few words: only what is not a default."""
    chain = " → ".join(
        f"{plain(name, longest=30)} ×{share}" for name, share in zip(plan.names, plan.samples, strict=True)
    )
    parts = [chain, _brief(plan.policy)]
    if plan.vote != getattr(plan.policy, "default_vote", None):
        parts.append(_brief(plan.vote))
    if len(set(plan.priors)) > 1:
        parts.append(f"priors {', '.join(f'{prior:.2g}' for prior in plan.priors)}")
    return ", ".join(parts)


def _brief(made: Any) -> str:
    """A policy or a vote without the parameters that are as by default."""
    name, _, given = repr(made).rstrip(")").partition("(")
    usual = repr(type(made)()).rstrip(")").partition("(")[2].split(", ")
    odd = ", ".join(part for part in given.split(", ") if part not in usual)
    return f"{name}({odd})" if odd else name


def _cells(figures: TunedFigures, *, costs: bool) -> list[str]:
    cost = "?" if figures.mean_cost is None else f"{figures.mean_cost:.3g}"
    return [
        f"{figures.score:.1%}",
        _interval(figures.interval, sign=""),
        f"{figures.mean_samples:.2f}",
        f"{figures.mean_waves:.2f}",
        *([cost] if costs else []),
    ]


def _interval(interval: Interval, *, sign: str) -> str:
    return f"{100 * interval.low:{sign}.1f} … {100 * interval.high:{sign}.1f}"


def _notes(result: Tuned) -> list[str]:
    unit = "accuracy" if result.yardstick == "accuracy" else "agreement"
    notes = []
    if result.searched_questions:
        reach = 50 * (result.gain_interval.high - result.gain_interval.low)
        notes.append(
            f"Tuned against default: {100 * result.gain:+.1f} points of {unit}, 95 % interval "
            f"{_interval(result.gain_interval, sign='+')}. Searched on {result.searched_questions:,} other "
            f"questions; on these {result.questions:,}, differences below {reach:.0f} points cannot be told."
            if result.setting != result.default_setting
            else f"The default is kept: the {result.searched_questions:,} questions searched prove no other "
            "setting safe and better or cheaper. More questions may, or a larger --tolerance."
        )
    notes.append(result.rule)
    if result.yardstick == "agreement":
        notes.append(
            "Right answers are not known, or of too few questions: settings are judged by how often they "
            "answer as the most common of all samples does, not by what is right."
        )
    if result.left_out:
        notes.append(f"{result.left_out:,} questions left out for want of samples.")
    if result.without_gold:
        notes.append(f"{result.without_gold:,} questions without a gold answer left out.")
    means = "Samples, waves and cost" if result.figures.mean_cost is not None else "Samples and waves"
    drawn = f"{result.shuffles} random orders of the draws, seed {result.seed}"
    notes.append(f"{means} are means a question, over {drawn}.")
    return notes
