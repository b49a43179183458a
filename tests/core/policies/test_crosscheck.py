"""Two models checked against each other: the opening, the turns, the margin, and failures on the way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import (
    CrossCheck,
    OptionError,
    Outcome,
    PluralityVote,
    Readable,
    SwitchPlan,
    switch_plan,
)
from tests.core.play import A, B, C, F, U, play, table

M0, M1, M2 = 0, 1, 2


def plan(models: int = 2, *, samples: Any = 8, **options: Any) -> SwitchPlan:
    policy = CrossCheck(**options)
    return switch_plan([f"m{i}" for i in range(models)], samples=samples, policy=policy, settled_exit=False)


def models_of(waves: list[tuple[Any, ...]]) -> list[list[int]]:
    return [[draw.model for draw in wave] for wave in waves]


def test_the_name_stands_for_the_defaults_and_votes_by_plurality() -> None:
    named = switch_plan(["a", "b"], policy="crosscheck")
    assert named.policy == CrossCheck(
        first=2, second=1, margin=2, draws_per_lead=3, wave_size=None, strongest=None
    )
    assert named.vote == PluralityVote()
    assert named.samples_budget == 10


# fmt: off
@pytest.mark.parametrize(
    ("options", "outcomes", "answer", "reason", "agreed", "waves"),
    [
        # all opening draws agree
        ({}, [[A, A], [A]], 0, "consistent", True, [[0, 0, 1]]),
        ({"first": 1}, [[A], [A]], 0, "consistent", True, [[0, 1]]),
        ({"second": 2}, [[A, A], [A, A]], 0, "consistent", True, [[0, 0, 1, 1]]),
        # they do not: three draws in turn for the one that the leader lacks, the fewest draws first
        ({}, [[A, A, A, A], [B, A, A, A]], 0, "margin", True, [[0, 0, 1], [1, 0, 1]]),
        ({}, [[A, A, B, B], [B, B, B, B]], 1, "margin", True, [[0, 0, 1], [1, 0, 1]]),
        # six for two, while nobody leads
        ({}, [[A, A, A, A, A, A], [B, B, B, B, B, A, A]], 0, "margin", True,
         [[0, 0, 1], [1, 0, 1], [0, 1, 0, 1, 0, 1]]),
        ({"first": 1, "draws_per_lead": 2}, [[A, A, A], [B, A, A]], 0, "margin", True,
         [[0, 1], [0, 1, 0, 1]]),
        # one more where the readable draws would come to an odd number
        ({"margin": 3}, [[A, A, A, A], [U, A, A, A]], 0, "margin", True, [[0, 0, 1], [1, 0, 1, 0]]),
        ({"draws_per_lead": 2}, [[A, A, A, A], [B, A, A, A]], 0, "margin", True, [[0, 0, 1], [1, 0, 1]]),
        # a given size of waves: so many draws, or what is still lacking, and the margin holds to the end
        ({"wave_size": 5}, [[A] * 8, [B] * 8], 0, "all_drawn", False,
         [[0, 0, 1], [1, 0, 1, 0, 1], [0, 1, 0, 1, 0], [1, 0, 1]]),
        ({"wave_size": 5}, [[A, A, A, A], [B, A, A, A, A]], 0, "margin", True, [[0, 0, 1], [1, 0, 1, 0, 1]]),
        ({"wave_size": 1, "margin": 3}, [[A, A, A], [B, A, A]], 0, "margin", True, [[0, 0, 1], [1, 0]]),
        ({"wave_size": 5, "samples": 3}, [[A, A, B], [B, B, A]], 0, "all_drawn", False,
         [[0, 0, 1], [1, 0, 1]]),
        # of the wave only as much as the shares hold; then the vote, which the margin never reached
        ({"samples": 3}, [[A, A, A], [B, B, B]], 0, "all_drawn", False, [[0, 0, 1], [1, 0, 1]]),
        ({"samples": [2, 4]}, [[A, A], [B, B, B, C]], 1, "all_drawn", False, [[0, 0, 1], [1, 1, 1]]),
        # the margin is looked at when a wave is over, not within it: A was two ahead after four draws
        ({"samples": 4}, [[A, A, B, B], [B, A, B, B]], 1, "margin", True, [[0, 0, 1], [1, 0, 1], [0, 1]]),
        # past three quarters of all shares one draw less is enough, but that is no agreement
        ({"samples": [2, 5]}, [[A, A], [B, B, B, C, B]], 1, "margin", False, [[0, 0, 1], [1, 1, 1]]),
        ({"models": 3, "samples": 4}, [[A, A, A], [B, A, B], [U, B, U]], 0, "margin", False,
         [[0, 0, 1], [2, 1, 2], [0, 1, 2]]),
        # single draws, one for each that the leader lacks
        ({"draws_per_lead": 1}, [[A, A], [B, A]], 0, "margin", True, [[0, 0, 1], [1]]),
        ({"draws_per_lead": 1, "margin": 4}, [[A, A, A, A], [B, A, A, A]], 0, "margin", True,
         [[0, 0, 1], [1, 0, 1]]),
        # a margin that the opening already has
        ({"first": 4, "second": 2}, [[A, A, A, A], [A, B]], 0, "margin", True, [[0, 0, 0, 0, 1, 1]]),
        # an unreadable draw breaks agreement and does not vote
        ({}, [[A, A], [U]], 0, "margin", True, [[0, 0, 1]]),
        ({"samples": 2}, [[U, U], [U, U]], None, "all_drawn", False, [[0, 0, 1], [1]]),
        # failed opening draws are replaced from the same share first
        ({}, [[A, F, A], [A]], 0, "consistent", True, [[0, 0, 1], [0]]),
        ({}, [[F, F, A, F, A], [F, A]], 0, "consistent", True, [[0, 0, 1], [0, 0, 1], [0]]),
        ({"samples": 4}, [[A, A, A, B], [F, F, F, F]], 0, "margin", True, [[0, 0, 1], [1], [1], [1]]),
        ({"samples": [2, 1]}, [[F, A], [A]], 0, "margin", True, [[0, 0, 1]]),
        ({"samples": [2, 1], "margin": 3}, [[F, A], [A]], 0, "all_drawn", False, [[0, 0, 1]]),
        ({"samples": 2}, [[F, F], [F, F]], None, "all_drawn", False, [[0, 0, 1], [1]]),
        # a share that is smaller than its opening is all of it
        ({"samples": [1, 3]}, [[A], [A]], 0, "consistent", True, [[0, 1]]),
        # three models: the third has the fewest draws
        ({"models": 3}, [[A, A, B], [B, A, A], [A, A]], 0, "margin", True, [[0, 0, 1], [2, 1, 2]]),
        ({"models": 3}, [[A, A], [A], []], 0, "consistent", True, [[0, 0, 1]]),
        # the strongest model opens, and goes first in each turn
        ({"strongest": 1}, [[A], [A, A]], 0, "consistent", True, [[1, 1, 0]]),
        ({"strongest": 1, "first": 1}, [[A, A, A, A], [B, A, A]], 0, "margin", True,
         [[1, 0], [1, 0, 1, 0, 1, 0]]),
        ({"models": 3, "strongest": 2}, [[A], [], [A, A]], 0, "consistent", True, [[2, 2, 0]]),
        ({"strongest": 0}, [[A, A], [A]], 0, "consistent", True, [[0, 0, 1]]),
        # a leader one draw ahead: the wave goes no further than three quarters of all shares
        ({"samples": 6}, [[A, A, B, A, A], [C, B, A]], 0, "margin", True,
         [[0, 0, 1], [1, 0, 1], [0, 1, 0]]),
        # each agrees with itself alone on half of its share: the strongest is believed, not agreed with
        ({"samples": 6, "strongest": 1}, [[A, A, A], [B, B, B]], 1, "margin", False, [[1, 1, 0], [0, 1, 0]]),
        ({"samples": 8, "strongest": 0}, [[A] * 6, [B] * 6], 0, "margin", False,
         [[0, 0, 1], [1, 0, 1], [0, 1, 0, 1, 0, 1]]),
        # not where nobody knows which that is
        ({"samples": 6}, [[A] * 6, [B] * 6], 0, "all_drawn", False,
         [[0, 0, 1], [1, 0, 1], [0, 1, 0, 1, 0, 1]]),
        # nor where one of them has another answer too, or none
        ({"samples": 6, "strongest": 0}, [[A] * 6, [B, B, C, B, C]], 0, "margin", True,
         [[0, 0, 1], [1, 0, 1], [0, 1, 0]]),
        ({"samples": 6, "strongest": 0}, [[A] * 6, [B, B, U, B, C]], 0, "margin", True,
         [[0, 0, 1], [1, 0, 1], [0, 1, 0]]),
    ],
)
def test_runs(
    options: dict[str, Any], outcomes: list[list[Outcome]], answer: int | None, reason: str, agreed: bool,
    waves: list[list[int]],
) -> None:
    filled = [drawn + [A] * (12 - len(drawn)) for drawn in outcomes]
    finish, _, asked = play(plan(**options), table(*filled))
    assert (finish.answer, finish.reason, finish.agreed) == (answer, reason, agreed)
    assert models_of(asked) == waves
# fmt: on


def prose(answer: int) -> Outcome:
    return Readable(answer, free_text=True)


@pytest.mark.parametrize(
    ("opening", "second", "reason"),
    [
        ([prose(0), prose(1)], [prose(2)], "incomparable"),
        ([prose(0), prose(1)], [A], "incomparable"),
        ([prose(0), A], [B], "all_drawn"),
        ([prose(0), prose(0)], [prose(0)], "consistent"),
        # the opening has the margin, but is prose that does not agree
        ([prose(0), prose(0)], [U], "incomparable"),
    ],
)
def test_prose_is_asked_for_after_the_opening(
    opening: list[Outcome], second: list[Outcome], reason: str
) -> None:
    outcomes = table([*opening, A, B], [*second, B, B, A])
    finish, _, asked = play(plan(samples=4, margin=2), outcomes)
    assert finish.reason == reason
    assert len(asked) == (3 if reason == "all_drawn" else 1)


def test_prose_after_the_opening_is_ordinary_disagreement() -> None:
    outcomes = table([A, A, prose(5), prose(6)], [B, prose(7), prose(8), prose(9)])
    assert play(plan(samples=4, margin=3), outcomes)[0].reason == "all_drawn"


def test_the_vote_decides_and_may_overrule_the_draws_ahead() -> None:
    weighted = switch_plan(["a", "b"], samples=4, policy=CrossCheck(), priors=[1, 9], settled_exit=False)
    finish, _, _ = play(weighted, table([A, A, A, A], [B, A, A, B]))
    assert (finish.reason, finish.answer, finish.agreed) == ("margin", 0, True)
    finish, _, _ = play(weighted, table([A, A, A, A], [B, B, A, B]))
    assert (finish.reason, finish.answer, finish.agreed) == ("margin", 1, False)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        # all but one agree: the margin is safe before the last of six is heard of
        ([A, A, A, A], [B, A, A, A], 5),
        # a rival could still catch up with the last draw
        ([A, A, B, A], [B, A, A, A], 6),
    ],
)
def test_settled_as_soon_as_the_margin_is_safe(
    first: list[Outcome], second: list[Outcome], told: int
) -> None:
    early = switch_plan(["a", "b"], samples=40, policy=CrossCheck())
    finish, engine, asked = play(early, table([*first, *[A] * 36], [*second, *[A] * 36]))
    assert (finish.answer, len(asked)) == (0, 2)
    assert engine.pool.readable == told
    assert finish.reason == ("settled" if told < 6 else "margin")


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (["a"], {}, r"policy=CrossCheck\(.* needs 2 models or more, and names=\['a'\] gives 1: add a model"),
        (["a", "b"], {"strongest": 2}, r"strongest=2\) needs 3 models or more, .* gives 2"),
    ],
)
def test_too_few_models_are_refused(names: list[str], options: dict[str, int], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        switch_plan(names, policy=CrossCheck(**options))
    made = switch_plan([*names, "more"], policy=CrossCheck(**options))
    assert made.policy == CrossCheck(**options)


@pytest.mark.parametrize("field", ["first", "second", "margin", "draws_per_lead"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "2", None])
def test_numbers_below_one_are_refused(field: str, value: Any) -> None:
    with pytest.raises(OptionError, match=rf"{field}=.* must be an integer of 1 or more"):
        CrossCheck(**{field: value})


@pytest.mark.parametrize("value", [0, 1.0, True, "a"])
def test_a_size_that_cannot_be_is_refused(value: Any) -> None:
    with pytest.raises(OptionError, match=r"wave_size=.* must be an integer of 1 or more"):
        CrossCheck(wave_size=value)


@pytest.mark.parametrize("value", [-1, 1.0, True, "a"])
def test_a_place_that_cannot_be_is_refused(value: Any) -> None:
    with pytest.raises(OptionError, match=r"strongest=.* must be an integer of 0 or more"):
        CrossCheck(strongest=value)


draws = st.lists(st.sampled_from([A, B, C, U, F]), min_size=6, max_size=6)


@given(
    outcomes=st.lists(draws, min_size=2, max_size=3),
    shares=st.lists(st.integers(1, 6), min_size=3, max_size=3),
    first=st.integers(1, 3),
    second=st.integers(1, 3),
    margin=st.integers(1, 4),
    draws_per_lead=st.integers(1, 7),
    wave_size=st.none() | st.integers(1, 7),
    strongest=st.sampled_from([None, 0, 1]),
)
def test_what_always_holds(outcomes: list[list[Outcome]], shares: list[int], **options: Any) -> None:
    count = len(outcomes)
    finish, engine, waves = play(plan(count, samples=shares[:count], **options), table(*outcomes))
    tallies = engine.pool.tallies
    assert all(tally.started <= tally.share for tally in tallies)
    assert engine.pool.open == 0
    ahead = sorted((engine.pool.count(answer) for answer in engine.pool.first), reverse=True)
    lead = ahead[0] - (ahead[1] if len(ahead) > 1 else 0) if ahead else 0
    started, shared = sum(tally.started for tally in tallies), sum(tally.share for tally in tallies)
    if finish.reason == "consistent":
        assert len(ahead) == 1
        assert not any(tally.unreadable for tally in tallies)
    elif finish.reason == "margin":
        late = 4 * started >= 3 * shared and lead >= max(1, options["margin"] - 1)
        late = late and options["wave_size"] is None
        apart = options["strongest"] is not None and all(len(tally.counts) == 1 for tally in tallies)
        assert lead >= options["margin"] or late or apart
    else:
        assert lead < options["margin"]
        assert not any(tally.left for tally in tallies)
    for wave in waves[1:]:
        most = options["draws_per_lead"] * options["margin"] + 1
        if options["wave_size"] is not None:
            most = max(options["wave_size"], options["margin"])
        assert len(wave) <= max(most, options["first"] + options["second"])
    # A model with too many failures weighs less in the vote, so another answer than the leader may win it.
    led = finish.answer is not None and engine.pool.count(finish.answer) == ahead[0]
    won = finish.reason == "consistent" or lead >= options["margin"]
    assert finish.agreed == (led and won)
