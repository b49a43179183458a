"""Learning an opening and a margin from recorded questions without their right answers."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from modelswitch_core import CrossCheck, OptionError, RecordedQuestion, RecordedSample, SwitchWarning
from modelswitch_core.policies._gate import CANDIDATES


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


def learned(given: list[RecordedQuestion], **options: Any) -> CrossCheck:
    return CrossCheck.from_recording(given, **{"answer": "exact", **options})


def test_where_all_agree_the_fewest_draws_are_enough() -> None:
    assert learned(EASY) == CrossCheck(first=1, second=1, margin=2, wave_size=1)


def test_the_weight_of_a_draw_decides_between_care_and_thrift() -> None:
    careful, thrifty = learned(HARD, cost_weight=0.0), learned(HARD, cost_weight=10.0)
    assert careful.margin == 4
    assert (thrifty.first, thrifty.second, thrifty.margin) == CANDIDATES[0]


def test_it_is_one_of_the_candidates_and_the_same_for_the_same_seed() -> None:
    policies = [learned(HARD[:12], seed=seed) for seed in (0, 0, 1)]
    assert policies[0] == policies[1]
    assert all((policy.first, policy.second, policy.margin) in CANDIDATES for policy in policies)


def test_neither_right_answers_nor_the_order_of_the_questions_matter() -> None:
    told = [
        RecordedQuestion(id=one.id, question=one.question, gold="wrong 1", samples=one.samples)
        for one in reversed(HARD)
    ]
    assert learned(told) == learned(HARD)


def test_options_are_passed_on_to_the_policy() -> None:
    policy = learned(EASY, strongest="b", wave_size=5)
    assert (policy.strongest, policy.wave_size) == (1, 5)
    assert learned(EASY, models=["b", "a"], strongest="b").strongest == 0


def test_a_dear_second_model_is_warned_of() -> None:
    """The paper's algorithm does not ask it where the first model agrees with itself; an opening does."""
    with pytest.warns(SwitchWarning, match="cross-checking costs .*% of what policy='paper' does"):
        learned(EASY, costs={"a": 1.0, "b": 20.0})
    learned(EASY, costs={"a": 1.0, "b": 2.0})


def test_prices_move_the_choice() -> None:
    """At the same weight, draws that cost more beside the paper's are spared more."""
    cheap = learned(HARD, cost_weight=0.2, costs={"a": 1.0, "b": 0.05})
    dear = learned(HARD, cost_weight=5.0, costs={"a": 1.0, "b": 0.05})
    assert CANDIDATES.index((cheap.first, cheap.second, cheap.margin)) > CANDIDATES.index(
        (dear.first, dear.second, dear.margin)
    )


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
    assert learned(spoken, answer="number") == CrossCheck(first=1, margin=2, wave_size=1)
    silent = [question(0, a=[None, None], b=[None, None])]
    assert learned(silent) == CrossCheck(first=1, margin=2, wave_size=1)


def test_failed_draws_are_no_samples() -> None:
    failed = RecordedSample(error="RateLimitError: slow down")
    one = RecordedQuestion(
        id="q", question="?", samples={"a": (failed, *samples("xx")), "b": (*samples("x"), failed)}
    )
    learned([one], samples=[2, 1])
    with pytest.raises(OptionError, match="hold 2 draws of models='a' for id 'q', and 3 are needed"):
        learned([one], samples=[3, 1])


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        ([], {}, r"questions=\[\] gives nothing to learn from"),
        ([question(0, a="xx")], {}, r"models=\['a'\] must name two or more"),
        (EASY, {"models": ["a"]}, r"models=\['a'\] must name two or more"),
        (EASY, {"models": ["a", "a"]}, r"models=\['a', 'a'\] names 'a' twice"),
        (EASY, {"models": ["a", "c"]}, r"hold 0 draws of models='c' for id 'q0', and 1 are needed"),
        (EASY, {"samples": 9}, r"hold 8 draws of models='a' for id 'q0', and 9 are needed"),
        (EASY, {"samples": 0}, r"samples=0 must be 1 or more"),
        (EASY, {"strongest": "c"}, r"strongest='c' is unknown: use one of 'a', 'b'"),
        (EASY, {"cost_weight": -1}, r"cost_weight=-1 must be a number of 0 or more"),
        (EASY, {"cost_weight": "much"}, r"cost_weight='much' must be a number of 0 or more"),
        (EASY, {"costs": {"a": 1.0}}, r"costs=\{'a': 1\.0\} lacks 'b'"),
        (EASY, {"costs": {"a": 1.0, "b": 0.0}}, r"costs=\[1\.0, 0\.0\] must hold positive, finite numbers"),
        (EASY, {"wave_size": 0}, r"wave_size=0 must be an integer of 1 or more"),
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
