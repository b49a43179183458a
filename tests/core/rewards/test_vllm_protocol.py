"""vLLM's responses, as its source and its documentation have them, and what they are worth."""

import json
from typing import Any

import pytest

from modelswitch_core import RewardError
from modelswitch_core.rewards._protocol import Endpoint, Steps, bodies_of, chat, message_of, rewards_of


def classified(*probs: list[Any]) -> list[dict[str, Any]]:
    return [
        {"index": place, "label": "LABEL_0", "probs": each, "num_classes": len(each)}
        for place, each in enumerate(probs)
    ]


def pooled(*data: Any) -> list[dict[str, Any]]:
    return [{"index": place, "object": "pooling", "data": each} for place, each in enumerate(data)]


def read(data: Any, endpoint: Endpoint, *, wanted: int = 1, steps: Steps = "last") -> list[float]:
    body = json.dumps({"id": "x", "object": "list", "created": 1, "model": "rm", "data": data}).encode()
    return rewards_of(body, endpoint=endpoint, wanted=wanted, steps=steps)


@pytest.mark.parametrize(
    ("data", "endpoint", "steps", "rewards"),
    [
        (classified([3.984375], [-2.5]), "classify", "last", [3.984375, -2.5]),
        (classified([0.25, 0.75]), "classify", "last", [0.75]),
        (list(reversed(classified([1.0], [2]))), "classify", "last", [1.0, 2.0]),
        # One number for the whole text.
        (pooled([1.5], [-1.5]), "pooling", "last", [1.5, -1.5]),
        # One for each token: the last has read it all.
        (pooled([[0.1], [7.0], [1.5]]), "pooling", "last", [1.5]),
        # Bad and good for each step.
        (pooled([[0.1, 0.9], [0.5, 0.5], [0.2, 0.8]]), "pooling", "last", [0.8]),
        (pooled([[0.1, 0.9], [0.5, 0.5], [0.2, 0.8]]), "pooling", "min", [0.5]),
        (pooled([[0.1, 0.9], [0.5, 0.5], [0.2, 0.8]]), "pooling", "mean", [2.2 / 3]),
        (pooled([[0.1, 0.9], [0.5, 0.5], [0.2, 0.8]]), "pooling", "product", [0.36]),
    ],
)
def test_rewards(data: Any, endpoint: Endpoint, steps: Steps, rewards: list[float]) -> None:
    assert read(data, endpoint, wanted=len(rewards), steps=steps) == pytest.approx(rewards)


@pytest.mark.parametrize(
    ("data", "endpoint", "message"),
    [
        (classified(), "classify", "the server returned 0 rewards for 2 responses"),
        (classified([1.0]), "classify", "returned 1 rewards for 2"),
        (classified([1.0], [2.0], [3.0]), "classify", "returned 3 rewards for 2"),
        (
            [*classified([1.0]), *classified([2.0])],
            "classify",
            "returned 2 rewards for 2 responses, not one each",
        ),
        (classified([1.0], [float("nan")]), "classify", "the server's reward is nan, not a finite number"),
        (classified([1.0], [float("inf")]), "classify", "the server's reward is inf"),
        (classified([1.0], [None]), "classify", "the server's reward is None"),
        (classified([1.0], [True]), "classify", "the server's reward is True"),
        (classified([1.0], ["2.0"]), "classify", "the server's reward is '2.0'"),
        (classified([1.0], []), "classify", "the server's data is an empty list"),
        (classified([1.0], [0.1, 0.2, 0.7]), "classify", "gives 3 numbers for a response or token"),
        (pooled([1.0], [0.0] * 4096), "pooling", "gives 4096 numbers for a response or token"),
        (pooled([1.0], "AACAPw=="), "pooling", "the server's data is str, not a list of numbers"),
        (pooled([1.0], [[1.0], 2.0]), "pooling", "gives no numbers for a response or token"),
        (pooled([1.0], [2.0]), "classify", "no classify response"),
        ([1.0, 2.0], "classify", "no classify response"),
        ({"0": 1.0}, "pooling", "no pooling response"),
        (None, "pooling", "no pooling response"),
    ],
)
def test_what_is_no_reward(data: Any, endpoint: Endpoint, message: str) -> None:
    with pytest.raises(RewardError, match=message):
        read(data, endpoint, wanted=2)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data": [', b"\xff", b"[" * 100_000])
def test_what_is_no_response_at_all(body: bytes) -> None:
    with pytest.raises(RewardError, match="the server's response is no pooling response"):
        rewards_of(body, endpoint="pooling", wanted=1, steps="last")


def test_texts_go_in_one_request_and_chats_in_one_each() -> None:
    texts = bodies_of(["a", "b"], model="rm", endpoint="classify", use_activation=False)
    assert texts == [{"model": "rm", "use_activation": False, "input": ["a", "b"]}]
    chats = bodies_of(
        [chat("q", "a"), chat("q", "b"), "c"], model="rm", endpoint="pooling", use_activation=None
    )
    common = {"model": "rm", "encoding_format": "float"}
    assert chats == [
        {**common, "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]},
        {**common, "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "b"}]},
        {**common, "input": ["c"]},
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"message": "too  long", "code": 400}}', "too long"),
        (b'{"object": "error", "message": "no such model"}', "no such model"),
        (b"<html>Bad gateway</html>", "<html>Bad gateway</html>"),
        (b"[1]", "[1]"),
        (b'{"error": "plain"}', '{"error": "plain"}'),
        (b"", ""),
        (b"x" * 1000, "x" * 199 + "…"),
    ],
)
def test_what_the_server_says_of_an_error(body: bytes, said: str) -> None:
    assert message_of(body) == said
