import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core.tiny._code import (
    ANSWER_TOKENS,
    END,
    PROMPT_TOKENS,
    SYMBOLS,
    Arithmetic,
    Operation,
    decoded,
    encoded,
    encoded_result,
)


def written(tokens: list[int]) -> str:
    return "".join(SYMBOLS[token] for token in tokens)


@pytest.mark.parametrize(
    ("asked", "prompt"),
    [
        (Arithmetic(417, "-", 58), "417-058="),
        (Arithmetic(0, "+", 999), "000+999="),
        (Arithmetic(12, "*", 7), "012*007="),
    ],
)
def test_a_prompt_has_three_digits_a_number(asked: Arithmetic, prompt: str) -> None:
    assert written(encoded(asked)) == prompt


@pytest.mark.parametrize(
    ("result", "answer"), [(359, "953."), (0, "0."), (-7, "-7."), (-120, "-021."), (1998, "8991.")]
)
def test_a_result_is_written_from_its_last_digit(result: int, answer: str) -> None:
    assert written(encoded_result(result)) == answer


@given(st.integers(0, 999), st.sampled_from(["+", "-"]), st.integers(0, 999))
def test_what_is_asked_and_what_is_right_always_fit(left: int, operation: Operation, right: int) -> None:
    assert len(encoded(Arithmetic(left, operation, right))) == PROMPT_TOKENS
    result = left + right if operation == "+" else left - right
    assert len(encoded_result(result)) <= ANSWER_TOKENS
    assert decoded(encoded_result(result)) == str(result)


@pytest.mark.parametrize(
    ("tokens", "text"),
    [("953.", "359"), ("95", "59"), (".", ""), ("0530.", "0350"), ("4+1.", "1+4"), ("3-.", "-3")],
)
def test_nothing_is_mended(tokens: str, text: str) -> None:
    assert decoded([SYMBOLS.index(token) for token in tokens]) == text


def test_the_end_is_a_symbol_of_its_own() -> None:
    assert SYMBOLS[END] == "."
    assert len(set(SYMBOLS)) == len(SYMBOLS)
