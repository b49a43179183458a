import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core.tiny._arithmetic import find_arithmetic
from modelswitch_core.tiny._code import Arithmetic, Operation

WORDINGS: dict[str, tuple[int, Operation, int]] = {
    # signs
    "3 + 4": (3, "+", 4),
    "Compute 3+4.": (3, "+", 4),
    "What is 417 − 58?": (417, "-", 58),
    "417-58": (417, "-", 58),
    "What is 417-58 in total?": (417, "-", 58),
    "Calculate: 417-58 please": (417, "-", 58),
    "417 – 58 =": (417, "-", 58),
    "12 × 7 = ?": (12, "*", 7),
    "12·7": (12, "*", 7),
    "12 ⋅ 7": (12, "*", 7),
    "12*7": (12, "*", 7),
    "12x7": (12, "*", 7),
    "What is 12 X 7 in total": (12, "*", 7),
    r"\(12 \times 7\)": (12, "*", 7),
    r"$12 \cdot 7$": (12, "*", 7),
    "１２ ＋ ３": (12, "+", 3),
    # words
    "417 minus 58": (417, "-", 58),
    "What's 3 plus 4, please?": (3, "+", 4),
    "How much is 12 times 7?": (12, "*", 7),
    "12 multiplied by 7": (12, "*", 7),
    "12 take away 5": (12, "-", 5),
    "9 less 4": (9, "-", 4),
    "3 added to 4": (3, "+", 4),
    "5 subtracted from 9": (9, "-", 5),
    # words before the numbers
    "Add 3 and 4.": (3, "+", 4),
    "What is the sum of 3 and 4?": (3, "+", 4),
    "Subtract 5 from 9": (9, "-", 5),
    "Take 3 from 10": (10, "-", 3),
    "the difference between 10 and 4": (10, "-", 4),
    "THE PRODUCT OF 3 AND 4": (3, "*", 4),
    "multiply 3 by 4": (3, "*", 4),
    # what stands around
    "- 3 + 4": (3, "+", 4),
    "* 3 + 4": (3, "+", 4),
    "1. 3 + 4": (3, "+", 4),
    "**3 + 4**": (3, "+", 4),
    "(3 + 4)": (3, "+", 4),
    "Question: 3 + 4\nAnswer:": (3, "+", 4),
    "What is 3 + 4 and why?": (3, "+", 4),
    "What is 10 - 5 - thanks!": (10, "-", 5),
    "Answer in 2-3 sentences: what is 3 + 4?": (3, "+", 4),
    "What is 12 - 4 please?": (12, "-", 4),
    "Tell me 3 + 4 and explain.": (3, "+", 4),
    "3 + 4\nand then 5 + 6": (5, "+", 6),
    # numbers
    "007 + 4": (7, "+", 4),
    "1,000 + 5": (1000, "+", 5),
    "12'345 - 5": (12345, "-", 5),
}


@pytest.mark.parametrize(("text", "expected"), WORDINGS.items(), ids=WORDINGS)
def test_everyday_wordings(text: str, expected: tuple[int, Operation, int]) -> None:
    assert find_arithmetic(text) == Arithmetic(*expected)


NONE = [
    "",
    "Hello!",
    "Who was Ada Lovelace?",
    "I have 3 apples and get 4 more.",
    "three plus four",
    # more than two numbers
    "3 + 4 + 5",
    "3 plus 4 minus 2",
    "3 + 4 times 2",
    "2 * (3 + 4)",
    "(3 + 4) * 2",
    "2(3+4)",
    "(3+4)^2",
    "3 + 4 - sqrt(2)",
    "the sum of 3 and 4 and 5",
    "the sum of 3, 4 and 5",
    # other numbers
    "-5 + 3",
    "negative 3 plus 4",
    "minus 3 plus 4",
    "5 + -3",
    "5 + (-3)",
    "3.5 + 4",
    "4 + 3.5",
    "1.000,5 + 2",
    "3/4 + 1",
    "3 + 4%",
    "3 + 4²",
    "5! + 3",
    # other operations
    "8 / 2",
    "8 ÷ 2",
    "8 divided by 2",
    "3 ** 4",
    "2^3 + 1",
    "√9 + 1",
    # letters
    "3 + x",
    "3 + 4x",
    "x3 + 4",
    "3 + 4 + x",
    "f(3) + 4",
    # hyphens that are none
    "What happened on 2024-05-12?",
    "Write 2-3 sentences about cats.",
    "the score was 3-2, who won?",
    "Give me 5 - 7 ideas",
    "Does a 4 x 4 truck use more fuel?",
    "12:30 - 4",
    "half of 3 + 4",
    "twice 3 + 4",
    "3 + 4 times two",
    "3 + 4, doubled",
    "7 times 8 squared",
    "Subtract 5 from 9 and add 2",
    "log 100 + 5",
    "the square root of 9 + 16",
    "10:30 - 11:30",
]


@pytest.mark.parametrize("text", NONE)
def test_everything_else_is_none(text: str) -> None:
    assert find_arithmetic(text) is None


numbers = st.integers(0, 999)


@given(
    numbers,
    st.sampled_from([("+", "+"), ("plus", "+"), ("−", "-"), ("minus", "-"), ("×", "*"), ("times", "*")]),
    numbers,
)
def test_every_number_is_found_as_it_was_written(left: int, sign: tuple[str, Operation], right: int) -> None:
    written, operation = sign
    assert find_arithmetic(f"What is {left} {written} {right}?") == Arithmetic(left, operation, right)


@given(st.text(st.sampled_from("0123456789+-*x×−/^().,=?! \nandofplusum$\\"), max_size=200))
def test_no_text_is_too_odd(text: str) -> None:
    found = find_arithmetic(text)
    assert found is None or min(found.left, found.right) >= 0
