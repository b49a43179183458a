from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from modelswitch_core.evaluation._orders import orders

GIVEN: dict[str, Any] = {"question": "q1", "model": "m", "samples": 8, "shuffles": 5, "seed": 0}


def drawn(**changes: Any) -> list[list[int]]:
    return list(orders(**{**GIVEN, **changes}))


def test_without_shuffles_there_is_the_recorded_order_alone() -> None:
    assert drawn(shuffles=0) == [[0, 1, 2, 3, 4, 5, 6, 7]]


def test_every_order_takes_each_draw_once() -> None:
    assert all(sorted(order) == list(range(8)) for order in drawn(shuffles=50))


def test_the_same_arguments_give_the_same_orders_in_every_process_and_release() -> None:
    assert drawn() == drawn()
    assert drawn(seed=3)[0] == [1, 5, 7, 0, 6, 3, 2, 4]


def test_more_shuffles_begin_with_the_same_ones() -> None:
    assert drawn(shuffles=9)[:5] == drawn()


@pytest.mark.parametrize("change", [{"question": "q2"}, {"model": "n"}, {"seed": 1}])
def test_another_question_model_or_seed_gives_other_orders(change: dict[str, Any]) -> None:
    assert drawn(**change) != drawn()


def test_names_that_look_alike_when_joined_are_told_apart() -> None:
    assert drawn(question="a,b", model="c") != drawn(question="a", model="b,c")


def test_all_orders_are_about_as_likely() -> None:
    counts = Counter(map(tuple, drawn(samples=3, shuffles=6000)))
    assert len(counts) == 6
    assert all(880 <= count <= 1120 for count in counts.values())
