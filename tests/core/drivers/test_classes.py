"""What a clusterer of the user's may say, and what becomes of what it must not."""

from collections.abc import Sequence
from typing import Any

import pytest

from modelswitch_core import Answer, SwitchWarning
from tests.core.drivers.script import Stage, play, switch

DRIVERS = pytest.mark.parametrize("driver", ["threads", "tasks"])


class Integer:
    """As numpy's: an integer, but not Python's own."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


class Sorting:
    """Reads whole texts, and sorts them as it is told."""

    def __init__(self, given: Any) -> None:
        self.given = given

    def __repr__(self) -> str:
        return "Sorting()"

    def clusterer(self, question: str) -> "Sorting":
        return self

    def read(self, response: Any) -> Answer:
        return Answer(response.text, response.text)

    parse = read

    def same(self, a: Answer, b: Answer) -> bool:
        return a == b

    per_wave = True

    def assign(self, answers: Sequence[Answer]) -> Any:
        return self.given


class SortingByAModel(Sorting):
    async def aassign(self, answers: Sequence[Answer]) -> Any:
        return self.given


READERS = pytest.mark.parametrize("reader", [Sorting, SortingByAModel])


@DRIVERS
@READERS
@pytest.mark.parametrize("given", [[0, 1, 1], (0, 1, 1), [Integer(0), Integer(1), Integer(1)]])
def test_classes_may_be_any_integers(driver: str, reader: type[Sorting], given: Any) -> None:
    result = play(driver, switch(1, samples=3, answer=reader(given)), Stage([["a", "b", "c"]])).result
    assert (result.answer, result.models[0].answers) == ("b", {"a": 1, "b": 2})


NO_CLASSES: list[Any] = [
    None, 0, "000", [0.0, 0.0, 0.0], [None] * 3, [[]] * 3, [0, 0, -1], [0, 0], [0.5] * 10_000,
]  # fmt: skip


@DRIVERS
@READERS
@pytest.mark.parametrize("limits", [{}, {"time_limit_seconds": 20}])
@pytest.mark.parametrize("given", NO_CLASSES, ids=lambda given: repr(given)[:12])
def test_after_nonsense_answers_are_compared_by_key(
    driver: str, reader: type[Sorting], given: Any, limits: dict[str, float]
) -> None:
    with pytest.warns(
        SwitchWarning, match=r"answer=Sorting\(\) failed to compare answers.*: it sorted"
    ) as told:
        result = play(
            driver, switch(1, samples=3, answer=reader(given)), Stage([["a", "b", "b"]]), **limits
        ).result
    assert (result.answer, result.models[0].answers) == ("b", {"a": 1, "b": 2})
    assert len(told) == 1
    assert len(str(told[0].message)) < 400


class Failing(Sorting):
    """Sorts the first wave by its own lights, and fails from then on."""

    def assign(self, answers: Sequence[Answer]) -> Any:
        if self.given:
            raise ZeroDivisionError("of the user's")
        self.given = [9 if answer.text == "a" else 4 for answer in answers]
        return self.given


@DRIVERS
def test_what_was_sorted_before_a_clusterer_failed_is_joined_by_its_like(driver: str) -> None:
    stage = Stage([["a", "b", "a"], ["a", "b", "c"]])
    with pytest.warns(SwitchWarning, match="ZeroDivisionError: of the user's"):
        result = play(driver, switch(2, samples=3, answer=Failing(None), settled_exit=False), stage).result
    assert [model.answers for model in result.models] == [{"a": 2, "b": 1}, {"a": 1, "b": 1, "c": 1}]
    assert len(result.scores) == 3


@DRIVERS
def test_a_comparison_that_fails_loses_nothing(driver: str) -> None:
    class Comparing:
        def read(self, response: Any) -> Answer:
            return Answer(response.text, None)

        parse = read

        def same(self, a: Answer, b: Answer) -> bool:
            raise ZeroDivisionError("of the user's")

    with pytest.warns(SwitchWarning, match="ZeroDivisionError: of the user's"):
        result = play(driver, switch(1, samples=3, answer=Comparing()), Stage([["a", "b", "B "]])).result
    assert result.models[0].answers == {"a": 1, "b": 2}
