"""Texts that write thousands with points, as German and Spanish do: 57.500 for 57500."""

from __future__ import annotations

from modelswitch_core.reading._pattern import pattern

_POINTED = pattern(r"(?<![\d.,])\d{1,15}\.\d{1,15}(?!\d|[.,]\d)")
_THOUSANDS = pattern(r"(?<![\d.,])([1-9]\d{0,2})\.(\d{2}0)(?!\d|[.,]\d)")
_ENGLISH = pattern(r"(?<![\d.,])[1-9]\d{0,2},\d{3}(?!\d)")


def without_points(text: str) -> str:
    """The text with its points between thousands left out, where it can be told that they are such.

    One number alone can be read either way. They are thousands where every number with a point has three
    digits behind it, the last one a zero; there are at least two such numbers; one of them ends in two
    zeros; and no comma parts thousands.
    """
    pointed = set(_POINTED.findall(text)) if "." in text else set()
    if (
        len(pointed) < 2
        or not all(_THOUSANDS.fullmatch(number) for number in pointed)
        or not any(number.endswith("00") for number in pointed)
        or _ENGLISH.search(text)
    ):
        return text
    return _THOUSANDS.sub(r"\1\2", text)
