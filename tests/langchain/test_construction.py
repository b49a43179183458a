"""What a switch accepts, and how it refuses the rest: the field, the value, what to do."""

from __future__ import annotations

import os
import warnings
from typing import Any

import pytest
from langchain_core.output_parsers import StrOutputParser
from langchain_core.runnables import ConfigurableField, RunnableLambda
from pydantic import BaseModel, SecretStr, ValidationError

from langchain_modelswitch import ModelSwitchRunnable
from modelswitch_core import OptionError, Paper, SwitchWarning
from tests.langchain.doubles import GEMINI, OPENAI, EveryShare, both, result_of
from tests.wire import WireServer
from tests.wire.clients import chat_gemini, chat_openai

NOWHERE = "http://127.0.0.1:1"
KEY = "sk-very-secret-0123456789"


def openai(**options: Any) -> Any:
    return chat_openai(NOWHERE, **options)


def gemini(**options: Any) -> Any:
    return chat_gemini(NOWHERE, **options)


def made(**options: Any) -> ModelSwitchRunnable:
    return ModelSwitchRunnable(**{"models": [openai(), gemini()], **options})


# --- what is refused ---

REFUSED: list[tuple[dict[str, Any], str]] = [
    # models
    ({"models": []}, r"models=\[\] gives nothing to ask: give chat models"),
    ({"models": "openai:gpt-4o-mini"}, r"models='openai:gpt-4o-mini' must be a list"),
    ({"models": openai()}, r"models=a ChatOpenAI must be a list"),
    ({"models": None}, r"models=None must be a list"),
    ({"models": [42]}, r"models holds 42, which is no chat model: give chat models"),
    (
        {"models": [openai().with_retry()]},
        r"a RunnableRetry, .* set max_retries on the chat model itself, or call \.with_retry\(\) on the",
    ),
    ({"models": [openai().with_fallbacks([gemini()])]}, r"call \.with_fallbacks\(\) on the switch"),
    ({"models": [openai() | StrOutputParser()]}, r"prompt \| switch \| parser"),
    (
        {"models": [openai().configurable_fields(temperature=ConfigurableField(id="t"))]},
        r"call \.configurable_fields\(\) on the switch",
    ),
    ({"models": [RunnableLambda(str)]}, r"a RunnableLambda, which is a Runnable, but no chat model: give"),
    ({"models": ["no-such-provider:x"]}, r"models='no-such-provider:x' could not be made by init_chat_model"),
    # samples
    ({"samples": 0}, r"samples=0 must be 1 or more samples for each model, not 0"),
    ({"samples": -1}, r"samples=-1 must be 1 or more"),
    ({"samples": [2, -1]}, r"samples=\(2, -1\) must be 1 or more .* not -1"),
    (
        {"samples": [2]},
        r"samples=\(2,\) gives 1 shares for 2 models: give one number for all",
    ),
    ({"samples": 2.5}, r"samples=2\.5 must be"),
    ({"samples": "3"}, r"samples='3' must be"),
    ({"samples": True}, r"samples=True must be 1 or more"),
    # names
    ({"names": ["a"]}, r"names=\['a'\] gives 1 names for 2 models: give one for each, or none"),
    ({"names": ["a", "a"]}, r"names=\['a', 'a'\] names 'a' twice: each name must be unique"),
    ({"names": ["a", ""]}, r"names=\['a', ''\] must hold one non-empty string"),
    # votes
    ({"priors": [1.0]}, r"priors=\[1\.0\] gives 1 numbers for 2 models: give one for each model"),
    ({"priors": [1.0, 0]}, r"priors=\[1\.0, 0\] must hold positive, finite numbers, not 0"),
    ({"priors": [1.0, -1]}, r"must hold positive, finite numbers, not -1"),
    ({"priors": [1.0, float("nan")]}, r"must hold positive, finite numbers, not nan"),
    ({"priors": [1.0, float("inf")]}, r"must hold positive, finite numbers, not inf"),
    ({"vote": "majority"}, r"vote='majority' is unknown: use one of 'entropy', 'plurality'"),
    ({"vote": "pluralty"}, r"Did you mean 'plurality'\?"),
    ({"vote": "reward_best"}, r"vote='reward_best' needs a reward model: .* or vote by 'entropy'"),
    ({"vote": "reward_sum"}, r"vote='reward_sum' needs a reward model"),
    ({"reward": object()}, r"reward=object can neither be called nor asked: pass a function"),
    # reading and policies
    ({"answer": "nmber"}, r"(?i)nmber.*did you mean 'number'"),
    ({"answer": 42}, r"answer=42 is no reader"),
    ({"answer": "semantic"}, r"semantic"),
    ({"policy": "papers"}, r"policy='papers' is unknown: use one of 'paper', 'self_consistency'"),
    ({"policy": 42}, r"policy=42 is unknown"),
    (
        {"models": [openai()], "policy": "crosscheck"},
        r"policy=CrossCheck\(.* needs 2 models or more, .* gives 1: add a model",
    ),
    ({"consistency_threshold": 0.5}, r"consistency_threshold=0\.5 must lie in \(0\.5, 1\]"),
    ({"consistency_threshold": 1.1}, r"consistency_threshold=1\.1 must lie in \(0\.5, 1\]"),
    ({"consistency_threshold": float("nan")}, r"consistency_threshold=nan must lie in"),
    (
        {"consistency_threshold": 0.8, "policy": "self_consistency"},
        r"consistency_threshold=0\.8 is a shorthand .* leave one of them out",
    ),
    (
        {"consistency_threshold": 0.8, "policy": Paper(threshold=0.9)},
        r"consistency_threshold=0\.8 is a shorthand",
    ),
    ({"on_disagreement": "rise"}, r"on_disagreement='rise' is unknown: .* Did you mean 'raise'\?"),
    # limits
    ({"max_concurrency": 0}, r"max_concurrency=0 must be 1 or more requests at once; leave it out"),
    ({"max_concurrency": 2.5}, r"max_concurrency=2\.5 must be"),
    ({"sample_timeout_seconds": 0}, r"sample_timeout_seconds=0 must be a positive number of seconds"),
    ({"sample_timeout_seconds": float("nan")}, r"sample_timeout_seconds=nan must be a positive"),
    (
        {"time_limit_seconds": -1},
        r"time_limit_seconds=-1 must be a positive number of seconds, at most 1e9; leave",
    ),
    ({"time_limit_seconds": "2"}, r"time_limit_seconds='2' must be"),
    # fields
    ({"sampels": 3}, r"ModelSwitchRunnable has no field 'sampels': did you mean 'samples'\?"),
    ({"model": [openai()]}, r"has no field 'model': did you mean 'models'\?"),
    ({"llms": [openai()]}, r"has no field 'llms': did you mean 'models'\?"),
    ({"zzz": 1}, r"has no field 'zzz'; there are .*models"),
    ({"native_n": "perhaps"}, r"native_n\n.*perhaps"),
    ({"trace_samples": "perhaps"}, r"trace_samples='perhaps' must be True or False"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_wrong_options_are_refused_at_construction(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        made(**options)


def test_models_cannot_be_left_out() -> None:
    with pytest.raises(ValidationError, match="models"):
        ModelSwitchRunnable()  # type: ignore[call-arg]  # that is the point


def test_a_copy_with_a_wrong_option_is_refused_when_it_is_used() -> None:
    with pytest.raises(OptionError, match="samples=0"):
        made().model_copy(update={"samples": 0}).invoke("q")


# --- what is accepted ---


def test_the_defaults() -> None:
    switch = made()
    assert repr(switch) == (
        f"ModelSwitchRunnable(models=['{OPENAI}', '{GEMINI}'], samples=[5, 5], policy=Paper(threshold=1.0))"
    )
    assert str(switch) == repr(switch)


def test_names_default_to_the_models_own() -> None:
    switch = made(models=[openai(), gemini(), openai(), openai().bind(model="gpt-4.1")])
    assert switch.model_name == f"modelswitch({OPENAI}+{GEMINI}+{OPENAI}#2+gpt-4.1)"
    assert made(names=["a", "b"]).model_name == "modelswitch(a+b)"


def test_any_sequence_will_do() -> None:
    assert made(models=(openai(),), samples=(3,), priors=(2,), names=("a",)).model_name == "modelswitch(a)"


def test_bindings_are_unwrapped(server: WireServer) -> None:
    model = chat_openai(server.url).bind(temperature=0.25).with_config(tags=["x"]).bind(seed=7)
    ModelSwitchRunnable(models=[model], samples=2).invoke("q")
    assert {(entry.body["temperature"], entry.body["seed"]) for entry in server.log} == {(0.25, 7)}


def test_a_model_with_tools_bound_keeps_them(server: WireServer) -> None:
    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b

    model = chat_openai(server.url).bind_tools([add])
    message = ModelSwitchRunnable(models=[model], samples=2).invoke("What is 3 + 4?")
    assert message.tool_calls[0]["args"] == {"a": 3, "b": 4}


def test_a_reader_may_be_a_pydantic_class(server: WireServer) -> None:
    class Total(BaseModel):
        total: int

    server.serve(OPENAI, ['{"total": 7}', 'It is {"total": 7.0}, I think.'])
    result = result_of(both(server, answer=Total, settled_exit=False, max_concurrency=1).invoke("q"))
    assert result.models[0].answers == {'{"total":7}': 2}


# --- strings ---


async def test_strings_go_through_init_chat_model(server: WireServer) -> None:
    switch = ModelSwitchRunnable(
        models=["openai:gpt-4o-mini", "openai:gpt-4.1"],
        base_url=f"{server.url}/v1",
        api_key=SecretStr("k"),
        temperature=0.25,
        max_tokens=50,
        timeout=5,
        stop=["END"],
        max_retries=0,
        samples=2,
        policy=EveryShare(),
    )
    switch.invoke("q")
    await switch.ainvoke("q")
    assert {entry.model for entry in server.log} == {"gpt-4o-mini", "gpt-4.1"}
    for entry in server.log:
        assert entry.key_sent
        assert entry.body["temperature"] == 0.25
        assert entry.request.chat.max_tokens == 50
        assert entry.request.chat.stop == ("END",)
        assert not entry.streaming


def test_strings_and_models_may_be_mixed(server: WireServer) -> None:
    models: list[Any] = ["google_genai:gemini-2.5-flash", chat_openai(server.url)]
    switch = ModelSwitchRunnable(
        models=models, base_url=server.url, api_key=SecretStr("k"), samples=2, policy=EveryShare()
    )
    switch.invoke("q")
    assert sorted({entry.protocol for entry in server.log}) == ["gemini", "openai"]


def test_keys_of_strings_come_from_the_environment_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "from the environment")
    (model,) = ModelSwitchRunnable(models=["openai:gpt-4o-mini"], samples=2).models
    assert model.openai_api_key.get_secret_value() == "from the environment"  # type: ignore[union-attr]


def test_a_string_without_its_key_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    with pytest.raises(ValidationError, match=r"(?s)models='openai:gpt-4o-mini' could not be made.*api_key"):
        ModelSwitchRunnable(models=["openai:gpt-4o-mini"])


# --- what is warned of ---


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("temperature", 0.5),
        ("max_tokens", 10),
        ("timeout", 5.0),
        ("stop", ["x"]),
        ("max_retries", 1),
        ("api_key", KEY),
        ("base_url", NOWHERE),
        ("streaming", True),
    ],
)
def test_options_that_reach_nothing_are_warned_of(option: str, value: Any) -> None:
    with pytest.warns(SwitchWarning, match=f"^{option} reach only models given as strings") as caught:
        made(**{option: value})
    assert len(caught) == 1
    assert KEY not in str(caught[0].message)


