"""Where a text names its answer: the ends of the phrases of the table of announcements, found fast.

One pattern of all nouns, tried at every character, is what reading a long response would mostly cost. So the
beginnings of the nouns are searched for as plain strings first, and the pattern is tried where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._phrases import (
    ANNOUNCEMENTS,
    ANSWER_LABEL,
    BARE,
    DASH,
    HEADING_BEFORE,
    HEADING_BEHIND,
    LINKS,
    NOUN,
    OPTION_LABEL,
    QUESTION,
    has_edge,
)


def _stems() -> tuple[str, ...]:
    """The first words of all nouns, in small letters, none of which begins with another."""
    words = {phrase.split()[0].lower() for row in ANNOUNCEMENTS for phrase in (*row.nouns, *row.bare)}
    return tuple(sorted(word for word in words if not any(word != w and word.startswith(w) for w in words)))


_STEMS = _stems()
_ASCII_STEMS = tuple(stem for stem in _STEMS if stem.isascii())
_MOST_NOUNS = 200
"""How many beginnings are looked at, last ones. Our own value: recorded responses have at most 27."""

_LONGEST_HEADING_MARKS = 30
"""How many characters may stand before the noun of a heading: marks, a number, "final"."""


def announcement_ends(text: str) -> set[int]:
    """Where the announcements of a text end: nouns with their links, bare phrases and headings."""
    ends: set[int] = set()
    for noun in _nouns(text):
        row = (noun.lastindex or 1) - 1
        link, bare = LINKS[row].match(text, noun.end()), BARE[row]
        if link is not None:
            ends.add(link.end())
        elif bare is not None and bare.search(noun.group()):
            ends.add(noun.end())
        behind = HEADING_BEHIND.match(text, noun.end()) or DASH.match(text, noun.end())
        if behind is not None and HEADING_BEFORE.search(
            text, max(0, noun.start() - _LONGEST_HEADING_MARKS), noun.start()
        ):
            ends.add(behind.end())
    return ends | _labels(text)


_VALUE = pattern(r"[-+(*$€£]{0,4}(?:\d|[A-J][).*]{0,4}\s*\Z|\\boxed)")


def _labels(text: str) -> set[int]:
    """The ends of the labels "A:" of a transcript: behind a "Q:", or before a value that is all there is."""
    labels = {label.end() for label in ANSWER_LABEL.finditer(text)} if "A" in text else set()
    if not labels or OPTION_LABEL.search(text):
        return set()
    question = QUESTION.search(text)
    if question is not None:
        return {end for end in labels if end > question.end()}
    whole = ANSWER_LABEL.match(text)
    return {whole.end()} if whole is not None and _VALUE.match(text, whole.end()) else set()


def _nouns(text: str) -> Iterator[re.Match[str]]:
    """The nouns of a text, in order, the longest at each place, none inside another."""
    # The one letter whose small form is two characters long would shift all places behind it.
    small = text.replace("\u0130", "I").lower()
    end = 0
    places = sorted(_occurrences(small, _ASCII_STEMS if text.isascii() else _STEMS))
    for place in places[-_MOST_NOUNS:]:
        noun = NOUN.match(text, place) if place >= end else None
        if noun is not None:
            end = noun.end()
            yield noun


def _occurrences(text: str, words: tuple[str, ...]) -> Iterator[int]:
    r"""Where the words begin; those with an edge neither in a word ("means") nor in a command (`\right`)."""
    for word in words:
        edge = has_edge(word)
        place = text.find(word)
        while place >= 0:
            before = text[place - 1 : place]
            if not edge or not (before.isalpha() or before == "\\"):
                yield place
            place = text.find(word, place + len(word))
