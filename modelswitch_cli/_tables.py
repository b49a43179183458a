"""Tables of figures, drawn for a terminal."""

from __future__ import annotations

from rich import table
from rich.text import Text

from modelswitch_core.evaluation import Table

_NARROW = 70
"""Columns of a terminal below which the figures stand closer, so that labels keep their longest word."""


def drawn(figures: Table, *, width: int) -> table.Table:
    """The table for a terminal of so many columns; what is too long in its first column is folded."""
    made = table.Table(
        box=None, header_style="dim", pad_edge=False, padding=(0, 1 if width < _NARROW else 2, 0, 0)
    )
    made.add_column("", overflow="fold")
    for heading in figures.headings[1:]:
        made.add_column(heading, justify="right", no_wrap=True)
    for place, (label, *cells) in enumerate(figures.rows):
        if not cells:
            made.add_row()
        style = "bold" if place == figures.main else "" if cells else "dim"
        made.add_row(Text(label, style), *cells)
    return made
