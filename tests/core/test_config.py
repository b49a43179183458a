"""A setting as JSON, and back: every policy, vote and reader by name; whatever else is refused in words."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import (
    CONFIG_KEYS,
    AdaptiveConsistency,
    CrossCheck,
    EntropyVote,
    Esc,
    FromConfig,
    OptionError,
    Paper,
    PluralityVote,
    Pool,
    RewardVote,
    SelfConsistency,
    Stop,
    SwitchFields,
    SwitchPlan,
    choice_reader,
    config_of,
    options_from_config,
    switch_plan,
)
from modelswitch_core.policies import as_policy

POLICIES = [
    Paper(),
    Paper(threshold=0.8),
    SelfConsistency(),
    CrossCheck(first=1, margin=3, draws_per_lead=1),
    CrossCheck(strongest=1),
    AdaptiveConsistency(confidence=0.8),
    Esc(window=3),
]
VOTES = [
    EntropyVote(),
    EntropyVote(normalizer="samples"),
    PluralityVote(),
    RewardVote(combine="best"),
    RewardVote(combine="sum"),
]


class OwnPolicy:
    """Draws everything."""

    def stop(self, pool: Pool) -> Stop | None:
        return None

    def wave(self, pool: Pool) -> Sequence[int]:
        return [0]


def read(config: Mapping[str, Any], given: Sequence[str] = ("a", "b"), **overrides: Any) -> FromConfig:
    return options_from_config(config, given=given, overrides=overrides, field="models")


def plan_of(read_back: FromConfig) -> SwitchPlan:
    options = {key: value for key, value in read_back.options.items() if key not in ("names", "answer")}
    return switch_plan(read_back.options["names"], **options)


@given(
    policy=st.sampled_from(POLICIES),
    vote=st.sampled_from(VOTES),
    samples=st.lists(st.integers(1, 9), min_size=2, max_size=2),
    priors=st.lists(st.floats(0.05, 9), min_size=2, max_size=2),
)
def test_what_is_written_comes_back(policy: Any, vote: Any, samples: list[int], priors: list[float]) -> None:
    plan = switch_plan(["b", "a"], samples=samples, policy=policy, vote=vote, priors=priors)
    config = json.loads(json.dumps(config_of(plan, answer="number")))
    found = read(config)
    assert plan_of(found) == plan
    assert found.places == (1, 0)
    assert found.options["answer"] == "number"


@pytest.mark.parametrize("name", ["paper", "self_consistency", "crosscheck", "adaptive_consistency", "esc"])
def test_a_policy_or_vote_may_be_its_name(name: str) -> None:
    assert plan_of(read({"policy": name, "models": ["a", "b"]})).policy == as_policy(name)
    assert plan_of(read({"policy": {"name": name}, "models": ["a", "b"]})).policy == as_policy(name)
    assert plan_of(read({"vote": "plurality", "models": ["a", "b"]})).vote == PluralityVote()


def test_every_parameter_is_written_so_that_new_defaults_change_nothing() -> None:
    config = config_of(switch_plan(["a", "b"], policy="crosscheck"), answer="auto")
    assert config["policy"] == {"name": "crosscheck", **dataclasses.asdict(CrossCheck())}
    assert config["vote"] == {"name": "plurality"}
    assert config["version"] == 1


def test_all_that_json_can_hold_of_a_switch_may_stand_in_a_config() -> None:
    objects = {"reward"}
    assert set(CONFIG_KEYS) - {"version", "models"} == set(SwitchFields.model_fields) - objects
    config = {"time_limit_seconds": 2.5, "on_disagreement": "raise", "consistency_threshold": 0.8}
    assert read(config).options == config


def test_models_are_found_by_name_and_asked_in_the_config_s_order() -> None:
    found = read({"models": ["c", "a"], "samples": [3, 2]}, ["a", "b", "c"])
    assert found.places == (2, 0)
    assert found.options["names"] == ["c", "a"]


def test_two_models_of_one_name_are_told_apart_as_the_doors_do() -> None:
    assert read({"models": ["a#2", "a"]}, ["a", "a"]).places == (1, 0)


def test_names_say_what_the_config_calls_the_given_models() -> None:
    found = read({"models": ["strong", "weak"]}, ["gpt", "gemini"], names=["weak", "strong"])
    assert found.places == (1, 0)
    assert found.options["names"] == ["strong", "weak"]


def test_without_models_they_are_asked_as_given() -> None:
    found = read({"names": ["x", "y"]}, ["a", "b"])
    assert found == FromConfig((0, 1), {"names": ["x", "y"]})


def test_what_is_given_beside_the_config_wins() -> None:
    policy, reader = OwnPolicy(), choice_reader()
    found = read({"samples": 3, "policy": "esc", "answer": None}, samples=4, policy=policy, answer=reader)
    assert found.options == {"samples": 4, "policy": policy, "answer": reader}


@pytest.mark.parametrize(
    ("answer", "text", "reads"),
    [
        ({"name": "choice", "letters": "AB"}, "The answer is (C).", None),
        ({"name": "choice", "letters": "ABC"}, "The answer is (C).", "C"),
        ({"name": "date", "order": "DMY"}, "05/04/2021", "2021-04-05"),
    ],
)
def test_a_reader_with_its_parameter(answer: dict[str, str], text: str, reads: str | None) -> None:
    config = json.loads(json.dumps(config_of(switch_plan(["a", "b"]), answer=answer)))
    found = read(config).options["answer"].read(text)
    assert (None if found is None else found.text) == reads


def test_a_reader_by_name_alone_stays_a_name() -> None:
    assert read({"answer": {"name": "number"}}).options["answer"] == "number"


def test_objects_of_the_user_s_own_are_not_written() -> None:
    with pytest.raises(OptionError, match=r"answer=.*pass the reader beside the config"):
        config_of(switch_plan(["a"]), answer=choice_reader())
    with pytest.raises(OptionError, match=r"policy=.*OwnPolicy.*pass it beside the config"):
        config_of(switch_plan(["a"], policy=OwnPolicy()))


def test_a_reader_of_the_user_s_own_must_be_given_again() -> None:
    config = config_of(switch_plan(["a", "b"]), answer=None)
    with pytest.raises(
        OptionError, match=r"pass it beside the config, from_config\(config, …, answer=reader"
    ):
        read(config)
    assert read(config, answer="exact").options["answer"] == "exact"


REFUSED: list[tuple[Any, str]] = [
    ("switch.json", r"config='switch.json' must be a dictionary"),
    ({"version": 2}, "version=2, and this release reads version 1"),
    ({"sampels": 3}, "unknown key 'sampels'; did you mean 'samples'"),
    ({"api_key": "sk-1"}, "unknown key 'api_key'; there are version, models"),
    ({"policy": {"name": "papper"}}, "policy='papper' is unknown.*Did you mean 'paper'"),
    ({"policy": {"treshold": 0.8}}, 'policy=.*must hold its "name"'),
    ({"policy": {"name": "paper", "treshold": 0.8}}, "'treshold' is unknown.*Did you mean 'threshold'"),
    ({"policy": {"name": "paper", "threshold": 0.2}}, r"threshold=0.2 must lie in \(0.5, 1\]"),
    ({"policy": {"name": "self_consistency", "window": 1}}, "no parameters, and 'window' was given"),
    ({"vote": {"name": "loudest"}}, "vote='loudest' is unknown"),
    ({"vote": {"name": "reward_best", "combine": "sum"}}, "no parameters, and 'combine'"),
    ({"vote": {"name": "entropy", "normalizer": "all"}}, "normalizer='all' is unknown"),
    ({"answer": {"name": "choice", "letter": "A"}}, "parameter of answer='choice'='letter' is unknown"),
    ({"answer": {"name": "number", "digits": 3}}, "answer with parameters='number' is unknown"),
    ({"answer": {"name": "date", "order": "YDM"}}, "answer=.*YDM"),
    ({"models": []}, r"models=\[\], which must be a list"),
    ({"models": "a"}, "models='a', which must be a list"),
    ({"models": ["a", "a"]}, "names 'a' twice"),
    ({"models": ["a", "x"]}, r"'x', which is none of models=\['a', 'b'\]: give that model too"),
    ({"models": ["a"], "names": ["a"]}, r"gives 1 names for 2 models"),
]


@pytest.mark.parametrize(("config", "said"), REFUSED)
def test_what_cannot_be_meant_is_refused_in_words(config: Any, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        read(config)
