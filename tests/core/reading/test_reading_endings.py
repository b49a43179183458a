r"""What the last statement of a response says, where nothing announces or boxes an answer."""

import pytest

from modelswitch_core.reading import answer_reader

LONG_BOLD = "So **it goes on and on with words that say nothing at all about it**."
SUM = "We share the eggs: 56 ÷ 8 = 7.\n\n"


def reads_as(name: str, response: str, meant: str) -> None:
    reader = answer_reader(name)
    found, expected = reader.read(response), reader.parse(meant)
    assert found is not None
    assert expected is not None
    assert reader.same(found, expected), (found, expected)


@pytest.mark.parametrize(
    ("response", "number"),
    [
        # reasons and comparisons
        ("Each box holds 7 eggs, since 7 × 8 = 56.", "7"),
        ("Since 7 × 8 = 56, each box holds 7 eggs.", "7"),
        (SUM + "Each box holds 7 eggs because 56 eggs were shared among 8 boxes.", "7"),
        (SUM + "They need 7 buses, whereas last year 12 were enough.", "7"),
        ("They will need 4 buses, since 3 buses would only hold 120 of the 150 students.", "4"),
        ("Il lui faut 45 minutes, car 15 × 3 = 45.", "45"),
        ("Er braucht 45 Minuten, da 15 · 3 = 45 ist.", "45"),
        ("Ему нужно 45 минут, так как 15 × 3 = 45.", "45"),
        ("So he has saved $40 since 2019.", "40"),
        ("Since 2019 he has put aside 40 dollars a year, so he now has 160 dollars.", "160"),
        ("50 + 36 = 86, so the bakery sold 86 loaves.", "86"),
        ("I calculated 50 + 36 = 86, which means that 86 loaves were sold.", "86"),
        ("So, Mia gets 6 more sweets than Jon, who has 14.", "6"),
        # asides
        ("Mateo is now **13** years old (and in 5 years he will be 18).", "13"),
        ("She walked for 150 minutes (2 hours and 30 minutes).", "150"),
        ("She walked for **150 minutes**, i.e. 2.5 hours.", "150"),
        ("The result is 3.14, rounded to 2 decimal places.", "3.14"),
        ("So the value is about 3.14 (to 2 decimal places).", "3.14"),
        ("The probability is 3/4 (0.75).", "3/4"),
        ("The share of red balls is 20% (1/5).", "20%"),
        ("P(red) = 1/5 = 0.2 or 20%", "0.2"),
        # what is in bold type
        ("150 / 40 = 3.75, so they need **4 buses** (you cannot rent 0.75 of a bus).", "4"),
        ("The bakery sold **86 loaves** over the 2 days.", "86"),
        ("**Step 3:** 20 + 22 = 42", "42"),
        (
            "**There are 65 birds in the tree.**\n\nHere's the breakdown:\n\n* 20 at first\n* 45 join them",
            "65",
        ),
        # other numbers of the sentence
        (SUM + "Therefore, the 42 kg bag of rice will last for 7 weeks.", "7"),
        (SUM + "Thus, the candle is 7 cm shorter at 5:00 PM.", "7"),
        (SUM + "Therefore, 7 sheets are needed to print a 32-page booklet.", "7"),
        (SUM + "Therefore, after losing 10 marbles, Bob will have 7 marbles.", "7"),
        (SUM + "Therefore, each of them has 7 bottles of apple juice left for herself.", "7"),
        (SUM + "In jede Schachtel kommen 7 Eier.", "7"),
        ("Jim has 14 - 7 = 7 pieces of gum left in his bag.", "7"),
        ("After paying for everything, Priya has $42 left over.", "42"),
        ("There are 120 seats in the hall.", "120"),
        ("3.75 buses, which rounds up to 4 buses.", "4"),
        # a sum with words in it
        (r"\[ 200 \text{ tiles} \times 12 \text{ dollars/tile} = 2400 \text{ dollars} \]", "2400"),
        (r"\[ \frac{1245 \text{ pounds}}{15 \text{ pounds/box}} = 83 \text{ boxes} \]", "83"),
        ("7 dollars x 3 days = 21 dollars", "21"),
        # a sentence that is announced, after a sum
        (SUM + "**Antwort:** In jede Schachtel kommen 7 Eier.", "7"),
        (SUM + "Respuesta: cada caja contiene 7 huevos.", "7"),
        (SUM + "Ответ: в каждой коробке по 7 яиц.", "7"),
        (SUM + "答：每个盒子装7个鸡蛋。", "7"),
        (SUM + "คำตอบ: แต่ละกล่องมีไข่ 7 ฟอง", "7"),
        (SUM + "Jibu: kila sanduku lina mayai 7.", "7"),
        (SUM + "సమాధానం: ప్రతి పెట్టెలో 7 గుడ్లు ఉన్నాయి.", "7"),
        # marks
        ("**Answer:** $2\\frac{1}{2}$ cups", "2.5"),
        ("Our answer is $5$ days.", "5"),
        ("The answer is $\\underline{5}$.", "5"),
        ("$\\text{Answer: } 17$", "17"),
        ("The temperature at midnight was **-8°C**.", "-8"),
        ("Der Gesamtbetrag beläuft sich auf 2.500 €.", "2500"),
        ("Each child gets 24 sweets. Would you like me to show another way?", "24"),
    ],
)
@pytest.mark.parametrize("name", ["auto", "number"])
def test_a_number(name: str, response: str, number: str) -> None:
    reads_as(name, response, number)


