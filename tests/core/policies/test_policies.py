import pytest

from modelswitch_core import OptionError, Paper, Pool, SelfConsistency, Tally, switch_plan
from modelswitch_core.policies import is_consistent, is_incomparable


def tally(
    share: int, counts: dict[int, int], unreadable: int = 0, failed: int = 0, free_text: int = 0
) -> Tally:
    made = Tally(share, started=share, unreadable=unreadable, failed=failed, free_text=free_text)
    for answer, count in counts.items():
        for _ in range(count):
            made.add(answer)
    return made


@pytest.mark.parametrize(
    ("model", "threshold", "consistent"),
    [
        (tally(5, {0: 5}), 1.0, True),
        (tally(5, {0: 4, 1: 1}), 1.0, False),
        (tally(5, {0: 4, 1: 1}), 0.8, True),
        (tally(5, {0: 4, 1: 1}), 0.81, False),
        (tally(20, {0: 11, 1: 9}), 0.55, True),  # 0.55 * 20 is 11.000000000000002 in doubles
        (tally(4, {0: 2, 1: 2}), 0.5000000001, False),  # no rounding lets two answers be consistent
        (tally(5, {0: 4}, unreadable=1), 1.0, False),
        (tally(5, {0: 3}, failed=2), 1.0, True),
        (tally(5, {0: 2}, failed=3), 1.0, False),  # fewer than half of the share
        (tally(4, {0: 2}, failed=2), 1.0, True),
        (tally(2, {0: 1}, failed=1), 1.0, False),  # half of the share, but a single draw
        (tally(1, {0: 1}), 1.0, True),
        (tally(5, {}, unreadable=5), 1.0, False),
        (tally(5, {}, failed=5), 1.0, False),
    ],
)
def test_consistent(model: Tally, threshold: float, consistent: bool) -> None:
    assert is_consistent(model, threshold) == consistent


@pytest.mark.parametrize(
    ("model", "incomparable"),
    [
        (tally(4, {0: 1, 1: 1, 2: 1}, free_text=2), True),
        (tally(4, {0: 1, 1: 1}, free_text=1), False),
        (tally(4, {}, unreadable=4), False),
    ],
)
def test_incomparable(model: Tally, incomparable: bool) -> None:
    assert is_incomparable(model) == incomparable


def test_before_the_first_draw_nothing_is_decided() -> None:
    pool = Pool(tallies=(Tally(3), Tally(3)), priors=(1.0, 1.0))
    vote = switch_plan(["a", "b"]).vote
    assert Paper().stop(pool) is None
    assert Paper().settled(pool, vote) is None
    assert SelfConsistency().settled(pool, vote) is None
    assert Paper().wave(pool) == [0, 0, 0]
    assert pool.open == 0


def test_a_model_between_this_one_and_the_last_keeps_it_open() -> None:
    pool = Pool(tallies=(tally(3, {0: 3}), Tally(3), Tally(3)), priors=(9.0, 1.0, 1.0))
    pool.tallies[0].open = 1
    assert Paper().settled(pool, switch_plan(["a"]).vote) is None


def test_thresholds_outside_their_range_are_refused() -> None:
    for threshold in (0.5, 0.0, 1.0001, float("nan")):
        with pytest.raises(OptionError, match="threshold="):
            Paper(threshold=threshold)


def test_after_part_of_the_draws_only_failures_make_a_model_speak_more_softly() -> None:
    half_drawn = Tally(8, started=8, open=6)
    half_drawn.add(0)
    half_drawn.add(0)
    assert half_drawn.factor == 1.0
    assert tally(8, {0: 2}, failed=6).factor == 2 / 8
    assert Tally(8).factor == 1.0
