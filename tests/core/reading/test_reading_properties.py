"""What holds for every reader and every text: it never raises, and sameness is reflexive and symmetric."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from modelswitch_core.reading import (
    AnswerReader,
    answer_reader,
    choice_reader,
    date_reader,
    json_reader,
    reader_for,
    semantic_reader,
)
from modelswitch_core.reading._calls import recorded_calls


class Model(BaseModel):
    a: int


READERS: list[AnswerReader] = [
    *(
        answer_reader(name)
        for name in ("auto", "exact", "number", "math", "choice", "date", "json", "tool_calls")
    ),
    answer_reader(Model),
    choice_reader("XYZ"),
    date_reader("YMD"),
]


def asked_to_choose(name: str) -> AnswerReader:
    """The reader as it is for a question with options."""
    return reader_for(answer_reader(name), "Which one?\nA. 1\nB. 1/2\nC. x")


PIECES = [
    "\\boxed{",
    "}",
    "{",
    "[",
    "]",
    "(",
    ")",
    "$",
    "\\(",
    "\\)",
    "\\[",
    "\\]",
    "\\frac",
    "\\sqrt{",
    "^",
    "**",
    "####",
    "```",
    "json",
    '"a":',
    "1",
    "2",
    "0.5",
    "1,234",
    "1/2",
    "%",
    "-",
    "−",
    "=",
    "x",
    "e9",
    "10^",
    "The answer is ",
    "Therefore, she has ",
    "x = 2 or ",
    " is ",
    "57.500",
    '"answer": ',
    "I hope so.",
    "Answer:",
    "答案是",
    "উত্তর",
    "A",
    "(B)",
    "July 4, 1999",
    "7/4/1999",
    "<think>",
    "</think>",
    "\n",
    " ",
    "\ud800",
    "\x00",
    "\u202e",
    "½",
    "٤",
    ".",
    ",",
    "'",
    "\\text{",
    "pears",
    "!",
    "|",
    "\\begin{pmatrix}",
    "\\end{pmatrix}",
    "\\\\",
    "&",
    "_2",
    "^T",
    "!!",
    "\\%",
    "€5",
    " hours",
    " minutes",
    " cm^2",
    "0.333333",
    "1e400",
    "NaN",
    "é",
    "e\u0301",
    "more ",
    "not ",
    "i",
    "\\pi",
]
texts = st.one_of(
    st.text(st.characters(), max_size=80),
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
)
quiet = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("reader", READERS, ids=repr)
@quiet
@given(a=texts, b=texts)
def test_sound(reader: AnswerReader, a: str, b: str) -> None:
    found = [
        answer for text in (a, b) for answer in (reader.read(text), reader.parse(text)) if answer is not None
    ]
    for first in found:
        hash(first)
        assert reader.same(first, first)
        for second in found:
            assert reader.same(first, second) is reader.same(second, first)
    assert reader.read(a) == reader.read(a)


@pytest.mark.parametrize("reader", [*READERS, *map(asked_to_choose, ("auto", "choice"))], ids=repr)
@quiet
@given(hidden=st.sampled_from(["", "}", "{", "\\boxed{5}", "B"]), text=texts)
def test_reasoning_leaves_no_trace(reader: AnswerReader, hidden: str, text: str) -> None:
    thought = f"<think>{hidden}</think>{text}"
    assert reader.read(thought) == reader.read(text)
    if recorded_calls(text) is None:
        assert reader.parse(thought) == reader.parse(text)


@pytest.mark.parametrize("name", ["number", "choice", "date"])
@quiet
@given(text=texts)
def test_an_answer_as_text_is_read_as_itself(name: str, text: str) -> None:
    reader = answer_reader(name)
    answer = reader.read(text)
    if answer is not None:
        again = reader.parse(answer.text)
        assert again is not None
        assert again.key == answer.key


VALUES = [
    "3", "3 hours", "3 minutes", "$3", "3 €", "3 %", "1/3", "0.333333", "x'", "x", "3!", "6", "(1,2)",
    r"\{1,2\}", "1,2", "2,1", "10_3", "10_2",
]  # fmt: skip
OTHERS = [
    "10^{-20}", "0.03", "A", "(A)", "A) Paris", "Paris", "July 4, 1999", "7/4/1999", '{"a": 1}', '{"a": 1.0}',
    '{"a": NaN}', '{"a": 1e400}', "It uses more.", "It uses less.", "It lacks a camera.", "It has no camera.",
    "The dog bit the man.", "The man bit the dog.",
]  # fmt: skip


@pytest.mark.parametrize(
    "reader",
    [*READERS, json_reader(tolerance=0.1), semantic_reader(embeddings=lambda texts: [[1.0] for _ in texts])],
    ids=repr,
)
def test_sameness_of_ordinary_answers_is_symmetric(reader: AnswerReader) -> None:
    # Of words, Math-Verify makes products of letters, which takes long.
    texts = VALUES if repr(reader) in {"auto_reader()", "math_reader()"} else [*VALUES, *OTHERS]
    found = {
        answer for text in texts for answer in (reader.read(text), reader.parse(text)) if answer is not None
    }
    table = {(a, b): reader.same(a, b) for a in found for b in found}
    assert all(same is table[b, a] for (a, b), same in table.items())
    assert all(table[a, a] for a in found)


@pytest.mark.parametrize("reader", READERS, ids=repr)
def test_the_answer_survives_a_long_response(reader: AnswerReader) -> None:
    assert reader.read("We think about pears. " * 5_000 + "\n\nThe answer is \\boxed{5}.") == reader.read(
        "\\boxed{5}"
    ) or (repr(reader) == "exact_reader()")
