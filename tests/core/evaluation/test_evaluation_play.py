from __future__ import annotations

import random
from typing import Any

import pytest

from modelswitch_core import AnswerReader, Paper, RecordedSample, SelfConsistency, answer_reader, switch_plan
from modelswitch_core.evaluation._answers import UNREADABLE, Answers
from modelswitch_core.evaluation._play import play, plurality
from modelswitch_core.evaluation._stages import decides_between_stages, play_stages
from tests.core.evaluation.cases import NAMES, FieldReader, NearReader, as_the_doors_run_it, random_question
from tests.examples import examples

READERS: dict[str, AnswerReader] = {"keyed": answer_reader("exact"), "near": NearReader()}
WITH_OWN: dict[str, AnswerReader] = {**READERS, "fields": FieldReader()}
BETWEEN_STAGES: list[dict[str, Any]] = [
    {"policy": Paper()},
    {"policy": Paper(threshold=0.6)},
    {"policy": Paper(), "vote": "plurality", "priors": [1.0, 0.5, 2.0]},
    {"policy": SelfConsistency()},
    {"policy": SelfConsistency(), "vote": "entropy"},
]
WITHIN_WAVES: list[dict[str, Any]] = [
    {"policy": "crosscheck"},
    {"policy": "adaptive_consistency"},
    {"policy": "esc"},
    {"policy": "crosscheck", "settled_exit": True},
]


def shown(options: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in options.items())


@pytest.mark.hypothesis
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("settled_exit", [False, True], ids=["", "settled exit"])
@pytest.mark.parametrize("options", BETWEEN_STAGES, ids=shown)
def test_stages_counted_in_one_go_are_the_engine_s(
    options: dict[str, Any], settled_exit: bool, reader: str
) -> None:
    source = random.Random(7)
    for _ in range(examples(700 if settled_exit else 250, explored=5_000)):
        question = random_question(source)
        drawn = [question.drawn(name) for name in NAMES]
        if not all(drawn):
            continue
        shares = [source.randint(1, len(each)) for each in drawn]
        plan = switch_plan(NAMES, samples=shares, settled_exit=settled_exit, **options)
        answers = Answers(question, drawn, READERS[reader])
        assert decides_between_stages(plan, answers)
        orders = [source.sample(range(len(each)), len(each)) for each in drawn]
        assert play_stages(plan, answers, orders) == play(plan, answers, orders), question


@pytest.mark.parametrize("reader", [*READERS, "fields"])
@pytest.mark.parametrize("options", [*BETWEEN_STAGES[:1], *WITHIN_WAVES], ids=shown)
def test_a_recorded_question_goes_as_it_would_have_gone_live(options: dict[str, Any], reader: str) -> None:
    source = random.Random(11)
    for _ in range(200):
        question = random_question(source)
        drawn = [question.drawn(name) for name in NAMES]
        share = min(map(len, drawn))
        if share < 2:
            continue
        plan = switch_plan(NAMES, samples=share, **{"settled_exit": False, **options})
        answers = Answers(question, drawn, WITH_OWN[reader])
        orders = [source.sample(range(len(each)), len(each)) for each in drawn]
        played = play(plan, answers, orders)
        live = as_the_doors_run_it(plan, WITH_OWN[reader], question, orders)
        assert played.drawn == tuple(report.drawn for report in live.models)
        assert played.waves == live.waves
        assert answers.text(played.answer) == live.answer


def test_prose_ends_a_stage_in_both() -> None:
    prose = [
        RecordedSample(
            text=f"{word} of these numbers is even and so is their sum and whatever follows from it"
        )
        for word in ("none", "one", "each")
    ]
    answers = Answers(random_question(random.Random(0)), [prose, prose], answer_reader("auto"))
    plan = switch_plan(["a", "b"], samples=3, settled_exit=False)
    orders = [[0, 1, 2]] * 2
    assert play_stages(plan, answers, orders) == play(plan, answers, orders) == (0, (3, 0), 1)


def test_a_reader_with_a_clusterer_of_its_own_is_left_to_the_engine() -> None:
    question = random_question(random.Random(0))
    plan = switch_plan(["a"], samples=1, settled_exit=False)
    assert not decides_between_stages(plan, Answers(question, [question.drawn("a")], FieldReader()))


def test_the_best_reward_wins_the_last_vote() -> None:
    question = random_question(random.Random(0))
    samples = [[_sample("1", 0.5), _sample("2", 2.5), _sample("1", 1.0)]]
    answers = Answers(question, samples, READERS["keyed"])
    plan = switch_plan(["a"], samples=3, policy="self_consistency", vote="reward_best")
    played = play(plan, answers, [[0, 1, 2]], [[sample.reward for sample in samples[0]]])
    assert answers.text(played.answer) == "2"


@pytest.mark.parametrize("reader", READERS)
def test_plurality_is_self_consistency(reader: str) -> None:
    source = random.Random(5)
    for _ in range(1000):
        question = random_question(source)
        drawn = [question.drawn("a")]
        if not drawn[0]:
            continue
        answers = Answers(question, drawn, READERS[reader])
        order = source.sample(range(len(drawn[0])), len(drawn[0]))
        plan = switch_plan(["a"], samples=len(order), policy="self_consistency", settled_exit=False)
        assert plurality(answers, [(0, order)]) == play(plan, answers, [order]).answer


def test_nothing_readable_is_no_answer() -> None:
    question = random_question(random.Random(0))
    answers = Answers(question, [[_sample(None)] * 2], READERS["keyed"])
    plan = switch_plan(["a"], samples=2, settled_exit=False)
    assert play(plan, answers, [[0, 1]]).answer == UNREADABLE
    assert play_stages(plan, answers, [[0, 1]]).answer == UNREADABLE
    assert plurality(answers, [(0, [0, 1])]) == UNREADABLE
    assert not answers.right(UNREADABLE)


def _sample(answer: str | None, reward: float | None = None) -> RecordedSample:
    return RecordedSample(answer=answer, answered=True, reward=reward)
