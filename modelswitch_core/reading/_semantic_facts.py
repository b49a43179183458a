"""Facts that two texts must share to mean the same: numbers, dates, names, and whether something is denied.

Embeddings bring texts together that differ in nothing but one of these. What is done here is coarse: it errs
on the side of "different", which costs samples, where the other side would cost the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from modelswitch_core.reading._dates import MONTHS
from modelswitch_core.reading._measures import Measure, measure_behind, measures_differ
from modelswitch_core.reading._numbers import whole_number
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._semantic_opposites import sides_taken, takes_other_side
from modelswitch_core.reading._semantic_order import counts_differ, is_swapped, shared_start
from modelswitch_core.reading._semantic_words import (
    DENYING_PHRASES,
    DENYING_SIGNS,
    DENYING_WORDS,
    GERMAN_WORDS,
    MONTH_WORDS,
    NEGATIVE_PREFIXES,
    NO_WORDS,
    NUMBER_WORDS,
    ORDINALS,
    PERCENT_WORDS,
    PLAIN_WORDS,
    UNSURE_MONTHS,
    YES_WORDS,
    folded,
)
from modelswitch_core.reading._text import fold, one_form

_SIGN = r"\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_LETTER = rf"(?:(?![{_SIGN}])[^\W\d_])"
_TOKEN = pattern(
    # A number, one sign of a script that puts no space between words, or a word with its marks.
    rf"(?:(?<![\w)\]])[-+])?\d(?:[\d.,:/]{{0,40}}\d)?|[{_SIGN}]"
    rf"|{_LETTER}(?:{_LETTER}|[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0900-\u0dff\u200d]|['’](?=[^\W\d_]))*"
)
_LIST_MARK = pattern(r"(?m)^[ \t]{0,8}(?:\d{1,3}[.)]|[-*•])[ \t]+")
_ISO_DATE = pattern(r"(?<![\d-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\d-])")
_SENTENCE_END = frozenset(".!?:;\n。！？।")
_OPENING_MARKS = " \t*_\"'“”‘«»¿¡(#>-–—|"
_CURRENCY_BEFORE = pattern(r"(?:US\$|C\$|A\$|[$€£¥₹₽₩฿])\s?\Z")
_LONGEST = 200_000
"""Characters of a text. Our own value: ten times what models answer, and read within a second."""

_NAME_OF_MONTH = {number: name for name, number in reversed(MONTHS.items())}
_SIGNS_THAT_DENY = pattern(DENYING_SIGNS)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number, or one sign of a script without spaces.

    Attributes:
        form: Without case, accents and a possessive ending.
        capital: Whether it begins with a capital letter.
        starts: Whether it begins a sentence, where a capital says little.
        number: What number, date or place in an order it says; None for none.
        measure: In what the number is given; None where nothing known stands with it.
        odd: Whether it has a capital letter inside, as only names have: iPhone.
    """

    form: str
    capital: bool
    starts: bool
    number: str | None
    measure: Measure | None = None
    odd: bool = False

    @property
    def is_fact(self) -> bool:
        """Whether it is a number, or may be a name."""
        # A letter by itself is a label, as in "plan A", but for the English "I".
        label = len(self.form) == 1 and self.form != "i" and not self.starts
        return self.number is not None or (self.capital and (label or self.form not in PLAIN_WORDS))


