"""The reader that finds out by itself what kind of answer a response gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from modelswitch_core._types import Answer
from modelswitch_core.reading._find import (
    announced_starts,
    boxes,
    hash_lines,
    is_template,
    mended,
    without_sentence_tail,
)
from modelswitch_core.reading._keyed import TextReader
from modelswitch_core.reading._kinds import kind_of, object_kind, object_that_begins, words_key
from modelswitch_core.reading._math_values import same_mathematics
from modelswitch_core.reading._numbers import whole_number
from modelswitch_core.reading._objects import objects, whole_object
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._text import VALUE_CHARS, first_sentence, strip_markup, tail, word_count

OnIncomparable = Literal["stop", "switch"]

LONGEST_SHORT_TEXT_WORDS = 12
"""Text of more words is free text: it can only be compared word by word, and hardly ever agrees."""

_CLAUSE_END = pattern(
    r"[,，;；(（]\s|\s(?=[(（])|\s(?:because|since|as|which|so|where|porque|weil|car|потому)\s|\s[-–—]\s"
)
_COPULA = pattern(
    r"(?:\b(?:is|are|was|were|be|equals|becomes|gives|es|est|ist|son|ni)|[=≈:：]|\\approx|是|为|は|คือ)\s{0,3}",
    re.IGNORECASE,
)
_BOLD = pattern(r"\*\*([^*\n]{1,200})\*\*")


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
        found = next(_found(end), None)
        if found is None and len(text) > len(end):
            found = _last_object(text)
        return self._free(text) if found is None else found

    def parse(self, text: str) -> Answer | None:
        """A bare answer: the whole text where it is of a kind, else read as a response is."""
        text = mended(text)
        kind = kind_of(text) if not next(boxes(tail(text)), None) else None
        return kind if kind is not None else super().parse(text)

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether both keys are equal; with mathematics among them, whether the mathematics is the same."""
        if a.key is not None and b.key is not None:
            return a.key == b.key
        if _may_be_mathematics(a) and _may_be_mathematics(b):
            return same_mathematics(a.text, b.text)
        return False

    def _free(self, text: str) -> Answer:
        """The whole text as the answer, marked as free text where it is long."""
        text = text.strip()
        key = words_key(text)
        return Answer(
            text, key, self.on_incomparable == "stop" and word_count(text) > LONGEST_SHORT_TEXT_WORDS
        )


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
    yield from (kind_of(value) or _words(value) for value in boxes(text))
    yield from (
        kind_of(value) or _words(value) for value in hash_lines(text) if whole_number(value) is not None
    )
    yield from (_announced(text, start) for start in announced_starts(text))
    yield from _objects_in(text)
    yield from _last_words(text)


def _words(value: str) -> Answer:
    return Answer(strip_markup(value) or value, words_key(value))


def _announced(text: str, start: int) -> Answer:
    """What follows "the answer is": an object, else a kind in its first sentence or clause, else words."""
    begun = object_that_begins(text, start)
    if begun is not None:
        return begun
    line = text[start : start + VALUE_CHARS].split("\n", 1)[0]
    if text[max(0, start - 2) : start] == "**" and "**" in line:
        line = line.split("**", 1)[0]
    sentence = without_sentence_tail(first_sentence(line))
    for value in (line, sentence, _CLAUSE_END.split(sentence, maxsplit=1)[0], _only_bold(sentence)):
        kind = kind_of(value) if value.strip() else None
        if kind is not None:
            return kind
    return _after_copula(sentence) or _words(sentence)


def _objects_in(text: str) -> Iterator[Answer]:
    """The JSON objects of a text, last one first; a list counts only where it holds objects."""
    for value in objects(text):
        if (isinstance(value, dict) and value) or (
            isinstance(value, list) and any(isinstance(item, dict) for item in value)
        ):
            kind = object_kind(value)
            if kind is not None:
                yield kind


def _last_object(text: str) -> Answer | None:
    """The last object of a text whose end alone held no answer."""
    return next(_objects_in(text), None)


def _last_words(text: str) -> Iterator[Answer]:
    """The whole text where it is short, else the last line where it reads like an answer."""
    short = word_count(text) <= LONGEST_SHORT_TEXT_WORDS
    whole = kind_of(text) if short else None
    if whole is not None:
        yield whole
    lines = [line for line in text.splitlines() if strip_markup(line)]
    if not lines:
        return
    last = lines[-1].strip()
    if word_count(last) <= 2 * LONGEST_SHORT_TEXT_WORDS:
        kind = kind_of(last) or kind_of(without_sentence_tail(last))
        bold = _only_bold(last)
        if kind is None and bold:
            kind = kind_of(bold) or (_words(bold) if word_count(bold) <= LONGEST_SHORT_TEXT_WORDS else None)
        kind = kind or _after_copula(last)
        if kind is not None:
            yield kind
    if short:
        yield _words(text)
    # A last line that asks or cheers ("Anything else?") is a farewell, not an answer.
    elif word_count(last) <= LONGEST_SHORT_TEXT_WORDS and len(lines) > 1 and last[-1] not in "?!？！:：":
        yield _words(last)


def _only_bold(line: str) -> str:
    """The only words in bold type of a line, unless they are its heading; empty otherwise."""
    spans = _BOLD.findall(line)
    if len(spans) != 1 or spans[0].rstrip().endswith((":", "：")):
        return ""
    after = line.split(f"**{spans[0]}**", 1)[1]
    return "" if after.startswith((":", "：")) else str(spans[0])


def _after_copula(sentence: str) -> Answer | None:
    """The date or number that ends a sentence such as "So the total is 42 dollars"."""
    for link in reversed(list(_COPULA.finditer(sentence))[-4:]):
        value = sentence[link.end() :]
        kind = kind_of(value) if value.strip() else None
        if kind is not None and isinstance(kind.key, tuple) and kind.key[0] in {"number", "date"}:
            return kind
    return None


def auto_reader(on_incomparable: OnIncomparable = "stop") -> AutoReader:
    r"""A reader that finds the final answer and compares it by its kind.

    A response with tool calls has its calls as its answer. In a text it looks, in this order, at the last
    `\boxed{…}`, a "#### 7" line, the last "the answer is …" or "Answer: …" in the languages of its table,
    the last JSON object, an option, date, number or formula that is the last line or ends it, words in bold
    type in the last line, and the whole text where it has at most 12 words, else the last line where that
    does. A text that is a JSON object as a whole is that object.

    The answer is then a date, a number, an option, an object, mathematics (where Math-Verify is installed:
    extra `math`), or words; the first of these that fits. Two answers are the same when they are of one
    kind and equal in it: 1/2, 0.5, 50 % and `\frac{1}{2}`; 7/27/1997 and July 27, 1997; (C), "C" and "C)
    Paris"; x=3 and 3; words that are equal but for case, space and the marks around them. Dates such as
    03/04/2020 are read month first, and units are dropped; use `date_reader` or an object of your own where
    that is wrong. It cannot tell which letter an option given by its words has, nor that different words
    mean the same.

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
