from datetime import date

import pytest

from modelswitch_core.reading import date_reader
from modelswitch_core.reading._dates import MONTHS, find_dates


@pytest.mark.parametrize(
    ("response", "day"),
    [
        ("7/27/1997", "1997-07-27"),
        ("So it was 7/27/1997, not 7/28/1997.", "1997-07-27"),
        ("It is 7/27/1997 and not on July 28, 1997.", "1997-07-27"),
        ("It is not 7/28/1997.", None),
        ("07/27/1997", "1997-07-27"),
        ("27/7/1997", "1997-07-27"),
        ("27.07.1997", "1997-07-27"),
        ("1997-07-27", "1997-07-27"),
        ("1997/7/27", "1997-07-27"),
        ("July 27, 1997", "1997-07-27"),
        ("Sunday, July 27th, 1997", "1997-07-27"),
        ("27 July 1997", "1997-07-27"),
        ("the 27th of July, 1997", "1997-07-27"),
        ("Jul. 27 1997", "1997-07-27"),
        ("27 de julio de 1997", "1997-07-27"),
        ("27. Juli 1997", "1997-07-27"),
        ("27 juillet 1997", "1997-07-27"),
        ("27 июля 1997", "1997-07-27"),
        ("1997年7月27日", "1997-07-27"),
        ("Die Antwort ist der 27. Juli 1997.", "1997-07-27"),
        ("Ответ: 27 июля 1997 года.", "1997-07-27"),
        ("คำตอบคือ 27 กรกฎาคม 1997", "1997-07-27"),
        ("উত্তর: ২৭ জুলাই ১৯৯৭", "1997-07-27"),
        ("సమాధానం: 27 జులై 1997", "1997-07-27"),
        ("27 กรกฎาคม พ.ศ. 2540", "1997-07-27"),
        ("วันที่ 27 กรกฎาคม 2540", "1997-07-27"),
        ("คำตอบคือ ๒๙ กุมภาพันธ์ พ.ศ. ๒๕๖๗", "2024-02-29"),
        ("27 กรกฎาคม ค.ศ. 2540", "2540-07-27"),
        ("27 July 2540", "2540-07-27"),
        ("It is 7/27/1997, the day after 7/26/1997.", "1997-07-27"),
        ("7/27/1997 is two weeks before 8/10/1997.", "1997-07-27"),
        ("We count from the day before 7/28/1997.", "1997-07-28"),
        ("1997 July 27", "1997-07-27"),
        ("19970727", "1997-07-27"),
        ("7/27/97", "1997-07-27"),
        ("7/27/05", "2005-07-27"),
        ("1997-07-27T10:30:00Z", "1997-07-27"),
        ("03/04/2020", "2020-03-04"),
        ("๒๗/๗/1997", "1997-07-27"),
        (r"Before: 1/2/2003. \boxed{07/27/1997}", "1997-07-27"),
        (r"\boxed{\text{July 27, 1997}}", "1997-07-27"),
        (r"\boxed{MM/DD/YYYY} so 5/6/2007", "2007-05-06"),
        ("1/1/2001 plus a day. The answer is 1/2/2001. Check: 1/1/2001.", "2001-01-02"),
        ("from 1/1/2001 we get to 2/2/2002 at last", "2002-02-02"),
        (r"\boxed{02/30/2020}, though 3/1/2020 exists", None),
        ("13/13/2020", None),
        ("July 27", None),
        ("no date", None),
        ("", None),
        ("1/2/3/2004", None),
    ],
)
def test_the_date(response: str, day: str | None) -> None:
    answer = date_reader().read(response)
    assert (None if answer is None else answer.key) == day


@pytest.mark.parametrize(
    ("text", "mdy", "dmy", "ymd"),
    [
        ("03/04/2020", "2020-03-04", "2020-04-03", "2020-03-04"),
        ("2020-03-04", "2020-03-04", "2020-03-04", "2020-03-04"),
        ("25/04/2020", "2020-04-25", "2020-04-25", "2020-04-25"),
        ("01/02/03", "2003-01-02", "2003-02-01", "2001-02-03"),
        ("May 4, 2020", "2020-05-04", "2020-05-04", "2020-05-04"),
    ],
)
def test_order(text: str, mdy: str, dmy: str, ymd: str) -> None:
    found = [date_reader(order).parse(text) for order in ("MDY", "DMY", "YMD")]
    assert [answer.key if answer else None for answer in found] == [mdy, dmy, ymd]


def test_wrong_order_and_repr() -> None:
    with pytest.raises(ValueError, match="order='DYM'"):
        date_reader("DYM")  # type: ignore[arg-type]
    assert repr(date_reader()) == "date_reader()"
    assert repr(date_reader(order="DMY")) == "date_reader(order='DMY')"
    assert date_reader("DMY") == date_reader(order="DMY") != date_reader()


@pytest.mark.parametrize("name", MONTHS)
def test_every_month_is_found_whatever_the_case(name: str) -> None:
    for written in (name, name.upper(), name.title()):
        for text in (f"5 {written} 1997", f"{written} 5, 1997", f"1997 {written} 5"):
            assert find_dates(f"on {text}.", "MDY") == [date(1997, MONTHS[name], 5)], text


def test_of_many_dates_the_last_ones_are_read() -> None:
    found = find_dates("".join(f"on {1 + n % 28} May 1997, " for n in range(500)), "MDY")
    assert 1 <= len(found) < 500
    assert found[-1] == date(1997, 5, 1 + 499 % 28)
