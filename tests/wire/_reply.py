"""What a model says: one choice of a response, free of any provider's field names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Finish = Literal["stop", "length", "content_filter", "refusal"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of a tool.

    Args:
        name: The tool's name.
        arguments: Its arguments. A string goes out as it is over the OpenAI protocol, so that a test can
            serve arguments that are no JSON; Gemini's protocol carries an object and has no such thing.
        id: None: made from the reply's place in the conversation for OpenAI, left out for Gemini.
    """

    name: str
    arguments: Mapping[str, Any] | str
    id: str | None = None

    @property
    def arguments_json(self) -> str:
        """The arguments as the OpenAI protocol sends them: JSON inside a string."""
        if isinstance(self.arguments, str):
            return self.arguments
        return json.dumps(self.arguments, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one choice. The input counts once for a request, however many choices it asks for."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Reply:
    """One choice (OpenAI) or candidate (Gemini).

    Args:
        text: What the model says; None is null content.
        tool_calls: The tools it wants called.
        finish: Why it stopped. A reply with tool calls that "stop"s is told to OpenAI clients as
            "tool_calls".
        usage: None: words are counted, which is near enough for whatever only adds up.
        refusal: The words of a refusal, in OpenAI's field of that name. Gemini has no such field: there a
            refusal is a finish reason without content.
    """

    text: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    finish: Finish = "stop"
    usage: Usage | None = None
    refusal: str | None = None

    @property
    def output_tokens(self) -> int:
        """The tokens given, or else the words of the text, the refusal and the arguments; at least one."""
        if self.usage is not None:
            return self.usage.output_tokens
        words = count_words(self.text or "") + count_words(self.refusal or "")
        return max(1, words + sum(1 + count_words(call.arguments_json) for call in self.tool_calls))


def count_words(text: str) -> int:
    """How many words a text has; our stand-in for tokens."""
    return len(text.split())
