"""Settled exit never changes the answer: against the full run, over every kind of outcome."""

import itertools
import random
from typing import Any

import pytest

from modelswitch_core import (
    AdaptiveConsistency,
    CrossCheck,
    Draw,
    DrawRef,
    Engine,
    EntropyVote,
    Esc,
    Finish,
    Outcome,
    Paper,
    PluralityVote,
    Policy,
    Readable,
    SelfConsistency,
    switch_plan,
)
from tests.core.play import A, B, C, F, U, play, table
from tests.examples import examples

VOTES = [EntropyVote(), EntropyVote(normalizer="samples"), PluralityVote()]


def names(models: int) -> list[str]:
    return [f"m{i}" for i in range(models)]


@pytest.mark.hypothesis
@pytest.mark.parametrize("seed", range(8))
def test_on_thousands_of_random_runs(seed: int) -> None:
    rng = random.Random(seed)
    runs, settled = examples(1_000, explored=20_000), 0
    for _ in range(runs):
        models = rng.choice([1, 1, 2, 2, 2, 3, 4])
        shares = [rng.choice([1, 2, 3, 5, 7, 12]) for _ in range(models)]
        options: dict[str, Any] = {
            "samples": shares,
            "vote": rng.choice(VOTES),
            "priors": [rng.choice([1.0, 1.0, 0.05, 4.0, rng.uniform(0.01, 9)]) for _ in range(models)],
            "policy": _policy(rng, models),
        }
        outcomes = table(*[_outcomes(rng, share) for share in shares])
        full, engine, _ = play(switch_plan(names(models), settled_exit=False, **options), outcomes)
        early, short, _ = play(switch_plan(names(models), **options), outcomes)
        assert early.answer == full.answer, (options, outcomes)
        if early.reason == "settled":
            settled += 1
            assert sum(t.started - t.open for t in short.pool.tallies) < sum(
                t.started for t in engine.pool.tallies
            )
    # Not vacuous: a good part of the runs did end early.
    assert settled > runs / 15


def _policy(rng: random.Random, models: int) -> Policy:
    policies: list[Policy] = [
        Paper(),
        Paper(threshold=rng.uniform(0.500001, 1.0)),
        SelfConsistency(),
        AdaptiveConsistency(confidence=rng.uniform(0.500001, 0.99)),
        Esc(window=rng.randint(2, 5)),
    ]
    if models > 1:
        first, second, margin, draws_per_lead = (rng.randint(1, most) for most in (4, 3, 5, 7))
        opened = {"first": first, "second": second, "strongest": rng.choice([None, *range(models)])}
        policies += [
            CrossCheck(margin=margin, draws_per_lead=draws_per_lead, **opened),
            CrossCheck(margin=margin, wave_size=draws_per_lead, **opened),
        ]
    return rng.choice(policies)


def _outcomes(rng: random.Random, share: int) -> list[Outcome]:
    """Draws of one model: mostly one answer, sometimes others, new ones, unreadable and failed ones."""
    favourite = rng.randrange(3)
    loyalty = rng.choice([0.3, 0.6, 0.8, 0.95])
    strange = rng.choice([0.0, 0.1, 0.4])
    made: list[Outcome] = []
    for draw in range(share):
        if rng.random() < strange:
            made.append(rng.choice([U, F, Readable(100 + draw)]))
        else:
            made.append(Readable(favourite if rng.random() < loyalty else rng.randrange(5)))
    return made


@pytest.mark.hypothesis
@pytest.mark.parametrize("vote", VOTES, ids=["distinct", "samples", "plurality"])
@pytest.mark.parametrize("priors", [(1, 1), (4, 1), (1, 3)])
@pytest.mark.parametrize("threshold", [0.51, 0.67, 1.0])
@pytest.mark.parametrize("shares", [(3, 3), (2, 4), (5, 1)])
def test_every_completion_of_a_settled_run_gives_the_same_answer(
    vote: Any, priors: tuple[float, float], threshold: float, shares: tuple[int, int]
) -> None:
    """Ways a small run can go, up to names: no draw after the settled one could have changed it."""
    options: dict[str, Any] = {
        "samples": shares,
        "vote": vote,
        "priors": priors,
        "policy": Paper(threshold=threshold),
    }
    with_exit = switch_plan(names(2), **options)
    without = switch_plan(names(2), settled_exit=False, **options)
    rng = random.Random(repr(options))
    prefixes = list(itertools.product([A, B, U, F], repeat=shares[0]))
    completions = list(itertools.product([A, B, C, U, F], repeat=shares[1]))
    for first in rng.sample(prefixes, min(len(prefixes), examples(40, explored=1_024))):
        for second in rng.sample(completions, min(len(completions), examples(8, explored=625))):
            outcomes = table(list(first), list(second))
            full, engine, _ = play(without, outcomes)
            assert play(with_exit, outcomes)[0].answer == full.answer, outcomes
            if not engine.pool.tallies[1].started:
                break  # what the second model would have said makes no other run


