"""The reader of calendar dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import get_args

from modelswitch_core._types import Answer
from modelswitch_core.reading._dates import DateOrder, find_dates, whole_date
from modelswitch_core.reading._find import announced, boxes
from modelswitch_core.reading._keyed import TextReader
from modelswitch_core.reading._text import first_sentence, tail


@dataclass(frozen=True, repr=False)
class DateReader(TextReader):
    """Reads a calendar date."""

    order: DateOrder = "MDY"

    def __repr__(self) -> str:
        return "date_reader()" if self.order == "MDY" else f"date_reader(order={self.order!r})"

    def read_text(self, text: str) -> Answer | None:
        """The first date found in the places where final answers stand."""
        found = next(_found(tail(text), self.order), None)
        return None if found is None else Answer(found.isoformat(), found.isoformat())


def _found(text: str, order: DateOrder) -> Iterator[date | None]:
    """The dates of the places of a final answer, best place first; None for a day that never was."""
    whole = whole_date(text, order)
    if whole is not None:
        yield whole
    for places in (boxes, announced):
        for value in places(text):
            whole = whole_date(value, order)
            if whole is not None:
                yield whole
            found = find_dates(value, order)
            yield from (found and (find_dates(first_sentence(value), order) or found))[-1:]
    yield from find_dates(text, order)[-1:]


def date_reader(order: DateOrder = "MDY") -> DateReader:
    r"""A reader of calendar dates.

    It looks, in this order, at the last `\boxed{…}` that holds a date, the last "the answer is …" in the
    languages of its table, and the last date of the text. It reads 7/27/1997, 27.7.1997, 1997-07-27, July
    27, 1997, 27th of July 1997, the month names of the languages of the data, and 1997年7月27日; a weekday or
    a time is dropped. What "not" or "instead of" stands before is no answer.

    Two answers are the same when they are the same day. A date that can be read one way only (year first, a
    month's name, a number above 12) ignores the order. A year of two digits from 69 on is of the 1900s, one
    before that of the 2000s; it counts only where the date stands alone. A final answer that no calendar
    has, such as 02/30/2020, is unreadable. Years behind a Thai month's name are of the Buddhist era from 2400
    on, and where พ.ศ. says so: 2567 is 2024. What others are reckoned from, as in "the day after 3/7/2021",
    is no answer. It cannot read a date without its year, nor one of another calendar.

    Args:
        order: How an ambiguous date such as 03/04/2020 is written: month first, day first, or (YMD) year
            first; under YMD, a date whose year stands last all the same is read month first.

    Raises:
        ValueError: `order` is none of the three.
    """
    if order not in get_args(DateOrder):
        raise ValueError(f"order={order!r}: write 'MDY', 'DMY' or 'YMD'")
    return DateReader(order)
