"""Words after numbers: those that multiply them, and those that only name what was counted."""

from __future__ import annotations

from modelswitch_core.reading._dates import MONTHS
from modelswitch_core.reading._pattern import pattern

SCALES = {
    "hundred": 100, "dozen": 12, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "lakh": 10**5, "lakhs": 10**5, "crore": 10**7, "crores": 10**7, "millions": 10**6, "mil": 1000,
    "millones": 10**6,
    "millón": 10**6, "mille": 1000, "tausend": 1000, "million(en)": 10**6, "millionen": 10**6,
    "milliarden": 10**9,
    "milliards": 10**9, "milliarde": 10**9, "milliard": 10**9,
    "тысяч": 1000, "тысячи": 1000, "миллион": 10**6, "миллиона": 10**6,
    "миллионов": 10**6, "миллиард": 10**9, "миллиарда": 10**9, "миллиардов": 10**9,
    "ล้าน": 10**6, "แสน": 10**5, "หมื่น": 10**4,
    "হাজার": 1000, "লাখ": 10**5, "লক্ষ": 10**5, "কোটি": 10**7, "মিলিয়ন": 10**6,
    "లక్ష": 10**5, "లక్షలు": 10**5, "లక్షల": 10**5, "కోటి": 10**7, "కోట్లు": 10**7, "కోట్ల": 10**7, "మిలియన్": 10**6,
    "万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "千": 10**3, "百万": 10**6, "elfu": 1000,
}  # fmt: skip
"""Words that multiply the number before them."""

_GLUED_UNITS = frozenset(
    {
        "cm", "mm", "km", "kg", "mg", "ml", "ft", "in", "lb", "lbs", "oz", "hr", "hrs", "min",
        "mins", "sec", "secs", "mph", "kph", "th", "st", "nd", "rd", "usd", "mi", "yd", "dm", "nm",
        "ms", "gb", "mb", "kb", "hz", "kw", "mw"
    }
)  # fmt: skip
_LETTER_UNITS = frozenset(
    {
        "m", "g", "s", "h", "l", "L", "K", "C", "F", "N", "J", "W", "V"
    }
)  # fmt: skip
_NOT_UNITS = frozenset(
    {
        "to", "or", "and", "vs", "by", "plus", "minus", "times", "more", "less", "than",
        "remainder", "out", "x", "am", "pm", "oclock", "o'clock", "bc", "ad", "bce", "ce", "over",
        "is", "are", "was", "were", "has", "have", "had", "will", "can", "does", "do", "did",
        "if", "because", "not"
    }
)  # fmt: skip
LEADING_UNITS = (
    "dola", "shilingi", "senti", "dakika", "sekunde", "masaa", "siku", "wiki", "miezi", "miaka",
    "maili", "kilomita", "mita", "futi", "inchi", "kilo", "kilogramu", "gramu", "lita", "galoni",
)  # fmt: skip
"""What is counted stands before its number in Swahili."""

# Words of Indic and Thai script hold combining marks, which `\w` leaves out.
_WORD = pattern(r"(?:[A-Za-z]+(?:['’-][A-Za-z]+)*|[^\x00-\x7f\s×÷√π∞≤≥≠±·⋅²³°∪∩∈，。、：；（）]+)+\.?")
_CLOSING = pattern(r"\A(?:\*\*|\$|\\\)){1,2}(?=\s)")
_NAME = pattern(r"(?<![A-Za-z])[A-Z][a-z]")
_UNIT_TAIL = pattern(r"(?:\s{0,2}(?:\^\s?\{?[23]\}?|[²³]))?(?:\s{0,2}/\s{0,2}(?=[^\W\d_]))?\s{0,3}")


def is_unit(text: str) -> bool:
    """Whether what follows a number only names what was counted: "apples", "cm^2", "km/h"."""
    glued = not text[:1].isspace()
    glued = glued and not text.startswith("°")
    text = _CLOSING.sub("", text.strip().lstrip("°")).removeprefix("টি").lstrip()
    text = text.replace("left over", "left")
    if not text:
        return True
    if text[0] in "(（" and text[-1] in ")）":
        text, glued = text[1:-1].strip(), False
    if len(_NAME.findall(text)) > 1:
        return False  # 12 Oak Street
    position, words = 0, 0
    while position < len(text):
        word = _WORD.match(text, position)
        if word is None:
            return False
        name = word.group().rstrip(".")
        if name.casefold() in _NOT_UNITS or name.casefold() in MONTHS:
            return False
        if len(name) == 1 and name.isascii() and (glued or name not in _LETTER_UNITS) and words == 0:
            return False
        if words == 0 and glued and name.isascii() and len(name) < 4 and name.casefold() not in _GLUED_UNITS:
            return False
        words += 1
        ending = _UNIT_TAIL.match(text, word.end())
        position = ending.end() if ending is not None else word.end()
    return words <= (5 if " per " in text else 3)
