"""Requests that nobody can stop hold up neither their caller nor the end of the interpreter."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults._cells import DOORS, Door
from tests.wire import Drip, Hang, WireServer

ROOT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 0.5
CLIENT_SECONDS = 60
FAULTS = (Hang(), Drip(pause_seconds=1.0, pieces=60))

MAKE = {
    "langchain": """
from langchain_openai import ChatOpenAI
from langchain_modelswitch import ModelSwitchRunnable as Switch
model = ChatOpenAI(model="m", base_url=URL, api_key="k", max_retries=0, timeout=CLIENT_SECONDS)
def make(**limits): return Switch(models=[model], samples=4, **limits)
def ask(switch): return switch.invoke("q")
async def aask(switch): return await switch.ainvoke("q")
""",
    "llamaindex": """
from llama_index.core.llms import ChatMessage
from llama_index.llms.openai_like import OpenAILike
from llamaindex_modelswitch import ModelSwitchLLM as Switch
llm = OpenAILike(model="m", api_base=URL, api_key="k", max_retries=0, timeout=CLIENT_SECONDS,
                 is_chat_model=True, temperature=1.0)
def make(**limits): return Switch(llms=[llm], samples=4, **limits)
def ask(switch): return switch.chat([ChatMessage("q")])
async def aask(switch): return await switch.achat([ChatMessage("q")])
""",
}
RUN = """
import asyncio, time
from modelswitch_core import AllDrawsFailedError, TimeLimitError

def timed(call, error):
    started = time.monotonic()
    try:
        call()
    except error:
        print(time.monotonic() - started, flush=True)

make()  # whatever is only made once is not what is timed here
timed(lambda: ask(make(time_limit_seconds=LIMIT_SECONDS)), TimeLimitError)
timed(lambda: ask(make(sample_timeout_seconds=LIMIT_SECONDS)), AllDrawsFailedError)
timed(lambda: asyncio.run(aask(make(time_limit_seconds=LIMIT_SECONDS))), TimeLimitError)
timed(lambda: ask(make(time_limit_seconds=LIMIT_SECONDS)), TimeLimitError)
print(time.monotonic(), flush=True)
"""


@pytest.fixture(scope="module")
def script() -> tuple[subprocess.CompletedProcess[str], float]:
    """One for both doors, whose requests it leaves behind, with the time at which it was over."""
    with WireServer() as server:
        server.serve("m", "7", faults=lambda request: FAULTS[request.index % 2])
        url = f"{server.url}/v1"
        settings = f"URL, CLIENT_SECONDS, LIMIT_SECONDS = {url!r}, {CLIENT_SECONDS}, {LIMIT_SECONDS}\n"
        program = settings + "".join(MAKE[door] + RUN for door in DOORS)
        done = subprocess.run(
            [sys.executable, "-W", "error::RuntimeWarning", "-c", program],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=100,
            check=False,
        )
        return done, time.monotonic()  # the same clock in every process of a machine


def test_a_script_ends_when_it_is_over(script: tuple[subprocess.CompletedProcess[str], float]) -> None:
    done, exited = script
    assert (done.returncode, done.stderr) == (0, "")
    assert exited - float(done.stdout.split()[-1]) < 5


@pytest.mark.parametrize("door", DOORS)
def test_its_calls_end_with_their_limit(
    script: tuple[subprocess.CompletedProcess[str], float], door: Door
) -> None:
    told = [float(number) for number in script[0].stdout.split()]
    calls = len(told) // len(DOORS)
    taken = told[calls * DOORS.index(door) :][: calls - 1]  # then comes the time of day
    assert len(taken) == 4
    # Generous, as the first call imports what its client needs; without the limit it would be a minute.
    assert all(LIMIT_SECONDS <= seconds < LIMIT_SECONDS + 5 for seconds in taken)
