"""What tokens cost. No price is known here: prices change, and users pay different ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

from modelswitch_core._errors import OptionError

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a model's tokens cost, in any one currency.

    Args:
        input: For a million input tokens, ≥ 0.
        output: For a million output tokens, ≥ 0.

    Raises:
        OptionError: One is negative or not finite.
    """

    input: float
    output: float

    def __post_init__(self) -> None:
        for name, value in (("input", self.input), ("output", self.output)):
            if not (math.isfinite(value) and value >= 0):
                raise OptionError(f"{name}={value!r} is no price: give what a million tokens cost, 0 or more")

    def of(self, input_tokens: float, output_tokens: float) -> float:
        """What so many tokens cost."""
        return (input_tokens * self.input + output_tokens * self.output) / _MILLION


def price_from_text(text: str) -> tuple[str, Price]:
    """A model's name and its price, from `model=in,out`.

    Args:
        text: The price of a million input and of a million output tokens, as in `gpt-4o-mini=0.15,0.6`.

    Raises:
        OptionError: It does not have this form.
    """
    model, _, prices = text.rpartition("=")
    try:
        given, got = (float(price) for price in prices.split(","))
    except ValueError:
        model = ""
    if not model:
        raise OptionError(
            f"price={text!r} must be model=in,out: the price of a million input and output tokens, "
            "as in gpt-4o-mini=0.15,0.6"
        )
    return model, Price(input=given, output=got)
