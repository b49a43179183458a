"""Regular expressions compiled at their first use.

The readers hold some sixty of them; compiling all at import would cost every program that imports us 40 ms,
whether it reads an answer or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast


class _Pattern:
    """Stands for a compiled pattern; becomes it, method by method, as they are used."""

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # `re` keeps no more than a few hundred patterns, so the method itself is kept here.
        value = getattr(re.compile(self._source, self._flags), name)
        self.__dict__[name] = value
        return value


def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, but at the first use of the pattern."""
    return cast("re.Pattern[str]", _Pattern(source, flags))


_DIGIT = pattern(r"\d")


def found_near_digits(sought: re.Pattern[str], text: str, before: int) -> Iterator[re.Match[str]]:
    """What `sought.finditer(text)` gives, but sooner: it is only looked for near digits.

    Args:
        sought: A pattern of which every match holds a digit.
        text: The text.
        before: How many characters of a match may stand before its first digit, at most.
    """
    position = 0
    while (digit := _DIGIT.search(text, position)) is not None:
        found = sought.search(text, max(position, digit.start() - before))
        if found is None:
            return
        yield found
        position = found.end()
