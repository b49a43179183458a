"""Every Python block of the README runs, with real clients, against the local provider server."""

import json
import re
import shlex
from pathlib import Path

import pytest

from modelswitch_cli import main
from tests.wire import WireServer

README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)


# LlamaIndex's blocking clients leave a session of aiohttp and an event loop behind, for any test to find.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_the_block_runs(block: str, provider: WireServer, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})
    assert "408" in capsys.readouterr().out
    assert {request.model for request in provider.log} == {"gpt-4o-mini", "gemini-2.5-flash"}


COMMANDS = re.findall(r"^modelswitch (.+)$", README.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_commands_run(
    provider: WireServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    provider.serve("gpt-4o-mini", "It is 408.")
    (tmp_path / "questions.jsonl").write_text('{"question": "What is 17 * 24?", "gold": "408"}\n')
    assert [command.split()[0] for command in COMMANDS] == ["ask", "record", "replay", "tune"]
    monkeypatch.chdir(tmp_path)
    for command in COMMANDS:
        assert main(shlex.split(command)) == 0, capsys.readouterr().err
    assert "100.0%" in capsys.readouterr().out, "what was recorded is replayed: the vote is right"
    assert json.loads((tmp_path / "switch.json").read_text())["models"]


def test_links_and_pictures_are_there() -> None:
    text = README.read_text(encoding="utf-8")
    local = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert local
    for link in local:
        assert (README.parent / link).exists(), link
