"""A result as text: a short table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelswitch_core._result import ModelReport, SwitchResult

# What a terminal or the text around it would obey: control characters, lone surrogates, and what turns the
# order of a line around. White space has become single spaces before.
STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]")
_WIDEST_ANSWER = 40
_MOST_ANSWERS = 6
_LONGEST_FAILURE = 120


def table(result: SwitchResult) -> str:
    """The answer first, then a line a model, then what it cost."""
    width = max((len(shown(report.name)) for report in result.models), default=0)
    lines = [
        f"{shown(result.answer)}   ({result.stop_reason}, confidence {result.confidence:.0%})",
        *(_line(report, width) for report in result.models),
        *([f"  {unrewarded(result.reward_failure)}"] if result.reward_failure else ()),
        _cost(result),
    ]
    return "\n".join(lines)


def unrewarded(failure: str) -> str:
    """That the reward model had no say, and why."""
    line = STEERING.sub("�", " ".join(failure.split()))
    cut = line if len(line) <= _LONGEST_FAILURE else line[: _LONGEST_FAILURE - 1] + "…"
    return f"the reward model had no say: {cut.rstrip('.')}"


def shown(text: str | None) -> str:
    """An answer on one line, cut where it is long."""
    if text is None:
        return "(no readable answer)"
    line = STEERING.sub("�", " ".join(text.split()))
    return line if len(line) <= _WIDEST_ANSWER else line[: _WIDEST_ANSWER - 1] + "…"


def _line(report: ModelReport, width: int) -> str:
    name = f"  {shown(report.name):<{width}}"
    if not report.drawn:
        return f"{name}  not asked"
    return f"{name}  {report.drawn:>2} drawn   weight {report.weight:.2f}   {_answers(report) or 'no answer'}"


def _answers(report: ModelReport) -> str:
    by_count = sorted(report.answers.items(), key=lambda item: -item[1])
    parts = [f"{shown(answer)} ×{count}" for answer, count in by_count[:_MOST_ANSWERS]]
    if len(by_count) > _MOST_ANSWERS:
        parts.append(f"{len(by_count) - _MOST_ANSWERS} more")
    if report.unreadable:
        parts.append(f"unreadable ×{report.unreadable}")
    if report.failures:
        parts.append(f"failed ×{len(report.failures)}")
    return ", ".join(parts)


def _cost(result: SwitchResult) -> str:
    tokens = f", {result.usage.total_tokens:,} tokens" if result.usage else ""
    return (
        f"  {result.samples_drawn} of at most {result.samples_budget} samples "
        f"in {counted(result.waves, 'wave')}{tokens}"
    )


def counted(number: int, noun: str) -> str:
    """`1 sample`, `2,000 samples`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
