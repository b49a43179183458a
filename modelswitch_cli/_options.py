"""Options that several commands have, described once."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, get_args

import typer

from modelswitch_cli._errors import WRONG_USE, CommandError
from modelswitch_core.reading import ReaderName

_READERS: tuple[str, ...] = get_args(ReaderName)


def _known_answer(kind: str) -> str:
    if kind in _READERS:
        return kind
    known = f"use one of {', '.join(_READERS)}"
    if kind == "semantic":
        raise CommandError(
            f"--answer semantic compares by meaning, with a model that only Python can be given: {known}, or "
            "semantic_reader(…) in Python",
            code=WRONG_USE,
        )
    close = difflib.get_close_matches(kind, _READERS, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise CommandError(f"--answer {kind!r} is unknown: {known}.{hint}", code=WRONG_USE)


Samples = Annotated[
    str,
    typer.Option(
        "--samples",
        "-n",
        metavar="N",
        help="Samples of each model: one number for all, or one for each, such as 5,3.",
    ),
]
AnswerKind = Annotated[
    str,
    typer.Option(
        "--answer",
        "-a",
        metavar="KIND",
        callback=_known_answer,
        help=f"How final answers are read and compared: {', '.join(_READERS[:-1])} or {_READERS[-1]}.",
    ),
]
Temperature = Annotated[
    float | None,
    typer.Option(
        metavar="T",
        min=0.0,
        max=2.0,
        help="Sampling temperature; samples must differ, so around 1. Default: the provider's own.",
    ),
]
Prices = Annotated[
    list[str] | None,
    typer.Option(
        "--price",
        metavar="NAME=IN,OUT",
        help="What a million input and output tokens of a model cost; once for each model.",
    ),
]
PriceTable = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv",
        help="A table of such prices, with the heading model,input,output; --price goes before it.",
    ),
]
ListPrices = Annotated[
    bool,
    typer.Option(
        "--prices",
        help="Take list prices in US dollars from the package genai-prices, where no other one is given.",
    ),
]
