"""The text that readers look at: without reasoning blocks, bounded, with one form for each sign."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from modelswitch_core._types import Response
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._postscript import without_postscript
from modelswitch_core.reading._reasoning import without_reasoning

SCAN_CHARS = 16_000
"""How much of the end of a response is searched for its final answer. Our own value: an answer stands at the
end, and responses have some thousand characters; the bound keeps a hostile 5 MB cheap."""

VALUE_CHARS = 2_000
"""How long one answer may be before it is cut for comparison by kind. Our own value."""


def text_of(response: Response | str) -> str:
    """What a response says outside its reasoning blocks."""
    return without_reasoning(response if isinstance(response, str) else response.text)


_SUM_IN_MARGIN = pattern(r"<<[^<>\n]{0,200}>>")


def tail(text: str) -> str:
    """The end of the text, where answers are looked for.

    Sums that models trained on GSM8K write into their sentences, as in "<<4+6=10>>10 apples", are left out,
    and so are last lines such as "Confidence: 95%" and "Note: …".
    """
    text = without_postscript(visible(text[-SCAN_CHARS:]).strip())
    return _SUM_IN_MARGIN.sub("", text) if "<<" in text else text


def fold(text: str) -> str:
    """One space for each run of white space, ends stripped, case folded."""
    return " ".join(text.split()).casefold()


_SIGNS = str.maketrans(
    {
        "\u2212": "-",  # minus sign
        "\ufe63": "-",
        "\uff0d": "-",
        "\u2010": "-",
        "\u2011": "-",
        "\u066c": ",",  # Arabic thousands mark
        "\u066b": ".",  # Arabic decimal mark
        "\u066a": "%",
        "\uff05": "%",
        "\uff0e": ".",
        "\uff0b": "+",
        "\uff0f": "/",
        "\uff1d": "=",
        "\uff08": "(",
        "\uff09": ")",
        "\u2044": "/",
        **{chr(0xFF21 + place): chr(0x41 + place) for place in range(26)},  # letters as wide as Chinese ones
        **{chr(0xFF41 + place): chr(0x61 + place) for place in range(26)},
    }
)
_INVISIBLE = frozenset(
    "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
"""Marks of width nought that hide inside numbers and words; direction marks among them. Joiners are letters'
business and stay."""
_FEW = 12


def visible(text: str) -> str:
    """The text without marks that nobody sees."""
    if text.isascii():
        return text
    return _replaced(text, dict.fromkeys(_INVISIBLE.intersection(text), ""))


def one_form(text: str) -> str:
    """Digits of every script as 0–9, and one form for each minus, percent, decimal and fraction sign.

    Superscripts are left alone: 10³ is not 103.
    """
    if text.isascii():
        return text
    forms = ((character, _form_of(character)) for character in set(text) if not character.isascii())
    return _replaced(text, {character: form for character, form in forms if form != character})


@lru_cache(maxsize=4_096)
def _form_of(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if unicodedata.name(character, "").startswith("VULGAR FRACTION"):
        return f" {unicodedata.normalize('NFKD', character).replace(chr(0x2044), '/')} "
    return "" if character in _INVISIBLE else character.translate(_SIGNS)


def _replaced(text: str, forms: dict[str, str]) -> str:
    """The text with characters replaced by what is no such character."""
    if len(forms) > _FEW:
        return text.translate({ord(character): form for character, form in forms.items()})
    # Few are replaced faster one after the other than by looking every character up.
    for character, form in forms.items():
        text = text.replace(character, form)
    return text


_WRAPPER = pattern(
    r"\\(?:text|textbf|textit|textrm|textsf|texttt|underline|mathrm|mathbf|mathit|mathsf|mbox|hbox|operatorname|emph|boxed|fbox)"
    r"\*?\s{0,3}\{([^{}]*)\}"
)
# Each begins with the sign that it is about, and looks back from there, so that it is found fast.
_SPACING = pattern(r"\\(?:(?<!\\\\)[;: ]|(?:quad|qquad|enspace|thinspace)(?![A-Za-z]))|~(?<!\\~)")
_IGNORED = pattern(
    r"\\(?:(?<!\\\\)!|(?:left|right|displaystyle|textstyle|bigl|bigr|Bigl|Bigr|big|Big|rm|bf|it|degree)"
    r"(?![A-Za-z]))|°(?![CFK])"
)
_DEGREES = pattern(r"\s{0,3}\^\s{0,3}(?:\{\s{0,3}\\circ\s{0,3}\}|\\circ(?![A-Za-z]))")
_FRAC = pattern(r"\\[dtc]frac(?![A-Za-z])")
# JSON writes a backslash twice.
_ESCAPE = pattern(r"\\(?=[$%#&_]|\\%)")


def undress(text: str) -> str:
    r"""LaTeX without its dress: words out of `\text{…}`, one name for fractions."""
    if "\\" not in text and "°" not in text and "{,}" not in text:
        return text
    for _ in range(3):
        text, found = _WRAPPER.subn(r" \1 ", text)
        if not found:
            break
    # A thin space inside a number is a thousands mark, so it stays one.
    text = text.replace("\\,", "\u202f").replace("{,}", ",")
    text = _SPACING.sub(" ", text)
    text = _IGNORED.sub("", _DEGREES.sub("", text) if "\\circ" in text else text)
    text = _FRAC.sub(r"\\frac", text)
    return _ESCAPE.sub("", text)


_OPENING = (
    "∴",
    "⇒",
    "→",
    "\\(",
    "\\[",
    "$$",
    "$",
    "**",
    "__",
    "*",
    "`",
    '"',
    "'",
    "“",
    "‘",
    "«",
    "「",
    "『",
    "_",
    ":",
    "：",
)
_CLOSING = (
    "\\)",
    "\\]",
    "$$",
    "$",
    "**",
    "__",
    "*",
    "`",
    '"',
    "'",
    "”",
    "’",
    "»",
    "」",
    "』",
    ".",
    ",",
    ";",
    ":",
    "。",
    "！",
    "!",
    "।",
    "、",
)
_CURRENCY_NEXT = pattern(r"\$\s?[-+]?\d[\d.,]*(?:[^$]*)\Z")


def strip_markup(text: str) -> str:
    """The text without the Markdown and mathematics marks, quotation marks and full stops around it."""
    text = text.strip()
    for _ in range(12):
        before = text
        # Most texts have none of the marks: one look at all of them is much less than one at each.
        for mark in _OPENING if text.startswith(_OPENING) else ():
            if text.startswith(mark) and not (mark == "$" and _CURRENCY_NEXT.match(text)):
                text = text[len(mark) :].lstrip()
        for mark in _CLOSING if text.endswith(_CLOSING) else ():
            if text.endswith(mark) and not text.endswith("\\" + mark):
                text = text[: -len(mark)].rstrip()
        if text == before:
            break
    return text


_FORMULA_MARKS = ("\\(", "\\)", "\\[", "\\]")
_ANY_MARK = "".join(sorted({mark for mark in (*_OPENING, *_CLOSING) if len(mark) == 1})) + " \t\r\n"


def holds_words(line: str) -> bool:
    """Whether a line holds anything but marks, as a fence, a rule or the bracket of a formula does not."""
    bare = line.strip(_ANY_MARK)
    if bare[:1] != "\\":
        return bool(bare)
    return bare not in _FORMULA_MARKS and bool(strip_markup(bare))


_SENTENCE_END = pattern(r"[!?](?=\s|$)|[。！？]|।|\.(?=[*_\"'”’)$`]{0,4}(?:\s|$))")
_ABBREVIATION = pattern(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|Prof|No|vs|approx|Jr|Sr|a\.m|p\.m|U\.S|e\.g|i\.e)|\b[A-Z]|[พค]\.\s?ศ)\Z"
)


_SUBSTANCE = pattern(r"[^\W_]|[^\x00-\x7f]")
_END_MARKS = " \t\r\n*_\"'”’)$`.!?。！？।"


_DATE_GOES_ON = pattern(r"(?<=\d)\.\s[^\W\d_]{3,9}\.?\s\d{4}|(?<=[a-zä]{3})\.\s\d{1,2}\D{0,4}\s\d{4}(?!\d)")
"""The point of a date such as German "8. März 2021" or "Feb. 3, 2021"."""


def _ends_nothing(text: str, point: int) -> bool:
    """Whether the point is an abbreviation's, or a date goes on behind it."""
    return (
        _ABBREVIATION.search(text[max(0, point - 12) : point]) is not None
        or _DATE_GOES_ON.match(text, point) is not None
    )


