"""The same draws give the same result, whatever the hash seed and the driver."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
from tests.core.drivers.script import Stage, play, switch
script = [["5/4", "1.25", "x", "", "y"], ["y", "x", "1.25", "x", "5/4"]]
for driver in ("threads", "tasks"):
    for policy in ("paper", "crosscheck", "esc", "adaptive_consistency"):
        result = play(driver, switch(answer="auto", policy=policy), Stage(script)).result
        told = result.model_dump(mode="json")
        for report in told["models"]:
            report.pop("seconds")
        print(driver, policy, told, str(result), result.explain(), result._repr_html_())
"""


def test_the_same_on_every_hash_seed() -> None:
    programs = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", PROGRAM],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in ("0", "1", "random")
    ]
    said = [program.communicate(timeout=90)[0] for program in programs]
    assert len(said[0].splitlines()) > 8
    assert said[0] == said[1] == said[2]
