"""The benchmark of the readers, on responses written here."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import reading

OPTIONS = "Which is it?\nA. pears\nB. plums\nC. grapes"
RESPONSES: list[dict[str, str | None]] = [
    {"dataset": "GSM8K", "model": "a", "gold": "10", "text": r"\boxed{10\%}", "reference_answer": "10"},
    {"dataset": "GSM8K", "model": "a", "gold": "9", "text": "The answer is 8.", "reference_answer": "8"},
    {"dataset": "DATE", "model": "b", "gold": "01/02/2003", "text": "1/2/2003", "reference_answer": None},
    {"dataset": "MMLU-Pro", "model": "b", "gold": "C", "text": "So (C).", "reference_answer": "C"},
    {"dataset": "MMLU-Pro", "model": "b", "gold": "C", "text": "", "reference_answer": None},
    {"dataset": "MMLU-Pro", "model": "c", "gold": "B", "text": r"\boxed{plums}", "reference_answer": "A"},
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with gzip.open(tmp_path / "responses.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"question": OPTIONS, **response}) + "\n" for response in RESPONSES)
    monkeypatch.setenv("MODELSWITCH_DATA", str(tmp_path))
    return tmp_path


def test_the_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reading.main(["--json", str(folder / "rows.json")]) == 0
    rows: list[dict[str, Any]] = json.loads((folder / "rows.json").read_text())
    assert [(row["dataset"], row["model"], row["responses"]) for row in rows] == [
        ("DATE", "b", 1),
        ("GSM8K", "a", 2),
        ("MMLU-Pro", "b", 2),
        ("MMLU-Pro", "c", 1),
    ]
    assert [(row["named"], row["auto"], row["reference"]) for row in rows] == [
        (1, 1, None),
        (0.5, 0.5, 0.5),
        (0.5, 0.5, 0.5),
        (1, 1, 0),
    ]
    assert all(0 <= row["math_verify"] <= 1 for row in rows)
    assert all(0 < row["named_ms"] <= row["slowest_ms"] for row in rows)
    assert len(capsys.readouterr().out.splitlines()) == 1 + len(rows)


def test_the_misses(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reading.main(["--misses", "GSM8K"]) == 0
    told = capsys.readouterr().out
    assert "gold '9'" in told
    assert "number: '8'; auto: '8'" in told
    assert "gold '10'" not in told


def test_without_data(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("MODELSWITCH_DATA", raising=False)
    assert reading.main([]) == 2
    assert "MODELSWITCH_DATA is not set" in capsys.readouterr().out
