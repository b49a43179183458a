"""A result as text: a short table, and a few sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelswitch_core._result import ModelReport, SwitchResult

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_WIDEST_ANSWER = 40
_MOST_ANSWERS = 6

_WHY = {
    "consistent": "a model agreed with itself",
    "margin": "the leading answer was far enough ahead",
    "all_drawn": "every sample was drawn",
    "settled": "nothing still open could change the answer",
    "time_limit": "the time was up",
    "incomparable": "the answers are prose that can only be compared word by word",
}


def table(result: SwitchResult) -> str:
    """The answer first, then a line a model, then what it cost."""
    width = max(len(report.name) for report in result.models)
    lines = [
        f"{shown(result.answer)}   ({result.stop_reason}, confidence {result.confidence:.0%})",
        *(_line(report, width) for report in result.models),
        _cost(result),
    ]
    return "\n".join(lines)


def sentences(result: SwitchResult) -> str:
    """Who was asked, what they said, why it stopped, what it cost."""
    asked = [report for report in result.models if report.drawn]
    told = " ".join(_told(report) for report in asked)
    skipped = [report.name for report in result.models if not report.drawn]
    end = f"It stopped because {_WHY[result.stop_reason]}"
    if skipped and result.stop_reason in ("consistent", "margin", "settled"):
        end += f", so {_listed(skipped)} never had to be asked."
    else:
        end += f"; {_listed(skipped)} had not been asked." if skipped else "."
    if result.answer is None:
        verdict = "No response held an answer that could be read, so the first one is returned as it is."
    else:
        chosen = result.models[result.chosen.model]
        verdict = (
            f"The answer is {shown(result.answer)} with {result.confidence:.0%} of the vote; the response "
            f"returned is draw {result.chosen.draw} of {chosen.name}."
        )
    cost = f"It took {_count(result.samples_drawn, 'sample')} of at most {result.samples_budget}."
    return f"{told} {end} {verdict} {cost}"


def shown(text: str | None) -> str:
    """An answer on one line, cut where it is long."""
    if text is None:
        return "(no readable answer)"
    # Control characters out of a model's mouth are not for a terminal to obey.
    line = _CONTROL.sub("�", " ".join(text.split()))
    return line if len(line) <= _WIDEST_ANSWER else line[: _WIDEST_ANSWER - 1] + "…"


def _line(report: ModelReport, width: int) -> str:
    name = f"  {report.name:<{width}}"
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
        f"in {_count(result.waves, 'wave')}{tokens}"
    )


def _told(report: ModelReport) -> str:
    if not report.answers:
        return f"{report.name} was asked {_count(report.drawn, 'time')} and gave no readable answer."
    return f"{report.name} was asked {_count(report.drawn, 'time')}: {_answers(report)}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
