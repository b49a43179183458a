"""Texts that write thousands with points, as German and Spanish do: 57.500 for 57500."""

from __future__ import annotations

from modelswitch_core.reading._pattern import pattern

_POINTED = pattern(r"(?<![\d.,])\d{1,15}\.\d{1,15}(?!\d|[.,]\d)")
_THREE_DIGITS = pattern(r"\.\d{3}(?!\d)")
_THOUSANDS = pattern(r"(?<![\d.,])([1-9]\d{0,2})\.(\d{3})(?!\d|[.,]\d)")
_ENGLISH = pattern(r"(?<![\d.,])[1-9]\d{0,2},\d{3}(?!\d)")
_COUNTED = pattern(
    r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}\s?(?:€|Euro|Stück|Menschen|Personen|Einwohner|Mark|Franken|Dollar|pesos?|euros?"
    r"|dólar(?:es)?|dollars|personas|habitantes|personnes|habitants|pessoas|reais|persone|abitanti|mensen)(?!\w)"
)
_WORD = pattern(r"[^\W\d_]{2,14}")
_POINTING = frozenset(
    {
        "der", "die", "das", "ist", "sind", "und", "beträgt", "betragen", "ergebnis", "kostet", "kosten",
        "insgesamt", "antwort", "lautet", "ergibt", "eine", "also", "haben", "wir", "noch", "nach", "von",
        "für", "auf", "sich", "dem", "mit", "wird",
        "el", "la", "los", "las", "es", "son", "del", "cuesta", "cuestan", "hay", "una", "por", "con",
        "respuesta", "entonces", "tiene", "tienen", "resultado", "cada",
        "le", "les", "est", "sont", "du", "une", "au", "il", "elle", "donc", "coûte", "réponse", "avec",
        "pour", "nous", "sur", "os", "são", "uma", "custa", "resposta", "então", "não", "com",
        "gli", "è", "sono", "della", "costa", "risposta", "quindi", "per",
        "het", "een", "zijn", "kost", "antwoord", "dus", "voor",
    }
)  # fmt: skip
"""Common words of languages that part thousands with points: German, Spanish, French, Portuguese, Italian and
Dutch."""
_ENGLISH_WORDS = frozenset(
    {"the", "is", "are", "of", "and", "that", "has", "have", "this", "we", "she", "they", "each"}
)
_LONGEST_READ = 4_000


def without_points(text: str) -> str:
    """The text with its points between thousands left out, where it can be told that they are such.

    One number alone can be read either way. They are thousands where every number with a point has three
    digits behind it, no comma parts thousands, and one of these tells so: there are at least two such
    numbers, all end in nought and one in two; or the words around are of a language that writes so, and a
    number ends in nought or counts money or people.
    """
    pointed = set(_POINTED.findall(text)) if _THREE_DIGITS.search(text) else set()
    if (
        not pointed
        or not all(_THOUSANDS.fullmatch(number) for number in pointed)
        or _ENGLISH.search(text)
        or not (_all_round(pointed) or _in_such_a_language(text, pointed))
    ):
        return text
    return _THOUSANDS.sub(r"\1\2", text)


def _all_round(pointed: set[str]) -> bool:
    """Whether the numbers are several and as round as counts are, and decimals are not."""
    several = len(pointed) > 1 and all(number.endswith("0") for number in pointed)
    return several and any(number.endswith("00") for number in pointed)


def _in_such_a_language(text: str, pointed: set[str]) -> bool:
    if not any(number.endswith("0") for number in pointed) and _COUNTED.search(text) is None:
        return False
    words = {word.casefold() for word in _WORD.findall(text[-_LONGEST_READ:])}
    return len(words & _POINTING) > 1 and not words & _ENGLISH_WORDS