@pytest.mark.parametrize(
    "response",
    [
        "Thus, Lena will be 7 years old 4 years from now.",
        "The shop sells 7 of them from 1 PM to 5:00 PM.",
        "Bea runs 12 - 5 = 7 more laps than Ann.",
        "Therefore, Emma needs 7 videos to complete her goal of 72 videos.",
        "So she watched 7 episodes of 30 minutes.",
        "She will have $7 left from her $20.",
        "So it is 7, and 3/0 has no value.",
    ],
)
def test_the_number_that_a_statement_is_about(response: str) -> None:
    reads_as("number", response, "7")


@pytest.mark.parametrize(
    ("response", "expression"),
    [
        (r"After cancelling it is $\frac{x+1}{x-2}$ (for $x \neq -1$).", r"\frac{x+1}{x-2}"),
        (r"Hence $g(x) = x^2 + 1$, where $x \ge 0$.", "x^2+1"),
        (r"Thus $(a, b, c) = (2, 3, 4)$, as desired. $\blacksquare$", "(2,3,4)"),
        (r"Therefore, $AB = 4\sqrt5$. ∎", r"4\sqrt{5}"),
        (r"**Answer:** $4\sqrt{5}$ (≈ 8.94)", r"4\sqrt{5}"),
        (r"The sum of the first $n$ integers is $\frac{n(n+1)}{2}$.", r"\frac{n(n+1)}{2}"),
        (r"The vector is \[\begin{pmatrix} 1 \\ 2 \end{pmatrix}.\]", r"\begin{pmatrix}1\\2\end{pmatrix}"),
        (r"The length is $$4\sqrt{5}.$$", r"4\sqrt{5}"),
        (r"Among these, the smallest $n$ is 60.", "60"),
    ],
)
@pytest.mark.parametrize("name", ["auto", "math"])
def test_an_expression(name: str, response: str, expression: str) -> None:
    pytest.importorskip("math_verify")
    reads_as(name, response, expression)


@pytest.mark.parametrize(
    ("response", "letter"),
    [
        ("B, because the current doubles.", "B"),
        ("After eliminating the others, we are left with B.", "B"),
        ("We can rule out A, C and D, leaving us with B.", "B"),
        ("The value closest to 3.27 is 3.3, which corresponds to option B.", "B"),
        ("So our choice is **B**: 3.2 m", "B"),
        ("La alternativa correcta es la B) 4,5 m.", "B"),
        ("ข้อที่ถูกต้องคือ B", "B"),
        ("The answer is B.\n\nNote: A is a common mistake.", "B"),
    ],
)
@pytest.mark.parametrize("name", ["auto", "choice"])
def test_an_option(name: str, response: str, letter: str) -> None:
    reads_as(name, response, letter)


