"""Measures the three tiny language models on questions they were not trained on, and writes `card.json`.

    python training/measure_tiny.py

For each model and task: how often a single sample at temperature 1 is right, how often the plurality of five
and of ten is, and how often five samples that agree are. For every pair of models, on the same draws: the
published algorithm with five samples each, whose budget is that of self-consistency with ten. Needs numpy
alone; takes less than a minute.
"""
# a command that says what it found

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from modelswitch_core import Action, Draw, Engine, Finish, Readable, Unreadable, switch_plan
from modelswitch_core.tiny._code import TASKS, Task
from modelswitch_core.tiny._model import TinyModel
from modelswitch_core.tiny._network import Network
from modelswitch_core.tiny._questions import Question, held_out_questions

WEIGHTS = Path(__file__).parent.parent / "modelswitch_core" / "tiny" / "weights"
QUESTIONS = 3_000
SAMPLES = 10
SHARE = 5

# What a model wrote for each draw of each question; None where it wrote no number.
Drawn = list[list[str | None]]


def drawn(name: Task, questions: Sequence[Question]) -> Drawn:
    """Ten answers of a model to every question."""
    with np.load(WEIGHTS / f"{name}.npz") as arrays:
        model = TinyModel(name, Network(arrays), card={})
    return [
        [
            answer.written if f" is {answer.written}." in answer.text else None
            # Some products are asked twice: a seed for each question keeps their draws apart.
            for answer in model.answer(question.text, samples=SAMPLES, seed=seed)
        ]
        for seed, question in enumerate(questions)
    ]


def plurality(answers: Sequence[str | None]) -> str | None:
    """The most common answer, the first drawn of equals."""
    counts = Counter(answer for answer in answers if answer is not None)
    return max(counts, key=counts.__getitem__) if counts else None


def switched(answers: Sequence[Sequence[str | None]]) -> tuple[str | None, int]:
    """What the published algorithm returns for these draws of two models, and how many it draws."""
    engine = Engine(switch_plan(["first", "second"], samples=SHARE, settled_exit=False))
    classes: dict[str, int] = {}
    action: Action | None = engine.start()
    samples = 0
    while not isinstance(action, Finish):
        if isinstance(action, Draw):
            samples += len(action.wave)
        draw = engine.next_draw
        assert draw is not None
        answer = answers[draw.model][draw.draw]
        outcome = Unreadable() if answer is None else Readable(classes.setdefault(answer, len(classes)))
        action = engine.tell(draw, outcome)
    if action.chosen is None:
        return None, samples
    return answers[action.chosen.model][action.chosen.draw], samples


def share(right: Sequence[bool]) -> float:
    """How many of these are true, to four digits."""
    return round(sum(right) / len(right), 4) if right else 0.0


def table_of(answers: Drawn, golds: Sequence[str]) -> dict[str, float]:
    """How good a model's answers are."""
    rows = list(zip(answers, golds, strict=True))
    agreed = [(ten[0], gold) for ten, gold in rows if len(set(ten[:SHARE])) == 1 and ten[0] is not None]
    return {
        "single": share([answer == gold for ten, gold in rows for answer in ten]),
        "self_consistency_5": share([plurality(ten[:SHARE]) == gold for ten, gold in rows]),
        "self_consistency_10": share([plurality(ten) == gold for ten, gold in rows]),
        "five_agree": round(len(agreed) / len(rows), 4),
        "right_where_five_agree": share([answer == gold for answer, gold in agreed]),
    }


def switching(first: Drawn, second: Drawn, golds: Sequence[str]) -> dict[str, float]:
    """How good the published algorithm is with these two models in this order, and what it draws."""
    ends = [switched([one[:SHARE], other[:SHARE]]) for one, other in zip(first, second, strict=True)]
    return {
        "accuracy": share([answer == gold for (answer, _), gold in zip(ends, golds, strict=True)]),
        "mean_samples": round(sum(samples for _, samples in ends) / len(ends), 2),
    }


def card_of(questions: Sequence[Question]) -> dict[str, Any]:
    """Everything that is known of the models."""
    answers = {name: drawn(name, questions) for name in TASKS}
    golds = [question.gold for question in questions]
    models: dict[str, dict[str, Any]] = {}
    for name in TASKS:
        by_task: dict[str, dict[str, float]] = {}
        for task in TASKS:
            rows = [row for row, question in enumerate(questions) if question.task == task]
            by_task[task] = table_of([answers[name][row] for row in rows], [golds[row] for row in rows])
        models[name] = {
            "name": f"tiny-{name}",
            "about": "character-level transformer, trained on arithmetic by training/train_tiny.py",
            "all": table_of(answers[name], golds),
            **by_task,
        }
    pairs = {
        f"{first} → {second}": switching(answers[first], answers[second], golds)
        for first, second in itertools.permutations(TASKS, 2)
    }
    return {
        "measured": f"{len(questions)} questions not trained on, a third each; temperature 1",
        "models": models,
        "switch_5_and_5": pairs,
    }


def main() -> None:
    """Measures, prints and writes."""
    card = card_of(held_out_questions(QUESTIONS, seed=7))
    (WEIGHTS / "card.json").write_text(
        json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    for name, model in card["models"].items():
        for task in ("all", *TASKS):
            print(f"{name:12} {task:12}", *(f"{key} {value:.1%}" for key, value in model[task].items()))
    for pair, reached in card["switch_5_and_5"].items():
        print(f"{pair:24} {reached['accuracy']:.1%} with {reached['mean_samples']} samples")


if __name__ == "__main__":
    main()
