"""What an LLM says while it makes an object, which its `structured_predict` keeps to itself.

The responses behind an object hold its tokens and how it ended. They pass through LlamaIndex's
instrumentation, where they are overheard by the sample that caused them, and by nobody else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from llama_index.core.base.llms.types import ChatResponse, CompletionResponse
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.instrumentation.events import BaseEvent
from llama_index.core.instrumentation.events.llm import LLMChatEndEvent, LLMCompletionEndEvent
from llama_index_instrumentation import get_dispatcher

Heard = list[ChatResponse | CompletionResponse]

_heard: ContextVar[Heard | None] = ContextVar("modelswitch_heard", default=None)


class _Ear(BaseEventHandler):
    def handle(self, event: BaseEvent, **_: Any) -> None:
        heard = _heard.get()
        if heard is None:
            return
        if isinstance(event, LLMChatEndEvent | LLMCompletionEndEvent) and event.response is not None:
            heard.append(event.response)


_lock = threading.Lock()
_listening = False


def _listen() -> None:
    """Puts the ear where LLMs report, once a process and not before it is needed."""
    global _listening  # noqa: PLW0603  # as global as the instrumentation it belongs to
    with _lock:
        if not _listening:
            get_dispatcher("llama_index.core.llms.callbacks").add_event_handler(_Ear())
            _listening = True


@contextmanager
def responses_heard() -> Iterator[Heard]:
    """The responses that LLMs report inside the block, in this context."""
    _listen()
    heard: Heard = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def hear_nothing() -> None:
    """Hides the responses reported from here on in this context from a sample around it.

    That one hears of their sum later. For a draw, which has a context of its own.
    """
    _heard.set(None)
