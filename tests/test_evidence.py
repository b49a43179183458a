"""The evidence: the report is what its figures make, and five of them are computed again."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from benchmarks import _prior_estimates, _replays, evidence, reading
from benchmarks._evidence_plots import PICTURES
from benchmarks._evidence_report import report
from modelswitch_core.evaluation import replay

FIGURES: dict[str, Any] = json.loads(evidence.FIGURES.read_text(encoding="utf-8"))


def test_the_report_is_what_the_figures_make() -> None:
    assert evidence.REPORT.read_text(encoding="utf-8") == report(FIGURES)


def test_its_pictures_are_there() -> None:
    for picture in PICTURES:
        assert f"(evidence/{picture}.svg)" in evidence.REPORT.read_text(encoding="utf-8")
        assert (evidence.FIGURES.parent / f"{picture}.svg").read_text(encoding="utf-8").startswith("<?xml")


@pytest.fixture
def folder() -> Path:
    if "MODELSWITCH_DATA" not in os.environ:
        pytest.skip("MODELSWITCH_DATA is not set")
    return Path(os.environ["MODELSWITCH_DATA"])


@pytest.mark.data
def test_the_published_algorithm_in_recorded_order_again(folder: Path) -> None:
    made = replay(
        _replays.mathbench(folder), models=(_replays.GPT, _replays.GEMINI), samples=8, answer="exact"
    )
    told = FIGURES["replays"]["published"][-1]["recorded"]
    assert (made.figures.accuracy, made.figures.mean_samples) == (told["accuracy"], told["mean_samples"])


@pytest.mark.data
def test_a_point_of_the_crosscheck_curve_again(folder: Path) -> None:
    made = replay(
        _replays.mathbench(folder),
        models=(_replays.GPT, _replays.GEMINI),
        samples=8,
        policy="crosscheck",
        answer="exact",
        shuffles=_replays.SHUFFLES,
    )
    told = FIGURES["replays"]["curves"]["ModelSwitch, crosscheck"][-1]
    assert (made.figures.accuracy, made.figures.mean_samples) == (told["accuracy"], told["mean_samples"])


@pytest.mark.data
def test_a_reward_vote_again(folder: Path) -> None:
    options: dict[str, Any] = {"samples": 8, "answer": "exact", "shuffles": _replays.SHUFFLES}
    made = replay(
        _replays.mathbench(folder),
        models=(_replays.GPT,),
        policy="self_consistency",
        vote="reward_sum",
        **options,
    )
    (told,) = (
        row
        for row in FIGURES["replays"]["rewards"]
        if row["models"] == _replays.GPT and row["vote"] == "reward_sum"
    )
    assert made.figures.accuracy == told["accuracy"]


@pytest.mark.data
def test_what_priors_gain_again(folder: Path) -> None:
    models = (_replays.GPT, _replays.GEMINI)
    made = _prior_estimates.gains(_replays.mathbench(folder), models, "entropy")
    told = FIGURES["priors"][0]
    assert (told["chain"], told["vote"]) == ("mathbench: gpt-4o-mini → gemini-1.5-flash", "entropy")
    assert made == {kind: told[kind] for kind in ("labels", "agreement")}


@pytest.mark.data
def test_a_row_of_the_reading_again(folder: Path) -> None:
    dates = [one for one in reading.responses(folder) if one["dataset"] == "DATE"]
    told = {
        (row["dataset"], row["model"]): (row["named"], row["auto"], row["reference"])
        for row in FIGURES["reading"]
    }
    for row in reading.measured(dates, math_verify=False):
        assert told[row.dataset, row.model] == (row.named, row.auto, row.reference)
