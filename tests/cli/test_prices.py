"""What tokens cost, as the commands are told: typed, from a table, from a package; unknown stays unknown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from modelswitch_cli import main
from modelswitch_cli._prices import prices_of
from modelswitch_core import RecordedQuestion, RecordedSample
from modelswitch_core.evaluation import Price
from modelswitch_core.recordings import write_recording

TABLE = '\ufeffmodel,input,output,remark\ngpt-4o-mini, 1, 2,\n"a,b",3,4e0,ours\nllama,0,0,free\n'


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "price"),
    [
        ("gpt-4o-mini", Price(input=1, output=2)),
        ("gpt-4o-mini#2", Price(input=1, output=2)),
        ("openai:gpt-4o-mini", Price(input=1, output=2)),
        ("openai:gpt-4o-mini-2024-07-18#3", Price(input=1, output=2)),
        ("gpt-4o-mini@20240718", Price(input=1, output=2)),
        ("a,b", Price(input=3, output=4)),
        ("llama", Price(input=0, output=0)),
        ("gpt-4o", None),
        ("gpt-4o-mini-high", None),
    ],
)
def test_a_table_finds_a_model_by_what_it_may_be_called(table: Path, name: str, price: Price | None) -> None:
    assert prices_of([name], given=None, table=table, listed=False) == ({name: price} if price else {})


def test_what_is_typed_goes_before_the_table_and_the_table_before_list_prices(table: Path) -> None:
    names = ["gpt-4o-mini", "openai:gpt-4o-mini", "gpt-4o", "nobody-knows"]
    found = prices_of(names, given=["gpt-4o-mini=7,8"], table=table, listed=True)
    assert found is not None
    assert found["gpt-4o-mini"] == Price(input=7, output=8)
    assert found["openai:gpt-4o-mini"] == Price(input=1, output=2)
    assert found["gpt-4o"].output > found["gpt-4o"].input > 0
    assert "nobody-knows" not in found


def test_nobody_is_asked_where_costs_are_not() -> None:
    assert prices_of(["gpt-4o-mini"], given=None, table=None, listed=False) is None


@pytest.fixture
def recording(tmp_path: Path) -> str:
    draws = tuple(RecordedSample(text=text, input_tokens=100, output_tokens=10) for text in "12")
    samples = {"gpt-4o-mini": draws, "unheard-of": draws}
    path = tmp_path / "recording.jsonl"
    write_recording(path, [RecordedQuestion(id="1", question="?", gold="1", samples=samples)])
    return str(path)


def commands(recording: str) -> list[list[str]]:
    return [
        ["replay", recording, "--models", "gpt-4o-mini,unheard-of", "-n", "2"],
        ["tune", recording],
    ]


BAD_TABLES = [
    ("model,input\nx,1\n", "line 1: the heading lacks 'output': it must hold model,input,output"),
    ("", "line 1: the heading lacks 'model'"),
    ("model,input,output\nx,1,2\ny,one,2\n", "line 3: input='one' is no number"),
    ("model,input,output\nx,1\n", "line 2: output=None is no number"),
    ("model,input,output\nx,1,-2\n", "line 2: output=-2.0 is no price"),
    ("model,input,output\nx,nan,2\n", "line 2: input=nan is no price"),
    ("model,input,output\n,1,2\n", "line 2: model='' is empty"),
    ("model,input,output\nx,1,2\nx,1,3\n", "line 3: model='x' is there twice"),
    ("model,input,output\n\xe9,1,2\n".encode("latin-1"), "it is no CSV in UTF-8"),
]


@pytest.mark.parametrize(("held", "said"), BAD_TABLES)
def test_a_bad_table_is_named_by_line_and_field(
    tmp_path: Path, recording: str, capsys: pytest.CaptureFixture[str], held: str | bytes, said: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(held if isinstance(held, bytes) else held.encode())
    for command in commands(recording):
        assert main([*command, "--price-table", str(path), "--json"]) == 2
        shown, noted = capsys.readouterr()
        assert shown == ""
        assert noted.startswith(f"modelswitch: {path}, line ")
        assert said in noted


def test_a_missing_table_is_an_error(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in commands(recording):
        assert main([*command, "--price-table", "/nowhere/prices.csv"]) == 1
        assert "/nowhere/prices.csv: No such file" in capsys.readouterr().err


def told(capsys: pytest.CaptureFixture[str], command: list[str]) -> dict[str, Any]:
    assert main([*command, "--json"]) == 0
    shown, noted = capsys.readouterr()
    assert noted == ""
    figures: dict[str, Any] = json.loads(shown)
    return figures


@pytest.mark.parametrize("place", [0, 1])
def test_list_prices_are_taken_where_they_are_known_and_the_rest_is_said(
    recording: str, capsys: pytest.CaptureFixture[str], place: int
) -> None:
    command = commands(recording)[place]
    known = told(capsys, [*command, "--prices"])
    assert known["prices"] == {"gpt-4o-mini": {"input": 0.15, "output": 0.6}}
    assert known["cost_unknown"] == "there is no price of unheard-of"
    assert main([*command, "--prices"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Cost is not known throughout: there is no price of unheard-of." in shown
    whole = told(capsys, [*command, "--prices", "--price", "unheard-of=1,1"])
    assert whole["cost_unknown"] is None


def test_where_no_price_is_known_at_all_that_is_said_too(
    recording: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (
        ["replay", recording, "--models", "unheard-of", "-n", "2", "--prices"],
        ["tune", recording, "--models", "unheard-of", "--prices"],
    ):
        assert main(command) == 0
        shown = " ".join(capsys.readouterr().out.split())
        assert "Cost is not known throughout: there is no price of unheard-of." in shown
