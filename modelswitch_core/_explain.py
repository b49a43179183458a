"""A result in a few sentences, for people who have never heard of a draw or a weight."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from modelswitch_core._table import counted, shown, unrewarded

if TYPE_CHECKING:
    from modelswitch_core._result import ModelReport, SwitchResult

# What keeps the sentences few and short; the rest is counted.
_MOST_MODELS = 4
_MOST_ANSWERS = 4
_MOST_SENTENCES = 2
"""About models; two more say why it stopped and what the answer is."""

_LEVEL = 1e-9
"""Scores this close, relatively, are tied; as in the votes."""

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def sentences(result: SwitchResult) -> str:
    """Who was asked and what they said, why it stopped and after how much, and what the answer is.

    Three or four sentences however many models there are, and one more where a reward model had no say.
    """
    asked = [report for report in result.models if report.drawn]
    told = [_told(report) for report in asked[:_MOST_MODELS]]
    if more := asked[_MOST_MODELS:]:
        told.append(
            f"{counted(len(more), 'more model')} gave {counted(sum(map(_answered, more)), 'answer')} to "
            f"{counted(sum(report.drawn for report in more), 'request')}"
        )
    if len(told) > _MOST_SENTENCES:
        told = [told[0], "; ".join([*told[1:-1], f"and {told[-1]}"])]
    ends = [_why(result), _verdict(result)]
    if result.reward_failure:
        ends.append(f"T{unrewarded(result.reward_failure)[1:]}.")
    return " ".join([*(f"{sentence}." for sentence in told), *ends])


def _told(report: ModelReport) -> str:
    start = f"{shown(report.name)} was asked {_times(report.drawn)}"
    other = _without_answer(report)
    if not report.answers:
        why = f": {_listed(other)}" if report.unreadable < report.drawn else ""
        return f"{start} and gave no {'readable ' if report.unreadable else ''}answer{why}"
    if len(report.answers) == 1 and not other:
        (answer,) = report.answers
        return f"{start} and said {_quoted(answer)}{' every time' if report.drawn > 1 else ''}"
    end = f"{'; ' if other else ''}{_listed(other)}"
    many = len(report.answers) >= _MOST_ANSWERS or _look_alike(report.answers)
    if many and max(report.answers.values()) == 1:
        return f"{start} and gave {len(report.answers):,} different answers{end}"
    by_count = sorted(report.answers.items(), key=lambda item: -item[1])
    said = [f"{_quoted(answer)} ({_times(count)})" for answer, count in by_count[:_MOST_ANSWERS]]
    if len(by_count) > _MOST_ANSWERS:
        said.append(counted(len(by_count) - _MOST_ANSWERS, "other answer"))
    return f"{start} and said {_listed(said)}{end}"


def _without_answer(report: ModelReport) -> list[str]:
    """What became of the requests that brought no answer."""
    found = []
    if report.unreadable:
        found.append(f"{counted(report.unreadable, 'response')} held no answer that could be read")
    if report.failures:
        kind = Counter(failure.partition(":")[0] for failure in report.failures).most_common(1)[0][0]
        found.append(f"{counted(len(report.failures), 'request')} failed ({shown(kind)})")
    dropped = report.drawn - _answered(report) - report.unreadable - len(report.failures)
    if dropped > 0:
        found.append(f"{counted(dropped, 'request')} {'was' if dropped == 1 else 'were'} not waited for")
    return found


def _why(result: SwitchResult) -> str:
    tokens = f" ({result.usage.total_tokens:,} tokens)" if result.usage else ""
    took = f"{result.samples_drawn:,} of at most {counted(result.samples_budget, 'sample')}{tokens}"
    skipped = _listed([shown(report.name) for report in result.models if not report.drawn])
    unneeded = f", and {skipped} never had to be asked" if skipped else ""
    unasked = f"; {skipped} had not been asked" if skipped else ""
    match result.stop_reason:
        case "consistent":
            return f"That was agreement enough: it stopped after {took}{unneeded}."
        case "margin":
            ranked = sorted(result.scores.values(), reverse=True)
            if len(ranked) > 1 and ranked[0] == ranked[1]:
                return (
                    "Each model kept to an answer of its own, which more samples seldom change: it stopped "
                    f"after {took}{unneeded}."
                )
            return (
                f"By then {_quoted(result.answer)} was far enough ahead: it stopped after {took}{unneeded}."
            )
        case "settled":
            return (
                f"No answer still to come could have changed the outcome: it stopped after {took}{unneeded}."
            )
        case "all_drawn":
            decided = ", and the vote decided" if len(result.scores) > 1 else ""
            return (
                f"Everything was drawn, {counted(result.samples_drawn, 'sample')}{tokens}{decided}{unasked}."
            )
        case "time_limit":
            return f"Then the time was up: it stopped after {took} with what had arrived by then{unasked}."
        case "incomparable":
            return (
                "These answers are free text, which can only be compared word by word, so that more of them "
                f"would have told little: it stopped after {took}{unasked}."
            )


def _verdict(result: SwitchResult) -> str:
    if result.answer is None:
        return "No response held an answer that could be read, so the first one is returned as it is."
    returned = f"the text returned is {_whose(result)}"
    score = result.scores.get(result.answer, 0.0)
    others = {answer: other for answer, other in result.scores.items() if answer != result.answer}
    if not others:
        return f"The answer is {_quoted(result.answer)}, as no other was given; {returned}."
    total = math.fsum(result.scores.values())
    of_the_vote = total > 0 and math.isclose(result.confidence, score / total, rel_tol=1e-6)
    share = (
        f"{result.confidence:.0%} of the vote" if of_the_vote else f"a confidence of {result.confidence:.0%}"
    )
    answer = f"The answer is {_quoted(result.answer)} with {share}"
    best = max(others.values())
    level = [other for other, got in others.items() if math.isclose(got, score, rel_tol=_LEVEL)]
    if level and best <= score * (1 + _LEVEL):
        return f"{answer}: it came out level with {_others(level)} and was given first; {returned}."
    if best < score:
        second = next(other for other, got in others.items() if got == best)
        scored = "" if of_the_vote else " and the highest score"
        return f"{answer}{scored}, ahead of {_quoted(second)}; {returned}."
    return f"{answer}; {returned}."


def _whose(result: SwitchResult) -> str:
    chosen = result.chosen
    name = shown(result.models[chosen.model].name) if chosen.model < len(result.models) else "a model"
    if chosen.draw < len(_ORDINALS):
        return f"the {_ORDINALS[chosen.draw]} response of {name}"
    return f"response {chosen.draw + 1} of {name}"


def _others(answers: list[str]) -> str:
    if len(answers) < _MOST_ANSWERS and not _look_alike(answers):
        return _listed([_quoted(answer) for answer in answers])
    return f"{len(answers):,} others"


def _quoted(answer: str | None) -> str:
    """The answer so that one sees where it ends: of several words, it would run into the sentence."""
    line = shown(answer)
    return f"“{line}”" if " " in line else line


def _look_alike(answers: Iterable[str]) -> bool:
    """Whether some are long and begin alike, so that they cannot be told apart where they are cut."""
    lines = [shown(answer) for answer in answers]
    return len(set(lines)) < len(lines)


def _answered(report: ModelReport) -> int:
    return sum(report.answers.values())


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _listed(parts: list[str]) -> str:
    return ", ".join(parts[:-1]) + f" and {parts[-1]}" if len(parts) > 1 else "".join(parts)
