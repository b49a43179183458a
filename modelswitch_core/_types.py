"""What flows through the core: a response in, an answer out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

FinishReason = Literal["stop", "length", "content_filter", "refusal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One tool call of a response. Its id is left out on purpose: ids never make two answers differ."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """One model response, in the words every provider shares. The doors translate their messages into it.

    Args:
        text: What the model said, without the reasoning blocks that a provider marks as such.
        tool_calls: The tools it wants called, in its order.
        finish: Why it stopped. None means that the provider did not say.
    """

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish: FinishReason | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The final answer of one response.

    Args:
        text: The answer as a person would write it down; what a result shows.
        key: Two answers with keys are equal exactly when their keys are. None means that equality must be
            asked of the reader's `same`, because it is no equality of values (mathematics, meaning).
        free_text: The answer is prose that can only be compared word by word, so that "different" says
            little: the engine is told, and stops switching on it.
    """

    text: str
    key: Hashable | None
    free_text: bool = False
