"""What `print` and a notebook show of a replay and a tuning, and what is said of unknown costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from modelswitch_core import (
    EntropyVote,
    Paper,
    RecordedQuestion,
    RecordedSample,
    RewardVote,
    SwitchPlan,
    switch_plan,
)
from modelswitch_core.evaluation import Price, Replay, Table, Tuned, replay, setting_told, tune

ONE = Price(input=1, output=1)


def question(number: int, *, tokens: int | None = 100, gold: str | None = "1") -> RecordedQuestion:
    draws = tuple(RecordedSample(text=text, input_tokens=tokens, output_tokens=10) for text in "112")
    return RecordedQuestion(id=str(number), question="?", gold=gold, samples={"a": draws, "<b>": draws})


def replayed(*questions: RecordedQuestion, prices: Mapping[str, Price] | None = None, **more: Any) -> Replay:
    return replay(questions, models=["a", "<b>"], samples=2, answer="exact", prices=prices, **more)


def tuned(count: int = 24, *, prices: Mapping[str, Price] | None = None, **more: Any) -> Tuned:
    return tune([question(each, **more) for each in range(count)], answer="exact", shuffles=1, prices=prices)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (switch_plan(["a", "b"], samples=[3, 2]), "a ×3 → b ×2, Paper"),
        (switch_plan(["a"], samples=4, policy=Paper(threshold=0.8)), "a ×4, Paper(threshold=0.8)"),
        (
            switch_plan(["a", "b"], samples=2, policy="esc", vote="entropy", priors=[1.5, 1]),
            "a ×2 → b ×2, Esc, EntropyVote, priors 1.5, 1",
        ),
        (
            switch_plan(["a", "b"], samples=2, vote=EntropyVote(normalizer="samples")),
            "a ×2 → b ×2, Paper, EntropyVote(normalizer='samples')",
        ),
        (
            switch_plan(["a", "b"], samples=2, vote=RewardVote(combine="sum")),
            "a ×2 → b ×2, Paper, RewardVote(combine='sum')",
        ),
    ],
)
def test_a_setting_in_a_few_words(plan: SwitchPlan, said: str) -> None:
    assert setting_told(plan) == said


def test_a_table_is_aligned_whatever_is_in_it() -> None:
    table = Table(
        ("", "n", "share"), (("one", "1", "100.0%"), ("in between",), ("a long label " * 4, "22", ""))
    )
    assert str(table).splitlines() == [
        "                                   n   share",
        "one                                1  100.0%",
        "",
        "in between",
        "a long label a long label a long  22",
        "  label a long label",
    ]


def test_a_name_stays_in_one_piece() -> None:
    name = "a-model-with-a-name-of-fifty-characters-and-no-space"
    lines = str(Table(("", "n"), ((f"of {name}", "1"), ("b", "2")))).splitlines()
    assert f"  {name}" in lines
    assert {len(line) for line in lines if line[-1].isdigit()} == {len(lines[0])}


def test_a_table_on_a_page_escapes_what_is_in_it() -> None:
    page = Table(("", "n"), (("<b>", "1"), ("between",), ("x", "2")))._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert '<th colspan="2"' in page
    assert page.count("<tr>") == 4


def test_a_replay_prints_as_tables() -> None:
    shown = str(replayed(question(1)))
    assert shown.splitlines()[0] == "1 question, a ×2 → <b> ×2, Paper"
    for part in ("accuracy", "self-consistency, a", "all samples pooled", "200 + 20", "as pooled"):
        assert part in shown
    assert max(map(len, shown.split("\n\n")[1].splitlines())) <= 90
    page = replayed(question(1))._repr_html_()
    assert page.count("<table>") == 2
    assert "self-consistency, &lt;b&gt;" in page


def test_a_tuning_prints_as_a_table() -> None:
    found = tuned()
    shown = str(found)
    assert shown.startswith("12 questions held out, ")
    for part in ("self-consistency, <b>", "the frontier of the questions searched", found.rule):
        assert part in shown
    page = found._repr_html_()
    assert page.count("<table>") == 1
    assert "<b>" not in page


def test_nothing_searched_is_no_question_held_out() -> None:
    assert str(tuned(3)).startswith("3 questions, nothing searched\n")


def test_without_gold_the_accuracy_is_unknown_and_not_zero() -> None:
    table = replayed(question(1, gold=None)).tables[0]
    assert [row[1] for row in table.rows] == ["?"] * len(table.rows)


def test_what_did_not_count_in_a_replay_is_said() -> None:
    few = RecordedQuestion(id="few", question="?", gold="1", samples={"a": (), "<b>": ()})
    unreadable = RecordedQuestion(id="none", question="?", gold="none", samples=question(2).samples)
    found = replay(
        [question(1), question(2, gold=None), few, unreadable],
        models=["a", "<b>"],
        samples=2,
        vote="reward_sum",
        answer="number",
        shuffles=2,
        seed=3,
    )
    assert found.notes[1:-1] == (
        "Means over 2 random orders of the draws, seed 3.",
        "1 question left out for want of samples: a 1, <b> 1.",
        "1 question without a gold answer, not in accuracy.",
        "1 gold answer not readable: every answer is wrong there.",
    )
    assert found.notes[-1].startswith("3 questions with samples that have no reward: ")


def test_what_did_not_count_in_a_tuning_is_said() -> None:
    few = RecordedQuestion(id="few", question="?", gold="1", samples={"a": (), "<b>": ()})
    questions = [*(question(each, gold=None if each == 9 else "1") for each in range(24)), few]
    noted = tune(questions, answer="exact", shuffles=1).notes
    assert "1 question left out for want of samples." in noted
    assert "1 question without a gold answer left out." in noted
    unlabelled = tuned(gold=None).notes
    (told,) = (note for note in unlabelled if note.startswith("Right answers are not known"))
    assert "No priors are tried" in told
    assert not any("No priors are tried" in note for note in noted)


# --- costs ---

BOTH = {"a": ONE, "<b>": ONE}
UNKNOWN = [
    ({"a": ONE}, 5, "there is no price of <b>"),
    ({}, 5, "there is no price of a, <b>"),
    (BOTH, None, "the recording lacks input_tokens or output_tokens of samples on 1 of 2 questions"),
    (BOTH, 5, None),
]


@pytest.mark.parametrize(("prices", "tokens", "why"), UNKNOWN)
def test_why_a_cost_is_unknown_is_said(prices: dict[str, Price], tokens: int | None, why: str | None) -> None:
    two = [question(1), question(2, tokens=tokens)]
    for found in (replayed(*two, prices=prices), tune(two, answer="exact", prices=prices)):
        assert found.cost_unknown == why
        told = found.to_dict()
        assert told["cost_unknown"] == why
        assert told["prices"] == {name: {"input": 1, "output": 1} for name in prices}
        noted = [note for note in found.notes if note.startswith("Cost is not known throughout: ")]
        assert noted == ([f"Cost is not known throughout: {why}."] if why else [])


def test_whoever_gives_no_prices_is_told_nothing_of_costs() -> None:
    for found in (replayed(question(1)), tuned(2)):
        assert found.prices is None
        assert found.to_dict()["prices"] is None
        assert not any("ost" in note for note in found.notes)


def test_a_cost_that_is_known_is_that_of_a_thousand_questions() -> None:
    found = replayed(question(1), prices=BOTH)
    assert found.figures.mean_cost == pytest.approx(2 * 110 / 1e6)
    rows = {row[0]: row[4] for row in found.tables[1].rows}
    assert found.tables[1].headings[4] == "cost/1,000"
    assert rows == {
        "Paper": "0.22",
        "self-consistency, a": "0.22",
        "self-consistency, <b>": "0.22",
        "all samples pooled": "0.44",
    }
    assert "cost is that of 1,000 questions" in found.notes[0]


def test_a_cost_known_of_some_ways_alone_is_a_question_mark_elsewhere() -> None:
    for found in (replayed(question(1), prices={"a": ONE}), tuned(prices={"a": ONE})):
        tables = found.tables if isinstance(found, Replay) else (found.table,)
        column = tables[-1].headings.index("cost/1,000")
        cells = {row[0]: row[column] for row in tables[-1].rows if len(row) > 1}
        assert cells["self-consistency, <b>"] == cells["all samples pooled"] == "?"
        assert cells["self-consistency, a"] not in ("?", "0")


def test_columns_of_which_nothing_is_known_are_left_out() -> None:
    none = question(1, tokens=None)
    none = RecordedQuestion(
        id="1",
        question="?",
        gold="1",
        samples={name: tuple(RecordedSample(text=each.text) for each in none.drawn(name)) for name in BOTH},
    )
    assert replayed(none, prices=BOTH).tables[1].headings == ("", "samples", "waves", "as pooled")
