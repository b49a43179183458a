"""How two ways of doing a thing are compared: in pairs, so that a slow stretch of the machine hits both."""

import gc
from collections.abc import Iterator

import pytest

from benchmarks import _compare
from benchmarks._compare import Row, compare, pooled


def test_the_ratio_is_the_median_of_pairs_whoever_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    # The machine is ten times as slow in the second pair; the best rounds of both sides would say 1.
    seconds = {"ours": iter([1.0, 30.0, 4.0]), "beside": iter([1.0, 10.0, 2.0])}
    asked: list[str] = []

    def timed(work: object) -> float:
        name = "ours" if work is ours else "beside"
        asked.append(name)
        return next(seconds[name])

    monkeypatch.setattr(_compare, "timed", timed)
    row = compare("what", ours, beside, rounds=3, bar=1.9)
    assert asked == ["ours", "beside", "beside", "ours", "ours", "beside"]
    assert (row.ratio, row.seconds, row.beside, row.holds) == (2.0, 4.0, 2.0, False)


def test_the_pairs_of_all_processes_are_one_row() -> None:
    tables = [[Row("a", ((2.0, 1.0),), 2.5), Row("b", ((1.0, 1.0),), None)]] * 2
    tables.append([Row("a", ((9.0, 3.0), (4.0, 1.0)), 2.5), Row("b", ((2.0, 1.0),), None)])
    a, b = pooled(tables)
    assert (a.pairs, a.ratio, a.holds) == (((2.0, 1.0), (2.0, 1.0), (9.0, 3.0), (4.0, 1.0)), 2.5, True)
    assert (b.what, b.ratio, b.bar, b.holds) == ("b", 1.0, None, True)


def ours() -> None: ...


def beside() -> None: ...


@pytest.fixture
def collecting() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


@pytest.mark.usefixtures("collecting")
def test_nothing_is_collected_while_the_clock_runs() -> None:
    seen: list[bool] = []
    assert _compare.timed(lambda: seen.append(gc.isenabled())) >= 0
    assert (seen, gc.isenabled()) == ([False], True)