class Facts:
    """A text as far as facts go.

    Args:
        text: In any language. Marks of lists are left out.
    """

    def __init__(self, text: str) -> None:
        self.is_too_long = len(text) > _LONGEST
        self._whole = text
        self._text = "" if self.is_too_long else _ISO_DATE.sub(_spelled, _LIST_MARK.sub("\n", one_form(text)))
        self.tokens = tuple(_tokens(self._text))

    def equals(self, other: Facts) -> bool:
        """Whether the texts are equal but for case and white space."""
        return fold(self._whole) == fold(other._whole)

    @cached_property
    def forms(self) -> frozenset[str]:
        """Every word in it."""
        return frozenset(token.form for token in self.tokens)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number and date. Without "first" and its like, which often mean no more than "at first"."""
        said = (token.number for token in self.tokens)
        return frozenset(number for number in said if number is not None and number not in ORDINALS)

    @cached_property
    def names(self) -> frozenset[str]:
        """Words with a capital where only a name has one; none in German."""
        if len(self.forms & GERMAN_WORDS) > 1:
            return frozenset()
        facts = (token for token in self.tokens if token.is_fact and token.number is None)
        return frozenset(token.form for token in facts if token.odd or not token.starts)

    @cached_property
    def denials(self) -> int:
        """How often it denies; a "No," in front of a sentence that denies anyway does not count."""
        forms = self.order
        count = sum(map(_denies, self.tokens)) + len(_SIGNS_THAT_DENY.findall(self._text))
        count += sum(pair in DENYING_PHRASES for pair in pairwise(forms))
        return count - 1 if count > 1 and self.says == "no" else count

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every word of it in its place; numbers as what they say."""
        return tuple(token.number or token.form for token in self.tokens)

    @cached_property
    def measures(self) -> Mapping[str, frozenset[Measure | None]]:
        """In what each number is given; None among them where one stands alone."""
        found: dict[str, frozenset[Measure | None]] = {}
        for token in self.tokens:
            if token.number is not None:
                found[token.number] = found.get(token.number, frozenset()) | {token.measure}
        return found

    @cached_property
    def percentages(self) -> bool:
        """Whether it speaks of percentages, beside numbers."""
        return bool(self.numbers) and ("%" in self._text or not PERCENT_WORDS.isdisjoint(self.forms))

    @cached_property
    def sides(self) -> dict[int, frozenset[int]]:
        """Which sides of a scale it names, such as more or less."""
        return sides_taken([token.form for token in self.tokens])

    @cached_property
    def says(self) -> str | None:
        """What it begins with: "yes", "no", or None for neither."""
        first = self.tokens[0].form if self.tokens else ""
        return "yes" if first in YES_WORDS else "no" if first in NO_WORDS else None

    @cached_property
    def frame(self) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """The words around the facts, and the facts in each gap."""
        words: list[str] = []
        gaps: list[list[str]] = []
        for token in self.tokens:
            if not token.is_fact:
                words.append(token.form)
                continue
            if not words or words[-1]:
                words.append("")
                gaps.append([])
            gaps[-1].append(token.number or token.form)
        return tuple(words), tuple(tuple(sorted(gap)) for gap in gaps)


def facts_differ(a: Facts, b: Facts) -> bool:
    """Whether two texts cannot mean the same, however alike they look. Symmetric.

    They cannot where they hold different sets of numbers (figures and words of number, months, weekdays),
    give a number in different units or currencies, or one of them as a percentage, or count the same thing by
    different numbers; where one denies more often than the other, answers "yes" to the other's "no", turns a
    word of the other's into its opposite ("legal", "illegal") or says one that is ("more", "less"); where
    each has a name that the other lacks; or where they are alike but for numbers and names, or but for two
    stretches that have changed places around a verb. Without capitals a name cannot be told from another
    word: there, one replaced stretch in otherwise equal texts counts as a name. So do nouns in German in such
    texts. Texts of more than 200,000 characters cannot, unless they are equal.
    """
    if a.is_too_long or b.is_too_long:
        return not a.equals(b)
    return (
        a.numbers != b.numbers
        or a.percentages != b.percentages
        or _in_other_units(a.measures, b.measures)
        or a.denials != b.denials
        or {a.says, b.says} == {"yes", "no"}
        or _opposite(a.forms, b.forms)
        or _opposite(b.forms, a.forms)
        or takes_other_side(a.sides, b.sides)
        or is_swapped(a.order, b.order)
        or counts_differ(_with_numbers(a), _with_numbers(b))
        or (_lacks_name(a, b) and _lacks_name(b, a))
        or (a.frame[0] == b.frame[0] and a.frame[1] != b.frame[1])
        or _one_stretch_replaced(a.tokens, b.tokens)
    )


def _with_numbers(facts: Facts) -> list[tuple[str, str | None]]:
    return [(token.form, token.number) for token in facts.tokens]


