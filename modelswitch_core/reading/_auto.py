"""The reader that finds out by itself what kind of answer a response gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

from modelswitch_core._types import Answer
from modelswitch_core.reading._ending import (
    LONGEST_SHORT_TEXT_WORDS,
    announced_answer,
    boxed_answer,
    ending,
    in_words,
)
from modelswitch_core.reading._find import (
    announced_starts,
    announces_template,
    boxes,
    final_hash_line,
    hash_lines,
    mended,
)
from modelswitch_core.reading._keyed import TextReader
from modelswitch_core.reading._kinds import kind_of, object_kind, words_key
from modelswitch_core.reading._math_bounds import LONGEST
from modelswitch_core.reading._math_signs import ends_in_sign, expression
from modelswitch_core.reading._math_values import has_math, same_mathematics, takes_long
from modelswitch_core.reading._numbers import whole_number
from modelswitch_core.reading._objects import objects, whole_object
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._percent import is_percentage_of_label, value_given
from modelswitch_core.reading._points import without_points
from modelswitch_core.reading._templates import is_template
from modelswitch_core.reading._text import VALUE_CHARS, holds_words, strip_markup, tail, word_count
from modelswitch_core.reading._whole import may_be_a_piece

OnIncomparable = Literal["stop", "switch"]


@dataclass(frozen=True, repr=False)
class AutoReader(TextReader):
    """Finds the final answer and compares it by its kind."""

    on_incomparable: OnIncomparable = "stop"

    def __repr__(self) -> str:
        if self.on_incomparable == "stop":
            return "auto_reader()"
        return f"auto_reader(on_incomparable={self.on_incomparable!r})"

    def read_text(self, text: str) -> Answer | None:
        """The final answer of a text, of whichever kind it is."""
        if not strip_markup(text[-VALUE_CHARS:]) or is_template(text):
            return None
        whole = whole_object(text)
        if isinstance(whole, dict):
            return object_kind(whole)
        end = tail(text)
        found = next(_found(without_points(end)), None)
        if found is None and len(text) > len(end):
            found = _last_object(text)
        if found is None and all(map(announces_template, _lines(text[-VALUE_CHARS:]))):
            return None
        if found is None or (not _is_object(found) and may_be_a_piece(found.text, text)):
            return self._free(text)
        return found

    def said(self, text: str) -> str:
        """What a bare answer says outside its reasoning blocks; JSON may hold their marks in its strings."""
        said = super().said(text)
        return text if len(said) < len(text) and whole_object(text) is not None else said

    def parse_text(self, text: str) -> Answer | None:
        """A bare answer: the whole text where it is of a kind, else read as a response is."""
        boxed = mended(text)
        if boxed is not text and whole_object(text) is None:
            text = boxed
        bare = not next(boxes(tail(text)), None)
        if bare and _is_factorial(text):
            return Answer(expression(text), None)
        kind = kind_of(text) if bare else None
        answer = kind if kind is not None else self.read_text(text)
        if answer is not None and isinstance(answer.key, tuple) and answer.key[0] == "number":
            return replace(answer, key=("number", value_given(answer.key[1])))
        return answer

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether both keys are equal; with mathematics among them, whether the mathematics is the same."""
        if a.key is not None and b.key is not None:
            return a.key == b.key or is_percentage_of_label(_number_of(a), _number_of(b))
        if _may_be_mathematics(a) and _may_be_mathematics(b):
            return same_mathematics(a.text, b.text)
        return False

    def may_take_long(self, a: Answer, b: Answer) -> bool:
        """Whether `same` may keep a thread waiting; an event loop leaves that to another one."""
        return (
            (a.key is None or b.key is None)
            and _may_be_mathematics(a)
            and _may_be_mathematics(b)
            and takes_long(a.text, b.text)
        )

    def _free(self, text: str) -> Answer:
        """The whole text as the answer, marked as free text where it is long."""
        text = text.strip()
        key = words_key(text)
        return Answer(
            text, key, self.on_incomparable == "stop" and word_count(text) > LONGEST_SHORT_TEXT_WORDS
        )


def _is_factorial(text: str) -> bool:
    """Whether an expression ends in a factorial or a prime, and not a sentence in an exclamation mark."""
    if not has_math() or len(text) > LONGEST or not ends_in_sign(text):
        return False
    return word_count(text) == 1 or kind_of(strip_markup(text)) is not None


