"""How a response words its final answer, whichever reader looks: asides, second thoughts, labels, marks."""

import pytest

from modelswitch_core.reading import answer_reader

SUM = "We add the two: 20 + 22 = 42.\n\n"


@pytest.mark.parametrize(
    ("response", "number"),
    [
        # what is to be reached, and what it is a part of
        ("12 more to reach her goal of 50", "12"),
        ("So she needs 12 more to reach her goal of 50.", "12"),
        ("We take 50 - 38 = 12.\nShe needs 12 more stickers to reach 50.", "12"),
        ("Thus, Tom has 12 of the 50 marbles.", "12"),
        ("So she has 12 left out of 50.", "12"),
        ("Answer: 12 out of 50", "12"),
        ("So he walks 12 km to reach the town.", "12"),
        ("So she reached a total of 50.", "50"),
        # asides
        ("So they need 42 chairs (20 + 22).", "42"),
        ("So it takes her 42 minutes, or 0.7 hours.", "42"),
        ("Therefore, Ana pays 42 euros, i.e. 2 euros less than Ben.", "42"),
        ("Thus, there are 42 students in total, 20 boys and 22 girls.", "42"),
        ("So, she saved a total of $42 over 6 weeks.", "42"),
        ("The sum is between 40 and 50, namely 42.", "42"),
        ("The answer is not 40 but 42.", "42"),
        ("So 42% of the 200 students passed.", "42%"),
        # what is needed, and for what
        ("Therefore, it takes 42 days to finish 3 books.", "42"),
        (SUM + "Each person pays $14 for the 3 tickets.", "14"),
        ("Por tanto, Ana necesita 42 minutos para recorrer 3 km.", "42"),
        ("Donc, il faut 42 minutes pour parcourir 3 km.", "42"),
        ("Also braucht sie 42 Minuten für 3 km.", "42"),
        ("Таким образом, ей нужно 42 минуты, чтобы пройти 3 км.", "42"),
        ("We add 20 to 22 to get 42.", "42"),
        # what is given, and what was asked for
        ("So each of the 3 friends gets 14 marbles.", "14"),
        ("So the 3 friends have 42 marbles.", "42"),
        # when it is so
        ("Thus, in 2030 the town will have 42 schools.", "42"),
        ("So, on day 7 he has 42 coins.", "42"),
        ("Hence the train arrives after 2.5 hours.", "2.5"),
        # the value before the words
        (SUM + "Hence, 42 is the answer.", "42"),
        (SUM + "42 is the final answer.", "42"),
        (SUM + "So 42 - that is the answer.", "42"),
        # marks around it
        ("[Answer: 42]", "42"),
        ("We are done (Answer: 42)", "42"),
        (SUM + "**Total cost: $42**", "42"),
        (SUM + "∴ x = 42", "42"),
        (SUM + "→ 42", "42"),
        ("The answer is:\n\n> 42", "42"),
        ("Answer:\n- 42", "42"),
        ("Answer:\n-42", "-42"),
        ("Answer: <42>", "42"),
        (SUM + "= 42", "42"),
        ("The answer is - ( 3/4 )", "-3/4"),
        ("Le prix est de 1 250,50 €.", "1250.5"),
        ("Итого: 1 250 рублей.", "1250"),
        # how sure the model is
        ("So there are 42 apples.\n\nConfidence: 95%", "42"),
        ("So there are 42 apples.\n\n**Confidence level:** 0.9", "42"),
        ("Confidence: 95%", "95%"),
        # a reason behind it
        ("42\n\nExplanation: 20 and 22 make 42, since 2 tens and 2 tens are 4 tens.", "42"),
        ("**42**\n\nBegründung: Es sind 20 und 22, zusammen 4 Zehner.", "42"),
        # a dash in the place of a colon
        ("Answer - 42", "42"),
        ("Final answer - 12 apples", "12"),
        ("**Answer** — 42", "42"),
        ("1. Antwort – 42 Euro", "42"),
        ("answer - 3 = 5", "5"),
        ("The answer - as we saw - is 7.", "7"),
        # transcripts
        ("A: 8", "8"),
        ("Q: What is 3 + 5?\nA: 8", "8"),
        ("Q1: What is 2 + 2?\nA1: 4\n\nQ2: What is 3 + 5?\nA2: The sum is 8.", "8"),
        ("**Question:** 3 + 5?\n**A:** 8 apples, since 5 comes 3 after 2.", "8"),
    ],
)
@pytest.mark.parametrize("name", ["auto", "number"])
def test_a_number(name: str, response: str, number: str) -> None:
    reader = answer_reader(name)
    found, meant = reader.read(response), reader.parse(number)
    assert found is not None
    assert meant is not None
    assert reader.same(found, meant)


LONG = "and so we go on and on with words that say nothing at all about what was asked in the first place"


@pytest.mark.parametrize(
    ("response", "text"),
    [
        (f"42\n\nWe count them {LONG}.", "42"),
        (f"So **it is long {LONG}** and so on.", None),
        ("So she walks 3 km to buy 20 pears.", None),
    ],
)
def test_auto_finds_no_more_than_is_said(response: str, text: str | None) -> None:
    found = answer_reader("auto").read(response)
    assert found is not None
    assert found.text.rstrip(".") == (text or response.rstrip("."))


@pytest.mark.parametrize(
    ("response", "letter"),
    [
        ("Answer - B", "B"),
        ("Answer – (B)", "B"),
        ("Final answer — B) pears", "B"),
        ("Respuesta - B", "B"),
        ("答案 – B", "B"),
        ("Q: Which one is it?\nA: C", "C"),
        ("A: (C)", "C"),
        ("A: pears", "A"),
        ("A: pears\nB: plums\n\nSo B.", "B"),
        ("Q: Which one?\nA: 8\nB: 9\nAnswer: B", "B"),
        ("I think it's B. Wait, no — it's C.", "C"),
        ("It could be (A) or, actually, (B).", "B"),
        ("It must be C then.", "C"),
        ("option c", "C"),
        ("Option C\n\nConfidence: 95%", "C"),
    ],
)
@pytest.mark.parametrize("name", ["auto", "choice"])
def test_an_option(name: str, response: str, letter: str) -> None:
    reader = answer_reader(name)
    found, meant = reader.read(response), reader.parse(letter)
    assert found is not None
    assert meant is not None
    assert reader.same(found, meant)


@pytest.mark.parametrize(
    ("response", "text"),
    [
        ("3 men in a boat", "3 men in a boat"),
        ("Apollo 11 to the moon", "apollo 11 to the moon"),
        ("The answer-key is lost", "the answer-key is lost"),
        ("A - B", "a - b"),
    ],
)
def test_what_only_looks_so(response: str, text: str) -> None:
    found = answer_reader("auto").read(response)
    assert found is not None
    assert found.text.casefold() == text
