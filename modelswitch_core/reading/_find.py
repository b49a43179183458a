"""Where the final answer of a response stands: in a box, after "####", or after "the answer is"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from modelswitch_core.reading._nouns import announcement_ends
from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._phrases import BOX_WORDS, SENTENCE_TAILS
from modelswitch_core.reading._templates import is_template
from modelswitch_core.reading._text import VALUE_CHARS, strip_markup

_MOST_PLACES = 20
"""How many places of one sort are tried, last first: more than any honest response has."""

_MOST_READ = 4 * VALUE_CHARS
"""How many characters are read at the places of one sort, all together. In one long line of announcements,
each is followed by all the others, and together they are a multiple of the text."""

_WORDS = "|".join(re.escape(word).replace(r"\ ", r"\s") for word in sorted(BOX_WORDS, key=len, reverse=True))
_BOX = pattern(r"\\(?:boxed|fbox)\s{0,3}\{")
_TRANSLATED_BOX = pattern(rf"(?<=[\s\\])(?:{_WORDS})\s?\{{")
_BRACE = pattern(r"[{}](?<!\\.)")
"""A brace that no backslash escapes."""
_JOINED = pattern(
    r"[$\)\]\s.]{0,8}(?:,|;|and|or|oder|und|ou|et|y|和|或|и|или)[\s,]{0,3}(?:and\s|or\s)?[$\\(\[\s]{0,6}"
    r"(?:[A-Za-z](?:_\w)?\s{0,2}=\s{0,2})?[$\\(\[\s]{0,6}(?:\\boxed|\\fbox)\s{0,3}\{\Z"
)
_UNBRACED_BOX = pattern(r"\\boxed\s{1,3}([^\s{}$\\]{1,80})")


def boxes(text: str, *, joined: bool = False) -> Iterator[str]:
    r"""What stands in `\boxed{…}`, last box first, whole boxes before one that is never closed.

    Braces nest; a box around a box counts once, as the outer one. Template text is left out.

    Args:
        text: The response.
        joined: Whether boxes that only "and", "or" or a comma parts are one answer of several parts.
    """
    if "{" not in text and "boxed" not in text:
        return
    starts = _box_starts(text)
    open_braces: list[int] = []
    closed: list[tuple[int, int]] = []
    for brace in _BRACE.finditer(text, min(starts, default=len(text) + 1) - 1):
        if brace.group() == "{":
            open_braces.append(brace.end())
        elif open_braces:
            start = open_braces.pop()
            if start in starts:
                while closed and closed[-1][0] > start:
                    closed.pop()
                closed.append((start, brace.start()))
    rows = reversed(_rows(text, closed[-_MOST_PLACES:], joined=joined))
    for box in _affordable(", ".join(text[start:end] for start, end in row) for row in rows):
        yield from _unless_template(box)
    unclosed = (start for start in reversed(open_braces) if start in starts)
    for line in _affordable(text[start : _line_end(text, start)] for start in unclosed):
        yield from _unless_template(line)
    for unbraced in list(_UNBRACED_BOX.finditer(text))[: -_MOST_PLACES - 1 : -1]:
        yield from _unless_template(unbraced.group(1))


def _affordable(values: Iterable[str]) -> Iterator[str]:
    """The first values, as many of one sort as are read."""
    read = 0
    for value in islice(values, _MOST_PLACES):
        if read >= _MOST_READ:
            return
        read += len(value)
        yield value


def _box_starts(text: str) -> set[int]:
    """Where the contents of the boxes begin, right after their opening braces."""
    starts = {box.end() for box in _BOX.finditer(text)}
    if any(word in text for word in BOX_WORDS):
        starts |= {box.end() for box in _TRANSLATED_BOX.finditer(text)}
    return starts


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
    for brace in _BRACE.finditer(text, 0, VALUE_CHARS):
        depth += 1 if brace.group() == "{" else -1
        if depth < 0:
            return f"\\boxed{{{text}}}"
    return text


_WRAPPED_FORMULA = pattern(r"\s*\\(?:text|textbf|mathrm|mbox)\s?\{\s*(\$[^$]{1,400}\$)\s*\}\s*")


def _unless_template(value: str) -> Iterator[str]:
    wrapped = _WRAPPED_FORMULA.fullmatch(value)
    value = wrapped.group(1) if wrapped is not None else value
    if not is_template(value, boxed=True):
        yield value.strip()


_HASHES = pattern(r"^[ \t]{0,8}####[ \t]*(\S[^\n]{0,200})$", re.MULTILINE)


def hash_lines(text: str) -> Iterator[str]:
    """What stands after "####" at the start of a line, last line first."""
    if "####" in text:
        yield from (
            line.group(1).rstrip(" \t#") for line in list(_HASHES.finditer(text))[: -_MOST_PLACES - 1 : -1]
        )


_FINAL_HASHES = pattern(r"(?:\A|\n)[ \t]{0,8}####[ \t]*(\S[^\n]{0,200})\s*\Z")


def final_hash_line(text: str) -> Iterator[str]:
    """What stands after "####" in the last line, where a heading cannot stand."""
    found = _FINAL_HASHES.search(text[-400:])
    if found is not None and not is_template(found.group(1)):
        yield found.group(1).rstrip(" \t#")


_LEAD = pattern(r"[ \t*_:：>}]{0,20}")
_DISPLAY = pattern(r"\s*(?:\\\[|\$\$|```\w{0,20}|\\begin\{[a-z*]{1,12}\})\s*\Z")
_DENIED = pattern(r"(?:not|none of|unclear|unknown|that)\b", re.IGNORECASE)


def announced(text: str) -> Iterator[str]:
    """What follows "the answer is", "Answer:" and their like in every language of the table, last first.

    What stands in `<answer>…</answer>` is announced so, too.
    """
    for start in announced_starts(text):
        scalar = _SCALAR.match(text, start) if _is_key(text, start) else None
        yield scalar.group(scalar.lastindex or 0) if scalar is not None else announced_line(text, start)


def announced_starts(text: str, *, keys: bool = True) -> Iterator[int]:
    """Where the announced answers begin, last one first; template text and denials are left out.

    Args:
        text: The response.
        keys: Whether the value of a JSON key such as "answer" counts.
    """
    seen: set[int] = set()
    read = 0
    for place in sorted(_places(text), reverse=True)[:_MOST_PLACES]:
        start = _value_start(text, place)
        value = announced_line(text, start)
        read += len(value)
        if read > _MOST_READ:
            return
        if not keys and _is_key(text, start):
            continue
        if start not in seen and _is_said(text, start, value):
            seen.add(start)
            yield start


_TAG = pattern(r"<(?:final[_\s-]?)?(?:answer|solution|result)>", re.IGNORECASE)


def _places(text: str) -> set[int]:
    """The ends of all phrases and tags that announce an answer."""
    places = announcement_ends(text)
    if "<" in text:
        places.update(tag.end() for tag in _TAG.finditer(text))
    return places


_EXAMPLE = pattern(r"\W{0,3}(?:[XYZN]|XX|XXX)[\W_]{0,4}")
_QUOTE_OPEN = pattern(r"(?:[\"“‘`«]|(?<!\w)')[^\"”’`»\n]{0,60}\Z")


def _is_said(text: str, start: int, value: str) -> bool:
    """Whether the value is an answer: no template, no denial, no example."""
    return bool(strip_markup(value)) and not _DENIED.match(value) and not _is_example(text, start, value)


def _is_example(text: str, start: int, value: str) -> bool:
    """Whether the value is a template, or the X of a format in quotation marks such as "Answer: X"."""
    example = len(value) < 12 and _EXAMPLE.fullmatch(value) is not None
    quoted = example and _QUOTE_OPEN.search(text[max(0, start - 60) : start]) is not None
    return quoted or is_template(value)


def announces_template(line: str) -> bool:
    """Whether a line holds a template and no answer: "The answer is [your answer]"."""
    if is_template(line):
        return True
    if "boxed" in line and next(boxes(line), None) is not None:
        return False
    last = sorted(_places(line), reverse=True)[:_MOST_PLACES]
    starts = [_value_start(line, place) for place in last]
    values = [(start, line[start:].split("</", 1)[0].strip()) for start in starts]
    return (
        any(strip_markup(value) and _is_example(line, start, value) for start, value in values)
        and not any(_is_said(line, start, value) for start, value in values)
    )  # fmt: skip


_KEY = pattern(r"[\"'][\w ]{1,40}[\"']\s{0,3}:\s{0,3}[\"']?\Z")
_SCALAR = pattern(r"\"?([^\"\n{}\[\]]{1,400})\"|[-+]?\d[\d.eE+-]*|true|false")


def _is_key(text: str, start: int) -> bool:
    """Whether what begins at `start` is the value of a JSON key."""
    return _KEY.search(text[max(0, start - 50) : start]) is not None


_BULLET = pattern(r"[-•>]\s{1,3}(?=\S)")


def _value_start(text: str, place: int) -> int:
    """Where the answer begins: after the marks, and on a later line where this one holds nothing more."""
    lead = _LEAD.match(text, place)
    start = lead.end() if lead is not None else place
    for _ in range(4):
        end = _line_end(text, start)
        line = text[start:end]
        if strip_markup(line) and not _DISPLAY.match(line):
            start += len(line) - len(line.lstrip())
            bullet = _BULLET.match(text, start) if "\n" in text[place:start] else None
            return start if bullet is None else bullet.end()
        if end >= len(text):
            break
        start = end + 1
        while start < len(text) and text[start].isspace():
            start += 1
    return start


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start, start + VALUE_CHARS)
    return min(len(text), start + VALUE_CHARS) if end < 0 else end


def announced_line(text: str, start: int) -> str:
    """The line that begins at `start`, up to a closing tag or the end of a bracket that opened before it."""
    line = text[start : _line_end(text, start)].split("</", 1)[0].strip()
    angled = _ANGLED.fullmatch(line)
    if angled is not None:
        return angled.group(1)
    if line[-1:] in _OPENED_BY and _OPENED_BY[line[-1]] not in line:
        return line[:-1].rstrip()
    return line


_ANGLED = pattern(r"<([^<>/\d]{0,20}\d[^<>/]{0,80}|[A-J])>")
_OPENED_BY = {")": "(", "]": "["}


def without_sentence_tail(value: str) -> str:
    """The value without the words that only end the sentence, such as Japanese "です"."""
    stripped = value.rstrip(" .。!！*")
    for ending in SENTENCE_TAILS:
        if stripped.endswith(ending) and len(stripped) > len(ending):
            return stripped[: -len(ending)].rstrip(" *")
    return value
