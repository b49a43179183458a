"""What a model writes behind its answer: how sure it is, notes, sources, a check, the end of a proof."""

from __future__ import annotations

import re

from modelswitch_core.reading._nouns import announcement_ends
from modelswitch_core.reading._pattern import pattern

_MOST_LINES = 4
"""How many such lines are left out, last ones. Our own value."""

_LONGEST = 400
"""A longer line says more than a note does. Our own value."""

_SURE = pattern(
    r"[\W_]{0,8}(?:(?:my|overall)\s)?(?:confidence|certainty)(?:\s(?:level|score|rating))?[*_\s]{0,4}[:：=].{0,40}",
    re.IGNORECASE,
)
"""A line in which a model says how sure it is, as many prompts ask."""

_NOTE = pattern(
    r"[\W_]{0,8}(?:(?:important\s|final\s|quick\s)?(?:notes?|n\.?b\.?|remarks?|caveats?|disclaimer|assumptions?|sources?|references?"
    r"|citations?|check|verification)|notas?|fuentes?|comprobación|verificación|remarques?|vérification|hinweis|anmerkung"
    r"|quellen?|probe|примечание|источники?|проверка|注意?|备注|備註|来源|验证|验算|検算|หมายเหตุ|ตรวจสอบ|দ্রষ্টব্য|যাচাই"
    r"|kumbuka|uthibitisho|గమనిక)[*_\s]{0,4}[:：]",
    re.IGNORECASE,
)
_GOES_ON = pattern(
    r"\b(?:so|therefore|thus|hence|wait|actually|oops|wrong|boxed)\b|\A\W{0,6}(?:but|however)\b|≠|####|[:：][*_\s]{0,4}\Z",
    re.IGNORECASE,
)
"""What tells that a note or a check is where the answer is found, or that another line belongs to it."""

_POINTS_ON = pattern(
    r"\b(?:below|following|as\sfollows|here\s(?:is|are)|this\sis\swhat)\b|[:：][*_\s]{0,4}\Z", re.IGNORECASE
)
"""What says that the answer is still to come."""
_FIELD = pattern(r"[\W_]{0,8}[^\W\d_][^:：\n\d.]{0,30}[:：][^\d\n]{1,80}")
"""A field of a record with words in it: a "Note: …" right behind it is the next field."""

_CHECK = pattern(
    r"^[\W_]{0,8}(?:step\s)?(?:\d{1,2}[.:)]{1,2}\s)?(?:let['’]?s\s|let\sme\s|to\s|now\s)?(?:double[-\s]?check|check|verify"
    r"|verification|überprüf\w{1,8}|probe|comproba\w{1,8}|verifica\w{1,8}|vérifi\w{1,8}|провер\w{1,8}|验证|驗證|检验|検算"
    r"|確認|ตรวจสอบ|যাচাই|thibitisha|uthibitisho)(?![A-Za-z])[^\n.=\d]{0,60}[:：.]?[*_]{0,2}[ \t]{0,9}$",
    re.IGNORECASE | re.MULTILINE,
)
_DECIDES = pattern(
    r"\b(?:therefore|thus|hence|wait|actually|oops|wrong|incorrect|conclusion|final|summary|does\snot|boxed)\b|≠|####",
    re.IGNORECASE,
)
_CONFIRMS = pattern(
    r"=|✓|✔|\b(?:match(?:es)?|true|correct|works|holds|satisf\w{1,4}|should|stimmt|correcto|верно)\b",
    re.IGNORECASE,
)
"""What a check has that is one."""
_LONGEST_CHECK = 1_500
"""A check that is longer may hold the answer. Our own value."""

_PROOF_END = pattern(
    r"(?:\$|\\[(\[])?\s?(?:\\(?:blacksquare|square|Box|qed)(?![A-Za-z])|∎|■|Q\.?E\.?D\b\.?)\s?(?:\$|\\[)\]]|\.){0,2}\Z"
)


_BRACKETED = pattern(r"[*_\s>]{0,6}\((?=[^\W\d_]{2})(?:[^()\s]{1,30}\s){4,80}[^()\s]{1,30}\)[.*_\s]{0,4}")
"""A line of words that stands in brackets as a whole."""


def without_postscript(text: str) -> str:
    """The text without last lines such as "Confidence: 95%" and "Note: …", and without the end of a proof.

    A line stays where it is all there is, where it announces an answer, and where it goes on reasoning.
    """
    for _ in range(_MOST_LINES):
        text = text.rstrip()
        head, _, line = text.rpartition("\n")
        if not head.strip() or len(line) > _LONGEST or not _is_postscript(line, head.rstrip()):
            break
        text = head
    text = _without_check(text)
    proved = _PROOF_END.search(text, max(0, len(text) - 24))
    return text[: proved.start()].rstrip() or text if proved is not None else text


def _without_check(text: str) -> str:
    """The text without the check of the answer under a heading of its own, where that one decides nothing."""
    headings = list(_CHECK.finditer(text, max(0, len(text) - _LONGEST_CHECK)))
    if not headings:
        return text
    head, check = text[: headings[-1].start()].rstrip(), text[headings[-1].end() :]
    decides = not _CONFIRMS.search(check) or _DECIDES.search(check) or announcement_ends(check)
    return text if decides or not any(map(str.isdigit, head[-200:])) else head


def _is_postscript(line: str, head: str) -> bool:
    if _SURE.fullmatch(line):
        return True
    noted, bracketed = _NOTE.match(line), _BRACKETED.fullmatch(line)
    if (noted is None and bracketed is None) or _GOES_ON.search(line) or announcement_ends(line):
        return False
    said = head.rpartition("\n")[2]
    if _POINTS_ON.search(said):
        return False
    if noted is None:
        return any(map(str.isdigit, said)) or not any(map(str.isdigit, line))
    alone = _FIELD.fullmatch(said) is None or _NOTE.match(said) or announcement_ends(said)
    return bool(alone)
