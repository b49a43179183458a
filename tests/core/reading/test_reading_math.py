import logging
import subprocess
import sys
import threading
import time

import pytest

from modelswitch_core import Answer
from modelswitch_core.reading import _math, answer_reader, math_reader
from modelswitch_core.reading._math_bounds import is_tractable


@pytest.mark.parametrize(
    ("response", "text"),
    [
        (r"so \boxed{\frac{3}{4}}.", r"\frac{3}{4}"),
        (r"\boxed{answer}, that is $x^2$", "x^2"),
        ("The solutions are $x = -2$ and $x = 2$.", "-2, 2"),
        (r"The answer is $2\sqrt{3}$ metres.", r"2\sqrt{3}"),
        ("The answer is 5. Check it.", "5"),
        ("Hence\n\\[ x + 1 \\]\nas claimed.", "x + 1"),
        ("2\\pi", "2\\pi"),
        (r"$x = \boxed{1}$ or $x = \boxed{2}$", "1, 2"),
        ("It takes many words to say that in the end we have 17 pears, which is quite a lot of pears.", "17"),
        ("#### 7", "7"),
        ("#### (1, 2)", "(1, 2)"),
        ("So the result is 1/2.", "1/2"),
        ("17*24 is 408.", "408"),
        ("We get x = 2 or x = -2.", "2, -2"),
        ("more than 5", "more than 5"),
        (r"\boxed{**} so $x$", "x"),
        ("it is $x$ or $ $", "x"),
        ("", None),
        ("<think>5", None),
    ],
)
def test_read(response: str, text: str | None) -> None:
    answer = math_reader().read(response)
    assert (None if answer is None else answer.text) == text
    assert answer is None or answer.key is None


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (r"\frac{1}{2}", "0.5", True),
        (r"2\sqrt{3}", r"\sqrt{12}", True),
        ("x=3", "3", True),
        ("3", "x=3", True),
        ("(1,2)", "( 1 , 2 )", True),
        (r"\frac12", r"\dfrac{1}{2}", True),
        ("x^2+2x+1", "(x+1)^2", True),
        (r"\text{Anna}", "anna", True),
        ("50%", "0.5", True),
        (r"45^\circ", "45", True),
        (r"\sqrt{2}", "sqrt(2)", True),
        ("pi/2", r"\frac{\pi}{2}", True),
        (r"3} \text{ cm", "3", True),
        ("1,2", "2, 1", True),
        ("1/3", "0.333333", True),
        (r"\begin{pmatrix} 1/2 \\ -1 \end{pmatrix}", r"\begin{pmatrix}\frac12\\-1\end{pmatrix}", True),
        ("5!", "120", True),
        ("5!", "5", False),
        ("n!", "n", False),
        (r"\boxed{5!}", "5!", True),
        ("1101_2", "1101_3", False),
        ("1101_2", "1101_{2}", True),
        ("1101_2", "1101", True),
        ("x'", "x", False),
        ("x''", "x'", False),
        (r"y^{\prime}", "y'", True),
        ("y'=3", "3", True),
        ("f'(x)", "f(x)", False),
        ("A^T", "A", False),
        ("(1,2)", r"\{1,2\}", False),
        ("(1,2)", "[1,2]", False),
        ("(1,2]", "[1,2]", False),
        ("(1,2)", "[1,2)", False),
        ("[1,2]", r"\{1,2\}", False),
        (r"(1,2)\cup(3,4)", r"(1,2]\cup(3,4)", False),
        ("1,2", "(1,2)", True),
        ("2,1", "(1,2)", False),
        ("1,2", r"\{2,1\}", True),
        ("1<x<2", "(1,2)", True),
        ("10 %", "10", False),
        (r"(3\%,1)", "(3,1)", False),
        ("-3", "3", False),
        ("41", "42", False),
        ("0.5", "5", False),
        ("(1,2)", "(2,1)", False),
        (r"2\sqrt{3}", r"2\sqrt{5}", False),
        ("x", "y", False),
    ],
)
def test_same(a: str, b: str, same: bool) -> None:
    reader = math_reader()
    first, second = reader.parse(a), reader.parse(b)
    assert first is not None
    assert second is not None
    assert reader.same(first, second) is reader.same(second, first) is same


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("1/3", "0.333333", True),
        ("1/3", "0.33333333", True),
        ("1/3", "0.333", False),
        ("1/3", "0.33333339", False),
        ("0.333333", "0.33333333", True),
        (r"\pi", "3.14159265", True),
        (r"\pi", "3.1415926535", True),
        (r"\pi", "3.14159", False),
        (r"\pi", "3.14159299", False),
        (r"\sqrt{2}", "1.414214", True),
        (r"\sqrt{2}", "1.41421356", True),
        (r"\sqrt{2}", "1.41421399", False),
        (r"0.5\sqrt{2}", r"\frac{\sqrt{2}}{2}", True),
        ("2.0000001", "2", False),
        ("0.0000001", "0.0000002", False),
        ("1e-20", "2e-20", False),
        ("10^{-20}", "2*10^{-20}", False),
        (r"10^{-20}", r"2\cdot 10^{-20}", False),
        (r"10^{-20}\pi", r"2\cdot 10^{-20}\pi", False),
        (r"10^{-20}x", r"2\cdot 10^{-20}x", False),
        ("(0.0000001,1)", "(0.0000002,1)", False),
        ("(1,0.333333)", r"(1,\frac13)", True),
        (r"\frac{1}{3},2", "2,0.333333", True),
        (r"\begin{pmatrix}0.333333\\1\end{pmatrix}", r"\begin{pmatrix}\frac13\\1\end{pmatrix}", True),
        ("x=2.0", "2", True),
        ("3+4i", "4i+3", True),
    ],
)
def test_rounded_numbers(a: str, b: str, same: bool) -> None:
    reader = math_reader()
    first, second = Answer(a, None), Answer(b, None)
    assert reader.same(first, second) is reader.same(second, first) is same


