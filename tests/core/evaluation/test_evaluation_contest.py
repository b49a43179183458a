from __future__ import annotations

import random
from typing import Any

import pytest

from modelswitch_core import AnswerReader, LearningCrossCheck, Paper, answer_reader, switch_plan
from modelswitch_core.evaluation._answers import Answers
from modelswitch_core.evaluation._contest import Contest
from modelswitch_core.evaluation._play import Played, play, plurality
from tests.core.evaluation.cases import NAMES, FieldReader, NearReader, random_question
from tests.examples import examples

READERS: dict[str, AnswerReader] = {
    "keyed": answer_reader("exact"),
    "near": NearReader(),
    "fields": FieldReader(),
}


class Hasty(Paper):
    """Of the library by descent only."""


OPTIONS: list[dict[str, Any]] = [
    {},
    {"policy": Paper(threshold=0.6), "vote": "plurality", "priors": [1.0, 0.5, 2.0]},
    {"policy": "self_consistency"},
    {"policy": "crosscheck"},
    {"policy": "crosscheck", "vote": "entropy", "priors": [0.2, 1.0, 1.0]},
    {"policy": "adaptive_consistency"},
    {"policy": "esc"},
    {"policy": "crosscheck", "settled_exit": True},
    {"policy": Hasty()},
    {"vote": "reward_best"},
]


@pytest.mark.hypothesis
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_what_is_remembered_is_what_the_engine_does(options: dict[str, Any], reader: str) -> None:
    """Over many questions of few answers, so that most runs are remembered ones."""
    source = random.Random(3)
    plan = switch_plan(NAMES, samples=[3, 2, 3], **{"settled_exit": False, **options})
    contest, met = Contest(plan), 0
    for _ in range(examples(120, explored=3_000)):
        question = random_question(source, rewards=True)
        drawn = [question.drawn(name) for name in NAMES]
        if any(len(each) < share for each, share in zip(drawn, plan.samples, strict=True)):
            continue
        met += 1
        answers = Answers(question, drawn, READERS[reader])
        rewards = (
            [[sample.reward for sample in each] for each in drawn] if "reward" in str(plan.vote) else None
        )
        orders = [
            [source.sample(range(len(each)), share) for each, share in zip(drawn, plan.samples, strict=True)]
            for _ in range(4)
        ]
        groups = contest.groups(answers, orders)
        assert sorted(map(str, orders)) == sorted(str(order) for group in groups for order in group)
        for group in groups:
            went = contest.played(answers, group[0], rewards)
            for order in group:
                assert went == [
                    play(plan, answers, order, rewards),
                    Played(plurality(answers, [(0, order[0])]), (3, 0, 0), 1),
                    Played(plurality(answers, [(1, order[1])]), (0, 2, 0), 1),
                    Played(plurality(answers, [(2, order[2])]), (0, 0, 3), 1),
                    Played(plurality(answers, list(enumerate(order))), (3, 2, 3), 1),
                ]
    assert met > 20


def test_a_policy_that_learns_is_run_for_every_order() -> None:
    question = random_question(random.Random(1))
    answers = Answers(question, [question.drawn("a")[:1]] * 2, READERS["keyed"])
    order = [[0], [0]]
    plan = switch_plan(["a", "b"], samples=1, policy="crosscheck", settled_exit=False)
    assert len(Contest(plan).groups(answers, [order] * 3)) == 1
    learning = switch_plan(["a", "b"], samples=1, policy=LearningCrossCheck(), settled_exit=False)
    assert len(Contest(learning).groups(answers, [order] * 3)) == 3


def test_no_more_runs_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelswitch_core.evaluation._contest._MOST_KNOWN", 2)
    source = random.Random(2)
    contest = Contest(switch_plan(NAMES, samples=1, policy="crosscheck", settled_exit=False))
    for _ in range(50):
        question = random_question(source)
        drawn = [question.drawn(name) for name in NAMES]
        if all(drawn):
            contest.played(Answers(question, drawn, READERS["keyed"]), [[0], [0], [0]], None)
            assert sum(map(len, contest._known.values())) <= 2
