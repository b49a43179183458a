"""A small transformer's forward pass and sampling, with numpy alone.

A decoder as in GPT-2 (Radford et al. 2019), with learned positions, but without biases, with RMSNorm (Zhang
and Sennrich 2019, arXiv:1910.07467) before each part and ReLU between the two layers of its perceptron. Keys
and values of earlier tokens are kept, so that each token is computed once; the prompt's are computed once for
all samples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Float = TypeVar("Float", np.float32, np.float64)

_EPSILON = np.float32(1e-5)  # as in training


@dataclass(frozen=True, slots=True)
class _Block:
    attention_norm: Floats
    attention_in: Floats
    attention_out: Floats
    perceptron_norm: Floats
    perceptron_in: Floats
    perceptron_out: Floats


class _Past:
    """Keys and values of the tokens so far, by block; of shape (rows, heads, tokens, head width)."""

    __slots__ = ("_keys", "_values")

    def __init__(self) -> None:
        self._keys: list[Floats] = []
        self._values: list[Floats] = []

    def longer(self, block: int, keys: Floats, values: Floats) -> tuple[Floats, Floats]:
        if block == len(self._keys):
            self._keys.append(keys)
            self._values.append(values)
        else:
            self._keys[block] = np.concatenate([self._keys[block], keys], axis=2)
            self._values[block] = np.concatenate([self._values[block], values], axis=2)
        return self._keys[block], self._values[block]

    def repeated(self, rows: int) -> _Past:
        past = _Past()
        past._keys = [np.repeat(keys, rows, axis=0) for keys in self._keys]
        past._values = [np.repeat(values, rows, axis=0) for values in self._values]
        return past


class Network:
    """A trained transformer.

    Args:
        weights: Arrays by name, as the training script writes them: matrices of shape (in, out), and the
            number of attention heads.
    """

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        whole = {name: np.asarray(array, dtype=np.float32) for name, array in weights.items()}
        self._tokens = whole["tokens"]
        self._positions = whole["positions"]
        self._norm = whole["norm"]
        self._head = whole["head"]
        self._heads = int(weights["heads"])
        self._blocks = [
            _Block(**{part: whole[f"blocks.{index}.{part}"] for part in _Block.__slots__})
            for index in range(sum(name.endswith(".attention_in") for name in whole))
        ]

    @property
    def parameters(self) -> int:
        """How many numbers were learned."""
        blocks = sum(getattr(block, part).size for block in self._blocks for part in _Block.__slots__)
        return int(self._tokens.size + self._positions.size + self._norm.size + self._head.size + blocks)

    def logits(self, tokens: Sequence[Sequence[int]]) -> Floats:
        """The logits of the token after each one.

        Args:
            tokens: Rows of the same length, at most as many tokens as there are positions.

        Returns:
            An array of shape (rows, tokens, vocabulary).
        """
        return self._forward(np.asarray(tokens), _Past(), start=0)

    def sample(
        self, prompt: Sequence[int], chances: NDArray[np.float64], *, temperature: float, end: int
    ) -> list[list[int]]:
        """Writes on from a prompt, once a row of `chances`.

        Args:
            prompt: The tokens to go on from.
            chances: Numbers in [0, 1), of shape (samples, tokens to write at most), both at least 1: each
                picks a token from the cumulated probabilities. The same numbers give the same tokens.
            temperature: What the logits are divided by; 0 takes the likeliest token, and the first of equals.
            end: The token after which nothing more is written.

        Returns:
            The new tokens of every sample, the end included where it was written.
        """
        samples, longest = chances.shape
        past = _Past()
        logits = self._forward(np.asarray([prompt]), past, start=0)[:, -1]
        logits, past = np.repeat(logits, samples, axis=0), past.repeated(samples)
        written = _picked(logits, chances[:, 0], temperature)[:, None]
        for step in range(1, longest):
            if (written == end).any(axis=1).all():
                break
            logits = self._forward(written[:, -1:], past, start=len(prompt) + step - 1)[:, -1]
            picked = _picked(logits, chances[:, step], temperature)
            written = np.concatenate([written, picked[:, None]], axis=1)
        return [_until(row, end) for row in written.tolist()]

    def _forward(self, tokens: NDArray[np.int64], past: _Past, *, start: int) -> Floats:
        rows, length = tokens.shape
        hidden: Floats = self._tokens[tokens] + self._positions[start : start + length]
        # A token sees itself and what stands before it.
        unseen = np.arange(start + length) > np.arange(start, start + length)[:, None]
        for index, block in enumerate(self._blocks):
            mixed = _normed(hidden, block.attention_norm) @ block.attention_in
            queries, keys, values = mixed.reshape(rows, length, 3, self._heads, -1).transpose(2, 0, 3, 1, 4)
            keys, values = past.longer(index, keys, values)
            scores = queries @ keys.swapaxes(2, 3) / np.float32(sqrt(queries.shape[-1]))
            seen: Floats = _softmax(np.where(unseen, np.float32(-np.inf), scores)) @ values
            hidden = hidden + seen.swapaxes(1, 2).reshape(rows, length, -1) @ block.attention_out
            inner = np.maximum(_normed(hidden, block.perceptron_norm) @ block.perceptron_in, 0)
            hidden = hidden + inner @ block.perceptron_out
        logits: Floats = _normed(hidden, self._norm) @ self._head
        return logits


def _picked(logits: Floats, chances: NDArray[np.float64], temperature: float) -> NDArray[np.int64]:
    if temperature == 0:
        likeliest: NDArray[np.int64] = logits.argmax(axis=1)
        return likeliest
    cumulated = _softmax(logits.astype(np.float64) / temperature).cumsum(axis=1)
    below: NDArray[np.int64] = (cumulated <= chances[:, None] * cumulated[:, -1:]).sum(axis=1)
    return below


def _until(row: list[int], end: int) -> list[int]:
    return row[: row.index(end) + 1] if end in row else row


def _normed(hidden: Floats, scale: Floats) -> Floats:
    size: Floats = np.sqrt((hidden * hidden).mean(axis=-1, keepdims=True) + _EPSILON)
    return hidden / size * scale


def _softmax(scores: NDArray[Float]) -> NDArray[Float]:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: NDArray[Float] = raised / raised.sum(axis=-1, keepdims=True)
    return shares
