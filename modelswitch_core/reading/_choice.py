"""The reader of lettered options."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, repeat

from modelswitch_core._types import Answer
from modelswitch_core.reading._find import announced, boxes, final_hash_line, without_sentence_tail
from modelswitch_core.reading._keyed import TextReader
from modelswitch_core.reading._mentions import FOLLOWERS, is_rejected, last_mention, mentions, settled_mention
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._text import first_sentence, holds_words, one_form, strip_markup, tail, undress

DEFAULT_LETTERS = "ABCDEFGHIJ"
"""Ten options, as in MMLU-Pro, the widest of the usual benchmarks."""

_WORD = (
    r"(?:(?:clearly|therefore|thus|definitely|indeed|actually|simply|probably|(?:most\s)?likely)[\s,]{1,2})?"
    r"(?:(?:the|la|el|le|die|der)\s)?(?:(?:correct\s|best\s|right\s|my\s|final\s)?"
    r"(?:option|choice|answer|letter|statement|opción|alternativa|letra|réponse|lettre|antwort|вариант|选项|選項|選択肢"
    r"|ตัวเลือก|ข้อ|বিকল্প|chaguo|ఎంపిక)"
    r"\s{0,2}[:：]?\s{0,2})?"
)
_LONGEST_OPTION = 400


@lru_cache(maxsize=64)
def _patterns(letters: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns for an option alone, one that begins a value, and several at once."""
    one = f"[{re.escape(letters)}]"
    any_case = f"[{re.escape(letters + letters.lower())}]"
    marks = r"[*_`\s\\\"'“”‘’{}]{0,6}"
    alone = rf"{marks}(?i:{_WORD}){marks}[(\[]?{marks}({any_case}){marks}[)\]]?{marks}[.)。:]?{marks}\Z"
    begins = (
        rf"{marks}(?i:{_WORD}){marks}(?:[(\[]{marks}({any_case}){marks}[)\]]"
        rf"|({one})(?=[).:：、。,，;\]*]|\s{{0,2}}[-–—(]\s|\s{{0,2}}\(|\s{{1,3}}(?:{FOLLOWERS})\b)"
        rf"|({one})(?=[^\W\d_A-Za-z]?\Z|选项|選項|[项項])|([{re.escape(letters.lower())}])(?=\)\s{{1,2}}[^\W\d_]))"
    )
    several = (
        rf"{marks}(?i:(?:both|either|options|choices)?){marks}(?i:{_WORD})[(\[]?{one}[)\]]?\s{{0,2}}(?:,|;|/|&|、|and|or|und|oder|et|ou|y|o|и|или|和|或|と)"
        rf"\s{{0,2}}[(\[]?{one}[)\]]?(?![A-Za-z\d'])"
    )
    return pattern(alone), pattern(begins), pattern(several)


_LOOKALIKES = str.maketrans("АВСЕН", "ABCEH")
_FOREIGN_LETTER = pattern(r"[*_`\s(\[\"“«]{0,6}[АВСЕНⒶ-Ⓙ](?=[*_`\s)\]\"”».。]{0,6}\Z|[).:]\s)")


def with_latin_letter(value: str) -> str:
    """The value with a Latin letter where a Cyrillic one of the same look, or one in a circle, begins it."""
    begins = _FOREIGN_LETTER.match(value)
    if begins is None:
        return value
    place = begins.end() - 1
    latin = unicodedata.normalize("NFKC", value[place].translate(_LOOKALIKES))
    return value[:place] + latin + value[place + 1 :]


def option_of(value: str, letters: str = DEFAULT_LETTERS) -> str | None:
    """The letter of an answer such as `C`, `(C)`, `C) Paris` or `Option C: Paris`; None for anything else.

    "A" and "I" followed by a word are the article and the pronoun, not options. Of a sentence that begins
    with several options, or with one that it rejects, it is the option that the sentence settles on.
    """
    alone, begins, several = _patterns(letters)
    text = _plain(value)
    found = None if several.match(text) else alone.match(text) or begins.match(text)
    if found is None:
        return settled_mention(first_sentence(text), letters) if several.match(text) else None
    group = found.lastindex or 0
    if is_rejected(text, found.end(group)):
        return settled_mention(text, letters)
    return found.group(group).upper()


def names_several(value: str, letters: str = DEFAULT_LETTERS) -> bool:
    """Whether an answer begins with several options: "A, C and D"."""
    return _patterns(letters)[2].match(_plain(value)) is not None


def _plain(value: str) -> str:
    return with_latin_letter(strip_markup(undress(one_form(value[:_LONGEST_OPTION]))))


_GOES_ON = pattern(
    r"\W{0,6}[A-Za-z]\W{0,6}\s(?:is|are|was|were|can|cannot|could|would|will|does|do|has|seems|and|or|but)\b"
)


