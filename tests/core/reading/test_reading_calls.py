import pytest

from modelswitch_core import Response, ToolCall
from modelswitch_core.reading import AnswerReader, answer_reader, tool_calls_reader

SEARCH = ToolCall(name="search", arguments={"query": "pears", "limit": 3})
SEARCH_AGAIN = ToolCall(name="search", arguments={"limit": 3.0, "query": "pears"})
OTHER = ToolCall(name="search", arguments={"query": "apples", "limit": 3})
ADD = ToolCall(name="add", arguments={})


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ((SEARCH,), (SEARCH_AGAIN,), True),
        ((SEARCH,), (OTHER,), False),
        ((SEARCH, ADD), (ADD, SEARCH), True),
        ((SEARCH, SEARCH), (SEARCH,), False),
        ((ToolCall(name="f", arguments={"x": 1}),), (ToolCall(name="f", arguments={"x": True}),), False),
    ],
)
@pytest.mark.parametrize("name", ["tool_calls", "auto", "number", "exact", "choice", "date", "math"])
def test_calls(a: tuple[ToolCall, ...], b: tuple[ToolCall, ...], same: bool, name: str) -> None:
    reader: AnswerReader = answer_reader(name)
    first, second = reader.read(Response("", a)), reader.read(Response("and text", b))
    assert first is not None
    assert second is not None
    assert reader.same(first, second) is reader.same(second, first) is same


def test_calls_and_text_differ() -> None:
    for name in ("auto", "exact", "math", "number"):
        reader = answer_reader(name)
        calls, text = reader.read(Response("5", (ADD,))), reader.read("5")
        assert calls is not None
        assert text is not None
        assert not reader.same(calls, text)
        assert not reader.same(text, calls)


def test_only_calls_are_read() -> None:
    reader = tool_calls_reader()
    assert reader.read("text") is None
    assert reader.read(Response("text")) is None
    answer = reader.read(Response("", (SEARCH, ADD)))
    assert answer is not None
    assert reader.parse(answer.text) == answer
    assert reader.parse('{"name": "add", "args": {}}') == reader.read(Response("", (ADD,)))
    assert reader.parse("text") is None
    assert reader.parse('[{"name": "add"}]') is None
    assert reader.parse("[]") is None
    assert reader.parse("[1]") is None
    assert repr(reader) == "tool_calls_reader()"


def test_arguments_that_cannot_be_written_are_unreadable() -> None:
    loop: dict[str, object] = {}
    loop["self"] = loop
    assert tool_calls_reader().read(Response("", (ToolCall(name="f", arguments=loop),))) is None