@pytest.mark.parametrize(
    ("response", "day"),
    [
        ("Today is 03/14/2019, since yesterday was 03/13/2019.", "2019-03-14"),
        ("It took place on March 14, 2019, because it was moved from March 13, 2019.", "2019-03-14"),
        ("Because the meeting on 03/12/2019 was put off, it took place on 03/14/2019.", "2019-03-14"),
        ("So tomorrow is Thursday, March 14, 2019 (03/14/2019).", "2019-03-14"),
        ("So, March 14, 2019, is written as 03/14/2019.", "2019-03-14"),
        ("Adding 7 days to 03/07/2019, we get 03/14/2019.", "2019-03-14"),
        ("It took place on 03/14/2019, a Thursday.", "2019-03-14"),
        ("所以那天是2019年3月14日，星期四。", "2019-03-14"),
        ("Yesterday was 03/13/2019. Since March has 31 days, today must be 03/14/2019.", "2019-03-14"),
    ],
)
@pytest.mark.parametrize("name", ["auto", "date"])
def test_a_date(name: str, response: str, day: str) -> None:
    reads_as(name, response, day)


@pytest.mark.parametrize(
    ("response", "words"),
    [
        ("Yes, they were both founded in Lima.", "yes"),
        ("**Answer:** Yes – they share a border.", "yes"),
        ("Answer: No, since Peru has no such law.", "no"),
        ("Sí, ambos nacieron en Lima.", "sí"),
        ("True. All squares are rectangles.", "true"),
        ("Yes, because 7 is prime.", "Yes, because 7 is prime."),
        ("No. 10 Downing Street", "No. 10 Downing Street"),
        ("Answer: Paris [1]", "Paris"),
        ("The answer is Canberra. [1][2]", "Canberra"),
        ("[1]", "[1]"),
        ("The sentiment of this review is positive.", "positive"),
        ("Label: spam", "spam"),
        ("This matches, so our solution is correct.", "This matches, so our solution is correct."),
        ("So she arrives at 5:45 PM.", "5:45 pm"),
        (LONG_BOLD, LONG_BOLD),
        (r"\boxed{2:00 \text{ pm}}", "2:00 PM"),
        ("So the ratio of girls to boys is 3:2.", "3:2"),
    ],
)
def test_words(response: str, words: str) -> None:
    reads_as("auto", response, words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Answer: Team A won by 3 goals", "Answer: Team B won by 3 goals"),
        ("Answer: arr[1]", "Answer: arr[2]"),
        ("Yes, they do.", "No, they do not."),
        ("No, Lima", "No, Quito"),
        ("The answer is yes, on Monday.", "The answer is yes, on Tuesday."),
        ("It is in [1]", "It is in [2]"),
        ("Document [1]", "Document [2]"),
        ("The index is [3]", "The index is [4]"),
        ("Ruth 3:16", "Mark 3:16"),
        ("Rovers won 3:1", "Wanderers won 3:1"),
        ("Monday: 8:00\nTuesday: 9:00", "Monday: 7:00\nTuesday: 9:00"),
        ("Lima (10 million)", "Bogotá (10 million)"),
        ("The limit is 5 thousand users in each team.", "The limit is 5 million users in each team."),
        ("It opens at 9 a.m.", "It opens at 9 p.m."),
        ("The address is 12 Oak Street, Springfield.", "The address is 12 Elm Street, Springfield."),
        ("I have 2 cats and a dog.", "I have 2 cats and a bird."),
        ("Take exit 5 and turn left.", "Take exit 5 and turn right."),
        ("It is **not** Lima, it is Quito.", "It is **not** Lima, it is Cusco."),
        ("A. Hola\nB. Adiós\nC. Gracias", "A. Buenas\nB. Adiós\nC. Gracias"),
        ("1. Sentiment: mixed\n2. Sentiment: good", "1. Sentiment: bad\n2. Sentiment: good"),
        (
            "Here it is, as the following.\nNote: it is 42 days.",
            "Here it is, as the following.\nNote: it is 43 days.",
        ),
        ("5 or 6", "5 or 5"),
        ("3/4 (0.75)", "3/4 (0.8)"),
        (r"\boxed{2:00 \text{ pm}}", r"\boxed{2:00 \text{ am}}"),
        ("The ratio is 3:2.", "The ratio is 2:3."),
        ("Paris [1]", "Rome [1]"),
    ],
)
def test_what_differs_stays_so(one: str, other: str) -> None:
    reader = answer_reader("auto")
    a, b = reader.read(one), reader.read(other)
    assert a is not None
    assert b is not None
    assert not reader.same(a, b)
