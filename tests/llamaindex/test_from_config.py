"""From a stored setting to a switch of LLMs, found by name and asked in the setting's order."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from llamaindex_modelswitch import ModelSwitchLLM, switch_result
from modelswitch_core import (
    CrossCheck,
    OptionError,
    RecordedQuestion,
    RecordedSample,
    choice_reader,
    config_of,
    switch_plan,
)
from modelswitch_core.evaluation import tune
from modelswitch_core.evaluation._tuned import identifier
from tests.llamaindex.clients import GEMINI, LIKE, OPENAI, gemini, like, openai
from tests.wire import WireServer


def stored(*names: str, **options: Any) -> Any:
    options = {"samples": 3, "policy": CrossCheck(first=1, margin=3), **options}
    return json.loads(json.dumps(config_of(switch_plan(names, **options), answer="number")))


def test_the_setting_runs_as_it_was_stored(server: WireServer) -> None:
    server.serve(OPENAI, "The answer is 7.")
    server.serve(GEMINI, "The answer is 7.")
    llms = [openai(server.url), gemini(server.url)]
    switch = ModelSwitchLLM.from_config(stored(GEMINI, OPENAI), llms=llms)
    assert switch.policy == CrossCheck(first=1, margin=3)
    result = switch_result(switch.complete("q"))
    assert result is not None
    assert [report.name for report in result.models] == [GEMINI, OPENAI]
    assert (result.answer, result.samples_drawn, result.samples_budget) == ("7", 2, 6)


def test_models_is_another_name_of_llms(server: WireServer) -> None:
    llms = [openai(server.url), gemini(server.url)]
    switch = ModelSwitchLLM.from_config(stored(GEMINI, OPENAI), models=llms)
    assert list(switch.llms) == [llms[1], llms[0]]
    for given in ({}, {"llms": llms, "models": llms}):
        with pytest.raises(OptionError, match="llms= must hold the LLMs of the setting"):
            ModelSwitchLLM.from_config(stored(GEMINI, OPENAI), **given)


def test_an_llm_that_the_setting_does_not_name_is_left_out(server: WireServer) -> None:
    llms = [like(server.url), openai(server.url)]
    switch = ModelSwitchLLM.from_config(stored(OPENAI, policy="paper"), llms=llms)
    assert switch.metadata.model_name == f"modelswitch({OPENAI})"
    assert list(switch.llms) == llms[1:]


def test_an_llm_that_is_missing_is_named(server: WireServer) -> None:
    with pytest.raises(OptionError, match=rf"'{LIKE}', which is none of llms=\['{OPENAI}'\]"):
        ModelSwitchLLM.from_config(stored(OPENAI, LIKE), llms=[openai(server.url)])


def test_names_say_which_llm_is_which(server: WireServer) -> None:
    llms = [openai(server.url), like(server.url)]
    switch = ModelSwitchLLM.from_config(stored("strong", "weak"), llms=llms, names=["weak", "strong"])
    assert switch.metadata.model_name == "modelswitch(strong+weak)"
    assert list(switch.llms) == llms[::-1]


def test_overrides_win(server: WireServer) -> None:
    reader = choice_reader()
    config = {**stored(OPENAI, policy="paper"), "answer": None}
    switch = ModelSwitchLLM.from_config(
        config, llms=[openai(server.url)], answer=reader, samples=2, system_prompt="Be brief."
    )
    assert (switch.answer, switch.samples, switch.system_prompt) == (reader, 2, "Be brief.")


def test_the_code_that_tune_writes_makes_the_same_switch(server: WireServer) -> None:
    draws = {name: (RecordedSample(answer="1", answered=True),) * 3 for name in (OPENAI, LIKE)}
    questions = [RecordedQuestion(id="1", question="?", gold="1", samples=draws)]
    tuned = tune(questions, answer={"name": "date", "order": "DMY"})
    tuned = dataclasses.replace(
        tuned,
        setting=switch_plan(
            [LIKE, OPENAI], samples=[3, 2], policy="crosscheck", vote="entropy", priors=[1.5, 1.25]
        ),
    )
    written: dict[str, Any] = {identifier(OPENAI): openai(server.url), identifier(LIKE): like(server.url)}
    exec(tuned.code("llamaindex"), written)
    read = ModelSwitchLLM.from_config(tuned.config, llms=[openai(server.url), like(server.url)])
    made = written["switch"]
    assert made.metadata == read.metadata
    assert (made.samples, made.policy, made.vote) == ((3, 2), "crosscheck", "entropy")
    assert made.priors == read.priors == (1.5, 1.25)
    assert type(made.answer) is type(read.answer)


def test_what_is_no_setting_is_refused(server: WireServer) -> None:
    with pytest.raises(OptionError, match="unknown key 'sampels'"):
        ModelSwitchLLM.from_config({"sampels": 3}, llms=[openai(server.url)])
