"""Learning how to cross-check from recorded questions: which opening and which margin.

No right answers are needed: what would be returned after all draws stands for them, since that is what an
early stop must not change. Every candidate is run by the engine itself on shuffled draws.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from modelswitch_core._engine import Draw, Engine, Finish, Outcome, Readable, Unreadable
from modelswitch_core._errors import OptionError
from modelswitch_core._options import one_of, priors_of, shares_of, unique_names
from modelswitch_core._plan import switch_plan
from modelswitch_core._recorded import RecordedQuestion, RecordedSample
from modelswitch_core._types import Answer, Response
from modelswitch_core._warning import SwitchWarning
from modelswitch_core.policies._crosscheck import CrossCheck
from modelswitch_core.policies._paper import Paper
from modelswitch_core.policies._policy import Policy
from modelswitch_core.reading import AnswerReader, answer_reader, clusterer_for

CANDIDATES = ((1, 1, 2), (1, 1, 3), (1, 1, 4), (2, 1, 3), (2, 1, 4))
"""(first, second, margin), from the fewest draws to the most: those that are on the frontier of accuracy and
draws on the chains of `benchmarks/policies.py`."""

_ORDERS = 20
"""Shuffles of each question. With 30 questions, more of them hardly change the choice: it then varies with
the questions."""

_Outcomes = tuple[tuple[Outcome, ...], ...]


def learned_crosscheck(
    questions: Iterable[RecordedQuestion],
    *,
    models: Sequence[str] | None,
    samples: int | Sequence[int] | None,
    answer: Any,
    costs: Mapping[str, float] | None,
    cost_weight: float,
    wave_size: int,
    strongest: str | None,
    seed: int,
) -> CrossCheck:
    """See `CrossCheck.from_recording`.

    Raises:
        OptionError: As there.
    """
    given = list(questions)
    if not given:
        raise OptionError("questions=[] gives nothing to learn from: give about 30 recorded questions")
    names = unique_names("models", list(given[0].samples) if models is None else models)
    if len(names) < 2:
        raise OptionError(f"models={list(names)!r} must name two or more: one cannot be cross-checked")
    opener = 0 if strongest is None else names.index(one_of("strongest", strongest, names))
    if not isinstance(cost_weight, int | float) or not 0 <= cost_weight < math.inf:
        raise OptionError(f"cost_weight={cost_weight!r} must be a number of 0 or more")
    shares = _shares(given, names, samples)
    reader = answer_reader(answer)
    runs = Counter(run for question in given for run in _shuffled(question, names, shares, reader, seed))
    trials = _Trials(names, shares, runs, _prices(costs, names))
    paper = trials.of(Paper()).cost
    tried = [
        CrossCheck(first=f, second=s, margin=margin, wave_size=wave_size, strongest=opener)
        for f, s, margin in CANDIDATES
    ]
    trial, best = min(
        ((trials.of(policy), policy) for policy in tried),
        key=lambda one: one[0].differing + cost_weight * one[0].cost / paper,
    )
    if trial.cost > paper:
        warnings.warn(
            f"cross-checking costs {trial.cost / paper:.0%} of what policy='paper' does on these questions: "
            "with these costs use 'paper', or put the cheaper models first",
            SwitchWarning,
            stacklevel=3,
        )
    return best


@dataclass(frozen=True, slots=True)
class _Trial:
    """What a policy did: the share of its answers that differ, and its mean cost a question."""

    differing: float
    cost: float


@dataclass(frozen=True, slots=True)
class _Trials:
    """Shuffled questions to try policies on, all on the same draws.

    Where models mostly agree, many shuffles are the same draws again: `runs` says how often, so that each is
    run once.
    """

    names: Sequence[str]
    shares: Sequence[int]
    runs: Mapping[_Outcomes, int]
    prices: Sequence[float]

    def of(self, policy: Policy) -> _Trial:
        """Runs a policy on every one of them."""
        plan = switch_plan(self.names, samples=self.shares, policy=policy, settled_exit=False)
        differing, cost = 0, 0.0
        for outcomes, times in self.runs.items():
            engine = Engine(plan)
            action: Draw | Finish | None = engine.start()
            while not isinstance(action, Finish):
                draw = engine.next_draw
                assert draw is not None, "an engine that has not finished expects a draw"
                action = engine.tell(draw, outcomes[draw.model][draw.draw])
            differing += times * (action.answer != _plurality(outcomes))
            cost += times * sum(
                price * tally.started for price, tally in zip(self.prices, engine.pool.tallies, strict=True)
            )
        total = sum(self.runs.values())
        return _Trial(differing / total, cost / total)


def _plurality(outcomes: _Outcomes) -> int | None:
    """The most common answer of all draws, the first drawn among equals."""
    counts = Counter(one.answer for model in outcomes for one in model if isinstance(one, Readable))
    return counts.most_common(1)[0][0] if counts else None


def _shares(
    questions: Sequence[RecordedQuestion], names: Sequence[str], samples: int | Sequence[int] | None
) -> tuple[int, ...]:
    """The shares asked for, or else what every question holds."""
    held: list[int] = []
    for place, name in enumerate(names):
        poorest = min(questions, key=lambda question: len(question.drawn(name)))
        held.append(len(poorest.drawn(name)))
        wanted = 1 if samples is None else shares_of("samples", samples, len(names))[place]
        if held[-1] < wanted:
            raise OptionError(
                f"questions hold {held[-1]} draws of models={name!r} for id {poorest.id!r}, and {wanted} are "
                "needed: ask for fewer samples, or leave the question or the model out"
            )
    return tuple(held) if samples is None else shares_of("samples", samples, len(names))


def _prices(costs: Mapping[str, float] | None, names: Sequence[str]) -> tuple[float, ...]:
    if costs is None:
        return (1.0,) * len(names)
    lacking = [name for name in names if name not in costs]
    if lacking:
        raise OptionError(f"costs={dict(costs)!r} lacks {lacking[0]!r}: give one for each model, or None")
    return priors_of("costs", [costs[name] for name in names], len(names))


def _shuffled(
    question: RecordedQuestion, names: Sequence[str], shares: Sequence[int], reader: AnswerReader, seed: int
) -> list[_Outcomes]:
    """The question's draws in shuffled orders, as many of each model as its share."""
    drawn = [question.drawn(name) for name in names]
    read = [[_read(sample, reader, question.id) for sample in samples] for samples in drawn]
    answers = [one for model in read for one in model if one is not None]
    classes = iter(clusterer_for(reader, question.question).assign(answers))
    outcomes = [[Unreadable() if one is None else Readable(next(classes)) for one in model] for model in read]
    return [
        tuple(
            _in_order(model, f"{seed}|{turn}|{question.id}|{name}")[:share]
            for model, name, share in zip(outcomes, names, shares, strict=True)
        )
        for turn in range(_ORDERS)
    ]


def _read(sample: RecordedSample, reader: AnswerReader, question: str) -> Answer | None:
    if sample.answered:
        return None if sample.answer is None else reader.parse(sample.answer)
    if sample.text is None:
        raise OptionError(
            f"questions: a draw of id {question!r} has neither an answer nor a text: leave it out, or give "
            "it one"
        )
    return reader.read(Response(sample.text))


def _in_order(draws: Sequence[Outcome], key: str) -> tuple[Outcome, ...]:
    """A shuffle without a random state: by the BLAKE2 digest of the key and the draw's place."""

    def digest(place: int) -> bytes:
        return blake2b(f"{key}|{place}".encode(), digest_size=8).digest()

    return tuple(draws[place] for place in sorted(range(len(draws)), key=digest))
