"""Readers that know the question: an option given by its words is the option."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import (
    Answer,
    AnswerReader,
    Response,
    ToolCall,
    answer_reader,
    auto_reader,
    choice_reader,
    number_reader,
    reader_for,
)
from modelswitch_core.reading._question_options import options_asked

FRUIT = "What grows on a vine?\nA. pears\nB. 12 grapes\nC. two plums\nD. none of these"
AUTO_AND_CHOICE = pytest.mark.parametrize("reader", [auto_reader(), choice_reader()], ids=repr)


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ("Pick one.\nA. pears\nB. plums", ["pears", "plums"]),
        ("Pick one.\nA.3\nB.4.5\nC.-6", ["3", "4.5", "-6"]),
        ("Pick one.\n(A) pears\n(B) plums\n", ["pears", "plums"]),
        ("Pick one:\n- A) pears\n- B) plums", ["pears", "plums"]),
        ("Pick one:\n**A)** pears\n**B)** plums", ["pears", "plums"]),
        ("选择正确的答案。\nA、梨\nB、李子\nC、葡萄", ["梨", "李子", "葡萄"]),
        ("A: pears\nB: plums\nC: grapes", ["pears", "plums", "grapes"]),
        ("Which is it? (A) pears (B) plums", ["pears", "plums"]),
        ("Which is it: (A) pears, (B) plums, or (C) grapes", ["pears", "plums", "grapes"]),
        ("How many? A. 3  B. 4  C. 5", ["3", "4", "5"]),
        ("How many?\nA. 3   B. 4\nC. 5   D. 6", ["3", "4", "5", "6"]),
        ("Pick one.\nA. pears,\ngreen ones\nB. plums", ["pears,\ngreen ones", "plums"]),
        ("Pick one.\nA. pears\nB. plums\n\nAnswer with a letter, and nothing else.", ["pears", "plums"]),
        ("Q: 1+1?\nA. 2\nB. 3\nAnswer: A\n\nQ: 2+2?\nA. 5\nB. 4\nC. 6\nAnswer:", ["5", "4", "6"]),
        (f"{'A long case. ' * 3_000}\nA. pears\nB. plums", ["pears", "plums"]),
        ("Which one asks?\nA. Who?\nB. pears", ["Who?", "pears"]),
    ],
)
def test_the_options_that_a_question_ends_with(question: str, options: list[str]) -> None:
    assert options_asked(question, "ABCDEFGHIJ") == dict(zip("ABCDEFGHIJ", options, strict=False))


@pytest.mark.parametrize(
    "question",
    [
        "",
        "What is 17*24?",
        "A. pears",
        "B. pears\nC. plums",
        "John A. Smith met Mary B. Jones. How old is he?",
        "Team A: 5 points. Team B: 3 points. Team C: 1 point. Who won?",
        "A: Hello.\nB: Hi.\nTranslate this.",
        "(a) Find x.\n(b) Find y.",
        "A. 梨 B. 李子 C. 葡萄是绿色的吗？",
        "A. Mix.\nB. Bake.\nWhy bake after mixing?",
        "A. 梨\nB. 李子\n哪一个是绿色的？",
        "Scale: A. 90-100 B. 80-89 C. 70-79. What grade is 85?",
        f"A. pears\nB. plums\n{'Now write an essay about them. ' * 40}",
        f"A. {'A chapter. ' * 200}\nB. {'Another one. ' * 200}",
    ],
)
def test_what_a_question_lists_besides_is_no_option(question: str) -> None:
    assert options_asked(question, "ABCDEFGHIJ") == {}


def test_options_have_the_letters_of_the_reader() -> None:
    assert options_asked("Pick one.\nX. pears\nY. plums", "XYZ") == {"X": "pears", "Y": "plums"}
    assert options_asked("Pick one.\nA. pears\nB. plums", "XYZ") == {}


@AUTO_AND_CHOICE
@pytest.mark.parametrize(
    ("response", "letter"),
    [
        ("A", "A"),
        ("The answer is (B).", "B"),
        ("The answer is pears.", "A"),
        ("pears", "A"),
        ("It is green.\n\n**Pears**", "A"),
        (r"So we get \boxed{12 grapes}.", "B"),
        (r"So we get \boxed{12}.", "B"),
        ("The final answer is: Two plums", "C"),
        ("None of these", "D"),
        # What it ends with counts more than an option it names on the way.
        (r"Option C seems right at first. In the end we get \boxed{pears}.", "A"),
        # A letter counts more than the words beside it.
        ("The answer is B, as pears do not.", "B"),
        ("<think>pears?</think>12 grapes", "B"),
    ],
)
def test_an_option_given_by_its_words_is_the_option(reader: AnswerReader, response: str, letter: str) -> None:
    knowing = reader_for(reader, FRUIT)
    answer = knowing.read(response)
    assert answer is not None
    assert answer == reader.parse(letter)
    gold = knowing.parse(letter)
    assert gold is not None
    assert knowing.same(answer, gold)


@AUTO_AND_CHOICE
def test_a_letter_that_is_not_among_the_options_is_none_of_them(reader: AnswerReader) -> None:
    text = "The height (H) is what we need, so option B it is, and the height (H) follows"
    answer = reader_for(reader, FRUIT).read(text)
    assert answer is not None
    assert answer.text == "B"


@AUTO_AND_CHOICE
@pytest.mark.parametrize(("bare", "letter"), [("pears", "A"), ("12 grapes", "B"), ("C", "C"), ("(D)", "D")])
def test_a_bare_answer_is_the_option_too(reader: AnswerReader, bare: str, letter: str) -> None:
    found, option = reader_for(reader, FRUIT).parse(bare), reader.parse(letter)
    assert found is not None
    assert option is not None
    assert found.key == option.key


@AUTO_AND_CHOICE
def test_options_that_say_the_same_are_told_apart_by_letter_only(reader: AnswerReader) -> None:
    knowing = reader_for(reader, "How many?\nA. 0.5\nB. 1/2\nC. 3")
    assert knowing.read("C") == knowing.read("The answer is 3.") == reader.parse("C")
    half = knowing.read("The answer is 0.5.")
    assert half is None or half.text == "0.5"


@AUTO_AND_CHOICE
def test_options_that_are_letters_are_known_by_their_own_letter(reader: AnswerReader) -> None:
    knowing = reader_for(reader, "Which vitamin?\nA. D\nB. C\nC. B\nD. A")
    for letter in "ABCD":
        assert knowing.parse(letter) == knowing.read(f"The answer is {letter}.") == reader.parse(letter)


@AUTO_AND_CHOICE
@pytest.mark.parametrize(
    ("response", "letter"),
    [
        ("Yes, because it is even", "A"),
        ("The answer is: Yes, because it is prime.", "B"),
        ("No", "C"),
    ],
)
def test_options_that_begin_with_the_same_verdict(reader: AnswerReader, response: str, letter: str) -> None:
    knowing = reader_for(reader, "Is 4 even?\nA. Yes, because it is even\nB. Yes, because it is prime\nC. No")
    assert knowing.read(response) == reader.parse(letter)


@pytest.mark.parametrize("response", ["AB", "Answer: AB", "A; B", "A, B and C", "The answer is A, B and C."])
@AUTO_AND_CHOICE
def test_several_options_are_not_the_first_of_them(reader: AnswerReader, response: str) -> None:
    for asked in (reader, reader_for(reader, FRUIT)):
        answer = asked.read(response)
        assert answer is None or answer.text != "A"


def test_what_is_no_option_is_read_by_auto_as_ever() -> None:
    knowing = reader_for(auto_reader(), FRUIT)
    for text in ("The answer is 42.", "apples", '{"answer": "A", "why": "pears"}', "", "word " * 30):
        assert knowing.read(text) == auto_reader().read(text)


@AUTO_AND_CHOICE
def test_tool_calls_are_no_option(reader: AnswerReader) -> None:
    knowing = reader_for(reader, FRUIT)
    answer = knowing.read(Response("pears", tool_calls=(ToolCall(name="f", arguments={"a": "B"}),)))
    assert answer is not None
    assert answer.key == ("tool_calls", (("f", '{"a":"B"}'),))
    assert knowing.parse(answer.text) == answer


def test_what_is_no_option_is_unreadable_to_choice() -> None:
    assert reader_for(choice_reader(), FRUIT).read("The answer is 42 apples, as H is the height (H).") is None


@pytest.mark.parametrize("question", ["", "What is 17*24?"])
@AUTO_AND_CHOICE
def test_a_question_without_options_changes_nothing(reader: AnswerReader, question: str) -> None:
    assert reader_for(reader, question) is reader


def test_other_readers_do_not_ask_for_options() -> None:
    for name in ("number", "exact", "date", "json", "math", "tool_calls"):
        reader = answer_reader(name)
        assert reader_for(reader, FRUIT) is reader


class ByQuestion:
    """A user's reader that takes every question's own."""

    read, parse, same = number_reader().read, number_reader().parse, number_reader().same

    def __init__(self, made: Any) -> None:
        self.made, self.asked = made, ""

    def for_question(self, question: str) -> Any:
        self.asked = question
        return self.made


def test_a_reader_of_the_users_is_asked_for_its_own() -> None:
    own = choice_reader("XY")
    reader = ByQuestion(own)
    assert reader_for(reader, "which?") is own
    assert reader.asked == "which?"


def test_what_is_no_reader_is_refused_before_anything_is_paid_for() -> None:
    with pytest.raises(TypeError, match=r"for_question of answer=.* returned 3: return a reader"):
        reader_for(ByQuestion(3), "which?")


def test_it_shows_as_the_reader_it_was() -> None:
    assert repr(reader_for(choice_reader(), FRUIT)) == "choice_reader()"


@given(
    question=st.text(alphabet="ABC.):(\n x1?*", max_size=80),
    text=st.text(alphabet="ABC.)(\n x1", max_size=40),
)
def test_whatever_the_question_reading_keeps_its_promises(question: str, text: str) -> None:
    for reader in (auto_reader(), choice_reader()):
        knowing = reader_for(reader, question)
        found: list[Answer | None] = [knowing.read(text), knowing.parse(text)]
        assert knowing.read(Response(text)) == found[0]
        for answer in found:
            assert answer is None or knowing.same(answer, answer)
