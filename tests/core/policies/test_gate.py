"""Learning how to open and to go on from recorded questions without their right answers."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from modelswitch_core import (
    CrossCheck,
    OptionError,
    Paper,
    Readable,
    RecordedQuestion,
    RecordedSample,
    SwitchWarning,
)
from modelswitch_core.policies._choice import Candidates, Tried, mean_tried


def samples(answers: Sequence[str | None]) -> tuple[RecordedSample, ...]:
    return tuple(RecordedSample(answer=answer, answered=True) for answer in answers)


def question(place: int, **models: Sequence[str | None]) -> RecordedQuestion:
    drawn = {name: samples(answers) for name, answers in models.items()}
    return RecordedQuestion(id=f"q{place}", question="?", samples=drawn)


def noisy(rng: random.Random, right: str, accuracy: float, draws: int = 8) -> list[str]:
    return [right if rng.random() < accuracy else f"wrong {rng.randrange(3)}" for _ in range(draws)]


def questions(seed: int, accuracies: Sequence[tuple[float, float]]) -> list[RecordedQuestion]:
    rng = random.Random(seed)
    return [
        question(place, a=noisy(rng, "x", one), b=noisy(rng, "x", other))
        for place, (one, other) in enumerate(accuracies)
    ]


EASY = questions(1, [(1.0, 1.0)] * 10)
HARD = questions(2, [(0.45, 0.45), (0.6, 0.3), (0.3, 0.6)] * 10)


def learned(given: list[RecordedQuestion], **options: Any) -> CrossCheck | Paper:
    return CrossCheck.from_recording(given, **{"answer": "exact", **options})


THRIFTY = CrossCheck(first=1, second=1, margin=2, draws_per_lead=2)


def test_where_all_agree_one_opening_draw_is_enough() -> None:
    assert learned(EASY) == THRIFTY


def test_the_tolerance_decides_between_care_and_thrift() -> None:
    assert learned(HARD, tolerance=0) == CrossCheck()
    assert learned(HARD, tolerance=1) == CrossCheck(first=1, draws_per_lead=1)


def test_it_is_the_same_for_the_same_seed() -> None:
    assert learned(HARD[:4], seed=1) == learned(HARD[:4], seed=1)


CANDIDATES = Candidates(shares=(8, 8), prices=(1.0, 1.0), tolerance=0.2)
TWO_3, ONE_2, ONE_1 = CANDIDATES.crosschecks


def test_what_there_is_to_choose_from() -> None:
    assert CANDIDATES.policies == [Paper(), CrossCheck(), THRIFTY, CrossCheck(first=1, draws_per_lead=1)]
    assert Candidates(shares=(8, 8), prices=(1.0, 1.0), strongest=1, draws_per_lead=1).crosschecks == [
        CrossCheck(first=first, draws_per_lead=1, strongest=1) for first in (2, 1)
    ]
    openers = [one.strongest for one in Candidates(shares=(8, 8), prices=(1.0, 0.5)).crosschecks]
    assert openers == [None] * 3 + [1] * 3


@pytest.mark.parametrize(
    ("tried", "best"),
    [
        # a tenth of the paper's ten draws may cost 0.02 departures
        ([(0.05, 7), (0.10, 5), (0.13, 4)], TWO_3),
        ([(0.05, 7), (0.08, 5), (0.11, 4)], ONE_2),
        ([(0.05, 7), (0.08, 5), (0.09, 4)], ONE_1),
        # of equals the one with the larger waves
        ([(0.04, 8), (0.10, 5), (0.12, 4)], TWO_3),
        ([(0.0, 6), (0.0, 5), (0.0, 5)], ONE_2),
    ],
)
def test_the_rule(tried: list[tuple[float, float]], best: CrossCheck) -> None:
    paper = Tried(0.05, 10)
    assert CANDIDATES.best([paper, *[Tried(*one) for one in tried]]) == best


@pytest.mark.parametrize(("prices", "best"), [((1.0, 9.0), Paper()), ((1.0, 1.0), TWO_3)])
def test_what_costs_more_than_the_paper_s_is_not_taken_where_prices_differ(
    prices: tuple[float, float], best: CrossCheck | Paper
) -> None:
    candidates = Candidates(shares=(2, 2), prices=prices)
    others = [Tried(0.0, 3 + number) for number in range(len(candidates.crosschecks))]
    assert candidates.best([Tried(0.0, 2), *others]) == best


@pytest.mark.parametrize("strongest", [None, 0, 1])
def test_where_models_stay_apart_the_strongest_one_s_answer_is_no_departure(strongest: int | None) -> None:
    candidates = Candidates(shares=(8, 8), prices=(1.0, 1.0), strongest=strongest)
    tried = candidates.try_all(((Readable(0),) * 8, (Readable(1),) * 8), ["a", "b"], orders=2)
    assert [one.departing for one in tried] == [0.0] * 4


def test_means_are_taken_policy_by_policy() -> None:
    questions = [[Tried(0.0, 2.0), Tried(1.0, 4.0)], [Tried(0.5, 4.0), Tried(1.0, 5.0)]]
    assert mean_tried(questions) == [Tried(0.25, 3.0), Tried(1.0, 4.5)]


def test_neither_right_answers_nor_the_order_of_the_questions_matter() -> None:
    told = [
        RecordedQuestion(id=one.id, question=one.question, gold="wrong 1", samples=one.samples)
        for one in reversed(HARD[:6])
    ]
    assert learned(told) == learned(HARD[:6])


def test_options_are_passed_on_to_the_policy() -> None:
    assert learned(EASY, strongest="b", draws_per_lead=5) == CrossCheck(
        first=1, draws_per_lead=5, strongest=1
    )
    assert learned(EASY, models=["b", "a"], strongest="b") == replace(THRIFTY, strongest=0)


def test_where_cross_checking_costs_more_than_the_paper_s_algorithm_it_is_that() -> None:
    """It does not ask a dear second model where the first agrees with itself; an opening always does."""
    with pytest.warns(SwitchWarning, match=r"cross-checking costs 262% of what policy='paper' does"):
        assert learned(EASY, costs={"a": 1.0, "b": 20.0}) == Paper()
    assert learned(EASY, costs={"a": 1.0, "b": 2.0}) == THRIFTY


def test_texts_are_read_and_what_cannot_be_read_breaks_agreement() -> None:
    spoken = [
        RecordedQuestion(
            id=str(place),
            question="?",
            samples={
                name: (*[RecordedSample(text="The answer is 7.")] * 3, RecordedSample(answered=True))
                for name in ("a", "b")
            },
        )
        for place in range(4)
    ]
    assert learned(spoken, answer="number") == CrossCheck(first=1, draws_per_lead=1)
    silent = [question(0, a=[None, None], b=[None, None])]
    assert learned(silent) == CrossCheck()


def test_failed_draws_are_no_samples() -> None:
    failed = RecordedSample(error="RateLimitError: slow down")
    one = RecordedQuestion(
        id="q", question="?", samples={"a": (failed, *samples("xx")), "b": (*samples("x"), failed)}
    )
    learned([one], samples=[2, 1])
    message = r"no question holds samples=\[3, 1\] draws of models=\['a', 'b'\], the most .*'a': 2"
    with pytest.raises(OptionError, match=message):
        learned([one], samples=[3, 1])


@pytest.mark.parametrize(
    ("samples_wanted", "left_out", "best"),
    # with a single sample each all ways are the same
    [(8, 2, THRIFTY), (1, 1, CrossCheck()), (None, 1, THRIFTY)],
)
def test_questions_with_too_few_draws_are_left_out_and_counted(
    samples_wanted: int | None, left_out: int, best: CrossCheck
) -> None:
    short = [question(98, a="x" * 8, b="x"), question(99, a="x" * 8)]
    with pytest.warns(SwitchWarning, match=rf"^{left_out} of 12 questions hold fewer draws than"):
        assert learned([*EASY, *short], samples=samples_wanted) == best


@pytest.mark.parametrize("path", ["answers.jsonl", Path("answers.jsonl")])
def test_a_path_is_refused_with_the_way_to_read_it(path: Any) -> None:
    with pytest.raises(OptionError, match=r"answers.jsonl.* is a path .*: give read_recording"):
        CrossCheck.from_recording(path)


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        ([], {}, r"questions=\[\] gives nothing to learn from"),
        ([question(0, a="xx")], {}, r"models=\['a'\] must name two or more"),
        (EASY, {"models": ["a"]}, r"models=\['a'\] must name two or more"),
        (EASY, {"models": ["a", "a"]}, r"models=\['a', 'a'\] names 'a' twice"),
        (EASY, {"models": ["a", "c"]}, r"no question holds samples=\[1, 1\] draws of .*'c': 0"),
        (EASY, {"samples": 9}, r"no question holds samples=\[9, 9\] draws of .*'a': 8, 'b': 8"),
        (EASY, {"samples": 0}, r"samples=0 must be 1 or more"),
        (EASY, {"strongest": "c"}, r"strongest='c' is unknown: use one of 'a', 'b'"),
        (EASY, {"tolerance": -0.1}, r"tolerance=-0.1 must lie in \[0, 1\]"),
        (EASY, {"tolerance": "much"}, r"tolerance='much' must lie in \[0, 1\]"),
        (EASY, {"costs": 5}, r"costs=5 must be a mapping of models' names to what a draw of each costs"),
        (EASY, {"costs": {"a": 1.0}}, r"costs=\{'a': 1\.0\} lacks 'b'"),
        (EASY, {"costs": {"a": 1.0, "b": 0.0}}, r"costs=\[1\.0, 0\.0\] must hold positive, finite numbers"),
        (EASY, {"draws_per_lead": 0}, r"draws_per_lead=0 must be an integer of 1 or more"),
        (
            [RecordedQuestion(id="q", question="?", samples={n: (RecordedSample(),) for n in "ab"})],
            {},
            r"a draw of id 'q' has neither an answer nor a text",
        ),
    ],
)
def test_what_it_cannot_learn_from_is_refused(
    given: list[RecordedQuestion], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        learned(given, **options)
