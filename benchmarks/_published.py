"""What the paper says, to put beside what this code does on the recordings that its authors published.

Source: arXiv 2504.00762, MathBench, GPT-4o mini → Gemini 1.5 Flash, for budgets of 4 to 16 samples in all.
"""

from __future__ import annotations

from typing import NamedTuple


class Published(NamedTuple):
    """A row of the published table.

    Args:
        budget: The most samples a question, both models together.
        accuracy: A fraction.
        mean_samples: Drawn a question.
    """

    budget: int
    accuracy: float
    mean_samples: float


MATHBENCH = (
    Published(4, 0.773, 2.4),
    Published(8, 0.787, 5.1),
    Published(12, 0.787, 7.8),
    Published(16, 0.797, 10.1),
)
