"""What the framework asks about a model: what it can, how long a text is, what it is called."""

from __future__ import annotations

from typing import Any

from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import BaseMessage, HumanMessage
from pydantic import BaseModel

from langchain_modelswitch import ModelSwitchRunnable, collect_switch_results
from tests.langchain.doubles import GEMINI, OPENAI, EveryShare, Recorder, asked, both, result_of
from tests.wire import WireServer
from tests.wire.clients import chat_gemini, chat_openai

NOWHERE = "http://127.0.0.1:1"


class Counting(FakeListChatModel):
    """Counts every word as so many tokens."""

    tokens_per_word: int

    def get_token_ids(self, text: str) -> list[int]:
        return [0] * (self.tokens_per_word * len(text.split()))


def test_the_profile_is_the_weakest() -> None:
    openai, gemini = chat_openai(NOWHERE), chat_gemini(NOWHERE)
    for models in ([openai, gemini], [gemini, openai]):
        profile: Any = ModelSwitchRunnable(models=models, samples=2).profile
        inner: list[Any] = [model.profile for model in models]
        assert profile["max_input_tokens"] == min(one["max_input_tokens"] for one in inner)
        assert profile["max_output_tokens"] == min(one["max_output_tokens"] for one in inner)
        assert profile["audio_inputs"] is False  # Gemini hears, OpenAI's small model does not
        assert profile["tool_calling"] is True


def test_the_profile_of_one_model_is_its_own() -> None:
    openai: Any = chat_openai(NOWHERE)
    profile: Any = ModelSwitchRunnable(models=[openai], samples=2).profile
    known = {key: value for key, value in openai.profile.items() if value is not None}
    assert {key: profile[key] for key in profile} == {key: known[key] for key in profile}
    assert profile["max_input_tokens"] == 128_000


def test_what_is_not_known_of_one_model_is_not_known_of_the_switch() -> None:
    models = [chat_openai(NOWHERE), FakeListChatModel(responses=["x"])]
    assert ModelSwitchRunnable(models=models, samples=2).profile is None


def test_a_profile_of_the_users_own_is_kept() -> None:
    switch = ModelSwitchRunnable(models=[chat_openai(NOWHERE)], samples=2, profile={"max_input_tokens": 1000})
    assert switch.profile == {"max_input_tokens": 1000}


def test_tokens_are_counted_by_the_first_model() -> None:
    models = [Counting(responses=["x"], tokens_per_word=2), Counting(responses=["x"], tokens_per_word=9)]
    switch = ModelSwitchRunnable(models=models, samples=2)
    assert switch.get_num_tokens("one two three") == 6
    assert len(switch.get_token_ids("one two three")) == 6
    messages: list[BaseMessage] = [HumanMessage("one two three")]
    assert switch.get_num_tokens_from_messages(messages) == models[0].get_num_tokens_from_messages(messages)


def test_its_name_for_traces() -> None:
    switch = ModelSwitchRunnable(models=[chat_openai(NOWHERE), chat_gemini(NOWHERE)], samples=2)
    assert switch._llm_type == "modelswitch"
    assert switch._get_ls_params()["ls_model_name"] == f"modelswitch({OPENAI}+{GEMINI})"
    assert switch.get_name() == "ModelSwitchRunnable"


# --- a switch among the models of another ---


async def test_a_switch_among_the_models(server: WireServer) -> None:
    server.serve(OPENAI, ["7", "8"] * 10)
    server.serve(GEMINI, "8")
    server.serve("gpt-4.1", "8")
    inner = both(server, max_concurrency=1)
    outer = ModelSwitchRunnable(
        models=[inner, chat_openai(server.url, "gpt-4.1")], samples=2, max_concurrency=1, policy=EveryShare()
    )
    recorder = Recorder()
    with collect_switch_results() as results:
        message = await outer.ainvoke("q", {"callbacks": [recorder]})
    assert message.content == "8"
    result = result_of(message)
    assert [report.name for report in result.models] == [f"modelswitch({OPENAI}+{GEMINI})", "gpt-4.1"]
    assert result.models[0].answers == {"8": 2}
    assert sorted(asked(server)) == sorted([*[OPENAI, OPENAI, GEMINI, GEMINI] * 2, "gpt-4.1", "gpt-4.1"])
    assert [len(made.models[0].answers) for made in results] == [2, 2, 1]
    assert message.usage_metadata is not None
    assert result.usage is not None
    # Each sample of the inner switch brings the usage of all its requests.
    assert message.usage_metadata["total_tokens"] == result.usage.total_tokens == 10 * 2
    # The switch, its two draws of the other switch and two of the model, and eight draws below.
    assert len(recorder.runs) == 1 + 4 + 8
    assert len({run.parent for run in recorder.runs.values()}) == 1 + 1 + 2


def test_structured_output_and_tools_of_nested_switches(server: WireServer) -> None:
    class Total(BaseModel):
        """What it comes to."""

        total: int

    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b

    # The winner comes from the second model of the outer switch and the only one of the inner.
    server.serve("gpt-4.1", "no object")
    server.serve(GEMINI)
    models = [
        chat_openai(server.url, "gpt-4.1"),
        ModelSwitchRunnable(models=[chat_gemini(server.url)], samples=2),
    ]
    outer = ModelSwitchRunnable(models=models, samples=2)
    made = outer.with_structured_output(Total, include_raw=True).invoke("What is 3 + 4?")
    assert isinstance(made, dict)
    assert made["parsed"] == Total(total=3)
    assert result_of(made["raw"]).chosen.model == 1
    server.serve("gpt-4.1")
    assert outer.bind_tools([add]).invoke("What is 3 + 4?").tool_calls[0]["args"] == {"a": 3, "b": 4}
