"""Every Python block of the README runs, with real clients, against the local provider server."""

import gc
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.langchain.doubles import wait_for_abandoned_draws
from tests.wire import WireServer

README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[WireServer]:
    with WireServer() as server:
        server.serve("gpt-4o-mini", ["The answer is 408.", "418", "408", "408", "It is 398."])
        server.serve("gemini-2.5-flash", "The answer is 408.")
        monkeypatch.setenv("OPENAI_API_BASE", f"{server.url}/v1")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "test")
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.url)
        monkeypatch.setenv("GOOGLE_API_KEY", "test")
        yield server
        # Draws that a blocking call has given up may only now be connecting or closing.
        wait_for_abandoned_draws(seconds=5)
        server.wait_until_idle(timeout_seconds=5)
        # The clients' own sessions and loops are left to the collector: here, while the mark below holds.
        gc.collect()


# LlamaIndex's blocking clients leave a session of aiohttp and an event loop behind; nothing of ours.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_the_block_runs(block: str, provider: WireServer, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})
    assert "408" in capsys.readouterr().out
    assert {request.model for request in provider.log} == {"gpt-4o-mini", "gemini-2.5-flash"}


def test_links_and_pictures_are_there() -> None:
    text = README.read_text(encoding="utf-8")
    local = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert local
    for link in local:
        assert (README.parent / link).exists(), link
