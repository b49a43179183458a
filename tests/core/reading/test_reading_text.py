import pytest

from modelswitch_core.reading._text import (
    first_sentence,
    fold,
    last_sentence,
    one_form,
    tail,
    undress,
    without_last_table,
    word_count,
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("३४", "34"),
        ("๔๒", "42"),
        ("１２", "12"),
        ("−3", "-3"),
        ("½", " 1/2 "),
        ("50％", "50%"),
        ("10³", "10³"),
        ("\ud800", "\ud800"),
        ("1\u200b2", "12"),
        ("\u2067 5 \u2069\u202c", " 5 "),
        ("Ｂｂ", "Bb"),
        ("٠١٢٣٤٥٦٧٨٩०१२३४५६७८९", "01234567890123456789"),
    ],
)
def test_signs_get_one_form(text: str, form: str) -> None:
    assert one_form(text) == form


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"\text{five}", "five"),
        (r"\dfrac{1}{2}", r"\frac{1}{2}"),
        (r"1{,}000", "1,000"),
        (r"45^\circ", "45"),
        (r"\$5", "$5"),
        (r"\text{\text{\text{\text{x}}}}", r"\text{   x   }"),
        (r"\begin{pmatrix}1 \\ 2\end{pmatrix}", r"\begin{pmatrix}1 \\ 2\end{pmatrix}"),
    ],
)
def test_latex_is_undressed(text: str, plain: str) -> None:
    assert undress(text).strip() == plain


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("42. Let me check.", "42"),
        ("3.5 metres. Done.", "3.5 metres"),
        ("Dr. Who. He wins.", "Dr. Who"),
        ("**Paris.** It is old.", "**Paris**"),
        ("是四十二。谢谢。", "是四十二"),
        ("no end", "no end"),
        ("...", "..."),
    ],
)
def test_first_sentence(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It rained. We went home.", "We went home."),
        ("It rained! Was it late? We met Dr. Who. He met Dr. Watson.", "He met Dr. Watson."),
        ("We met Dr. Who.", "We met Dr. Who."),
        ("是四十二。谢谢。", "谢谢。"),
        ("no end", "no end"),
        ("...", "..."),
    ],
)
def test_last_sentence(text: str, sentence: str) -> None:
    assert last_sentence(text) == sentence


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It is 5.\n| a | b |\n| 1 | 2 |", "It is 5."),
        ("Here it is:\n| a | b |\n| 1 | 2 |", None),
        ("**Here it is:**\n| a | b |\n| 1 | 2 |", None),
        ("| a | b |\n| 1 | 2 |", None),
        ("**\n| a | b |\n| 1 | 2 |", None),
        ("It is 5.\n| a | b |", None),
    ],
)
def test_without_last_table(text: str, left: str | None) -> None:
    """None: the table stays."""
    assert without_last_table(text) == (text if left is None else left)


def test_the_rest() -> None:
    assert fold("  A \n b\t C ") == "a b c"
    assert tail("x" * 100_000 + " 5 ").endswith(" 5")
    assert len(tail("x" * 100_000)) < 20_000
    assert tail("2 + 3 = <<2+3=5>>5 pears") == "2 + 3 = 5 pears"
    assert word_count("one two three") == 3
    assert word_count("今天天气") == 2
    assert word_count("今天 two 天气好 words") == 2 + 3
    assert 1_000 < word_count("one " * 100_000) < 10_000  # so many that it does not matter how many
