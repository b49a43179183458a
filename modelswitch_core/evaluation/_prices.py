"""What tokens cost: what the user says they do, or what the package genai-prices knows (extra `prices`)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

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


def checked_prices(prices: Mapping[str, Price] | None, names: Sequence[str]) -> Mapping[str, Price] | None:
    """The prices, if they are some of these models'.

    Raises:
        OptionError: They are no mapping of names to prices, or name another model.
    """
    if prices is None:
        return None
    if not isinstance(prices, Mapping):
        raise OptionError(f"prices={prices!r} must be a mapping of models' names to Price(input=…, output=…)")
    for name, price in prices.items():
        if name not in names:
            raise OptionError(f"prices name {name!r}, which is none of models={list(names)!r}")
        if not isinstance(price, Price):
            raise OptionError(f"prices[{name!r}]={price!r} must be a Price(input=…, output=…)")
    return prices


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


def unknown_cost(
    names: Sequence[str], prices: Mapping[str, Price], *, without_tokens: int, questions: int
) -> str | None:
    """Why a cost is not known of every draw, in a few words; None where it is.

    Args:
        names: The models.
        prices: By model, as far as they are known.
        without_tokens: On how many questions a draw does not say its tokens.
        questions: How many there are.
    """
    lacking = [name for name in names if name not in prices]
    reasons = [f"there is no price of {', '.join(lacking)}"] if lacking else []
    if without_tokens:
        reasons.append(
            f"the recording lacks input_tokens or output_tokens of samples on {without_tokens:,} of "
            f"{questions:,} questions"
        )
    return "; ".join(reasons) or None


def plain_prices(prices: Mapping[str, Price] | None) -> dict[str, Any] | None:
    """As plain data for JSON."""
    return None if prices is None else {name: asdict(price) for name, price in prices.items()}


def known_price(model: str) -> Price | None:
    """The list price of a model's tokens in US dollars, as far as the package genai-prices holds it.

    Its table comes with the package, so that nothing is fetched, and a price is as old as the package is. It
    is the price of short prompts, without discounts for batches and cached input.

    Args:
        model: Its name as its provider spells it, or with the provider in front as `init_chat_model` takes
            it, or as gateways write it: "gpt-4o-mini", "openai:gpt-4o-mini", "openai/gpt-4o-mini". A date
            behind it, and a second one's "#2", are passed over.

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
    name = name.removeprefix("models/")
    ways = [(_PROVIDERS.get(provider, provider) or None, name)]
    if not provider and "/" in name:
        ways.append((name.partition("/")[0], name.partition("/")[2]))
    for provider_id, called in ways:
        try:
            found = calc_price(
                Usage(input_tokens=_ENOUGH, output_tokens=_ENOUGH), called, provider_id=provider_id
            )
        except LookupError:
            continue
        million = Decimal(_MILLION) / _ENOUGH
        return Price(input=float(found.input_price * million), output=float(found.output_price * million))
    return None
