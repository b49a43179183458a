import pytest

from modelswitch_core.reading import _ending, _kinds, answer_reader, auto_reader


def kind(text: str) -> str | None:
    answer = auto_reader().read(text)
    if answer is None:
        return None
    return "mathematics" if answer.key is None else str(answer.key[0])  # type: ignore[index]


@pytest.mark.parametrize(
    ("response", "text", "name"),
    [
        ("The answer is Paris.", "Paris", "text"),
        ("The capital of France is **Paris**.", "Paris", "text"),
        ("The answer is **Mont Blanc**, which is in the Alps.", "Mont Blanc", "text"),
        ("The answer is a pear.", "a pear", "text"),
        ("I think so", "I think so", "text"),
        ("COVID-19", "COVID-19", "text"),
        ("5 pm", "5 pm", "text"),
        ("The answer is 5, because there are five.", "5", "number"),
        ("It is 42.", "42", "number"),
        ("So the total is 42 dollars.", "42 dollars", "number"),
        ("<think>maybe 4</think>5", "5", "number"),
        (r"\boxed{answer}" + "\n\n5", "5", "number"),
        ("#### 72", "72", "number"),
        (r"\boxed{x=3}", "x=3", "number"),
        ("Answer: D) pears", "D) pears", "option"),
        ("(C)", "(C)", "option"),
        ("Many words, and then many more of them, and after all of those the last line:\n\nB", "B", "option"),
        ("It was July 27, 1997.", "July 27, 1997", "date"),
        ('Final answer: {"a": 1}', '{"a":1}', "json"),
        ('Here:\n```json\n{"a": 1}\n```\nDone.', '{"a":1}', "json"),
        ('{"reason": "the answer is 5", "a": 1}', '{"a":1,"reason":"the answer is 5"}', "json"),
        (r"The answer is $2\sqrt{3}$.", r"2\sqrt{3}", "mathematics"),
        ("(1, 2)", "(1, 2)", "mathematics"),
        ("[1, 2]", "[1, 2]", "mathematics"),
        (r"$x = \boxed{1}$ or $x = \boxed{2}$", "1, 2", "mathematics"),
        (
            "We think for many words about pears and apples and plums.\nThen we stop.\n\nPlums",
            "Plums",
            "text",
        ),
    ],
)
def test_what_is_read(response: str, text: str, name: str) -> None:
    answer = auto_reader().read(response)
    assert answer is not None
    assert (answer.text, kind(response), answer.free_text) == (text, name, False)


AT_LENGTH = "We count the rows and the seats of each of them and " + "then more of them and " * 6
SPOKEN = {
    "English": [
        "17*24 is 408.",
        "The product of 17 and 24 is 408.",
        "Therefore, they sold 408 tickets.",
        "Therefore, they need 408 minutes to sort them.",
        f"{AT_LENGTH}. The total is 408. I hope it helps! Feel free to ask. 😊",
        f"{AT_LENGTH}. The total is 408. I hope it helps! Feel free to ask. Good luck!",
        "So they sold 408 tickets more than we did.",
        f"{AT_LENGTH}. The total is 408. Let me know if you have questions!",
        "That makes 408!",
        "He paid $408 in the end.",
        "The result: 408",
        "It comes to $408.",
        "That's 408.",
        "**Final answer:** 408",
        "Final Answer: The final answer is $\\boxed{408}$. I hope it helps.",
        "We count the rows and then the seats of each of them.\n\nThe total is 408.\n\nAnything else?",
        "We count the rows: 17 * 24 = 408. The hall has 408 seats.\n\nLet me know if you need more.",
        f"{AT_LENGTH}. The total is 408.",
        f"{AT_LENGTH} and so find 17 * 24 = 408 seats",
        "Since x = 20 we find that x = 408.",
        "408\n\nExplanation: we count the rows and then the seats of each of them, as was asked.",
        "We count the rows and then the seats of them.\n\n17 * 24 = 408\n\nThe answer to this question",
        "\\boxed{We count rows first.\n17 * 24 = 408 seats\n408}",
    ],
    "Chinese": ["答案是408。", "最终答案：408个", "所以一共有408个座位。", "17乘以24为408。"],
    "Spanish": ["La respuesta es 408.", "Por lo tanto, hay 408 asientos.", "En total son 408 euros."],
    "French": ["La réponse est 408.", "Donc, il y a 408 places.", "Réponse finale : 408 €"],
    "German": ["Die Antwort lautet 408.", "Also hat der Saal 408 Plätze.", "Insgesamt sind es 408 Euro."],
    "Russian": ["Ответ: 408.", "Таким образом, в зале 408 мест.", "Итого 408 рублей."],
    "Japanese": ["答えは408です。", "したがって、合計は408席です。", "答え：408席"],
    "Thai": ["คำตอบคือ 408", "ดังนั้นมีทั้งหมด 408 ที่นั่ง", "ตอบ ๔๐๘"],
    "Bengali": ["উত্তর হল ৪০৮।", "সুতরাং, মোট ৪০৮টি আসন আছে।"],
    "Swahili": ["Jibu ni 408.", "Kwa hivyo, kuna viti 408.", "Jibu ni dola 408."],
    "Telugu": ["సమాధానం 408.", "కాబట్టి, మొత్తం 408 సీట్లు ఉన్నాయి.", "జవాబు: ౪౦౮"],
}


