"""The recordings for tests and benchmarks, and the bare core run on them: no driver, no door, no wire."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from modelswitch_core import Reply, Response, Sampled, Switch, SwitchResult, SwitchRun
from tests.wire import in_a_box, read_recording

ORIGIN = "outputs published by the ModelSwitch authors (github JianhaoChen-nju/ModelSwitch)"


def recording(name: str) -> list[dict[str, Any]]:
    """The questions of a recording in the folder that MODELSWITCH_DATA names."""
    folder = os.environ.get("MODELSWITCH_DATA")
    if not folder:
        pytest.skip("MODELSWITCH_DATA is not set: there are no recordings to run on")
    path = Path(folder) / "recordings" / f"{name}.jsonl"
    if not path.exists():
        pytest.fail(f"MODELSWITCH_DATA={folder!r} is set, but {path} is missing")
    return read_recording(path)


def served_text(sample: Mapping[str, Any]) -> str:
    """What the local provider server says for a recorded answer: a sentence, or nothing for null."""
    answer = sample["answer"]
    return "" if answer is None else in_a_box(answer)


def bare_result(switch: Switch, row: Mapping[str, Any], recorded: Sequence[str]) -> SwitchResult:
    """One question through the core alone, every draw taking the model's next recorded answer."""
    run: SwitchRun[str] = SwitchRun(switch, row["question"])
    requests = run.start()
    while not run.done:
        wave, requests = requests, []
        for request in wave:
            samples = row["samples"][recorded[request.model]]
            texts = [served_text(samples[draw]) for draw in request.draws]
            run.started(request, 0.0)
            run.arrived(request, Reply([Sampled(Response(text), raw=text) for text in texts]), 0.0)
            while not run.done and (answers := run.ready()) is not None:
                requests += run.advance(run.clusterer.assign(answers))
    return run.outcome().result


def counted(result: SwitchResult) -> dict[str, Any]:
    """A result without what only the wire knows: usage and seconds."""
    told = result.model_dump()
    del told["usage"]
    for report in told["models"]:
        del report["usage"], report["seconds"]
    return told


def is_tied(result: SwitchResult) -> bool:
    """Whether another answer scored as well as the winner, so that draw order alone decided."""
    if result.answer is None:
        return False
    best = result.scores[result.answer]
    return sum(abs(score - best) <= 1e-9 * best for score in result.scores.values()) > 1
