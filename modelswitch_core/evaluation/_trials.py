"""Settings tried on recorded questions: hundreds of them on the same draws.

Every answer is read once, and every order of the draws is sorted into classes once; what is left of a
question is a few short rows of small numbers. Many questions, and most orders of one question, come to the
same rows, so that each is run once for a setting. The policies and the votes are the library's own; a test
holds the runs against the engine's.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from modelswitch_core._plan import SwitchPlan
from modelswitch_core._recorded import RecordedQuestion, RecordedSample
from modelswitch_core.evaluation._answers import UNREADABLE, Answers
from modelswitch_core.evaluation._orders import orders
from modelswitch_core.evaluation._play import play, plurality
from modelswitch_core.evaluation._prices import Price
from modelswitch_core.evaluation._rows import Rows, Run, run_rows
from modelswitch_core.reading import AnswerReader

Yardstick = Literal["accuracy", "agreement"]
"""What a setting is judged by: how often it is right; or, where nobody knows what is right, how often it
answers as a plurality vote over every sample of every model does."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a setting did, question by question, each the mean over its orders.

    Args:
        scores: By the yardstick, in [0, 1].
        samples: Samples drawn, cancelled ones included.
        waves: How many times draws were started together.
        costs: Money; None where tokens or a price are not known.
    """

    scores: tuple[float, ...]
    samples: tuple[float, ...]
    waves: tuple[float, ...]
    costs: tuple[float, ...] | None

    @property
    def score(self) -> float:
        """The mean."""
        return math.fsum(self.scores) / len(self.scores)

    @property
    def mean_samples(self) -> float:
        """The mean."""
        return math.fsum(self.samples) / len(self.samples)

    @property
    def mean_waves(self) -> float:
        """The mean."""
        return math.fsum(self.waves) / len(self.waves)

    @property
    def mean_cost(self) -> float | None:
        """The mean; None where it is not known."""
        return None if self.costs is None else math.fsum(self.costs) / len(self.costs)


class Trials:
    """Recorded questions, ready for settings to be tried on.

    Args:
        questions: Each with at least as many draws of every model as its share.
        names: The models.
        shares: The most draws of each that a setting may take.
        reader: Reads and compares the answers.
        yardstick: What settings are judged by.
        shuffles: Over how many random orders of the draws a question is a mean; 0: the recorded order.
        seed: Of the orders.
        prices: By model, as far as they are known.
    """

    def __init__(
        self,
        questions: Sequence[RecordedQuestion],
        *,
        names: Sequence[str],
        shares: Sequence[int],
        reader: AnswerReader,
        yardstick: Yardstick,
        shuffles: int,
        seed: int,
        prices: Mapping[str, Price],
    ) -> None:
        self.names, self.shares, self.yardstick = tuple(names), tuple(shares), yardstick
        self._place = {name: place for place, name in enumerate(names)}
        self._cases = [
            _Case(question, self.names, self.shares, reader, yardstick, shuffles, seed, prices)
            for question in questions
        ]
        self._tried: dict[SwitchPlan, Trial] = {}

    @property
    def cases(self) -> Sequence[_Case]:
        """The questions."""
        return self._cases

    def of(self, plan: SwitchPlan) -> Trial:
        """Tries a setting on every question; the second time it is remembered.

        Args:
            plan: Its models are among these, its shares not above theirs.
        """
        known = self._tried.get(plan)
        if known is None:
            models = tuple(self._place[name] for name in plan.names)
            runs: dict[tuple[Rows, tuple[int, ...]], Run] = {}
            known = self._tried[plan] = _trial([case.run(plan, models, runs) for case in self._cases])
        return known

    @property
    def rewarded(self) -> frozenset[str]:
        """The models whose every readable draw has a reward: those that votes by reward can be tried with."""
        lacking = {name for case in self._cases for name in case.unrewarded}
        return frozenset(self.names) - lacking

    @property
    def without_tokens(self) -> int:
        """On how many questions a draw does not say its tokens."""
        return sum(not case.counted for case in self._cases)

    def pooled(self) -> Trial:
        """The most common answer of every sample of every model, in one wave."""
        return _trial([case.pooled() for case in self._cases])


class _Mean(NamedTuple):
    score: float
    samples: float
    waves: float
    cost: float | None


def _trial(means: Sequence[_Mean]) -> Trial:
    costs = [mean.cost for mean in means if mean.cost is not None]
    return Trial(
        scores=tuple(mean.score for mean in means),
        samples=tuple(mean.samples for mean in means),
        waves=tuple(mean.waves for mean in means),
        costs=tuple(costs) if len(costs) == len(means) else None,
    )


class _Case:
    """One question."""

    def __init__(
        self,
        question: RecordedQuestion,
        names: Sequence[str],
        shares: Sequence[int],
        reader: AnswerReader,
        yardstick: Yardstick,
        shuffles: int,
        seed: int,
        prices: Mapping[str, Price],
    ) -> None:
        drawn = [question.drawn(name) for name in names]
        self.answers = Answers(question, drawn, reader)
        self._rewards = [[sample.reward for sample in held] for held in drawn]
        self.unrewarded = [
            name
            for name, numbers, rewards in zip(names, self.answers.numbers, self._rewards, strict=True)
            if any(
                reward is None
                for reward, number in zip(rewards, numbers, strict=True)
                if number != UNREADABLE
            )
        ]
        self.counted = all(
            sample.input_tokens is not None and sample.output_tokens is not None
            for held in drawn
            for sample in held
        )
        every = [
            orders(question=question.id, model=name, samples=len(held), shuffles=shuffles, seed=seed)
            for name, held in zip(names, drawn, strict=True)
        ]
        self._orders = [
            [places[:share] for places, share in zip(order, shares, strict=True)]
            for order in zip(*every, strict=True)
        ]
        self._pool = [plurality(self.answers, list(enumerate(order))) for order in self._orders]
        self._by_gold = yardstick == "accuracy"
        self._costs = [
            [
                _running_cost(held, places, prices.get(name))
                for held, places, name in zip(drawn, order, names, strict=True)
            ]
            for order in self._orders
        ]
        self._views: dict[tuple[int, ...], Answers] = {}
        self._rows: dict[tuple[int, ...], list[tuple[Rows, list[int]]]] = {}

    def run(
        self, plan: SwitchPlan, models: tuple[int, ...], runs: dict[tuple[Rows, tuple[int, ...]], Run]
    ) -> _Mean:
        """The mean over the orders; `runs` holds what the plan did before on the same rows."""
        answers, score, samples, waves = self.answers, 0.0, 0, 0
        cost: float | None = 0.0
        for turn, order in enumerate(self._orders):
            if answers.own_clusterer or plan.vote.uses_rewards:
                # It may vote field by field, or look at more than classes: the engine's own business.
                played = play(
                    plan,
                    self._view(models),
                    [order[model] for model in models],
                    [self._rewards[model] for model in models] if plan.vote.uses_rewards else None,
                )
                number, drawn, took = played.answer, played.drawn, played.waves
            else:
                rows, heads = self._classes(models)[turn]
                rows = tuple(row[:share] for row, share in zip(rows, plan.samples, strict=True))
                prose = tuple(answers.free_text(head) for head in heads) if answers.any_free_text else ()
                went = runs.get((rows, prose))
                if went is None:
                    went = runs[rows, prose] = run_rows(plan, rows, prose)
                number = UNREADABLE if went.answer == UNREADABLE else heads[went.answer]
                drawn, took = went.drawn, went.waves
            score += self._score(number, turn)
            samples += sum(drawn)
            waves += took
            for model, count in zip(models, drawn, strict=True):
                step = self._costs[turn][model][count]
                cost = None if cost is None or step is None else cost + step
        total = len(self._orders)
        return _Mean(score / total, samples / total, waves / total, None if cost is None else cost / total)

    def pooled(self) -> _Mean:
        """Every sample of every model."""
        total = len(self._orders)
        score = math.fsum(self._score(number, turn) for turn, number in enumerate(self._pool)) / total
        spent = [[steps[-1] for steps in costs] for costs in self._costs]
        known = [cost for each in spent for cost in each if cost is not None]
        cost = math.fsum(known) / total if len(known) == sum(map(len, spent)) else None
        return _Mean(score, float(sum(map(len, self._orders[0]))), 1.0, cost)

    def right_share(self, model: int) -> float:
        """How many of one model's draws are right, in [0, 1]."""
        numbers = self.answers.numbers[model]
        return sum(map(self.answers.right, numbers)) / len(numbers)

    def different(self) -> int:
        """How many different answers there are among all draws."""
        sort = self.answers.sorter()
        numbers = [number for row in self.answers.numbers for number in row if number != UNREADABLE]
        return len(set(sort(numbers)))

    def _score(self, number: int, turn: int) -> float:
        if self._by_gold:
            return float(self.answers.right(number))
        return float(self.answers.agree(number, self._pool[turn]))

    def _view(self, models: tuple[int, ...]) -> Answers:
        """The answers with these models alone, in this order."""
        view = self._views.get(models)
        if view is None:
            view = self._views[models] = copy.copy(self.answers)
            view.numbers = [self.answers.numbers[model] for model in models]
        return view

    def _classes(self, models: tuple[int, ...]) -> list[tuple[Rows, list[int]]]:
        """For each order, each model's draws by class, and for each class the number of its first answer.

        Classes are numbered as they come when the models draw in turn, so that the rows of smaller shares
        begin with the same numbers.
        """
        found = self._rows.get(models)
        if found is None:
            found = self._rows[models] = [
                self._sorted([order[model] for model in models], models) for order in self._orders
            ]
        return found

    def _sorted(self, order: Sequence[Sequence[int]], models: Sequence[int]) -> tuple[Rows, list[int]]:
        numbers = [
            [self.answers.numbers[model][place] for place in places]
            for model, places in zip(models, order, strict=True)
        ]
        turns = [
            (row, place)
            for place in range(max(map(len, numbers)))
            for row in range(len(numbers))
            if place < len(numbers[row]) and numbers[row][place] != UNREADABLE
        ]
        classes = self.answers.sorter()([numbers[row][place] for row, place in turns])
        label: dict[int, int] = {}
        heads: list[int] = []
        rows = [[UNREADABLE] * len(row) for row in numbers]
        for (row, place), held in zip(turns, classes, strict=True):
            if held not in label:
                label[held] = len(heads)
                heads.append(numbers[row][place])
            rows[row][place] = label[held]
        return tuple(map(tuple, rows)), heads


def _running_cost(
    held: Sequence[RecordedSample], places: Sequence[int], price: Price | None
) -> list[float | None]:
    """What the first none, one, two, … draws cost; None from the first on of which it is not known."""
    costs: list[float | None] = [0.0]
    for place in places:
        given, got, before = held[place].input_tokens, held[place].output_tokens, costs[-1]
        if before is None or price is None or given is None or got is None:
            costs.append(None)
        else:
            costs.append(before + price.of(given, got))
    return costs
