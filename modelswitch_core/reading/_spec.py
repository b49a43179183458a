"""From what a user writes under `answer` to a reader."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Literal, TypeAlias

from pydantic import BaseModel

from modelswitch_core._errors import OptionError
from modelswitch_core.reading._auto import auto_reader
from modelswitch_core.reading._calls import tool_calls_reader
from modelswitch_core.reading._choice import choice_reader
from modelswitch_core.reading._date import date_reader
from modelswitch_core.reading._exact import exact_reader
from modelswitch_core.reading._json import json_reader
from modelswitch_core.reading._math import math_reader
from modelswitch_core.reading._number import number_reader
from modelswitch_core.reading._reader import AnswerReader

ReaderName = Literal["auto", "exact", "number", "math", "choice", "date", "json", "tool_calls"]
ReaderSpec: TypeAlias = ReaderName | type[BaseModel] | AnswerReader

_BY_NAME: dict[str, Callable[[], AnswerReader]] = {
    "auto": auto_reader,
    "exact": exact_reader,
    "number": number_reader,
    "math": math_reader,
    "choice": choice_reader,
    "date": date_reader,
    "json": json_reader,
    "tool_calls": tool_calls_reader,
}
_ALLOWED = (
    f"one of {', '.join(map(repr, _BY_NAME))}, a pydantic class, or an object with read, parse and same"
)


def answer_reader(spec: ReaderSpec | str | object = "auto") -> AnswerReader:
    """The reader that a specification stands for.

    Args:
        spec: A name ("auto", "exact", "number", "math", "choice", "date", "json", "tool_calls"), a pydantic
            class (an object of that class is read), or any object with `read`, `parse` and `same`, which is
            returned as it is.

    Raises:
        OptionError: The name is unknown.
        TypeError: The value is neither a name, nor a pydantic class, nor a reader.
        ImportError: The reader needs an extra that is not installed.
    """
    if isinstance(spec, str):
        return _named(spec)
    if isinstance(spec, type):
        if issubclass(spec, BaseModel):
            return json_reader(spec)
        if all(callable(getattr(spec, name, None)) for name in ("read", "parse", "same")):
            raise TypeError(f"answer={spec!r} is a class; pass an instance of it, such as {spec.__name__}()")
        raise TypeError(f"answer={spec!r} is a class but no pydantic class. Allowed: {_ALLOWED}")
    missing = [name for name in ("read", "parse", "same") if not callable(getattr(spec, name, None))]
    if missing:
        raise TypeError(
            f"answer={spec!r} is no reader: it has no {' and no '.join(missing)}. Allowed: {_ALLOWED}"
        )
    assert isinstance(spec, AnswerReader)
    return spec


def _named(name: str) -> AnswerReader:
    make = _BY_NAME.get(name)
    if make is not None:
        return make()
    if name == "semantic":
        raise OptionError(
            "answer='semantic' cannot be a bare name: comparing by meaning needs a model to compare with. "
            "Pass answer=semantic_reader(embeddings=…), an embedding model of either framework, or "
            "answer=semantic_reader(judge=…), a language model"
        )
    close = difflib.get_close_matches(name.strip().casefold()[:40], _BY_NAME, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    shown = name if len(name) <= 60 else name[:60] + "…"
    raise OptionError(f"answer={shown!r} is no reader.{hint} Allowed: {_ALLOWED}")
