"""From a finished run to its `SwitchResult`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from modelswitch_core._failures import describe, printable
from modelswitch_core._result import Chosen, ModelReport, Sample, SwitchResult, Usage
from modelswitch_core._types import Answer
from modelswitch_core._votes import entropy_bits

if TYPE_CHECKING:
    from modelswitch_core._switch import SwitchRun


def switch_result(run: SwitchRun[Any]) -> SwitchResult:
    """The result of a run whose engine has finished and in which some response arrived."""
    plan, pool, finish = run.switch.plan, run.engine.pool, run.engine.finished
    assert finish is not None
    assert finish.chosen is not None
    labels = _labels(run.heads)
    models = tuple(_model(run, index, labels, weight) for index, weight in enumerate(finish.weights))
    return SwitchResult(
        answer=None if finish.answer is None else labels[finish.answer],
        chosen=Chosen(model=finish.chosen.model, draw=finish.chosen.draw),
        stop_reason=finish.reason,
        samples_drawn=sum([model.drawn for model in models]),
        samples_budget=plan.samples_budget,
        waves=pool.waves,
        models=models,
        scores={labels[answer]: score for answer, score in finish.scores.items()},
        confidence=finish.confidence,
        usage=Usage.total([model.usage for model in models]),
        samples=_samples(run) if run.switch.keep_samples else None,
        reward_failure=None if run.reward_failure is None else describe(run.reward_failure),
    )


def _model(run: SwitchRun[Any], index: int, labels: Mapping[int, str], weight: float) -> ModelReport:
    tally = run.engine.pool.tallies[index]
    logs = [log for request, log in run.requests.items() if request.model == index]
    ends = [log.ended for log in logs if log.ended is not None]
    return ModelReport(
        name=printable(run.switch.plan.names[index]),
        drawn=sum([len(log.request.draws) for log in logs]),
        answers={labels[answer]: count for answer, count in tally.counts.items()},
        unreadable=tally.unreadable,
        failures=tuple(describe(run.failures[ref]) for ref in sorted(run.failures) if ref.model == index),
        entropy_bits=entropy_bits(tally.counts.values()),
        weight=min(1.0, weight),
        prior=run.switch.plan.priors[index],
        usage=Usage.total([log.usage for log in logs]),
        seconds=max(ends) - min([log.started for log in logs]) if ends else None,
    )


def _labels(heads: Mapping[int, Answer]) -> dict[int, str]:
    """The text of each class's first answer; two classes that would look alike are told apart by a number."""
    labels: dict[int, str] = {}
    taken: set[str] = set()
    for answer, head in heads.items():
        label, number = printable(head.text), 1
        while label in taken:
            number += 1
            label = f"{printable(head.text)} ({number})"
        labels[answer] = label
        taken.add(label)
    return labels


def _samples(run: SwitchRun[Any]) -> tuple[Sample, ...]:
    samples = []
    for request, log in run.requests.items():
        alone = log.usage if len(request.draws) == 1 else None
        for ref in request.refs:
            draw = run.draws.get(ref)
            if draw is None:
                continue
            samples.append(
                Sample(
                    model=ref.model,
                    draw=ref.draw,
                    text=None if draw.sampled is None else printable(draw.sampled.response.text),
                    answer=None if draw.answer is None else printable(draw.answer.text),
                    error=None if draw.error is None else describe(draw.error),
                    reward=run.rewards.get(ref),
                    input_tokens=alone.input_tokens if alone else None,
                    output_tokens=alone.output_tokens if alone else None,
                    seconds=None if log.ended is None else log.ended - log.started,
                )
            )
    return tuple(sorted(samples, key=lambda sample: (sample.model, sample.draw)))
