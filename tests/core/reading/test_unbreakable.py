"""No text, of any size or shape, makes a reader raise, hang, or eat memory."""

import importlib
import math
import pkgutil
import re
import time
import tracemalloc
from collections.abc import Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from modelswitch_core import Answer, Response, ToolCall, reading
from modelswitch_core.reading import AnswerReader, math_reader
from modelswitch_core.reading._math_bounds import is_quick, is_tractable
from modelswitch_core.reading._pattern import _Pattern
from tests.fuzz._checks import READERS, check
from tests.fuzz._texts import FRAGMENTS, case_of

# What it begins with, what is repeated, what it ends with.
LARGE = {
    "words": ("", "word ", ""),
    "one line": ("", "x", ""),
    "digits": ("", "7", ""),
    "white space": ("", " \n", ""),
    "JSON": ('{"a": [', "1, ", "1]}"),
    "reasoning": ("<think>", "so ", "</think>7"),
    "boxes": ("", "\\boxed{7} ", ""),
}


def large(name: str, size: int) -> str:
    head, unit, tail = LARGE[name]
    return head + unit * (size // len(unit)) + tail


HOSTILE = {
    **{f"5 MB of {name}": large(name, 5_000_000) for name in LARGE},
    "100,000 fractions of one sign": "½" * 100_000,
    "2,000 brackets": "[" * 2_000 + "so it ends",
    "20,000 open braces": "{" * 20_000,
    "20,000 nested braces": "{" * 20_000 + "1" + "}" * 20_000,
    "20,000 nested boxes": "\\boxed{" * 20_000 + "1" + "}" * 20_000,
    "20,000 open boxes": "\\boxed{" * 20_000,
    "20,000 nested fractions": "\\boxed{" + "\\frac{1}{" * 20_000 + "1" + "}" * 20_001,
    "a box never closed": "\\boxed{" + "x" * 100_000,
    "100,000 brackets": "[" * 100_000 + "]" * 100_000,
    "40,000 open lists": "[1," * 40_000,
    "20,000 open Python objects": "{'a': " * 20_000,
    "20,000 Python objects": "{'a': None,} " * 20_000,
    "divisions by zero": "-1/0 " * 20_000,
    "40,000 open objects": '{"' * 40_000,
    "100,000 objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "a power tower": "\\boxed{9^9^9^9^9}",
    "a tower in braces": "\\boxed{2^{2^{2^{2^{2^2}}}}}",
    "a tower in stars": "The answer is 9**9**9**9.",
    "a tower of superscripts": "The answer is 9⁹⁹⁹⁹⁹⁹⁹⁹⁹.",
    "10,000 digits": "9" * 10_000,
    "10,000 digits after the point": "0." + "3" * 10_000,
    "a fraction of 10,000 digits": "9" * 10_000 + "/" + "7" * 9_999,
    "an absurd exponent": "1e999999999",
    "an absurd negative exponent": "The answer is 10^{-999999999}.",
    "absurd JSON": '{"a": 1e400, "b": -1e-400, "c": ' + "9" * 5_000 + "}",
    "factorials of factorials": "\\boxed{((9!)!)!}",
    "a row of factorials": "\\boxed{9" + "!" * 300 + "}",
    "a great factorial": "\\boxed{999999999!}",
    "a great binomial": "\\boxed{\\binom{999999999}{499999999}}",
    "an endless sum": "\\boxed{\\sum_{n=1}^{999999999} \\frac{1}{n^2}}",
    "a deep root": "\\boxed{" + "\\sqrt{" * 500 + "2" + "}" * 501,
    "many commas": "\\boxed{" + "1," * 50_000 + "1}",
    "lone surrogates": "\ud800\udfff" * 10_000,
    "a lone surrogate in a box": "\\boxed{\ud800}",
    "a lone surrogate in JSON": '{"a\ud800": "\\udfff"}',
    "control characters": "".join(map(chr, range(32))) * 1_000,
    "NULs": "The answer is 7\x00." + "\x00" * 10_000,
    "mixed directions": "\u202e123\u202c \u2066٤٥\u2069 " * 1_000,
    "combining characters": "a" + "\u0301" * 100_000,
    "zero-width marks": "1\u200b\ufeff" * 20_000,
    "compatibility characters": "\ufdfa" * 20_000,
    "a number far from the end": " " * 100_000 + "5" + " " * 100_000 + "6",
    "groups of digits": "1,12,12" * 7_000,
    "points": "1.234" * 20_000,
    "dashes": "-" * 100_000,
    "an endless unit": "5 " + "a-" * 40_000,
    "scripts in one number": "1２३٤" * 5_000,
    "open fences": "```json\n{" * 10_000,
    "open reasoning": "<think>" * 20_000,
    "open formulas": "\\[" * 40_000,
    "dollars": "$" * 100_000,
    "announcements": "the answer is " * 10_000,
    "labels": "answer: " * 15_000,
    "dates": "1/1/" * 20_000,
    "options": "(A) " * 20_000,
    "hashes": "#### 1\n" * 20_000,
    "one line of announcements": "so, as the answer is known, we go on " * 3_000,
    "templates": "{\n" * 50_000,
    "questions": "so?\n" * 25_000,
    "nothing but marks above a table": "**\n| a | b |\n| 1 | 2 |",
    "Python objects among words": "see {'a': None} there " * 5_000,
    "broken objects": '{"a": None} ' * 8_000,
    "a dense list": "[" + "{}, " * 25_000 + "{}]",
    "nothing": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_it_is_given(name: str) -> None:
    text = HOSTILE[name]
    for reader in READERS:
        start = time.process_time()
        for answer in (
            reader.read(text),
            reader.parse(text),
            reader.read(Response("", tool_calls=(ToolCall(name="f", arguments={"text": text}),))),
        ):
            assert answer is None or (reader.same(answer, answer) and hash(answer) is not None)
        # A generous bound; a pattern that backtracks badly takes minutes here.
        assert time.process_time() - start < 5, reader


@pytest.mark.parametrize("name", LARGE)
def test_memory_stays_in_proportion(name: str) -> None:
    text = large(name, 1_000_000)
    for reader in READERS:
        tracemalloc.start()
        try:
            reader.read(text)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        # A copy takes up to 4 bytes a character, and words in a list some 60 bytes each.
        assert most < 30 * len(text), f"{reader!r} took {most / 1e6:.0f} MB"


MATHEMATICS = [
    "9^9^9^9^9", "2^{2^{2^{2^{2^2}}}}", "9**9**9**9", "((9!)!)!", "999999999!", "9" * 10_000, "x^{999999999}",
    r"\binom{999999999}{499999999}", r"\sum_{n=1}^{999999999} n", "(x+y)^{2000}", r"\sqrt{" * 300,
    "[" * 5_000, "\ud800", "1\x00", r"\frac{1}{" * 40, "=" * 300, r"\int_0^1 \sin(\sin(\sin(x))) dx",
    r"\lim_{n\to\infty} n^n", "10^{10^{10}}", r"\zeta(3)", r"e^{e^{e^{e^{9}}}}", "0.{}".format("3" * 300),
    r"\begin{pmatrix}" + "1&" * 150 + r"\end{pmatrix}", "1^}" * 30, "1" * 40 + "!",
]  # fmt: skip


@pytest.mark.parametrize("text", MATHEMATICS, ids=range(len(MATHEMATICS)))
@pytest.mark.filterwarnings("ignore:comparing two mathematical answers took too long:RuntimeWarning")
def test_whatever_is_compared(text: str) -> None:
    reader, a = math_reader(), Answer(text, None)
    assert reader.same(a, a)
    for other in ("17", "x+1", r"\sin(x)", "1" + text):
        b = Answer(other, None)
        assert reader.same(a, b) is reader.same(b, a)


CODE = [
    "__import__('os').mkdir({path!r})",
    "\\text{{__import__('os').mkdir({path!r})}}",
    "\\operatorname{{__import__}}('os').mkdir({path!r})",
    "().__class__.__base__.__subclasses__()[0].__init__.__globals__['mkdir']({path!r})",
    "open({path!r}, 'w')",
    "\\mathrm{{open}}({path!r}, w)",
    "x = open({path!r}, 'w'), 1",
]


@pytest.mark.parametrize("code", CODE)
def test_nothing_is_evaluated_as_code(code: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Math-Verify holds two ways from text to code, `parse_expr` and `sympify`; neither is ever reached."""
    import sympy.core.sympify
    import sympy.parsing.sympy_parser
    from math_verify import parser

    from modelswitch_core.reading._math_values import clean, verified

    def refused(text: Any, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError(f"{text!r} was about to be evaluated")

    monkeypatch.setattr(parser, "parse_expr_cached", refused)
    monkeypatch.setattr(parser, "parse_expr", refused)
    monkeypatch.setattr(sympy.parsing.sympy_parser, "eval_expr", refused)
    made = tmp_path / "made"
    text = code.format(path=str(made))
    # Under the deadline it would be compared elsewhere; here it is, whatever its size.
    verified(clean(text), "x+1")
    verified("x+1", clean(text))
    assert not made.exists()


texts = st.one_of(
    st.text(st.characters(), max_size=60),
    st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join),
)
quiet = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("reader", READERS, ids=repr)
@quiet
@given(a=texts, b=texts)
def test_every_promise_on_texts_in_the_readers_own_syntax(reader: AnswerReader, a: str, b: str) -> None:
    check(reader, a, b)


@quiet
@given(data=st.binary(max_size=40))
def test_the_fuzz_target_takes_any_bytes(data: bytes) -> None:
    number, a, b = case_of(data, len(READERS))
    assert len(a) + len(b) < 20_000
    check(READERS[number], a, b)


# The others cut an answer out of its words, and may be misled by what remains of nonsense.
WHOLE = [
    reader for reader in READERS if repr(reader).startswith(("exact", "choice", "date", "json", "tool_calls"))
]


@pytest.mark.parametrize("reader", WHOLE, ids=repr)
@quiet
@given(text=texts)
def test_an_answer_as_it_is_written_down_is_that_answer(reader: AnswerReader, text: str) -> None:
    # Marks of reasoning are cut out of a bare answer, as out of a response, also where they stand in JSON.
    assume("<" not in text)
    calls = Response("", tool_calls=(ToolCall(name="f", arguments={"text": text, "a": 1}),))
    objects = repr(reader).startswith(("json", "tool_calls"))
    for response in (Response(text), *([calls] if objects else [])):
        answer = reader.read(response)
        if answer is not None:
            again = reader.parse(answer.text)
            assert again is not None
            assert reader.same(answer, again)


FOUND_BY_FUZZING = [
    ("}\\}", "1" * 40 + "\\boxed{"),  # the pattern of quick expressions tried every way to split the digits
    ("^1}" * 20 + "!", "1"),
    ("}{710^x", "}"),  # parsed as if cut out of a box, though the whole text was the answer
]


@pytest.mark.parametrize(("a", "b"), FOUND_BY_FUZZING, ids=range(len(FOUND_BY_FUZZING)))
def test_what_fuzzing_found(a: str, b: str) -> None:
    for reader in READERS:
        check(reader, a, b)


@given(text=st.text("0123456789^{}x \\+", max_size=400))
@settings(deadline=None, max_examples=200)
def test_bounds_judge_any_text(text: str) -> None:
    assert is_quick(text) in {True, False}
    assert is_tractable(text) in {True, False}


def patterns() -> Iterator[str]:
    """The source of every pattern that a module of the readers holds, in tables and tuples too."""

    def inside(value: Any) -> Iterator[str]:
        if isinstance(value, _Pattern):
            yield value._source
        elif isinstance(value, re.Pattern):
            yield value.pattern
        elif isinstance(value, (list, tuple)):
            for item in value:
                yield from inside(item)

    for module in pkgutil.iter_modules(reading.__path__):
        for value in vars(importlib.import_module(f"{reading.__name__}.{module.name}")).values():
            yield from inside(value)


def letter(choices: list[Any]) -> str:
    """A character that a set of characters matches."""
    for operation, value in choices:
        if operation is sre.NEGATE:
            break
        if operation in {sre.LITERAL, sre.RANGE}:
            return chr(value if operation is sre.LITERAL else value[0])
        return {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_SPACE: " "}.get(value, "a")
    return "a"


def sample(parts: Any) -> str:
    """A text that a parsed pattern matches, or nearly does: it is for bait."""
    made = ""
    for operation, value in parts:
        if operation is sre.LITERAL:
            made += chr(value)
        elif operation is sre.IN:
            made += letter(value)
        elif operation in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
            made += sample(value[2]) * max(value[0], 1)
        elif operation is sre.SUBPATTERN:
            made += sample(value[3])
        elif operation is sre.BRANCH:
            made += sample(value[1][0])
        elif operation in {sre.ANY, sre.NOT_LITERAL}:
            made += "a"
    return made


def repeated(parts: Any) -> Iterator[str]:
    """What stands under the repetitions of a parsed pattern."""
    for operation, value in parts:
        if operation in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
            if value[1] > 3:
                yield sample(value[2])
            yield from repeated(value[2])
        elif operation is sre.SUBPATTERN:
            yield from repeated(value[3])
        elif operation is sre.BRANCH:
            for branch in value[1]:
                yield from repeated(branch)


def bait() -> list[str]:
    """What makes a pattern backtrack when it is repeated: what patterns repeat or match, and what we fear."""
    found = {
        "1,",
        "1.",
        "a ",
        "a-",
        "1/",
        "1 ",
        "**a",
        "$ ",
        "\\(",
        "\\frac{",
        "a b\n",
        "1,234 ",
        "-1",
        "{ ",
        "} ",
    }
    for source in patterns():
        tree = _parser.parse(source)
        found |= {*repeated(tree), sample(tree)[:40]}
    return sorted(found - {""})


def processor_time(reader: AnswerReader, text: str, times: int) -> float:
    best = math.inf
    for _ in range(times):
        start = time.thread_time()
        reader.read(text)
        best = min(best, time.thread_time() - start)
    return best


SHORT, LONG = 2_000, 16_000
"""The longer one is all that readers look at, at the end of a response."""
# Eight times the text takes 8 times the work where that is linear, and 64 times where it is quadratic.
MOST_GROWTH = 30
# What is over sooner needs no second look, however its time grows.
NEGLIGIBLE_SECONDS = 0.1


def grows_badly(reader: AnswerReader, unit: str) -> bool:
    short, long = ((unit * (size // len(unit) + 1))[:size] + "\x00" for size in (SHORT, LONG))
    if processor_time(reader, long, 1) < NEGLIGIBLE_SECONDS:
        return False
    return processor_time(reader, long, 3) > MOST_GROWTH * processor_time(reader, short, 3)


@pytest.mark.parametrize(
    "reader", [reader for reader in READERS if "json" not in repr(reader)], ids=repr
)  # what is repeated in JSON is read by Python's own parser, see the table above
def test_work_grows_with_the_text_alone(reader: AnswerReader) -> None:
    assert [unit for unit in bait() if grows_badly(reader, unit)] == []


class Backtracking:
    """What the test above is there to catch."""

    times = 1

    def read(self, response: Response | str) -> Answer | None:
        for _ in range(self.times):
            re.search(r"1+x", str(response))
        return None

    def parse(self, text: str) -> Answer | None:
        raise NotImplementedError

    def same(self, a: Answer, b: Answer) -> bool:
        raise NotImplementedError


def test_a_quadratic_pattern_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.NEGLIGIBLE_SECONDS", 0.0)
    with monkeypatch.context() as shorter:
        # Two hundred times the work instead of 30 to 40, so that a busy machine cannot hide it.
        shorter.setattr(f"{__name__}.SHORT", 500)
        shorter.setattr(f"{__name__}.LONG", 8_000)
        assert grows_badly(Backtracking(), "1")
    # Often enough to be measured at all: where nothing backtracks, it is over in a microsecond.
    monkeypatch.setattr(Backtracking, "times", 300)
    assert not grows_badly(Backtracking(), "a")
