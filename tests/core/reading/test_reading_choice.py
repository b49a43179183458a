import pytest

from modelswitch_core.reading import choice_reader


@pytest.mark.parametrize(
    ("response", "letter"),
    [
        ("C", "C"),
        ("c", "C"),
        ("C.", "C"),
        ("(C)", "C"),
        ("**B**", "B"),
        ("[D]", "D"),
        ("C) pears", "C"),
        (r"\boxed{G}", "G"),
        (r"\boxed{\text{(E) 5 pears}}", "E"),
        (r"\boxed{e}", "E"),
        (r"$\boxed{\mathrm{F}}$", "F"),
        (r"\boxed{G.12 kg and 3 m}", "G"),
        (r"\boxed{5}. So option (B) is right", "B"),
        ("The answer is C.", "C"),
        ("The answer is (C) because of pears", "C"),
        ("The answer is C because", "C"),
        ("Answer: D) pears", "D"),
        ("**Answer: D**", "D"),
        ("The correct option is (B).", "B"),
        ("Answer: option B", "B"),
        ("The answer is A.", "A"),
        ("The answer is A because pears", "A"),
        ("Answer: I", "I"),
        ("答案是 B。", "B"),
        ("La respuesta es (D).", "D"),
        ("Die Antwort lautet C", "C"),
        ("Ответ: E", "E"),
        ("We compare all.\n\nC. pears", "C"),
        ("So **D) pears** fits best.", "D"),
        ("I would take option C here.", "C"),
        ("(A) is wrong, so it must be (B) in the end", "B"),
        ("#### B", "B"),
        ('{"answer": "B", "reason": "A is too small"}', "B"),
        ("La respuesta correcta es la B.", "B"),
        ("正解はBです。", "B"),
        ("คำตอบคือ ข้อ B", "B"),
        ("సరైన సమాధానం B", "B"),
        ("I choose B.", "B"),
        ('The answer matches the "B" option when rounded', "B"),
        ("Of all of them, B seems to be right here", "B"),
        ("Testing answer C first, then answer B, which fits", "B"),
        ("After some thought I think it is B", "B"),
        ("The answer I found is the last one", None),
        ("I is the best letter", None),
        ("A dog ran home", None),
        ("I am not sure", None),
        ("The answer is A dog", None),
        ("The answer is I think pears", None),
        ("The answer is a pear", None),
        ("The answer is B or C", None),
        ("B and C", None),
        ("pears", None),
        ("", None),
        ("The answer is Zebra", None),
        ("K", None),
    ],
)
def test_the_option(response: str, letter: str | None) -> None:
    answer = choice_reader().read(response)
    assert (None if answer is None else answer.key) == letter


def test_letters() -> None:
    reader = choice_reader(letters="KL")
    assert repr(reader) == "choice_reader(letters='KL')"
    assert repr(choice_reader()) == "choice_reader()"
    answer = reader.read("The answer is K.")
    assert answer is not None
    assert answer.text == "K"
    assert reader.read("The answer is C.") is None


@pytest.mark.parametrize("letters", ["", "AA", "ab", "A1", "A-Z"])
def test_wrong_letters(letters: str) -> None:
    with pytest.raises(ValueError, match="letters="):
        choice_reader(letters=letters)


def test_letters_must_be_a_string() -> None:
    with pytest.raises(TypeError, match="letters="):
        choice_reader(letters=["A"])  # type: ignore[arg-type]
