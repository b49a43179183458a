from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import OptionError, RecordedQuestion, RecordedSample
from modelswitch_core.recordings import merge
from tests.core.recordings.recorded import questions


def question(id: str, *, text: str = "?", gold: str | None = None, **samples: list[str]) -> RecordedQuestion:  # noqa: A002
    return RecordedQuestion(
        id=id,
        question=text,
        gold=gold,
        samples={
            model: tuple(RecordedSample(text=said) for said in drawn) for model, drawn in samples.items()
        },
    )


def test_samples_of_the_same_question_are_put_together_in_order() -> None:
    merged = merge(
        [question("1", a=["x"]), question("2", a=["y"])],
        [question("2", b=["z"], gold="7"), question("1", a=["w"], b=["v"])],
    )
    assert merged == [question("1", a=["x", "w"], b=["v"]), question("2", a=["y"], b=["z"], gold="7")]


def test_a_recording_whose_ids_come_twice_is_merged_with_itself() -> None:
    assert merge([question("1", a=["x"]), question("1", a=["y"])]) == [question("1", a=["x", "y"])]


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (question("1", text="a?"), question("1", text="b?"), "id='1' stands for 'a\\?' and for 'b\\?'"),
        (question("1", gold="7"), question("1", gold="8"), "gold='8' of question '1' was '7' before"),
    ],
)
def test_what_contradicts_itself_is_refused(a: RecordedQuestion, b: RecordedQuestion, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        merge([a], [b])


@given(st.lists(questions, max_size=4, unique_by=lambda each: each.id))
def test_merging_one_recording_of_different_questions_changes_nothing(
    recorded: list[RecordedQuestion],
) -> None:
    assert merge(recorded) == recorded
