from __future__ import annotations

import dataclasses

import pytest

from modelswitch_core import (
    EntropyVote,
    OptionError,
    Paper,
    PluralityVote,
    Policy,
    SelfConsistency,
    Vote,
    switch_plan,
)
from modelswitch_core.evaluation import policy_from_text, vote_from_text


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("paper", Paper()),
        ("paper:threshold=0.8", Paper(threshold=0.8)),
        ("paper: threshold = 1", Paper(threshold=1)),
        ("self_consistency", SelfConsistency()),
    ],
)
def test_policies_by_name(text: str, policy: Policy) -> None:
    assert policy_from_text(text) == policy


@pytest.mark.parametrize(
    ("text", "vote"),
    [
        ("entropy", EntropyVote()),
        ("entropy:normalizer=samples", EntropyVote(normalizer="samples")),
        ("plurality", PluralityVote()),
    ],
)
def test_votes_by_name(text: str, vote: Vote) -> None:
    assert vote_from_text(text) == vote


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("papper", "Did you mean 'paper'"),
        ("paper:treshold=1", "Did you mean 'threshold'"),
        ("paper:threshold", "its parameters are threshold"),
        ("paper:threshold=2", "threshold=2 must lie in"),
        ("paper:threshold=x", "threshold='x' must lie in"),
        ("self_consistency:x=1", "has no parameters"),
        ("crosscheck:first=x", "first"),
    ],
)
def test_what_is_no_policy_is_refused(text: str, said: str) -> None:
    with pytest.raises(OptionError) as caught:
        policy_from_text(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"), [("entrop", "Did you mean 'entropy'"), ("entropy:normalizer=x", "normalizer='x'")]
)
def test_what_is_no_vote_is_refused(text: str, said: str) -> None:
    with pytest.raises(OptionError) as caught:
        vote_from_text(text)
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["paper", "crosscheck", "adaptive_consistency"])
@pytest.mark.parametrize("value", ["x", "null", "true", "NaN", "1e999", "{}", "-1"])
def test_no_value_of_the_wrong_kind_gets_through(name: str, value: str) -> None:
    for field in dataclasses.fields(policy_from_text(name)):  # type: ignore[arg-type]  # ours are dataclasses
        if value == "null" and field.default is None:
            continue
        with pytest.raises(OptionError, match=field.name):
            policy_from_text(f"{name}:{field.name}={value}")


@pytest.mark.parametrize(
    ("text", "object_"),
    [("crosscheck:margin=3", r"CrossCheck\(margin=3\)"), ("paper:threshold=0.8", r"Paper\(threshold=0.8\)")],
)
def test_where_objects_can_be_given_the_text_is_refused_with_the_object(text: str, object_: str) -> None:
    with pytest.raises(OptionError, match=f"policy='{text}': .*, policy={object_}"):
        switch_plan(["a", "b"], policy=text)
