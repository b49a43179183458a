"""The three models as whoever asks them sees them: questions in words, answers in sentences."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from modelswitch_core import OptionError
from modelswitch_core.tiny._arithmetic import find_arithmetic
from modelswitch_core.tiny._code import (
    ANSWER_TOKENS,
    END,
    LARGEST,
    LARGEST_FACTOR,
    LARGEST_SMALL_FACTOR,
    TASKS,
    Arithmetic,
    Task,
    decoded,
    encoded,
)
from modelswitch_core.tiny._network import Network

CONTEXT_TOKENS = 8_000
"""How many characters of a question are looked at, from its end. Our own value: frameworks wrap a question in
prompts of some hundred characters, and fill the rest with context."""

# No digits in here: whoever reads numbers must find none.
CANNOT = (
    "I am a tiny model that only does arithmetic with two whole numbers: sums and differences of numbers of "
    "up to three digits, and products of a number of up to two digits and one up to twelve. Please ask me "
    "for one of those."
)
LONGEST_ANSWER_TOKENS = len(CANNOT)
"""No answer has more characters than the one that says what the models can do."""
GARBLED = "I could not work that out."
_SIGNS = {"+": "+", "-": "−", "*": "×"}


Finish = Literal["stop", "length", "refusal"]


@dataclass(frozen=True, slots=True)
class TinyAnswer:
    """One sampled answer. A token is a character here.

    Args:
        text: A whole sentence. Its digits are what the model wrote, right or wrong.
        input_tokens: The characters of the question.
        output_tokens: The characters of `text`.
        finish: "stop"; "length" where the model did not end its answer; "refusal" where it says in words that
            it has none.
        written: What the network wrote, digits in reading order, so that what it garbled stays visible; None
            where it was not asked, as the question was nothing it can do.
    """

    text: str
    input_tokens: int
    output_tokens: int
    finish: Finish = "stop"
    written: str | None = None


class TinyModel:
    """A language model of 150,000 parameters that answers arithmetic, often rightly, and always offline.

    It is a character-level transformer, trained by `training/train_tiny.py`, run with numpy. Three models,
    made of the same parts, learned the same tasks in different measure: `TinyModel.load("sums")`. Each is
    best at what it is named after; `card` says how good. No calculator stands behind an answer: it is what
    the network wrote.

    Args:
        name: "sums", "differences" or "products".
        network: The trained transformer.
        card: What is known of it.
    """

    def __init__(self, name: Task, network: Network, *, card: Mapping[str, Any]) -> None:
        self.name = f"tiny-{name}"
        self.network = network
        self.card = card

    @classmethod
    def load(cls, name: Task) -> TinyModel:
        """One of the models that are shipped with the package.

        Args:
            name: "sums", "differences" or "products".

        Raises:
            OptionError: There is no such model.
        """
        if name not in TASKS:
            raise OptionError(f"model={name!r} is no tiny model: give one of {', '.join(map(repr, TASKS))}")
        return _loaded(name)

    def answer(
        self,
        question: str,
        *,
        samples: int = 1,
        temperature: float = 1.0,
        seed: int | None = None,
        first: int = 0,
    ) -> list[TinyAnswer]:
        """Answers a question, as often as wanted, all samples in one batch.

        Args:
            question: What is asked, in words or signs: "What is 417 − 58?"
            samples: How many answers, at least 1.
            temperature: 1, the default, samples from what the model learned; lower is surer; 0 takes the
                likeliest character each time.
            seed: At least 0; the same seed gives the same answers again. None: new ones every time.
            first: With a seed, the number of the first draw, from 0: draw n of a question depends on the
                seed, the model, the question and n alone, however the draws are batched.

        Raises:
            OptionError: An option is out of range.
        """
        _check(samples, temperature, seed, first)
        asked = find_arithmetic(question[-CONTEXT_TOKENS:])
        if asked is None or not _is_within_reach(asked):
            return [TinyAnswer(CANNOT, len(question), len(CANNOT), finish="refusal")] * samples
        written = self.network.sample(
            encoded(asked),
            self._chances(question, samples, seed, first),
            temperature=temperature,
            end=END,
        )
        return [_answer(question, asked, tokens) for tokens in written]

    def _chances(self, question: str, samples: int, seed: int | None, first: int) -> NDArray[np.float64]:
        if seed is None:
            return np.random.default_rng().random((samples, ANSWER_TOKENS))
        digest = hashlib.sha256(f"{self.name}\n{question}".encode()).digest()
        words = np.frombuffer(digest, dtype=np.uint32).tolist()
        draws = range(first, first + samples)
        return np.stack([np.random.default_rng([seed, draw, *words]).random(ANSWER_TOKENS) for draw in draws])

    def __repr__(self) -> str:
        return f"TinyModel({self.name!r}, {self.network.parameters:,} parameters)"


def _check(samples: int, temperature: float, seed: int | None, first: int) -> None:
    if samples < 1:
        raise OptionError(f"samples={samples!r} must be at least 1")
    if not 0 <= temperature < float("inf"):
        raise OptionError(
            f"temperature={temperature!r} must be a finite number of at least 0; the usual is 1.0"
        )
    if seed is not None and seed < 0:
        raise OptionError(f"seed={seed!r} must be at least 0, or None for new answers every time")
    if first < 0:
        raise OptionError(f"first={first!r} must be at least 0: it is the number of the first draw")


def _is_within_reach(asked: Arithmetic) -> bool:
    small, large = sorted((asked.left, asked.right))
    if asked.operation == "*":
        return large <= LARGEST_FACTOR and small <= LARGEST_SMALL_FACTOR
    return large <= LARGEST


def _answer(question: str, asked: Arithmetic, tokens: list[int]) -> TinyAnswer:
    written = decoded(tokens)
    text = GARBLED
    finish: Finish = "refusal"
    if re.fullmatch(r"-?[0-9]+", written):
        text = f"The answer to {asked.left} {_SIGNS[asked.operation]} {asked.right} is {written}."
        finish = "stop"
    if tokens[-1] != END:
        finish = "length"
    return TinyAnswer(text, len(question), len(text), finish, written)


@cache
def _loaded(name: Task) -> TinyModel:
    weights = files("modelswitch_core.tiny") / "weights"
    card = json.loads((weights / "card.json").read_text(encoding="utf-8"))
    with (weights / f"{name}.npz").open("rb") as file, np.load(file) as arrays:
        network = Network(arrays)
    return TinyModel(name, network, card=card["models"][name])
