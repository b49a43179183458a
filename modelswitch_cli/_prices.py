"""Prices: as typed, from the user's table, or from a package's; the former go before the latter."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from modelswitch_cli._errors import WRONG_USE, CommandError
from modelswitch_core import OptionError
from modelswitch_core.evaluation import Price, known_price, price_from_text

_HEADING = ("model", "input", "output")
_DATE = re.compile(r"[-@](?:\d{8}|\d{4}-\d{2}-\d{2})$")


def prices_of(
    names: Sequence[str], *, given: Sequence[str] | None, table: Path | None, listed: bool
) -> dict[str, Price] | None:
    """What the tokens of these models cost, as far as anybody says so; None where nobody was asked.

    Args:
        names: The models.
        given: As typed, `name=in,out`; may name others, for whoever takes the prices to refuse.
        table: A CSV file, see `read_price_table`; prices of other models in it are passed over.
        listed: Whether the package genai-prices is asked about what is left.

    Raises:
        CommandError: The table cannot be used.
        OptionError: What was typed has no such form.
        ImportError: The package is not installed.
    """
    if not given and table is None and not listed:
        return None
    tabled = {} if table is None else read_price_table(table)
    found: dict[str, Price] = {}
    for name in names:
        price = next((tabled[called] for called in _called(name) if called in tabled), None)
        if price is None and listed:
            price = known_price(name)
        if price is not None:
            found[name] = price
    return found | dict(map(price_from_text, given or ()))


def read_price_table(path: Path) -> dict[str, Price]:
    """Prices from a CSV file with the heading `model,input,output`: of a million tokens, one model a line.

    Raises:
        CommandError: A line cannot be used; it is named by number, field and reason.
        OSError: The file cannot be read.
    """
    found: dict[str, Price] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, skipinitialspace=True)
        try:
            if missing := [name for name in _HEADING if name not in (rows.fieldnames or ())]:
                raise _bad(path, 1, f"the heading lacks {missing[0]!r}: it must hold model,input,output")
            for row in rows:
                model = (row["model"] or "").strip()
                if not model or model in found:
                    raise _bad(
                        path, rows.line_num, f"model={model!r} {'is there twice' if model else 'is empty'}"
                    )
                try:
                    found[model] = Price(**{name: _number(name, row[name]) for name in _HEADING[1:]})
                except OptionError as error:
                    raise _bad(path, rows.line_num, str(error)) from error
        except (csv.Error, UnicodeDecodeError) as error:
            raise _bad(path, rows.line_num + 1, f"it is no CSV in UTF-8: {error}") from error
    return found


def _number(field: str, text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        raise OptionError(
            f"{field}={text!r} is no number: give what a million tokens cost, as in 0.15"
        ) from None


def _called(name: str) -> list[str]:
    """What a table may call a model, as it is named or without provider, number and date."""
    numbered = re.sub(r"#\d+$", "", name)
    bare = numbered.rpartition(":")[2].removeprefix("models/")
    return [name, numbered, bare, _DATE.sub("", bare)]


def _bad(path: Path, line: int, reason: str) -> CommandError:
    return CommandError(f"{path}, line {line}: {reason}", code=WRONG_USE)
