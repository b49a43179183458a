import pytest

from modelswitch_core.reading._find import (
    announced,
    announces_template,
    boxes,
    final_hash_line,
    hash_lines,
    mended,
    without_sentence_tail,
)
from modelswitch_core.reading._phrases import ANNOUNCEMENTS
from modelswitch_core.reading._templates import is_template


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"so \boxed{5}", ["5"]),
        (r"\boxed{1} then \boxed{2}", ["2", "1"]),
        (r"\boxed{\frac{1}{2}}", [r"\frac{1}{2}"]),
        (r"\boxed{\{1, 2\}}", [r"\{1, 2\}"]),
        (r"\boxed{\boxed{7}}", [r"\boxed{7}"]),
        (r"\boxed{5} is not \frac{1", ["5"]),
        (r"\boxed{answer}", []),
        (r"\boxed{\text{your answer}} and \boxed{3}", ["3"]),
        (r"\boxed{MM/DD/YYYY}", []),
        (r"\boxed{...}", []),
        (r"\boxed{}", []),
        (r"\boxed{number}", []),
        (r"\boxed{\text{letter}}", []),
        (r"\boxed{[insert the letter]}", []),
        (r"\boxed{x}", ["x"]),
        (r"\boxed{a number}", []),
        (r"\boxed{number theory}", ["number theory"]),
        (r"\fbox{4}", ["4"]),
        (r"\boxed {4}", ["4"]),
        (r"\boxed 4", ["4"]),
        (r"cut short: \boxed{12", ["12"]),
        (r"stray } and \boxed{6}", ["6"]),
        (r"\\boxed{8}", ["8"]),
        (r"\encadré{9}", ["9"]),
        (r"\iliyowekwa{9}", ["9"]),
        ("no box", []),
        ("{braces} only", []),
    ],
)
def test_boxes(text: str, found: list[str]) -> None:
    assert list(boxes(text)) == found


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (r"$x = \boxed{1}$ or $x = \boxed{2}$", "1, 2"),
        (r"\boxed{1} and \boxed{2}", "1, 2"),
        (r"first \boxed{1}. Later on, after much thought, \boxed{2}", "2"),
    ],
)
def test_joined_boxes(text: str, first: str) -> None:
    assert next(boxes(text, joined=True)) == first


@pytest.mark.parametrize(
    ("box", "many", "length", "read"),
    [
        (r"\boxed{%s}", 50, 1, 20),
        (r"\boxed{%s}", 8, 1_900, 5),
        (r"\boxed{%s}", 2, 40_000, 1),
        (r"\boxed{%s", 50, 1, 20),
        (r"\boxed{%s", 8, 1_900, 5),
        (r"\boxed{%s", 8, 40_000, 4),  # of a line that never ends, as much as an answer may have
    ],
)
def test_only_the_last_boxes_are_read(box: str, many: int, length: int, read: int) -> None:
    found = list(boxes("\n".join(box % (str(place % 10) * length) for place in range(many))))
    assert len(found) == read
    assert found[0][0] == str((many - 1) % 10)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("The answer is 5.", "5."),
        ("The final answer is: 5", "5"),
        ("Answer: D) pears", "D) pears"),
        ("**Answer:** pears", "pears"),
        ("**Answer**: pears", "pears"),
        ("The answer is 4. Wait. The answer is 5.", "5."),
        ("The answer to this question is 7", "7"),
        ("The answer is:\n\n\\[\n42\n\\]", "42"),
        ("## Final Answer\n\nseven pears", "seven pears"),
        ("Answer\n42", "42"),
        ("The answer is not clear. The answer is not 5.", None),
        ("Put it as: the answer is [answer]", None),
        ("The answer isn't here", None),
        ("the answering machine is on", None),
        ("答案是 42", "42"),
        ("最终答案：42", "42"),
        ("La respuesta final es 42", "42"),
        ("La respuesta a esta pregunta es: 42", "42"),
        ("La réponse à cette question est 42", "42"),
        ("Die Antwort auf diese Frage lautet 42", "42"),
        ("Endgültige Antwort: 42", "42"),
        ("Ответ: 42", "42"),
        ("Ответ на этот вопрос — 42", "42"),
        ("答えは42", "42"),
        ("คำตอบสุดท้ายคือ 42", "42"),
        ("চূড়ান্ত উত্তর হল 42", "42"),
        ("Jibu la mwisho ni 42", "42"),
        ("ఈ ప్రశ్నకు సమాధానం 42", "42"),
        ("సమాధానం: 42", "42"),
        ("ఈ ప్రశ్నకు సమాధానం నలభై", "నలభై"),
        ("The answer is\n$$\n$$\n$$\n$$\n$$\n$$\n$$\n5", None),
        ('{"answer": "seven pears", "why": "we count"}', "seven pears"),
        ("{'final_answer': 42, 'why': 'we count'}", "42"),
        ("<answer>42</answer>", "42"),
        ("<answer>\n42\n</answer> So we are done.", "42"),
        ("<final_answer>seven pears</final_answer>", "seven pears"),
        ("<answer>seven pears", "seven pears"),
        ("<answer></answer>", None),
        ("Answer: <42 cm>", "42 cm"),
        ("Answer: <B>", "B"),
        ("Answer: [letter]", None),
        ("Answer: <number>", None),
        ("Answer: [A/B/C/D]", None),
        ("Answer: {answer}", None),
        ("Answer: ____", None),
        ("**Answer:** [Insert your final answer here]", None),
        ('Write it in the format "Answer: X".', None),
        ("I end with 'The answer is X'.", None),
        ("Answer: X", "X"),
        ("The answer is a letter.", "a letter."),
        ("no announcement", None),
    ],
)
def test_announced(text: str, first: str | None) -> None:
    assert next(announced(text), None) == first


