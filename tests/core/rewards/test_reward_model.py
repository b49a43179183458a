"""What may be given as a reward model, what it may say, and what it is given of a response."""

import math
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pytest

from modelswitch_core import OptionError, Response, RewardError, ToolCall, reward_model
from modelswitch_core._reward import checked_rewards, text_to_reward


def length(question: str, response: str) -> float:
    return float(len(question) + len(response))


async def slowly(question: str, response: str) -> float:
    return length(question, response)


class Both:
    model = "rm-7b"

    def score(self, question: str, responses: Sequence[str]) -> list[float]:
        return [length(question, response) for response in responses]

    async def ascore(self, question: str, responses: Sequence[str]) -> list[float]:
        return self.score(question, responses)


class Awaited:
    async def ascore(self, question: str, responses: Sequence[str]) -> list[float]:
        return [length(question, response) for response in responses]


class AwaitedScore:
    async def score(self, question: str, responses: Sequence[str]) -> list[float]:
        return [length(question, response) for response in responses]


class Callee:
    def __call__(self, question: str, response: str) -> float:
        return length(question, response)


class AsyncCallee:
    async def __call__(self, question: str, response: str) -> float:
        return length(question, response)


class Runnable:
    """By LangChain's methods alone; the real one is in the tests of its door."""

    def batch(self, inputs: list[dict[str, str]], config: Any = None) -> list[float]:
        return [length(each["question"], each["response"]) for each in inputs]

    async def abatch(self, inputs: list[dict[str, str]], config: Any = None) -> list[float]:
        return self.batch(inputs)


@pytest.mark.parametrize(
    ("given", "label", "blocking", "awaited"),
    [
        (length, "length", True, False),
        (partial(length), "length", True, False),
        (slowly, "slowly", False, True),
        (partial(slowly), "slowly", False, True),
        (Callee(), "Callee", True, False),
        (AsyncCallee(), "AsyncCallee", False, True),
        (Both(), "Both('rm-7b')", True, True),
        (Awaited(), "Awaited", False, True),
        (AwaitedScore(), "AwaitedScore", False, True),
        (Runnable(), "Runnable", True, True),
    ],
)
def test_what_a_reward_model_can_be(given: Any, label: str, blocking: bool, awaited: bool) -> None:
    model = reward_model(given)
    assert (model.label, model.call is not None, model.acall is not None) == (label, blocking, awaited)
    if model.call is not None:
        assert model.call("ab", ["c", "de"]) == [3.0, 4.0]
    assert reward_model(model) is model


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (3, "reward=int can neither be called nor asked: pass a function"),
        ("best", "reward=str can neither be called"),
        (Both, "reward=Both is a class: pass a function"),
    ],
)
def test_what_is_none(given: Any, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        reward_model(given)


def test_a_label_never_shows_what_an_object_says_of_itself() -> None:
    class Client(Both):
        def __repr__(self) -> str:
            return "Client(api_key='sk-secret')"

    assert "secret" not in reward_model(Client()).label


@pytest.mark.parametrize(
    "given",
    [
        [0.5, -2],
        (0.5, -2.0),
        np.array([0.5, -2.0], dtype=np.float32),
        [Decimal("0.5"), np.int64(-2)],
        iter([0.5, -2.0]),
    ],
)
def test_numbers_of_any_library_are_rewards(given: Any) -> None:
    rewards = checked_rewards(given, 2)
    assert rewards == [0.5, -2.0]
    assert all(type(reward) is float for reward in rewards)


def test_a_verifier_may_say_true_or_false() -> None:
    assert checked_rewards([True, False], 2) == [1.0, 0.0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "it returned NoneType, not a list of 2 numbers"),
        (0.5, "it returned float"),
        ("12", "it returned str"),
        ({0: 1.0, 1: 2.0}, "it returned dict"),
        ([1.0], "it returned 1 rewards for 2 responses"),
        ([1.0, 2.0, 3.0], "it returned 3 rewards for 2 responses"),
        ([1.0, None], "its reward of response 1 is NoneType, not a number"),
        ([1.0, "2"], "its reward of response 1 is str, not a number"),
        ([math.nan, 1.0], "its reward of response 0 is nan, not a finite number"),
        ([1.0, -math.inf], "its reward of response 1 is -inf"),
        ([1.0, 1e308], r"its reward of response 1 is 1e\+308, not a finite number within"),
    ],
)
def test_what_is_no_list_of_rewards(given: Any, message: str) -> None:
    with pytest.raises(RewardError, match=message):
        checked_rewards(given, 2)


@pytest.mark.parametrize(
    ("response", "text"),
    [
        (Response("It is 7."), "It is 7."),
        (
            Response("", tool_calls=(ToolCall(name="add", arguments={"a": 1, "b": "ü"}),)),
            '{"name": "add", "arguments": {"a": 1, "b": "ü"}}',
        ),
        (
            Response("I add.", tool_calls=(ToolCall(name="add"), ToolCall(name="stop"))),
            'I add.\n{"name": "add", "arguments": {}}\n{"name": "stop", "arguments": {}}',
        ),
    ],
)
def test_what_is_judged_of_a_response(response: Response, text: str) -> None:
    assert text_to_reward(response) == text
