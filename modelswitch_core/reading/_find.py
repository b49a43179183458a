"""Where the final answer of a response stands: in a box, after "####", or after "the answer is"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._phrases import BARE, BOX_WORDS, HEADING, LINKS, NOUN, SENTENCE_TAILS, TEMPLATES
from modelswitch_core.reading._text import VALUE_CHARS, fold, strip_markup, undress

_MOST_PLACES = 40
"""How many places of one sort are tried, last first: more than any honest response has."""

_WORDS = "|".join(re.escape(word).replace(r"\ ", r"\s") for word in sorted(BOX_WORDS, key=len, reverse=True))
_BRACES = pattern(rf"(\\(?:boxed|fbox)\s{{0,3}}\{{)|\\[{{}}]|((?<=[\s\\])(?:{_WORDS})\s?\{{)|([{{}}])")
_JOINED = pattern(
    r"[$\)\]\s.]{0,8}(?:,|;|and|or|oder|und|ou|et|y|和|或|и|или)[\s,]{0,3}(?:and\s|or\s)?[$\\(\[\s]{0,6}"
    r"(?:[A-Za-z](?:_\w)?\s{0,2}=\s{0,2})?[$\\(\[\s]{0,6}(?:\\boxed|\\fbox)\s{0,3}\{\Z"
)
_UNBRACED_BOX = pattern(r"\\boxed\s{1,3}([^\s{}$\\]{1,80})")
_BLANKS = pattern(r"[\s_<>\[\](){}*.:]+")


def is_template(value: str) -> bool:
    r"""Whether a prompt writes this in the answer's place, such as `answer` in `\boxed{answer}`."""
    if len(value) > 80:
        return False
    inner = fold(strip_markup(undress(value)))
    return inner in TEMPLATES or _BLANKS.sub(" ", inner).strip() in TEMPLATES


def boxes(text: str, *, joined: bool = False) -> Iterator[str]:
    r"""What stands in `\boxed{…}`, last box first, whole boxes before one that is never closed.

    Braces nest; a box around a box counts once, as the outer one. Template text is left out.

    Args:
        text: The response.
        joined: Whether boxes that only "and", "or" or a comma parts are one answer of several parts.
    """
    if "{" not in text and "boxed" not in text:
        return
    open_braces: list[tuple[int, bool]] = []
    closed: list[tuple[int, int]] = []
    for brace in _BRACES.finditer(text):
        if brace.group(1) or brace.group(2):
            open_braces.append((brace.end(), True))
        elif brace.group(3) == "{":
            open_braces.append((brace.end(), False))
        elif brace.group(3) == "}" and open_braces:
            start, is_box = open_braces.pop()
            if is_box:
                while closed and closed[-1][0] > start:
                    closed.pop()
                closed.append((start, brace.start()))
    for row in reversed(_rows(text, closed[-_MOST_PLACES:], joined=joined)):
        yield from _unless_template(
            ", ".join(text[start : min(end, start + VALUE_CHARS)] for start, end in row)
        )
    for start, is_box in reversed(open_braces[-_MOST_PLACES:]):
        if is_box:
            yield from _unless_template(text[start : start + VALUE_CHARS].split("\n", 1)[0])
    for unbraced in list(_UNBRACED_BOX.finditer(text))[: -_MOST_PLACES - 1 : -1]:
        yield from _unless_template(unbraced.group(1))


def _rows(text: str, closed: list[tuple[int, int]], *, joined: bool) -> list[list[tuple[int, int]]]:
    """The boxes, those that belong to one answer of several parts together."""
    rows: list[list[tuple[int, int]]] = []
    for box in closed:
        between = text[rows[-1][-1][1] + 1 : box[0]] if rows else ""
        if joined and rows and len(between) < 50 and _JOINED.match(between):
            rows[-1].append(box)
        else:
            rows.append([box])
    return rows


def mended(text: str) -> str:
    r"""A bare answer that was cut carelessly out of a box, in its box again.

    The rest of a sentence with more braces, such as `3} \text{ cm`, is what stands between the first
    `\boxed{` and the last closing brace: a brace is closed that was never opened.
    """
    depth = 0
    for brace in _BRACES.finditer(text[:VALUE_CHARS]):
        opening = brace.group(1) or brace.group(2) or brace.group(3) == "{"
        depth += 1 if opening else -1 if brace.group(3) == "}" else 0
        if depth < 0:
            return f"\\boxed{{{text}}}"
    return text


