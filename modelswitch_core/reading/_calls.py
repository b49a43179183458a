"""Tool calls as answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from modelswitch_core._types import Answer, Response, ToolCall
from modelswitch_core.reading._call_arguments import ComparedCalls, SplitCall, calls_clusterer
from modelswitch_core.reading._canonical import canonical
from modelswitch_core.reading._clusters import FirstOfClass
from modelswitch_core.reading._json_values import can_be_paired
from modelswitch_core.reading._objects import last_object, loads, whole_object
from modelswitch_core.reading._reader import AnswerReader, Clusterer
from modelswitch_core.reading._text import text_of


def calls_answer(calls: Sequence[ToolCall]) -> Answer | None:
    """The calls as one answer: names and arguments, in any order; None where JSON cannot hold them."""
    return ToolCallsReader().answer(calls)


def recorded_calls(text: str) -> Answer | None:
    """The answer whose text this is, to the letter, where it is one of `calls_answer`; else None."""
    if not text.startswith('[{"name": ') or not text.endswith("}]"):
        return None
    answer = calls_answer(_calls_in(whole_object(text)))
    return answer if answer is not None and answer.text == text else None


@dataclass(frozen=True, repr=False)
class ToolCallsReader:
    """Reads the tool calls of a response, and nothing else; see `tool_calls_reader`."""

    ignore: tuple[str, ...] = ()
    compare: Mapping[str, AnswerReader] = field(default_factory=dict, hash=False)

    def __repr__(self) -> str:
        shown = [f"{name}={value!r}" for name, value in vars(self).items() if value]
        return f"tool_calls_reader({', '.join(shown)})"

    def read(self, response: Response | str) -> Answer | None:
        """The calls of a response; None where it has none."""
        if isinstance(response, str) or not response.tool_calls:
            return None
        return self.answer(response.tool_calls)

    def parse(self, text: str) -> Answer | None:
        """Calls written as JSON, in the form of `Answer.text`; None for any other text."""
        calls = _calls_in(last_object(text_of(text)))
        return self.answer(calls) if calls else None

    def answer(self, calls: Sequence[ToolCall]) -> Answer | None:
        """The calls as one answer; None where JSON cannot hold them."""
        try:
            written = [(call.name, canonical(call.arguments)) for call in calls]
            split = [self.split(call) for call in calls]
            parts = (f'{{"name": {json.dumps(name)}, "arguments": {args}}}' for name, args in written)
            text = f"[{', '.join(parts)}]"
            if any(call.compared for call in split):
                # They are compared as they are read back.
                loads(text)
                return Answer(text, None)
        except Exception:  # noqa: BLE001 -- arguments are foreign objects; what cannot be written cannot be compared
            return None
        return Answer(text, ("tool_calls", tuple(sorted((call.name, call.rest) for call in split))))

    def split(self, call: ToolCall) -> SplitCall:
        """A call in its parts: what must be equal, and what readers compare."""
        rest: dict[str, Any] = {}
        compared: dict[str, Answer] = {}
        for name, value in call.arguments.items():
            ways = (name, f"{call.name}.{name}")
            if any(way in self.ignore for way in ways):
                continue
            way = next((way for way in reversed(ways) if way in self.compare), None)
            text = value if isinstance(value, str) else canonical(value)
            answer = None if way is None else self.compare[way].parse(text)
            if way is None or answer is None:
                rest[name] = value
            else:
                compared[way] = answer
        return SplitCall(call.name, canonical(rest), compared)

    def split_all(self, answer: Answer) -> list[SplitCall]:
        """The calls behind an answer, each in its parts."""
        return [self.split(call) for call in _calls_in(loads(answer.text))]

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether both hold the same calls; not transitive where a reader's `same` is not."""
        if a.key is not None or b.key is not None:
            return a.key == b.key
        mine, theirs = self.split_all(a), self.split_all(b)
        fits = [[place for place, call in enumerate(theirs) if self._same_call(each, call)] for each in mine]
        return len(mine) == len(theirs) and can_be_paired(fits)

    def clusterer(self, question: str) -> Clusterer:
        """By key; where readers compare arguments, by the classes that their clusterers give these."""
        if not self.compare:
            return FirstOfClass(self)
        made: ComparedCalls = calls_clusterer(self.split_all, self.compare, question)
        return made

    def _same_call(self, a: SplitCall, b: SplitCall) -> bool:
        return (a.name, a.rest, a.compared.keys()) == (b.name, b.rest, b.compared.keys()) and all(
            self.compare[way].same(value, b.compared[way]) and self.compare[way].same(b.compared[way], value)
            for way, value in a.compared.items()
        )


def _calls_in(found: Any) -> list[ToolCall]:
    """The calls that a JSON value writes down; none where it is anything else."""
    items = found if isinstance(found, list) else [found]
    calls: list[ToolCall] = []
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            return []
        arguments = item.get("arguments", item.get("args"))
        if not isinstance(arguments, dict):
            return []
        calls.append(ToolCall(name=item["name"], arguments=arguments))
    return calls


def tool_calls_reader(
    *, ignore: Sequence[str] = (), compare: Mapping[str, AnswerReader] | None = None
) -> ToolCallsReader:
    """A reader of tool calls.

    It reads the calls of a response; a response without calls is unreadable. Two answers are the same when
    they call the same tools with the same arguments: ids are ignored, parallel calls may come in any order,
    the same call twice is not the same call once, and keys of arguments may come in any order (1 and 1.0
    are equal, `true` and 1 are not). It cannot see that two differently worded arguments mean the same,
    unless told how to compare them:

        tool_calls_reader(ignore=["reason"], compare={"query": semantic_reader(embeddings=embeddings)})

    Where arguments are compared by readers, each argument's values are sorted into classes by its reader's
    own clusterer, in draw order, and two answers are in one class when their calls are equal but for these
    arguments and the classes of these are equal too.

    Args:
        ignore: Arguments that are not compared: a name for every tool's argument of that name, or
            "tool.argument" for one tool's. They stay in the answer.
        compare: For arguments named the same way, the reader that compares them: it gets the value's text to
            `parse`. A value that it cannot parse must be equal. None compares all arguments as values.

    Raises:
        TypeError: `ignore` is no list of strings, or `compare` is no mapping or holds what is no reader.
        ValueError: An argument is both left out and compared.
    """
    if isinstance(ignore, str) or not all(isinstance(name, str) for name in ignore):
        raise TypeError(f"ignore={ignore!r} must be a list of the names of arguments, such as ['query']")
    if compare is not None and not isinstance(compare, Mapping):
        raise TypeError(f"compare={compare!r} must be a mapping of arguments' names to readers")
    readers = dict(compare or {})
    for name, reader in readers.items():
        if isinstance(reader, str | type) or not isinstance(reader, AnswerReader):
            raise TypeError(
                f"compare={{{name!r}: {reader!r}}} is no reader: pass one, such as answer_reader('exact')"
            )
        if name in ignore:
            raise ValueError(f"ignore={list(ignore)!r} and compare both name {name!r}: keep one of them")
    return ToolCallsReader(tuple(ignore), readers)
