"""What of two objects is compared, and how."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, RootModel, computed_field

from modelswitch_core import Answer
from modelswitch_core.reading import (
    AnswerReader,
    answer_reader,
    clusterer_for,
    json_reader,
)


class Pear(BaseModel):
    name: str
    weight: int


def read(reader: AnswerReader, value: Any) -> Answer:
    answer = reader.read(json.dumps(value))
    assert answer is not None
    return answer


def same(reader: AnswerReader, a: Any, b: Any) -> bool:
    found = reader.same(read(reader, a), read(reader, b))
    assert reader.same(read(reader, b), read(reader, a)) is found
    return found


@pytest.mark.parametrize(
    ("ignore", "a", "b", "alike"),
    [
        (["why"], {"x": 1, "why": "so"}, {"x": 1, "why": "thus"}, True),
        (["why"], {"x": 1, "why": "so"}, {"x": 1}, True),
        (["why"], {"x": 1, "why": "so"}, {"x": 2, "why": "so"}, False),
        (["why"], {"x": {"why": "so"}}, {"x": {"why": "thus"}}, False),
        (["x.why"], {"x": {"why": "so"}}, {"x": {"why": "thus"}}, True),
        (["x.why"], {"x": [{"why": "so", "y": 1}]}, {"x": [{"why": "thus", "y": 1}]}, True),
        (["x.why", "x.id"], {"x": [{"why": "so", "id": 1}]}, {"x": [{"why": "thus", "id": 2}]}, True),
        (["why"], [{"why": "so"}], [{"why": "thus"}], True),
        (["x", "x.y"], {"x": {"y": 1}}, {}, True),
        (["x.why"], {"x": "so"}, {"x": "thus"}, False),
    ],
)
def test_fields_left_out(ignore: list[str], a: Any, b: Any, alike: bool) -> None:
    reader = json_reader(ignore=ignore)
    assert same(reader, a, b) is alike
    assert json.loads(read(reader, a).text) == a, "what is not compared stays in the answer"


@pytest.mark.parametrize(
    ("tolerance", "a", "b", "alike"),
    [
        (1e-9, 0.1 + 0.2, 0.3, True),
        (1e-9, 0.3, 0.30001, False),
        (0.0, 0.1 + 0.2, 0.3, False),
        (0.0, 1.0, 1, True),
        (0.01, 100.0, 101.0, True),
        (0.01, 100.0, 102.0, False),
        (0.01, 100, 101.0, True),
        (0.01, 100, 101, False),
        (0.01, -100.0, 100.0, False),
        (0.01, 0.0, 0.001, False),
        (0.01, True, 1.0, False),
        (0.01, "100.0", "101.0", False),
        (0.01, 10**400, 1.0, False),
        (0.01, None, 0.0, False),
        (0.01, {"a": [1.0, 2]}, {"a": [1.001, 2.001]}, True),
        (0.01, {"a": 1.0}, {"b": 1.0}, False),
        (0.01, [1.0], [1.0, 1.0], False),
    ],
)
def test_floats_have_a_tolerance_and_whole_numbers_none(
    tolerance: float, a: Any, b: Any, alike: bool
) -> None:
    assert same(json_reader(tolerance=tolerance), {"x": a}, {"x": b}) is alike


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ([1, 2], [2, 1], True),
        ([1, 1, 2], [1, 2, 2], False),
        ([[1, 2], [3]], [[3], [2, 1]], True),
        # Only one way to pair these off: 1.0 with 1.005, 1.009 with 1.015.
        ([1.0, 1.009], [1.015, 1.005], True),
        ([1.0, 1.0], [1.005, 1.015], False),
        ([{"a": 1.0}, {"b": "x"}], [{"b": "x"}, {"a": 1.001}], True),
        ([float(i) for i in range(100)], [i + 0.001 * (i > 0) for i in reversed(range(100))], True),
        (["x", *[float(i) for i in range(100)]], [*[float(i) for i in range(100)], "y"], False),
    ],
)
def test_lists_without_order(a: Any, b: Any, alike: bool) -> None:
    assert same(json_reader(ordered_lists=False, tolerance=0.01), {"x": a}, {"x": b}) is alike
    assert same(json_reader(tolerance=0.01), {"x": a}, {"x": b}) is False


VALUES = st.recursive(
    st.one_of(st.integers(-2, 2), st.sampled_from([0.5, 0.52, 1.0, -0.0]), st.booleans(), st.none()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
).map(lambda value: {"x": value})
READERS = st.builds(
    json_reader,
    ignore=st.sampled_from([[], ["x.a"]]),
    tolerance=st.sampled_from([0.0, 0.1, 0.6]),
    ordered_lists=st.booleans(),
    vote_by=st.sampled_from(["object", "field"]),
)


@given(READERS, VALUES, VALUES)
def test_sameness_is_reflexive_and_symmetric_and_survives_the_text(
    reader: AnswerReader, a: Any, b: Any
) -> None:
    assert same(reader, a, a)
    same(reader, a, b)
    answer = read(reader, a)
    assert reader.parse(answer.text) == answer


@given(READERS, st.lists(VALUES, max_size=10), st.integers(0, 10))
def test_classes_depend_on_draw_order_alone(reader: AnswerReader, drawn: list[Any], cut: int) -> None:
    answers = [read(reader, value) for value in drawn]
    whole = clusterer_for(reader, "?").assign(answers)
    in_parts = clusterer_for(reader, "?")
    assert in_parts.assign(answers[:cut]) + in_parts.assign(answers[cut:]) == whole
    assert list(dict.fromkeys(whole)) == list(range(len(set(whole))))


def test_a_tolerance_is_not_transitive_so_draw_order_decides() -> None:
    reader = json_reader(tolerance=0.1)
    low, middle, high = (read(reader, {"x": x}) for x in (1.0, 1.1, 1.2))
    assert clusterer_for(reader, "?").assign([low, middle, high]) == [0, 0, 1]
    assert clusterer_for(reader, "?").assign([middle, low, high]) == [0, 0, 0]


def test_the_classes_of_fields_make_the_object_s() -> None:
    clusterer: Any = clusterer_for(json_reader(vote_by="field", ignore=["why"], tolerance=0.1), "?")
    drawn = [{"a": 1.0, "b": 1, "why": "so"}, {"b": 1, "a": 1.05}, {"b": 2}, {"a": 1.0, "c": 0}, [1], {}]
    answers = [read(json_reader(), value) for value in drawn]
    assert clusterer.assign(answers) == [0, 0, 1, 2, 3, 4]
    assert [clusterer.fields(number) for number in range(5)] == [
        (0, 0),
        (-1, 1),
        (0, -1, 0),
        (-1, -1, -1, 0),
        (-1, -1, -1, 1),
    ]


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int = 0


class _Rich(BaseModel):
    a: int = Field(default=0, serialization_alias="A")

    @computed_field  # type: ignore[prop-decorator]  # as pydantic's own documentation has it
    @property
    def b(self) -> int:
        return self.a


class _Root(RootModel[list[dict[str, int]]]):
    pass


@pytest.mark.parametrize(("schema", "path"), [(_Open, "x"), (_Rich, "A"), (_Rich, "b"), (_Root, "x.y")])
def test_what_a_schema_can_leave_out(schema: type[BaseModel], path: str) -> None:
    assert f"ignore=('{path}',)" in repr(json_reader(schema, ignore=[path]))


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"ignore": "why"}, TypeError, r"ignore='why' must be a list"),
        ({"ignore": [1]}, TypeError, r"ignore=\[1\]"),
        ({"schema": Pear, "ignore": ["nme"]}, ValueError, "names 'nme', but Pear has no such.*name, weight"),
        ({"tolerance": 1}, ValueError, r"tolerance=1 must lie in \[0, 1\)"),
        ({"tolerance": -0.1}, ValueError, "tolerance=-0.1"),
        ({"tolerance": True}, ValueError, "tolerance=True"),
        ({"vote_by": "fields"}, ValueError, "vote_by='fields' is unknown: use 'object' or 'field'"),
    ],
)
def test_refused(options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        json_reader(**options)


HUGE_WHOLE = "9" * 5_000
NUMBERS_AND_STRINGS = [
    ('{"a": 1e400}', '{"a": 1e999}', False),
    ('{"a": 1e400}', '{"a": 10e399}', True),
    ('{"a": 1e400}', '{"a": Infinity}', False),
    ('{"a": 1e400}', '{"a": "1E400"}', False),
    ('{"a": -1e400}', '{"a": 1e400}', False),
    ('{"a": 1e-400}', '{"a": 0.0}', False),
    ('{"a": 1e-400}', '{"a": 2e-400}', False),
    ('{"a": Infinity}', '{"a": "inf"}', False),
    ('{"a": Infinity}', '{"a": -Infinity}', False),
    ('{"a": NaN}', '{"a": NaN}', True),
    ('{"a": NaN}', '{"a": "nan"}', False),
    ('{"a": NaN}', '{"a": 1.0}', False),
    ('{"a": [NaN, 1.5]}', '{"a": [NaN, 1.5]}', True),
    (f'{{"a": {HUGE_WHOLE}}}', f'{{"a": {HUGE_WHOLE}}}', True),
    (f'{{"a": {HUGE_WHOLE}}}', f'{{"a": {HUGE_WHOLE[:-1]}8}}', False),
    (f'{{"a": {HUGE_WHOLE}}}', f'{{"a": "{HUGE_WHOLE}"}}', False),
    (f'{{"a": {HUGE_WHOLE}}}', '{"a": 1e5000}', False),
    ('{"a": 0.0}', '{"a": -0.0}', True),
    ('{"a": 0}', '{"a": -0.0}', True),
    ('{"a": "\u00e9"}', '{"a": "e\u0301"}', True),
    ('{"\u00e9": 1}', '{"e\u0301": 1}', True),
    ('{"a": "\u00e9", "b": 1.5}', '{"a": "e\u0301", "b": 1.5}', True),
    ('{"e\u0301": 1.5}', '{"\u00e9": 1.5}', True),
    ('{"a": "e"}', '{"a": "e\u0301"}', False),
    ('{"a": 1, "a": 2}', '{"a": 2}', True),
    ('{"a": 1, "a": 2}', '{"a": 1}', False),
]


@pytest.mark.parametrize("reader", [json_reader(), json_reader(tolerance=0), answer_reader("auto")], ids=repr)
@pytest.mark.parametrize(("a", "b", "same"), NUMBERS_AND_STRINGS)
def test_numbers_and_strings_at_the_edges(reader: AnswerReader, a: str, b: str, same: bool) -> None:
    first, second = reader.parse(a), reader.parse(b)
    assert first is not None
    assert second is not None
    assert reader.same(first, second) is reader.same(second, first) is same
    again = reader.parse(first.text)
    assert again is not None
    assert reader.same(first, again)