_WRAPPED_FORMULA = pattern(r"\s*\\(?:text|textbf|mathrm|mbox)\s?\{\s*(\$[^$]{1,400}\$)\s*\}\s*")


def _unless_template(value: str) -> Iterator[str]:
    wrapped = _WRAPPED_FORMULA.fullmatch(value)
    value = wrapped.group(1) if wrapped is not None else value
    if not is_template(value):
        yield value.strip()


_HASHES = pattern(r"^[ \t]{0,8}####[ \t]*(\S[^\n]{0,200})$", re.MULTILINE)


def hash_lines(text: str) -> Iterator[str]:
    """What stands after "####" at the start of a line, last line first."""
    if "####" in text:
        yield from (line.group(1).strip() for line in list(_HASHES.finditer(text))[: -_MOST_PLACES - 1 : -1])


_FINAL_HASHES = pattern(r"(?:\A|\n)[ \t]{0,8}####[ \t]*(\S[^\n]{0,200})\s*\Z")


def final_hash_line(text: str) -> Iterator[str]:
    """What stands after "####" in the last line, where a heading cannot stand."""
    found = _FINAL_HASHES.search(text[-400:])
    if found is not None and not is_template(found.group(1)):
        yield found.group(1).strip()


_LEAD = pattern(r"[ \t*_:：>]{0,20}")
_DISPLAY = pattern(r"\s*(?:\\\[|\$\$|```\w{0,20}|\\begin\{[a-z*]{1,12}\})\s*\Z")
_DENIED = pattern(r"(?:not|none of|unclear|unknown|that)\b", re.IGNORECASE)


def announced(text: str) -> Iterator[str]:
    """What follows "the answer is", "Answer:" and their like in every language of the table, last first."""
    for start in announced_starts(text):
        scalar = _SCALAR.match(text, start) if _is_key(text, start) else None
        yield (
            scalar.group(scalar.lastindex or 0)
            if scalar is not None
            else text[start : _line_end(text, start)].strip()
        )


def announced_starts(text: str, *, keys: bool = True) -> Iterator[int]:
    """Where the announced answers begin, last one first; template text and denials are left out.

    Args:
        text: The response.
        keys: Whether the value of a JSON key such as "answer" counts.
    """
    starts: set[int] = set()
    for noun in NOUN.finditer(text):
        row = (noun.lastindex or 1) - 1
        link = LINKS[row].match(text, noun.end())
        bare = BARE[row]
        if link is not None:
            starts.add(link.end())
        elif bare is not None and bare.search(noun.group()):
            starts.add(noun.end())
    starts.update(heading.end() for heading in HEADING.finditer(text))
    seen: set[int] = set()
    for place in sorted(starts, reverse=True)[:_MOST_PLACES]:
        start = _value_start(text, place)
        value = text[start : _line_end(text, start)].strip()
        if not keys and _is_key(text, start):
            continue
        if start not in seen and strip_markup(value) and not is_template(value) and not _DENIED.match(value):
            seen.add(start)
            yield start


_KEY = pattern(r"[\"'][\w ]{1,40}[\"']\s{0,3}:\s{0,3}[\"']?\Z")
_SCALAR = pattern(r"\"?([^\"\n{}\[\]]{1,400})\"|[-+]?\d[\d.eE+-]*|true|false")


def _is_key(text: str, start: int) -> bool:
    """Whether what begins at `start` is the value of a JSON key."""
    return _KEY.search(text[max(0, start - 50) : start]) is not None


def _value_start(text: str, place: int) -> int:
    """Where the answer begins: after the marks, and on a later line where this one holds nothing more."""
    lead = _LEAD.match(text, place)
    start = lead.end() if lead is not None else place
    for _ in range(4):
        end = _line_end(text, start)
        line = text[start:end]
        if strip_markup(line) and not _DISPLAY.match(line):
            return start + len(line) - len(line.lstrip())
        if end >= len(text):
            break
        start = end + 1
        while start < len(text) and text[start].isspace():
            start += 1
    return start


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start, start + VALUE_CHARS)
    return min(len(text), start + VALUE_CHARS) if end < 0 else end


def without_sentence_tail(value: str) -> str:
    """The value without the words that only end the sentence, such as Japanese "です"."""
    stripped = value.rstrip(" .。!！*")
    for ending in SENTENCE_TAILS:
        if stripped.endswith(ending) and len(stripped) > len(ending):
            return stripped[: -len(ending)].rstrip(" *")
    return value
