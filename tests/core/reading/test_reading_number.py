from fractions import Fraction

import pytest

from modelswitch_core.reading import number_reader
from modelswitch_core.reading._numbers import lead_number, numbers_in, whole_number

F = Fraction


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", F(42)),
        ("-3", F(-3)),
        ("−3", F(-3)),
        ("+3", F(3)),
        ("- 5", F(-5)),
        ("3.", F(3)),
        (".5", F(1, 2)),
        ("1,234", F(1234)),
        ("1,234.0", F(1234)),
        ("12,345,678", F(12345678)),
        ("1,00,000", F(100000)),
        ("1 234", F(1234)),
        ("1\u2009234", F(1234)),
        ("1\u202f234,5", F(2469, 2)),
        ("1'234", F(1234)),
        ("1.234,56", F(30864, 25)),
        ("1.234.567", F(1234567)),
        ("0,5", F(1, 2)),
        ("3,14", F(157, 50)),
        (r"1{,}234", F(1234)),
        (r"1\,234", F(1234)),
        ("1/2", F(1, 2)),
        (r"\frac{1}{2}", F(1, 2)),
        (r"\dfrac{1}{2}", F(1, 2)),
        (r"\frac12", F(1, 2)),
        (r"-\frac{14}{11}", F(-14, 11)),
        (r"\frac{-14}{11}", F(-14, 11)),
        ("1 1/2", F(3, 2)),
        (r"2\frac{1}{3}", F(7, 3)),
        ("½", F(1, 2)),
        ("1½", F(3, 2)),
        ("50%", F(1, 2)),
        (r"50\%", F(1, 2)),
        ("50 percent", F(1, 2)),
        ("10", F(10)),
        ("10 %", F(1, 10)),
        ("1.2e3", F(1200)),
        ("1.2E-3", F(12, 10000)),
        ("1.2 × 10^3", F(1200)),
        (r"1.2 \times 10^{3}", F(1200)),
        ("1.2 × 10³", F(1200)),
        ("10^5", F(100000)),
        ("2^{10}", F(1024)),
        ("३४", F(34)),
        ("๔๒", F(42)),
        ("１２", F(12)),
        ("৪২", F(42)),
        ("٤٢", F(42)),
        ("$5", F(5)),
        ("-$5", F(-5)),
        ("$-5", F(-5)),
        ("5 €", F(5)),
        ("USD 5", F(5)),
        ("$18$", F(18)),
        ("100$", F(100)),
        ("5 apples", F(5)),
        ("5 km/h", F(5)),
        (r"12 \text{ cm}^2", F(12)),
        ("12 cm²", F(12)),
        ("45°", F(45)),
        ("5 million", F(5_000_000)),
        ("3 dozen", F(36)),
        ("25万", F(250_000)),
        ("5 సంవత్సరాలు", F(5)),
        ("x = 3", F(3)),
        ("f(x) = 3", F(3)),
        ("5 × 3 = 15", F(15)),
        ("approximately 5.2", F(26, 5)),
        ("(5)", F(5)),
        ("**7**", F(7)),
        ("0x1F", F(31)),
        ("-0xff", F(-255)),
        (r"\frac{\frac{1}{2}}{3}", F(1, 6)),
        (r"-\frac{3}{\frac{1}{2}} \text{ cm}", F(-6)),
        (r"\frac{\frac{1}{0}}{3}", None),
        (r"\frac{1}{\frac{0}{3}}", None),
        (r"\frac{\frac{1}{2}}{x}", None),
        (r"\frac{\frac{1}{2}", None),
        ("($5)", F(5)),
        ("(5 €)", F(5)),
        ("3:20", None),
        ("2024-05-01", None),
        ("①", None),
        ("2x", None),
        ("2x = 6", None),
        ("x + y = 5", None),
        ("(1,2)", None),
        ("5 pm", None),
        ("5 to 7", None),
        ("7/27/1997", None),
        ("3-year-old", None),
        ("5abc", None),
        ("5 q", None),
        (r"2\sqrt{3}", None),
        ("1/0", None),
        ("pears", None),
        ("", None),
        ("3+4", None),
        ("x" * 5000, None),
    ],
)
def test_a_number_and_nothing_else(text: str, value: Fraction | None) -> None:
    number = whole_number(text)
    assert (None if number is None else number.value) == value


