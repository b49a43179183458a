"""The main job, offline: real chat clients over HTTP, a local server, two models that know different things.

    python -m examples.demo [--seed N] [--json]

There is no API key here, so the two models are make-believe, and say so: a local provider server answers for
them, right or wrong by a coin weighted by what each is good at. Everything in front of the wire is real.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.terminal_theme import SVG_EXPORT_THEME

from langchain_modelswitch import ModelSwitchRunnable, SwitchResult, switch_result
from modelswitch_core import Sample
from tests.wire import WireRequest, WireServer
from tests.wire.clients import chat_gemini, chat_openai

SAMPLES = 5

# Rich's picture of a terminal, without the fonts that it would fetch from elsewhere.
_SVG = re.sub(r"<!--.*?-->|@font-face \{\{.*?\n    \}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)

# How often each is right, per sample. Neither is good at everything, and neither knows when it is wrong:
# that shows only in how its answers scatter.
SKILL = {
    "sums-mini": {"+": 0.95, "×": 0.45},
    "products-flash": {"+": 0.55, "×": 0.90},
}


@dataclass(frozen=True)
class Question:
    """An exercise with its right answer."""

    text: str
    gold: int


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    setting: str
    accuracy: float
    mean_samples: float
    saved: float | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demo."""
    parser = argparse.ArgumentParser(prog="python -m examples.demo", description="ModelSwitch, offline.")
    parser.add_argument("--seed", type=int, default=7, help="other exercises, other slips (default 7)")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="save what is printed as a picture")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    options = parser.parse_args(arguments)
    console = Console(quiet=options.json, record=options.svg is not None, width=76 if options.svg else None)
    with WireServer() as server:
        for name, skill in SKILL.items():
            server.serve(name, make_believe(name, skill, options.seed))
        rows, results = asyncio.run(run(server.url, exercises(options.seed), console))
    if options.json:
        print(json.dumps({"rows": [asdict(row) for row in rows]}))
    else:
        show(console, rows, results)
    if options.svg:
        options.svg.write_text(
            console.export_svg(title="make demo", theme=SVG_EXPORT_THEME, code_format=_SVG)
        )
    return 0


