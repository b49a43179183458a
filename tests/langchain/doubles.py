"""Small stand-ins for what is around a switch, and shorthands for what every test needs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import LLMResult

from langchain_modelswitch import ModelSwitchRunnable, SwitchResult, switch_result
from modelswitch_core import Pool, Stop
from modelswitch_core.drivers._workers import WORKERS
from tests.wire import WireServer
from tests.wire.clients import chat_gemini, chat_openai

OPENAI = "gpt-4o-mini"
GEMINI = "gemini-2.5-flash"


@dataclass(frozen=True, slots=True)
class EveryShare:
    """A policy that draws every model's whole share at once and leaves the rest to the vote."""

    def stop(self, pool: Pool) -> Stop | None:
        """When nothing is left to draw."""
        over = not any(tally.open or tally.left for tally in pool.tallies)
        return Stop("all_drawn") if over else None

    def wave(self, pool: Pool) -> Sequence[int]:
        """All of them, in the order of the models."""
        return [index for index, tally in enumerate(pool.tallies) for _ in range(tally.left)]


@dataclass(slots=True)
class Run:
    """A chat model's run as a callback handler sees it."""

    name: str
    parent: UUID | None
    tags: list[str]
    metadata: dict[str, Any]
    tokens: list[str] = field(default_factory=list)
    ended: LLMResult | None = None
    error: BaseException | None = None


class Recorder(BaseCallbackHandler):
    """Writes down the runs of chat models, in the order in which they start."""

    def __init__(self) -> None:
        self.runs: dict[UUID, Run] = {}

    @property
    def switches(self) -> list[tuple[UUID, Run]]:
        """The runs of switches."""
        return [(id_, run) for id_, run in self.runs.items() if "modelswitch_draw" not in run.metadata]

    @property
    def samples(self) -> list[Run]:
        """The runs of samples, by model and draw."""
        found = [run for run in self.runs.values() if "modelswitch_draw" in run.metadata]
        return sorted(
            found, key=lambda run: (run.metadata["modelswitch_model"], run.metadata["modelswitch_draw"])
        )

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        name = kwargs.get("name") or serialized.get("name") or ""
        self.runs[run_id] = Run(name, parent_run_id, tags or [], metadata or {})

    def on_llm_new_token(self, token: Any, *, run_id: UUID, **kwargs: Any) -> None:
        self.runs[run_id].tokens.append(str(token))

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        self.runs[run_id].ended = response

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self.runs[run_id].error = error


def both(server: WireServer, **options: Any) -> ModelSwitchRunnable:
    """OpenAI's client, then Gemini's, two samples each unless said otherwise."""
    models = [chat_openai(server.url), chat_gemini(server.url)]
    return ModelSwitchRunnable(**{"models": models, "samples": 2, **options})


def openai_only(server: WireServer, **options: Any) -> ModelSwitchRunnable:
    """OpenAI's client alone."""
    return ModelSwitchRunnable(**{"models": [chat_openai(server.url)], "samples": 2, **options})


def gemini_only(server: WireServer, **options: Any) -> ModelSwitchRunnable:
    """Gemini's client alone."""
    return ModelSwitchRunnable(**{"models": [chat_gemini(server.url)], "samples": 2, **options})


def result_of(message: Any) -> SwitchResult:
    """The result of a message that must have one."""
    result = switch_result(message)
    assert result is not None
    return result


def asked(server: WireServer) -> list[str]:
    """The models on the server's log, in the order of the requests."""
    return [entry.model for entry in server.log]


def wait_for_abandoned_draws(seconds: float = 0.5) -> None:
    """Before a server stops: synchronous calls leave draws behind, which may only now be connecting."""
    deadline = time.monotonic() + seconds
    while WORKERS.busy and time.monotonic() < deadline:
        time.sleep(0.001)
