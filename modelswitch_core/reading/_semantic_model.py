"""The model that tells what means the same: of either framework, known by its methods, or a plain function.

What is asked of it is written once, as a generator that yields each question and is sent the reply; here it
is played with blocking calls or with awaited ones.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from modelswitch_core._errors import OptionError

T = TypeVar("T")
Steps = Generator[Any, Any, T]
"""Yields what to ask and is sent the reply, or thrown what went wrong; returns what came of it."""

# A blocking method, its awaited twin, and what both are called with beside the question.
_Ways = tuple[tuple[str, str, Mapping[str, Any]], ...]

# Where a reply is streamed by the token, LangGraph shows it to the user unless the run is tagged so.
_QUIET = {"tags": ["nostream"]}
_EMBEDDINGS: _Ways = (
    ("embed_documents", "aembed_documents", {}),
    ("get_text_embedding_batch", "aget_text_embedding_batch", {}),
)
_JUDGES: _Ways = (("invoke", "ainvoke", {"config": _QUIET}), ("complete", "acomplete", {}))


@dataclass(frozen=True, slots=True)
class Model:
    """A model to be asked, blocking or not.

    Args:
        label: What to call it in messages and cache keys; holds no key and no header.
        call: Asks it; may return something to await.
        acall: Asks it without blocking; None where `call` is all there is.
    """

    label: str
    call: Callable[[Any], Any]
    acall: Callable[[Any], Any] | None

    def play(self, steps: Steps[T]) -> T:
        """Asks all, blocking.

        Raises:
            OptionError: It can only be asked asynchronously.
        """
        try:
            asked = next(steps)
            while True:
                try:
                    reply = self.call(asked)
                except Exception as error:  # noqa: BLE001  # the steps say what a failure means
                    asked = steps.throw(error)
                else:
                    asked = steps.send(self._at_hand(reply))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # what the generator returns

    async def aplay(self, steps: Steps[T]) -> T:
        """Asks all, waiting for each reply."""
        try:
            asked = next(steps)
            while True:
                try:
                    reply = (self.acall or self.call)(asked)
                    reply = await reply if inspect.isawaitable(reply) else reply
                except Exception as error:  # noqa: BLE001  # the steps say what a failure means
                    asked = steps.throw(error)
                else:
                    asked = steps.send(reply)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # what the generator returns

    def _at_hand(self, reply: T) -> T:
        if not inspect.isawaitable(reply):
            return reply
        if inspect.iscoroutine(reply):
            reply.close()
        raise OptionError(
            f"{self.label} can only be awaited: call the switch asynchronously, or give semantic_reader one "
            "that can be called without"
        )


def embedding_model(embeddings: Any) -> Model:
    """From LangChain's `Embeddings`, LlamaIndex's `BaseEmbedding`, or a function from texts to vectors.

    Raises:
        TypeError: It is none of these.
    """
    return _model("embeddings", embeddings, _EMBEDDINGS, "a function from a list of texts to their vectors")


def judge_model(judge: Any) -> Model:
    """From LangChain's or LlamaIndex's chat model, or a function from a prompt to a reply.

    Raises:
        TypeError: It is none of these.
    """
    return _model("judge", judge, _JUDGES, "a function from a prompt to a reply")


def _model(field: str, given: Any, ways: _Ways, function: str) -> Model:
    wanted = f"an object with {' or '.join(way for way, *_ in ways)}, or {function}"
    if isinstance(given, type):
        raise TypeError(f"{field}={given.__name__} is a class: pass {wanted}")
    label = f"{field}={_name(given)}"
    for way, away, more in ways:
        call, acall = getattr(given, way, None), getattr(given, away, None)
        if callable(call):
            return Model(label, partial(call, **more), partial(acall, **more) if callable(acall) else None)
    if callable(given):
        return Model(label, given, None)
    raise TypeError(f"{label} can neither be called nor asked: pass {wanted}")


def _name(given: Any) -> str:
    """What it is, and which model behind it; never its whole repr, which may hold a key."""
    name = getattr(given, "__qualname__", None) or type(given).__qualname__
    model = next(
        (
            value
            for field in ("model_name", "model", "model_id")
            if isinstance(value := getattr(given, field, None), str)
        ),
        None,
    )
    return name if model is None else f"{name}({model!r})"
