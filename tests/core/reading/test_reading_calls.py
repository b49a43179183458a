from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import Answer, Response, ToolCall
from modelswitch_core.reading import (
    AnswerReader,
    answer_reader,
    clusterer_for,
    semantic_reader,
    tool_calls_reader,
)

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


# --- arguments left out, or compared by readers ---


def call(name: str = "search", **arguments: Any) -> ToolCall:
    return ToolCall(name=name, arguments=arguments)


def read(reader: AnswerReader, *calls: ToolCall) -> Answer:
    answer = reader.read(Response("", calls))
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("ignore", "a", "b", "alike"),
    [
        (["q"], (call(q="x", n=1),), (call(q="y", n=1),), True),
        (["q"], (call(q="x", n=1),), (call(n=1),), True),
        (["q"], (call(q="x", n=1),), (call(q="x", n=2),), False),
        (["q"], (call(q="x"),), (call("other", q="x"),), False),
        (["search.q"], (call(q="x"),), (call(q="y"),), True),
        (["other.q"], (call(q="x"),), (call(q="y"),), False),
        (["q"], (call(q="x"), call(q="y")), (call(q="x"),), False),
    ],
)
def test_arguments_left_out(
    ignore: list[str], a: tuple[ToolCall, ...], b: tuple[ToolCall, ...], alike: bool
) -> None:
    reader = tool_calls_reader(ignore=ignore)
    first, second = read(reader, *a), read(reader, *b)
    assert reader.same(first, second) is reader.same(second, first) is alike
    assert clusterer_for(reader, "?").assign([first, second]) == [0, int(not alike)]
    assert reader.parse(first.text) == first
    assert "x" in first.text, "what is not compared stays in the answer"


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ((call(q="One  pear", n=1),), (call(q="one pear", n=1),), True),
        ((call(q="one pear", n=1),), (call(q="two pears", n=1),), False),
        ((call(q="one pear", n=1),), (call(q="one pear", n=2),), False),
        ((call(q="A"), call(q="B")), (call(q="b"), call(q="a")), True),
        ((call(q="A"), call(q="A")), (call(q="b"), call(q="a")), False),
        ((call(q="A"), call(q="A")), (call(q="a"),), False),
        ((call(q="A"),), (call(),), False),
        # What the reader cannot parse must be equal; numbers are compared as they are written.
        ((call(q=""),), (call(q=""),), True),
        ((call(q=""),), (call(q=" "),), False),
        ((call(q=5),), (call(q="5"),), True),
        ((call(),), (call(),), True),
    ],
)
def test_arguments_compared_by_a_reader(
    a: tuple[ToolCall, ...], b: tuple[ToolCall, ...], alike: bool
) -> None:
    for name in ("q", "search.q"):
        reader = tool_calls_reader(compare={name: answer_reader("exact")})
        first, second = read(reader, *a), read(reader, *b)
        assert reader.same(first, second) is reader.same(second, first) is alike
        assert clusterer_for(reader, "?").assign([first, second]) == [0, int(not alike)]
        assert reader.parse(first.text) == first


async def test_a_search_s_words_compared_by_meaning_once_a_wave() -> None:
    asked: list[list[str]] = []

    async def embed(texts: list[str]) -> list[list[float]]:
        asked.append(texts)
        return [[float("pear" in text), float("pear" not in text)] for text in texts]

    readers = {"query": semantic_reader(embeddings=embed), "unit": answer_reader("exact")}
    reader = tool_calls_reader(compare=readers)
    found = [
        read(reader, call(query="price of pears", unit="KG"), call("stop")),
        read(reader, call("stop"), call(query="what a pear costs", unit="kg")),
        read(reader, call("stop"), call(query="price of plums", unit="kg")),
        read(reader, call("stop")),
    ]
    clusterer: Any = clusterer_for(reader, "?")
    assert await clusterer.aassign(found) == [0, 0, 1, 2]
    assert await clusterer.aassign(found[:2]) == [0, 0]
    assert asked == [["price of pears", "what a pear costs", "price of plums"]]


CALLS = st.lists(
    st.builds(call, st.sampled_from(["f", "g"]), q=st.sampled_from(["a", "A", "b", 1])),
    min_size=1,
    max_size=3,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"n": 10**150}, {"n": 10**151}),
        ({"n": 10**150, "why": "so " * 7_000}, {"n": 10**151, "why": "so " * 7_000}),
        ({"why": "so " * 140_000}, {"why": "as " * 140_000}),
    ],
    ids=range(3),
)
def test_calls_of_any_length_are_compared(one: dict[str, Any], other: dict[str, Any]) -> None:
    reader = tool_calls_reader(compare={"q": answer_reader("exact")})
    a, b = (read(reader, call("f", q="x", **arguments)) for arguments in (one, other))
    assert reader.same(a, a)
    assert not reader.same(a, b)


def test_calls_that_json_cannot_hold_are_not_compared() -> None:
    reader = tool_calls_reader(compare={"q": answer_reader("exact")})
    assert reader.read(Response("", (call("f", q="x", n=10**3_000),))) is None


@given(st.lists(CALLS, max_size=8), st.integers(0, 8))
def test_classes_depend_on_draw_order_alone_and_are_sameness(drawn: list[list[ToolCall]], cut: int) -> None:
    reader = tool_calls_reader(compare={"q": answer_reader("exact")})
    answers = [read(reader, *calls) for calls in drawn]
    whole = clusterer_for(reader, "?").assign(answers)
    in_parts = clusterer_for(reader, "?")
    assert in_parts.assign(answers[:cut]) + in_parts.assign(answers[cut:]) == whole
    for a, one in zip(answers, whole, strict=True):
        for b, other in zip(answers, whole, strict=True):
            assert reader.same(a, b) is reader.same(b, a) is (one == other)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"ignore": "query"}, TypeError, "ignore='query' must be a list"),
        ({"compare": "exact"}, TypeError, "compare=.exact. must be a mapping"),
        ({"compare": {"query": "exact"}}, TypeError, r"compare=\{'query': 'exact'\} is no reader"),
        ({"ignore": ["q"], "compare": {"q": answer_reader("exact")}}, ValueError, "both name 'q'"),
    ],
)
def test_refused(options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        tool_calls_reader(**options)


def test_repr() -> None:
    reader = tool_calls_reader(ignore=["id"], compare={"q": answer_reader("exact")})
    assert repr(reader) == "tool_calls_reader(ignore=('id',), compare={'q': exact_reader()})"


CALLS = st.lists(
    st.builds(
        ToolCall,
        name=st.sampled_from(["add", "g"]),
        arguments=st.dictionaries(
            st.sampled_from(["a", "b"]), st.none() | st.integers() | st.text(), max_size=2
        ),
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.parametrize("name", ["auto", "exact", "number", "math", "choice", "date", "tool_calls"])
@given(calls=CALLS, other=CALLS)
def test_recorded_calls_come_back_as_they_were(
    name: str, calls: list[ToolCall], other: list[ToolCall]
) -> None:
    """Whatever reads words: two responses with calls are the same when recorded as they were live."""
    reader = answer_reader(name)
    live = [reader.read(Response("", tool_calls=tuple(each))) for each in (calls, other)]
    recorded = [None if answer is None else reader.parse(answer.text) for answer in live]
    assert recorded == live
