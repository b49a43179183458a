"""Accuracy against samples, on recorded answers: the published algorithm beside self-consistency.

    MODELSWITCH_DATA=DIR python -m benchmarks.sample_efficiency [--json FILE]

MathBench, 8 samples a model, answers compared by `exact` as they were recorded. Origin of the recording:
outputs published by the ModelSwitch authors (github JianhaoChen-nju/ModelSwitch); half of their questions.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from modelswitch_core import (
    Draw,
    Engine,
    Finish,
    FirstOfClass,
    Outcome,
    Readable,
    SwitchPlan,
    Unreadable,
    answer_reader,
    switch_plan,
)

SAMPLES = 8
STRONG, WEAK = "gpt-4o-mini", "gemini-1.5-flash"


@dataclass(frozen=True)
class Row:
    """One setting's figures over all questions."""

    setting: str
    accuracy: float
    mean_samples: float
    switched: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sample_efficiency")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    options = parser.parse_args(arguments)
    folder = os.environ.get("MODELSWITCH_DATA")
    if not folder:
        print("MODELSWITCH_DATA is not set: it names the folder that holds recordings/mathbench.jsonl")
        return 2
    questions = [
        json.loads(line) for line in (Path(folder) / "recordings" / "mathbench.jsonl").open(encoding="utf-8")
    ]
    rows = measured(questions)
    print(f"MathBench, {len(questions)} questions, {SAMPLES} samples a model, exact\n")
    print(f"{'':44}{'accuracy':>9}{'samples':>9}{'switched':>10}")
    for row in rows:
        print(f"{row.setting:44}{row.accuracy:>8.1%}{row.mean_samples:>9.2f}{row.switched:>9.1%}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    return 0


def measured(questions: list[dict[str, Any]]) -> list[Row]:
    """Self-consistency of each model, and the published algorithm in both orders."""
    one, other = [STRONG], [WEAK]
    return [
        _row(f"self-consistency, {STRONG}", questions, one, policy="self_consistency"),
        _row(f"self-consistency, {WEAK}", questions, other, policy="self_consistency"),
        _row(f"ModelSwitch, {STRONG} → {WEAK}", questions, one + other),
        _row(f"ModelSwitch, {WEAK} → {STRONG}", questions, other + one),
    ]


def _row(setting: str, questions: list[dict[str, Any]], models: list[str], **options: Any) -> Row:
    plan = switch_plan(models, samples=SAMPLES, settled_exit=False, **options)
    right = samples = switched = 0
    for question in questions:
        was_right, drawn, waves = _answered(question, plan)
        right += was_right
        samples += drawn
        switched += waves > 1
    total = len(questions)
    return Row(setting, right / total, samples / total, switched / total)


def _answered(question: dict[str, Any], plan: SwitchPlan) -> tuple[bool, int, int]:
    """Whether the answer is the gold one, how many samples and how many waves it took."""
    reader = answer_reader("exact")
    clusterer = FirstOfClass(reader)
    engine = Engine(plan)
    gold = reader.parse(question["gold"])
    classes: dict[int, bool] = {}
    action: Draw | Finish | None = engine.start()
    drawn = 0
    while not isinstance(action, Finish):
        draw = engine.next_draw
        assert draw is not None
        recorded = question["samples"][plan.names[draw.model]][draw.draw]["answer"]
        answer = None if recorded is None else reader.parse(recorded)
        outcome: Outcome = Unreadable()
        if answer is not None:
            (place,) = clusterer.assign([answer])
            classes.setdefault(place, gold is not None and reader.same(answer, gold))
            outcome = Readable(place)
        action = engine.tell(draw, outcome)
        drawn += 1
    return action.answer is not None and classes[action.answer], drawn, engine.pool.waves


if __name__ == "__main__":
    sys.exit(main())
