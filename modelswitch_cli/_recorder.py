"""Asking models for what a recording lacks, a few at a time, and writing it down at once."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from modelswitch_cli._errors import FAILED, WRONG_USE, CommandError
from modelswitch_core import AllDrawsFailedError, RecordedQuestion, RecordedSample
from modelswitch_core.evaluation import Price
from modelswitch_core.recordings import Journal, failed_draw

Asker = Callable[[str], Awaitable[RecordedSample]]

_TINY = "tiny:"

_GIVE_UP_AFTER = 10
"""A model whose first draws all fail is asked no more: its key or its name is wrong, and so will the rest be.
Ten are more than a moment's overload brings at the usual eight in flight. Our own value."""


@dataclass(slots=True)
class Asked:
    """What a run has asked for. Tokens are None once one sample came without them, and cost likewise."""

    samples: int = 0
    failed: int = 0
    input_tokens: int | None = 0
    output_tokens: int | None = 0
    cost: float | None = 0.0

    def add(self, sample: RecordedSample, price: Price | None) -> None:
        """Counts one draw."""
        if sample.error is not None:
            self.failed += 1
            return
        self.samples += 1
        given, got = sample.input_tokens, sample.output_tokens
        if given is None or got is None:
            self.input_tokens = self.output_tokens = self.cost = None
            return
        if self.input_tokens is not None and self.output_tokens is not None:
            self.input_tokens += given
            self.output_tokens += got
        known = self.cost is not None and price is not None
        self.cost = self.cost + price.of(given, got) if known else None  # type: ignore[operator, union-attr]

    @property
    def spent(self) -> str:
        """Money where it is known, else tokens, else nothing."""
        if self.cost is not None and self.samples:
            return f"{self.cost:.4f} spent"
        if self.input_tokens is None or self.output_tokens is None or not self.samples:
            return ""
        return f"{self.input_tokens:,} + {self.output_tokens:,} tokens"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


class Recorder:
    """Brings a recording to a number of samples of every model on every question.

    Args:
        journal: Where samples go.
        questions: What to ask; each is asked as it stands.
        models: By name, what asks a model once.
        samples: How many samples there are to be, failed draws not counted, ≥ 1.
        concurrency: Most requests in flight at once, for each model, ≥ 1.
        prices: By model; None is assumed of none.
    """

    def __init__(
        self,
        journal: Journal,
        questions: Sequence[RecordedQuestion],
        models: Mapping[str, Asker],
        *,
        samples: int,
        concurrency: int,
        prices: Mapping[str, Price],
    ) -> None:
        self._journal, self._models, self._prices = journal, models, prices
        self._concurrency = concurrency
        for question in questions:
            journal.begin(question)
        self._jobs = {
            name: deque(
                (question, number)
                for question in questions
                for number in journal.missing(question, name, samples)
            )
            for name in models
        }
        self.wanted = sum(map(len, self._jobs.values()))
        self.asked = Asked()
        self.given_up = 0
        self.a_failure: str | None = None
        self.changed: Callable[[], None] = lambda: None

    @property
    def done(self) -> int:
        """Draws that are over."""
        return self.asked.samples + self.asked.failed

    @property
    def failed(self) -> int:
        """Draws that brought no sample, or were not tried any more."""
        return self.asked.failed + self.given_up

    async def run(self) -> None:
        """Asks until nothing is missing, or only what failed.

        Raises:
            OSError: A sample could not be written down; the others in flight were given up.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for name in self._models:
                    failures = _Failures()
                    for _ in range(min(self._concurrency, len(self._jobs[name]))):
                        group.create_task(self._work(name, failures))
        except ExceptionGroup as errors:
            # One cause is enough to say, and the others were mostly given up because of it.
            raise errors.exceptions[0] from errors

    async def _work(self, name: str, failures: _Failures) -> None:
        jobs = self._jobs[name]
        while jobs:
            question, number = jobs.popleft()
            sample = await self._models[name](question.question)
            self._journal.add(question, name, number, sample)
            self.asked.add(sample, self._prices.get(name))
            if sample.error is None:
                failures.any_sample = True
            else:
                self.a_failure = self.a_failure or f"{name}: {sample.error}"
                failures.count += 1
                if failures.count >= _GIVE_UP_AFTER and not failures.any_sample:
                    self.given_up += len(jobs)
                    jobs.clear()
            self.changed()


@dataclass(slots=True)
class _Failures:
    count: int = 0
    any_sample: bool = False


def askers(specs: Sequence[str], temperature: float | None) -> dict[str, Asker]:
    """By name, what asks each model once.

    Args:
        specs: `provider:name`, or `NAME=provider:name` to record it under another name.
        temperature: None leaves it to the provider.

    Raises:
        CommandError: Two models have the same name, or a tiny one is unknown.
        OptionError: A model cannot be made.
    """
    made: dict[str, Asker] = {}
    for spec in specs:
        given, _, model = spec.rpartition("=")
        name = given or _name_of(model)
        if name in made:
            raise CommandError(
                f"two models are called {name!r}: give one another name, --model NAME={model}", code=WRONG_USE
            )
        made[name] = _asker(name, model, temperature)
    return made


def _name_of(model: str) -> str:
    return model.replace(_TINY, "tiny-") if model.startswith(_TINY) else model.partition(":")[2] or model


def _asker(name: str, model: str, temperature: float | None) -> Asker:
    """A switch of one model and one sample: it takes every kind of model, and knows what is readable."""
    try:
        from langchain_modelswitch import ModelSwitchRunnable, switch_result
    except ImportError as error:
        raise CommandError(str(error), code=FAILED) from error
    options: dict[str, Any] = {} if temperature is None else {"temperature": temperature}
    chat: Any = model
    if model.startswith(_TINY):
        chat, options = _tiny(model, options), {}
    switch = ModelSwitchRunnable(
        models=[chat],
        names=[name],
        samples=1,
        policy="self_consistency",
        answer="exact",
        keep_samples=True,
        trace_samples=False,
        **options,
    )

    async def ask(question: str) -> RecordedSample:
        started = time.monotonic()
        try:
            message = await switch.ainvoke(question)
        except AllDrawsFailedError as error:
            return failed_draw(error.exceptions[0], seconds=time.monotonic() - started)
        result = switch_result(message)
        assert result is not None
        assert result.samples is not None
        (sample,) = result.samples
        return RecordedSample(
            text=sample.text,
            # Only that nothing can be read is certain now; what a text says is for the replay to read.
            answered=sample.answer is None,
            input_tokens=sample.input_tokens,
            output_tokens=sample.output_tokens,
            seconds=sample.seconds,
        )

    return ask


def _tiny(model: str, options: Mapping[str, Any]) -> Any:
    from langchain_modelswitch import ChatTiny

    try:
        return ChatTiny(model=model.removeprefix(_TINY), **options)  # type: ignore[arg-type]  # checked there
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Input ")
        raise CommandError(f"--model {model} is unknown: behind tiny: it {said}", code=WRONG_USE) from None
