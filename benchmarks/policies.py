"""Accuracy against draws and waves: the policies beside the published algorithm, on recorded answers.

    MODELSWITCH_DATA=DIR python -m benchmarks.policies [--orders 200] [--splits 20] [--json FILE]

Seven chains of models at 8 samples a model, answers compared by `exact` as they were recorded, settled exit
off. Every policy answers each question in the same random orders of each model's samples. "loss" is the
accuracy less the published algorithm's, in points, with a 95 % interval over questions (each counted once,
as the mean over its orders); "draws" is what was drawn relative to the published algorithm.

What learns is measured on questions that it did not learn from: in each random split, 30 questions without
their right answers choose an opening (`CrossCheck.from_recording`), 100 with them name the strongest model.
The opening is learned from as many draws a question as the policies have.

Origins of the recordings: MathBench, outputs published by the ModelSwitch authors (github
JianhaoChen-nju/ModelSwitch); LiveCodeBench-execution, minimario/cruxeval-lcb; half of their questions each.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import statistics
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from modelswitch_core import (
    CrossCheck,
    Draw,
    Engine,
    Esc,
    Finish,
    FirstOfClass,
    Outcome,
    Policy,
    Readable,
    RecordedQuestion,
    RecordedSample,
    SwitchWarning,
    Unreadable,
    answer_reader,
    switch_plan,
)

SAMPLES = 8
UNLABELLED, LABELLED = 30, 100

DEEPSEEK, GEMINI_PRO = "deepseek-instruct-33b_temp0.8", "google-gemini-pro+cot_temp0.8"
CLAUDE, PHIND, WIZARD = "claude-instant-1+cot_temp0.8", "phind_temp0.8", "wizard-34b_temp0.8"
CHAINS = (
    ("mathbench", ("gpt-4o-mini", "gemini-1.5-flash")),
    ("mathbench", ("gemini-1.5-flash", "gpt-4o-mini")),
    ("mathbench", ("gpt-4o-mini", "gemini-1.5-flash", "claude-3-haiku")),
    ("livecodebench-execution", (DEEPSEEK, GEMINI_PRO)),
    ("livecodebench-execution", (CLAUDE, GEMINI_PRO)),
    ("livecodebench-execution", (GEMINI_PRO, DEEPSEEK, CLAUDE)),
    ("livecodebench-execution", (PHIND, WIZARD)),
)

PAPER = "paper"
PLAIN: dict[str, Policy | str] = {
    PAPER: "paper",
    "adaptive_consistency": "adaptive_consistency",
    "esc, window=4": Esc(window=4),
    "crosscheck": "crosscheck",
    "crosscheck, wave_size=3": CrossCheck(wave_size=3),
    "crosscheck, wave_size=1": CrossCheck(wave_size=1),
    "crosscheck, 1+1, margin 3, wave_size=1": CrossCheck(first=1, margin=3, wave_size=1),
}
LEARNED = f"crosscheck, learned from {UNLABELLED} unlabelled"
STRONGEST = {
    f"crosscheck, 2+1, strongest by {LABELLED} labels": 2,
    f"crosscheck, 1+1, strongest by {LABELLED} labels": 1,
}


@dataclass(frozen=True)
class Row:
    """One policy on one chain; `loss_points` is negative where accuracy was lost."""

    chain: str
    policy: str
    accuracy: float
    loss_points: float
    interval_points: float
    draws: float
    relative_draws: float
    waves: float


@dataclass(frozen=True)
class Met:
    """What a policy did with one question, as means over the orders."""

    right: float
    draws: float
    waves: float


@dataclass(frozen=True)
class Question:
    """A question's samples as outcomes, by model, and the right class (None: nobody gave it)."""

    recorded: RecordedQuestion
    outcomes: tuple[tuple[Outcome, ...], ...]
    right: int | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policies")
    parser.add_argument("--orders", type=int, default=200, help="random orders of each question's samples")
    parser.add_argument("--splits", type=int, default=20, help="random splits for what learns")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    options = parser.parse_args(arguments)
    folder = os.environ.get("MODELSWITCH_DATA")
    if not folder:
        print("MODELSWITCH_DATA is not set: it names the folder that holds recordings/mathbench.jsonl")
        return 2
    rows: list[Row] = []
    print(f"{SAMPLES} samples a model, {options.orders} orders, {options.splits} splits\n")
    for recording, models in CHAINS:
        recorded = _recorded(Path(folder) / "recordings" / f"{recording}.jsonl")
        chain = f"{recording}: {' → '.join(models)}"
        made = measured(chain, recorded, models, orders=options.orders, splits=options.splits)
        print(f"{chain} ({len(recorded)} questions)")
        _print(made)
        rows += made
    print(f"mean of {len(CHAINS)} chains")
    _print(_means(rows))
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    return 0