def _in_other_units(
    a: Mapping[str, frozenset[Measure | None]], b: Mapping[str, frozenset[Measure | None]]
) -> bool:
    """Whether a number of both is nowhere given in the same unit, or without one."""
    return any(
        all(measures_differ(mine, theirs) for mine in a[number] for theirs in b[number])
        for number in a.keys() & b.keys()
    )


def differ_in_count_or_denial_alone(a: Facts, b: Facts) -> bool:
    """Whether two texts are word for word alike but for numbers and words that deny. Symmetric."""
    mine, theirs = ([token.form for token in facts.tokens if _is_word(token)] for facts in (a, b))
    return mine == theirs and (a.numbers != b.numbers or a.denials != b.denials)


def _tokens(text: str) -> Iterator[Token]:
    found = list(_TOKEN.finditer(text))
    words = [match.group() for match in found]
    for place, match in enumerate(found):
        word = words[place]
        form = folded(word).replace("’", "'")
        form = form[:-2] if form.endswith("'s") and len(form) > 3 else form
        odd = word[0].islower() and not word.islower()
        capital = odd or word[0].isupper() or word[0].istitle()
        starts = _starts_sentence(text, match.start())
        beside_number = any(
            each[-1].isdigit() for each in words[max(0, place - 1) : place + 2] if each is not word
        )
        sure = beside_number or (capital and not starts)
        number = _number(form, sure=sure)
        measure = None if number is None else _measure(text, match.start(), match.end())
        yield Token(form, capital, starts, number, measure, odd)


def _measure(text: str, start: int, end: int) -> Measure | None:
    currency = _CURRENCY_BEFORE.search(text[max(0, start - 5) : start])
    return measure_behind(text[end : end + 60] if currency is None else currency.group())


def _number(form: str, *, sure: bool) -> str | None:
    if form[-1].isdigit():
        number = whole_number(form)
        return form if number is None else str(number.value)
    if form in MONTH_WORDS and (sure or form not in UNSURE_MONTHS):
        return MONTH_WORDS[form]
    return NUMBER_WORDS.get(form)


def _starts_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start].rstrip(_OPENING_MARKS)
    return (not before and start <= 12) or before[-1:] in _SENTENCE_END


def _denies(token: Token) -> int:
    form = token.form
    return form in DENYING_WORDS or form.endswith("n't") or form.startswith("n'")


def _is_word(token: Token) -> bool:
    return token.number is None and not _denies(token)


def _opposite(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether a word that only `b` holds is the opposite of one that only `a` holds."""
    missing = a - b
    return any(
        word.startswith(prefix) and len(word) - len(prefix) > 2 and word[len(prefix) :] in missing
        for word in b - a
        for prefix in NEGATIVE_PREFIXES
    )


def _lacks_name(a: Facts, b: Facts) -> bool:
    """Whether `b` lacks a name of `a`, in any form."""
    return any(not any(_declined(name, form) for form in b.forms) for name in a.names - b.forms)


def _declined(name: str, form: str) -> bool:
    """Whether two forms can be cases of one name, as they can in Slavic languages and Greek."""
    if name.isascii() or name[:3] != form[:3]:
        return False
    stem = shared_start(name, form)
    return len(name) - stem <= 2 and len(form) - stem <= 2


def _one_stretch_replaced(a: Sequence[Token], b: Sequence[Token]) -> bool:
    mine, theirs = [token.form for token in a], [token.form for token in b]
    start = shared_start(mine, theirs)
    end = shared_start(mine[start:][::-1], theirs[start:][::-1])
    replaced = [*a[start : len(a) - end], *b[start : len(b) - end]]
    both = len(a) > start + end and len(b) > start + end
    if not both or 2 * (start + end) < min(len(a), len(b)):
        return False
    caseless = not any(token.capital for token in (*a, *b))
    return caseless or all(_has_no_case(token.form) for token in replaced)


def _has_no_case(form: str) -> bool:
    return form.upper() == form.lower()


def _spelled(date: re.Match[str]) -> str:
    year, month, day = date.groups()
    name = _NAME_OF_MONTH.get(int(month))
    return f"{day} {name} {year}" if name else date.group()
