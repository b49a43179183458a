from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from modelswitch_core.recordings import RecordingBusyError, _locking
from modelswitch_core.recordings._locking import locked


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def test_a_file_is_one_s_own_until_it_is_closed(path: Path) -> None:
    with locked(path) as file:
        file.write(b"mine")
        with pytest.raises(RecordingBusyError, match="another process"):
            locked(path)
    with locked(path) as file:
        file.write(b" again")
    assert path.read_bytes() == b"mine again"


def test_a_process_that_dies_lets_go(path: Path) -> None:
    program = f"""
import os, pathlib
from modelswitch_core.recordings._locking import locked
file = locked(pathlib.Path({str(path)!r}))
file.write(b"last words")
os._exit(1)
"""
    subprocess.run([sys.executable, "-c", program], check=False)
    with locked(path) as file:
        file.seek(0)
        assert file.read() == b"last words"


def test_a_file_that_was_removed_meanwhile_is_not_written_to(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = _locking._lock
    taken: list[io.FileIO] = []

    def removed_first(file: io.FileIO, *, wait: bool) -> None:
        if not taken:
            path.unlink()
        taken.append(file)
        really(file, wait=wait)

    monkeypatch.setattr(_locking, "_lock", removed_first)
    with locked(path) as file:
        file.write(b"kept")
    assert len(taken) == 2
    assert path.read_bytes() == b"kept"
