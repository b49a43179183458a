"""From a stored setting to a switch of chat models, found by name and asked in the setting's order."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from langchain_modelswitch import ModelSwitchRunnable
from modelswitch_core import (
    CrossCheck,
    EntropyVote,
    OptionError,
    RecordedQuestion,
    RecordedSample,
    choice_reader,
    config_of,
    switch_plan,
)
from modelswitch_core.evaluation import Tuned, tune
from modelswitch_core.evaluation._tuned import identifier
from tests.langchain.doubles import GEMINI, OPENAI, result_of
from tests.wire import WireServer
from tests.wire.clients import chat_gemini, chat_openai


def tuned_on(*names: str) -> Tuned:
    """A setting with every odd thing in it."""
    draws = {name: (RecordedSample(answer="1", answered=True),) * 3 for name in names}
    kept = tune([RecordedQuestion(id="1", question="?", gold="1", samples=draws)], answer="number")
    setting = switch_plan(
        names[::-1],
        samples=[3, 2],
        policy=CrossCheck(first=1, margin=3),
        vote=EntropyVote(normalizer="samples"),
        priors=[1.5, 1.25],
        settled_exit=False,
    )
    return dataclasses.replace(kept, setting=setting)


def stored(*names: str, **options: Any) -> Any:
    options = {"samples": 3, "policy": CrossCheck(first=1, margin=3), **options}
    return json.loads(json.dumps(config_of(switch_plan(names, **options), answer="number")))


def test_the_setting_runs_as_it_was_stored(server: WireServer) -> None:
    server.serve(OPENAI, "The answer is 7.")
    server.serve(GEMINI, "The answer is 7.")
    models = [chat_openai(server.url), chat_gemini(server.url)]
    switch = ModelSwitchRunnable.from_config(stored(GEMINI, OPENAI), models=models)
    assert switch.policy == CrossCheck(first=1, margin=3)
    result = result_of(switch.invoke("q"))
    assert [report.name for report in result.models] == [GEMINI, OPENAI]
    assert (result.answer, result.samples_drawn, result.samples_budget) == ("7", 2, 6)


def test_a_model_that_the_setting_does_not_name_is_left_out(server: WireServer) -> None:
    models = [chat_gemini(server.url), chat_openai(server.url)]
    switch = ModelSwitchRunnable.from_config(stored(OPENAI, policy="paper"), models=models)
    assert switch.models == (models[1],)


def test_a_model_that_is_missing_is_named(server: WireServer) -> None:
    with pytest.raises(OptionError, match=rf"'{GEMINI}', which is none of models=\['{OPENAI}'\]"):
        ModelSwitchRunnable.from_config(stored(OPENAI, GEMINI), models=[chat_openai(server.url)])


def test_names_say_which_model_is_which(server: WireServer) -> None:
    models = [chat_openai(server.url), chat_gemini(server.url)]
    switch = ModelSwitchRunnable.from_config(
        stored("strong", "weak"), models=models, names=["weak", "strong"]
    )
    assert [report.name for report in result_of(switch.invoke("q")).models] == ["strong", "weak"]
    assert switch.models == (models[1], models[0])


def test_overrides_win(server: WireServer) -> None:
    reader = choice_reader()
    config = {**stored(OPENAI, policy="paper"), "answer": None}
    switch = ModelSwitchRunnable.from_config(
        config, models=[chat_openai(server.url)], answer=reader, samples=2, trace_samples=False
    )
    assert (switch.answer, switch.samples, switch.trace_samples) == (reader, 2, False)


def test_models_as_strings_are_made_once_with_what_is_passed_on(server: WireServer) -> None:
    switch = ModelSwitchRunnable.from_config(
        stored(GEMINI, OPENAI),
        models=[f"openai:{OPENAI}", f"google_genai:{GEMINI}"],
        temperature=0.9,
        api_key="sk-secret",
    )
    made: Any = switch.models
    assert [type(model).__name__ for model in made] == ["ChatGoogleGenerativeAI", "ChatOpenAI"]
    assert [model.temperature for model in made] == [0.9, 0.9]
    assert ModelSwitchRunnable(models=made).models[0] is made[0]
    assert "sk-secret" not in repr(switch)
    assert made.given == (f"google_genai:{GEMINI}", f"openai:{OPENAI}")


def test_the_code_that_tune_writes_makes_the_same_switch(server: WireServer) -> None:
    tuned = tuned_on(OPENAI, GEMINI)
    models = [chat_openai(server.url), chat_gemini(server.url)]
    written: dict[str, Any] = dict(zip(map(identifier, (OPENAI, GEMINI)), models, strict=True))
    exec(tuned.code("langchain"), written)
    assert repr(written["switch"]) == repr(ModelSwitchRunnable.from_config(tuned.config, models=models))


def test_a_setting_of_another_version_is_refused(server: WireServer) -> None:
    with pytest.raises(OptionError, match="version=99"):
        ModelSwitchRunnable.from_config({"version": 99}, models=[chat_openai(server.url)])
