import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import Answer, Limits, Response, SwitchRun
from modelswitch_core.drivers._asyncio import _Driver
from modelswitch_core.reading import Clusterer, FirstOfClass, answer_reader, auto_reader, clusterer_for
from tests.core.drivers.script import Stage, switch


@dataclass
class Near:
    """Numbers at most `reach` apart are the same: sameness that is not transitive."""

    reach: float = 1.0
    asked: list[tuple[str, str]] = field(default_factory=list)

    def read(self, response: Response | str) -> Answer | None:
        return self.parse(response if isinstance(response, str) else response.text)

    def parse(self, text: str) -> Answer | None:
        return Answer(text, None)

    def same(self, a: Answer, b: Answer) -> bool:
        self.asked.append((a.text, b.text))
        return abs(float(a.text) - float(b.text)) <= self.reach


class OneWay(Near):
    def same(self, a: Answer, b: Answer) -> bool:
        return float(a.text) <= float(b.text)


def bare(*texts: str) -> list[Answer]:
    return [Answer(text, None) for text in texts]


def keyed(*keys: str) -> list[Answer]:
    return [Answer(key, key) for key in keys]


def test_by_key_without_asking() -> None:
    reader = Near()
    assert FirstOfClass(reader).assign(keyed("a", "b", "a", "c", "b")) == [0, 1, 0, 2, 1]
    assert reader.asked == []


def test_where_sameness_is_not_transitive_draw_order_decides() -> None:
    assert FirstOfClass(Near()).assign(bare("1", "2", "3")) == [0, 0, 1]
    assert FirstOfClass(Near()).assign(bare("2", "1", "3")) == [0, 0, 0]
    assert FirstOfClass(Near()).assign(bare("1", "3", "2")) == [0, 1, 0]


def test_both_ways_must_agree() -> None:
    assert FirstOfClass(OneWay()).assign(bare("1", "2", "1")) == [0, 1, 0]


def test_keyed_and_unkeyed_answers_meet() -> None:
    clusterer = FirstOfClass(Near())
    assert clusterer.assign(
        [Answer("5", 5), *bare("5.5"), Answer("6", 6), *bare("9"), Answer("9.5", 9.5)]
    ) == [
        0,
        0,
        1,
        2,
        2,
    ]
    # A key that once joined a class stays there without being asked about again.
    assert clusterer.assign([Answer("9.5", 9.5)]) == [2]


def test_a_seen_answer_is_not_asked_about_again() -> None:
    reader = Near()
    clusterer = FirstOfClass(reader)
    clusterer.assign(bare("1", "5"))
    asked = len(reader.asked)
    assert clusterer.assign(bare("5", "1", "5")) == [1, 0, 1]
    assert len(reader.asked) == asked


answers = st.lists(
    st.one_of(
        st.integers(0, 6).map(lambda n: Answer(str(n), None)),
        st.integers(0, 6).map(lambda n: Answer(str(n), n)),
    ),
    max_size=25,
)


@given(answers, st.integers(0, 25))
def test_classes_depend_on_draw_order_alone(drawn: list[Answer], cut: int) -> None:
    whole = FirstOfClass(Near()).assign(drawn)
    assert whole[:cut] == FirstOfClass(Near()).assign(drawn[:cut])
    in_parts = FirstOfClass(Near())
    assert in_parts.assign(drawn[:cut]) + in_parts.assign(drawn[cut:]) == whole
    opened = list(dict.fromkeys(whole))
    assert opened == list(range(len(opened)))


@given(answers)
def test_the_lowest_class_that_matches_wins(drawn: list[Answer]) -> None:
    reader, heads, expected = Near(), list[Answer](), list[int]()
    by_key: dict[object, int] = {}
    for answer in drawn:
        found = by_key.get(answer.key) if answer.key is not None else None
        for number, head in enumerate(heads) if found is None else ():
            same = head.key == answer.key if None not in {head.key, answer.key} else reader.same(answer, head)
            if same:
                found = number
                break
        if found is None:
            found = len(heads)
            heads.append(answer)
        if answer.key is not None:
            by_key[answer.key] = found
        expected.append(found)
    assert FirstOfClass(Near()).assign(drawn) == expected


def test_real_readers() -> None:
    reader = auto_reader()
    read = [
        reader.read(text) for text in ("0.5", r"\sqrt{12}", "1/2", r"2\sqrt{3}", "Paris", "50 %", "paris.")
    ]
    assert FirstOfClass(reader).assign([answer for answer in read if answer]) == [0, 1, 0, 1, 2, 0, 2]


class Own(Near):
    def clusterer(self, question: str) -> Clusterer:
        return AllOne(question)


@dataclass
class AllOne:
    question: str

    def assign(self, answers: Sequence[Answer]) -> list[int]:
        return [0] * len(answers)


def test_clusterer_for() -> None:
    assert isinstance(clusterer_for(answer_reader("exact"), "q"), FirstOfClass)
    own = clusterer_for(Own(), "q")
    assert isinstance(own, AllOne)
    assert own.question == "q"


class Slow(Near):
    """Takes long over everything but a text with itself, until somebody else lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.others_ran = threading.Event()

    def may_take_long(self, a: Answer, b: Answer) -> bool:
        return a != b

    def same(self, a: Answer, b: Answer) -> bool:
        assert self.others_ran.wait(10), "the event loop was held up"
        return super().same(a, b)


async def test_a_long_comparison_does_not_hold_up_the_event_loop() -> None:
    reader = Slow()
    driver = _Driver(SwitchRun[str](switch(1, answer=reader), ""), Stage([["1"]]).aask, Limits())
    call = asyncio.create_task(driver.assign([Answer("1", None), Answer("9", None), Answer("1.5", None)]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not call.done()
    reader.others_ran.set()
    assert await call == [0, 1, 0]


def test_comparisons_given_up_in_the_middle_change_nothing() -> None:
    reader = Slow()
    reader.others_ran.set()
    clusterer = FirstOfClass(reader)
    steps = clusterer.comparisons([Answer("1", None), Answer("9", None), Answer("1.5", None)])
    assert next(steps)() is False
    steps.close()
    assert clusterer.assign([Answer("1", None), Answer("9", None), Answer("1.5", None)]) == [0, 1, 0]


@pytest.mark.parametrize(
    ("a", "b", "long"),
    [
        ("x=1", "x=1", False),
        ("3", "4", False),
        ("1/3", "0.333333", False),
        (r"\frac{x}{2}", r"\dfrac{x}{2}", False),
        ("x'", "x", False),
        (r"\frac{x}{2}", "0.5x", True),
        (r"2\sqrt{3}", r"\sqrt{12}", True),
        (r"\sin(x)", r"\cos(x)", True),
        ("x^2=1", "1", True),
        ("x" * 2_000, "1", False),
    ],
)
@pytest.mark.parametrize("name", ["auto", "math"])
def test_which_mathematics_may_take_long(name: str, a: str, b: str, long: bool) -> None:
    reader: Any = answer_reader(name)
    first, second = Answer(a, None), Answer(b, None)
    assert reader.may_take_long(first, second) is reader.may_take_long(second, first) is long
    assert not reader.may_take_long(Answer("1", 1), Answer("2", 2))