def test_options_that_say_nothing_are_not() -> None:
    made(temperature=None, stop=[], api_key=None)


@pytest.mark.parametrize(
    "models",
    [
        [chat_openai(NOWHERE, temperature=0)],
        [chat_openai(NOWHERE).bind(temperature=0)],
        [chat_openai(NOWHERE, temperature=0.0), chat_openai(NOWHERE, temperature=0)],
    ],
)
def test_temperature_zero_with_several_samples_is_warned_of_once(models: list[Any]) -> None:
    with pytest.warns(SwitchWarning) as caught:
        ModelSwitchRunnable(models=models, samples=2)
    (warning,) = caught
    assert "temperature 0: every sample is the same" in str(warning.message)
    assert "set temperature to" in str(warning.message)


def test_temperature_zero_is_fine_for_a_single_sample() -> None:
    ModelSwitchRunnable(models=[openai(temperature=0.7), openai(temperature=0)], samples=[2, 1])


def test_a_single_sample_before_other_models_is_warned_of() -> None:
    with pytest.warns(SwitchWarning, match=r"samples=\[1, 3\] gives gpt-4o-mini a single sample"):
        made(samples=[1, 3])


def test_self_consistency_with_other_models_behind_is_warned_of() -> None:
    with pytest.warns(SwitchWarning, match="gemini-2.5-flash will not be asked"):
        made(policy="self_consistency")


# --- secrets ---


def test_keys_are_never_shown() -> None:
    models = [openai(api_key=KEY), gemini(google_api_key=KEY)]
    switch = made(models=models)
    shown = [repr(switch), str(switch), repr(switch._identifying_params), switch._get_llm_string()]
    shown += [repr(switch.to_json()), repr(switch.bind(stop=["x"]))]
    strings = ModelSwitchRunnable(models=["openai:gpt-4o-mini"], api_key=KEY)  # type: ignore[arg-type]  # pydantic makes a secret of it
    shown += [repr(strings), repr(strings.api_key), repr(strings._identifying_params)]
    wrong: list[dict[str, Any]] = [
        {"samples": -1},
        {"sampels": 3},
        {"native_n": "perhaps"},
        {"models": ["openai:gpt-4o-mini", 42]},
    ]
    for options in wrong:
        with pytest.raises(ValidationError) as caught:
            ModelSwitchRunnable(**{"models": ["openai:gpt-4o-mini"], "api_key": KEY, **options})
        shown += [str(caught.value), repr(caught.value.errors())]
    for text in shown:
        assert KEY not in text
        assert "0123456789" not in text


def test_construction_is_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made()
