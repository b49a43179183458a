"""What a prompt writes where the answer belongs. It is never an answer."""

from __future__ import annotations

from modelswitch_core.reading._pattern import pattern
from modelswitch_core.reading._text import fold, strip_markup, undress

_LONGEST = 80
"""No template is longer. Our own value."""

_TEMPLATES = frozenset(
    {
        "", "answer", "your answer", "the answer", "final answer", "your final answer", "the final answer",
        "answer here", "your answer here", "insert answer here", "insert your answer here",
        "final answer here", "your final answer here", "correct answer", "the correct answer",
        "put your answer here", "answer letter", "your choice", "your answer choice", "final_answer",
        "mm/dd/yyyy", "dd/mm/yyyy", "yyyy-mm-dd", "mm-dd-yyyy", "dd.mm.yyyy", "month/day/year", "…", "...",
        "..", "?", "??", "???", "\\ldots", "\\dots", "\\cdots", "\\quad", "\\square", "\\box", "_", "tbd",
        "答案", "你的答案", "最终答案", "respuesta", "tu respuesta", "réponse", "votre réponse", "antwort",
        "deine antwort", "ihre antwort", "ответ", "ваш ответ", "答え", "คำตอบ", "উত্তর", "jibu", "సమాధానం",
    }
)  # fmt: skip

_NOUNS = frozenset(
    {
        "answer", "answers", "letter", "number", "numeral", "digit", "text", "word", "integer", "option",
        "choice", "value", "result", "solution", "expression", "response", "placeholder", "blank", "date",
        "数字", "字母", "选项", "número", "letra", "nombre", "lettre", "zahl", "buchstabe", "число", "буква",
    }
)  # fmt: skip
"""What stands for the answer between the brackets of a template, or in its box."""

_AROUND = frozenset(
    {
        "insert", "put", "enter", "write", "fill", "in", "give", "type", "place", "state", "your", "the", "a",
        "an", "of", "as", "or", "only", "here", "final", "numeric", "numerical", "single", "correct",
        "chosen", "selected", "exact", "simplified", "capital", "one", "own", "la", "el", "le", "die",
        "der", "das", "tu", "su", "votre", "ihre", "deine",
    }
)  # fmt: skip

_BRACKETED = pattern(r"\\(?:boxed|fbox)\s?\{.{0,80}\}|[\[<{(].{0,80}[\])}>]|_{1,10}.{1,80}?_{1,10}")
_EXAMPLE = pattern(
    r"[\[<{]\s?(?:X{1,3}|[Aa](?:\s?[/|]\s?[A-Za-z]){2,25}|[Aa]\s?(?:-|–|to)\s?[C-Zc-z])\s?[\]>}]"
)
_BLANKS = pattern(r"[\s_<>\[\](){}*.:]+")


def is_template(value: str, *, boxed: bool = False) -> bool:
    r"""Whether a prompt writes this in the answer's place, such as `answer` in `\boxed{answer}`.

    Some words are templates wherever they stand alone ("your answer"), others only in brackets or in a box
    ("number", "insert letter"): "a letter" may well be an answer.

    Args:
        value: What stands in the answer's place.
        boxed: Whether it stands in a box; brackets of its own count as well.
    """
    if len(value) > _LONGEST:
        return False
    bare = strip_markup(value.strip(" \t\n#"))
    inner = fold(strip_markup(undress(bare)))
    plain = _BLANKS.sub(" ", inner).strip()
    if inner in _TEMPLATES or plain in _TEMPLATES:
        return True
    if not boxed and not _BRACKETED.fullmatch(bare):
        return False
    words = _BLANKS.sub(" ", plain.replace("-", " ")).split()
    return _EXAMPLE.fullmatch(bare) is not None or (
        all(word in _NOUNS or word in _AROUND for word in words) and any(word in _NOUNS for word in words)
    )
