from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, field_validator

from modelswitch_core import Response, ToolCall
from modelswitch_core.reading import (
    AnswerReader,
    auto_reader,
    json_reader,
    number_reader,
    reader_of_objects,
)
from modelswitch_core.reading._canonical import TooDeepError, canonical
from modelswitch_core.reading._objects import object_at


class Pear(BaseModel):
    name: str
    weight: float = 1.0


class Grumpy(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def _refuse(cls, value: str) -> str:
        raise RuntimeError(value)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"b": 1, "a": [1, true]}', '{"a":[1,true],"b":1}'),
        ('Here it is:\n```json\n{"a": 1}\n```\nDone.', '{"a":1}'),
        ('```\n{"a": 1}\n```', '{"a":1}'),
        ('first {"a": 1} then {"a": 2}.', '{"a":2}'),
        ('{"a": {"b": 2}} trailing', '{"a":{"b":2}}'),
        ("a list: [1, 2]", "[1,2]"),
        ("[1] and [2]", "[2]"),
        ('{"a": 1} then [{"b": 2}]', '[{"b":2}]'),
        ('[{"a": 1}, {"a": 2}]', '[{"a":1},{"a":2}]'),
        ('<think>{"a": 1}</think>{"a": 2}', '{"a":2}'),
        ('{"a": 1', None),
        ("{a: 1}", None),
        ("no object", None),
        ("", None),
        ("[" * 20_000 + "]" * 20_000, None),
        ('{"a":' * 100 + "1" + "}" * 100, None),
        ('{"a": ' + "9" * 5000 + "}", '{"a":' + "9" * 5000 + "}"),
        ('{"a": 1e99999999999999999999}', None),
    ],
)
def test_any_object(text: str, key: str | None) -> None:
    answer = json_reader().read(text)
    assert (None if answer is None else answer.key) == key


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1, "1"),
        (1.0, "1"),
        (True, "true"),
        (None, "null"),
        (0.5, "0.5"),
        (-0.0, "0"),
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        (Decimal("-Infinity"), "-Infinity"),
        (Decimal("1.50"), "1.5"),
        (Decimal("1E+999999"), "1E999999"),
        (Decimal("-10.50E-400"), "-105E-401"),
        (Decimal("9" * 400 + "0"), "9" * 400 + "E1"),
        ("e\u0301", '"\\u00e9"'),
        ({"e\u0301": 1}, '{"\\u00e9":1}'),
        ((1, 2), "[1,2]"),
        ({2, 1}, "[1,2]"),
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
        (Pear(name="x"), '{"name":"x","weight":1}'),
        ("\ud800", '"\\ud800"'),
        (b"x", "\"b'x'\""),
    ],
)
def test_canonical(value: Any, written: str) -> None:
    assert canonical(value) == written


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(value=values, typed=st.booleans())
def test_what_is_written_at_once_is_written_as_everything_is(value: object, typed: bool) -> None:
    # Below the first level, a value is always written piece by piece.
    assert canonical(value, typed=typed) == canonical(value, 1, typed=typed)


def test_canonical_bounds() -> None:
    assert canonical(10**5000).startswith("0x")
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(TooDeepError):
        canonical(loop)
    loop.append(loop)  # would be twice as much at each level
    with pytest.raises(TooDeepError):
        canonical(loop)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"a": 1e400}', '{"a":1E400}'),
        ('{"a": [' + "1e400, " * 10_000 + "1]}", None),
        ('{"a": [' + '{"b": 1}, ' * 10_000 + "1e400]}", None),
        ("[" + "{}," * 10_000 + "9" * 5_000 + "]", None),
        ("1e400 " + "so " * 10_000 + '{"a": 1e400}', '{"a":1E400}'),
        # A digest is no number.
        ('{"a": "' + "4e999" * 10_000 + '"}', '{"a":"' + "4e999" * 10_000 + '"}'),
        ('{"a": "\\" 4e999' + "a" * 20_000 + '"}', '{"a":"\\" 4e999' + "a" * 20_000 + '"}'),
        ("1e400: [" + "{}," * 10_000 + "1]", "[" + "{}," * 10_000 + "1]"),
        ('{"a": ' + "7" * 2_001 + "}", '{"a":' + "7" * 2_001 + "}"),
        ("[" + "{}," * 10_000 + "7" * 1_900 + "]", "[" + "{}," * 10_000 + "7" * 1_900 + "]"),
        ("[" + "{}," * 10_000 + "7" * 310 + ".5]", None),
    ],
    ids=range(11),
)
def test_numbers_beyond_all_floats(text: str, key: str | None) -> None:
    answer = json_reader().read(text)
    assert (None if answer is None else answer.key) == key


def test_schema() -> None:
    reader = json_reader(Pear)
    a, b = (
        reader.read('{"name": "conference"}'),
        reader.read('{"weight": 1, "name": "conference", "extra": 2}'),
    )
    assert a is not None
    assert b is not None
    assert reader.same(a, b)
    assert reader.read('{"weight": 1}') is None
    skipping = reader.read('{"name": "first"} and then {"size": 3}')
    assert skipping is not None
    assert skipping.text == '{"name":"first","weight":1.0}'
    assert json_reader(Grumpy).read('{"name": "x"}') is None
    assert reader == json_reader(Pear)
    assert reader != json_reader()
    assert repr(reader).endswith("Pear)")
    assert repr(json_reader()) == "json_reader()"


def test_calls_as_objects() -> None:
    reader = json_reader(Pear)
    call = ToolCall(name="Pear", arguments={"name": "x"})
    by_call, by_text = reader.read(Response("", (call,))), reader.read('{"name": "x"}')
    assert by_call is not None
    assert by_call == by_text
    assert reader.read(Response("", (call, call))) is None


def test_wrong_schema() -> None:
    with pytest.raises(TypeError, match="schema="):
        json_reader(dict)  # type: ignore[arg-type]


def test_object_at() -> None:
    assert object_at('so ```json\n{"a": 1}\n```', 3) == {"a": 1}
    assert object_at("so [1]", 3) == [1]
    assert object_at("so 1", 3) is None
    assert object_at("{", 0) is None


class _Place(BaseModel):
    city: str
    country: str = ""


class _City(BaseModel):
    city: str


class _Mine:
    def read(self, response: object) -> None: ...

    def parse(self, text: str) -> None: ...

    def same(self, a: object, b: object) -> bool:
        return False


MINE = _Mine()


@pytest.mark.parametrize(
    ("reader", "schema", "stays"),
    [
        (auto_reader(), _Place, False),
        (number_reader(), _Place, False),
        (number_reader(), None, False),
        (json_reader(), _Place, True),
        (json_reader(vote_by="field", ignore=["why"]), _Place, True),
        (json_reader(vote_by="field", ignore=["why"]), {"title": "Place"}, True),
        (json_reader(_City, vote_by="field"), _Place, True),
        (json_reader(_City), _Place, True),  # compares by city alone
        (json_reader(_Place), _City, False),
        (json_reader(_City), {"title": "Place"}, False),
        (MINE, _Place, True),
        (MINE, None, True),
    ],
)
def test_structured_output_is_compared_as_objects(reader: AnswerReader, schema: object, stays: bool) -> None:
    assert reader_of_objects(reader, schema) == (reader if stays else json_reader())
