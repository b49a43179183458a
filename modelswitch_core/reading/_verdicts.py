"""The "Yes" or "No" that is the answer itself, unlike the one that only introduces it: "No, Paris"."""

from __future__ import annotations

import re

from modelswitch_core.reading._pattern import pattern

_VERDICT = pattern(
    r"[\W_]{0,6}(?P<said>(?P<fact>true|false)|(?P<no>no|non|nein|нет|不是|不|いいえ|ไม่ใช่|না|hapana|కాదు)"
    r"|yes|sí|oui|ja|да|是的|是|はい|ใช่|হ্যাঁ|ndiyo|అవును)"
    r"(?:[*_]{0,3}[,.;:!，。；：！、।]|[*_]{0,3}\s[-–—]|[*_]{0,3}(?=\s(?:because|since|as)\s))[*_\s]{0,4}",
    re.IGNORECASE,
)
_REASON = pattern(
    r"(?:because|since|as|given|porque|ya\sque|puesto\sque|parce\sque|puisque|car|weil|denn|da|потому|так\sкак|поскольку|kwa\ssababu)\s"
    r"|因[为為]|なぜなら|เพราะ|เนื่องจาก|কারণ|ఎందుకంటే",
    re.IGNORECASE,
)
_SAME_SUBJECT = pattern(
    r"(?:both|they|these|those|we|you|i|he|she|it|this|that|there|ambos|ambas|ellos|ellas|él|ella|esto|eso|les\sdeux|ils|elles|il|elle"
    r"|cela|ça|beide|sie|er|es|das|dies|они|он|она|оно|это|оба|обе)(?:['’](?:s|re))?\s|c['’]est\s|两者|它们?|他们?|她们?|这|那|都",
    re.IGNORECASE,
)
"""What takes up the question's own subject, so that the rest affirms what was asked."""
_DENIAL = pattern(
    r"\b(?:not|never|neither|nor|none|no|nunca|ninguno|tampoco|nicht|keine?|niemals|pas|jamais|aucune?|не|si|hawa|haku|hana)\b|n['’]t\b|[不没沒]|ない|ません|ไม่",
    re.IGNORECASE,
)
_INSTEAD = pattern(
    r"\b(?:but|only|except|unless|instead|rather|sino|pero|sondern|aber|sauf|mais|а|но|always)\b|而是|但|"
    r"\A(?:(?:it|this|that|there|he|she)(?:['’]s|\s(?:is|was))|(?:es|das|dies)\s(?:ist|war)|c['’]est|это)\s(?:[A-ZА-Я]|the\s)"
)
"""What corrects or narrows a verdict, or names what was asked for: "Yes, it is Paris"."""
_DIGIT = pattern(r"\d")


def verdict_of(sentence: str) -> str | None:
    """The "Yes", "No", "True" or "False" that a sentence begins with, where that is all it answers.

    That is so where a reason follows ("No, because …"), where what was asked is said again ("Yes, they share
    a border", "No, the two do not"), and for "True" and "False". "No, Paris" and "Yes, on Monday" answer
    more than that, and so does what holds a digit.
    """
    said = _VERDICT.match(sentence)
    if said is None or _DIGIT.search(sentence):
        return None
    rest = sentence[said.end() :]
    if not _REASON.match(rest):
        again = _DENIAL.search(rest) if said["no"] else said["fact"] or _SAME_SUBJECT.match(rest)
        if not again or _INSTEAD.search(rest):
            return None
    return said["said"]
