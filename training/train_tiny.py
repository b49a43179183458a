"""Trains the three tiny language models of `modelswitch_core.tiny` with PyTorch, in minutes on one core.

    pip install modelswitch[demo] torch==2.13.0
    python training/train_tiny.py                      # all three, about two minutes each on a free core
    python training/train_tiny.py --model products     # one
    python training/measure_tiny.py                    # how good they are: writes card.json

It writes `NAME.npz` (float16) and `reference.npz`, PyTorch's own logits for a few prompts, against which the
tests check the numpy inference. Seeds are fixed; another machine or version of PyTorch rounds differently and
reaches other weights of the same quality.

The models are decoder-only transformers over fifteen characters: three layers of width 64 with four heads,
150,592 parameters. They see whole numbers with three digits and learn to write the result from its last digit
to its first, see `modelswitch_core/tiny/_code.py`; the loss is on the result alone. What sets them apart is
how much of a batch each task gets, `RECIPES`. A tenth of all pairs of numbers is kept back for measuring, see
`modelswitch_core/tiny/_questions.py`.

What the shipped weights reach on 3,000 such questions, a third each, in percent right of single samples at
temperature 1, and of the plurality of ten; the rest is in `card.json`:

    model         sums  differences  products  all   all, of ten
    sums          99.1         66.2      61.1  75.5         79.0
    differences   87.3         95.2      64.2  82.2         86.9
    products      79.7         57.3      82.1  73.0         80.4

The published algorithm with five samples of each of two models reaches 88.2 to 92.3 with 6.6 to 7.5 samples
a question, in every order more than ten samples of either model.
"""
# a command that says how far it is

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from modelswitch_core.tiny._code import (
    ANSWER_TOKENS,
    END,
    PROMPT_TOKENS,
    SYMBOLS,
    TASKS,
    Arithmetic,
    Task,
    encoded,
    encoded_result,
)
from modelswitch_core.tiny._questions import OPERATION_OF, pairs, results

WEIGHTS = Path(__file__).parent.parent / "modelswitch_core" / "tiny" / "weights"

WIDTH, LAYERS, HEADS = 64, 3, 4
BATCH = 256
LEARNING_RATE = 3e-3  # 2e-3 was slower, at a width of 96 too
WARM_UP = 100
WEIGHT_DECAY = 0.05
POSITIONS = PROMPT_TOKENS + ANSWER_TOKENS - 1  # after the end mark nothing is read
IGNORED = -100  # what PyTorch's loss leaves out


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one model is trained.

    Args:
        mixture: How much of a batch each task gets; together 1.
        steps: Batches.
        seed: Of the first weights and of the questions.
    """

    mixture: dict[Task, float]
    steps: int
    seed: int


RECIPES: dict[Task, Recipe] = {
    "sums": Recipe({"sums": 0.32, "differences": 0.22, "products": 0.46}, steps=1150, seed=1),
    "differences": Recipe({"sums": 0.10, "differences": 0.52, "products": 0.38}, steps=1250, seed=2),
    "products": Recipe({"sums": 0.05, "differences": 0.12, "products": 0.83}, steps=1800, seed=3),
}
"""Products are the hardest to learn, sums the easiest: the shares make every model good at its own task and
usable at the others."""


class Block(nn.Module):
    """Attention and a perceptron, each behind a norm and added to what comes in."""

    def __init__(self) -> None:
        super().__init__()
        self.attention_norm = nn.RMSNorm(WIDTH, eps=1e-5)
        self.attention_in = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.attention_out = nn.Linear(WIDTH, WIDTH, bias=False)
        self.perceptron_norm = nn.RMSNorm(WIDTH, eps=1e-5)
        self.perceptron_in = nn.Linear(WIDTH, 4 * WIDTH, bias=False)
        self.perceptron_out = nn.Linear(4 * WIDTH, WIDTH, bias=False)

    def forward(self, hidden: Tensor) -> Tensor:
        """The hidden states after this block."""
        rows, length, _ = hidden.shape
        mixed = self.attention_in(self.attention_norm(hidden)).view(rows, length, 3, HEADS, WIDTH // HEADS)
        queries, keys, values = mixed.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        hidden = hidden + self.attention_out(seen.transpose(1, 2).reshape(rows, length, WIDTH))
        return hidden + self.perceptron_out(functional.relu(self.perceptron_in(self.perceptron_norm(hidden))))


class Transformer(nn.Module):
    """The whole model."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.Embedding(len(SYMBOLS), WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = nn.RMSNorm(WIDTH, eps=1e-5)
        self.head = nn.Linear(WIDTH, len(SYMBOLS), bias=False)
        for name, weight in self.named_parameters():
            if "norm" not in name:
                # As GPT-2 does: what is added to the residual stream starts smaller, the more is added.
                size = 0.02 if name.startswith(("tokens", "positions")) else weight.shape[1] ** -0.5
                nn.init.normal_(weight, std=size / math.sqrt(2 * LAYERS) if "_out" in name else size)

    def forward(self, tokens: Tensor) -> Tensor:
        """The logits of the token after each one."""
        hidden = self.tokens(tokens) + self.positions.weight[: tokens.shape[1]]
        for block in self.blocks:
            hidden = block(hidden)
        return self.head(self.norm(hidden))


