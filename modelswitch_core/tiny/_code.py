"""How a question becomes the tokens of the models, and their tokens become an answer.

A model reads `417-058=`, both numbers with three digits, and writes the digits of the result from the last
to the first, after a minus sign where it is negative, and then the end mark: `953.`. From the last digit on
every carry is known when it is needed, which is what lets so small a network learn it (Lee et al. 2023,
"Teaching Arithmetic to Small Transformers", arXiv:2307.03381).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Task = Literal["sums", "differences", "products"]
"""What is asked, and the name of the model that is best at it."""

TASKS: tuple[Task, ...] = get_args(Task)

Operation = Literal["+", "-", "*"]

LARGEST = 999
"""The largest number in a sum or a difference: three digits."""
LARGEST_FACTOR = 99
"""The largest factor of a product."""
LARGEST_SMALL_FACTOR = 12
"""What one factor of a product is at most: the tables people learn."""

SYMBOLS = "0123456789+-*=."
"""The vocabulary: a token is its place in here."""

END = SYMBOLS.index(".")
WIDTH = 3
PROMPT_TOKENS = 2 * WIDTH + 2
ANSWER_TOKENS = 5
"""The longest right answer with its end mark: `7991.` for 999 + 998, `-999.` for 0 − 999."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two whole numbers and what to do with them.

    Args:
        left: The first number, at least 0.
        operation: "+", "-" or "*".
        right: The second number, at least 0.
    """

    left: int
    operation: Operation
    right: int


def encoded(asked: Arithmetic) -> list[int]:
    """The prompt's tokens."""
    written = f"{asked.left:0{WIDTH}}{asked.operation}{asked.right:0{WIDTH}}="
    return [SYMBOLS.index(symbol) for symbol in written]


def encoded_result(result: int) -> list[int]:
    """The tokens that a model learns to write for a result."""
    written = ("-" if result < 0 else "") + str(abs(result))[::-1] + "."
    return [SYMBOLS.index(symbol) for symbol in written]


def decoded(tokens: Sequence[int]) -> str:
    """What a model wrote, in the order in which people write: digits turned round, sign first, no end mark.

    Nothing is mended: leading zeros and symbols out of place stay.
    """
    written = "".join(SYMBOLS[token] for token in tokens if token != END)
    sign, digits = ("-", written[1:]) if written.startswith("-") else ("", written)
    return sign + digits[::-1]
