"""What tuning found: the setting, as an object, as JSON and as Python, and its figures."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from modelswitch_core._config import config_of
from modelswitch_core._options import one_of
from modelswitch_core._plan import SwitchPlan
from modelswitch_core._table import counted
from modelswitch_core._voting import EntropyVote, as_vote
from modelswitch_core.evaluation._plots import Point, plot_frontier
from modelswitch_core.evaluation._prices import Price, plain_prices
from modelswitch_core.evaluation._statistics import Interval
from modelswitch_core.evaluation._tables import Table, page
from modelswitch_core.evaluation._told import tuned_notes, tuned_table
from modelswitch_core.evaluation._trials import Yardstick
from modelswitch_core.policies import as_policy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DOORS = {
    "langchain": ("langchain_modelswitch", "ModelSwitchRunnable", "models", "chat models"),
    "llamaindex": ("llamaindex_modelswitch", "ModelSwitchLLM", "llms", "LLMs"),
}

_ACROSS = {
    "samples": "mean samples a question",
    "cost": "cost of 1,000 questions, in the currency of the prices",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TunedFigures:
    """What a setting did. Means are over questions, each the mean of its orders.

    Args:
        score: The share of questions answered rightly, or as the full pool does, in [0, 1]; see
            `Tuned.yardstick`.
        interval: Its 95 % interval, see `wilson_interval`.
        mean_samples: Samples drawn a question.
        mean_waves: How many times a question draws were started together.
        mean_cost: A question, in the currency of the prices; None where tokens or a price are not known.
    """

    score: float
    interval: Interval
    mean_samples: float
    mean_waves: float
    mean_cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierPoint:
    """A setting that no other one beat at its cost, on the questions that were searched.

    Args:
        setting: The setting.
        chosen_on: What it did there, where it was picked; too good to be true.
        figures: What it did on the questions held out. There it may well be beaten.
    """

    setting: SwitchPlan
    chosen_on: TunedFigures
    figures: TunedFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """The setting that `tune` chose. All figures, save `FrontierPoint.chosen_on`, are of questions held out.

    Args:
        setting: The choice; settled exit is off in it, as in all figures, and on by default in the doors.
        answer: How answers were read: a name, or a name with its parameter; None for a reader of the user's
            own.
        yardstick: "accuracy"; or, without right answers, "agreement" with a plurality vote over every sample
            of every model.
        objective: What was kept low, "samples" or "cost".
        tolerance: How much score was to be lost at most.
        figures: What the setting did.
        default_setting: The library's default over the same models, which the choice had to match.
        default: What that did.
        gain: The choice's score less the default's, in [-1, 1].
        gain_interval: Its 95 % interval, by question, see `paired_difference_interval`.
        self_consistency: For each model, the plurality of all its samples.
        pooled: The plurality of every sample of every model.
        frontier: From the cheapest on; at most eight. Empty where nothing was searched.
        settings_tried: How many.
        searched_questions: How many questions were searched on; 0 where there were fewer than 20.
        questions: How many questions the figures are of.
        left_out: Questions with too few samples.
        without_gold: Questions left out because nobody knows what is right.
        prices: By model, as they were given; None where they were not, and nobody asked for costs.
        cost_unknown: Why the cost of some draws is not known, in a few words; None where all are.
        shuffles: Over how many random orders of the draws each question is a mean.
        seed: Of the split and the orders.

    `print` shows it as a table, and so does a notebook.
    """

    setting: SwitchPlan
    answer: str | Mapping[str, Any] | None
    yardstick: Yardstick
    objective: Literal["samples", "cost"]
    tolerance: float
    figures: TunedFigures
    default_setting: SwitchPlan
    default: TunedFigures
    gain: float
    gain_interval: Interval
    self_consistency: Mapping[str, TunedFigures]
    pooled: TunedFigures
    frontier: tuple[FrontierPoint, ...]
    settings_tried: int
    searched_questions: int
    questions: int
    left_out: int
    without_gold: int
    prices: Mapping[str, Price] | None
    cost_unknown: str | None
    shuffles: int
    seed: int

    def __str__(self) -> str:
        return "\n\n".join([self.headline, str(self.table), "\n".join(self.notes)])

    def _repr_html_(self) -> str:
        return page(self.headline, self.table, *self.notes)

    @property
    def headline(self) -> str:
        """What the figures are of, in one line."""
        if not self.searched_questions:
            return f"{counted(self.questions, 'question')}, nothing searched"
        return f"{counted(self.questions, 'question')} held out, {self.settings_tried} settings tried"

    @property
    def table(self) -> Table:
        """The choice beside the default and the plainer ways, and the frontier."""
        return tuned_table(self)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the table does not say, a sentence or two each."""
        return tuned_notes(self)

    @property
    def needs_reward_model(self) -> bool:
        """Whether the setting votes by reward: then it takes a reward model, which no config can hold."""
        return self.setting.vote.uses_rewards

    @property
    def config(self) -> dict[str, Any]:
        """The setting as plain data for JSON: what `from_config` of both doors takes."""
        return config_of(self.setting, answer=self.answer)

    @property
    def rule(self) -> str:
        """How the setting was chosen, in a sentence or two."""
        if not self.searched_questions:
            return (
                f"With {self.questions} questions nothing can be chosen and proven: the default is kept, and "
                "the figures are of all of them. 20 are the least, some hundreds are better."
            )
        least = "lowest cost" if self.objective == "cost" else "fewest samples"
        return (
            f"Safe is a setting that at 95 % loses at most {100 * self.tolerance:g} points to the default "
            "or, where it costs more, is better; each is tested by itself on the questions searched. Of the "
            f"safe ones within half a standard error of the best, the one with the {least} is taken, or the "
            "simplest of those that come within 2 % of it."
        )

    def code(self, door: Literal["langchain", "llamaindex"]) -> str:
        """The setting as Python: what to write to use it.

        What only you have stands in it under a name: your models; and `reader` or `reward`, where the setting
        takes a reader of your own or a reward model.

        Args:
            door: For which framework.

        Raises:
            OptionError: There is no such door.
        """
        module, name, field, what = _DOORS[one_of("door", door, _DOORS)]
        plan = self.setting
        models = ", ".join(identifier(each) for each in plan.names)
        options = {field: f"[{models}],  # your {what}", "samples": f"{list(plan.samples)},"}
        needed: list[str] = []
        if plan.policy != as_policy("paper"):
            options["policy"] = _named_or_made(plan.policy, self.config["policy"]["name"], as_policy, needed)
        if plan.vote != getattr(plan.policy, "default_vote", EntropyVote()):
            options["vote"] = _named_or_made(plan.vote, self.config["vote"]["name"], as_vote, needed)
        if self.needs_reward_model:
            options["reward"] = "reward,  # your reward model: (question, response) -> float"
        if len(set(plan.priors)) > 1:
            options["priors"] = f"{list(plan.priors)},"
        match self.answer:
            case None:
                options["answer"] = "reader,  # your reader"
            case str():
                options["answer"] = f'"{self.answer}",'
            case _:
                options["answer"] = self._reader_code(needed)
        imports = [f"from {module} import {name}"]
        if needed:
            imports.append(f"from modelswitch_core import {', '.join(sorted(needed))}")
        given = "\n".join(f"    {option}={value}" for option, value in options.items())
        return "\n".join([*imports, "", f"switch = {name}(", given, ")"])

    def _reader_code(self, needed: list[str]) -> str:
        assert isinstance(self.answer, Mapping)
        made = f"{self.answer['name']}_reader"
        needed.append(made)
        given = ", ".join(f"{key}={value!r}" for key, value in self.answer.items() if key != "name")
        return f"{made}({given}),"

    def plot(self, axes: Axes) -> None:
        """Draws the frontier with its intervals, and the choice and the plainer ways beside it.

        Of many models, the three best ones stand alone beside it.

        Args:
            axes: Where to draw.
        """
        best = sorted(self.self_consistency.items(), key=lambda item: -item[1].score)[:3]
        kept = self.setting == self.default_setting
        others = {
            **({} if kept else {"tuned": self._point(self.figures)}),
            "default, kept" if kept else "default": self._point(self.default),
            **{f"{name} alone": self._point(each) for name, each in best},
            "all samples pooled": self._point(self.pooled),
        }
        plot_frontier(
            axes,
            [self._point(point.figures) for point in self.frontier],
            others,
            across=_ACROSS[self.objective],
            up=f"{self.yardstick if self.yardstick == 'accuracy' else 'agreement with the pool'}, "
            "95 % intervals (%)",
        )

    def _point(self, figures: TunedFigures) -> Point:
        across = figures.mean_samples
        if self.objective == "cost":
            assert figures.mean_cost is not None, "what was tuned for cost has one"
            across = 1000 * figures.mean_cost
        return Point(across, figures.score, figures.interval.low, figures.interval.high)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        told = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name not in ("setting", "default_setting", "answer", "frontier")
        }
        plain = {
            name: asdict(value) if hasattr(value, "__dataclass_fields__") else value
            for name, value in told.items()
        }
        plain["prices"] = plain_prices(self.prices)
        plain["self_consistency"] = {name: asdict(each) for name, each in self.self_consistency.items()}
        return {
            "config": self.config,
            "rule": self.rule,
            "needs_reward_model": self.needs_reward_model,
            **plain,
            "default_config": config_of(self.default_setting, answer=self.answer),
            "frontier": [
                {
                    "config": config_of(point.setting, answer=self.answer),
                    "chosen_on": asdict(point.chosen_on),
                    **asdict(point.figures),
                }
                for point in self.frontier
            ],
        }


def _named_or_made(value: Any, name: str, named: Callable[[str], Any], needed: list[str]) -> str:
    """A policy or a vote as its name, where that says all; else as Python, with what that needs."""
    if value == named(name):
        return f'"{name}",'
    needed.append(type(value).__name__)
    return f"{value!r},"


def identifier(name: str) -> str:
    """A model's name as a Python variable."""
    made = re.sub(r"\W+", "_", name).strip("_").lower()
    return made if made.isidentifier() and not keyword.iskeyword(made) else f"model_{made}"
