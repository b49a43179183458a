"""vLLM's /classify and /pooling: what is sent, and how a reward is read from what comes back.

Read off vLLM's `entrypoints/pooling` and its page on reward models (docs.vllm.ai, "Reward Usages").
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, assert_never

from modelswitch_core._reward import RewardError

Endpoint = Literal["classify", "pooling"]
Steps = Literal["last", "min", "mean", "product"]
Messages = Sequence[Mapping[str, str]]
Template = str | Callable[[str, str], str | Messages]

_LONGEST_MESSAGE = 200


def chat(question: str, response: str) -> Messages:
    """The two messages that a reward model judges; the server's chat template makes a text of them."""
    return [{"role": "user", "content": question}, {"role": "assistant", "content": response}]


def bodies_of(
    prompts: Sequence[str | Messages], *, model: str, endpoint: Endpoint, use_activation: bool | None
) -> list[dict[str, Any]]:
    """The requests for these prompts: one for all texts, or one for each chat, as the server takes it."""
    common: dict[str, Any] = {"model": model}
    if endpoint == "pooling":
        common["encoding_format"] = "float"
    if use_activation is not None:
        common["use_activation"] = use_activation
    if all(isinstance(prompt, str) for prompt in prompts):
        return [{**common, "input": list(prompts)}]
    return [
        {**common, **({"input": [prompt]} if isinstance(prompt, str) else {"messages": list(prompt)})}
        for prompt in prompts
    ]


def rewards_of(body: bytes, *, endpoint: Endpoint, wanted: int, steps: Steps) -> list[float]:
    """The rewards in a response, in the order of the prompts.

    /classify gives each prompt `probs`, one number a class. /pooling gives `data`, which is one row of such
    numbers for the prompt, or a row for each of its tokens or steps. Of one class the number is the reward;
    of two (bad, good) the second is.

    Raises:
        RewardError: It holds something else.
    """
    try:
        held = json.loads(body)["data"]
        rows = {int(each["index"]): each["probs" if endpoint == "classify" else "data"] for each in held}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        said = body[:_LONGEST_MESSAGE].decode(errors="replace")
        raise RewardError(f"the server's response is no {endpoint} response: {said}") from error
    if sorted(rows) != list(range(wanted)) or len(held) != wanted:
        raise RewardError(f"the server returned {len(held)} rewards for {wanted} responses, not one each")
    return [_reward(rows[place], steps) for place in range(wanted)]


def message_of(body: bytes) -> str:
    """What the server says of an error, shortened."""
    try:
        held = json.loads(body)
        # {"error": {"message": …}}, and older {"message": …}
        said = str((held.get("error") or held)["message"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        said = body.decode(errors="replace")
    said = " ".join(said.split())
    return said if len(said) <= _LONGEST_MESSAGE else said[: _LONGEST_MESSAGE - 1] + "…"


def _reward(data: Any, steps: Steps) -> float:
    if not isinstance(data, list) or not data:
        what = "an empty list" if data == [] else type(data).__name__
        raise RewardError(f"the server's data is {what}, not a list of numbers")
    if not isinstance(data[0], list):
        return _good(data)
    rows = [_good(row) for row in data]
    match steps:
        case "last":
            return rows[-1]
        case "min":
            return min(rows)
        case "mean":
            return math.fsum(rows) / len(rows)
        case "product":
            return math.prod(rows)
        case _:
            assert_never(steps)


def _good(row: Any) -> float:
    if not isinstance(row, list) or not 1 <= len(row) <= 2:
        size = len(row) if isinstance(row, list) else "no"
        raise RewardError(
            f"the server gives {size} numbers for a response or token, where a reward model gives one, or "
            "two for bad and good: serve a reward model, or choose the other endpoint"
        )
    number = row[-1]
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise RewardError(f"the server's reward is {number!r}, not a finite number")
    return float(number)
