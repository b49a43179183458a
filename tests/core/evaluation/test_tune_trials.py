"""Trials: what hundreds of settings did, as the engine would have it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import (
    AdaptiveConsistency,
    AnswerReader,
    CrossCheck,
    Esc,
    Paper,
    RecordedQuestion,
    RecordedSample,
    SelfConsistency,
    answer_reader,
    switch_plan,
)
from modelswitch_core.evaluation import Price, replay
from modelswitch_core.evaluation._trials import Trials
from tests.core.evaluation.cases import NAMES, FieldReader, random_question

POLICIES = [
    Paper(),
    Paper(threshold=0.6),
    SelfConsistency(),
    CrossCheck(),
    CrossCheck(first=1, margin=3, draws_per_lead=1),
    AdaptiveConsistency(confidence=0.8),
    Esc(window=2),
]


def trials(questions: Sequence[RecordedQuestion], **options: Any) -> Trials:
    fixed: dict[str, Any] = {"names": NAMES, "shares": (2, 2, 2), "yardstick": "accuracy", "prices": {}}
    return Trials(
        questions, **{**fixed, "reader": answer_reader("exact"), "shuffles": 3, "seed": 7, **options}
    )


def enough(questions: Sequence[RecordedQuestion], share: int) -> list[RecordedQuestion]:
    return [each for each in questions if all(len(each.drawn(name)) >= share for name in NAMES)]


@given(
    seed=st.integers(0, 10_000),
    policy=st.sampled_from(POLICIES),
    vote=st.sampled_from(["entropy", "plurality"]),
    names=st.permutations(NAMES).flatmap(lambda names: st.sampled_from([names[:1], names[:2], names])),
    prior=st.sampled_from([1.0, 0.3]),
    reader=st.sampled_from([answer_reader("exact"), FieldReader()]),
)
def test_a_trial_is_a_replay(
    seed: int, policy: Any, vote: str, names: list[str], prior: float, reader: AnswerReader
) -> None:
    source = random.Random(seed)
    questions = enough([random_question(source) for _ in range(4)], 2)
    if not questions or len(names) < getattr(policy, "least_models", 1):
        return
    priors = [prior, *[1.0] * (len(names) - 1)]
    plan = switch_plan(names, samples=2, policy=policy, vote=vote, priors=priors, settled_exit=False)
    trial = trials(questions, reader=reader).of(plan)
    expected = replay(
        questions,
        models=names,
        samples=2,
        policy=policy,
        vote=vote,
        priors=priors,
        answer=reader,
        shuffles=3,
        seed=7,
    ).figures
    assert trial.score == pytest.approx(expected.accuracy)
    assert trial.mean_samples == pytest.approx(expected.mean_samples)
    assert trial.mean_waves == pytest.approx(expected.mean_waves)


def test_agreement_is_with_every_sample_of_every_model() -> None:
    questions = enough([random_question(random.Random(seed)) for seed in range(40)], 2)
    made = trials(questions, yardstick="agreement")
    assert made.pooled().score == 1.0
    plan = switch_plan(NAMES, samples=2, settled_exit=False)
    expected = replay(questions, models=NAMES, samples=2, answer="exact", shuffles=3, seed=7)
    assert made.of(plan).score == pytest.approx(expected.figures.agreement_with_pool)


def priced(tokens: int | None) -> RecordedQuestion:
    draws = tuple(
        RecordedSample(answer="1", answered=True, input_tokens=tokens, output_tokens=tokens) for _ in "ab"
    )
    return RecordedQuestion(id=str(tokens), question="?", gold="1", samples=dict.fromkeys("ab", draws))


def test_costs_are_those_of_the_draws_that_were_made() -> None:
    prices = {"a": Price(input=1, output=2), "b": Price(input=3, output=4)}
    made = trials([priced(1_000_000)], names=("a", "b"), shares=(2, 2), prices=prices)
    assert made.of(switch_plan(["a", "b"], samples=2, settled_exit=False)).mean_cost == pytest.approx(2 * 3)
    assert made.pooled().mean_cost == pytest.approx(2 * 3 + 2 * 7)


@pytest.mark.parametrize(
    ("tokens", "prices"), [(None, {"a": Price(input=1, output=2)}), (5, {"b": Price(input=1, output=2)})]
)
def test_an_unknown_cost_stays_unknown(tokens: int | None, prices: dict[str, Price]) -> None:
    made = trials([priced(9), priced(tokens)], names=("a", "b"), shares=(2, 2), prices=prices)
    assert made.of(switch_plan(["a", "b"], samples=2, settled_exit=False)).mean_cost is None
    assert made.pooled().mean_cost is None
