"""Accuracy against draws and waves: the policies beside the published algorithm, on recorded answers.

    MODELSWITCH_DATA=DIR python -m benchmarks.policies [--quick] [--orders 200] [--splits 20] [--json FILE]

Seven chains of models at 8 samples a model, answers compared by `exact` as they were recorded, settled exit
off. Every policy answers each question in the same random orders of each model's samples. "loss" is the
accuracy less the published algorithm's, in points; "draws", "of paper" what was drawn, and relative to the
published algorithm; "tokens" is the mean of a question, "cost" that in US dollars where the recording holds
tokens and genai-prices knows the models, and "-" elsewhere. The intervals are of 95 %, over questions, each
counted once as the mean over its orders.

What learns is measured on questions that it did not learn from: in each random split, 30 questions without
their right answers choose how to open (`CrossCheck.from_recording`), 100 with them name the strongest model
too, and a tolerance of 0.325 is given. It is learned from as many draws a question as the policies have.
"strongest declared" is told the model that is right most often on all questions, as a user may know it.

`LearningCrossCheck` learns as it goes: its draws, those it learns by included, over the first 100, 300 and
1000 questions of random streams (with repetition) stand below the table.

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
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks._frontier import Met, Row, means, print_table, row_of
from modelswitch_core import (
    CrossCheck,
    Draw,
    Engine,
    Esc,
    Finish,
    FirstOfClass,
    LearningCrossCheck,
    Outcome,
    Policy,
    Readable,
    RecordedQuestion,
    RecordedSample,
    SwitchPlan,
    Unreadable,
    answer_reader,
    switch_plan,
)
from modelswitch_core.evaluation import known_price

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
    "crosscheck, wave_size=5": CrossCheck(wave_size=5),
    "crosscheck, draws_per_lead=2": CrossCheck(draws_per_lead=2),
    "crosscheck, 1+1, draws_per_lead=2": CrossCheck(first=1, draws_per_lead=2),
}
LEARNED = f"crosscheck, learned from {UNLABELLED} unlabelled"
DECLARED = {
    draws_per_lead: f"crosscheck, 1+1, draws_per_lead={draws_per_lead}, strongest declared"
    for draws_per_lead in (2, 1)
}
STRONGEST = f"crosscheck, strongest by {LABELLED} labels, learned"
LABELLED_TOLERANCE = 0.325
"""More than by default: the model that opens is the better one, which makes up for some departures."""

STREAMS = (100, 300, 1000)


@dataclass(frozen=True)
class Spent:
    """What one draw takes; None where not known."""

    tokens: float | None
    cost: float | None


@dataclass(frozen=True)
class Question:
    """A question's samples as outcomes, by model, and the right class (None: nobody gave it)."""

    recorded: RecordedQuestion
    outcomes: tuple[tuple[Outcome, ...], ...]
    right: int | None
    spent: tuple[Spent, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policies")
    parser.add_argument("--orders", type=int, default=200, help="random orders of each question's samples")
    parser.add_argument("--splits", type=int, default=20, help="random splits for what learns")
    parser.add_argument("--quick", action="store_true", help="10 orders, 3 splits: a minute or so")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    options = parser.parse_args(arguments)
    if options.quick:
        options.orders, options.splits = 10, 3
    folder = os.environ.get("MODELSWITCH_DATA")
    if not folder:
        print("MODELSWITCH_DATA is not set: it names the folder that holds recordings/mathbench.jsonl")
        return 2
    print(f"{SAMPLES} samples a model, {options.orders} orders, {options.splits} splits\n")
    rows = every_chain(Path(folder), orders=options.orders, splits=options.splits)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    return 0


def every_chain(folder: Path, *, orders: int, splits: int) -> list[Row]:
    """Every policy on every chain, and the means, which come last; prints each as soon as it is there."""
    rows: list[Row] = []
    for recording, models in CHAINS:
        recorded = _recorded(folder / "recordings" / f"{recording}.jsonl")
        chain = f"{recording}: {' → '.join(models)}"
        made = measured(chain, recorded, models, orders=orders, splits=splits)
        print(f"{chain} ({len(recorded)} questions)", flush=True)
        print_table(made)
        _print_streams(stream_draws(recorded, models, min(5, splits)))
        rows += made
    average = means(rows)
    print(f"mean of {len(CHAINS)} chains")
    print_table(average)
    return rows + average


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
    rows = [row_of(chain, name, [(met(policy), everyone)], paper) for name, policy in PLAIN.items()]
    best = _strongest(questions)
    for draws_per_lead, name in DECLARED.items():
        declared = CrossCheck(first=1, draws_per_lead=draws_per_lead, strongest=best)
        rows.append(row_of(chain, name, [(met(declared), everyone)], paper))
    rng = random.Random(chain)
    learned: list[tuple[list[Met], list[int]]] = []
    strongest: list[tuple[list[Met], list[int]]] = []
    for _ in range(splits):
        shuffled = rng.sample(everyone, len(questions))
        seen, others = shuffled[:UNLABELLED], shuffled[UNLABELLED:]
        learned.append((met(_learned([questions[place] for place in seen], models)), others))
        seen, others = shuffled[:LABELLED], shuffled[LABELLED:]
        labelled = [questions[place] for place in seen]
        opener = models[_strongest(labelled)]
        strongest.append(
            (met(_learned(labelled, models, strongest=opener, tolerance=LABELLED_TOLERANCE)), others)
        )
    return [*rows, row_of(chain, LEARNED, learned, paper), row_of(chain, STRONGEST, strongest, paper)]


def stream_draws(
    recorded: Iterable[RecordedQuestion], models: Sequence[str], streams: int
) -> dict[int, float]:
    """What `LearningCrossCheck` draws over its first questions, relative to the published algorithm."""
    questions = [_question(one, models) for one in recorded]
    drawn = {length: [0, 0] for length in STREAMS}
    for stream in range(streams):
        rng = random.Random(stream)
        plans = [_plan(models, policy) for policy in (LearningCrossCheck(), PAPER)]
        totals = [0, 0]
        for met in range(1, max(STREAMS) + 1):
            outcomes = _in_random_order(rng.choice(questions), rng)
            for place, plan in enumerate(plans):
                engine = _played(plan, outcomes)
                totals[place] += sum(tally.started for tally in engine.pool.tallies)
            if met in drawn:
                drawn[met] = [sum(both) for both in zip(drawn[met], totals, strict=True)]
    return {length: ours / papers for length, (ours, papers) in drawn.items()}


def _recorded(path: Path) -> list[RecordedQuestion]:
    """The recording's answers alone; some of its questions have no text, which nothing here needs."""
    return [
        RecordedQuestion(
            id=row["id"],
            question=row["question"] or "",
            gold=row["gold"],
            samples={
                model: tuple(
                    RecordedSample(
                        answer=sample["answer"],
                        answered=True,
                        input_tokens=sample.get("input_tokens"),
                        output_tokens=sample.get("output_tokens"),
                    )
                    for sample in samples
                )
                for model, samples in row["samples"].items()
            },
        )
        for row in map(json.loads, path.open(encoding="utf-8"))
    ]


def _learned(questions: list[Question], models: Sequence[str], **options: Any) -> Policy:
    recorded = [question.recorded for question in questions]
    return CrossCheck.from_recording(recorded, models=models, samples=SAMPLES, answer="exact", **options)


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
    spent = tuple(_spent([recorded.drawn(model) for model in models], models))
    return Question(recorded, tuple(outcomes), right, spent)


def _spent(drawn: Sequence[Sequence[RecordedSample]], models: Sequence[str]) -> Iterable[Spent]:
    """What a draw of each model takes, as means over its draws of this question."""
    for samples, model in zip(drawn, models, strict=True):
        given = [sample.input_tokens for sample in samples if sample.input_tokens is not None]
        got = [sample.output_tokens for sample in samples if sample.output_tokens is not None]
        if len(given) < len(samples) or len(got) < len(samples):
            yield Spent(None, None)
            continue
        tokens = statistics.fmean(given), statistics.fmean(got)
        price = known_price(model)
        yield Spent(sum(tokens), None if price is None else price.of(*tokens))


def _plan(models: Sequence[str], policy: Policy | str) -> SwitchPlan:
    return switch_plan(models, samples=SAMPLES, policy=policy, settled_exit=False)


def _in_random_order(question: Question, rng: random.Random) -> tuple[tuple[Outcome, ...], ...]:
    return tuple(tuple(rng.sample(drawn, SAMPLES)) for drawn in question.outcomes)


def _played(plan: SwitchPlan, outcomes: Sequence[Sequence[Outcome]]) -> Engine:
    engine = Engine(plan)
    action: Draw | Finish | None = engine.start()
    while not isinstance(action, Finish):
        draw = engine.next_draw
        assert draw is not None, "an engine that has not finished expects a draw"
        action = engine.tell(draw, outcomes[draw.model][draw.draw])
    return engine


def _met(question: Question, models: Sequence[str], policy: Policy | str, orders: int) -> Met:
    plan = _plan(models, policy)
    # By the id alone, so that all policies meet the same orders.
    rng = random.Random(question.recorded.id)
    # Where samples mostly agree, many orders are the same draws again: each is run once.
    shuffled = Counter(_in_random_order(question, rng) for _ in range(orders))
    right = waves = 0
    drawn = [0] * len(models)
    for outcomes, times in shuffled.items():
        engine = _played(plan, outcomes)
        answer = None if engine.finished is None else engine.finished.answer
        right += times * (answer is not None and answer == question.right)
        waves += times * engine.pool.waves
        for model, tally in enumerate(engine.pool.tallies):
            drawn[model] += times * tally.started
    means = [times / orders for times in drawn]
    return Met(
        right=right / orders,
        draws=sum(means),
        waves=waves / orders,
        tokens=_total(means, [spent.tokens for spent in question.spent]),
        cost=_total(means, [spent.cost for spent in question.spent]),
    )


def _total(draws: Sequence[float], each: Sequence[float | None]) -> float | None:
    """What so many draws took; None where that of one is not known."""
    known = [one for one in each if one is not None]
    if len(known) < len(each):
        return None
    return math.fsum(count * one for count, one in zip(draws, known, strict=True))


def _print_streams(draws: Mapping[int, float]) -> None:
    told = ", ".join(f"{share:.1%} over {length}" for length, share in draws.items())
    print(f"  LearningCrossCheck draws, of paper's: {told} questions\n")


if __name__ == "__main__":
    sys.exit(main())
