import json
from ast import literal_eval

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core.reading import answer_reader, json_reader
from modelswitch_core.reading._python_literals import TooMuchError, as_json


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("{'a': 1, 'b': None, 'c': True}", '{"a":1,"b":null,"c":true}'),
        ('{"a": False, "b": [None]}', '{"a":false,"b":[null]}'),
        ("So it is {'name': \"O'Neil\", 'say': 'a \"b\"'}.", '{"name":"O\'Neil","say":"a \\"b\\""}'),
        ("```python\n{\n    'a': 'it\\'s',\n    'b': ['x', 'y',],\n}\n```", '{"a":"it\'s","b":["x","y"]}'),
        ("{'a': '\\x41\\u00e9\\n\\q'}", '{"a":"A\\u00e9\\n\\\\q"}'),
        ("{'a': 'tab\there'}", '{"a":"tab\\there"}'),
        ("['x', 'y']", '["x","y"]'),
        ("[True, False]", "[true,false]"),
        ('{"a": 1,}', '{"a":1}'),
        ('{"a": [1, 2, ]  ,\n  }', '{"a":[1,2]}'),
        ("{}", "{}"),
        ("{'a': ('x', 1)}", None),
        ("{'a', 'b'}", None),
        ("{'a': f(1)}", None),
        ("{'a': __import__('os')}", None),
        ("{'a': 1", None),
        ("{'a': 1]", None),
        ("{'a': 'never closed}", None),
        ("{'a': 'one\nline'}", None),
        ("{'a': Truely}", None),
        ("{'a': 1e999999999999999999999}", None),
        ("{,}", None),
        ("{'a': 1,,}", None),
        ("{'a':" * 2_000 + "1" + "}" * 2_000, None),
        ("{'a':" * 61 + "1" + "}" * 61, None),
        ("{'a':" * 60 + "1" + "}" * 60, '{"a":' * 60 + "1" + "}" * 60),
    ],
)
def test_what_python_writes(text: str, key: str | None) -> None:
    answer = json_reader().read(text)
    assert (None if answer is None else answer.key) == key


def test_it_is_the_same_as_json() -> None:
    for name in ("auto", "json"):
        reader = answer_reader(name)
        written, dumped = reader.read("{'b': None, 'a': 'x'}"), reader.read('{"a": "x", "b": null}')
        assert written is not None
        assert dumped is not None
        assert reader.same(written, dumped)


@pytest.mark.parametrize(
    ("item", "most"), [("None", 4_998), ("{'a': None}", 1_249), (repr("so " * 1_000), 16)], ids=range(3)
)
def test_only_objects_of_some_length_are_read(item: str, most: int) -> None:
    text, longer = (f"[{', '.join([item] * items)}]" for items in (most, most + 1))
    written, end, _ = as_json(text, 0)
    assert written is not None
    assert end == len(text)
    with pytest.raises(TooMuchError):
        as_json(longer, 0)
    # What stands in it, or behind, is not its answer.
    assert json_reader().read(f"{longer} so {{}}") is None
    before = json_reader().read(f"{{}} so {longer}")
    assert before is not None
    assert before.text == "{}"


def test_objects_in_a_row_are_all_read() -> None:
    answer = json_reader().read("\n".join(f"{{'a': {number}, 'b': 'x'}}" for number in range(1_500)))
    assert answer is not None
    assert answer.text == '{"a":1499,"b":"x"}'


def test_a_long_text_in_an_object_is_read() -> None:
    text = repr({"why": "so " * 10_000, "a": None})
    written, end, _ = as_json(text, 0)
    assert written is not None
    assert end == len(text)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(value=st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3))
def test_a_repr_means_what_python_means_by_it(value: object) -> None:
    text = repr(value)
    written, end, _ = as_json(text, 0)
    assert end == len(text)
    assert written is not None
    assert json.loads(written) == literal_eval(text)
