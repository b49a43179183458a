"""What docs/recordings.md shows runs, from top to bottom, and its lines are lines of a recording."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from modelswitch_cli import main
from modelswitch_core.recordings import check_recording, read_recording

PAGE = (Path(__file__).parent.parent / "docs" / "recordings.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_example_line_is_one(tmp_path: Path) -> None:
    (line,) = (block for kind, block in BLOCKS if kind == "json")
    file = tmp_path / "example.jsonl"
    file.write_text(json.dumps(json.loads(line)) + "\n", encoding="utf-8")
    assert check_recording(file) == []
    (question,) = read_recording(file)
    assert question.notes is None, "every field of the example is one of ours"
    read, unreadable, failed = question.samples["gpt-4o-mini"]
    assert (read.answer, unreadable.answered, failed.error) == ("408", True, "RateLimitError: slow down")
    assert question.drawn("gpt-4o-mini") == (read, unreadable)


def test_the_blocks_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "questions.jsonl").write_text('{"question": "What is 17 + 24?", "gold": "41"}\n')
    names: dict[str, Any] = {"__name__": "docs"}
    for kind, block in BLOCKS:
        if kind == "python":
            exec(compile(block, "recordings.md", "exec"), names)
        elif block.startswith("modelswitch "):
            assert main(shlex.split(block)[1:]) == 0, capsys.readouterr().err
    assert names["result"].questions == 1
    assert names["policy"].least_models == 2
    assert len(list(read_recording("live.jsonl"))) == 3