def first_sentence(text: str) -> str:
    """The text up to its first sentence end, the end mark left out; an abbreviation's dot ends nothing."""
    text = text[:VALUE_CHARS]
    substance = _SUBSTANCE.search(text)
    for end in _SENTENCE_END.finditer(text, substance.end()) if substance is not None else ():
        head = text[: end.start()]
        follows = text[end.end() :].strip(" *_\"'”’)$`\t")
        if end.group() == "." and follows and _ends_nothing(text, end.start()):
            continue
        return head + _closing_marks(text[end.end() :])
    return text


def last_sentence(text: str) -> str:
    """The text after its last sentence end but the final one."""
    text = text[-VALUE_CHARS:].strip()
    for end in reversed(list(_SENTENCE_END.finditer(text, 0, len(text.rstrip(_END_MARKS))))):
        if end.group() != "." or not _ends_nothing(text, end.start()):
            text = text[end.end() :]
            break
    return text.lstrip(" *_\"'”’)")


def _closing_marks(rest: str) -> str:
    """The marks right after a sentence's end that belong to it, such as the `**` of bold type."""
    return rest[: len(rest) - len(rest.lstrip("*_\"'”’)$`"))]


_UNSPACED = pattern(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


_MOST_COUNTED = 4 * VALUE_CHARS
"""In how many characters words are counted: more than a text has of which it matters how many they are."""


def word_count(text: str) -> int:
    """Words at the beginning; in scripts that put no space between them, two characters count as one word."""
    text = text[:_MOST_COUNTED]
    if text.isascii():
        return len(text.split())
    spaced, runs = _UNSPACED.subn(" ", text)
    unspaced = len(text) - len(spaced) + runs
    return len(spaced.split()) + (unspaced + 1) // 2


_CITATION = pattern(
    r"(?:(?<=\S)\s?(?:\[(?:doc(?:ument)?\.?\s?|source\s?|ref\.?\s?)\d{1,3}\]|【[^】\n]{1,20}】)|(?:(?<=[\w)])\s|(?<=[.”\"*]))\[\d{1,3}\])"
    r"(?:[\s,]{0,2}\[\d{1,3}\]){0,4}[.。*]{0,3}\s{0,3}\Z",
    re.IGNORECASE,
)


def without_citation(text: str) -> str:
    """The text without the marks of its sources at its end, as in "Paris [1]", not "It is in [1]"."""
    found = (
        _CITATION.search(text, max(0, len(text) - 60)) if text.rstrip(" .。*")[-1:] in ("]", "】") else None
    )
    cited = found is not None and not _NAMES_SOURCE.search(text, max(0, found.start() - 24), found.start())
    return text[: found.start()] if found is not None and cited else text


_NAMES_SOURCE = pattern(
    r"(?<![^\W_])(?:is|are|was|in|on|of|by|to|see|from|and|or|use|with|than|not|returns?|prints?|yields?|outputs?|index|indices|list|array|arr"
    r"|(?:document|passage|source|reference|ref|item|section|chunk|snippet|result|citation|context|text|doc)s?)[\s*:]{0,4}\Z",
    re.IGNORECASE,
)
"""Words whose sentence would end too soon without what stands in the brackets behind them."""
_TABLE_ROW = pattern(r"[ \t]{0,8}\|(?=[\s:-])[^\n|]*\|[^\n]*\|[ \t]*")


def is_table_row(line: str) -> bool:
    """Whether a line is a row of a Markdown table."""
    return _TABLE_ROW.fullmatch(line) is not None


def without_last_table(text: str) -> str:
    """The text without a Markdown table at its end.

    It stays where it is all there is, and where a line such as "Here it is:" leads up to it.
    """
    lines = text.rstrip().splitlines()
    kept = len(lines)
    while kept and is_table_row(lines[kept - 1]):
        kept -= 1
    before = "\n".join(lines[:kept]).rstrip()
    return before if len(lines) - kept > 1 and before.rstrip("*_ ")[-1:] not in ":：" else text
