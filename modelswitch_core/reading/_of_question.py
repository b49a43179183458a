"""A reader that knows the question: an option given by its words is the option."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property

from modelswitch_core._types import Answer, Response
from modelswitch_core.reading._auto import AutoReader
from modelswitch_core.reading._calls import recorded_calls
from modelswitch_core.reading._choice import DEFAULT_LETTERS, ChoiceReader, stated_options
from modelswitch_core.reading._find import announced
from modelswitch_core.reading._kinds import kind_of, words_key
from modelswitch_core.reading._mentions import last_mention
from modelswitch_core.reading._question_options import options_asked
from modelswitch_core.reading._reader import AnswerReader
from modelswitch_core.reading._text import strip_markup, tail, text_of

_VALUES = AutoReader("switch")
"""What an option says is read by its kind, also where `choice` reads the letters."""


@dataclass(frozen=True, repr=False)
class OptionReader:
    """Reads which of a question's options a response gives, by letter or by words.

    Args:
        base: The reader without a question: answers are of its form.
        letters: The letters of the options.
        options: What they say, in the order of the letters.
    """

    base: AutoReader | ChoiceReader
    letters: str
    options: tuple[str, ...]

    def __repr__(self) -> str:
        return repr(self.base)

    def read(self, response: Response | str) -> Answer | None:
        """The option that a response gives; as `auto` reads it where it gives none and `auto` is the base."""
        if not isinstance(response, str) and response.tool_calls:
            return self.base.read(response)
        text = text_of(response)
        found = self.base.read_text(text) if isinstance(self.base, AutoReader) else None
        if found is not None and _is_of_kind(found, "json"):
            return found
        letter = next(self._letters(text, found), None)
        return found if letter is None else self.base.parse(letter)

    def parse(self, text: str) -> Answer | None:
        """A bare answer; the words of an option are the option."""
        calls = recorded_calls(text)
        if calls is not None:
            return calls
        said = self._values.said(text)
        value = self._values.parse_text(said)
        letter = self._by_value(value)
        if letter is None and self._values is self.base:
            return value
        return self.base.parse_text(said if letter is None else letter)

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether the base says that two answers are the same."""
        return self.base.same(a, b)

    def may_take_long(self, a: Answer, b: Answer) -> bool:
        """Whether `same` may keep a thread waiting."""
        return isinstance(self.base, AutoReader) and self.base.may_take_long(a, b)

    def _letters(self, text: str, value: Answer | None) -> Iterator[str]:
        """The options of the places where a final answer may stand, best place first."""
        end = tail(text)
        yield from stated_options(end, self.letters)
        if self._values is not self.base:
            value = self._values.read_text(text)
        # Of "Yes, because it is even" the value is "Yes", which several options may begin with.
        said = filter(None, (self._by_likeness.get(words_key(words)) for words in (*announced(end), end)))
        letter = next(said, None) or self._by_value(value) or last_mention(end, self.letters)
        if letter is not None:
            yield letter

    @property
    def _values(self) -> AutoReader:
        """What reads an option's words by their kind."""
        return self.base if isinstance(self.base, AutoReader) else _VALUES

    def _by_value(self, answer: Answer | None) -> str | None:
        return None if answer is None else self._by_likeness.get(_likeness(answer))

    @cached_property
    def _by_likeness(self) -> dict[Hashable, str]:
        """The letter of each value that exactly one option has; a letter is no value."""
        found: dict[Hashable, str] = {}
        twice: set[Hashable] = set()
        for letter, option in zip(self.letters, self.options, strict=True):
            value = kind_of(option) or Answer(option, words_key(option))
            if not _is_of_kind(value, "option"):
                like = _likeness(value)
                twice |= {like} & found.keys()
                found[like] = letter
        return {like: letter for like, letter in found.items() if like not in twice}


def _likeness(answer: Answer) -> Hashable:
    """What equal answers share. Mathematics as it is written: comparing it might hold up an event loop."""
    return answer.key if answer.key is not None else "".join(strip_markup(answer.text).split())


def _is_of_kind(answer: Answer, kind: str) -> bool:
    return isinstance(answer.key, tuple) and answer.key[0] == kind


def reader_for(reader: AnswerReader, question: str) -> AnswerReader:
    """The reader to use for one question: the same, or one that reads better for knowing the question.

    Where the question ends with lettered options, `auto` and `choice` read an answer in an option's words as
    that option, and no letters but those that there are; both then read alike, objects and tool calls under
    `auto` aside. A reader of the user's that brings `for_question(question: str) -> AnswerReader` is asked.

    Args:
        reader: Reads and compares.
        question: The question as the models are asked it; empty where it is not known.

    Raises:
        TypeError: What the reader's own `for_question` returned is no reader.
    """
    if isinstance(reader, (AutoReader, ChoiceReader)):
        letters = reader.letters if isinstance(reader, ChoiceReader) else DEFAULT_LETTERS
        options = options_asked(question, letters)
        return OptionReader(reader, "".join(options), tuple(options.values())) if options else reader
    own = getattr(reader, "for_question", None)
    if own is None:
        return reader
    made = own(question)
    if not isinstance(made, AnswerReader):
        raise TypeError(
            f"for_question of answer={reader!r} returned {made!r}: return a reader, such as itself"
        )
    return made