@pytest.mark.parametrize(
    ("language", "response"), [(language, text) for language in SPOKEN for text in SPOKEN[language]]
)
def test_a_number_is_found_as_people_say_it(language: str, response: str) -> None:
    answer = auto_reader().read(response)
    assert answer is not None
    assert answer.key == ("number", 408), language


@pytest.mark.parametrize(
    "response",
    [
        "I choose B.",
        "Option B is correct.",
        "B seems to be right.",
        'The answer matches the "B" option.',
        "(B) is the correct answer.",
        "So the result is B.",
        "#### B",
        "La respuesta correcta es la B.",
        "故选：B",
        "因此选择B。",
        "Answer: b)",
        "正解はBです。",
        "คำตอบคือ ข้อ B",
        "సరైన సమాధానం B.",
        "We weigh all the choices against each other for a while.\n\nLooking at them, B seems to be the best",
        "Choice B fits the first hint. No hint speaks against choice B at all. We looked twice at each hint.",
        "B\n\nExplanation: the other ones do not fit the hints that we were given, as one sees at once.",
    ],
)
def test_an_option_is_found_as_people_say_it(response: str) -> None:
    answer = auto_reader().read(response)
    assert answer is not None
    assert answer.key == ("option", "B")


@pytest.mark.parametrize(
    ("response", "key"),
    [
        ('The result is {"answer": 42}.', ("json", '{"answer":42}')),
        ("Apollo 11", ("text", "apollo 11")),
        ("He lives at 12 Oak Street.", ("text", "he lives at 12 oak street")),
        ("So it is more than 5.", ("text", "so it is more than 5")),
        ("So we need x >= 5.", ("text", "so we need x >= 5")),
        ("So the ratio is 3:2.", ("text", "3:2")),
        ("So the flight was Apollo 11.", ("text", "so the flight was apollo 11")),
        ("Yes, because 7 is prime.", ("text", "yes, because 7 is prime")),
        ("Hence he earned more than $110.", ("text", "hence he earned more than $110")),
        ("So the 3 brothers are Tom, Jim and Joe.", ("text", "so the 3 brothers are tom, jim and joe")),
        ("Is it so? The result is blue", ("text", "blue")),
        ("He wants option A or option B", ("text", "he wants option a or option b")),
        ("#### pears", ("text", "pears")),
        ("#### 7/27/1997", ("date", "1997-07-27")),
    ],
)
def test_what_only_looks_like_a_number(response: str, key: tuple[str, str]) -> None:
    answer = auto_reader().read(response)
    assert answer is not None
    assert answer.key == key


@pytest.mark.parametrize(
    ("response", "text"),
    [
        ("We get x = 2 or x = -2.", "2, -2"),
        ("The roots are x = 2 and x = 3.", "2, 3"),
        (r"The area is $12\pi$ square metres.", r"12\pi"),
        (r"Hence \(f(x) = x^2\) as claimed.", "f(x) = x^2"),
        (r"\boxed{\text{$2\sqrt{3}$}}", r"2\sqrt{3}"),
        ("So the result is (1,2).", "(1,2)"),
    ],
)
def test_an_expression_is_found_in_a_sentence(response: str, text: str) -> None:
    answer = auto_reader().read(response)
    assert answer is not None
    assert (answer.text, answer.key) == (text, None)


@pytest.mark.parametrize(
    "courtesy", ["I hope this helps.", "Let me know if you need more.", "希望对你有帮助。"]
)
def test_courtesy_is_no_answer(courtesy: str) -> None:
    answer = auto_reader().read(f"{LONG.format('one')}\n\n{courtesy}")
    assert answer is not None
    assert answer.free_text


