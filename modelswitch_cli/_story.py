"""What the demo tells: the figures, one question sample by sample, and what to type next."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.table import Table
from rich.terminal_theme import SVG_EXPORT_THEME

from modelswitch_cli._compare import Comparison
from modelswitch_core import Sample, SwitchResult
from modelswitch_core.evaluation import wilson_interval

if TYPE_CHECKING:
    from modelswitch_core.tiny import Question

# Rich's picture of a terminal, without the fonts that it would fetch from elsewhere.
_SVG = re.sub(r"<!--.*?-->|@font-face \{\{.*?\n    \}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def facts(comparison: Comparison) -> dict[str, Any]:
    """The same as plain data, for `--json`."""
    question, result = comparison.telling()
    return {
        "questions": len(comparison.questions),
        "rows": [asdict(row) for row in comparison.rows],
        "story": {
            "question": question.text,
            "gold": question.gold,
            "answer": result.answer,
            "samples": {
                report.name: [sample.answer for sample in _drawn(result, place)]
                for place, report in enumerate(result.models)
            },
            "weights": {report.name: report.weight for report in result.models},
            "explained": result.explain(),
        },
    }


def tell(console: Console, comparison: Comparison, *, seed: int) -> None:
    """Prints it all."""
    console.print(
        "\n[bold]ModelSwitch[/bold]: ask one model a few times; if it disagrees with itself, ask "
        "another; vote by how consistent each one was.\n"
    )
    console.print(
        f"{len(comparison.questions)} exercises, three tiny language models inside this package. Each is "
        "best at one kind of exercise, and none knows when it is wrong. Measured just now:\n",
        highlight=False,
    )
    _table(console, comparison)
    console.print(
        f"\nOn so many exercises, each figure is good to about ±{_luck(comparison)} points.",
        style="dim",
        highlight=False,
    )
    _one_question(console, *comparison.telling())
    console.print(
        f"\nOther exercises, other samples: [cyan]modelswitch demo --seed {seed + 1}[/]", highlight=False
    )
    console.print("\n[bold]Next[/bold], with your own models:\n")
    console.print(
        '  modelswitch ask "What is 17 * 24?" --model openai:gpt-4o-mini \\\n'
        "                  --model google_genai:gemini-2.5-flash\n",
        style="cyan",
        markup=False,
        highlight=False,
        soft_wrap=True,  # to be copied
    )
    console.print("or, wherever a LangChain chat model goes:\n")
    console.print(
        "  from langchain_modelswitch import ModelSwitchRunnable, switch_result\n\n"
        '  models = ["openai:gpt-4o-mini", "google_genai:gemini-2.5-flash"]\n'
        '  message = ModelSwitchRunnable(models=models).invoke("What is 17 * 24?")\n'
        '  print(message.text, switch_result(message), sep="\\n")\n',
        style="cyan",
        markup=False,
        highlight=False,
        soft_wrap=True,  # to be copied
    )


def _luck(comparison: Comparison) -> int:
    """Half the widest 95 % interval of the rows, in points of accuracy."""
    intervals = [wilson_interval(row.accuracy, len(comparison.questions)) for row in comparison.rows]
    return round(50 * max(interval.high - interval.low for interval in intervals))


def picture_of(console: Console) -> str:
    """What a recording console printed, as an SVG that fetches nothing."""
    return console.export_svg(title="modelswitch demo", theme=SVG_EXPORT_THEME, code_format=_SVG)


def _table(console: Console, comparison: Comparison) -> None:
    table = Table("", "right", "samples each", "saved", box=None, pad_edge=False, header_style="dim")
    for column in table.columns[1:]:
        column.justify = "right"
    for row in comparison.rows:
        style = "bold" if row.saved is not None else None
        saved = "" if row.saved is None else f"{row.saved:.0%}"
        table.add_row(row.setting, f"{row.accuracy:.0%}", f"{row.mean_samples:.1f}", saved, style=style)
    console.print(table)


def _one_question(console: Console, question: Question, result: SwitchResult) -> None:
    console.print(f"\n[bold]{question.text}[/bold]  (it is {question.gold})\n", highlight=False)
    width = max(len(report.name) for report in result.models)
    for place, report in enumerate(result.models):
        name = f"  {report.name:<{width}}   "
        if not report.drawn:
            console.print(f"{name}[dim]not asked[/]", highlight=False)
            continue
        answers = "  ".join(_mark(sample, result.answer) for sample in _drawn(result, place))
        console.print(f"{name}[dim]weight {report.weight:.2f}[/]   {answers}", highlight=False)
    console.print(
        f"  the vote: [bold green]{result.answer}[/] with {result.confidence:.0%} of it, after "
        f"{result.samples_drawn} of at most {result.samples_budget} samples",
        highlight=False,
    )


def _drawn(result: SwitchResult, place: int) -> list[Sample]:
    return [sample for sample in result.samples or () if sample.model == place]


def _mark(sample: Sample, chosen: str | None) -> str:
    text = sample.answer or "?"
    return f"[bold green]{text}[/]" if text == chosen else f"[yellow]{text}[/]"
