"""Which options a text names in its sentences, and which of them it rejects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from operator import or_
from typing import NamedTuple

from modelswitch_core.reading._pattern import pattern

_WINDOW = 60
"""How many characters around an option can reject it: more than such a phrase has."""

_MOST_MENTIONS = 100
"""How many options are looked at, last ones: more than any honest response names."""

_MOST_LETTERS = 300
"""How many letters that options may have are looked at, last ones: most of them stand for something else."""

FOLLOWERS = (
    r"because|since|as|due|for|which|and(?!\s+[\w]\b)|with|in|is|by|based|given|here|rather|instead|over|not"
)
"""Words that go on after an option; after "A" and "I", any other word makes them article and pronoun."""

_NAMES = r"option|choice|answer|letter|opción|opcion|choix|réponse|antwort|вариант|选项|選項|選択肢|ตัวเลือก"
_FITS = (
    r"(?:seems|appears|looks|is|matches|fits|would\sbe|must\sbe)(?:\s(?:to\sbe|like))?"
    r"(?:\s(?:the|a))?(?:\s(?:only|most|right|correct|best|better|closest|answer|choice|option|match|common|likely))"
)
_CHOOSE = (
    r"(?:choos|pick|select|keep|opt\sfor|vot(?:e|ing)\sfor|settl(?:e|ing)\son|guess|say)(?:e|ing)?|chose"
    r"|(?:go|going|went)\s(?:with|for)|elijo|choisis|wähle|выбираю"
)


class Mention(NamedTuple):
    """An option that a text names.

    Attributes:
        letter: Its letter, upper case.
        start: Where it begins.
        rejected: Whether the text says that it is not this one.
        joined: Whether "and", "or" or a comma joins it to the option named before it.
    """

    letter: str
    start: int
    rejected: bool
    joined: bool


@lru_cache(maxsize=64)
def _named(letters: str) -> re.Pattern[str]:
    """An option that a sentence names; which of the groups holds the letter depends on how."""
    one = f"([{re.escape(letters)}])"
    lone = one + rf"(?![\w'’])(?!(?<=[AI])\s(?!(?i:{FOLLOWERS})\b)\w)"
    at_end = rf"[*(]{{0,3}}{one}[*).!。]{{0,5}}\s*(?:\Z|\n)"
    return pattern(
        rf"(?<![A-Za-z\d_$\\^])(?:[(]{one}[)]|\*\*[(]?{one}[.):]?\*\*|\*\*{one}[).:]\s[^*\n]{{0,200}}\*\*"
        rf"|(?i:{_NAMES})\s{{0,2}}(?:[(\"“]{one}[)\"”]|{one}(?<!I)(?![\w'’]))"
        rf"|[\"“]{one}[\"”]\s(?i:option|choice)"
        rf"|\b(?i:is|be|es|est|ist|(?:it|that)['’]s)\s(?:(?:la|die)\s)?[*(]{{0,3}}{one}(?:[*)]{{0,3}}(?:\s(?:then|instead|indeed))?[*).]{{0,4}}\s*\Z|(?:[):]|(?<!I)\.)\s\w)"
        rf"|\b{one}(?<!I)\s{_FITS}\b|\b(?i:{_CHOOSE})\s[(]?{lone}"
        rf"|\b(?i:so|thus|hence|therefore|(?:leaves|leaving)(?:\sus\swith|\sonly)?|left\swith(?:\sonly)?)\s{{1,2}}{at_end}"
        rf"|\b(?:but|sondern|sino|mais|bali|а)[ ](?:ni\s|la\s|die\s)?[*(]{{0,3}}{one}"
        r"(?=[*)]{0,3}(?:[.,;!]|\s*\Z|\n))"
        rf"|(?:(?<=ではなく)|(?<=ではなく、)|แต่(?:เป็น|คือ)?\s{{0,2}})[*(]{{0,3}}{one}(?![A-Za-z\d])"
        rf"|(?:选项|選項|選択肢)\s{{0,2}}[(]?{one}(?![A-Za-z\d])"
        rf"|{one}\s{{0,2}}(?:选项|選項|项|項)?\s{{0,2}}(?:是|为|為)?(?:正确|正確|对的)"
        rf"|\b(?:ist|est|es)\s[(]?{one}[)]?\s(?:die|la|le)\s"
        rf"|(?:选择?|選|而?是)\s{{0,2}}[(]?{one}(?![\w'’][A-Za-z]))|[:：→⇒]\s{{0,2}}{at_end}"
    )


_BEFORE = pattern(
    r"(?:\b(?:not|never|neither|nor|than|instead\sof|unlike|except|excludes?|excluding|excluded|rejects?|rejecting"
    r"|rejected|eliminates?|eliminating|eliminated|discards?|discarding|discarded|dismiss(?:es|ing|ed)?"
    r"|(?:rul(?:e|es|ing|ed)|cross(?:es|ing|ed)?)\sout|cannot|no|nicht|kein|pas|не)|n['’]t|不|排除|非)"
    r"(?:\s{0,2}\b(?:be|is|es|also|just|the|either|both|option|choice|answer|letter|la|le|die)\b|是|选|選|选项){0,3}"
    r"[\s*\"“:：]{0,4}\Z",
    re.IGNORECASE,
)
_AFTER = pattern(
    r"[)\]*\"”.:]{0,4}[\s,]{0,2}(?:(?:is|are|was|were|would\sbe|seems?|looks?|must\sbe)\s"
    r"(?:\w{2,10}ly\s|also\s|both\s|all\s)?(?:not|too|out|wrong|incorrect|false|impossible|excluded|eliminated"
    r"|ruled\sout|rejected|invalid|inconsistent|unlikely|implausible)\b|(?:wrong|incorrect|false)\b"
    r"|(?:is|are|was|were|does|do|did|would|could|ca)n['’]t|(?:does|do|did|would|could|can)\s?not\b|fails?\b"
    r"|(?:can|could|may|must)\sbe\s(?:ruled|eliminated|excluded|discarded|rejected|dismissed)"
    r"|(?:选项|選項|项|項)?(?:都|均|皆|也)?(?:不(?!选|選|是\s?[(]?[A-Z])|是?错|是?錯)|ではな|[はが](?:誤|間違|正しくな|不正解)|じゃな|ではあり|no\ses\b|ist\s(?:nicht|falsch)|n['’]est\spas"
    r"|est\sfausse?|не\b|неверн)",
    re.IGNORECASE,
)
_JOIN = pattern(
    r"[)\]*\"”.:]{0,4}\s{0,2}(?:,|/|&|;)?\s{0,2}(?:(?:and|or|nor|und|oder|et|ou|y|o|и|или|和|或|、)\s{1,2})?"
    r"(?:(?i:option|choice|answer)\s{1,2})?[*(\[\"“]{0,4}",
    re.IGNORECASE,
)


_MOST_BEFORE_LETTER = 24
"""More characters than may stand between the beginning of a mention and its letter: "settling on the (" and
the like."""

_BEGINS = pattern(r"(?<![A-Za-z\d_$\\^])(?=[\w(*\"“])|(?=[:：→⇒])")
"""Where a mention may begin: one check in place of all that `_named` would try there."""


def _found(text: str, letters: str) -> Iterator[re.Match[str]]:
    """The mentions, in order; looked for near the letters of options, since trying everywhere is slow."""
    named, letter = _named(letters), _letter(letters)
    tried = 0
    for lone in list(letter.finditer(text))[-_MOST_LETTERS:]:
        first = max(tried, lone.start() - _MOST_BEFORE_LETTER)
        for place in _BEGINS.finditer(text, first, lone.start() + 1):
            match = named.match(text, place.start())
            if match is not None:
                yield match
                tried = match.end()
                break
        else:
            tried = max(tried, lone.start() + 1)


@lru_cache(maxsize=64)
def _letter(letters: str) -> re.Pattern[str]:
    """A letter of an option that begins no word."""
    return pattern(rf"[{re.escape(letters)}](?![A-Za-z]{{2}})")


def mentions(text: str, letters: str) -> Iterator[Mention]:
    """The options that the sentences of a text name, last one first.

    An option is rejected by what stands around it: "not (A)", "rather than (A)", "(A) is wrong". What
    rejects one of several that "and", "or" or a comma joins rejects them all: "neither (A) nor (B)".
    """
    found = [
        (match.group(k := match.lastindex or 0), match.start(k), match.end(k))
        for match in _found(text, letters)
    ][-_MOST_MENTIONS:]
    end = len(found)
    while end > 0:
        begin = end - 1
        while begin > 0 and _joins(text, found[begin - 1][2], found[begin][1]):
            begin -= 1
        yield from _joined_mentions(text, found[begin:end])
        end = begin


def _joins(text: str, end: int, start: int) -> bool:
    """Whether nothing but "and", "or" or a comma stands between two options."""
    return start - end < _WINDOW and _JOIN.fullmatch(text, end, start) is not None


def _joined_mentions(text: str, group: list[tuple[str, int, int]]) -> Iterator[Mention]:
    """The mentions that are joined to one another, last one first."""
    before = accumulate((_BEFORE.search(_clause(text, start)) is not None for _, start, _ in group), or_)
    after = accumulate((_AFTER.match(text, end) is not None for _, _, end in reversed(group)), or_)
    behind = list(before)
    for place, ahead in zip(range(len(group) - 1, -1, -1), after, strict=True):
        letter, start, _ = group[place]
        yield Mention(letter.upper(), start, behind[place] or ahead, place > 0)


def _clause(text: str, start: int) -> str:
    """What stands before an option, its own opening marks left out."""
    return text[max(0, start - _WINDOW) : start].rstrip('([*"“ ') + " "


_DECIDES = pattern(
    r"(?:\b(?:so|thus|hence|therefore|leaves|leaving|but|sondern|sino|mais|also|donc|luego|finally|actually|wait|answer|choose|chosen?"
    r"|pick|correct|right)\b|[→⇒]|所以|因此|而|，故)[^.!?\n]{0,24}\Z",
    re.IGNORECASE,
)


def settled_mention(text: str, letters: str) -> str | None:
    """The option that a sentence settles on; None where it names none, or several and settles on none.

    Rejected options do not count: "not (A) but (D)" settles on D. Of several that are left, the last one
    does where a word such as "so" comes right before it: "(A) or (B), so (B)".
    """
    kept = (mention for mention in mentions(text, letters) if not mention.rejected)
    last = next(kept, None)
    if last is None:
        return None
    several = any(mention.letter != last.letter for mention in kept)
    if several and (last.joined or _DECIDES.search(_clause(text, last.start)) is None):
        return None
    return last.letter


def last_mention(text: str, letters: str) -> str | None:
    """The last option of a text that it does not reject; None for none, and for several at once."""
    kept = (mention for mention in mentions(text, letters) if not mention.rejected)
    last = next(kept, None)
    if last is None or (last.joined and next(kept, last).letter != last.letter):
        return None
    return last.letter


def is_rejected(text: str, end: int) -> bool:
    """Whether a text rejects the option that ends at `end` right after it: "(A) is wrong …"."""
    return _AFTER.match(text, end) is not None