def _is_object(answer: Answer) -> bool:
    return isinstance(answer.key, tuple) and answer.key[0] == "json"


def _lines(text: str) -> Iterator[str]:
    """The lines of a text that hold anything."""
    return filter(holds_words, text.splitlines())


def _number_of(answer: Answer) -> object:
    return answer.key[1] if isinstance(answer.key, tuple) and answer.key[0] == "number" else None


def _may_be_mathematics(answer: Answer) -> bool:
    """Whether an answer is an expression, or a number or a word that an expression may be the same as."""
    key = answer.key
    return key is None or (isinstance(key, tuple) and key[0] in {"number", "text"} and not answer.free_text)


def _found(text: str) -> Iterator[Answer]:
    """The answers of the places where a final answer may stand, best place first."""
    for value in boxes(text, joined=True):
        kind = kind_of(value)
        if kind is not None and kind.key is None:
            yield kind
        break
    yield from map(boxed_answer, boxes(text))
    yield from (
        kind_of(value) or in_words(value) for value in hash_lines(text) if whole_number(value) is not None
    )
    yield from (kind_of(value) or in_words(value) for value in final_hash_line(text))
    yield from (announced_answer(text, start) for start in announced_starts(text, keys=False))
    yield from _objects_in(text)
    yield from ending(text)


_OBJECT_BEGINS = pattern(r"\{\s*+[\"']|[\[,]\s*+\{")
"""An object that holds anything, or one in a list."""


def _objects_in(text: str) -> Iterator[Answer]:
    """The JSON objects of a text, last one first; a list counts only where it holds objects."""
    if _OBJECT_BEGINS.search(text) is None:
        return
    for value in objects(text):
        if (isinstance(value, dict) and value) or (isinstance(value, list) and dict in map(type, value)):
            kind = object_kind(value)
            if kind is not None:
                yield kind


def _last_object(text: str) -> Answer | None:
    """The last object of a text whose end alone held no answer."""
    return next(_objects_in(text), None)


def auto_reader(on_incomparable: OnIncomparable = "stop") -> AutoReader:
    r"""A reader that finds the final answer and compares it by its kind.

    A response with tool calls has its calls as its answer. Reasoning blocks (`<think>…</think>` and the marks
    of other models) are not read. In a text it looks, in this order, at

    1. the text as a whole, where it is a JSON object;
    2. the last `\boxed{…}`; template text such as `\boxed{answer}` is never an answer;
    3. a "#### 7" line;
    4. the last "the answer is …", "Answer: …" or `<answer>…</answer>` in the languages of its table;
    5. the last JSON object;
    6. the last line, courtesy, notes and the reasons that it gives left out: an option, date, number or
       formula that it is or ends with ("17*24 is 408"), its only date where it ends with it, words in bold
       type, "the result is …", the only number of a conclusion ("Therefore, she has 12 apples left"), the
       only option it names and does not reject; a table at the end is passed over;
    7. the whole text where it has at most 12 words (of "Yes, because …" the "Yes", but not of "Yes, on
       Monday"), else the last line where that does, or a first line that is an option, date, number or
       formula.

    The answer is then a date, a number, an option, an object, mathematics (where Math-Verify is installed:
    extra `math`), or words; the first of these that fits. Two answers are the same when they are of one
    kind and equal in it: 1/2, 0.5, 50 % and `\frac{1}{2}`; 7/27/1997 and July 27, 1997; (C), "C" and "C)
    Paris"; x=3 and 3; words that are equal but for case, space and the marks around them. Dates such as
    03/04/2020 are read month first; use `date_reader` where that is wrong. Units, percent signs, points and
    numbers in words are read as by `number_reader`: 3 hours and 3 minutes differ, 10 % and 10 differ, but a
    label "10" also stands for 10 %. An option given by its words is the option where the question lists it
    (see `reader_for`); else it cannot tell which letter that has, nor that different words mean the same.

    Text of more than 12 words and of no other kind is free text, which can only be compared word by word:
    its answers carry `free_text`, so that a run stops after the first model instead of switching on every
    difference of wording.

    Args:
        on_incomparable: "stop" marks free text; "switch" never does, so that a run goes on.

    Raises:
        ValueError: `on_incomparable` is neither.
    """
    if on_incomparable not in get_args(OnIncomparable):
        raise ValueError(f"on_incomparable={on_incomparable!r}: write 'stop' or 'switch'")
    return AutoReader(on_incomparable)
