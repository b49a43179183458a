"""The evidence: one report, made only of runs on recordings, and of the other benchmarks' figures.

    MODELSWITCH_DATA=DIR python -m benchmarks.evidence [--only PART ...] [--render]

Runs the parts, keeps their figures in `docs/evidence/figures.json`, and writes `docs/evidence.md` and its
pictures from them. A part that is not run again keeps the figures it had: the policies take most of an hour
on a slow core, the overhead needs a quiet machine. `--render` runs nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import _prior_estimates, _replays, overhead, policies, reading
from benchmarks._evidence_plots import draw
from benchmarks._evidence_report import report

DOCS = Path(__file__).parent.parent / "docs"
FIGURES = DOCS / "evidence" / "figures.json"
REPORT = DOCS / "evidence.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what was asked for, and writes the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evidence")
    parser.add_argument("--only", nargs="+", choices=sorted(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--render", action="store_true", help="only write the report anew")
    options = parser.parse_args(arguments)
    figures: dict[str, Any] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    if not options.render:
        folder = os.environ.get("MODELSWITCH_DATA")
        if not folder:
            print("MODELSWITCH_DATA is not set: it names the folder that holds recordings/mathbench.jsonl")
            return 2
        for part in options.only or PARTS:
            print(f"{part} …", flush=True)
            figures[part] = PARTS[part](Path(folder))
            FIGURES.parent.mkdir(parents=True, exist_ok=True)
            FIGURES.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    missing = [part for part in PARTS if part not in figures]
    if missing:
        print(f"no figures yet of {', '.join(missing)}: run --only {' '.join(missing)}")
        return 1
    draw(figures, FIGURES.parent)
    REPORT.write_text(report(figures), encoding="utf-8")
    print(f"wrote {REPORT.relative_to(DOCS.parent)}")
    return 0


def _replayed(folder: Path) -> dict[str, Any]:
    questions = _replays.mathbench(folder)
    return {
        "published": _replays.published(questions),
        "curves": _replays.curves(questions),
        "orders": _replays.orders(questions),
        "consistency": _replays.consistency(questions),
        "rewards": _replays.rewards(questions),
    }


def _policies(folder: Path) -> list[dict[str, Any]]:
    return [asdict(row) for row in policies.every_chain(folder, orders=_replays.SHUFFLES, splits=20)]


def _reading(folder: Path) -> list[dict[str, Any]]:
    return [asdict(row) for row in reading.measured(reading.responses(folder), math_verify=True)]


def _overhead(folder: Path) -> list[dict[str, Any]]:  # noqa: ARG001  # needs no recording
    return [row.as_dict() for row in overhead.measured()]


PARTS: dict[str, Callable[[Path], Any]] = {
    "replays": _replayed,
    "policies": _policies,
    "priors": _prior_estimates.measured,
    "reading": _reading,
    "overhead": _overhead,
}


if __name__ == "__main__":
    sys.exit(main())