async def run(
    url: str, questions: list[Question], console: Console
) -> tuple[list[Row], list[tuple[Question, SwitchResult]]]:
    """Every setting on every question; the switch's own results for the story."""
    first = chat_openai(url, "sums-mini", temperature=1)
    second = chat_gemini(url, "products-flash", temperature=1)
    budget = 2 * SAMPLES
    # One request at a time, so that the same seed tells the same story.
    one_at_a_time: dict[str, Any] = {"max_concurrency": 1, "settled_exit": False, "keep_samples": True}
    settings: dict[str, ModelSwitchRunnable] = {
        f"{model.model_name if model is first else 'products-flash'}{what}": ModelSwitchRunnable(
            models=[model], samples=samples, policy="self_consistency", **one_at_a_time
        )
        for what, samples in ((", one sample", 1), (f", vote of {budget}", budget))
        for model in (first, second)
    }
    switch = ModelSwitchRunnable(models=[first, second], samples=SAMPLES, **one_at_a_time)
    settings["ModelSwitch, both"] = switch
    rows, told = [], []
    columns = (TextColumn("{task.description:36}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        for name, model in settings.items():
            task = progress.add_task(name, total=len(questions))
            results = []
            for question in questions:
                result = switch_result(await model.ainvoke(question.text))
                assert result is not None
                results.append(result)
                progress.advance(task)
            rows.append(_row(name, questions, results, budget if model is switch else None))
            told = list(zip(questions, results, strict=True))
    return rows, told


def exercises(seed: int, count: int = 30) -> list[Question]:
    """Sums and products in turn."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        if number % 2:
            a, b = rng.randrange(12, 99), rng.randrange(3, 29)
            made.append(Question(f"What is {a} × {b}?", a * b))
        else:
            a, b = rng.randrange(100, 999), rng.randrange(100, 999)
            made.append(Question(f"What is {a} + {b}?", a + b))
    return made


def make_believe(name: str, skill: dict[str, float], seed: int) -> Callable[[WireRequest], str]:
    """A model that is right as often as its skill says, and otherwise slips in a digit."""
    asked: dict[str, int] = {}

    def answer(request: WireRequest) -> str:
        text = request.last_user_text
        asked[text] = asked.get(text, 0) + 1
        rng = random.Random(f"{seed} {name} {text} {asked[text]}")
        found = re.fullmatch(r"What is (\d+) ([+×]) (\d+)\?", text)
        if found is None:
            return "I only do sums and products."
        a, operator, b = int(found[1]), found[2], int(found[3])
        right = a + b if operator == "+" else a * b
        slip = 0 if rng.random() < skill[operator] else rng.choice([-100, -10, -9, -1, 1, 2, 9, 10, 100])
        return f"{a} {operator} {b}: I worked it out digit by digit. The answer is {right + slip}."

    return answer


def show(console: Console, rows: list[Row], results: list[tuple[Question, SwitchResult]]) -> None:
    """The table, one question's story, and what to type next."""
    console.print("\n[bold]ModelSwitch[/bold]: ask one model a few times; if it disagrees with itself,")
    console.print("ask another; vote by how consistent each one was.\n")
    console.print(
        f"{len(results)} exercises. Two make-believe models on a local server: one is good at",
        highlight=False,
    )
    console.print("sums, one at products, and neither knows when it is wrong.\n")
    table = Table("", "right", "samples each", "saved", box=None, pad_edge=False, header_style="dim")
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        style = "bold" if row.saved is not None else None
        saved = "" if row.saved is None else f"{row.saved:.0%}"
        table.add_row(row.setting, f"{row.accuracy:.0%}", f"{row.mean_samples:.1f}", saved, style=style)
    console.print(table)
    story(console, *_telling(results))
    console.print("\n[bold]Next[/bold]: your own models, wherever a LangChain chat model goes:\n")
    code = (
        "  from langchain_modelswitch import ModelSwitchRunnable, switch_result\n\n"
        "  models = ['openai:gpt-4o-mini', 'google_genai:gemini-2.5-flash']\n"
        "  message = ModelSwitchRunnable(models=models).invoke('What is 17 * 24?')\n"
        "  print(message.text, switch_result(message), sep='\\n')\n"
    )
    console.print(code, style="cyan", markup=False, highlight=False)


def story(console: Console, question: Question, result: SwitchResult) -> None:
    """One switched question, sample by sample."""
    console.print(f"\n[bold]{question.text}[/bold]  (it is {question.gold})\n", highlight=False)
    for place, report in enumerate(result.models):
        drawn = [sample for sample in result.samples or () if sample.model == place]
        weight = f"[dim]weight {report.weight:.2f}[/]"
        answers = "  ".join(_mark(sample, result.answer) for sample in drawn)
        console.print(f"  {report.name:<16}{weight}   {answers}", highlight=False)
    console.print(
        f"  the vote: [bold green]{result.answer}[/] with {result.confidence:.0%} of it, after "
        f"{result.samples_drawn} of at most {result.samples_budget} samples",
        highlight=False,
    )


def _mark(sample: Sample, chosen: str | None) -> str:
    text = sample.answer or "?"
    return f"[bold green]{text}[/]" if text == chosen else f"[yellow]{text}[/]"


def _telling(results: list[tuple[Question, SwitchResult]]) -> tuple[Question, SwitchResult]:
    """The most telling question: switched, right in the end, and wrong by the first model's own vote."""

    def rank(told: tuple[Question, SwitchResult]) -> tuple[bool, bool, bool]:
        question, result = told
        first = result.models[0].answers
        misled = bool(first) and max(first, key=first.__getitem__) != result.answer
        return result.answer == str(question.gold), result.waves > 1, misled

    return max(results, key=rank)


def _row(name: str, questions: list[Question], results: list[SwitchResult], budget: int | None) -> Row:
    right = sum(
        result.answer == str(question.gold) for question, result in zip(questions, results, strict=True)
    )
    samples = sum(result.samples_drawn for result in results) / len(results)
    return Row(name, right / len(questions), samples, None if budget is None else 1 - samples / budget)


if __name__ == "__main__":
    sys.exit(main())
