"""Options that several commands have, described once."""

from __future__ import annotations

from typing import Annotated

import typer

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
        help="How final answers are read and compared: auto, exact, number, math, choice, date or json.",
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
