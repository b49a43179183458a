"""Priors: how much a model's votes count beforehand, from how often it was right.

An estimate without labels, from how often a model agrees with the others, was tried and is not here: on
questions not used for it such priors lose accuracy on average, where priors from labels gain a little
(docs/evidence.md; `benchmarks/_prior_estimates.py` measures it).
"""

from __future__ import annotations

import math

from modelswitch_core._errors import OptionError

LEAST_PRIOR = 0.05
"""Log-odds turn negative where a model does no better than picking one of the plausible answers; a vote that
counts against its own answer is none of this library's, so that such a model whispers instead."""


def smoothed_accuracy(right: float, total: int) -> float:
    """The accuracy `(right + 1) / (total + 2)`: Laplace's rule, so that none of it is 0 or 1.

    Without questions it is one half.

    Args:
        right: Right answers, 0 to `total`; a question whose draws are partly right counts partly.
        total: Questions, ≥ 0.

    Raises:
        OptionError: More is right than there is.
    """
    if not 0 <= right <= total:
        raise OptionError(f"right={right!r} must lie between 0 and total={total!r}")
    return (right + 1) / (total + 2)


def log_odds_prior(accuracy: float, plausible: float) -> float:
    """The weight of a model's vote: `max(0.05, ln(p·(D - 1) / (1 - p)))`, natural logarithm.

    p is the accuracy, D the number of plausible answers. Where models err independently, and all D - 1 wrong
    answers are equally likely, votes weighted like this find the most probable answer: the weighted majority
    of Nitzan and Paroush (1982, International Economic Review 23, 289-297), for more than two answers. Plain
    log-odds, ln(p / (1 - p)), are its case D = 2 and turn negative below one half, where a model may still
    know far more than nothing.

    Args:
        accuracy: In (0, 1), best smoothed, see `smoothed_accuracy`.
        plausible: How many answers a question plausibly has, right one included; 2 or more. `tune` takes the
            mean number of different answers that all models gave to a question.

    Raises:
        OptionError: One of them lies outside its range.
    """
    if not 0.0 < accuracy < 1.0:
        raise OptionError(f"accuracy={accuracy!r} must lie in (0, 1): smooth it, see smoothed_accuracy")
    if not 2.0 <= plausible < math.inf:
        raise OptionError(f"plausible={plausible!r} must be 2 or more answers")
    return max(LEAST_PRIOR, math.log(accuracy * (plausible - 1.0) / (1.0 - accuracy)))