def measured(
    chain: str, recorded: Iterable[RecordedQuestion], models: Sequence[str], *, orders: int, splits: int
) -> list[Row]:
    """Every policy on one chain."""
    questions = [_question(one, models) for one in recorded]
    known: dict[Policy | str, list[Met]] = {}

    def met(policy: Policy | str) -> list[Met]:
        if policy not in known:
            known[policy] = [_met(question, models, policy, orders) for question in questions]
        return known[policy]

    everyone = range(len(questions))
    paper = met(PAPER)
    rows = [_row(chain, name, [(met(policy), everyone)], paper) for name, policy in PLAIN.items()]
    rng = random.Random(chain)
    learned: list[tuple[list[Met], list[int]]] = []
    strongest: dict[str, list[tuple[list[Met], list[int]]]] = {name: [] for name in STRONGEST}
    for _ in range(splits):
        shuffled = rng.sample(everyone, len(questions))
        seen, others = shuffled[:UNLABELLED], shuffled[UNLABELLED:]
        learned.append((met(_learned([questions[place].recorded for place in seen], models)), others))
        seen, others = shuffled[:LABELLED], shuffled[LABELLED:]
        best = _strongest([questions[place] for place in seen])
        for name, first in STRONGEST.items():
            opened = CrossCheck(first=first, wave_size=1, strongest=best)
            strongest[name].append((met(opened), others))
    rows.append(_row(chain, LEARNED, learned, paper))
    return rows + [_row(chain, name, runs, paper) for name, runs in strongest.items()]


def _recorded(path: Path) -> list[RecordedQuestion]:
    """The recording's answers alone; some of its questions have no text, which nothing here needs."""
    return [
        RecordedQuestion(
            id=row["id"],
            question=row["question"] or "",
            gold=row["gold"],
            samples={
                model: tuple(RecordedSample(answer=sample["answer"], answered=True) for sample in samples)
                for model, samples in row["samples"].items()
            },
        )
        for row in map(json.loads, path.open(encoding="utf-8"))
    ]


def _learned(questions: list[RecordedQuestion], models: Sequence[str]) -> Policy:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SwitchWarning)  # that it costs more than the paper's is in the table
        return CrossCheck.from_recording(questions, models=models, samples=SAMPLES, answer="exact")


def _strongest(questions: list[Question]) -> int:
    """The place of the model whose samples are right most often, the first of equals."""
    rights = [
        statistics.fmean(
            sum(isinstance(one, Readable) and one.answer == question.right for one in model) / len(model)
            for question in questions
            for model in [question.outcomes[place]]
        )
        for place in range(len(questions[0].outcomes))
    ]
    return rights.index(max(rights))


