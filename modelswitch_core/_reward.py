"""Reward models: what may be given as one, and what it may say. Asking it is the drivers' work."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from modelswitch_core._errors import ModelSwitchError, OptionError
from modelswitch_core._types import Response

# Where a reply is streamed by the token, LangGraph shows it to the user unless the run is tagged so.
_QUIET = {"tags": ["nostream"]}

_LARGEST = 1e100
"""Beyond it, a sum of rewards could overflow; no reward model comes near."""

_WANTED = (
    "a function (question, response) -> float, an object with score(question, responses) -> list[float] or "
    "ascore, or a LangChain Runnable of {'question': …, 'response': …}"
)


class RewardError(ModelSwitchError):
    """A reward model failed, or said what cannot be used. The switch goes on with the plain vote."""


class BatchReward(Protocol):
    """A reward model that scores all responses of a wave at once. `ascore`, its awaited twin, is optional."""

    def score(self, question: str, responses: Sequence[str]) -> Sequence[float]:
        """One finite number for each response, the better the higher."""
        ...


@dataclass(frozen=True, slots=True)
class RewardModel:
    """A reward model, whatever it was given as; made by `reward_model`.

    Both ways return one reward for each response, or something to await for all of them or for each.

    Args:
        label: What to call it in messages and cache keys; holds no key and no header.
        call: Scores responses to a question, and may block. None where it can only be awaited.
        acall: The same without blocking, always to be awaited. None where `call` is all there is.
    """

    label: str
    call: Callable[[str, Sequence[str]], Any] | None
    acall: Callable[[str, Sequence[str]], Any] | None


def reward_model(given: Any) -> RewardModel:
    """The reward model behind an object, a Runnable or a function; see `SwitchFields.reward`.

    Raises:
        OptionError: It is none of these.
    """
    if isinstance(given, RewardModel):
        return given
    if isinstance(given, type):
        raise OptionError(f"reward={given.__name__} is a class: pass {_WANTED}")
    label = _label(given)
    score, ascore = _method(given, "score"), _method(given, "ascore")
    if score is not None or ascore is not None:
        if _is_async(score):
            score, ascore = None, ascore or score
        return RewardModel(label, score, ascore)
    batch, abatch = _method(given, "batch"), _method(given, "abatch")
    if batch is not None:
        return RewardModel(label, partial(_batch, batch), None if abatch is None else partial(_batch, abatch))
    if not callable(given):
        raise OptionError(f"reward={label} can neither be called nor asked: pass {_WANTED}")
    each = partial(_each, given)
    if _is_async(given) or _is_async(getattr(given, "__call__", None)):  # noqa: B004  # whether it is async, not whether it is there
        return RewardModel(label, None, each)
    return RewardModel(label, each, None)


def checked_rewards(given: Any, wanted: int) -> list[float]:
    """What a reward model returned, as one finite number for each response.

    Raises:
        RewardError: It is something else: no sequence, of another length, or not finite numbers.
    """
    if isinstance(given, str | bytes | dict) or not hasattr(given, "__iter__"):
        raise RewardError(f"it returned {type(given).__name__}, not a list of {wanted} numbers")
    rewards = list(given)
    if len(rewards) != wanted:
        raise RewardError(f"it returned {len(rewards)} rewards for {wanted} responses")
    return [_number(reward, place) for place, reward in enumerate(rewards)]


def text_to_reward(response: Response) -> str:
    """What a reward model is given of a response: its text, and its tool calls as JSON, one a line."""
    calls = [
        json.dumps({"name": call.name, "arguments": dict(call.arguments)}, ensure_ascii=False, default=str)
        for call in response.tool_calls
    ]
    return "\n".join([response.text, *calls] if response.text else calls)


def _number(reward: Any, place: int) -> float:
    # A number of any library has __float__; a text that only looks like one has not.
    if not hasattr(reward, "__float__"):
        raise RewardError(f"its reward of response {place} is {type(reward).__name__}, not a number")
    number = float(reward)
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise RewardError(f"its reward of response {place} is {number}, not a finite number within ±1e100")
    return number


def _each(function: Callable[[str, str], Any], question: str, responses: Sequence[str]) -> list[Any]:
    return [function(question, response) for response in responses]


def _batch(batch: Callable[..., Any], question: str, responses: Sequence[str]) -> Any:
    return batch([{"question": question, "response": response} for response in responses], config=_QUIET)


def _method(given: Any, name: str) -> Callable[..., Any] | None:
    method = getattr(given, name, None)
    return method if callable(method) else None


def _is_async(function: Any) -> bool:
    while isinstance(function, partial):
        function = function.func
    return inspect.iscoroutinefunction(function)


def _label(given: Any) -> str:
    """What it is, and which model behind it; never its whole repr, which may hold a key."""
    while isinstance(given, partial):
        given = given.func
    name = getattr(given, "__qualname__", None) or type(given).__qualname__
    model = getattr(given, "model", None)
    return f"{name}({model!r})" if isinstance(model, str) else name
