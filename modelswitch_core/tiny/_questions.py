"""Questions with known results: what the models learned from, and what was kept back to measure them.

Only training, tests and benchmarks know this module: whoever answers questions must not know the results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modelswitch_core.tiny._code import (
    LARGEST,
    LARGEST_FACTOR,
    LARGEST_SMALL_FACTOR,
    TASKS,
    Operation,
    Task,
)

OPERATION_OF: dict[Task, Operation] = {"sums": "+", "differences": "-", "products": "*"}

_LENGTHS = (0.1, 0.25, 0.65)
"""How often a number of one, two and three digits is drawn; drawn evenly, nearly all would have three."""
_KEPT_BACK = 10  # every tenth pair, by its hash


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words, with its result.

    Args:
        text: What is asked.
        gold: The right result as digits, "-" before a negative one.
        task: "sums", "differences" or "products".
    """

    text: str
    gold: str
    task: Task


def pairs(
    task: Task, count: int, rng: np.random.Generator, *, held_out: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draws pairs of numbers, with repetitions, either from those of training or from those kept back.

    Args:
        task: What is asked of the pairs.
        count: How many.
        rng: Where chance comes from.
        held_out: True for pairs that no model was trained on, False for the others.

    Returns:
        The first and the second numbers.
    """
    left, right = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    while len(left) < count:
        more = max(64, (count - len(left)) * (2 * _KEPT_BACK if held_out else 2))
        if task == "products":
            first = rng.integers(0, LARGEST_FACTOR + 1, more)
            second = rng.integers(0, LARGEST_SMALL_FACTOR + 1, more)
            turned = rng.random(more) < 0.5
            first, second = np.where(turned, second, first), np.where(turned, first, second)
        else:
            first, second = _numbers(more, rng), _numbers(more, rng)
        kept = is_held_out(first, second) == held_out
        left, right = np.concatenate([left, first[kept]]), np.concatenate([right, second[kept]])
    return left[:count], right[:count]


def results(task: Task, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """The right results."""
    if task == "sums":
        return left + right
    return left - right if task == "differences" else left * right


def is_held_out(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether pairs of numbers were kept back from training, about a tenth of all, by a multiplicative hash.

    Their order does not matter, nor what is asked of them: the pair turned round, or its difference in place
    of its sum, was not seen in training either.
    """
    low, high = np.minimum(left, right), np.maximum(left, right)
    mixed = ((low * 1009 + high + 1) * 2654435761) & 0xFFFFFFFF
    kept: NDArray[np.bool_] = ((mixed ^ (mixed >> 15)) * 2246822519 >> 13) % _KEPT_BACK == 0
    return kept


def held_out_questions(count: int, *, seed: int = 0, tasks: Sequence[Task] = TASKS) -> list[Question]:
    """Questions whose numbers no model was trained on, the tasks in turn.

    Args:
        count: How many, at least 0.
        seed: The same seed gives the same questions.
        tasks: Which tasks to ask for.
    """
    rng = np.random.default_rng(seed)
    each = -(-count // len(tasks))
    signs = {"sums": "+", "differences": "−", "products": "×"}
    asked = []
    for task in tasks:
        left, right = pairs(task, each, rng, held_out=True)
        asked.append(
            [
                Question(f"What is {a} {signs[task]} {b}?", str(result), task)
                for a, b, result in zip(left, right, results(task, left, right), strict=True)
            ]
        )
    return [question for row in zip(*asked, strict=True) for question in row][:count]


def _numbers(count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    lengths = rng.choice(3, size=count, p=_LENGTHS)
    lows, highs = np.array([0, 10, 100])[lengths], np.array([10, 100, LARGEST + 1])[lengths]
    return rng.integers(lows, highs)
