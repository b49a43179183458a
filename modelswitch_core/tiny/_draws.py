"""Numbers the draws of a question, so that those of one seed differ and can be made again."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

from modelswitch_core.tiny._code import Task
from modelswitch_core.tiny._model import TinyAnswer, TinyModel


class TinyDraws:
    """Asks the models, with a seed never twice for the same draw. Safe to use from several threads.

    The n-th draw of a question under a seed is the same in every process, whoever asks for it and however
    many are drawn at once. Threads that draw at the same time may get each other's draws, never the same one.
    Who shares this object shares its count; a pickled or deep copy counts on by itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawn: Counter[tuple[Task, int, str]] = Counter()

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            return {"drawn": Counter(self._drawn)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._lock = threading.Lock()
        self._drawn = state["drawn"]

    def answer(
        self, model: Task, question: str, *, samples: int, temperature: float, seed: int | None
    ) -> list[TinyAnswer]:
        """The next answers to a question, all in one batch.

        Args:
            model: "sums", "differences" or "products".
            question: What is asked.
            samples: How many answers, at least 1.
            temperature: See `TinyModel.answer`.
            seed: See `TinyModel.answer`.

        Raises:
            OptionError: There is no such model, or an option is out of range.
        """
        tiny = TinyModel.load(model)
        if seed is None:
            return tiny.answer(question, samples=samples, temperature=temperature)
        key = model, seed, question
        with self._lock:
            first = self._drawn[key]
            self._drawn[key] += max(0, samples)
        return tiny.answer(question, samples=samples, temperature=temperature, seed=seed, first=first)
