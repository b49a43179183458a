"""Learning how to cross-check from recorded questions: how to open, and how large waves are."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from modelswitch_core._engine import Readable, Unreadable
from modelswitch_core._errors import OptionError
from modelswitch_core._options import costs_of, one_of, shares_of, unique_names
from modelswitch_core._recorded import RecordedQuestion, RecordedSample, recorded_questions
from modelswitch_core._types import Answer, Response
from modelswitch_core._warning import SwitchWarning
from modelswitch_core.policies._choice import Candidates, Outcomes, mean_tried
from modelswitch_core.policies._crosscheck import CrossCheck
from modelswitch_core.policies._paper import Paper
from modelswitch_core.reading import AnswerReader, answer_reader, clusterer_for

_ORDERS = 20
"""Shuffles of each question. Of 10, openings of two draws and of three are told apart less surely; more of
them hardly change the choice, which then varies with the questions."""


def learned_crosscheck(
    questions: Iterable[RecordedQuestion],
    *,
    models: Sequence[str] | None,
    samples: int | Sequence[int] | None,
    answer: Any,
    costs: Mapping[str, float] | None,
    tolerance: float,
    draws_per_lead: int | None,
    strongest: str | None,
    seed: int,
) -> CrossCheck | Paper:
    """See `CrossCheck.from_recording`.

    Raises:
        OptionError: As there.
    """
    given = list(recorded_questions(questions))
    if not given:
        raise OptionError("questions=[] gives nothing to learn from: give about 30 recorded questions")
    names = unique_names("models", list(given[0].samples) if models is None else models)
    if len(names) < 2:
        raise OptionError(f"models={list(names)!r} must name two or more: one cannot be cross-checked")
    opener = None if strongest is None else names.index(one_of("strongest", strongest, names))
    given, shares = _long_enough(given, names, samples)
    candidates = Candidates(
        shares=shares,
        prices=_prices(costs, names),
        strongest=opener,
        draws_per_lead=draws_per_lead,
        tolerance=tolerance,
    )
    reader = answer_reader(answer)
    tried = mean_tried(
        [
            candidates.try_all(
                _outcomes(one, names, reader), [f"{seed}|{one.id}|{name}" for name in names], _ORDERS
            )
            for one in given
        ]
    )
    best = candidates.best(tried)
    if isinstance(best, Paper):
        least = min(one.cost for one in tried[1:])
        warnings.warn(
            f"cross-checking costs {least / tried[0].cost:.0%} of what policy='paper' does on these "
            "questions, or more where it is as careful: with these costs the policy is 'paper'",
            SwitchWarning,
            stacklevel=3,
        )
    return best


def _long_enough(
    questions: Sequence[RecordedQuestion], names: Sequence[str], samples: int | Sequence[int] | None
) -> tuple[list[RecordedQuestion], tuple[int, ...]]:
    """The questions that hold the shares, and the shares; without any, what all of these hold."""
    wanted = shares_of("samples", 1 if samples is None else samples, len(names))
    kept = [
        one
        for one in questions
        if all(len(one.drawn(name)) >= share for name, share in zip(names, wanted, strict=True))
    ]
    if not kept:
        most = {name: max(len(one.drawn(name)) for one in questions) for name in names}
        raise OptionError(
            f"no question holds samples={list(wanted)} draws of models={list(names)!r}, the most there are "
            f"being {most}: ask for fewer samples, or leave a model out"
        )
    if len(kept) < len(questions):
        warnings.warn(
            f"{len(questions) - len(kept)} of {len(questions)} questions hold fewer draws than "
            f"samples={list(wanted)} of models={list(names)!r}, and are left out",
            SwitchWarning,
            stacklevel=4,
        )
    if samples is not None:
        return kept, wanted
    return kept, tuple(min(len(one.drawn(name)) for one in kept) for name in names)


def _prices(costs: Mapping[str, float] | None, names: Sequence[str]) -> tuple[float, ...]:
    if costs is None:
        return (1.0,) * len(names)
    if not isinstance(costs, Mapping):
        raise OptionError(f"costs={costs!r} must be a mapping of models' names to what a draw of each costs")
    lacking = [name for name in names if name not in costs]
    if lacking:
        raise OptionError(f"costs={dict(costs)!r} lacks {lacking[0]!r}: give one for each model, or None")
    return costs_of("costs", [costs[name] for name in names], len(names))


def _outcomes(question: RecordedQuestion, names: Sequence[str], reader: AnswerReader) -> Outcomes:
    """All draws of the question, as an engine is told of them."""
    read = [[_read(sample, reader, question.id) for sample in question.drawn(name)] for name in names]
    answers = [one for model in read for one in model if one is not None]
    classes = iter(clusterer_for(reader, question.question).assign(answers))
    return tuple(
        tuple(Unreadable() if one is None else Readable(next(classes)) for one in model) for model in read
    )


def _read(sample: RecordedSample, reader: AnswerReader, question: str) -> Answer | None:
    if sample.answered:
        return None if sample.answer is None else reader.parse(sample.answer)
    if sample.text is None:
        raise OptionError(
            f"questions: a draw of id {question!r} has neither an answer nor a text: leave it out, or give "
            "it one"
        )
    return reader.read(Response(sample.text))
