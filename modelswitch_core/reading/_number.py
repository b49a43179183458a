"""The reader of final numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modelswitch_core._types import Answer
from modelswitch_core.reading._find import announced, boxes, hash_lines, without_sentence_tail
from modelswitch_core.reading._keyed import TextReader
from modelswitch_core.reading._numbers import Number, find_numbers, lead_number, whole_number
from modelswitch_core.reading._text import first_sentence, tail


@dataclass(frozen=True, repr=False)
class NumberReader(TextReader):
    """Reads the final number of a response."""

    def __repr__(self) -> str:
        return "number_reader()"

    def read_text(self, text: str) -> Answer | None:
        """The first number found in the places where final answers stand."""
        number = next(_found(tail(text)), None)
        return None if number is None else Answer(number.text, number.value)


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
    yield from reversed(find_numbers(text[-4_000:])[-1:])
    yield from reversed(find_numbers(text)[-1:])


def _announced_number(value: str) -> Number | None:
    return lead_number(without_sentence_tail(first_sentence(value)))


def number_reader() -> NumberReader:
    r"""A reader of the final number.

    It looks, in this order, at the last `\boxed{…}` that holds a number, a "#### 7" line, the last "the
    answer is …" or "Answer: …" in the languages of its table, and the last number of the text. Template
    text such as `\boxed{answer}` is never an answer. Of a box or an announced answer it takes what stands
    after the last equals sign: the number it begins with, else its last number.

    Two answers are the same when the numbers are equal as exact fractions: 1/2, 0.5, 50 % and
    `\frac{1}{2}`; 1,234 and 1234.0; 1.2e3 and 1200; ३ and 3. 10 % and 10 differ, and so do 1/3 and 0.333.
    Currency signs and units are dropped, so 5 km and 5 m are the same here. A single mark with three digits
    behind it is read the English way: 1,234 is 1234, and 1.234 is less than two. Numbers of more than 1,000
    digits, and expressions that are no plain number, are compared as text. It cannot read numbers written
    in words.
    """
    return NumberReader()
