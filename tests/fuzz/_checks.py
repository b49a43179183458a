"""What must hold of every reader and every text."""

import warnings

from pydantic import BaseModel

from modelswitch_core import Answer, Response, ToolCall
from modelswitch_core.reading import (
    AnswerReader,
    FirstOfClass,
    answer_reader,
    auto_reader,
    choice_reader,
    date_reader,
    reader_for,
)


class Booking(BaseModel):
    a: int
    day: str | None = None


READERS: list[AnswerReader] = [
    *map(answer_reader, ("auto", "exact", "number", "math", "choice", "date", "json", "tool_calls")),
    answer_reader(Booking),
    choice_reader("XYZ"),
    date_reader("DMY"),
    *(reader_for(reader, "Pick one.\nA. pears\nB. 7\nC. 1/2") for reader in (auto_reader(), choice_reader())),
]


def check(reader: AnswerReader, a: str, b: str) -> None:
    """Fails, or lets an exception through, where the reader does not keep a promise on these texts.

    Promises: nothing raises; the same text gives the same answer; answers can be hashed; sameness is
    reflexive and symmetric; classes do not depend on how the answers come in.
    """
    with warnings.catch_warnings():
        # That a comparison was not decided in time is no fault here.
        warnings.filterwarnings("ignore", category=RuntimeWarning)
        found: list[Answer] = []
        for text in (a, b):
            call = Response(text, tool_calls=(ToolCall(name="f", arguments={"text": text}),))
            answers = (reader.read(text), reader.parse(text), reader.read(call))
            found += [answer for answer in answers if answer is not None]
            assert reader.read(Response(text)) == answers[0]
        for first in found:
            hash(first)
            assert reader.same(first, first)
            for second in found:
                assert reader.same(first, second) is reader.same(second, first)
        at_once = FirstOfClass(reader).assign(found)
        clusterer = FirstOfClass(reader)
        assert [number for answer in found for number in clusterer.assign([answer])] == at_once
