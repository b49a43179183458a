"""Texts of the same words and numbers that mean something else by their order alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

_LONGEST = 80
"""Words beyond which nothing is looked for: two long texts of the very same words are hardly ever drawn."""

_JOINING = frozenset(
    {
        "and", "or", "is", "are", "was", "were", "be", "equals", "means", "with", "the", "a", "an", "und",
        "oder", "ist", "sind", "war", "mit", "et", "ou", "est", "sont", "avec", "y", "o", "es", "son", "era",
        "con", "e", "è", "и", "или", "是", "为", "為", "和", "与", "は", "と",
    }
)  # fmt: skip
"""What may stand between two things in either order."""

_NOT_COUNTED = frozenset(
    {
        "of", "the", "a", "and", "or", "in", "on", "at", "to", "for", "with", "by", "from", "than", "as",
        "is", "are", "was", "were", "it", "they",
    }
)  # fmt: skip
_NEAR = 3
"""How many words behind a number it may count."""


def is_swapped(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether two texts differ in that two stretches of words have changed places around what links them.

    "The dog bit the man" and "The man bit the dog" do. What is linked by "is" or "and" may stand in either
    order, and so may a clause that has only been put in front. Symmetric.
    """
    if len(a) > _LONGEST or a == b or Counter(a) != Counter(b):
        return False
    start = shared_start(a, b)
    end = shared_start(a[start:][::-1], b[start:][::-1])
    # An article that both stretches begin with is shared, and belongs to neither.
    mine, theirs = list(a[start : len(a) - end]), list(b[start : len(b) - end])
    size = len(mine)
    for first in range(1, size - 1):
        if mine[:first] != theirs[size - first :]:
            continue
        for last in range(1, size - first):
            link = mine[first : size - last]
            if (
                mine[size - last :] == theirs[:last]
                and link == theirs[last : size - first]
                and not all(word in _JOINING for word in link)
            ):
                return True
    return False


def counts_differ(a: Sequence[tuple[str, str | None]], b: Sequence[tuple[str, str | None]]) -> bool:
    """Whether something is counted by one number in a text and by another one in the other. Symmetric.

    Args:
        a: The words of a text in their order, each with the number that it says or None.
        b: Those of the other text.
    """
    mine, theirs = _counted(a), _counted(b)
    return any(mine[word].isdisjoint(theirs[word]) for word in mine.keys() & theirs.keys())


def _counted(words: Sequence[tuple[str, str | None]]) -> dict[str, set[str]]:
    """What stands behind numbers, in the singular, with the numbers that stand before it."""
    found: dict[str, set[str]] = {}
    for place, (_, number) in enumerate(words):
        if number is None:
            continue
        for word, other in words[place + 1 : place + 1 + _NEAR]:
            if other is not None:
                break
            if word not in _NOT_COUNTED:
                found.setdefault(word.removesuffix("s"), set()).add(number)
    return found


def shared_start(a: Sequence[str], b: Sequence[str]) -> int:
    """How many places from the start are alike."""
    return next(
        (place for place, (one, other) in enumerate(zip(a, b, strict=False)) if one != other),
        min(len(a), len(b)),
    )