def option_line(line: str, letters: str = DEFAULT_LETTERS) -> str | None:
    """The letter of a line that is an option: `C`, `(C)`, `**B**`, `C) Paris`, but not "(C) is wrong"."""
    return None if len(line) > _LONGEST_OPTION or _GOES_ON.match(line) else option_of(line, letters)


def begins_a_list(first: str, second: str, letters: str = DEFAULT_LETTERS) -> bool:
    """Whether two lines are the options of a question, told once more, and not an answer."""
    one, other = option_line(first, letters), option_line(second, letters)
    return one is not None and other is not None and one != other


def continues_a_list(before: str, line: str, letters: str = DEFAULT_LETTERS) -> bool:
    """Whether two lines are options in their order: parts of an answer, or options gone through."""
    one, other = option_line(before, letters), option_line(line, letters)
    return one is not None and other is not None and letters.find(one) < letters.find(other)


def option_in_sentence(sentence: str, letters: str = DEFAULT_LETTERS, *, line: str = "") -> str | None:
    """The letter that a sentence such as "So option C fits best" settles on, if it does.

    Args:
        sentence: The sentence.
        letters: The letters that options may have.
        line: The line whose last sentence it is: asked where the sentence does nothing but reject an option.
    """
    letter = settled_mention(sentence, letters)
    only_rejects = letter is None and any(mention.rejected for mention in mentions(sentence, letters))
    return settled_mention(line, letters) if only_rejects and line != sentence else letter


_NAMED = pattern(r"\b(?i:option|choice)\s[(\"“]?([A-J])(?![\w'’])")


def option_of_text(text: str) -> str | None:
    """The letter that a long text names as "option C" more than once, where it names no other; else None."""
    named = list(_NAMED.finditer(text))
    letters = {found.group(1) for found in named}
    rejected = any(is_rejected(text, found.end()) for found in named)
    return letters.pop() if len(named) > 1 and len(letters) == 1 and not rejected else None


@dataclass(frozen=True, repr=False)
class ChoiceReader(TextReader):
    """Reads a lettered option."""

    letters: str = DEFAULT_LETTERS

    def __repr__(self) -> str:
        return (
            "choice_reader()"
            if self.letters == DEFAULT_LETTERS
            else f"choice_reader(letters={self.letters!r})"
        )

    def read_text(self, text: str) -> Answer | None:
        """The first option found in the places where final answers stand, else the last one named."""
        end = tail(text)
        letter = next(stated_options(end, self.letters), None) or last_mention(end, self.letters)
        return None if letter is None else Answer(letter, letter)


def stated_options(text: str, letters: str) -> Iterator[str]:
    """The options of the places where a final answer may stand, best place first."""
    for places in (boxes, final_hash_line, announced):
        for value in places(text):
            letter = (
                option_of(value, letters)
                or option_of(without_sentence_tail(value), letters)
                or settled_mention(first_sentence(value), letters)
            )
            if letter is not None:
                yield letter
    lines = text.splitlines()
    first, second = islice(chain(filter(holds_words, lines), repeat("")), 2)
    last, before = islice(chain(filter(holds_words, reversed(lines)), repeat("")), 2)
    ends = "" if continues_a_list(before, last, letters) else last
    for line in (ends, "" if begins_a_list(first, second, letters) else first):
        letter = option_line(line, letters)
        if letter is not None:
            yield letter


def choice_reader(letters: str = DEFAULT_LETTERS) -> ChoiceReader:
    r"""A reader of lettered options.

    It looks, in this order, at the last `\boxed{…}` that holds an option, a last line "#### C", the last "the
    answer is C" or "Answer: D) …" in the languages of its table (a JSON key "answer" counts), the last and
    the first line where they are an option as a whole, and the last "(C)", "**B**", "option C", "C seems to
    be right" or "I choose C" of the text. What stands after the letter is dropped. "A" and "I" followed by a
    word are the article and the pronoun. A rejected option is no answer: "not (A) but (D)" is D, and so is
    "(A) is wrong, so (D)". A Cyrillic letter that looks like a Latin one counts as that one.

    Two answers are the same when the letters are, in either case. An option given by its words
    alone is read where the question lists it (see `reader_for`). An answer of several letters or "(A) or
    (B)" is unreadable, and where nothing better is found, "the area (A)" is read as an option.

    Args:
        letters: The letters that options may have, upper case, each once.

    Raises:
        ValueError: `letters` is empty, or holds anything but different upper-case letters.
    """
    if not isinstance(letters, str):
        raise TypeError(
            f"letters={letters!r} is no string: write the options' letters in a row, such as 'ABCD'"
        )
    if (
        not letters
        or len(set(letters)) < len(letters)
        or not all(c.isalpha() and c.isupper() for c in letters)
    ):
        raise ValueError(f"letters={letters!r}: write different upper-case letters in a row, such as 'ABCD'")
    return ChoiceReader(letters)
