from typing import Any

import pytest

from modelswitch_core import (
    EntropyVote,
    OptionError,
    Paper,
    PluralityVote,
    RewardVote,
    SelfConsistency,
    switch_plan,
)


def test_defaults_are_the_published_algorithm() -> None:
    plan = switch_plan(["a", "b"])
    assert plan.policy == Paper(threshold=1.0)
    assert plan.vote == EntropyVote(normalizer="distinct")
    assert (plan.samples, plan.priors, plan.settled_exit) == ((5, 5), (1.0, 1.0), True)
    assert plan.samples_budget == 10


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"policy": "self_consistency"}, (SelfConsistency(), PluralityVote())),
        ({"policy": Paper(threshold=0.8)}, (Paper(threshold=0.8), EntropyVote())),
        ({"consistency_threshold": 0.8}, (Paper(threshold=0.8), EntropyVote())),
        ({"vote": "plurality"}, (Paper(), PluralityVote())),
        ({"vote": "reward_sum"}, (Paper(), RewardVote(combine="sum"))),
        ({"vote": EntropyVote(normalizer="samples")}, (Paper(), EntropyVote(normalizer="samples"))),
    ],
)
def test_names_stand_for_policies_and_votes(options: dict[str, Any], expected: tuple[Any, Any]) -> None:
    plan = switch_plan(["a", "b"], **options)
    assert (plan.policy, plan.vote) == expected


def test_shares_and_priors_may_differ_between_models() -> None:
    plan = switch_plan(["a", "b"], samples=[2, 6], priors=[1, 0.5])
    assert (plan.samples, plan.priors, plan.samples_budget) == ((2, 6), (1.0, 0.5), 8)


def test_the_same_name_twice_is_numbered() -> None:
    assert switch_plan(["gpt", "gpt", "gpt#2", "gpt"]).names == ("gpt", "gpt#2", "gpt#2#2", "gpt#3")


# Each refusal names the option, shows the value and says what to do.
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"names": []}, r"names=\[\] gives no model: give at least one"),
        ({"names": ["a", ""]}, r"names=.* one non-empty string"),
        ({"samples": 0}, r"samples=0 must be 1 or more"),
        ({"samples": [3, -1]}, r"samples=\[3, -1\] must be 1 or more samples for each model, not -1"),
        ({"samples": [3]}, r"samples=\[3\] gives 1 shares for 2 models: give one number for all"),
        ({"samples": 2.5}, r"samples=2\.5 must be an integer"),
        ({"samples": "5"}, r"samples='5' must be an integer"),
        ({"samples": True}, r"samples=True must be 1 or more"),
        ({"policy": "papr"}, r"policy='papr' is unknown.*Did you mean 'paper'\?"),
        ({"names": "ab"}, r"names='ab' must be a list of names"),
        ({"policy": Paper}, r"policy=<class .*Paper'> is unknown"),
        ({"policy": 3}, r"policy=3 is unknown: use one of 'paper', 'self_consistency'"),
        ({"vote": "majority"}, r"vote='majority' is unknown: use one of 'entropy', 'plurality'"),
        ({"vote": 1}, r"vote=1 is unknown"),
        ({"priors": [1]}, r"priors=\[1\] gives 1 numbers for 2 models"),
        ({"priors": [1, 0]}, r"priors=.* positive, finite numbers, not 0"),
        ({"priors": [1, float("inf")]}, r"priors=.* not inf"),
        ({"priors": [1, float("nan")]}, r"priors=.* not nan"),
        ({"priors": [1, "2"]}, r"priors=.* not '2'"),
        ({"priors": 2.0}, r"priors=2\.0 must be a list"),
        ({"consistency_threshold": 0.5}, r"consistency_threshold=0\.5 must lie in \(0\.5, 1\]"),
        ({"consistency_threshold": 1.01}, r"consistency_threshold=1\.01"),
        ({"consistency_threshold": True}, r"consistency_threshold=True"),
        (
            {"policy": "self_consistency", "consistency_threshold": 0.8},
            r"consistency_threshold=0\.8 is a shorthand for Paper.*leave one of them out",
        ),
        ({"policy": Paper(threshold=0.7), "consistency_threshold": 0.8}, r"leave one of them out"),
    ],
)
def test_what_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        switch_plan(**{"names": ["a", "b"], **options})


def test_thresholds_and_normalizers_are_checked_where_they_are_made() -> None:
    with pytest.raises(OptionError, match=r"threshold=0\.3"):
        Paper(threshold=0.3)
    with pytest.raises(OptionError, match="normalizer='log2'"):
        EntropyVote(normalizer="log2")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "samples", "caution"),
    [
        (Paper(), (1, 5), "a single sample, which always agrees with itself"),
        (Paper(), (5, 1), None),
        (Paper(), (5, 5), None),
        (SelfConsistency(), (5, 5), "b will not be asked"),
    ],
)
def test_what_can_hardly_be_meant_is_cautioned_against(
    policy: Paper | SelfConsistency, samples: tuple[int, int], caution: str | None
) -> None:
    cautions = policy.cautions(("a", "b"), samples)
    assert (
        [caution in said for said in cautions] == ([] if caution is None else [True])
        if caution
        else not cautions
    )


def test_reward_votes_are_checked_where_they_are_made() -> None:
    with pytest.raises(OptionError, match="combine='mean' is unknown: use one of 'best', 'sum'"):
        RewardVote(combine="mean")  # type: ignore[arg-type]


def test_the_budget_is_what_the_policy_can_draw() -> None:
    assert switch_plan(["a", "b"], samples=[3, 4]).samples_budget == 7
    assert switch_plan(["a", "b"], samples=[3, 4], policy="self_consistency").samples_budget == 3
