"""What the tests of several packages share."""

import gc
import os
import signal
from collections.abc import Iterator

import certifi
import pytest
from hypothesis import settings

from tests.wire import WireServer

# A shell starts what runs in the background with interrupts ignored, and that is inherited: Ctrl-C is tested.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What is computed here is too small for several threads: they would take the processor from the other worker.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The same suite says the same thing twice; `make explore` looks for examples that nobody has seen.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("explore", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Notebooks first: each takes as long as hundreds of tests, and begun last it is waited for alone."""
    items.sort(key=lambda item: item.path.stem != "test_notebooks")


def pytest_collection_finish() -> None:
    """What importing has made stays to the end: set aside, a full collection need not look through it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing here is encrypted, and reading all the world's certificates takes a client 50 to 150 ms."""
    bundle = tmp_path_factory.mktemp("authorities") / "one.pem"
    first, end, _ = certifi.contents().partition("-----END CERTIFICATE-----")
    bundle.write_text(f"{first}{end}\n", encoding="ascii", errors="ignore")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SSL_CERT_FILE", str(bundle))
        yield


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
