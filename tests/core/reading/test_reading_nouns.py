import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core.reading._nouns import _nouns, announcement_ends
from modelswitch_core.reading._pattern import found_near_digits, pattern
from modelswitch_core.reading._phrases import ANNOUNCEMENTS, NOUN


@pytest.mark.parametrize(
    "noun", [noun for row in ANNOUNCEMENTS for noun in row.nouns if not row.before_digits], ids=str
)
@pytest.mark.parametrize("dress", ["{}: 7", "**{}:** 7", "\u0130stanbul. {}: 7", "## {}\n7", "{} - 7"])
def test_every_noun_of_the_table_is_found(noun: str, dress: str) -> None:
    text = dress.format(noun)
    for written in (text, text.upper().replace("SS", "ß")):
        assert {written[end:].strip(" *\n") for end in announcement_ends(written)} == {"7"}


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("no noun", set()),
        ("the transport means", set()),
        ("the answer - we think - is far", set()),
        ("answer - 3 = 5", set()),
        ("the final answer\n7", set()),
        ("## 3. Final Answer\n7", {"7"}),
        ("In short, the answer\n7", set()),
        ("Q: 3 + 4?\nA: 7", {"7"}),
        ("A: 7", {"7"}),
        ("A: 7\nB: 8", set()),
        ("A: pears", set()),
        ("A: is a label\nQ: 3 + 4?", set()),
    ],
)
def test_what_announces(text: str, rest: set[str]) -> None:
    assert {text[end:].strip() for end in announcement_ends(text)} == rest


pieces = st.lists(
    st.sampled_from(
        ["answer", "Answer", "ans", " is ", ": ", "réponse", "答案", "答", "İ", "\n", "final ", "7", " - "]
    ),
    max_size=20,
).map("".join)


@given(text=pieces)
def test_searching_for_beginnings_finds_what_the_whole_pattern_does(text: str) -> None:
    assert [noun.span() for noun in _nouns(text)] == [noun.span() for noun in NOUN.finditer(text)]


@given(text=st.text("ab1 ", max_size=40))
def test_looking_near_digits_finds_all(text: str) -> None:
    sought = pattern(r"a?b?\d[ab]?")
    near = [found.span() for found in found_near_digits(sought, text, 2)]
    assert near == [found.span() for found in sought.finditer(text)]


def test_commands_and_parts_of_words_do_not_crowd_out_an_announcement() -> None:
    steps = r"Humans have plans: $\left(\frac{1}{2}\right)$." + "\n"
    text = "The answer is 7.\n" + steps * 200
    assert announcement_ends(text) == {len("The answer is ")}
