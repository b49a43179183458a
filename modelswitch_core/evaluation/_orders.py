"""In which order recorded draws are taken."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator


def orders(*, question: str, model: str, samples: int, shuffles: int, seed: int) -> Iterator[list[int]]:
    """The orders in which one model's draws on one question are taken.

    They depend on the arguments alone, never on other questions, models or options, so that two policies are
    compared on the same draws; more shuffles begin with the same ones.

    Args:
        question: The question's id.
        model: The model's name.
        samples: How many draws there are.
        shuffles: How many random orders; 0 gives the recorded order alone.
        seed: Another seed gives other orders.
    """
    if shuffles == 0:
        yield list(range(samples))
        return
    # A text seeds through SHA-512, so that neighbouring seeds and ids have nothing to do with each other.
    source = random.Random(json.dumps([seed, question, model]))
    for _ in range(shuffles):
        order = list(range(samples))
        source.shuffle(order)
        yield order
