"""ESC: windows of draws, one of which must agree throughout."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import Esc, OptionError, Outcome, PluralityVote, Pool, Readable, Tally, switch_plan
from tests.core.play import A, B, C, F, U, play, table


def plan(models: int = 2, *, samples: Any = 6, window: int = 3, **options: Any) -> Any:
    names = [f"m{i}" for i in range(models)]
    return switch_plan(names, samples=samples, policy=Esc(window=window), settled_exit=False, **options)


def test_the_name_stands_for_windows_of_five_and_votes_by_plurality() -> None:
    named = switch_plan(["a", "b"], policy="esc")
    assert named.policy == Esc(window=5)
    assert named.vote == PluralityVote()


# fmt: off
@pytest.mark.parametrize(
    ("options", "outcomes", "answer", "reason", "agreed", "waves"),
    [
        # the first window agrees
        ({}, [[A] * 6, [B] * 6], 0, "consistent", True, [3]),
        # the second does
        ({}, [[A, B, A, A, A, A], [B] * 6], 0, "consistent", True, [3, 3]),
        # three in a row across two windows are no window
        ({}, [[B, A, A, A, B, B], [B] * 6], 1, "consistent", True, [3, 3, 3]),
        # a window may agree on what the stage as a whole does not: the majority is returned
        ({"samples": 9}, [[A, A, B, A, A, C, B, B, B], [B] * 9], 0, "consistent", False, [3, 3, 3]),
        # no window agrees: the next model, and after the last one the vote
        ({}, [[A, A, B, A, B, A], [B, B, B, B, A, B]], 1, "consistent", True, [3, 3, 3]),
        ({}, [[A, A, B, A, B, A], [B, A, B, B, A, B]], 0, "all_drawn", False, [3, 3, 3, 3]),
        ({"priors": [9, 1]}, [[A, A, B, A, B, A], [B] * 6], 0, "consistent", False, [3, 3, 3]),
        # what is left of a share after its last whole window stops nothing
        ({"samples": 5}, [[A, B, A, A, A], [A, A, A, B, B]], 0, "consistent", True, [3, 2, 3]),
        # a smaller share is a window of its own
        ({"samples": 2}, [[A, A], [B, B]], 0, "consistent", True, [2]),
        ({"samples": [1, 3]}, [[A], [B, B, B]], 0, "consistent", True, [1]),
        # an unreadable draw breaks its window, a failed one is made up for
        ({}, [[A, A, U, A, A, A], [B] * 6], 0, "consistent", True, [3, 3]),
        ({}, [[A, U, A, A, A, U], [B] * 6], 0, "consistent", False, [3, 3, 3]),
        ({}, [[A, F, A, A, A, A], [B] * 6], 0, "consistent", True, [3, 1]),
        ({}, [[A, U, A, F, A, A], [B] * 6], 0, "consistent", False, [3, 3, 3]),
        ({"samples": 2}, [[F, F], [U, F]], None, "all_drawn", False, [2, 2]),
        # one model: the published method
        ({"models": 1, "samples": 9}, [[A, A, B, A, A, A, C, C, C]], 0, "consistent", True, [3, 3]),
    ],
)
def test_runs(
    options: dict[str, Any], outcomes: list[list[Outcome]], answer: int | None, reason: str, agreed: bool,
    waves: list[int],
) -> None:
    finish, _, asked = play(plan(**options), table(*outcomes))
    assert [len(wave) for wave in asked] == waves
    assert (finish.answer, finish.reason, finish.agreed) == (answer, reason, agreed)
# fmt: on


def test_prose_stops_the_run_when_the_share_is_drawn() -> None:
    prose: list[Outcome] = [Readable(i, free_text=True) for i in range(6)]
    finish, _, waves = play(plan(), table(prose, [A] * 6))
    assert (finish.reason, len(waves)) == ("incomparable", 2)


@given(st.lists(st.sampled_from([A, A, A, B, C, U]), min_size=12, max_size=12), st.integers(2, 6))
def test_a_single_model_draws_whole_windows_until_one_agrees(outcomes: list[Outcome], window: int) -> None:
    """Against the published procedure, window by window; without failures, which it does not know."""
    drawn = 0
    while drawn + window <= 12:
        answers = outcomes[drawn : drawn + window]
        drawn += window
        if all(isinstance(one, Readable) and one == answers[0] for one in answers):
            break
    else:
        drawn = 12
    _, engine, _ = play(plan(1, samples=12, window=window), table(outcomes))
    assert engine.pool.tallies[0].started == drawn


def test_nothing_is_decided_before_the_first_draw() -> None:
    pool = Pool(tallies=(Tally(3), Tally(3)), priors=(1.0, 1.0))
    assert Esc().stop(pool) is None
    assert Esc().settled(pool, PluralityVote()) is None
    assert Esc().wave(pool) == [0, 0, 0]


def test_shares_of_a_single_window_are_cautioned_against() -> None:
    assert "a single window of window=5" in Esc().cautions(["a", "b"], [5, 4])[0]
    assert Esc().cautions(["a", "b"], [5, 6]) == ()


@pytest.mark.parametrize("window", [1, 0, 2.0, True, None])
def test_a_window_of_fewer_than_two_is_refused(window: Any) -> None:
    with pytest.raises(OptionError, match=r"window=.* must be an integer of 2 or more"):
        Esc(window=window)
