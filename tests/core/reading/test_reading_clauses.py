import pytest

from modelswitch_core.reading._clauses import is_condition, is_reason, main_clause


@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        ("There are 42 birds, since 20 + 22 = 42", "There are 42 birds"),
        ("There are 42 birds because 20 + 22 = 42", "There are 42 birds"),
        ("Since 20 + 22 = 42, there are 42 birds", "there are 42 birds"),
        ("So, after 20 left, there are 42 birds", "there are 42 birds"),
        ("20 + 22 = 42, so there are 42 birds", "so there are 42 birds"),
        ("Hay 42, ya que 20 + 22 = 42", "Hay 42"),
        ("共有42只，因为20 + 22 = 42", "共有42只"),
        # the sentence before is none of its business
        ("It was 41. Since one came, it is 42", "It was 41. it is 42"),
        # no digit would be left
        ("C is right because x = 5", "C is right because x = 5"),
        ("Since x = 5, nothing is left", "Since x = 5, nothing is left"),
        # commas of numbers and dates end no clause
        ("Since May it costs 1,234 dollars", "Since May it costs 1,234 dollars"),
        ("If so, it was on March 3, 2021", "it was on March 3, 2021"),
        ("42 birds", "42 birds"),
    ],
)
def test_the_clause_that_says_what_is_so(sentence: str, clause: str) -> None:
    assert main_clause(sentence) == clause


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("4 buses, since 3 hold |120", True),
        ("4 buses, since 1,200 people and |3", True),
        ("4 buses because |3 are too few", True),
        ("Since 3 are too few, we need |4", False),
        ("Too few. Since then |4", False),
        ("the car costs |4", False),
    ],
)
def test_whether_a_place_belongs_to_a_reason(text: str, reason: bool) -> None:
    assert is_reason(text.replace("|", ""), text.index("|")) is reason


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("$x^2$ (for |$x > 0$)", True),
        ("$x^2$, where |$x > 0$", True),
        ("the value for |$x = 2$", False),
        ("$x^2$ (|$x > 0$)", False),
    ],
)
def test_whether_a_formula_is_a_condition(text: str, condition: bool) -> None:
    assert is_condition(text.replace("|", ""), text.index("|")) is condition


def test_marks_that_hide_one_another_are_looked_behind_a_few_times() -> None:
    assert main_clause("\xa0)" * 1_000).count(")") == 1_000
