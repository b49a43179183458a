from __future__ import annotations

import pytest

from modelswitch_core import OptionError
from modelswitch_core.evaluation import Price, price_from_text


def test_a_price_is_for_a_million_tokens() -> None:
    assert Price(input=0.15, output=0.6).of(1_000_000, 500_000) == pytest.approx(0.45)
    assert Price(input=0, output=0).of(10, 10) == 0


@pytest.mark.parametrize(
    ("text", "model", "price"),
    [
        ("gpt-4o-mini=0.15,0.6", "gpt-4o-mini", Price(input=0.15, output=0.6)),
        ("a=b=1,2", "a=b", Price(input=1, output=2)),
    ],
)
def test_prices_as_a_command_line_has_them(text: str, model: str, price: Price) -> None:
    assert price_from_text(text) == (model, price)


@pytest.mark.parametrize("text", ["", "m", "m=", "m=1", "=1,2", "m=1,2,3", "m=a,b"])
def test_what_is_no_price_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(OptionError, match=r"gpt-4o-mini=0\.15,0\.6"):
        price_from_text(text)


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_a_price_is_finite_and_not_negative(value: float) -> None:
    with pytest.raises(OptionError, match="output="):
        Price(input=0, output=value)