@pytest.mark.parametrize(
    ("response", "value"),
    [
        (r"First 3, then 4. \boxed{12} apples", F(12)),
        ("Answer: **12** apples", F(12)),
        ("We get 1 " * 60 + "and 12", F(12)),
        ("The answer is **12** (a dozen).", F(12)),
        ("Die Antwort ist **12** Äpfel.", F(12)),
        ("答案是**12**个。", F(12)),
        ("答えは**12**個です。", F(12)),
        ("คำตอบสุดท้ายคือ **12** ผล", F(12)),
        ("【答案】12", F(12)),
        ("La respuesta es, por lo tanto, 12.", F(12)),
        ("La réponse est donc 12.", F(12)),
        ("Die Antwort ist somit 12.", F(12)),
        ("উত্তর: ৩ লাখ", F(300_000)),
        ("సమాధానం: 3 కోట్లు", F(30_000_000)),
        ("คำตอบคือ 3 ล้าน", F(3_000_000)),
        ("Ответ: 3 миллиарда", F(3_000_000_000)),
        (r'{"answer": "50\\%"}', F(1, 2)),
        (r'{"answer": "a share of 50\\%"}', F(1, 2)),
        (r"\boxed{1} no, \boxed{2}", F(2)),
        (r"\boxed{answer} and in the end 9", F(9)),
        (r"\boxed{x = 5}", F(5)),
        (r"\boxed{5 \text{ apples}}", F(5)),
        (r"\boxed{\text{she earned } \$110}", F(110)),
        (r"\boxed{3 + 4 = 7}", F(7)),
        (r"\boxed{\frac{3}{4}}", F(3, 4)),
        (r"\boxed{12 \text{ of } 20}", F(12)),
        ("We add 3 and 4.\n#### 7\nI hope this helps, 100 %.", F(7)),
        ("#### Step 1\nAdd.\nThe answer is 8.", F(8)),
        ("The answer is 8. Now check: 3 + 5.", F(8)),
        ("The answer is that she has 3 + 5 = 8 pears", F(8)),
        ("Answer: 8 (rounded from 7.6)", F(8)),
        ("答えは8です。", F(8)),
        ("In the end 5 - 3 leaves 2 pears.", F(2)),
        ("they cost 1,234 in all", F(1234)),
        ("H2O and x2 but USD5", F(5)),
        ("<think>9</think>So 8", F(8)),
        ("8\n\nWe add 3 and 5.", F(8)),
        ("the label says b8", F(8)),
        ('{"answer": 8, "parts": [3, 5]}', F(8)),
        ("Jibu ni dakika 8.", F(8)),
        ("The answer is minus 8.", F(-8)),
        ("no digits", None),
        ("", None),
        ("<think>9", None),
    ],
)
def test_the_final_number(response: str, value: Fraction | None) -> None:
    answer = number_reader().read(response)
    assert (None if answer is None else answer.key) == value


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("1/2", "0.5", True),
        ("0.5", "50 %", True),
        (r"\frac{1}{2}", "50%", True),
        ("1,234", "1234.0", True),
        ("x=3", "3", True),
        ("-3", "3", False),
        ("10 %", "10", False),
        ("0.5", "5", False),
        ("1/3", "0.333", False),
        ("9" * 2000, "9" * 2000, True),
        ("9" * 2000, "9" * 1999 + "8", False),
        ("1e999999999", "1e999999998", False),
        (r"\boxed{2\sqrt{3}}", r"\boxed{2\sqrt{5}}", False),
        (r"\boxed{2\sqrt{3}}", r"\boxed{2 \sqrt{3}}", True),
    ],
)
def test_same(a: str, b: str, same: bool) -> None:
    reader = number_reader()
    first, second = reader.parse(a), reader.parse(b)
    assert first is not None
    assert second is not None
    assert reader.same(first, second) is reader.same(second, first) is same


@pytest.mark.parametrize(
    ("response", "label", "same"),
    [
        ("The answer is 10 %.", "10", True),
        (r"\boxed{10\%}", "10", True),
        ("10 %", "0.1", True),
        ("10 %", "10 %", True),
        ("10 %", "1/10", True),
        ("10", "10 %", False),
        ("10", "0.1", False),
        ("10 %", "1000", False),
        ("10 %", "9", False),
        ("9" * 2000 + " %", "9" * 2000, False),
    ],
)
def test_a_label_without_a_sign_may_stand_for_a_percentage(response: str, label: str, same: bool) -> None:
    reader = number_reader()
    read, given = reader.read(response), reader.parse(label)
    assert read is not None
    assert given is not None
    assert reader.same(read, given) is reader.same(given, read) is same


