"""A plan on draws that are classes already: the engine, without its checks on drivers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from modelswitch_core._plan import SwitchPlan
from modelswitch_core._pool import DrawRef, Pool, Tally
from modelswitch_core._votes import winner
from modelswitch_core.evaluation._answers import UNREADABLE

Rows = tuple[tuple[int, ...], ...]
"""For each model the classes of its draws, in draw order; `UNREADABLE` where a draw has none."""


class Run(NamedTuple):
    """How it went.

    Args:
        answer: The class returned; `UNREADABLE` where nothing was readable.
        drawn: Draws started, one number a model; a draw that was cancelled counts as drawn.
        waves: How many times draws were started together.
    """

    answer: int
    drawn: tuple[int, ...]
    waves: int


def run_rows(plan: SwitchPlan, rows: Rows, prose: Sequence[bool] = ()) -> Run:
    """Runs a plan until it stops.

    Args:
        plan: The plan; its settled exit is not asked, and its vote takes no rewards.
        rows: For each model its draws, in draw order; at least as many as its share.
        prose: For each class whether it is free text; empty where none is.
    """
    policy, tallies = plan.policy, tuple(map(Tally, plan.samples))
    pool = Pool(tallies=tallies, priors=plan.priors)
    stop = None
    while stop is None:
        wave: list[DrawRef] = []
        for model in policy.wave(pool):
            tally = tallies[model]
            wave.append(DrawRef(model, tally.started))
            tally.started += 1
            tally.open += 1
        pool.waves += 1
        for draw in wave:
            tally, held = tallies[draw.model], rows[draw.model][draw.draw]
            tally.open -= 1
            if held == UNREADABLE:
                tally.add_unreadable()
            else:
                tally.add(held)
                tally.free_text += bool(prose) and prose[held]
                pool.first.setdefault(held, draw)
            stop = policy.stop(pool)
            if stop is not None:
                break
    answer = stop.answer if stop.answer is not None else winner(plan.vote.scores(pool))
    return Run(
        UNREADABLE if answer is None else answer, tuple(tally.started for tally in tallies), pool.waves
    )
