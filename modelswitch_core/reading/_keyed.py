"""What the readers share whose answers are the same exactly when their keys are."""

from __future__ import annotations

from abc import ABC, abstractmethod

from modelswitch_core._types import Answer, Response
from modelswitch_core.reading._calls import calls_answer, recorded_calls
from modelswitch_core.reading._find import mended
from modelswitch_core.reading._text import text_of


class TextReader(ABC):
    """A reader of what a response says.

    A response with tool calls has its calls as its answer, whatever it also says, so that it is never the
    same as a response that answers in words.
    """

    def read(self, response: Response | str) -> Answer | None:
        """The final answer of a response; its tool calls where it has any."""
        if not isinstance(response, str) and response.tool_calls:
            return calls_answer(response.tool_calls)
        return self.read_text(text_of(response))

    @abstractmethod
    def read_text(self, text: str) -> Answer | None:
        """The final answer of a text without reasoning blocks."""

    def parse(self, text: str) -> Answer | None:
        """A bare answer; tool calls where it is what `read` wrote of them, as a recording holds it."""
        calls = recorded_calls(text)
        return self.parse_text(self.said(text)) if calls is None else calls

    def said(self, text: str) -> str:
        """What a bare answer says outside its reasoning blocks."""
        return text_of(text)

    def parse_text(self, text: str) -> Answer | None:
        """A bare answer in words, without reasoning blocks. Here: read as the shortest response it is."""
        return self.read_text(mended(text))

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether both answers have the same key."""
        return a.key is not None and a.key == b.key
