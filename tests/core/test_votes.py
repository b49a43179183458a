import math
import random as random_module
from collections import Counter
from collections.abc import Sequence
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import (
    consistency_weight,
    entropy_bits,
    entropy_vote,
    plurality_vote,
    reward_best_vote,
    reward_sum_vote,
    winner,
)

counts_of = st.lists(st.integers(1, 50), min_size=1, max_size=12)
normalizers = st.sampled_from(["distinct", "samples"])


@pytest.mark.parametrize(
    ("counts", "bits"),
    [
        ([], 0.0),
        ([1], 0.0),
        ([7], 0.0),
        ([0, 3], 0.0),
        ([1, 1], 1.0),
        ([2, 2, 2, 2], 2.0),
        ([3, 2], 0.970951),
    ],
)
def test_entropy_is_in_bits(counts: list[int], bits: float) -> None:
    assert entropy_bits(counts) == pytest.approx(bits, abs=1e-6)


# The published weight is not monotone in agreement: 3-1-1 weighs more than 3-2.
@pytest.mark.parametrize(
    ("counts", "distinct", "samples"),
    [
        ([], 0.0, 0.0),
        ([1], 1.0, 1.0),
        ([5], 1.0, 1.0),
        ([3, 2], 0.223, 0.665),
        ([3, 1, 1], 0.308, 0.528),
        ([6, 2], 0.290, 0.763),
        ([6, 1, 1], 0.414, 0.690),
        ([4, 1], 0.422, 0.751),
        ([1, 1, 1, 1, 1], 0.2, 0.2),
    ],
)
def test_weight_of_counts(counts: list[int], distinct: float, samples: float) -> None:
    assert consistency_weight(counts) == pytest.approx(distinct, abs=6e-4)
    assert consistency_weight(counts, normalizer="samples") == pytest.approx(samples, abs=6e-4)


def test_a_mapping_of_answers_is_taken_by_its_counts() -> None:
    assert entropy_bits({1: 3, 2: 2}) == entropy_bits(Counter("AAABB")) == entropy_bits([3, 2])
    assert consistency_weight(Counter("AAABB")) == consistency_weight([3, 2])


@given(counts_of, normalizers)
def test_weight_lies_between_one_nth_and_one(
    counts: list[int], normalizer: Literal["distinct", "samples"]
) -> None:
    weight = consistency_weight(counts, normalizer=normalizer)
    assert 1 / sum(counts) - 1e-12 <= weight <= 1.0


@given(st.integers(2, 12), st.data())
def test_weight_by_samples_grows_when_a_lesser_answer_yields_to_the_leading_one(
    n: int, data: st.DataObject
) -> None:
    lesser = data.draw(st.integers(1, n // 2))
    before = consistency_weight([n - lesser, lesser], normalizer="samples")
    assert consistency_weight([n - lesser + 1, lesser - 1], normalizer="samples") >= before


@given(counts_of, normalizers, st.randoms(use_true_random=False))
def test_weight_ignores_what_answers_are_called(
    counts: list[int], normalizer: Literal["distinct", "samples"], random: random_module.Random
) -> None:
    shuffled = list(counts)
    random.shuffle(shuffled)
    assert consistency_weight(shuffled, normalizer=normalizer) == pytest.approx(
        consistency_weight(counts, normalizer=normalizer)
    )


def test_negative_counts_and_unknown_normalizers_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        entropy_bits([2, -1])
    with pytest.raises(ValueError, match="normalizer='log'"):
        consistency_weight([2], normalizer="log")  # type: ignore[arg-type]


def test_entropy_vote_is_the_sum_over_models_of_prior_weight_and_count() -> None:
    scores = entropy_vote([{"a": 4, "b": 1}, {"b": 5}], priors=[4, 1])
    weight = consistency_weight([4, 1])
    assert scores == {"a": pytest.approx(16 * weight), "b": pytest.approx(4 * weight + 5)}
    assert winner(scores) == "a"


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], {}),
        ([{}], {}),
        ([{"a": 1}], {"a": 1.0}),
        ([{"a": 2, "b": 0}], {"a": 2.0}),
        ([{}, {"b": 3}], {"b": 3.0}),
    ],
)
def test_votes_on_few_answers(counts: list[dict[str, int]], expected: dict[str, float]) -> None:
    assert entropy_vote(counts) == expected
    assert plurality_vote(counts) == expected


def test_plurality_counts_samples_times_priors_and_factors() -> None:
    scores = plurality_vote([{"a": 2, "b": 1}, {"b": 3}], priors=[2, 1], factors=[1, 0.5])
    assert scores == {"a": 4.0, "b": 3.5}


@pytest.mark.parametrize("vote", [entropy_vote, plurality_vote])
def test_one_prior_and_one_factor_a_model(vote: object) -> None:
    assert callable(vote)
    with pytest.raises(ValueError, match="priors="):
        vote([{"a": 1}], priors=[1, 2])
    with pytest.raises(ValueError, match="factors="):
        vote([{"a": 1}], factors=[])


@given(
    st.lists(st.dictionaries(st.integers(0, 5), st.integers(1, 6), max_size=5), min_size=1, max_size=4),
    st.permutations(range(6)),
)
def test_renaming_answers_changes_nothing(counts: list[dict[int, int]], names: Sequence[int]) -> None:
    renamed = [{names[answer]: count for answer, count in model.items()} for model in counts]
    for vote in (entropy_vote, plurality_vote):
        before, after = vote(counts), vote(renamed)
        assert list(after) == [names[answer] for answer in before]
        assert list(after.values()) == list(before.values())
        best = winner(before)
        assert winner(after) == (None if best is None else names[best])


def test_ties_go_to_the_answer_seen_first() -> None:
    assert winner({"b": 0.1 + 0.2, "a": 0.3}) == "b"
    assert winner({"b": 0.3, "a": 0.1 + 0.2}) == "b"
    assert winner({"b": 0.3, "a": 0.3001}) == "a"
    assert winner({}) is None


def test_reward_votes() -> None:
    rewards = {"a": [0.5, 0.6], "b": [0.9], "c": []}
    assert reward_best_vote(rewards) == {"a": 0.6, "b": 0.9}
    assert reward_sum_vote(rewards) == {"a": pytest.approx(1.1), "b": 0.9}
    assert winner(reward_best_vote({"a": [-3.0], "b": [-2.0]})) == "b"
    with pytest.raises(ValueError, match="finite"):
        reward_sum_vote({"a": [math.nan]})
