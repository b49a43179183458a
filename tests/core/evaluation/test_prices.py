"""Known prices: from the package's own table, offline; what is not in it stays unknown."""

from __future__ import annotations

import sys

import pytest

from modelswitch_core.evaluation import Price, known_price


@pytest.mark.parametrize(
    "name",
    [
        "gpt-4o-mini",
        "openai:gpt-4o-mini",
        "openai/gpt-4o-mini",
        "gpt-4o-mini-2024-07-18",
        "openai/gpt-4o-mini-2024-07-18",
        "gpt-4o-mini#2",
    ],
)
def test_a_model_by_its_name_and_by_its_provider_s(name: str) -> None:
    assert known_price(name) == Price(input=0.15, output=0.6)


def test_providers_are_called_as_langchain_calls_them() -> None:
    found = known_price("gemini-2.5-flash")
    assert found is not None
    assert found == known_price("google_genai:gemini-2.5-flash") == known_price("models/gemini-2.5-flash")
    assert found.output > found.input > 0


@pytest.mark.parametrize(
    "name",
    [
        "nonsense",
        "tiny:sums",
        "openai:nonsense",
        "nobody:gpt-4o-mini",
        "nobody/gpt-4o-mini",
        "a/b/c",
        "/",
        "",
    ],
)
def test_what_is_not_in_the_table_is_unknown_and_not_free(name: str) -> None:
    assert known_price(name) is None


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    with pytest.raises(ImportError, match=r"pip install 'modelswitch\[prices\]'"):
        known_price("gpt-4o-mini")
