"""The fields that every door inherits, in the smallest door there is."""

import warnings
from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from modelswitch_core import ConcurrencyLimit, EntropyVote, Paper, Settings, SwitchFields, SwitchWarning


class Door(SwitchFields):
    """Models are names here, at a temperature each."""

    models: tuple[str, ...] = ("a", "b")
    heat: tuple[float | None, ...] = (1.0, None)

    def _model_names(self) -> Sequence[str]:
        return self.models

    def _temperatures(self) -> Sequence[float | None]:
        return self.heat

    def _native(self) -> tuple[bool, ...] | None:
        return (True, False) if self.native_n else None

    @property
    def settings(self) -> Settings:
        return self._ready()


def test_defaults() -> None:
    settings = Door().settings
    assert settings.names == ("a", "b")
    assert settings.label == "modelswitch(a+b)"
    assert settings.switch.plan.policy == Paper()
    assert repr(settings.switch.reader) == "auto_reader()"
    assert (settings.switch.native_n, settings.limits.concurrency) == (None, None)


def test_options_reach_the_settings() -> None:
    settings = Door(
        names=["x", "y"],
        samples=[2, 3],
        consistency_threshold=0.75,
        vote=EntropyVote(normalizer="samples"),
        priors=[1, 2],
        max_concurrency=4,
        sample_timeout_seconds=3,
        time_limit_seconds=9.5,
        native_n=True,
        keep_samples=True,
        keep_truncated=True,
    ).settings
    assert (settings.names, settings.switch.plan.samples, settings.switch.plan.priors) == (
        ("x", "y"), (2, 3), (1.0, 2.0),
    )  # fmt: skip
    assert settings.switch.plan.policy == Paper(threshold=0.75)
    assert settings.limits.concurrency is not None
    assert settings.limits.concurrency.most == 4
    assert (settings.limits.sample_timeout_seconds, settings.limits.time_limit_seconds) == (3, 9.5)
    assert settings.switch.native_n == (True, False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sample": 3}, r"Door has no field 'sample': did you mean 'samples'\?"),
        ({"zzz": 3}, r"Door has no field 'zzz'; there are answer, consistency_threshold"),
        ({"answer": "numbr"}, r"answer='numbr' is no reader. Did you mean 'number'\?"),
        ({"answer": 3}, r"answer=3 is no reader"),
        ({"answer": int}, r"answer=<class 'int'> is a class but no pydantic class"),
        ({"names": ["x"]}, r"names=\['x'\] gives 1 names for 2 models"),
        ({"names": ["x", "x"]}, r"names=\['x', 'x'\] names 'x' twice"),
        ({"names": 5}, r"names=5 must be a list of names, one for each model"),
        ({"names": "ab"}, r"names='ab' must be a list of names"),
        ({"names": {"x", "y"}}, r"names=\{.* must be a list of names"),
        ({"samples": -1}, r"samples=-1 must be 1 or more"),
        ({"samples": 10**30}, r"samples=10+ must be at most 1,000,000 samples for each model"),
        ({"settled_exit": "maybe"}, r"settled_exit='maybe' must be True or False"),
        ({"keep_samples": None}, r"keep_samples=None must be True or False"),
        ({"max_concurrency": 0}, r"max_concurrency=0 must be 1 or more"),
        ({"sample_timeout_seconds": 0}, r"sample_timeout_seconds=0 must be a positive number of seconds"),
        ({"time_limit_seconds": -2}, r"time_limit_seconds=-2"),
        ({"on_disagreement": "rase"}, r"on_disagreement='rase' is unknown.*Did you mean 'raise'\?"),
        ({"reward": 3, "vote": "reward_best"}, r"reward=int can neither be called nor asked: pass"),
        ({"reward": dict, "vote": "reward_sum"}, r"reward=dict is a class: pass a function"),
        ({"vote": "reward_best"}, r"vote='reward_best' needs a reward model: give reward="),
        ({"policy": "crosschek"}, r"policy='crosschek' is unknown: use one of 'paper', 'self_consistency'"),
    ],
)
def test_what_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Door(**options)


def test_copies_share_the_limit_and_get_settings_of_their_own() -> None:
    door = Door(max_concurrency=2, samples=[4, 4])
    copy = door.model_copy(update={"samples": 2})
    assert copy.settings.switch.plan.samples == (2, 2)
    assert door.settings.switch.plan.samples == (4, 4)
    assert door.settings is door.settings
    assert copy.settings.limits.concurrency is door.settings.limits.concurrency
    assert isinstance(door.max_concurrency, ConcurrencyLimit)
    again = Door(**{name: getattr(door, name) for name in Door.model_fields})
    assert again.settings.limits.concurrency is door.settings.limits.concurrency


def test_raising_on_disagreement_needs_whole_stages() -> None:
    assert Door().settings.switch.plan.settled_exit
    assert not Door(on_disagreement="raise").settings.switch.plan.settled_exit


def test_temperature_zero_warns_once_and_says_why() -> None:
    with pytest.warns(
        SwitchWarning, match="a, b samples at temperature 0: every sample is the same"
    ) as warned:
        Door(heat=(0.0, 0.0))
    assert len(warned) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Door(heat=(1.0, 0.0), samples=[3, 1])


def test_what_makes_two_switches_answer_alike() -> None:
    assert Door()._identity() == Door()._identity()
    assert Door(samples=3)._identity() != Door()._identity()
    assert Door(answer="number")._identity() != Door()._identity()