@pytest.mark.parametrize(
    ("response", "value"),
    [
        ("35.000 Euro und 22.500 Euro sind 57.500 Euro.", F(57_500)),
        (r"35.000 + 22.500 = 57.500. Die Antwort lautet \boxed{57.500}.", F(57_500)),
        ("Das sind 57.500", F(57_500)),
        ("Das Ergebnis ist 12.000.", F(12_000)),
        ("Der Preis ist 1.234 Euro.", F(1_234)),
        ("El total es de 12.000 pesos.", F(12_000)),
        (r"Le total est de \boxed{12.000} euros.", F(12_000)),
        ("Die Wurzel ist 1.414.", F(707, 500)),
        ("Die Höhe ist 1.250 Meter und die Breite ist 3.5 Meter.", F(7, 2)),
        ("The price is 12.000 dollars.", F(12)),
        ("1.234", F(617, 500)),
        ("57.500", F(115, 2)),
        ("1.250 + 1.255 = 2.505", F(501, 200)),
        ("1.5 und 22.500 und 57.500", F(115, 2)),
        ("1,500 and 22.500 and 57.500", F(115, 2)),
        ("1.250 und 1.350", F(27, 20)),
        ("Am 27.07.1997 gab es 35.000 und 57.500", F(57_500)),
    ],
)
def test_points_between_thousands(response: str, value: Fraction) -> None:
    answer = number_reader().read(response)
    assert answer is not None
    assert answer.key == value


@pytest.mark.parametrize(
    ("response", "value"),
    [
        ("She spent $35 dollars over 2 weeks.", F(35)),
        ("She has 12 apples, which is 3 more than 9.", F(12)),
        ("He earns $500 in 5 weeks.", F(500)),
        ("He reads 30 pages within the first 5 days.", F(30)),
        ("She ate 12 out of the 20 pears.", F(12)),
        ("The flight has 40 seats. It leaves in 5 hours.", F(5)),
        ("It takes 5 weeks.", F(5)),
        ("She has 5 more apples than Tom.", F(5)),
        ("After 5 days she has 30 pages left.", F(30)),
        ("He pays $20 each for 3 hats, for a total of $60.", F(60)),
        ("He has 5 hats and leaves at 3:20 pm.", F(5)),
        ("He leaves at 2:00 pm.", F(2)),
        (r"\boxed{2:00}", F(2)),
        (r"\boxed{3:20}", "3:20"),
        ("3:20", "3:20"),
        (r"2\sqrt{3}", r"2\sqrt{3}"),
        ("4*sqrt(3)", "4*sqrt(3)"),
        ("10-15 minutes", F(15)),
        ("The answer is 3:20 P.M.", "3:20pm"),
        ("The ratio is 3:2.", None),
        ("He has 5 hats since 2024-05-01.", F(5)),
        ("He came on 2024-05-01.", None),
        ("He came on 7/27/1997.", None),
        ("So it is 0xff in the end", F(255)),
        ("① 5 pears", F(5)),
        ("答案是①", None),
    ],
)
def test_the_number_that_the_last_statement_is_about(response: str, value: Fraction | str | None) -> None:
    answer = number_reader().read(response)
    assert (None if answer is None else answer.key) == value


@pytest.mark.parametrize(
    ("response", "value"),
    [
        ("forty-two", 42),
        ("Zero", 0),
        ("minus three", -3),
        ("twelve apples", 12),
        ("a hundred", 100),
        ("two dozen eggs", 24),
        ("The answer is one hundred and five.", 105),
        ("The answer is two thousand three hundred.", 2300),
        (r"\boxed{\text{seven}}", 7),
        ("She has twelve apples left.", 12),
        ("We add 3 and 9. Therefore, she has twelve apples.", 12),
        ("We get 3 + 4 = 7. The two of them share it.", 7),
        ("No one came.", None),
        ("one or two", None),
        ("one two three", None),
        ("twelve " * 30, None),
        ("答案是四十二。", 42),
        ("答案是一百零五", 105),
        ("答案是三千五百元", 3500),
        ("答案是二〇二四", 2024),
        ("一万二千", 12_000),
        ("负三", -3),
        ("答えは四十二です。", 42),
        ("百度", None),
        ("三月", None),
    ],
)
def test_numbers_in_words(response: str, value: int | None) -> None:
    answer = number_reader().read(response)
    assert (None if answer is None else answer.key) == value


def test_two_long_texts_that_differ_in_one_number_differ() -> None:
    text = "We start with many words and go on with more of them until we find that the total is {}."
    reader = number_reader()
    assert reader.read(text.format(41)) != reader.read(text.format(42))


def test_pieces() -> None:
    found = [place.number.value for place in numbers_in("from -3 to 4, x-5, 10%")]
    assert found == [F(1, 10), F(5), F(4), F(-3)]
    assert lead_number("") is None
    assert repr(number_reader()) == "number_reader()"