@pytest.mark.parametrize("text", ["9" * 10_000, "9" * 30_000, "x+" * 2_000 + "1", "1," * 9_000 + "1"])
@pytest.mark.parametrize("put", [r"\boxed{{{}}}", "{}", "The answer is {}"])
@pytest.mark.parametrize("name", ["auto", "number", "math", "exact"])
def test_long_answers_that_differ_anywhere_differ(name: str, put: str, text: str) -> None:
    if name == "number" and not text.isdigit():
        pytest.skip("the number in it is short")
    reader = answer_reader(name)
    half = len(text) // 2
    others = [f"7{text}", f"{text}7", f"{text[:half]}7{text[half:]}"]
    for take in (reader.read, reader.parse):
        first, again = take(put.format(text)), take(put.format(text))
        assert first is not None
        assert again is not None
        assert reader.same(first, again)
        for other in others:
            second = take(put.format(other))
            assert second is not None
            assert not reader.same(first, second)
            assert not reader.same(second, first)


def test_plain_numbers_need_no_algebra() -> None:
    script = (
        "import sys; from modelswitch_core.reading import auto_reader; from modelswitch_core import Answer; "
        "from modelswitch_core.reading._math import MathReader\n"
        "numbers = ['3', '3.5', '1/3', '0.333333', '50%', '3 hours', '1,234', '10^{-20}', '-7']\n"
        "for reader in (auto_reader(), MathReader()):\n"
        "    answers = [reader.parse(number) for number in numbers]\n"
        "    print([reader.same(a, b) for a in answers for b in answers].count(True))\n"
        "assert 'sympy' not in sys.modules"
    )
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert run.stdout.split() == ["11", "13"]


HUGE = [
    "9^9^9^9^9",
    "9^{9^{9^{9}}}",
    "9**9**9**9",
    "((2^{999})^{999})^{999}",
    "99999!",
    "3!!!!",
    "(9!)!",
    "9" * 10_000,
    r"\binom{99999999}{44444444}",
    r"\sum_{n=1}^{10^9} n",
    "(x+y+z)^{2000}",
    "(" * 500 + "1" + ")" * 500,
    "{" * 20_000,
    "x+" * 5000 + "1",
    "+".join(rf"\sin({i}x)" for i in range(25)),
    "10^{10^{10}}",
    "10^{999999999999}",
]


@pytest.mark.parametrize("text", HUGE)
def test_what_could_hang_is_compared_as_text(text: str) -> None:
    assert not is_tractable(text)
    reader = math_reader()
    a, b = Answer(text, None), Answer("17", None)
    start = time.perf_counter()
    assert reader.same(a, a)
    assert not reader.same(a, b)
    assert not reader.same(b, a)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    "text", ["x^{2019}", "2^{100}", r"\sqrt[3]{5}", r"e^{x^2}", r"\binom{10}{3}", "5!", "10^{-6}", "2^ 3"]
)
def test_what_people_write_is_tractable(text: str) -> None:
    assert is_tractable(text)


def test_on_another_thread_and_quietly(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    found: list[bool] = []
    with caplog.at_level(logging.WARNING):
        thread = threading.Thread(
            target=lambda: found.append(math_reader().same(Answer("x^2-4", None), Answer("(x-2)(x+2)", None)))
        )
        thread.start()
        thread.join()
    assert found == [True]
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


def test_without_math_verify(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_math, "has_math", lambda: False)
    with pytest.raises(ImportError, match=r"pip install 'modelswitch\[math\]'"):
        math_reader()


def test_keys_of_other_answers() -> None:
    reader = math_reader()
    assert reader.same(Answer("a", "k"), Answer("b", "k"))
    assert not reader.same(Answer("a", "k"), Answer("a", None))
    assert repr(reader) == "math_reader()"


def test_numbers_too_long_for_arithmetic() -> None:
    reader = math_reader()
    assert not reader.same(Answer("7" * 1_200, None), Answer("5", None))


@pytest.mark.parametrize(
    ("function", "texts"), [("parser.parse", ("u+v", "v+u")), ("grader.verify", ("u+w", "w+u"))]
)
def test_whatever_math_verify_raises(
    monkeypatch: pytest.MonkeyPatch, function: str, texts: tuple[str, str]
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(f"math_verify.{function}", broken)
    assert not math_reader().same(Answer(texts[0], None), Answer(texts[1], None))
