"""Priors of the vote, learned with right answers and without, on questions that they were not learned from.

Without right answers, how often a model is right is estimated by how often its samples say what the most
common sample of the other models says. `tune` learns priors from right answers alone: this is why.
"""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.policies import CHAINS, SAMPLES
from modelswitch_core import RecordedQuestion, answer_reader
from modelswitch_core.evaluation import log_odds_prior, replay, smoothed_accuracy
from modelswitch_core.recordings import read_recording

SPLITS = 10
SHUFFLES = 5
VOTES = ("entropy", "plurality")


def measured(folder: Path) -> list[dict[str, Any]]:
    """For each chain and vote, the points of accuracy that priors of either kind gain; then the means."""
    rows: list[dict[str, Any]] = []
    for recording, models in CHAINS:
        questions = [
            question
            for question in read_recording(folder / "recordings" / f"{recording}.jsonl")
            if all(len(question.drawn(model)) >= SAMPLES for model in models)
        ]
        chain = f"{recording}: {' → '.join(models)}"
        rows += [{"chain": chain, "vote": vote, **gains(questions, models, vote)} for vote in VOTES]
    for vote in VOTES:
        held = [row for row in rows if row["vote"] == vote and row["chain"] != "mean"]
        means = {kind: statistics.fmean(row[kind] for row in held) for kind in ("labels", "agreement")}
        rows.append({"chain": "mean", "vote": vote, **means})
    return rows


def gains(questions: Sequence[RecordedQuestion], models: Sequence[str], vote: str) -> dict[str, float]:
    """What priors learned on a random half of the questions gain on the other, in points; the mean of ten."""
    said = [_keys(question, models) for question in questions]
    gained: dict[str, list[float]] = {"labels": [], "agreement": []}
    for split in range(SPLITS):
        places = list(range(len(questions)))
        random.Random(split).shuffle(places)
        learned, reported = places[: len(places) // 2], places[len(places) // 2 :]
        part = [questions[place] for place in reported]
        plain = _accuracy(part, models, vote, None)
        plausible = max(2.0, statistics.fmean(len(set().union(*said[place]) - {None}) for place in learned))
        for kind, each in gained.items():
            priors = []
            for model in range(len(models)):
                shares = [
                    _share(said[place], model, questions[place].gold if kind == "labels" else None)
                    for place in learned
                ]
                priors.append(log_odds_prior(smoothed_accuracy(sum(shares), len(shares)), plausible))
            each.append(100 * (_accuracy(part, models, vote, priors) - plain))
    return {kind: statistics.fmean(each) for kind, each in gained.items()}


def _keys(question: RecordedQuestion, models: Sequence[str]) -> list[list[Hashable]]:
    """What each model's samples say, all that are recorded as in `tune`; None where one is unreadable."""
    reader = answer_reader("exact")
    read = [
        [None if one.answer is None else reader.parse(one.answer) for one in question.drawn(model)]
        for model in models
    ]
    return [[None if answer is None else answer.key for answer in answers] for answers in read]


def _share(said: Sequence[Sequence[Hashable]], model: int, gold: str | None) -> float:
    """How many of a model's samples are right; without a right answer, as the other models' most common."""
    if gold is not None:
        answer = answer_reader("exact").parse(gold)
        wanted: Hashable = None if answer is None else answer.key
    else:
        others = Counter(
            key for place, keys in enumerate(said) for key in keys if place != model and key is not None
        )
        wanted = others.most_common(1)[0][0] if others else None
    return sum(key is not None and key == wanted for key in said[model]) / len(said[model])


def _accuracy(
    questions: Sequence[RecordedQuestion], models: Sequence[str], vote: str, priors: Sequence[float] | None
) -> float:
    made = replay(
        questions,
        models=models,
        samples=SAMPLES,
        vote=vote,
        priors=priors,
        answer="exact",
        shuffles=SHUFFLES,
    )
    assert made.figures.accuracy is not None, "every question of these recordings has a right answer"
    return made.figures.accuracy
