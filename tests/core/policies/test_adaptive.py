"""Adaptive consistency: when a model is believed before its share is drawn."""

from fractions import Fraction
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import (
    AdaptiveConsistency,
    OptionError,
    Outcome,
    PluralityVote,
    Pool,
    Readable,
    SwitchPlan,
    Tally,
    switch_plan,
)
from modelswitch_core.policies._adaptive import majority_confidence
from tests.core.play import A, B, C, F, U, play, table


def plan(models: int = 2, *, samples: Any = 8, confidence: float = 0.95, **options: Any) -> SwitchPlan:
    policy = AdaptiveConsistency(confidence=confidence)
    names = [f"m{i}" for i in range(models)]
    return switch_plan(names, samples=samples, policy=policy, settled_exit=False, **options)


@pytest.mark.parametrize(
    ("leader", "runner_up", "probability"),
    [
        (0, 0, 0.5),
        (1, 0, 0.75),
        (3, 0, 0.9375),
        (4, 0, 0.96875),
        (1, 1, 0.5),
        (4, 1, 57 / 64),
        (6, 1, 1 - 9 / 256),
        (7, 2, 1 - (1 + 10 + 45) / 1024),
    ],
)
def test_confidence(leader: int, runner_up: int, probability: float) -> None:
    assert majority_confidence(leader, runner_up) == probability


@given(st.integers(0, 60), st.integers(0, 60))
def test_confidence_is_the_beta_tail(one: int, other: int) -> None:
    """P(p > 1/2) for Beta(a, b), a and b whole: the integral of the density, term by term."""
    leader, runner_up = max(one, other), min(one, other)
    total = leader + runner_up
    # ∫ p^leader (1 - p)^runner_up over (1/2, 1], by the binomial theorem in (1 - p)
    upper = sum(
        Fraction((-1) ** k * comb(leader, k), runner_up + k + 1) / 2 ** (runner_up + k + 1)
        for k in range(leader + 1)
    )
    whole = Fraction(1, (total + 1) * comb(total, leader))
    assert majority_confidence(leader, runner_up) == pytest.approx(float(upper / whole), abs=1e-12)


def test_the_name_stands_for_the_published_confidence_and_votes_by_plurality() -> None:
    named = switch_plan(["a", "b"], policy="adaptive_consistency")
    assert named.policy == AdaptiveConsistency(confidence=0.95)
    assert named.vote == PluralityVote()


# fmt: off
@pytest.mark.parametrize(
    ("options", "outcomes", "answer", "reason", "agreed", "waves"),
    [
        # four that agree are enough, and they are asked for at once
        ({}, [[A] * 8, [B] * 8], 0, "consistent", True, [4]),
        # one other: six against one are enough, so three more are asked for
        ({}, [[A, A, A, B, A, A, A, C], [B] * 8], 0, "consistent", True, [4, 3]),
        ({}, [[A, A, B, A, A, A, A, C], [B] * 8], 0, "consistent", True, [4, 3]),
        # a share that cannot get there is drawn to its end, and the next model asked
        ({}, [[A, A, B, B, A, A, B, A], [B] * 8], 1, "consistent", True, [4, 4, 4]),
        ({"samples": 3}, [[A, A, A], [A, A, B]], 0, "all_drawn", False, [3, 3]),
        # after the last model it is the vote, even where that model stopped early
        ({"samples": [5, 8]}, [[A, A, A, B, A], [B] * 8], 1, "consistent", True, [4, 1, 4]),
        ({"samples": [5, 8], "priors": [3, 1]}, [[A, A, A, B, A], [B] * 8], 0, "consistent", False,
         [4, 1, 4]),
        ({"samples": [9, 8]}, [[A, A, A, B, C, A, B, C, A], [B] * 8], 1, "consistent", True, [4, 3, 2, 4]),
        # one model: the published method
        ({"models": 1}, [[B, A, A, A, A, A, A, A]], 0, "consistent", True, [4, 3]),
        ({"models": 1, "samples": 4}, [[B, A, A, A]], 0, "all_drawn", False, [4]),
        # what cannot be read or failed counts neither for nor against
        ({}, [[A, U, F, A, A, A, A, A], [B] * 8], 0, "consistent", True, [4, 2]),
        ({"samples": 4}, [[U] * 4, [F, U, U, A]], 0, "all_drawn", False, [4, 4]),
        ({"samples": 2}, [[U, F], [F, F]], None, "all_drawn", False, [2, 2]),
        # less confidence, fewer draws
        ({"confidence": 0.75}, [[A] * 8, [B] * 8], 0, "consistent", True, [1]),
        ({"confidence": 0.76}, [[A] * 8, [B] * 8], 0, "consistent", True, [2]),
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
    prose: list[Outcome] = [Readable(i, free_text=True) for i in range(5)]
    finish, _, waves = play(plan(samples=5), table(prose, [A] * 5))
    assert (finish.reason, len(waves)) == ("incomparable", 2)


draws = st.lists(st.sampled_from([A, A, A, B, C, U, F]), min_size=12, max_size=12)


@given(draws, st.integers(1, 12), st.floats(0.51, 0.999))
def test_the_draws_are_those_of_one_at_a_time(outcomes: list[Outcome], share: int, confidence: float) -> None:
    """Waves save time and cost nothing: a wave never goes past the draw that decides."""
    one_by_one = 0
    stage = Tally(share)
    while one_by_one < share:
        outcome = outcomes[one_by_one]
        one_by_one += 1
        if isinstance(outcome, Readable):
            stage.add(outcome.answer)
        counts = [*sorted(stage.counts.values(), reverse=True), 0, 0]
        if majority_confidence(counts[0], counts[1]) >= confidence:
            break
    _, engine, _ = play(plan(1, samples=share, confidence=confidence), table(outcomes))
    assert engine.pool.tallies[0].started == one_by_one


def test_nothing_is_decided_before_the_first_draw() -> None:
    pool = Pool(tallies=(Tally(3), Tally(3)), priors=(1.0, 1.0))
    policy = AdaptiveConsistency()
    assert policy.stop(pool) is None
    assert policy.settled(pool, PluralityVote()) is None
    assert policy.wave(pool) == [0, 0, 0]


@pytest.mark.parametrize("confidence", [0.5, 1.0, 0, -1, 2, float("nan"), True, "0.95", None])
def test_a_confidence_outside_its_range_is_refused(confidence: Any) -> None:
    with pytest.raises(OptionError, match=r"confidence=.* must lie in \(0\.5, 1\)"):
        AdaptiveConsistency(confidence=confidence)


def test_large_shares_stay_cheap_to_plan() -> None:
    pool = Pool(tallies=(Tally(100_000),), priors=(1.0,))
    assert len(AdaptiveConsistency(confidence=1 - 2**-40).wave(pool)) == 39


@pytest.mark.parametrize(
    ("samples", "short"), [([4, 4], None), ([3, 4], "gives a too few"), ([1, 3], "gives a, b too few")]
)
def test_shares_that_never_get_there_are_cautioned_against(samples: list[int], short: str | None) -> None:
    cautions = AdaptiveConsistency().cautions(["a", "b"], samples)
    assert len(cautions) == (0 if short is None else 1)
    assert all(short is not None and short in caution for caution in cautions)