@pytest.mark.parametrize(
    "response",
    [
        "",
        "  \n",
        "...",
        "<think>5",
        "[THINK]5",
        r"\boxed{answer}",
        r"\boxed{number}",
        r"$\boxed{\text{letter}}$",
        r"\boxed{}",
        "[insert letter]",
        "#### [answer]",
        "<answer>",
        "The answer is [your answer].",
        "**Answer:** [insert your final answer here]",
        'I end with "The answer is X".',
        "***",
    ],
)
@pytest.mark.parametrize("name", ["auto", "number", "choice", "math"])
def test_nothing_to_read(name: str, response: str) -> None:
    assert answer_reader(name).read(response) is None


@pytest.mark.parametrize(
    ("response", "key"),
    [
        ("<answer>42</answer>", ("number", 42)),
        ("In einer Woche ist also der 8. März 2021.", ("date", "2021-03-08")),
        ("Jana ilikuwa tarehe 8 Machi 2021.", ("date", "2021-03-08")),
        ("B\n\nToo few pears elsewhere.", ("option", "B")),
        ("<answer>Paris</answer> is what we take.", ("text", "paris")),
        (r"<answer>\boxed{7}</answer>", ("number", 7)),
        ("\u2067Paris\u2069", ("text", "paris")),
        ("\u202b42\u202c", ("number", 42)),
        ("($5)", ("number", 5)),
        ("#### 1,234 ####", ("number", 1234)),
        ("选B", ("option", "B")),
        ("选择B", ("option", "B")),
        ("d", ("option", "D")),
        ("**d**.", ("option", "D")),
        ("The answer is d.", ("option", "D")),
        ("e", ("text", "e")),
        ("$a$", ("option", "A")),
        ("В", ("option", "B")),
        ("Ответ: С) груши", ("option", "C")),
        ("Ａ", ("option", "A")),
        ("（Ｃ）", ("option", "C")),
        ("Ⓑ", ("option", "B")),
        ("В Москве", ("text", "в москве")),
        ("**Final Answer**\n42", ("number", 42)),
        ("The sum is 7.\n\n| a | b |\n|---|---|\n| 3 | 4 |", ("number", 7)),
        (
            "Here it is:\n\n| a | b |\n|---|---|\n| 3 | 4 |",
            ("text", "here it is: | a | b | |---|---| | 3 | 4 |"),
        ),
        ("forty-two apples", ("number", 42)),
        ("Seven Samurai", ("text", "seven samurai")),
        ("one man", ("text", "one man")),
    ],
)
def test_the_dress_of_an_answer(response: str, key: tuple[str, object]) -> None:
    answer = auto_reader().read(response)
    assert answer is not None
    assert answer.key == key


@pytest.mark.parametrize(
    "group",
    [
        ["1/2", "0.5", "50 %", r"\frac{1}{2}", r"$\dfrac{1}{2}$", r"The answer is \boxed{0.50}."],
        ["3:30 PM", "3:30 p.m.", "The answer is 3:30pm."],
        ["3", "x=3", "x = 3", "3.0", "$3$", "**3**", "The answer is 3."],
        ["C", "(C)", "C) pears", "**C**", "Option C", "C.", "The answer is (C)."],
        ["der 27. Juli 1997", "27 июля 1997 года", "7/27/1997"],
        ["minus 3", "-3", "−3"],
        ["7/27/1997", "07/27/1997", "July 27, 1997", "1997-07-27", "The answer is July 27, 1997."],
        ["Paris", "Paris.", "**Paris**", "paris", "The answer is Paris.", '"Paris"', r"\boxed{\text{Paris}}"],
        ["(1,2)", "( 1 , 2 )", "$(1,2)$"],
        ["1,234", "1234.0", "1234"],
        ['{"a": 1, "b": 2}', '{"b": 2.0, "a": 1}'],
        [r"2\sqrt{3}", r"\sqrt{12}"],
        ["12,5", "12.5"],
        ["0,1", "0, 1"],
        ["x = 2 or x = -2", "2, -2", "x=2 and x=-2"],
        ["She said it was the keeper’s ﬁrst boat.", "she said it was the keeper's first boat"],
    ],
)
def test_same(group: list[str]) -> None:
    reader = auto_reader()
    for read in (reader.read, reader.parse):
        answers = [read(text) for text in group]
        for a in answers:
            for b in answers:
                assert a is not None
                assert b is not None
                assert reader.same(a, b), (a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("0.5", "5"),
        ("-3", "3"),
        ("10 %", "10"),
        ("A", "B"),
        ("Paris", "Lyon"),
        ("03/04/2020", "04/03/2020"),
        ("yes", "no"),
        ('{"a": 1}', '{"a": true}'),
        (r"2\sqrt{3}", r"2\sqrt{5}"),
        ("(1,2)", "(2,1)"),
        ("5 am", "5 pm"),
        ("3", r"\sqrt{3}"),
        ("pears", "7/27/1997"),
        ("C", "7"),
        (r"\sqrt{2}", "C"),
        ("5 May", "5 June"),
        ("12 Oak Street", "12 Elm Street"),
        ("at least 5", "at most 5"),
        ("x + 3", "3"),
        ("So x = 2 or x = 3.", "So x = 3."),
    ],
)
def test_different(a: str, b: str) -> None:
    reader = auto_reader()
    first, second = reader.read(a), reader.read(b)
    assert first is not None
    assert second is not None
    assert not reader.same(first, second)
    assert not reader.same(second, first)


