"""One plan on one recorded question, its draws taken in one order: the engine, without a driver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from modelswitch_core._engine import Action, Draw, Engine, Outcome, Readable, Unreadable
from modelswitch_core._plan import SwitchPlan
from modelswitch_core.evaluation._answers import UNREADABLE, Answers, no_fields

_NOTHING = Unreadable()


class Played(NamedTuple):
    """How a question went.

    Args:
        answer: The number of the answer returned: the first in draw order of its class; `UNREADABLE` where
            nothing was readable.
        drawn: Draws started, one number a model; a draw that was cancelled counts as drawn.
        waves: How many times draws were started together.
    """

    answer: int
    drawn: tuple[int, ...]
    waves: int


def play(
    plan: SwitchPlan,
    answers: Answers,
    orders: Sequence[Sequence[int]],
    rewards: Sequence[Sequence[float | None]] | None = None,
) -> Played:
    """Runs the engine.

    Args:
        plan: The plan; a share is never larger than its order is long.
        answers: The question's answers.
        orders: For each model, which of its draws come first, second, …
        rewards: What each draw of each model got, as recorded; None where the vote asks for none.
    """
    engine = Engine(plan)
    action = engine.start()
    sort = answers.sorter()
    fields_of = getattr(sort, "fields", no_fields)
    while True:
        wave = action.wave
        places = [orders[ref.model][ref.draw] for ref in wave]
        numbers = [answers.numbers[ref.model][place] for ref, place in zip(wave, places, strict=True)]
        classes = iter(sort([number for number in numbers if number != UNREADABLE]))
        draws = zip(wave, places, numbers, strict=True)
        told: Action | None = None
        while told is None:
            ref, place, number = next(draws)
            outcome: Outcome = _NOTHING
            if number != UNREADABLE:
                reward = rewards[ref.model][place] if rewards else None
                held = next(classes)
                outcome = Readable(held, reward, answers.free_text(number), fields_of(held))
            told = engine.tell(ref, outcome)
        if isinstance(told, Draw):
            action = told
            continue
        finish, pool = engine.finished, engine.pool
        assert finish is not None, "every wave ends in another one or in the end"
        answer = UNREADABLE
        if finish.answer is not None:
            first = pool.first[finish.answer]
            answer = answers.numbers[first.model][orders[first.model][first.draw]]
        return Played(answer, tuple(tally.started for tally in pool.tallies), pool.waves)


def plurality(answers: Answers, orders: Sequence[tuple[int, Sequence[int]]]) -> int:
    """The most common answer of some draws, all counted alike; the first in draw order among equals.

    This is what self-consistency (arXiv 2203.11171) makes of one model's draws, and of several models' draws
    in one pool.

    Args:
        answers: The question's answers.
        orders: Models with their draws, in draw order.

    Returns:
        The number of the first answer of the winning class; `UNREADABLE` where nothing was readable.
    """
    numbers = [answers.numbers[model][place] for model, order in orders for place in order]
    if UNREADABLE in numbers:
        numbers = [number for number in numbers if number != UNREADABLE]
    if not numbers:
        return UNREADABLE
    classes = answers.sorter()(numbers)
    counts = Counter(classes)
    return numbers[classes.index(max(counts, key=counts.__getitem__))]
