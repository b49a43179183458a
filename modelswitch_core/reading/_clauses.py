"""Which part of a sentence says what is so, and which parts only say why, or what it is compared with."""

from __future__ import annotations

import re

from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._phrases import CONCLUSION
from modelswitch_core.reading._text import last_sentence

_REASON = (
    r"(?:,\s|(?<=[^\s.!?:])[*_)]{0,3}\s)(?:because|since|given\sthat|whereas|compared\s(?:to|with)|porque|ya\sque|puesto\sque|parce\sque|puisque"
    r"|alors\sque|weil|während|потому\sчто|так\sкак|поскольку|тогда\sкак|kwa\ssababu|কারণ|ఎందుకంటే)\s"
    r"|,\s(?:as|while|pues|mientras\sque|car|tandis\sque|da|denn|а|who|whose)\s|[,，、]\s?(?:因[为為]|なぜなら)|\s?(?:เพราะ(?!ฉะนั้น)|เนื่องจาก)"
)
_BEGINS_REASON = pattern(_REASON, re.IGNORECASE)
_IN_REASON = pattern(rf"(?:{_REASON})(?:[^.,;!?\n]|(?<=\d)[.,](?=\d)){{0,80}}\Z", re.IGNORECASE)
_LEADING = pattern(
    r"[\W_]{0,8}(?:since|because|as|given\sthat|if|when|after|before|once|by|for|with|from|como|después|après|nach|после|puisque|comme|da|weil|поскольку|так\sкак|因[为為]|由于)\s",
    re.IGNORECASE,
)
_CONDITION = pattern(
    r"(?:\((?:for|where|with|when|if|provided|assuming|since|as|because)|,\swhere)\s[^()$\n]{0,20}(?:\$|\\\()?\Z"
)
_COMMA = pattern(r"[,;]\s(?!\d{4}(?!\d))|[，；]")
_DIGIT = pattern(r"\d")
_MOST_SENTENCES = 8
"""How often the last sentence is looked for in the last sentence, which its marks may hide. Our own value."""
_MOST_COMMAS = 20
"""How many commas of a sentence are looked at, last ones. Our own value."""


def is_reason(text: str, start: int) -> bool:
    """Whether what begins at `start` of a text belongs to a clause that gives a reason or compares."""
    return _IN_REASON.search(text, max(0, start - 100), start) is not None


def is_condition(text: str, start: int) -> bool:
    """Whether what begins at `start` only says for what a formula before it holds: "(for x > 0)"."""
    return _CONDITION.search(text, max(0, start - 40), start) is not None


def main_clause(sentence: str) -> str:
    """The clause of a sentence that says what is so, where that one holds a digit; else the sentence.

    Of "20 + 22 = 42, so there are 42 birds" it is the conclusion; reasons are left out, as in "there are 42
    birds, since 20 + 22 = 42" and "since 20 + 22 = 42, there are 42 birds".
    """
    before = ""
    for _ in range(_MOST_SENTENCES):
        told = last_sentence(sentence)
        if len(told) == len(sentence):
            break
        before += sentence[: sentence.rfind(told)]
        sentence = told
    return before + _main_part(sentence)


def _main_part(sentence: str) -> str:
    commas = list(_COMMA.finditer(sentence))[-_MOST_COMMAS:]
    concludes = CONCLUSION.match(sentence)
    begins = concludes.end() if concludes is not None else 0
    for comma in reversed(commas):
        if CONCLUSION.match(sentence, comma.end()) and _DIGIT.search(sentence, comma.end()):
            sentence = sentence[comma.end() :]
            break
    else:
        if commas and _LEADING.match(sentence, begins) and _DIGIT.search(sentence, commas[-1].end()):
            sentence = sentence[commas[-1].end() :]
    reason = _BEGINS_REASON.search(sentence)
    if reason is not None and _DIGIT.search(sentence, 0, reason.start()):
        return sentence[: reason.start()]
    return sentence
