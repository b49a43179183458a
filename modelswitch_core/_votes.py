"""Entropy, consistency weights and votes: the arithmetic of arXiv 2504.00762, and its plain alternatives.

Everything here is a pure function of counts or rewards. A vote turns them into one score per answer;
`winner` picks the best and breaks ties.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar

K = TypeVar("K", bound=Hashable)
Normalizer = Literal["distinct", "samples"]

TIE_RELATIVE_TOLERANCE = 1e-9
"""Scores closer than this, relative to the larger, are tied: far above the rounding of a sum of products of
doubles (about 1e-15 a term), far below any difference that counts can make."""


def entropy_bits(counts: Iterable[int] | Mapping[Any, int]) -> float:
    """Shannon entropy of a model's answers to one question, in bits.

    `H = -Σ p·log2 p` with `p = count / N` (arXiv 2504.00762, section 3). Log base 2. Zero counts are
    ignored; `N = 0` and `N = 1` both give 0.0.

    Args:
        counts: How often each distinct answer was given, each ≥ 0; a mapping of answers to counts, such as a
            `Counter`, is taken by its values.

    Returns:
        A number in [0, log2 D], D the number of distinct answers.

    Raises:
        ValueError: A count is negative.
    """
    present = _present(counts)
    total = sum(present)
    if total == 0 or len(present) == 1:
        return 0.0
    return max(0.0, -sum(count / total * math.log2(count / total) for count in present))


def consistency_weight(
    counts: Iterable[int] | Mapping[Any, int], *, normalizer: Normalizer = "distinct"
) -> float:
    """How far a model's answers to one question agree, as the weight of its votes.

    `w = 1/N + (1 - 1/N)·(1 - H / log2 M)` (arXiv 2504.00762, section 3), H from `entropy_bits`, N the number
    of readable samples, D of distinct answers, log base 2. `D = 1` gives 1.0, so `N = 1` does too; `N = 0`
    gives 0.0: who says nothing has no vote.

    M is D as published (`"distinct"`, the default) or N (`"samples"`). The published form is not monotone in
    agreement: 3-2 gives .223 but 3-1-1, less agreement, gives .308, because a third answer also raises the
    ceiling that the entropy is compared with. Dividing by log2 N mends that; it is offered beside the
    published form, not instead of it, so that published results can be repeated.

    Args:
        counts: How often each distinct answer was given, each ≥ 0; or a mapping, as for `entropy_bits`.
        normalizer: The M above.

    Returns:
        A number in [1/N, 1]; 0.0 for N = 0.

    Raises:
        ValueError: A count is negative, or the normalizer is unknown.
    """
    present = _present(counts)
    if normalizer not in ("distinct", "samples"):
        raise ValueError(f"normalizer={normalizer!r} is unknown: use 'distinct' (as published) or 'samples'")
    if not present:
        return 0.0
    total = sum(present)
    if len(present) == 1:
        return 1.0
    ceiling = math.log2(len(present) if normalizer == "distinct" else total)
    agreement = min(1.0, max(0.0, 1.0 - entropy_bits(present) / ceiling))
    return 1.0 / total + (1.0 - 1.0 / total) * agreement


def success_factor(successes: int, share: int) -> float:
    """What a model's weight is multiplied by when draws failed: the half rule.

    1.0 where at least half of its share succeeded, else `successes / share`, so that two lucky survivors of
    eight draws do not speak with the voice of eight. 1.0 for a share of 0.

    Args:
        successes: Draws that brought a response, readable or not.
        share: The model's share of the sample budget, or as much of it as has been drawn; ≥ 0.
    """
    return 1.0 if 2 * successes >= share else successes / share


def entropy_vote(
    counts: Sequence[Mapping[K, int]],
    *,
    priors: Sequence[float] | None = None,
    normalizer: Normalizer = "distinct",
    factors: Sequence[float] | None = None,
) -> dict[K, float]:
    """The published vote: `score(a) = Σ_i prior_i · w_i · count_i(a)` (arXiv 2504.00762, section 3).

    Args:
        counts: One mapping a model: its distinct answers and how often it gave each.
        priors: One positive number a model, how good it is beforehand; None means all 1.
        normalizer: See `consistency_weight`.
        factors: One number in [0, 1] a model that its weight is multiplied by (`success_factor`); None means
            all 1.

    Returns:
        The scores, in order of first appearance (model order, then the mapping's own). Empty for no answers;
        a single sample scores its model's prior.

    Raises:
        ValueError: A count is negative, or priors or factors are not one a model.
    """
    weights = [consistency_weight(model.values(), normalizer=normalizer) for model in counts]
    return _weighted(counts, weights, priors, factors)


def plurality_vote(
    counts: Sequence[Mapping[K, int]],
    *,
    priors: Sequence[float] | None = None,
    factors: Sequence[float] | None = None,
) -> dict[K, float]:
    """One sample, one vote: `score(a) = Σ_i prior_i · count_i(a)` (self-consistency, arXiv 2203.11171).

    Args:
        counts: One mapping a model: its distinct answers and how often it gave each.
        priors: One positive number a model; None means all 1.
        factors: See `entropy_vote`.

    Returns:
        The scores, in order of first appearance. Empty for no answers.

    Raises:
        ValueError: A count is negative, or priors or factors are not one a model.
    """
    for model in counts:
        _present(model.values())
    return _weighted(counts, [1.0] * len(counts), priors, factors)


def reward_best_vote(rewards: Mapping[K, Iterable[float]]) -> dict[K, float]:
    """RM-BoN: an answer scores the highest reward any of its samples got (arXiv 2504.00762, section 4).

    Args:
        rewards: Each answer's rewards over all models; finite, of any sign. Answers without one are left out.

    Raises:
        ValueError: A reward is not finite.
    """
    return {answer: max(given) for answer, given in _finite_rewards(rewards).items()}


def reward_sum_vote(rewards: Mapping[K, Iterable[float]]) -> dict[K, float]:
    """RM-Vote: an answer scores the sum of its samples' rewards (arXiv 2504.00762, section 4).

    Args:
        rewards: Each answer's rewards over all models; finite, of any sign. Answers without one are left out.

    Raises:
        ValueError: A reward is not finite.
    """
    return {answer: math.fsum(given) for answer, given in _finite_rewards(rewards).items()}


def winner(scores: Mapping[K, float]) -> K | None:
    """The answer with the best score; among tied ones the first in the mapping's order.

    Scores within 1e-9 of the best, relative, are tied with it. None for no scores.
    """
    if not scores:
        return None
    best = max(scores.values())
    return next(
        answer
        for answer, score in scores.items()
        if math.isclose(score, best, rel_tol=TIE_RELATIVE_TOLERANCE, abs_tol=0.0)
    )


def _weighted(
    counts: Sequence[Mapping[K, int]],
    weights: Sequence[float],
    priors: Sequence[float] | None,
    factors: Sequence[float] | None,
) -> dict[K, float]:
    for name, given in (("priors", priors), ("factors", factors)):
        if given is not None and len(given) != len(counts):
            raise ValueError(
                f"{name}={list(given)!r} must hold one number for each of the {len(counts)} models"
            )
    scores: dict[K, float] = {}
    for index, model in enumerate(counts):
        voice = weights[index] * (priors[index] if priors else 1.0) * (factors[index] if factors else 1.0)
        for answer, count in model.items():
            if count:
                scores[answer] = scores.get(answer, 0.0) + voice * count
    return scores


def _present(counts: Iterable[int] | Mapping[Any, int]) -> list[int]:
    present = [count for count in (counts.values() if isinstance(counts, Mapping) else counts) if count]
    if present and min(present) < 0:
        raise ValueError(f"counts={present!r} holds a negative number: a count is 0 or more")
    return present


def _finite_rewards(rewards: Mapping[K, Iterable[float]]) -> dict[K, list[float]]:
    kept = {answer: list(given) for answer, given in rewards.items()}
    for answer, given in kept.items():
        if not all(map(math.isfinite, given)):
            raise ValueError(f"the rewards of {answer!r} are {given!r}: each must be a finite number")
    return {answer: given for answer, given in kept.items() if given}
