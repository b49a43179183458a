"""The replays of the evidence: what settings would have answered on MathBench as its authors recorded it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import permutations
from pathlib import Path
from typing import Any

from benchmarks._published import MATHBENCH
from modelswitch_core import RecordedQuestion, SwitchWarning, answer_reader
from modelswitch_core.evaluation import Interval, replay
from modelswitch_core.recordings import read_recording

GPT, GEMINI, CLAUDE = "gpt-4o-mini", "gemini-1.5-flash", "claude-3-haiku"
SHUFFLES = 200
SAMPLES = 8


def mathbench(folder: Path) -> list[RecordedQuestion]:
    """The recording, whole."""
    return list(read_recording(folder / "recordings" / "mathbench.jsonl"))


def published(questions: Sequence[RecordedQuestion]) -> list[dict[str, Any]]:
    """The published table's row at its budgets, in recorded order and over random orders."""
    rows = []
    for row in MATHBENCH:
        options: dict[str, Any] = {"models": (GPT, GEMINI), "samples": row.budget // 2, "answer": "exact"}
        recorded, shuffled = replay(questions, **options), replay(questions, **options, shuffles=SHUFFLES)
        rows.append(
            {
                **row._asdict(),
                "recorded": _point(recorded.figures),
                "shuffled": _point(shuffled.figures),
            }
        )
    return rows


def curves(questions: Sequence[RecordedQuestion]) -> dict[str, list[dict[str, Any]]]:
    """Accuracy at every share from 2 to 8 samples a model, over random orders."""
    pair = (GPT, GEMINI)
    settings: Mapping[str, Mapping[str, Any]] = {
        f"self-consistency, {GPT}": {"models": [GPT], "policy": "self_consistency"},
        f"self-consistency, {GEMINI}": {"models": [GEMINI], "policy": "self_consistency"},
        "ModelSwitch, paper": {"models": pair, "policy": "paper"},
        "ModelSwitch, crosscheck": {"models": pair, "policy": "crosscheck"},
    }
    return {
        name: [
            _point(replay(questions, **options, samples=share, answer="exact", shuffles=SHUFFLES).figures)
            for share in range(2, SAMPLES + 1)
        ]
        for name, options in settings.items()
    }


def orders(questions: Sequence[RecordedQuestion]) -> list[dict[str, Any]]:
    """Every order of one, two and three models, by the published algorithm."""
    rows = []
    for count in (1, 2, 3):
        for models in permutations((GPT, GEMINI, CLAUDE), count):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SwitchWarning)  # one model never switches
                made = replay(questions, models=models, samples=SAMPLES, answer="exact", shuffles=SHUFFLES)
            rows.append({"name": " → ".join(models), "models": count, **_point(made.figures)})
    return rows


def consistency(questions: Sequence[RecordedQuestion]) -> dict[str, list[tuple[float, bool]]]:
    """For each model and question, how much of its samples its most common answer has, and if it is right."""
    reader = answer_reader("exact")
    pairs: dict[str, list[tuple[float, bool]]] = {}
    for question in questions:
        assert question.gold is not None, "every question of this recording has a gold answer"
        gold = reader.parse(question.gold)
        for model in (GPT, GEMINI, CLAUDE):
            drawn = question.drawn(model)[:SAMPLES]
            read = [None if one.answer is None else reader.parse(one.answer) for one in drawn]
            keys = [one.key for one in read if one is not None]
            if keys and gold is not None:
                top = max(keys, key=keys.count)
                pairs.setdefault(model, []).append((keys.count(top) / len(drawn), top == gold.key))
    return pairs


def rewards(questions: Sequence[RecordedQuestion]) -> list[dict[str, Any]]:
    """The recorded rewards' votes beside the plain ones, on the same draws."""
    rows = []
    for models, policy in (
        ((GPT,), "self_consistency"),
        ((GEMINI,), "self_consistency"),
        ((GPT, GEMINI), "paper"),
    ):
        plain = "plurality" if policy == "self_consistency" else "entropy"
        for vote in (plain, "reward_best", "reward_sum"):
            made = replay(
                questions,
                models=models,
                samples=SAMPLES,
                policy=policy,
                vote=vote,
                answer="exact",
                shuffles=SHUFFLES,
            )
            rows.append({"models": " → ".join(models), "vote": vote, **_point(made.figures)})
    return rows


def _point(figures: Any) -> dict[str, Any]:
    interval: Interval = figures.accuracy_interval
    return {
        "accuracy": figures.accuracy,
        "interval": asdict(interval),
        "mean_samples": figures.mean_samples,
        "mean_waves": figures.mean_waves,
    }
