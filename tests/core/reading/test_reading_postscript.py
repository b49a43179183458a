import pytest

from modelswitch_core.reading._postscript import without_postscript


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("42\nConfidence: 95%", "42"),
        ("42\n**My confidence level:** 0.9", "42"),
        ("42\n\n**Note:** This is for 5 days.", "42"),
        ("42\n\n> Note: fees of $2,000 are not included.", "42"),
        ("42\nHinweis: ohne 5 Minuten Pause.\nConfidence: 1", "42"),
        ("42\n注：不包括5分钟的休息时间。", "42"),
        ("42\nSource: Document 2, page 14", "42"),
        ("Answer: Lima\nSource: Document 2", "Answer: Lima"),
        ("Total: 42\nNote: without 8% tax", "Total: 42"),
        ("42\n**Check:** 42 - 20 = 22 ✔", "42"),
        ("42\n*(If she read 30 pages, it would take 10 days.)*", "42"),
        ("$AB = 4$. $\\blacksquare$", "$AB = 4$."),
        ("So it is even. ∎", "So it is even."),
        ("So it is even. Q.E.D.", "So it is even."),
    ],
)
def test_what_stands_behind_the_answer(text: str, kept: str) -> None:
    assert without_postscript(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Note: 42",
        "Confidence: 95%",
        "3 + 4 = 7\nNote: the answer is 7.",
        "4x = 12\nCheck: 4 · 3 = 12, so x = 3",
        "42\nCheck: wait, 20 + 23 is 43",
        "42\nNote: \\boxed{43}",
        "Options\nVerification:",
        "It is\n(C) Paris",
        "The points\n(x, y) = (1, 2)",
        "42\nNote: " + "a" * 400,
        "∎",
        "The operator is \\boxed{\\square}",
        "a notebook: 3\nnotebooks: 4",
        # the answer is still to come
        "Here is the result.\nNote: she has 42 apples.",
        "We found the following.\nReference: INV-7",
        "We add them all up.\n(They are 42 dollars in all.)",
        "12 people came.\n(But of these only 4 were adults.)",
        # the next field of a record
        "City: Lima\nNote: vegetarian",
    ],
)
def test_what_stays(text: str) -> None:
    assert without_postscript(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("She has 42.\n\nCheck:\n42 + 3 = 45\n45 = 3 · 15, which is true.", "She has 42."),
        ("x = 42\n\n### Step 4: Verify the solution\n2x = 84\nThis matches.", "x = 42"),
        ("x = 42\n\n**Überprüfung:**\n2x = 84", "x = 42"),
        ("x = 42\n验证：\n2x = 84", "x = 42"),
        ("x = 42\n\nVerification:\nTwice that is 84, as it should be.", "x = 42"),
    ],
)
def test_a_check_under_a_heading(text: str, kept: str) -> None:
    assert without_postscript(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "We try 41.\n\nCheck:\n2x = 82, which is wrong",
        "x = 42\n\nCheck:\n2x = 84\nThe answer is 84.",
        "x = 42\n\nVerification:\n2x = 84\nTherefore, she has 84.",
        "x = 42\n\nCheck:",
        "12 people in 3 groups.\n\nNow check the groups:\nEach has 4 people.",
        "1. Open line 3.\n\nVerify:\nRun the tests",
        "No number yet.\n\nCheck:\n2x = 84",
        "x = 42\n\nCheck:\n" + "a" * 1_600,
    ],
)
def test_a_check_that_decides_or_is_all_there_is(text: str) -> None:
    assert without_postscript(text) == text


def test_only_the_last_lines_are_looked_at() -> None:
    assert without_postscript("42" + "\nNote: a" * 6) == "42" + "\nNote: a" * 2
