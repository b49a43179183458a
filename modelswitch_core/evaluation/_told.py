"""What a replay and a tuning found, in tables and in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from modelswitch_core._plan import SwitchPlan
from modelswitch_core._table import counted, shown
from modelswitch_core.evaluation._figures import Baseline, Figures
from modelswitch_core.evaluation._statistics import Interval
from modelswitch_core.evaluation._tables import Table

if TYPE_CHECKING:
    from modelswitch_core.evaluation._replay import Replay
    from modelswitch_core.evaluation._tuned import Tuned, TunedFigures

_UNKNOWN = "?"
_COST = "cost/1,000"
_COSTS = "; cost is that of 1,000 questions, in the currency of the prices"


def setting_told(plan: SwitchPlan) -> str:
    """A setting in a few words: only what is not a default."""
    parts = [
        " → ".join(f"{shown(name)} ×{share}" for name, share in zip(plan.names, plan.samples, strict=True)),
        _brief(plan.policy),
    ]
    if plan.vote != getattr(plan.policy, "default_vote", None):
        parts.append(_brief(plan.vote))
    if len(set(plan.priors)) > 1:
        parts.append(f"priors {', '.join(f'{prior:.2g}' for prior in plan.priors)}")
    return ", ".join(parts)


def replay_tables(result: Replay) -> tuple[Table, Table]:
    """How often each way is right, and what it takes: two tables, each no wider than a terminal."""
    ways: dict[str, Figures] = {type(result.plan.policy).__name__: result.figures}
    for name, alone in result.self_consistency.items():
        ways[f"self-consistency, {shown(name)}"] = alone
    ways["all samples pooled"] = result.pooled
    right = Table(
        ("", "accuracy", "95 %", "lead", "95 %"),
        tuple((label, *_right(figures)) for label, figures in ways.items()),
    )
    return right, _taken(ways)


def replay_notes(result: Replay) -> tuple[str, ...]:
    """What the tables do not say, a sentence or two each."""
    notes = [_replayed(result)]
    if result.shuffles:
        notes.append(f"Means over {result.shuffles} random orders of the draws, seed {result.seed}.")
    if result.left_out:
        few = ", ".join(f"{shown(name)} {count}" for name, count in result.too_few.items() if count)
        notes.append(f"{counted(result.left_out, 'question')} left out for want of samples: {few}.")
    if result.without_gold:
        notes.append(f"{counted(result.without_gold, 'question')} without a gold answer, not in accuracy.")
    if result.unreadable_gold:
        notes.append(
            f"{counted(result.unreadable_gold, 'gold answer')} not readable: every answer is wrong there."
        )
    if result.without_rewards:
        notes.append(
            f"{counted(result.without_rewards, 'question')} with samples that have no reward: where one of "
            "them was drawn, the answers are counted instead."
        )
    if result.prices is not None and result.cost_unknown:
        notes.append(f"Cost is not known throughout: {result.cost_unknown}.")
    return tuple(notes)


def _replayed(result: Replay) -> str:
    figures = result.figures
    ways = [figures, *result.self_consistency.values(), result.pooled]
    tokens = ", tokens (in + out)" if any(way.mean_input_tokens is not None for way in ways) else ""
    costs = _COSTS if any(way.mean_cost is not None for way in ways) else ""
    return (
        f"Switched on {figures.switched:.1%} of the questions. A lead is what the first line is ahead by, in "
        f"points of accuracy. Samples{tokens} and waves are means a question{costs}."
    )


def tuned_table(result: Tuned) -> Table:
    """The choice beside the default and the plainer ways, and the frontier; of the questions held out."""
    kept = result.setting == result.default_setting
    ways: list[tuple[str, TunedFigures | None]] = []
    if not kept:
        ways.append((f"tuned: {setting_told(result.setting)}", result.figures))
    default = f"default{', kept' if kept else ''}: {setting_told(result.default_setting)}"
    ways.append((default, result.default))
    ways += [(f"self-consistency, {shown(name)}", each) for name, each in result.self_consistency.items()]
    ways.append(("all samples pooled", result.pooled))
    if result.frontier:
        ways.append(("the frontier of the questions searched, on those held out", None))
        ways += [(setting_told(point.setting), point.figures) for point in result.frontier]
    costs = any(figures is not None and figures.mean_cost is not None for _, figures in ways)
    what = "accuracy" if result.yardstick == "accuracy" else "as pool"
    return Table(
        ("", what, "95 %", "samples", "waves", *((_COST,) if costs else ())),
        tuple(
            (label,) if figures is None else (label, *_tried(figures, costs=costs)) for label, figures in ways
        ),
    )


def tuned_notes(result: Tuned) -> tuple[str, ...]:
    """What the table does not say, a sentence or two each."""
    unit = "accuracy" if result.yardstick == "accuracy" else "agreement"
    notes = []
    if result.searched_questions:
        reach = 50 * (result.gain_interval.high - result.gain_interval.low)
        notes.append(
            f"Tuned against default: {100 * result.gain:+.1f} points of {unit}, 95 % interval "
            f"{_interval(result.gain_interval, sign='+')}. Searched on {result.searched_questions:,} other "
            f"questions; on these {result.questions:,}, differences below {reach:.0f} points cannot be told."
            if result.setting != result.default_setting
            else f"The default is kept: the {result.searched_questions:,} questions searched prove no other "
            "setting safe and better or cheaper. More questions may, or a larger tolerance."
        )
    notes.append(result.rule)
    if result.yardstick == "agreement":
        notes.append(
            "Right answers are not known, or of too few questions: settings are judged by how often they "
            "answer as the most common of all samples does, not by what is right. No priors are tried: those "
            "estimated from the models' agreement did not help where it was measured."
        )
    if result.needs_reward_model:
        notes.append(
            "The setting votes by reward: in use it asks a reward model of yours, which costs extra, about "
            "every sample."
        )
    if result.left_out:
        notes.append(f"{counted(result.left_out, 'question')} left out for want of samples.")
    if result.without_gold:
        notes.append(f"{counted(result.without_gold, 'question')} without a gold answer left out.")
    notes.append(
        f"Samples and waves are means a question, over {counted(result.shuffles, 'random order')} of the "
        f"draws, seed {result.seed}{_COSTS if _COST in tuned_table(result).headings else ''}."
    )
    if result.prices is not None and result.cost_unknown:
        notes.append(f"Cost is not known throughout: {result.cost_unknown}.")
    return tuple(notes)


def _brief(made: Any) -> str:
    """A policy or a vote without the parameters that are as by default."""
    usual = {each.name: each.default for each in fields(made)}
    odd = ", ".join(
        f"{name}={getattr(made, name)!r}" for name, value in usual.items() if getattr(made, name) != value
    )
    return f"{type(made).__name__}({odd})" if odd else type(made).__name__


def _right(figures: Figures) -> tuple[str, ...]:
    ahead = ("", "")
    if isinstance(figures, Baseline) and figures.difference is not None:
        ahead = (f"{100 * figures.difference:+.1f}", _interval(figures.difference_interval, sign="+"))
    accuracy = _or_unknown(figures.accuracy, "{:.1%}".format)
    return accuracy, _interval(figures.accuracy_interval, sign=""), *ahead


def _taken(ways: Mapping[str, Figures]) -> Table:
    """What each way takes, without the columns that nothing is known of."""
    tokens = any(figures.mean_input_tokens is not None for figures in ways.values())
    costs = any(figures.mean_cost is not None for figures in ways.values())
    headings = ("", "samples", "waves", *(("tokens",) if tokens else ()), *((_COST,) if costs else ()))
    rows = []
    for label, figures in ways.items():
        cells = [f"{figures.mean_samples:.2f}", f"{figures.mean_waves:.2f}"]
        if tokens:
            each = figures.mean_input_tokens, figures.mean_output_tokens
            cells.append(" + ".join(_or_unknown(count, "{:,.0f}".format) for count in each))
        if costs:
            cells.append(_cost(figures.mean_cost))
        rows.append((label, *cells, f"{figures.agreement_with_pool:.1%}"))
    return Table((*headings, "as pooled"), tuple(rows))


def _tried(figures: TunedFigures, *, costs: bool) -> Sequence[str]:
    return (
        f"{figures.score:.1%}",
        _interval(figures.interval, sign=""),
        f"{figures.mean_samples:.2f}",
        f"{figures.mean_waves:.2f}",
        *((_cost(figures.mean_cost),) if costs else ()),
    )


def _cost(mean: float | None) -> str:
    """Of a thousand questions: one alone costs too little to be read."""
    return _or_unknown(mean, lambda cost: f"{1000 * cost:.3g}")


def _or_unknown(value: float | None, told: Callable[[float], str]) -> str:
    return _UNKNOWN if value is None else told(value)


def _interval(interval: Interval | None, *, sign: str) -> str:
    if interval is None:
        return ""
    return f"{100 * interval.low:{sign}.1f} … {100 * interval.high:{sign}.1f}"
