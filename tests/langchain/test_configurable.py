"""Options that are chosen call by call: configurable fields, copies, settings from a file."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import ConfigurableField

from langchain_modelswitch import ModelSwitchRunnable
from modelswitch_core import ConcurrencyLimit, OptionError, SwitchWarning
from tests.langchain.doubles import OPENAI, asked, both, gemini_only, openai_only, result_of
from tests.wire import WireServer
from tests.wire.clients import chat_gemini, chat_openai


def with_samples(switch: ModelSwitchRunnable) -> Any:
    return switch.configurable_fields(
        samples=ConfigurableField(id="samples"),
        consistency_threshold=ConfigurableField(id="threshold"),
    )


async def test_samples_and_threshold_can_be_configured(server: WireServer) -> None:
    configurable = with_samples(both(server, settled_exit=False))
    assert result_of(configurable.invoke("q")).samples_drawn == 2
    config: Any = {"configurable": {"samples": 4}}
    assert result_of(configurable.invoke("q", config)).samples_drawn == 4
    assert result_of(await configurable.ainvoke("q", config)).samples_drawn == 4
    server.serve(OPENAI, ["7", "7", "7", "8"])
    config = {"configurable": {"samples": 4, "threshold": 0.75}}
    assert result_of(configurable.with_config(config).invoke("q")).stop_reason == "consistent"


def test_configured_in_a_chain(server: WireServer) -> None:
    chain = ChatPromptTemplate.from_template("{q}") | with_samples(both(server, settled_exit=False))
    message = chain.invoke({"q": "hello"}, {"configurable": {"samples": 3}})
    assert result_of(message).samples_drawn == 3
    (chunk,) = chain.stream({"q": "hello"}, {"configurable": {"samples": 3}})
    assert result_of(chunk).samples_drawn == 3


def test_a_wrong_value_is_refused_at_the_call(server: WireServer) -> None:
    with pytest.raises(ValueError, match="samples=0 must be 1 or more"):
        with_samples(both(server)).invoke("q", {"configurable": {"samples": 0}})


def test_switches_can_be_alternatives(server: WireServer) -> None:
    switch: Any = openai_only(server).configurable_alternatives(
        ConfigurableField(id="which"), default_key="openai", gemini=gemini_only(server)
    )
    switch.with_config(configurable={"which": "gemini"}).invoke("q")
    assert set(asked(server)) == {"gemini-2.5-flash"}


async def test_the_limit_stays_one_through_copies(server: WireServer) -> None:
    server.serve(OPENAI, "7", latency_seconds=0.05)
    switch = openai_only(server, max_concurrency=2, settled_exit=False)
    configurable = with_samples(switch)
    variants = [
        switch,
        switch.model_copy(update={"samples": 3}),
        configurable.with_config(configurable={"samples": 4}),
        configurable.with_config(configurable={"samples": 1}),
        switch.bind(stop=["END"]),
    ]
    await asyncio.gather(*(variant.ainvoke("q") for variant in variants))
    assert server.max_in_flight() == 2
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda variant: variant.invoke("q"), variants))
    assert server.max_in_flight() == 2
    assert len(server.log) == 2 * (2 + 3 + 4 + 1 + 2)


def test_one_limit_can_be_shared_between_switches(server: WireServer) -> None:
    server.serve(OPENAI, "7", latency_seconds=0.05)
    limit = ConcurrencyLimit(2)
    switches = [openai_only(server, max_concurrency=limit, samples=3) for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda switch: switch.invoke("q"), switches))
    assert server.max_in_flight() == 2


def test_a_copy_with_other_options_goes_by_them(server: WireServer) -> None:
    switch = openai_only(server, settled_exit=False)
    assert result_of(switch.invoke("q")).samples_drawn == 2
    assert result_of(switch.model_copy(update={"samples": 3}).invoke("q")).samples_drawn == 3
    assert result_of(switch.invoke("q")).samples_drawn == 2


def test_models_from_strings_are_not_complained_of_again(server: WireServer) -> None:
    switch = ModelSwitchRunnable(
        models=["openai:gpt-4o-mini"],
        base_url=f"{server.url}/v1",
        api_key="k",  # type: ignore[arg-type]  # pydantic makes a secret of it
        temperature=0.5,
        samples=2,
        settled_exit=False,
    )
    config: Any = {"configurable": {"samples": 3}}
    assert result_of(with_samples(switch).invoke("q", config)).samples_drawn == 3
    assert {entry.body["temperature"] for entry in server.log} == {0.5}


def test_what_is_passed_on_to_strings_can_be_configured(server: WireServer) -> None:
    switch = ModelSwitchRunnable(
        models=["openai:gpt-4o-mini", chat_gemini(server.url)],
        base_url=f"{server.url}/v1",
        api_key="k",  # type: ignore[arg-type]  # pydantic makes a secret of it
        samples=2,
    )
    configurable: Any = switch.configurable_fields(temperature=ConfigurableField(id="temperature"))
    configurable.with_config(configurable={"temperature": 0.25}).invoke("q")
    assert {entry.body["temperature"] for entry in server.log} == {0.25}


def test_the_models_of_one_switch_can_be_those_of_another(server: WireServer) -> None:
    first = ModelSwitchRunnable(
        models=["openai:gpt-4o-mini"],
        base_url=f"{server.url}/v1",
        api_key="k",  # type: ignore[arg-type]  # pydantic makes a secret of it
        samples=2,
    )
    second = ModelSwitchRunnable(models=first.models, samples=3)
    assert second.models[0] is first.models[0]
    assert second.invoke("q").content


def test_from_config_takes_what_json_can_hold(server: WireServer) -> None:
    config = json.loads(
        json.dumps(
            {
                "samples": [2, 3],
                "answer": "exact",
                "policy": "paper",
                "consistency_threshold": 0.75,
                "vote": "plurality",
                "priors": [1.0, 2.0],
                "names": ["cheap", "dear"],
            }
        )
    )
    models = [chat_openai(server.url), chat_gemini(server.url)]
    switch = ModelSwitchRunnable.from_config(config, models=models)
    result = result_of(switch.invoke("q"))
    assert [report.name for report in result.models] == ["cheap", "dear"]
    assert result.samples_budget == 5
    with pytest.raises(ValueError, match="did you mean 'samples'"):
        ModelSwitchRunnable.from_config({"sampels": 3}, models=models)


def test_temperature_zero_is_warned_of_once(server: WireServer) -> None:
    with pytest.warns(SwitchWarning, match="temperature 0") as caught:
        switch = ModelSwitchRunnable(models=[chat_openai(server.url, temperature=0)], samples=2)
    assert len(caught) == 1
    switch.invoke("q")
    switch.bind(stop=["END"]).invoke("q")
    switch.model_copy().invoke("q")
    assert isinstance(OptionError("x"), ValueError)


def test_temperature_zero_is_not_warned_of_at_every_configured_call(server: WireServer) -> None:
    with pytest.warns(SwitchWarning, match="temperature 0"):
        switch = ModelSwitchRunnable(models=[chat_openai(server.url, temperature=0)], samples=2)
    # Each configured call builds the switch anew; the models are the ones that were warned of before.
    with_samples(switch).invoke("q", {"configurable": {"samples": 3}})