@pytest.mark.hypothesis
@pytest.mark.parametrize("vote", VOTES, ids=["distinct", "samples", "plurality"])
@pytest.mark.parametrize("priors", [(1, 1), (4, 1), (1, 3)])
@pytest.mark.parametrize(
    "policy",
    [
        *(CrossCheck(margin=margin, draws_per_lead=size) for margin in (1, 2, 3) for size in (1, 3)),
        *(CrossCheck(margin=margin, wave_size=size) for margin in (2, 3) for size in (1, 5)),
        CrossCheck(first=1, strongest=1),
        AdaptiveConsistency(confidence=0.7),
        AdaptiveConsistency(confidence=0.9),
        Esc(window=2),
    ],
    ids=repr,
)
def test_every_completion_under_the_other_policies_too(
    policy: Policy, priors: tuple[float, float], vote: Any
) -> None:
    options: dict[str, Any] = {"samples": (4, 4), "vote": vote, "priors": priors, "policy": policy}
    with_exit = switch_plan(names(2), **options)
    without = switch_plan(names(2), settled_exit=False, **options)
    rng = random.Random(repr(options))
    outcomes = [
        [rng.choice([A, A, A, B, C, U, F]) for _ in range(8)] for _ in range(examples(50, explored=2_000))
    ]
    for drawn in outcomes:
        both = table(drawn[:4], drawn[4:])
        assert play(with_exit, both)[0].answer == play(without, both)[0].answer, both


@pytest.mark.parametrize(
    ("options", "outcomes", "draws"),
    [
        # three of five at a threshold of 0.6: two failures or two other answers change nothing
        ({"consistency_threshold": 0.6}, [[A, A, A, B, B], [B] * 5], 3),
        ({"consistency_threshold": 0.6}, [[A, A, B, A, B], [B] * 5], 4),
        # the last model's answers pile up on the first model's: the rest cannot catch up
        ({}, [[A, A, A, A, B], [A, A, A, A, A]], 7),
        ({"vote": "plurality"}, [[A, A, A, A, B], [A, A, A, B, B]], 7),
        ({"policy": "self_consistency"}, [[A, A, A, B, B]], 3),
        # cross-checking: the margin is safe whatever the rest of the wave brings
        ({"policy": "crosscheck"}, [[A, A, A, A, A], [B, A, A, A, A]], 5),
        # adaptive consistency: no single model but the last can still be believed on another answer
        ({"policy": "adaptive_consistency", "samples": 4}, [[A, A, A, B], [A, A, A, A]], 6),
        # a strong prior can settle it before the second model is asked at all
        ({"priors": [100, 1]}, [[A, B, A, A, B], [B] * 5], 4),
    ],
)
def test_it_ends_early_where_it_can(
    options: dict[str, Any], outcomes: list[list[Outcome]], draws: int
) -> None:
    finish, engine, _ = play(switch_plan(names(len(outcomes)), **options), table(*outcomes))
    assert finish.reason == "settled"
    assert sum(tally.readable for tally in engine.pool.tallies) == draws


@pytest.mark.parametrize(("prior", "asked"), [(4.0, 0), (3.9, 5)])
def test_a_second_model_that_must_lose_by_a_hair_is_not_asked(prior: float, asked: int) -> None:
    """A A A A B against five B: 4·4·.4225 = 6.76 beats 4·.4225 + 5 = 6.69, but 3.9 times it does not."""
    finish, engine, _ = play(switch_plan(names(2), priors=[prior, 1]), table([A, A, A, A, B], [B] * 5))
    assert finish.answer == (1 if asked else 0)
    assert engine.pool.tallies[1].started == asked


def test_a_rival_s_own_answers_are_not_taken_for_others() -> None:
    """Found by a search: with the rival's count among the others', this run looks settled on B."""
    options: dict[str, Any] = {"samples": (3, 12), "priors": (3.0251, 3.9318)}
    outcomes = table([U, A, A], [B, C, U, U, B, C, B, U, B, B, B, A])
    early, full = (
        play(switch_plan(names(2), settled_exit=exit_early, **options), outcomes)[0]
        for exit_early in (True, False)
    )
    assert early.answer == full.answer


def test_at_a_threshold_just_above_half_two_answers_are_not_both_consistent() -> None:
    options: dict[str, Any] = {"samples": 4, "consistency_threshold": 0.5000000001}
    for last in (A, B):
        outcomes = table([B, A, A, B], [last] * 4)
        early = play(switch_plan(names(2), **options), outcomes)[0]
        assert early.answer == play(switch_plan(names(2), settled_exit=False, **options), outcomes)[0].answer


def test_it_is_off_where_it_is_switched_off_and_under_rewards() -> None:
    assert not switch_plan(names(1), settled_exit=False).settled_exit
    assert not switch_plan(names(1), vote="reward_sum").settled_exit


def test_large_shares_settle_too_and_stay_cheap() -> None:
    engine = Engine(switch_plan(["m"], samples=2_000, policy="self_consistency"))
    action: Draw | Finish | None = engine.start()
    for draw in range(2_000):
        action = engine.tell(DrawRef(0, draw), A if draw % 10 else B)
        if isinstance(action, Finish):
            break
    assert isinstance(action, Finish)
    assert action.reason == "settled"
    assert 1_000 < engine.pool.readable < 1_200
