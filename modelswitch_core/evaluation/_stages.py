"""The same as the engine, several times faster, for policies that decide between stages only.

`Paper` and `SelfConsistency` draw a model's whole share in one wave and decide when it is over. So a stage
can be counted in one go, and the policy be asked once instead of after every draw. The policy and the vote
are the library's own; only the bookkeeping of single draws is left out. A test holds it against the engine.

The settled exit is asked at the end of a stage as well, not after every draw: a stage's draws all start with
its first, so that they count as drawn either way, and what was settled within a stage still is at its end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from modelswitch_core._plan import SwitchPlan
from modelswitch_core._pool import DrawRef, Pool, Tally, c_log2_c
from modelswitch_core._votes import winner
from modelswitch_core.evaluation._answers import UNREADABLE, Answers
from modelswitch_core.evaluation._play import Played
from modelswitch_core.policies import Paper, SelfConsistency, Stop


def decides_between_stages(plan: SwitchPlan, answers: Answers) -> bool:
    """Whether `play_stages` may stand for the engine on this plan and these answers."""
    return (
        # Exactly these classes: one that inherits from them may decide elsewhere.
        type(plan.policy) in (Paper, SelfConsistency)
        and not plan.vote.uses_rewards
        # It may have its answers voted on field by field.
        and not answers.own_clusterer
    )


def play_stages(plan: SwitchPlan, answers: Answers, orders: Sequence[Sequence[int]]) -> Played:
    """As `play`, where `decides_between_stages`."""
    pool = Pool(tallies=tuple(map(Tally, plan.samples)), priors=plan.priors)
    sort = answers.sorter()
    first_number: dict[int, int] = {}
    settled = getattr(plan.policy, "settled", None) if plan.settled_exit else None
    stop: Stop | None = None
    while stop is None:
        wave = plan.policy.wave(pool)
        model, share = wave[0], len(wave)
        recorded = answers.numbers[model]
        numbers = [recorded[place] for place in orders[model][:share]]
        tally = pool.tallies[model]
        tally.started = share
        if UNREADABLE in numbers:
            numbers = [number for number in numbers if number != UNREADABLE]
            tally.unreadable = share - len(numbers)
        classes = sort(numbers)
        tally.counts = dict(Counter(classes))
        tally.readable = len(numbers)
        if answers.any_free_text:
            tally.free_text = sum(map(answers.free_text, numbers))
        for held in tally.counts:
            if held not in first_number:
                place = classes.index(held)
                first_number[held] = numbers[place]
                # Only the order of this mapping matters to a vote.
                pool.first[held] = DrawRef(model, place)
        pool.waves += 1
        stop = plan.policy.stop(pool)
        if stop is None and settled is not None:
            tally.sum_c_log2_c = sum(map(c_log2_c, tally.counts.values()))
            winning = settled(pool, plan.vote)
            stop = None if winning is None else Stop("settled", answer=winning)
    answer = stop.answer if stop.answer is not None else winner(plan.vote.scores(pool))
    return Played(
        UNREADABLE if answer is None else first_number[answer],
        tuple(tally.started for tally in pool.tallies),
        pool.waves,
    )
