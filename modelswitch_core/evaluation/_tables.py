"""Figures as text: a table that prints, and one for a page."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

_WIDEST_LABEL = 34
"""Characters: with six columns of figures behind them a line still fits into 80."""


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of figures. `str()` aligns them, `_repr_html_` draws them in a notebook.

    Args:
        headings: One a column; that of the first, which holds what a line is about, is empty.
        rows: As many cells as there are headings; a single cell stands for a heading in the middle.
        main: The row that the others stand beside, from 0.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    main: int = 0

    def __str__(self) -> str:
        full = [row for row in self.rows if len(row) > 1]
        first = max((len(line) for row in full for line in _wrapped(row[0])), default=0)
        widths = [max(map(len, column)) for column in zip(self.headings, *full, strict=True)][1:]
        shown = [_line("", self.headings[1:], first, widths)]
        for label, *cells in self.rows:
            if not cells:
                shown += ["", label]
                continue
            begins, *goes_on = _wrapped(label)
            shown += [_line(begins, cells, first, widths), *goes_on]
        return "\n".join(line.rstrip() for line in shown)

    def _repr_html_(self) -> str:
        left, right = ' style="text-align:left"', ' style="text-align:right"'
        head = "".join(f"<th{right}>{_escaped(heading)}</th>" for heading in self.headings)
        body = []
        for place, row in enumerate(self.rows):
            name, *cells = row
            kind = "th" if place == self.main or not cells else "td"
            span = "" if cells else f' colspan="{len(self.headings)}"'
            shown = "".join(f"<td{right}>{_escaped(cell)}</td>" for cell in cells)
            body.append(f"<tr><{kind}{span}{left}>{_escaped(name)}</{kind}>{shown}</tr>")
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def page(*parts: Table | str) -> str:
    """Tables and lines of text as HTML, one below the other."""
    return "".join(
        part._repr_html_() if isinstance(part, Table) else f"<p>{_escaped(part)}</p>" for part in parts
    )


def _wrapped(label: str) -> list[str]:
    # Names of models and of policies stay in one piece, be they longer than a line.
    wrapped = textwrap.wrap(
        label, _WIDEST_LABEL, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    return wrapped or [""]


def _line(label: str, cells: Sequence[str], first: int, widths: Sequence[int]) -> str:
    figures = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return "  ".join([f"{label:<{first}}", *figures])


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
