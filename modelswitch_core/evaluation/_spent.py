"""What recorded draws took: tokens, and money where prices are known. Unknown stays unknown, never zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from modelswitch_core._recorded import RecordedSample
from modelswitch_core.evaluation._prices import Price


class Spent(NamedTuple):
    """Tokens and money; None where not known."""

    input_tokens: float | None
    output_tokens: float | None
    cost: float | None


_UNKNOWN = Spent(None, None, None)


class Spending:
    """What any of a question's draws took.

    Args:
        names: The models.
        samples: Their draws.
        prices: By model; models without one cost nobody knows what.
    """

    def __init__(
        self,
        names: Sequence[str],
        samples: Sequence[Sequence[RecordedSample]],
        prices: Mapping[str, Price],
    ) -> None:
        self._prices = [prices.get(name) for name in names]
        self._input = [[sample.input_tokens for sample in drawn] for drawn in samples]
        self._output = [[sample.output_tokens for sample in drawn] for drawn in samples]
        # A whole share is what most orders take, and its sum does not depend on the order.
        self._whole = [(_sum(given), _sum(got)) for given, got in zip(self._input, self._output, strict=True)]
        self.known = any(
            sample.input_tokens is not None or sample.output_tokens is not None
            for drawn in samples
            for sample in drawn
        )

    def of(self, orders: Sequence[Sequence[int]], drawn: Sequence[int]) -> Spent:
        """What the first so many draws of each model took, in these orders."""
        if not self.known:
            return _UNKNOWN
        total_input: float | None = 0
        total_output: float | None = 0
        cost: float | None = 0.0
        for model, (order, count) in enumerate(zip(orders, drawn, strict=True)):
            if not count:
                continue
            if count == len(self._input[model]):
                given, got = self._whole[model]
            else:
                given = _sum([self._input[model][place] for place in order[:count]])
                got = _sum([self._output[model][place] for place in order[:count]])
            price = self._prices[model]
            cost = (
                cost + price.of(given, got)
                if cost is not None and price is not None and given is not None and got is not None
                else None
            )
            total_input = plus(total_input, given)
            total_output = plus(total_output, got)
        return Spent(total_input, total_output, cost)


def plus(a: float | None, b: float | None) -> float | None:
    """The sum; None where either is not known."""
    return None if a is None or b is None else a + b


def _sum(known: Sequence[int | None]) -> int | None:
    return None if None in known else sum(filter(None, known))
