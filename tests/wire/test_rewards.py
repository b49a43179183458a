"""The reward server answers in the shapes of vLLM's own protocol modules."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.wire._rewards import RewardServer, Shape

CHAT = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "one two"}]


def post(server: RewardServer, path: str, **body: Any) -> httpx.Response:
    return httpx.post(f"{server.url}{path}", json={"model": "rm", **body}, timeout=5)


def test_classify() -> None:
    with RewardServer(lambda text: float(len(text))) as server:
        held = post(server, "/classify", input=["a", "bb"], use_activation=False).json()
    assert held["object"] == "list"
    assert sorted(held["data"], key=lambda each: each["index"]) == [
        {"index": 0, "label": "LABEL_0", "probs": [1.0], "num_classes": 1},
        {"index": 1, "label": "LABEL_0", "probs": [2.0], "num_classes": 1},
    ]
    assert set(held["usage"]) == {"prompt_tokens", "total_tokens", "completion_tokens"}


@pytest.mark.parametrize(
    ("shape", "messages", "data"),
    [
        ("tokens", CHAT, [[-99.0], [0.5]]),
        ("flat", CHAT, [0.5]),
        ("steps", [{"role": "assistant", "content": "a<extra_0>b<extra_0>"}], [[0.5, 0.5], [0.75, 0.25]]),
    ],
)
def test_pooling(shape: Shape, messages: list[dict[str, str]], data: list[Any]) -> None:
    with RewardServer(lambda text: 0.5, shape=shape) as server:
        held = post(server, "/pooling", messages=messages).json()
    assert held["data"] == [{"index": 0, "object": "pooling", "data": data}]


def test_a_wrong_key_a_wrong_model_and_a_wrong_path_are_refused() -> None:
    with RewardServer(lambda text: 0.5, api_key="k") as server:
        refused = post(server, "/classify", input="a")
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, 401)
        server.api_key = None
        assert post(server, "/classify", input="a", model="other").status_code == 404
        assert post(server, "/score", input="a").status_code == 404
