"""What recorded draws took: tokens, and money where prices are known. Unknown stays unknown, never zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from modelswitch_core._recorded import RecordedSample
from modelswitch_core.evaluation._prices import Price


class Spent(NamedTuple):
    """Tokens and money; None where not known."""

    input_tokens: float | None
    output_tokens: float | None
    cost: float | None

    def plus(self, other: Spent) -> Spent:
        """The sum; None where either is not known."""
        return Spent(
            plus(self.input_tokens, other.input_tokens),
            plus(self.output_tokens, other.output_tokens),
            plus(self.cost, other.cost),
        )


_UNKNOWN = Spent(None, None, None)
_NOTHING = Spent(0, 0, 0.0)


class Spending:
    """What any of a question's draws took.

    Args:
        names: The models.
        samples: Their draws.
        prices: By model; models without one cost nobody knows what.

    `known` is whether any draw says its tokens, `whole` whether every one says both counts.
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
        self._whole: dict[int, Spent] = {}
        self.whole = all(None not in counts for counts in (*self._input, *self._output))
        self.known = any(
            sample.input_tokens is not None or sample.output_tokens is not None
            for drawn in samples
            for sample in drawn
        )

    def of_each(self, order: Sequence[Sequence[int]], drawn: Iterable[Sequence[int]]) -> list[Spent]:
        """What several ways of answering took: each the first so many draws of each model, in one order."""
        if not self.known:
            return [_UNKNOWN for _ in drawn]
        # Two ways often take the same draws of a model.
        of: dict[tuple[int, int], Spent] = {}
        each: list[Spent] = []
        for counts in drawn:
            total = _NOTHING
            for model, count in enumerate(counts):
                if not count:
                    continue
                spent = of.get((model, count))
                if spent is None:
                    spent = of[model, count] = self._of_model(model, order[model][:count])
                total = spent if total is _NOTHING else total.plus(spent)
            each.append(total)
        return each

    def _of_model(self, model: int, places: Sequence[int]) -> Spent:
        whole = len(places) == len(self._input[model])
        known = self._whole.get(model) if whole else None
        if known is None:
            given = _sum([self._input[model][place] for place in places])
            got = _sum([self._output[model][place] for place in places])
            price = self._prices[model]
            cost = None
            if price is not None and given is not None and got is not None:
                cost = price.of(given, got)
            known = Spent(given, got, cost)
            if whole:
                # Its sum does not depend on the order.
                self._whole[model] = known
        return known


def plus(a: float | None, b: float | None) -> float | None:
    """The sum; None where either is not known."""
    return None if a is None or b is None else a + b


def _sum(known: Sequence[int | None]) -> int | None:
    return None if None in known else sum(filter(None, known))
