"""What the tests of several packages share."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import certifi
import pytest
from hypothesis import settings

from tests.wire import WireServer

ROOT = Path(__file__).resolve().parents[1]

# A shell starts what runs in the background with interrupts ignored, and that is inherited: Ctrl-C is tested.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Many interpreters start here, one after another: what one has compiled, the next ones find.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What is computed here is too small for several threads: they would take the processor from the other worker.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The same suite says the same thing twice; `make explore` looks for examples that nobody has seen.
# No deadline: on a busy machine it fails what is right. What must be fast has its own measure.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What became of the notebooks is asked last: they run beside all the rest."""
    items.sort(key=lambda item: notebook_of(item) is not None)


def notebook_of(item: pytest.Item) -> str | None:
    """The notebook whose run a test waits for, if it does."""
    if isinstance(item, pytest.Function) and item.originalname == "test_it_runs_offline":
        return item.callspec.id
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What importing makes stays to the end: the collector need not look through it now, nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        # Seldom, as a test leaves little; what must be gone is collected by the test that says so.
        gc.set_threshold(10_000, 20, 50)
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing here is encrypted, and reading all the world's certificates takes a client 50 to 150 ms."""
    bundle = tmp_path_factory.mktemp("authorities") / "one.pem"
    first, end, _ = certifi.contents().partition("-----END CERTIFICATE-----")
    bundle.write_text(f"{first}{end}\n", encoding="ascii", errors="ignore")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SSL_CERT_FILE", str(bundle))
        yield


@pytest.fixture(scope="session", autouse=True)
def notebooks(
    request: pytest.FixtureRequest, one_authority: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Where it is written what became of each notebook; one worker has them run, for all."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    folder = tmp_path_factory.getbasetemp() if worker is None else tmp_path_factory.getbasetemp().parent
    asked = [name for name in map(notebook_of, request.session.items) if name is not None]
    if not asked or worker not in (None, "gw0"):
        yield folder
        return
    program = [sys.executable, "-m", "tests.notebook_runs", str(folder), *asked]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        yield folder
        # Another worker may be waiting for one, unless nobody goes on.
        if worker is None or request.session.shouldfail or request.session.shouldstop:
            running.terminate()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[WireServer]:
    """OpenAI and Gemini, as far as their clients can tell: behind a local server, reached by environment."""
    from tests.langchain.doubles import wait_for_abandoned_draws

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
