from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import Answer, FirstOfClass, RecordedQuestion, RecordedSample, Response, answer_reader
from modelswitch_core.evaluation._answers import UNREADABLE, Answers
from tests.core.evaluation.cases import NearReader

EXACT = answer_reader("exact")


def question(*, gold: str | None = None) -> RecordedQuestion:
    return RecordedQuestion(id="1", question="?", gold=gold, samples={})


def texts(*said: str) -> list[RecordedSample]:
    return [RecordedSample(text=text) for text in said]


READ = [
    (RecordedSample(answer=" Yes  it\nis "), "Yes  it\nis"),
    (RecordedSample(text="no", answer="yes"), "yes"),
    (RecordedSample(text="yes"), "yes"),
    (RecordedSample(text="yes", answer=None, answered=True), None),
    (RecordedSample(answer=None, answered=True), None),
    (RecordedSample(text=" \n"), None),
]


@pytest.mark.parametrize(("sample", "answer"), READ)
def test_a_recorded_answer_is_used_as_it_is_and_else_the_text_is_read(
    sample: RecordedSample, answer: str | None
) -> None:
    answers = Answers(question(), [[sample]], EXACT)
    ((number,),) = answers.numbers
    assert (number == UNREADABLE) == (answer is None)
    assert answers.text(number) == answer


def test_answers_are_read_knowing_the_question() -> None:
    listed = "Which grows on a vine?\nA. pears\nB. grapes"
    asked = RecordedQuestion(id="1", question=listed, gold="grapes", samples={})
    answers = Answers(asked, [texts("(B)", "The answer is grapes."), texts("pears")], answer_reader("auto"))
    assert [[answers.text(number) for number in drawn] for drawn in answers.numbers] == [["B", "B"], ["A"]]
    assert [answers.right(number) for number in (0, 1)] == [True, False]


class Counting(NearReader):
    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.heard: list[str] = []

    def parse(self, text: str) -> Answer | None:
        self.heard.append(text)
        return super().parse(text)

    def same(self, a: Answer, b: Answer) -> bool:
        self.asked.append((a.text, b.text))
        return super().same(a, b)


def test_no_pair_is_asked_about_twice() -> None:
    reader = Counting()
    answers = Answers(question(), [texts("1", "5", "9", "2", "1", "5")], reader)
    for _ in range(20):
        answers.sorter()(answers.numbers[0])
        answers.sorter()(answers.numbers[0][::-1])
    assert len(reader.asked) == len(set(reader.asked))


def test_what_is_said_twice_is_read_once() -> None:
    reader = Counting()
    answers = Answers(question(), [texts("1", "x", "1", "x"), texts("2", "1")], reader)
    assert answers.numbers == [[0, UNREADABLE, 0, UNREADABLE], [1, 0]]
    assert reader.heard == ["1", "x", "2"]


@given(st.lists(st.integers(0, 6), max_size=10))
def test_answers_without_keys_are_sorted_as_the_default_clusterer_sorts_them(said: list[int]) -> None:
    reader = NearReader()
    drawn = texts(*map(str, said))
    answers = Answers(question(), [drawn], reader)
    expected = FirstOfClass(reader).assign([Answer(sample.text or "", None) for sample in drawn])
    assert list(answers.sorter()(answers.numbers[0])) == expected


def test_draw_order_decides_where_sameness_does_not_carry_over() -> None:
    answers = Answers(question(), [texts("1", "2", "3")], NearReader())
    one, two, three = answers.numbers[0]
    assert list(answers.sorter()([one, two, three])) == [0, 0, 1]
    assert list(answers.sorter()([two, one, three])) == [0, 0, 0]


class OwnClusterer(NearReader):
    def clusterer(self, question: str) -> OwnClusterer:
        assert question == "?"
        return self

    def assign(self, answers: Sequence[Answer]) -> list[int]:
        return [int(answer.text) % 2 for answer in answers]


def test_a_reader_s_own_clusterer_is_asked() -> None:
    answers = Answers(question(), [texts("3", "5", "8")], OwnClusterer())
    assert list(answers.sorter()(answers.numbers[0])) == [1, 1, 0]


def test_numbers_are_classes_where_all_answers_have_keys() -> None:
    answers = Answers(question(), [texts("Yes", "no"), texts(" yes")], EXACT)
    assert answers.numbers == [[0, 1], [0]]
    assert list(answers.sorter()([0, 1, 0])) == [0, 1, 0]


@pytest.mark.parametrize(
    ("gold", "right", "unreadable"),
    [("YES", True, False), ("no", False, False), (None, False, False), ("", False, True)],
)
def test_an_answer_is_right_where_it_is_the_gold_one(
    gold: str | None, *, right: bool, unreadable: bool
) -> None:
    answers = Answers(question(gold=gold), [texts("yes")], EXACT)
    assert answers.right(0) is right
    assert answers.gold_unreadable is unreadable


@pytest.mark.parametrize(
    ("a", "b", "agree"), [(0, 1, True), (0, 2, False), (0, UNREADABLE, False), (-1, -1, True)]
)
def test_outcomes_agree_where_they_are_the_same_answer_or_both_none(a: int, b: int, *, agree: bool) -> None:
    answers = Answers(question(), [texts("1", "2", "3")], NearReader())
    assert answers.agree(a, b) is agree


def test_prose_is_known_as_such() -> None:
    prose = "the reason is that every one of these numbers is even and so is their sum and more"
    answers = Answers(question(), [texts(prose, "7")], answer_reader("auto"))
    assert answers.any_free_text
    assert [answers.free_text(number) for number in answers.numbers[0]] == [True, False]
    assert Response(prose).text == answers.text(0)
