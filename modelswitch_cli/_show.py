"""A result on the terminal: the answer, the stages, the votes, the cost."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from modelswitch_cli._plain import plain
from modelswitch_core import ModelReport, SwitchResult, Usage

_BAR = 24
_MOST_ANSWERS = 8
_MOST_FAILURES = 4


def show(console: Console, text: str, result: SwitchResult) -> None:
    """Prints the answer, the response that it was read from, and how it came about."""
    answer = "(no readable answer)" if result.answer is None else plain(result.answer)
    console.print(Text(answer, "bold green"))
    if text.strip() != result.answer:
        console.print(Text(plain(text.strip()), "dim"))
    console.print()
    console.print(_stages(result))
    for line in _failures(result):
        console.print(Text(line, "yellow"))
    if result.scores:
        console.print()
        console.print(_votes(result))
    console.print()
    console.print(Text(_cost(result), "dim"))


def _stages(result: SwitchResult) -> Table:
    table = Table("model", "drawn", "answers", "weight", "tokens", "seconds", box=None, header_style="dim")
    for place in (1, 3, 4, 5):
        table.columns[place].justify = "right"
    for report in result.models:
        name = Text(plain(report.name, longest=40))
        if not report.drawn:
            table.add_row(name, "", Text("not asked", "dim"))
            continue
        table.add_row(
            name,
            str(report.drawn),
            Text(_answers(report)),
            f"{report.weight:.2f}",
            _tokens(report.usage),
            "" if report.seconds is None else f"{report.seconds:.1f}",
        )
    return table


def _answers(report: ModelReport) -> str:
    by_count = sorted(report.answers.items(), key=lambda item: -item[1])
    parts = [f"{plain(answer, longest=40)} ×{count}" for answer, count in by_count[:_MOST_ANSWERS]]
    if len(by_count) > _MOST_ANSWERS:
        parts.append(f"{len(by_count) - _MOST_ANSWERS} more")
    if report.unreadable:
        parts.append(f"unreadable ×{report.unreadable}")
    if report.failures:
        parts.append(f"failed ×{len(report.failures)}")
    dropped = report.drawn - sum(report.answers.values()) - report.unreadable - len(report.failures)
    if dropped > 0:
        parts.append(f"not waited for ×{dropped}")
    return ", ".join(parts)


def _failures(result: SwitchResult) -> list[str]:
    """Why draws failed, alike ones together."""
    why = Counter((report.name, failure) for report in result.models for failure in report.failures)
    lines = [
        f" {plain(name, longest=40)} failed ×{count}: {plain(failure, longest=200)}"
        for (name, failure), count in why.most_common(_MOST_FAILURES)
    ]
    return lines + (
        [f" {len(why) - _MOST_FAILURES} more kinds of failure"] if len(why) > _MOST_FAILURES else []
    )


def _votes(result: SwitchResult) -> Table:
    """One bar an answer, the winner's first and full."""
    ranked = sorted(result.scores.items(), key=lambda item: (item[0] != result.answer, -item[1]))
    most = max((score for _, score in ranked), default=0.0)
    table = Table("vote", "score", "", box=None, header_style="dim")
    table.columns[1].justify = "right"
    for answer, score in ranked[:_MOST_ANSWERS]:
        won = answer == result.answer
        filled = round(_BAR * max(0.0, score) / most) if most > 0 else 0
        bar = Text("█" * filled, "green" if won else "yellow")
        bar.append(f" {result.confidence:.0%}" if won else "")
        table.add_row(Text(plain(answer, longest=40), "bold" if won else ""), f"{score:.3g}", bar)
    if len(ranked) > _MOST_ANSWERS:
        table.add_row(Text(f"{len(ranked) - _MOST_ANSWERS} more", "dim"))
    return table


def _cost(result: SwitchResult) -> str:
    waves = "1 wave" if result.waves == 1 else f"{result.waves} waves"
    tokens = f", {_tokens(result.usage)} tokens" if result.usage else ""
    return (
        f"Stopped: {result.stop_reason.replace('_', ' ')}. {result.samples_drawn} of at most "
        f"{result.samples_budget} samples in {waves}{tokens}."
    )


def _tokens(usage: Usage | None) -> str:
    return "" if usage is None else f"{usage.total_tokens:,}"
