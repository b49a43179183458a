from typing import Any

import pytest
from pydantic import ValidationError

from modelswitch_core import Chosen, ModelReport, SwitchResult, Usage


def report(**fields: Any) -> ModelReport:
    return ModelReport(
        **{
            "name": "gpt-4o-mini",
            "drawn": 5,
            "answers": {"408": 3, "418": 1},
            "unreadable": 1,
            "failures": (),
            "entropy_bits": 0.811,
            "weight": 0.39,
            "prior": 1.0,
            "usage": Usage(input_tokens=50, output_tokens=1200, total_tokens=1250),
            "seconds": 1.5,
            **fields,
        }
    )


def result(**fields: Any) -> SwitchResult:
    second = report(name="gemini-1.5-flash", answers={"408": 5}, unreadable=0, entropy_bits=0.0, weight=1.0)
    return SwitchResult(
        **{
            "answer": "408",
            "chosen": Chosen(model=1, draw=0),
            "stop_reason": "all_drawn",
            "samples_drawn": 10,
            "samples_budget": 10,
            "waves": 2,
            "models": (report(), second),
            "scores": {"408": 6.17, "418": 0.39},
            "confidence": 0.94,
            "usage": Usage(input_tokens=100, output_tokens=2400, total_tokens=2500),
            **fields,
        }
    )


def test_json_goes_both_ways() -> None:
    original = result()
    assert SwitchResult.model_validate_json(original.model_dump_json()) == original
    assert SwitchResult.model_validate(original.model_dump(mode="json")) == original


def test_it_is_frozen_and_takes_nothing_else() -> None:
    with pytest.raises(ValidationError):
        setattr(result(), "answer", "9")  # noqa: B010  # what a type checker would not let pass
    with pytest.raises(ValidationError, match="client"):
        result(client="an object")
    with pytest.raises(ValidationError):
        result(confidence=1.5)


def test_as_text_it_is_a_short_table() -> None:
    assert str(result()) == (
        "408   (all_drawn, confidence 94%)\n"
        "  gpt-4o-mini        5 drawn   weight 0.39   408 ×3, 418 ×1, unreadable ×1\n"
        "  gemini-1.5-flash   5 drawn   weight 1.00   408 ×5\n"
        "  10 of at most 10 samples in 2 waves, 2,500 tokens"
    )


def test_models_that_were_not_asked_and_answers_that_are_not_there() -> None:
    unasked = report(name="b", drawn=0, answers={}, unreadable=0, usage=None, seconds=None)
    failing = report(name="a", answers={}, unreadable=1, failures=("ValueError: no",))
    text = str(result(answer=None, models=(failing, unasked), scores={}, confidence=0.0, usage=None, waves=1))
    assert text == (
        "(no readable answer)   (all_drawn, confidence 0%)\n"
        "  a   5 drawn   weight 0.39   unreadable ×1, failed ×1\n"
        "  b  not asked\n"
        "  10 of at most 10 samples in 1 wave"
    )


def test_long_and_many_answers_are_cut() -> None:
    answers = {f"an answer that is much too long to be shown in a table, number {n}": 1 for n in range(9)}
    lines = str(result(models=(report(answers=answers),), chosen=Chosen(model=0, draw=0))).splitlines()
    assert lines[1].count("…") == 6
    assert "3 more" in lines[1]


def test_usage_adds_up_and_unknown_stays_unknown() -> None:
    one = Usage(input_tokens=1, output_tokens=2, total_tokens=3)
    assert Usage.total([one, None, one]) == Usage(input_tokens=2, output_tokens=4, total_tokens=6)
    assert Usage.total([None, None]) is None
    assert Usage.total([]) is None


def test_a_terminal_gets_no_control_characters_of_a_model() -> None:
    from modelswitch_core._table import shown

    assert shown("\x1b[31mred\x00") == "�[31mred�"
    named = result(models=(report(name="\x1b]0;owned\x07\u202emodel"), report(name="b")), answer="\x1b[2J408")
    assert "\x1b" not in str(named) + named.explain() + named._repr_html_()
    assert "\u202e" not in str(named) + named.explain() + named._repr_html_()
