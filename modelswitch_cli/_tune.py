"""`modelswitch tune`: from a recording to the setting to use, with the proof beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.text import Text

from modelswitch_cli._errors import WRONG_USE, CommandError
from modelswitch_cli._json import print_json
from modelswitch_cli._options import AnswerKind, ListPrices, Prices, PriceTable
from modelswitch_cli._prices import prices_of
from modelswitch_cli._tables import drawn
from modelswitch_core.evaluation import Tuned
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
    price_table: PriceTable = None,
    prices: ListPrices = False,
    objective: Annotated[
        Literal["samples", "cost"], typer.Option(help="What to keep low, beside a high accuracy.")
    ] = "samples",
    tolerance: Annotated[
        float,
        typer.Option(metavar="SHARE", help="How much accuracy may be lost to the default for savings."),
    ] = 0.02,
    rewards: Annotated[
        bool,
        typer.Option(
            "--rewards/--no-rewards",
            help="Whether votes by reward may be chosen, where the recording holds rewards.",
        ),
    ] = True,
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
    judged by how often they answer as all samples together do, and priors are not tried: estimated from the
    models' agreement they did not help on questions held out.

    For example:

    `modelswitch tune answers.jsonl --answer number --config switch.json --plot frontier.svg`
    """
    for option, path in (("--config", config), ("--plot", plot)):
        _check_folder(option, path)
    figure = _figure(plot) if plot is not None else None
    names = [name.strip() for name in models.split(",")] if models is not None else None
    questions = list(read_recording(recording, skip_bad_lines=skip_bad_lines))
    of = names or list(dict.fromkeys(name for question in questions for name in question.samples))
    result = tuned(
        questions,
        models=names,
        samples=samples,
        answer=answer,
        prices=prices_of(of, given=price, table=price_table, listed=prices),
        objective=objective,
        tolerance=tolerance,
        rewards=rewards,
        shuffles=shuffles,
        seed=seed,
    )
    if config is not None:
        config.write_text(json.dumps(result.config, indent=2) + "\n", encoding="utf-8")
    if figure is not None and plot is not None:
        _draw(figure, result, plot)
    if as_json:
        print_json(result.to_dict())
    else:
        console = Console()
        _show(console, result)
        more = ", with reward=… beside it" if result.needs_reward_model else ""
        how = f": read it with json.loads, and hand it to from_config of either door{more}"
        for what, path, remark in (("setting", config, how), ("frontier", plot, "")):
            if path is not None:
                console.print()
                line = f"The {what} is in {path}{remark}."
                console.print(line, soft_wrap=True, markup=False, highlight=False)


def _check_folder(option: str, path: Path | None) -> None:
    """Says before the work, not after it, that a file would have no folder to lie in."""
    if path is not None and not path.parent.is_dir():
        raise CommandError(f"{option} {path}: there is no folder {path.parent}, make it first")


def _figure(path: Path) -> Figure:
    """An empty figure, made before the work, so that what is missing is said at once."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise CommandError("--plot needs matplotlib: pip install 'modelswitch[plots]'") from error
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    kinds = figure.canvas.get_supported_filetypes()
    if path.suffix[1:].lower() not in kinds:
        raise CommandError(
            f"--plot {path} does not end in a format of pictures: use one of {', '.join(sorted(kinds))}",
            code=WRONG_USE,
        )
    return figure


def _draw(figure: Figure, result: Tuned, path: Path) -> None:
    result.plot(figure.subplots())
    figure.savefig(path, dpi=200)


def _show(console: Console, result: Tuned) -> None:
    console.print(Text(result.headline, "bold"))
    console.print()
    console.print(drawn(result.table, width=console.width))
    console.print()
    console.print(Text("\n".join(result.notes), "dim"))
    for name, code in (("LangChain", result.code("langchain")), ("LlamaIndex", result.code("llamaindex"))):
        console.print()
        console.print(Text(name, "bold"))
        # Code is to be copied: rich must neither wrap nor mark it up.
        console.print(code, soft_wrap=True, markup=False, highlight=False)
