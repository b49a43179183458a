"""How sure a share or a difference is: intervals at 95 %."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z95 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution, which leaves 2.5 % on either side."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval.

    Args:
        low: Its lower end.
        high: Its upper end.
    """

    low: float
    high: float


def wilson_interval(share: float, total: int) -> Interval:
    """The Wilson score interval of a share (Wilson, 1927, J. Am. Stat. Assoc. 22, 209-212).

    `(p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n)`, p the share, n the total, z = 1.96. Unlike
    p ± z·√(p(1-p)/n) it is no point at p = 0 or p = 1, and it stays within [0, 1].

    Where p is a mean of shares, each of one question over several orders of its draws, the interval errs on
    the wide side: such shares vary less than right and wrong do.

    Args:
        share: In [0, 1].
        total: How many questions, ≥ 1.

    Raises:
        ValueError: The share lies outside [0, 1], or the total below 1.
    """
    if not 0.0 <= share <= 1.0 or total < 1:
        raise ValueError(f"share={share!r} of total={total!r}: give a share in [0, 1] of 1 or more")
    z2 = Z95 * Z95
    middle = share + z2 / (2 * total)
    reach = Z95 * math.sqrt(share * (1.0 - share) / total + z2 / (4 * total * total))
    below = 1.0 + z2 / total
    # At the ends the formula gives exactly 0 and 1; the rounding of doubles does not.
    low = 0.0 if share == 0.0 else max(0.0, (middle - reach) / below)
    high = 1.0 if share == 1.0 else min(1.0, (middle + reach) / below)
    return Interval(low, high)


def paired_difference_interval(differences: Sequence[float]) -> Interval:
    """The interval of a mean difference between two ways of answering the same questions.

    The adjusted Wald interval for matched proportions of Agresti and Min (2005, Statistics in Medicine 24,
    729-740): half a question is added to each cell of the table of right and wrong, two in all, and then
    `d ± z·√((Σx² + 1)/(n + 2) - d²) / √(n + 2)` with d = Σx / (n + 2), x one question's difference, z = 1.96.
    Unlike the plain interval it is no point where the two never differ. Differences between means over
    several orders of the draws, which lie in [-1, 1], are taken the same way.

    Args:
        differences: One for each question, in [-1, 1]; at least one.

    Raises:
        ValueError: There is none, or one lies outside [-1, 1].
    """
    if not differences or not all(-1.0 <= difference <= 1.0 for difference in differences):
        raise ValueError("differences must be one or more numbers in [-1, 1], one for each question")
    total = len(differences) + 2
    mean = math.fsum(differences) / total
    variance = (math.fsum(x * x for x in differences) + 1.0) / total - mean * mean
    reach = Z95 * math.sqrt(max(0.0, variance) / total)
    return Interval(max(-1.0, mean - reach), min(1.0, mean + reach))
