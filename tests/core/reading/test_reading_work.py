"""The densest 100 kB are little work, counted in calls of functions, which a busy machine leaves alone."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from modelswitch_core.reading import choice_reader, json_reader, number_reader, reader_for

SIZE = 100_000
MOST_CALLS = 80_000
"""Some thirty milliseconds' worth."""

# The others do less: no more than these do on the way.
BUSIEST = (number_reader(), json_reader(), reader_for(choice_reader(), "Pick one.\nA. pears\nB. 7\nC. 1/2"))


def repeated(unit: str) -> str:
    return (unit * (SIZE // len(unit) + 1))[:SIZE]


def listed(item: str) -> str:
    return "[" + ",".join([item] * ((SIZE - 2) // (len(item) + 1))) + "]"


ITEMS = ("{}", "[]", "[0]", "[[]]", '{"":0}', "1", "1.5", "1e9", "1e400", '""')
DENSE = {
    **{f"a list of {item}": listed(item) for item in ITEMS},
    "a list in lists": "[" * 5 + listed("1.5") + "]" * 5,
    "a list never closed": listed("{}")[:-1],
    "objects between commas": repeated("{}, "),
    "lists in a row": repeated("[1, 2]"),
    "a Python list": listed("{'a': None}"),
    "a Python list of JSON": "[None," + listed("{}")[1:],
    "Python lists in a row": repeated(f"[None,{listed('[[]]')[1:9_000]}]"),
    "Python objects never closed": repeated("{'a': "),
    "options ruled out": repeated("rule out (A), উত্তর{}"),
    "options and objects": repeated("A. {}"),
    "headings": repeated("**Answer**\n"),
    "nouns that announce": repeated("উত্তর"),
    "divisions by zero": repeated("The answer is -1/0"),
    "short thoughts": repeated("x = 2 or E:<think>a</think>"),
    "brackets of formulas": repeated("\\)\n"),
    "thoughts that only end": repeated("</think>"),
}  # fmt: skip


def calls_of(read: Callable[[str], object], text: str) -> int:
    """How many functions, Python's own among them, are called to read a text."""
    read(text[:2_000])  # compiles the patterns that it needs
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("name", DENSE)
def test_the_densest_text_is_little_work(name: str) -> None:
    calls = {
        (reader, read): calls_of(read, DENSE[name])
        for reader in BUSIEST
        for read in (reader.read, reader.parse)
    }
    assert {read: many for read, many in calls.items() if many > MOST_CALLS} == {}
