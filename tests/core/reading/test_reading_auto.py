import pytest

from modelswitch_core.reading import _auto, _kinds, auto_reader


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


@pytest.mark.parametrize("response", ["", "  \n", "...", "<think>5", r"\boxed{answer}", "***"])
def test_nothing_to_read(response: str) -> None:
    answer = auto_reader().read(response)
    assert answer is None or not answer.free_text


@pytest.mark.parametrize(
    "group",
    [
        ["1/2", "0.5", "50 %", r"\frac{1}{2}", r"$\dfrac{1}{2}$", r"The answer is \boxed{0.50}."],
        ["3", "x=3", "x = 3", "3.0", "$3$", "**3**", "The answer is 3."],
        ["C", "(C)", "C) pears", "**C**", "Option C", "C.", "The answer is (C)."],
        ["7/27/1997", "07/27/1997", "July 27, 1997", "1997-07-27", "The answer is July 27, 1997."],
        ["Paris", "Paris.", "**Paris**", "paris", "The answer is Paris.", '"Paris"', r"\boxed{\text{Paris}}"],
        ["(1,2)", "( 1 , 2 )", "$(1,2)$"],
        ["1,234", "1234.0", "1234"],
        ['{"a": 1, "b": 2}', '{"b": 2.0, "a": 1}'],
        [r"2\sqrt{3}", r"\sqrt{12}"],
        ["12,5", "12.5"],
        ["0,1", "0, 1"],
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


def test_careless_cuts_of_gold_labels_are_mended() -> None:
    reader = auto_reader()
    assert reader.parse(r"30} \text{ cm") == reader.parse("30")


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
    assert _auto.LONGEST_SHORT_TEXT_WORDS == 12


NESTED = '{"a":' * 70 + "1" + "}" * 70
DEEP = f"We see many more words than twelve here, and then something deep: {NESTED}\n\nRome"


@pytest.mark.parametrize(
    ("response", "key"),
    [
        (r"\boxed{} and so **Rome**", ("text", "rome")),
        (DEEP, ("text", "rome")),
        ("(A) or (B)", ("text", "(a) or (b)")),
        ("<<1+1=2>>", ("text", "<<1+1=2>>")),
        ("[1, 2] and then\n[{}]".replace("{}", '{"a": 1}'), ("json", '[{"a":1}]')),
    ],
)
def test_places_that_hold_nothing_are_passed_over(response: str, key: tuple[str, str]) -> None:
    answer = auto_reader().read(response)
    assert answer is not None
    assert answer.key == key
