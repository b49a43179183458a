"""The reader of mathematical answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from modelswitch_core._types import Answer
from modelswitch_core.reading._clauses import is_condition
from modelswitch_core.reading._ending import ending, solutions
from modelswitch_core.reading._find import (
    announced,
    announces_template,
    boxes,
    final_hash_line,
    hash_lines,
    mended,
    without_sentence_tail,
)
from modelswitch_core.reading._keyed import TextReader
from modelswitch_core.reading._math_bounds import LONGEST
from modelswitch_core.reading._math_signs import expression
from modelswitch_core.reading._math_values import has_math, load_math, same_mathematics, takes_long
from modelswitch_core.reading._numbers import last_number, whole_number
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._text import (
    VALUE_CHARS,
    first_sentence,
    last_sentence,
    strip_markup,
    tail,
)
from modelswitch_core.reading._whole import may_be_a_piece

_SEGMENT = pattern(
    r"\$\$([^$]{1,400}+)\$\$|\\\[((?:[^\\]|\\[^\[\]]){1,400}+)\\\]|\$([^$\n]{1,400}+)\$|\\\(((?:[^\\\n]|\\[^()\n]){1,400}+)\\\)"
)


@dataclass(frozen=True, repr=False)
class MathReader(TextReader):
    """Reads a mathematical expression."""

    def __repr__(self) -> str:
        return "math_reader()"

    def read_text(self, text: str) -> Answer | None:
        """The expression found in the places where final answers stand."""
        found = next(_found(tail(text)), None)
        if found is None:
            return None
        return Answer(text.strip() if may_be_a_piece(found, text) else found, None)

    def parse_text(self, text: str) -> Answer | None:
        """A bare expression: a box, else the whole text where it is short, else read as a response is."""
        whole = mended(text)
        text = tail(whole)
        found = next(boxes(text, joined=True), None)
        if found is not None and may_be_a_piece(found, whole):
            return Answer(whole.strip(), None)
        if found is None and len(text) <= LONGEST and "\n" not in text and not announces_template(text):
            found = next(announced(text), text)
        if found is not None and strip_markup(found):
            return Answer(expression(found), None)
        return self.read_text(whole)

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether the expressions are equal as text, or the same for Math-Verify in either direction."""
        if a.key is not None or b.key is not None:
            return a.key == b.key
        return same_mathematics(a.text, b.text)

    def may_take_long(self, a: Answer, b: Answer) -> bool:
        """Whether `same` may keep a thread waiting; an event loop leaves that to another one."""
        return a.key is None and b.key is None and takes_long(a.text, b.text)


def _found(text: str) -> Iterator[str]:
    """The expressions of the places where a final answer may stand, best place first."""
    for value in boxes(text, joined=True):
        yield expression(value) or value
    yield from (line for line in hash_lines(text) if whole_number(line) is not None)
    yield from final_hash_line(text)
    for value in announced(text):
        yield announced_expression(value)
    several = solutions(without_sentence_tail(last_sentence(text)))
    if several is not None:
        yield several.text
    end = text[-4_000:]
    segments = list(_SEGMENT.finditer(end))[-20:]
    if segments and not _GOES_ON.match(behind := end[segments[-1].end() :]):
        # "The smallest $n$ is 60."
        yield from (answer.text for answer in ending(behind) if _is_expression(answer))
    segments.reverse()
    for segment in sorted(segments, key=lambda found: is_condition(end, found.start())):
        value = strip_markup(segment.group(segment.lastindex or 0))
        if value and not announces_template(value):
            yield value
    for answer in ending(end):
        if _is_expression(answer):
            yield answer.text
    if len(text) <= 80 and "\n" not in text and strip_markup(text) and not announces_template(text):
        yield strip_markup(text)
    # A number that ends a row of thousands of signs is a part of what they write down.
    row = text.rsplit(None, 1)[-1:]
    is_part = bool(row) and len(row[0]) > VALUE_CHARS
    number = last_number(end)
    if number is not None:
        yield text if is_part else number.text


_GOES_ON = pattern(
    r"[^\w\n]{0,4}(?:\Z|where|for|with|if|when|since|because|as|or|i\.e|that\sis|approx|about)|[^\n]{0,80}(?:≈|approx|about|roughly)",
    re.IGNORECASE,
)
"""What follows a formula that is the answer: nothing, a condition, a reason, or its rounded value."""


def _is_expression(answer: Answer) -> bool:
    return answer.key is None or (isinstance(answer.key, tuple) and answer.key[0] == "number")


def announced_expression(value: str) -> str:
    """The expression of an announced answer: its only formula, else its first sentence."""
    segments = [found.group(found.lastindex or 0) for found in _SEGMENT.finditer(value)]
    if len(segments) == 1 and strip_markup(segments[0]):
        return expression(segments[0])
    sentence = strip_markup(without_sentence_tail(first_sentence(value)))
    return sentence or strip_markup(value) or value


def math_reader() -> MathReader:
    r"""A reader of mathematical expressions, on Math-Verify (extra `math`).

    It looks, in this order, at the last `\boxed{…}` (several that only "and", "or" or a comma parts are one
    answer), a "#### 7" line, the last "the answer is …" in the languages of its table, the last
    formula between dollar signs or LaTeX brackets (save one that only says when another holds, as in "(for
    $x > 0$)"), the expression or number that ends the last line ("x = 2 or x = -2" is 2, -2), the whole text
    where it is short, and the last number.

    Two answers are the same when their texts are, spacing and LaTeX dress aside, when they are equal
    numbers, or when Math-Verify says so in either direction: `\frac{1}{2}` and 0.5, `2\sqrt{3}` and
    `\sqrt{12}`, `x=3` and 3, (1,2) and ( 1 , 2 ), 5! and 120. 10 % and 10 differ; so do answers in
    different units or currencies, or to different bases, while one that gives no unit or base may be in any.
    (1,2), [1,2], {1,2} and x and x' all differ; 1,2 without brackets may be the pair or the set. A decimal of
    at least six places and six digits is the same as the number that it was rounded from (0.333333 and 1/3);
    other numbers must be equal. Such sameness is not an equality of keys, so answers have no key. Sums,
    integrals, power towers, long numbers and expressions of more than 400 characters are compared as text, so
    that no answer can hold the program up. Nothing is evaluated as code.

    Short expressions are compared at once. Others are compared in a process of their own, started by the
    first of them, which is stopped after two seconds of processor time: what is not decided by then counts
    as different, with a `RuntimeWarning`, and `undecided_comparisons()` says how often that happened. The
    caller of `same` waits meanwhile; an asynchronous switch waits on another thread, so that its event loop
    goes on. Math-Verify is loaded here, not at the first comparison. Two plain numbers need neither.

    Raises:
        ImportError: Math-Verify is not installed.
    """
    if not has_math():
        raise ImportError(
            "the reader 'math' compares expressions with Math-Verify, which is not installed: "
            "pip install 'modelswitch[math]' (the reader 'auto' works without it, just without mathematics)"
        )
    load_math()
    return MathReader()
