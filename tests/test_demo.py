import json
from pathlib import Path

import pytest

from examples.demo import main


def test_both_models_together_beat_each_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    *alone, switch = rows
    assert switch["setting"] == "ModelSwitch, both"
    assert all(switch["accuracy"] > row["accuracy"] for row in alone)
    assert all(switch["mean_samples"] < row["mean_samples"] for row in alone if row["mean_samples"] > 1)
    assert switch["saved"] == pytest.approx(1 - switch["mean_samples"] / 10)


def test_it_prints_a_table_a_story_and_what_to_type_next(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["--seed", "3", "--svg", str(tmp_path / "demo.svg")]) == 0
    shown = capsys.readouterr().out
    assert "ModelSwitch, both" in shown
    assert "the vote:" in shown
    assert "from langchain_modelswitch import ModelSwitchRunnable" in shown
    picture = (tmp_path / "demo.svg").read_text()
    assert picture.startswith("<svg")
    # Nothing is fetched from anywhere.
    assert "url(http" not in picture
