import pytest

from modelswitch_core.reading import auto_reader, choice_reader
from modelswitch_core.reading._choice import continues_a_list


@pytest.mark.parametrize(
    ("response", "letter"),
    [
        ("C", "C"),
        ("c", "C"),
        ("【答案】C\n【解析】A项错误，因为梨不够。", "C"),
        ("正确选项为 C. 梨", "C"),
        ("由此可见，C选项是正确的。", "C"),
        ("答案为C选项。", "C"),
        ("选项A、B、D都不正确，所以选C。", "C"),
        ("A、B错误，C正确。", "C"),
        ("选项A是错误的，选项C是正确的。", "C"),
        ("La alternativa correcta es la letra C.", "C"),
        ("Respuesta correcta: c) Las peras", "C"),
        ("La respuesta no es la A, es la C.", "C"),
        ("La réponse correcte est donc C) des poires.", "C"),
        ("La réponse n'est pas A mais C.", "C"),
        ("Die richtige Antwort ist nicht A, sondern C.", "C"),
        ("Die Antworten A und B sind falsch, daher ist C die richtige Lösung.", "C"),
        ("Ответ не A, а C.", "C"),
        ("よって、正しい選択肢はCである。", "C"),
        ("選択肢Aは誤りで、選択肢Cが正しいです。", "C"),
        ("正解はAではなくCです。", "C"),
        ("คำตอบไม่ใช่ A แต่เป็น C", "C"),
        ("সঠিক বিকল্পটি হলো C.", "C"),
        ("Chaguo sahihi ni C.", "C"),
        ("Jibu si A bali ni C.", "C"),
        ("The answer is not A or B but C.", "C"),
        ("Option C it is, but A = -6 for pears.", "C"),
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


@pytest.mark.parametrize(
    ("response", "letter"),
    [
        ("(A) is wrong because it rains. (B) is wrong too. The correct one is (C).", "C"),
        ("(C) is correct. (A) and (B) are wrong.", "C"),
        ("C is the best. Option D is incorrect.", "C"),
        ("I go with B", "B"),
        ("I'd go with B here.", "B"),
        ("I'm going with (B), not (A).", "B"),
        ("So I choose (C) rather than (A).", "C"),
        ("I would pick C instead of D.", "C"),
        ("It is (A) or (B), so (B).", "B"),
        ("It is not (A) but (D).", "D"),
        ("The answer is not (A) but (D).", "D"),
        ("The answer is (D), not (A).", "D"),
        ("The answer is not A. It is D.", "D"),
        ("The answer isn't (A); it is (D).", "D"),
        ("(B) can be ruled out. (C) remains.", "C"),
        ("We can eliminate (A), (B) and (D), which leaves (C).", "C"),
        ("We rule out (A). We rule out (B). So we keep (C) as it fits, unlike (D).", "C"),
        ("Option C fits and option D does not.", "C"),
        ("Neither (A) nor (B) fits, which leaves (D).", "D"),
        ("Only (C) works; (D) fails.", "C"),
        ("(D) doesn't fit.", None),
        ("Not (D).", None),
        ("B, not C", "B"),
        ("B rather than C", "B"),
        ("B (not C)", "B"),
        ("I reject (A).", None),
        ("I am torn between (A) and (B).", None),
        ("Either (A) or (B)", None),
        ("The correct choice is clearly B.", "B"),
        ("My choice: B", "B"),
        ("My final choice is B.", "B"),
        ("Final choice: (D)", "D"),
        ("The right one is D.", "D"),
        ("The best is therefore (D).", "D"),
        ("So it's B.", "B"),
        ("So it's (B).", "B"),
        ("It has to be D.", "D"),
        ("I'll go for C.", "C"),
        ("I'd say C.", "C"),
        ("→ C", "C"),
        ("Correct: C", "C"),
        ("Correct answer (C)", "C"),
        ("The answer: not (A), but (B)", "B"),
        ("The answer is either A or B; A is out, so B.", "B"),
        ("The answer cannot be (A).", None),
        ("Statement (A) is false and (B) is true.", "B"),
        ("(A) is incorrect, so it must be (B) in the end", "B"),
        ("选B", "B"),
        ("选择B", "B"),
        ("应该选 B。", "B"),
        ("不是A，而是C。", "C"),
        ("A不对，选C。", "C"),
        ("No es (A) sino (D).", "D"),
        ("nicht (A), sondern (D)", "D"),
        ("Ce n'est pas (A) mais (D).", "D"),
        ("Не (A), а (D).", "D"),
        ("The answer is (B), since (A) and (C) are too small.", "B"),
        ("Option A is too small. Option B is too large. So option C it is.", "C"),
        ("I considered B, but C is better, so my answer is C.", "C"),
        ("**Answer: C** (not D)", "C"),
        ("Between B and C, C is the better choice.", "C"),
        ("Although (A) looks right, (D) is correct.", "D"),
        ("The correct answer is not B; it's C.", "C"),
        ("I initially thought it was (A), but it is (B).", "B"),
        ("(B) is the only option that works; (A), (C), and (D) do not.", "B"),
        ("So the answer should be option D, as option B fails.", "D"),
        ("Answer: B. Explanation: (A) is incorrect because it rains. (C) is also wrong.", "B"),
        ("The answer is B and not C.", "B"),
        ("It can't be (A) or (B), so it must be (C).", "C"),
        ("None of (A), (B), (C) fits.", None),
        ("None of the above", None),
        ("It is true of both, so (A) or (B)", None),
        ("Final answer: C.", "C"),
        ("The answer is C) pears, not D) plums.", "C"),
        ("Therefore, (C) is not correct. The correct option is (B).", "B"),
        ("(B) Paris is the capital, while (A) Lyon is not.", "B"),
        ("It's not that (A) is wrong; (A) is right.", "A"),
    ],
)
def test_a_rejected_option_is_no_answer(response: str, letter: str | None) -> None:
    answer = choice_reader().read(response)
    assert (None if answer is None else answer.key) == letter
    found = auto_reader().read(response)
    assert found is not None
    key = found.key
    assert isinstance(key, tuple)
    assert (key[1] if key[0] == "option" else None) == letter


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


@pytest.mark.parametrize(
    ("before", "line", "continues"),
    [
        ("A) too small", "B) fits", True),
        ("A: 3", "C: 1", True),
        ("D) too large", "C) fits", False),
        ("The last one it is.", "C) fits", False),
        ("C) fits", "", False),
    ],
)
def test_options_gone_through_in_their_order(before: str, line: str, continues: bool) -> None:
    assert continues_a_list(before, line) is continues
