"""Tool calls as answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from modelswitch_core._types import Answer, Response, ToolCall
from modelswitch_core.reading._canonical import canonical
from modelswitch_core.reading._objects import last_object
from modelswitch_core.reading._text import text_of


def calls_answer(calls: Sequence[ToolCall]) -> Answer | None:
    """The calls as one answer: names and arguments, in any order; None where JSON cannot hold them."""
    try:
        written = [(call.name, canonical(call.arguments)) for call in calls]
    except Exception:  # noqa: BLE001 -- arguments are foreign objects; what cannot be written cannot be compared
        return None
    text = (
        "["
        + ", ".join(f'{{"name": {json.dumps(name)}, "arguments": {args}}}' for name, args in written)
        + "]"
    )
    return Answer(text, ("tool_calls", tuple(sorted(written))))


def parse_calls(text: str) -> Answer | None:
    """Calls written as JSON: one object or a list of objects with `name` and `arguments` (or `args`)."""
    found = last_object(text)
    items = found if isinstance(found, list) else [found]
    calls: list[ToolCall] = []
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            return None
        arguments = item.get("arguments", item.get("args"))
        if not isinstance(arguments, dict):
            return None
        calls.append(ToolCall(name=item["name"], arguments=arguments))
    return calls_answer(calls) if calls else None


@dataclass(frozen=True, repr=False)
class ToolCallsReader:
    """Reads the tool calls of a response, and nothing else."""

    def __repr__(self) -> str:
        return "tool_calls_reader()"

    def read(self, response: Response | str) -> Answer | None:
        """The calls of a response; None where it has none."""
        if isinstance(response, str) or not response.tool_calls:
            return None
        return calls_answer(response.tool_calls)

    def parse(self, text: str) -> Answer | None:
        """Calls written as JSON, in the form of `Answer.text`; None for any other text."""
        return parse_calls(text_of(text))

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether both hold the same calls."""
        return a.key is not None and a.key == b.key


def tool_calls_reader() -> ToolCallsReader:
    """A reader of tool calls.

    It reads the calls of a response; a response without calls is unreadable. Two answers are the same when
    they call the same tools with the same arguments: ids are ignored, parallel calls may come in any order,
    the same call twice is not the same call once, and keys of arguments may come in any order (1 and 1.0
    are equal, `true` and 1 are not). It cannot see that two differently worded arguments mean the same.
    """
    return ToolCallsReader()