LONG = "We walk along the river and talk about pears until the sun goes down behind hill number {}"


def test_free_text() -> None:
    reader = auto_reader()
    a, b = reader.read(LONG.format("one")), reader.read(LONG.format("two"))
    assert a is not None
    assert b is not None
    assert a.free_text
    assert not reader.same(a, b)
    assert reader.read("  " + LONG.format("ONE") + ".") == reader.read(LONG.format("ONE") + ".")
    switching = auto_reader("switch").read(LONG.format("one"))
    assert switching is not None
    assert not switching.free_text


def test_two_long_texts_that_differ_in_one_number_differ() -> None:
    assert auto_reader().read(LONG.format(41)) != auto_reader().read(LONG.format(42))


def test_a_label_without_a_sign_may_stand_for_a_percentage() -> None:
    reader = auto_reader()
    said, label, other = reader.read("The answer is 10 %."), reader.parse("10"), reader.parse("10 %")
    assert said is not None
    assert label is not None
    assert other is not None
    assert reader.same(said, label)
    assert reader.same(label, said)
    assert reader.same(said, other)
    assert not reader.same(label, other)
    assert label.key == ("number", 10)


def test_careless_cuts_of_gold_labels_are_mended() -> None:
    reader = auto_reader()
    assert reader.parse(r"30} \text{ cm") == reader.parse("30}") == reader.parse("30")


def test_an_object_far_before_the_end() -> None:
    answer = auto_reader().read('{"a": 1}\n' + "word " * 20_000)
    assert answer is not None
    assert answer.text == '{"a":1}'


def test_without_math_verify(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_kinds, "has_math", lambda: False)
    reader = auto_reader()
    a, b = reader.read(r"2\sqrt{3}"), reader.read("12,5")
    assert a is not None
    assert a.key == ("text", r"2\sqrt{3}")
    assert b is not None
    assert b.key is not None


def test_options_and_repr() -> None:
    with pytest.raises(ValueError, match="on_incomparable='halt'"):
        auto_reader("halt")  # type: ignore[arg-type]
    assert repr(auto_reader()) == "auto_reader()"
    assert repr(auto_reader("switch")) == "auto_reader(on_incomparable='switch')"
    assert _ending.LONGEST_SHORT_TEXT_WORDS == 12


NESTED = '{"a":' * 70 + "1" + "}" * 70
DEEP = f"We see many more words than twelve here, and then something deep: {NESTED}\n\nRome"


@pytest.mark.parametrize(
    ("response", "key"),
    [
        (r"\boxed{} and so **Rome**", ("text", "rome")),
        (DEEP, ("text", "rome")),
        ("(A) or (B)", ("text", "(a) or (b)")),
        ("<<1+1=2>>", ("text", "<<1+1=2>>")),
        ("The only customer has no name and no address, so this is the whole list:\n[{}]", ("json", "[{}]")),
        ("[1, 2] and then\n[{}]".replace("{}", '{"a": 1}'), ("json", '[{"a":1}]')),
    ],
)
def test_places_that_hold_nothing_are_passed_over(response: str, key: tuple[str, str]) -> None:
    answer = auto_reader().read(response)
    assert answer is not None
    assert answer.key == key