def arrays_of(model: Transformer) -> dict[str, NDArray[Any]]:
    """The weights as the package keeps them: in half precision, matrices turned to (in, out)."""
    arrays: dict[str, NDArray[Any]] = {"heads": np.array(HEADS)}
    for name, weight in model.state_dict().items():
        turned = weight.T if _is_turned(name, weight) else weight
        arrays[name.removesuffix(".weight")] = turned.contiguous().numpy().astype(np.float16)
    return arrays


def model_of(arrays: Mapping[str, NDArray[Any]]) -> Transformer:
    """A model with the weights that the package keeps."""
    model = Transformer()
    state = {}
    for name in model.state_dict():
        kept = torch.from_numpy(arrays[name.removesuffix(".weight")].astype(np.float32))
        state[name] = kept.T if _is_turned(name, kept) else kept
    model.load_state_dict(state)
    return model.eval()


def _is_turned(name: str, weight: Tensor) -> bool:
    return name.startswith(("blocks", "head")) and weight.ndim > 1


def batch(
    task: Task, count: int, rng: np.random.Generator, *, held_out: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Questions with their results as tokens, and which tokens are to be learned."""
    lefts, rights = pairs(task, count, rng, held_out=held_out)
    tokens = np.full((count, POSITIONS + 1), END)
    targets = np.full((count, ANSWER_TOKENS), IGNORED)
    for row, (left, right, result) in enumerate(
        zip(lefts.tolist(), rights.tolist(), results(task, lefts, rights).tolist(), strict=True)
    ):
        answer = encoded_result(result)
        tokens[row, :PROMPT_TOKENS] = encoded(Arithmetic(left, OPERATION_OF[task], right))
        tokens[row, PROMPT_TOKENS : PROMPT_TOKENS + len(answer)] = answer
        targets[row, : len(answer)] = answer
    return tokens[:, :POSITIONS], targets


def loss_of(model: Transformer, tokens: NDArray[np.int64], targets: NDArray[np.int64]) -> Tensor:
    """The mean cross-entropy of the tokens of the results."""
    logits = model(torch.from_numpy(tokens))[:, PROMPT_TOKENS - 1 :]
    return functional.cross_entropy(
        logits.flatten(0, 1), torch.from_numpy(targets).flatten(), ignore_index=IGNORED
    )


def trained(name: Task) -> Transformer:
    """Trains a model by its recipe."""
    recipe = RECIPES[name]
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    model = Transformer()
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.98), weight_decay=WEIGHT_DECAY
    )
    counts = {task: round(share * BATCH) for task, share in recipe.mixture.items()}
    started = time.monotonic()
    for step in range(recipe.steps):
        rate = (
            LEARNING_RATE * min(1, (step + 1) / WARM_UP) * (1 + math.cos(math.pi * step / recipe.steps)) / 2
        )
        for group in optimizer.param_groups:
            group["lr"] = rate
        drawn = [batch(task, count, rng) for task, count in counts.items()]
        loss = loss_of(model, *(np.concatenate(arrays) for arrays in zip(*drawn, strict=True)))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        if (step + 1) % 200 == 0:
            print(f"{name} step {step + 1} of {recipe.steps}, {time.monotonic() - started:.0f} s: ", end="")
            print(", ".join(f"{task} {share:.1%}" for task, share in greedy(model).items()), flush=True)
    return model.eval()


def greedy(model: Transformer) -> dict[Task, float]:
    """How many held-out questions of each task the likeliest characters answer rightly, of 400."""
    shares: dict[Task, float] = {}
    for task in TASKS:
        tokens, targets = batch(task, 400, np.random.default_rng(0), held_out=True)
        with torch.no_grad():
            likeliest = model(torch.from_numpy(tokens))[:, PROMPT_TOKENS - 1 :].argmax(-1).numpy()
        shares[task] = float(((likeliest == targets) | (targets == IGNORED)).all(axis=1).mean())
    return shares


def write_reference(folder: Path) -> None:
    """PyTorch's logits of the shipped weights, for four held-out questions of each task."""
    rng = np.random.default_rng(0)
    tokens = np.concatenate([batch(task, 4, rng, held_out=True)[0] for task in TASKS])
    logits = {}
    for name in TASKS:
        with np.load(folder / f"{name}.npz") as arrays, torch.no_grad():
            logits[name] = model_of(arrays)(torch.from_numpy(tokens)).numpy()
    np.savez_compressed(folder / "reference.npz", tokens=tokens, **logits)


def main() -> None:
    """Trains what is asked for, one after another."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", choices=TASKS, help="only this one; without it, all three")
    parser.add_argument(
        "--out", type=Path, default=WEIGHTS, help="folder of the weights (default: the package's)"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)  # so small a network is slower on several
    options.out.mkdir(parents=True, exist_ok=True)
    for name in [options.model] if options.model else TASKS:
        np.savez_compressed(options.out / f"{name}.npz", **arrays_of(trained(name)))
    if all((options.out / f"{name}.npz").exists() for name in TASKS):
        write_reference(options.out)


if __name__ == "__main__":
    main()
