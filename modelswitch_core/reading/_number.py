"""The reader of final numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from modelswitch_core._types import Answer
from modelswitch_core.reading._ending import bold_before_reasons
from modelswitch_core.reading._final import final_number
from modelswitch_core.reading._find import announced, boxes, hash_lines, mended, without_sentence_tail
from modelswitch_core.reading._keyed import TextReader
from modelswitch_core.reading._numbers import Number, lead_number, whole_expression, whole_number
from modelswitch_core.reading._percent import is_percentage_of_label, value_given
from modelswitch_core.reading._points import without_points
from modelswitch_core.reading._text import first_sentence, tail, without_last_table
from modelswitch_core.reading._whole import whole_value


@dataclass(frozen=True, repr=False)
class NumberReader(TextReader):
    """Reads the final number of a response."""

    def __repr__(self) -> str:
        return "number_reader()"

    def read_text(self, text: str) -> Answer | None:
        """The first number found in the places where final answers stand."""
        number = next(_found(without_points(tail(text))), None)
        return None if number is None else Answer(number.text, whole_value(number, text))

    def parse_text(self, text: str) -> Answer | None:
        """A bare number; without a percent sign, it may stand for as many percent."""
        bare = mended(text)
        expression = whole_expression(bare, words=True) if whole_number(bare) is None else None
        answer = (
            self.read_text(bare)
            if expression is None
            else Answer(expression.text, whole_value(expression, bare))
        )
        return None if answer is None else replace(answer, key=value_given(answer.key))

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether the numbers are equal, or one is the percentage that the other is the label of."""
        return super().same(a, b) or is_percentage_of_label(a.key, b.key)


def _found(text: str) -> Iterator[Number]:
    """The numbers of the places where a final answer may stand, best place first."""
    whole = whole_number(text) or whole_expression(text)
    if whole is not None:
        yield whole
    for places, read in ((boxes, lead_number), (hash_lines, whole_number), (announced, _announced_number)):
        for value in places(text):
            number = read(value)
            if number is not None:
                yield number
    first = whole_number(text.split("\n", 1)[0]) or final_number(bold_before_reasons(text))
    if first is not None:
        yield first
    end = text[-4_000:]
    for part in dict.fromkeys((without_last_table(end), end, text)):
        number = final_number(part)
        if number is not None:
            yield number


def _announced_number(value: str) -> Number | None:
    return lead_number(without_sentence_tail(first_sentence(value)))


def number_reader() -> NumberReader:
    r"""A reader of the final number.

    It looks, in this order, at the whole text, the last `\boxed{…}` that holds a number, a "#### 7" line,
    the last "the answer is …", "Answer: …" or `<answer>…</answer>` in the languages of its table (a JSON key
    "answer" counts), the first line where it is a number, or where it is in bold type and the next one
    begins to explain it, and the last statement that has a number. Template text such as `\boxed{answer}` is
    never an answer; last lines such as "Confidence: 95%", "Note: …" and "Check: …" are left out. Of a box or
    an announced answer it takes what stands after the last equals sign: the number it begins with, else its
    last number. Of a last statement it takes the number in bold type, else the last number, save durations,
    reasons and what is compared with: "12 apples, 3 more than 9" is 12.

    Two answers are the same when the numbers are equal as exact fractions: 1/2, 0.5, 50 % and
    `\frac{1}{2}`; 1,234 and 1234.0; 1.2e3 and 1200; ३ and 3. 10 % and 10 differ, and so do 1/3 and 0.333.
    One exception: a bare answer without a percent sign, from `parse`, also stands for as many percent,
    since the label of a question that asks for a percentage is often a bare number. So `read("10 %")` is the
    same as `parse("10")`; two answers from `read`, or two from `parse`, are never compared so.

    Units and currencies count only where both answers have one of the table: 3 hours and 3 minutes differ,
    3 hours and 3 do not. A single mark with three digits behind it is read the English way: 1,234 is 1234,
    and 1.234 is less than two. Points part thousands where all numbers of a response show it (35.000 +
    22.500 = 57.500), or where the words around are of a language that writes so and the number is round or
    counts money or people ("Das sind 57.500 Euro"). Hexadecimal 0x1F is 31. A full hour such as 2:00 is a
    number; other times of day, ratios and dates are none, and are compared as text where they are the
    answer. So are expressions that are no plain number, and numbers of more than 1,000 digits.

    English number words (forty-two) and Chinese numerals (四十二) are read where they are the announced or
    boxed answer or the whole text; English ones also in a conclusion without a digit, or where the text has
    none at all. Amounts in two units are one number: "75 dollars and 50 cents" is 75.50 dollars. It does no
    sums. The text of an answer is parsed as that answer again.
    """
    return NumberReader()
