"""Tune: from recorded questions to the setting to use, with the proof on questions it was not chosen on."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from modelswitch_core._config import reader_from_config
from modelswitch_core._errors import OptionError
from modelswitch_core._options import one_of, unique_names, whole_number
from modelswitch_core._plan import DEFAULT_SAMPLES, SwitchPlan, switch_plan
from modelswitch_core._recorded import RecordedQuestion, recorded_questions
from modelswitch_core.evaluation._prices import Price, checked_prices, unknown_cost
from modelswitch_core.evaluation._priors import log_odds_prior, smoothed_accuracy
from modelswitch_core.evaluation._replay import reader_of
from modelswitch_core.evaluation._search import Search, chosen, thinned
from modelswitch_core.evaluation._statistics import paired_difference_interval, wilson_interval
from modelswitch_core.evaluation._trials import Trial, Trials, Yardstick
from modelswitch_core.evaluation._tuned import FrontierPoint, Tuned, TunedFigures
from modelswitch_core.policies import SelfConsistency

Objective = Literal["samples", "cost"]

LEAST_QUESTIONS = 20
"""Of fewer, half prove nothing: on ten questions one standard error is eight points of accuracy."""

_ENOUGH_HOLD = 0.9
_MOST_POINTS = 8


def tune(
    questions: Iterable[RecordedQuestion],
    *,
    models: Sequence[str] | None = None,
    samples: int | None = None,
    answer: Any = "auto",
    prices: Mapping[str, Price] | None = None,
    objective: Objective = "samples",
    tolerance: float = 0.02,
    rewards: bool = True,
    shuffles: int = 5,
    seed: int = 0,
) -> Tuned:
    """Searches order, shares, policy, vote and priors, and reports the choice on questions held out.

    Half of the questions, drawn at random, are searched on; every figure returned is of the other half. What
    is chosen is, of the settings that these questions prove to be little worse than the default, the cheapest
    that they cannot tell from the best; `Tuned.rule` says it in full. With fewer than 20 questions nothing is
    searched: the default is kept, and its figures are of all of them. For savings to be proven it takes some
    160 questions or more.

    Without right answers a setting is judged by how often it answers as a plurality vote over every sample of
    every model does, which says what early stopping loses, but not what is right. No priors are tried then:
    estimated from how much the models agree, they did not help on questions held out. Questions without a
    right answer are left out where at least 20 others have one. Votes by reward are tried where right answers
    are known, with the models whose every readable sample has a reward; a setting that takes one needs the
    reward model in use too, and what that costs is in no figure.

    Args:
        questions: Recorded questions, as `read_recording` reads them; never a path.
        models: Names of models in the recording, in the order in which they would be asked by default. None
            means all, as they come. Of many, the four most accurate are tried in pairs, three in threes.
        samples: The most samples of each model, ≥ 1. None means as many as nine of ten questions hold.
            Questions with fewer are left out.
        answer: How answers are read and compared: as `answer_reader` takes it, or a name with its parameter
            as in `{"name": "choice", "letters": "ABCD"}`.
        prices: By model, as far as they are known; `known_price` knows many.
        objective: What is to be kept low: "samples" (the default), or "cost", which needs tokens in the
            recording and a price of every model.
        tolerance: How much accuracy, as a share in [0, 1], may be lost to the default for savings. Default
            0.02: the least that some hundred questions can prove.
        rewards: Whether votes by reward may be chosen. Default True; False where the reward model will not
            be there in use.
        shuffles: Over how many random orders of the draws each question is a mean, ≥ 1. Default 5: by then
            the figures vary with the questions, not with the orders.
        seed: Of the split and the orders.

    Raises:
        OptionError: `questions` is a path, empty or no recording; an option has a value it cannot have; a
            model is not in the recording or has no samples; the objective is "cost" and that is not known.
    """
    held = list(recorded_questions(questions))
    if not held:
        raise OptionError("the recording holds no questions: there is nothing to tune on")
    one_of("objective", objective, ("samples", "cost"))
    whole_number("shuffles", shuffles, least=1)
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not 0.0 <= tolerance <= 1.0:
        raise OptionError(f"tolerance={tolerance!r} must be a share of the questions in [0, 1], such as 0.02")
    names = _names(held, models)
    priced = dict(checked_prices(prices, names) or {})
    shares = _shares(held, names, samples)
    yardstick, judged = _judged(held)
    usable = [
        question
        for question in judged
        if all(len(question.drawn(name)) >= share for name, share in zip(names, shares, strict=True))
    ]
    if not usable:
        raise OptionError(
            f"samples={list(shares)!r}: no question has as many of every model, {', '.join(names)}: ask for "
            "fewer samples, or leave a model out"
        )
    reader = reader_of(reader_from_config(answer) if isinstance(answer, Mapping) else answer)

    by_cost = objective == "cost"

    def trials(part: Sequence[RecordedQuestion]) -> Trials:
        made = Trials(
            part,
            names=names,
            shares=shares,
            reader=reader,
            yardstick=yardstick,
            shuffles=shuffles,
            seed=seed,
            prices=priced,
        )
        if by_cost and made.pooled().mean_cost is None:
            why = unknown_cost(names, priced, without_tokens=made.without_tokens, questions=len(part))
            raise OptionError(
                f"objective='cost' needs what every draw costs, but {why}: give that, or keep samples low"
            )
        return made

    default = switch_plan(
        names, samples=[min(DEFAULT_SAMPLES, share) for share in shares], settled_exit=False
    )
    searched, reported = _split(usable, seed)
    held_out = trials(reported)
    found = _Found(default, (), 0)
    if searched:
        found = _search(
            trials(searched), held_out, default, by_cost=by_cost, tolerance=tolerance, rewards=rewards
        )
    setting = found.setting
    did, before = held_out.of(setting), held_out.of(default)
    gains = [a - b for a, b in zip(did.scores, before.scores, strict=True)]
    return Tuned(
        setting=setting,
        answer=answer if isinstance(answer, str | Mapping) else None,
        yardstick=yardstick,
        objective=objective,
        tolerance=tolerance,
        figures=_figures(did),
        default_setting=default,
        default=_figures(before),
        gain=math.fsum(gains) / len(gains),
        gain_interval=paired_difference_interval(gains),
        self_consistency={
            name: _figures(held_out.of(_alone(name, share)))
            for name, share in zip(names, shares, strict=True)
        },
        pooled=_figures(held_out.pooled()),
        frontier=found.frontier,
        settings_tried=found.tried,
        searched_questions=len(searched),
        questions=len(reported),
        left_out=len(judged) - len(usable),
        without_gold=len(held) - len(judged),
        prices=None if prices is None else priced,
        cost_unknown=unknown_cost(
            names, priced, without_tokens=held_out.without_tokens, questions=len(reported)
        ),
        shuffles=shuffles,
        seed=seed,
    )


class _Found(NamedTuple):
    """What a search came to."""

    setting: SwitchPlan
    frontier: tuple[FrontierPoint, ...]
    tried: int


def _search(
    calibration: Trials,
    held_out: Trials,
    default: SwitchPlan,
    *,
    by_cost: bool,
    tolerance: float,
    rewards: bool,
) -> _Found:
    labelled = calibration.yardstick == "accuracy"
    priors = _priors(calibration) if labelled else None
    rewarded = calibration.rewarded & held_out.rewarded if rewards and labelled else ()
    search = Search(calibration, by_cost=by_cost, priors=priors, rewarded=rewarded)
    settings = search.settings()
    frontier = thinned(search.frontier([*settings, default]), _MOST_POINTS)
    return _Found(
        chosen(search, settings, default, tolerance=tolerance),
        tuple(
            FrontierPoint(
                setting=plan, chosen_on=_figures(calibration.of(plan)), figures=_figures(held_out.of(plan))
            )
            for plan in frontier
        ),
        len(settings),
    )


def _names(questions: Sequence[RecordedQuestion], models: Sequence[str] | None) -> tuple[str, ...]:
    recorded = dict.fromkeys(name for question in questions for name in question.samples)
    if not recorded:
        raise OptionError("questions hold no samples: record some with modelswitch record")
    if models is None:
        return tuple(recorded)
    if isinstance(models, str) or not models:
        raise OptionError(f"models={models!r} must be a list of names, one or more")
    names = unique_names("models", models)
    for name in names:
        if name not in recorded:
            raise OptionError(
                f"models={list(names)!r}: {name!r} is not in the recording, which holds {', '.join(recorded)}"
            )
    return names


def _shares(
    questions: Sequence[RecordedQuestion], names: Sequence[str], samples: int | None
) -> tuple[int, ...]:
    """The most samples of each model: as many as nine of ten questions hold, and never more than asked."""
    if samples is not None:
        whole_number("samples", samples, least=1)
    shares = []
    for name in names:
        counts = sorted((len(question.drawn(name)) for question in questions), reverse=True)
        held = counts[math.ceil(_ENOUGH_HOLD * len(counts)) - 1]
        if not held:
            raise OptionError(
                f"models hold {name!r}, which has no samples on {counts.count(0)} of {len(counts)} "
                "questions: leave it out, or record more"
            )
        shares.append(held if samples is None else min(samples, held))
    return tuple(shares)


def _judged(questions: Sequence[RecordedQuestion]) -> tuple[Yardstick, list[RecordedQuestion]]:
    labelled = [question for question in questions if question.gold is not None]
    if labelled and (len(labelled) >= LEAST_QUESTIONS or len(labelled) == len(questions)):
        return "accuracy", labelled
    return "agreement", list(questions)


def _split(
    questions: Sequence[RecordedQuestion], seed: int
) -> tuple[list[RecordedQuestion], list[RecordedQuestion]]:
    """Those to search on, and those to report on; none of the former where there are few."""
    if len(questions) < LEAST_QUESTIONS:
        return [], list(questions)
    # By its id alone, so that a question added to the recording moves hardly another one.
    drawn = [random.Random(json.dumps([seed, "split", question.id])).random() for question in questions]
    middle = sorted(drawn)[len(drawn) // 2]
    return (
        [question for question, place in zip(questions, drawn, strict=True) if place < middle],
        [question for question, place in zip(questions, drawn, strict=True) if place >= middle],
    )


def _priors(calibration: Trials) -> list[float]:
    cases = calibration.cases
    plausible = max(2.0, sum(case.different() for case in cases) / len(cases))
    return [
        round(
            log_odds_prior(
                smoothed_accuracy(math.fsum(case.right_share(model) for case in cases), len(cases)), plausible
            ),
            3,
        )
        for model in range(len(calibration.names))
    ]


def _alone(name: str, share: int) -> SwitchPlan:
    return switch_plan([name], samples=share, policy=SelfConsistency(), settled_exit=False)


def _figures(trial: Trial) -> TunedFigures:
    return TunedFigures(
        score=trial.score,
        interval=wilson_interval(min(1.0, trial.score), len(trial.scores)),
        mean_samples=trial.mean_samples,
        mean_waves=trial.mean_waves,
        mean_cost=trial.mean_cost,
    )