def test_what_is_read_of_many_announcements_is_no_multiple_of_the_text() -> None:
    text = "so the answer is seven, as we know, and " * 300
    found = list(announced(text))
    assert found
    assert sum(map(len, found)) < 2 * len(text)
    assert found[0] == "seven, as we know, and"


def test_the_table_has_the_languages_of_the_data() -> None:
    assert {row.language for row in ANNOUNCEMENTS} == {
        "English",
        "Chinese",
        "Spanish",
        "French",
        "German",
        "Russian",
        "Japanese",
        "Thai",
        "Bengali",
        "Swahili",
        "Telugu",
    }


def test_small_pieces() -> None:
    assert list(hash_lines("a\n#### 7\n#### 8")) == ["8", "7"]
    assert mended(r"3} \text{ cm") == r"\boxed{3} \text{ cm}"
    assert mended("{3}") == "{3}"
    assert without_sentence_tail("15です。") == "15"
    assert without_sentence_tail("です") == "です"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We count.\n#### seven pears", ["seven pears"]),
        ("#### 7  \n\n", ["7"]),
        ("#### Step 1\nWe count.", []),
        ("#### [answer]", []),
        ("#### 1,234 ####", ["1,234"]),
        ("seven ####", []),
    ],
)
def test_a_hash_line_at_the_end(text: str, found: list[str]) -> None:
    assert list(final_hash_line(text)) == found


@pytest.mark.parametrize(
    ("value", "template"),
    [
        ("your answer", True),
        ("<answer>", True),
        ("[your answer here]", True),
        ("[insert letter]", True),
        ("[number]", True),
        ("[X]", True),
        ("[A-D]", True),
        ("<a|b|c>", True),
        ("#### [answer]", True),
        (r"\boxed{number}", True),
        (r"\boxed{}", True),
        ("number", False),
        ("a letter", False),
        ("[1, 2]", False),
        ("(A)", False),
        ("(A, B, C)", False),
        ("<div>", False),
        ("[x]", False),
        ("42", False),
        ("x" * 100, False),
    ],
)
def test_what_a_prompt_writes_in_the_place_of_the_answer(value: str, template: bool) -> None:
    assert is_template(value) is template


@pytest.mark.parametrize(
    ("line", "template"),
    [
        ("The answer is [your answer].", True),
        (r"Final answer: \boxed{your answer}", True),
        (r"So $\boxed{number}$", False),
        ("The answer is 5, as in [your answer]", False),
        (r"The answer is [your answer]: \boxed{5}", False),
        ("The answer is not clear.", False),
        ("The answer is", False),
        ("We add.", False),
    ],
)
def test_a_line_that_announces_a_template(line: str, template: bool) -> None:
    assert announces_template(line) is template
