"""The table of `benchmarks/policies.py`: each policy's figures beside the published algorithm's."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One policy on one chain; `loss_points` is negative where accuracy was lost.

    Intervals are half widths; `tokens` and `cost` are None where not known.
    """

    chain: str
    policy: str
    accuracy: float
    loss_points: float
    loss_interval: float
    draws: float
    relative_draws: float
    relative_draws_interval: float
    waves: float
    waves_interval: float
    tokens: float | None
    cost: float | None


@dataclass(frozen=True)
class Met:
    """What a policy did with one question, as means over the orders."""

    right: float
    draws: float
    waves: float
    tokens: float | None
    cost: float | None


def row_of(chain: str, policy: str, runs: Sequence[tuple[list[Met], Sequence[int]]], paper: list[Met]) -> Row:
    """A policy's figures; a question that was met in several runs counts once, as their mean."""
    by_question: dict[int, list[Met]] = {}
    for met, places in runs:
        for place in places:
            by_question.setdefault(place, []).append(met[place])
    papers = [paper[place] for place in by_question]
    rights, draws, waves = (
        [statistics.fmean(getattr(met, what) for met in mets) for mets in by_question.values()]
        for what in ("right", "draws", "waves")
    )
    losses = [100 * (right - its.right) for right, its in zip(rights, papers, strict=True)]
    paper_draws = statistics.fmean(its.draws for its in papers)
    relative = statistics.fmean(draws) / paper_draws
    # Of a ratio of two means, by the delta method.
    residuals = [(mine - relative * its.draws) / paper_draws for mine, its in zip(draws, papers, strict=True)]
    return Row(
        chain=chain,
        policy=policy,
        accuracy=statistics.fmean(rights),
        loss_points=statistics.fmean(losses),
        loss_interval=_half_width(losses),
        draws=statistics.fmean(draws),
        relative_draws=relative,
        relative_draws_interval=_half_width(residuals),
        waves=statistics.fmean(waves),
        waves_interval=_half_width(waves),
        tokens=_mean_of_known(met.tokens for mets in by_question.values() for met in mets),
        cost=_mean_of_known(met.cost for mets in by_question.values() for met in mets),
    )


def _half_width(values: Sequence[float]) -> float:
    return 1.96 * statistics.stdev(values) / math.sqrt(len(values))


def _mean_of_known(values: Iterable[float | None]) -> float | None:
    """The mean; None where one of them is not known."""
    given = list(values)
    known = [value for value in given if value is not None]
    return statistics.fmean(known) if len(known) == len(given) else None


def means(rows: list[Row]) -> list[Row]:
    """Each policy's mean over the chains; the intervals are those of a mean of independent chains."""
    found = []
    for policy in dict.fromkeys(row.policy for row in rows):
        its = [row for row in rows if row.policy == policy]
        values = {
            field: statistics.fmean(getattr(row, field) for row in its)
            for field in ("accuracy", "loss_points", "draws", "relative_draws", "waves")
        }
        widths = {
            field: math.hypot(*(getattr(row, field) for row in its)) / len(its)
            for field in ("loss_interval", "relative_draws_interval", "waves_interval")
        }
        found.append(
            Row(
                chain="mean",
                policy=policy,
                **values,
                **widths,
                tokens=_mean_of_known(row.tokens for row in its),
                cost=_mean_of_known(row.cost for row in its),
            )
        )
    return found


def print_table(rows: list[Row]) -> None:
    print(
        f"  {'':50}{'accuracy':>9}{'loss, points':>15}{'draws':>7}{'of paper':>15}{'waves':>13}"
        f"{'tokens':>8}{'cost':>10}"
    )
    for row in rows:
        loss = f"{row.loss_points:+.2f} ± {row.loss_interval:.2f}"
        of_paper = f"{row.relative_draws:.1%} ± {100 * row.relative_draws_interval:.1f}"
        waves = f"{row.waves:.2f} ± {row.waves_interval:.2f}"
        tokens = "-" if row.tokens is None else f"{row.tokens:.0f}"
        cost = "-" if row.cost is None else f"{row.cost:.2g}"
        print(
            f"  {row.policy:50}{row.accuracy:>9.1%}{loss:>15}{row.draws:>7.2f}{of_paper:>15}{waves:>13}"
            f"{tokens:>8}{cost:>10}"
        )
    print()
