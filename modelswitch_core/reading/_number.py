"""The reader of final numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from modelswitch_core._types import Answer
from modelswitch_core.reading._find import announced, boxes, hash_lines, without_sentence_tail
from modelswitch_core.reading._keyed import TextReader
from modelswitch_core.reading._numbers import Number, find_numbers, lead_number, whole_number
from modelswitch_core.reading._percent import is_percentage_of_label, value_given, value_read
from modelswitch_core.reading._points import without_points
from modelswitch_core.reading._text import first_sentence, tail


@dataclass(frozen=True, repr=False)
class NumberReader(TextReader):
    """Reads the final number of a response."""

    def __repr__(self) -> str:
        return "number_reader()"

    def read_text(self, text: str) -> Answer | None:
        """The first number found in the places where final answers stand."""
        number = next(_found(without_points(tail(text))), None)
        return None if number is None else Answer(number.text, value_read(number))

    def parse(self, text: str) -> Answer | None:
        """A bare number; without a percent sign, it may stand for as many percent."""
        answer = super().parse(text)
        return None if answer is None else replace(answer, key=value_given(answer.key))

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether the numbers are equal, or one is the percentage that the other is the label of."""
        return super().same(a, b) or is_percentage_of_label(a.key, b.key)


def _found(text: str) -> Iterator[Number]:
    """The numbers of the places where a final answer may stand, best place first."""
    whole = whole_number(text)
    if whole is not None:
        yield whole
    for places, read in ((boxes, lead_number), (hash_lines, whole_number), (announced, _announced_number)):
        for value in places(text):
            number = read(value)
            if number is not None:
                yield number
    first = whole_number(text.split("\n", 1)[0])
    if first is not None:
        yield first
    yield from reversed(find_numbers(text[-4_000:])[-1:])
    yield from reversed(find_numbers(text)[-1:])


def _announced_number(value: str) -> Number | None:
    return lead_number(without_sentence_tail(first_sentence(value)))


def number_reader() -> NumberReader:
    r"""A reader of the final number.

    It looks, in this order, at the whole text, the last `\boxed{…}` that holds a number, a "#### 7" line,
    the last "the answer is …" or "Answer: …" in the languages of its table (a JSON key "answer" counts), the
    first line where it is a number, and the last number of the text. Template text such as `\boxed{answer}`
    is never an answer. Of a box or an announced answer it takes what stands after the last equals sign: the
    number it begins with, else its last number.

    Two answers are the same when the numbers are equal as exact fractions: 1/2, 0.5, 50 % and
    `\frac{1}{2}`; 1,234 and 1234.0; 1.2e3 and 1200; ३ and 3. 10 % and 10 differ, and so do 1/3 and 0.333.
    One exception: a bare answer without a percent sign, from `parse`, also stands for as many percent,
    since the label of a question that asks for a percentage is often a bare number. So `read("10 %")` is the
    same as `parse("10")`; two answers from `read`, or two from `parse`, are never compared so.

    Currency signs and units are dropped, so 5 km and 5 m are the same here. A single mark with three digits
    behind it is read the English way: 1,234 is 1234, and 1.234 is less than two; but where all numbers of
    a response show that points part its thousands (35.000 + 22.500 = 57.500), they do. Numbers of more
    than 1,000 digits, and expressions that are no plain number, are compared as text. It cannot read
    numbers written in words, nor do sums.
    """
    return NumberReader()
