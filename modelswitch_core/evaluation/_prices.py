"""What tokens cost: what the user says they do, or what the package genai-prices knows (extra `prices`)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from modelswitch_core._errors import OptionError

_MILLION = 1_000_000
_ENOUGH = 1_000
"""Tokens to ask the price of: far below where long prompts begin to cost more."""

_PROVIDERS = {
    "google_genai": "google",
    "google_vertexai": "google",
    "mistralai": "mistral",
    "azure_openai": "azure",
}
"""What LangChain and genai-prices call the same provider."""


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


def known_price(model: str) -> Price | None:
    """The list price of a model's tokens in US dollars, as far as the package genai-prices holds it.

    Its table comes with the package, so that nothing is fetched, and a price is as old as the package is. It
    is the price of short prompts, without discounts for batches and cached input.

    Args:
        model: Its name as its provider spells it, or with the provider in front as `init_chat_model` takes
            it: "gpt-4o-mini", "openai:gpt-4o-mini". A second one's "#2" is passed over.

    Returns:
        The price; None where the table does not hold the model. It is never guessed.

    Raises:
        ImportError: The package is not installed; the message names the extra.
    """
    try:
        from genai_prices import Usage, calc_price
    except ImportError as error:
        raise ImportError(
            "known prices need the package genai-prices: pip install 'modelswitch[prices]'"
        ) from error
    provider, _, name = re.sub(r"#\d+$", "", model).rpartition(":")
    try:
        found = calc_price(
            Usage(input_tokens=_ENOUGH, output_tokens=_ENOUGH),
            name.removeprefix("models/"),
            provider_id=_PROVIDERS.get(provider, provider) or None,
        )
    except LookupError:
        return None
    million = Decimal(_MILLION) / _ENOUGH
    return Price(input=float(found.input_price * million), output=float(found.output_price * million))