def _question(recorded: RecordedQuestion, models: Sequence[str]) -> Question:
    reader = answer_reader("exact")
    clusterer = FirstOfClass(reader)
    gold = None if recorded.gold is None else reader.parse(recorded.gold)
    right: int | None = None
    outcomes: list[tuple[Outcome, ...]] = []
    for model in models:
        read: list[Outcome] = []
        for sample in recorded.drawn(model):
            answer = None if sample.answer is None else reader.parse(sample.answer)
            if answer is None:
                read.append(Unreadable())
                continue
            (place,) = clusterer.assign([answer])
            read.append(Readable(place))
            if gold is not None and reader.same(answer, gold):
                right = place
        outcomes.append(tuple(read))
    return Question(recorded, tuple(outcomes), right)


def _met(question: Question, models: Sequence[str], policy: Policy | str, orders: int) -> Met:
    plan = switch_plan(models, samples=SAMPLES, policy=policy, settled_exit=False)
    # By the id alone, so that all policies meet the same orders.
    rng = random.Random(question.recorded.id)
    # Where samples mostly agree, many orders are the same draws again: each is run once.
    shuffled = Counter(
        tuple(tuple(rng.sample(drawn, SAMPLES)) for drawn in question.outcomes) for _ in range(orders)
    )
    right = draws = waves = 0
    for outcomes, times in shuffled.items():
        engine = Engine(plan)
        action: Draw | Finish | None = engine.start()
        while not isinstance(action, Finish):
            draw = engine.next_draw
            assert draw is not None, "an engine that has not finished expects a draw"
            action = engine.tell(draw, outcomes[draw.model][draw.draw])
        right += times * (action.answer is not None and action.answer == question.right)
        draws += times * sum(tally.started for tally in engine.pool.tallies)
        waves += times * engine.pool.waves
    return Met(right / orders, draws / orders, waves / orders)


def _row(chain: str, policy: str, runs: Sequence[tuple[list[Met], Sequence[int]]], paper: list[Met]) -> Row:
    """A policy's figures; a question that was met in several runs counts once, as their mean."""
    by_question: dict[int, list[Met]] = {}
    for met, places in runs:
        for place in places:
            by_question.setdefault(place, []).append(met[place])
    rights, draws, waves = (
        {place: statistics.fmean(getattr(met, what) for met in mets) for place, mets in by_question.items()}
        for what in ("right", "draws", "waves")
    )
    losses = [100 * (rights[place] - paper[place].right) for place in rights]
    mean_draws = statistics.fmean(draws.values())
    return Row(
        chain=chain,
        policy=policy,
        accuracy=statistics.fmean(rights.values()),
        loss_points=statistics.fmean(losses),
        interval_points=1.96 * statistics.stdev(losses) / math.sqrt(len(losses)),
        draws=mean_draws,
        relative_draws=mean_draws / statistics.fmean(paper[place].draws for place in draws),
        waves=statistics.fmean(waves.values()),
    )


def _means(rows: list[Row]) -> list[Row]:
    """Each policy's mean over the chains; the interval is that of a mean of independent chains."""
    means = []
    for policy in dict.fromkeys(row.policy for row in rows):
        its = [row for row in rows if row.policy == policy]
        width = math.sqrt(sum(row.interval_points**2 for row in its)) / len(its)
        fields = ("accuracy", "loss_points", "draws", "relative_draws", "waves")
        mean = {field: statistics.fmean(getattr(row, field) for row in its) for field in fields}
        means.append(Row(chain="mean", policy=policy, interval_points=width, **mean))
    return means


def _print(rows: list[Row]) -> None:
    print(f"  {'':46}{'accuracy':>9}{'loss, points':>16}{'draws':>8}{'of paper':>10}{'waves':>7}")
    for row in rows:
        loss = f"{row.loss_points:+.2f} ± {row.interval_points:.2f}"
        print(
            f"  {row.policy:46}{row.accuracy:>9.1%}{loss:>16}{row.draws:>8.2f}"
            f"{row.relative_draws:>10.1%}{row.waves:>7.2f}"
        )
    print()


if __name__ == "__main__":
    sys.exit(main())
