from fractions import Fraction

import pytest

from modelswitch_core.reading import answer_reader
from modelswitch_core.reading._amounts import amounts_in


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("75 dollars and 50 cents", ["75.5"]),
        ("$20 and 5 cents", ["20.05"]),
        ("1,200 dollars, 5 cents", ["1200.05"]),
        ("3 euros y 20 cents", ["3.2"]),
        ("2 hours and 15 minutes", ["2.25"]),
        ("2 hrs 20 min", ["7/3"]),
        ("5 feet 6 inches and 3 pounds 4 ounces", ["5.5", "3.25"]),
        ("£2 and 50 pence", ["2.5"]),
        # two amounts, not one
        ("2 hours and 90 minutes", []),
        ("5 apples and 3 pears", []),
        ("10 feet and 3 minutes", []),
        ("2 minutes and 3 hours", []),
        ("-2 hours and 30 minutes", []),
        ("2:30 hours and 5 minutes", []),
    ],
)
def test_amounts_in_two_units(text: str, values: list[str]) -> None:
    assert [amount.value for amount in amounts_in(text)] == [Fraction(value) for value in values]


@pytest.mark.parametrize(
    ("response", "number"),
    [
        ("The two tickets cost 75 dollars and 50 cents.", "75.50"),
        ("So the pears cost **12 dollars and 40 cents**.", "12.4"),
        ("The trip took 2 hours and 15 minutes.", "2.25"),
        ("So Leo is 5 feet 6 inches tall.", "5.5"),
        ("It takes 2.5 hours, or 2 hours and 30 minutes.", "2.5"),
        (r"\boxed{3 \text{ hours } 30 \text{ minutes}}", "3.5"),
    ],
)
@pytest.mark.parametrize("name", ["auto", "number"])
def test_an_amount_is_one_number(name: str, response: str, number: str) -> None:
    reader = answer_reader(name)
    found, meant = reader.read(response), reader.parse(number)
    assert found is not None
    assert meant is not None
    assert reader.same(found, meant)
    again = reader.parse(found.text)
    assert again is not None
    assert reader.same(found, again)


def test_its_unit_is_the_larger_one() -> None:
    reader = answer_reader("number")
    found, hours, minutes = (
        reader.read(text) for text in ("2 hours and 30 minutes", "2.5 hours", "2.5 minutes")
    )
    assert found is not None
    assert hours is not None
    assert minutes is not None
    assert reader.same(found, hours)
    assert not reader.same(found, minutes)
