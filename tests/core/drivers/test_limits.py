import copy
import pickle
from typing import Any

import pytest

from modelswitch_core import ConcurrencyLimit, Limits, OptionError
from modelswitch_core.drivers import Ticket


@pytest.mark.parametrize("most", [0, -1, True, 2.0, "3", None])
def test_a_limit_is_a_positive_integer(most: Any) -> None:
    with pytest.raises(OptionError, match=r"max_concurrency=.* must be 1 or more"):
        ConcurrencyLimit(most)


@pytest.mark.parametrize("field", ["sample_timeout_seconds", "time_limit_seconds"])
@pytest.mark.parametrize("seconds", [0, -1.0, float("nan"), float("inf"), "5", True])
def test_times_are_positive_and_finite(field: str, seconds: Any) -> None:
    with pytest.raises(OptionError, match=f"{field}="):
        Limits(**{field: seconds})


def test_requests_are_let_through_in_the_order_in_which_they_asked() -> None:
    limit = ConcurrencyLimit(2)
    through: list[int] = []

    def ask(number: int) -> Ticket:
        return limit.submit(lambda _: through.append(number))

    tickets = [ask(number) for number in range(5)]
    assert through == [0, 1]
    tickets[1].close()
    tickets[1].close()
    assert through == [0, 1, 2]
    tickets[3].close()
    tickets[0].close()
    assert through == [0, 1, 2, 4]
    assert limit.in_flight == 2


def test_copies_are_the_same_limit_and_a_pickled_one_starts_afresh() -> None:
    limit = ConcurrencyLimit(3)
    limit.submit(lambda _: None)
    assert copy.copy(limit) is limit
    assert copy.deepcopy({"limit": limit})["limit"] is limit
    loaded = pickle.loads(pickle.dumps(limit))
    assert (loaded.most, loaded.in_flight) == (3, 0)
    assert repr(limit) == "ConcurrencyLimit(3)"


def test_a_long_queue_of_places_that_end_at_once_does_not_pile_up() -> None:
    limit = ConcurrencyLimit(1)
    holding = limit.submit(lambda _: None)
    ended: list[int] = []

    def end_at_once(ticket: Ticket) -> None:
        ended.append(1)
        ticket.close()

    for _ in range(3_000):
        limit.submit(end_at_once)
    holding.close()
    assert (len(ended), limit.in_flight) == (3_000, 0)


def test_limits_take_a_limit_object() -> None:
    with pytest.raises(OptionError, match="concurrency=3 must be a ConcurrencyLimit"):
        Limits(concurrency=3)  # type: ignore[arg-type]


@pytest.mark.parametrize("seconds", [1e10, 10**400])
def test_times_that_no_timer_can_hold_are_refused(seconds: float) -> None:
    with pytest.raises(OptionError, match="at most 1e9"):
        Limits(time_limit_seconds=seconds)
