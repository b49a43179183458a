"""Random recorded questions, readers and plans; and the core run on them as the doors run it."""

from __future__ import annotations

import random
from collections.abc import Sequence

from modelswitch_core import (
    Answer,
    AnswerReader,
    RecordedQuestion,
    RecordedSample,
    Reply,
    Response,
    Sampled,
    Switch,
    SwitchPlan,
    SwitchResult,
    SwitchRun,
)

NAMES = ("a", "b", "c")


class NearReader:
    """Numbers are the same where they are at most 1 apart: not transitive, so draw order decides."""

    def read(self, response: Response | str) -> Answer | None:
        return self.parse(response if isinstance(response, str) else response.text)

    def parse(self, text: str) -> Answer | None:
        return Answer(text, None) if text.strip().isdigit() else None

    def same(self, a: Answer, b: Answer) -> bool:
        return abs(int(a.text) - int(b.text)) <= 1


class FieldReader(NearReader):
    """Numbers, voted on by whether they are odd and whether they are large."""

    def clusterer(self, _: str) -> FieldClusterer:
        return FieldClusterer()


class FieldClusterer:
    def __init__(self) -> None:
        self._values: list[int] = []

    def assign(self, answers: Sequence[Answer]) -> list[int]:
        values = [int(answer.text) for answer in answers]
        for value in values:
            if value not in self._values:
                self._values.append(value)
        return [self._values.index(value) for value in values]

    def fields(self, number: int) -> tuple[int, ...]:
        return (self._values[number] % 2, int(self._values[number] > 2))


def random_question(source: random.Random, *, most: int = 6, rewards: bool = False) -> RecordedQuestion:
    """Up to `most` draws of each model, few different answers, some unreadable, some failed."""
    different = source.choice([1, 2, 3, 6])

    def sample() -> RecordedSample:
        said = source.random()
        if said < 0.1:
            return RecordedSample(error="Error")
        reward = source.choice([1.0, 2.0, 3.5]) if rewards else None
        if said < 0.2:
            return RecordedSample(answer=None, answered=True, reward=reward)
        return RecordedSample(text=str(source.randrange(different)), reward=reward)

    return RecordedQuestion(
        id=str(source.random()),
        question="?",
        gold=str(source.randrange(different)),
        samples={name: tuple(sample() for _ in range(source.randint(1, most))) for name in NAMES},
    )


def as_the_doors_run_it(
    plan: SwitchPlan, reader: AnswerReader, question: RecordedQuestion, orders: Sequence[Sequence[int]]
) -> SwitchResult:
    """The question through the core, every draw taking the model's next recorded one that did not fail."""
    run: SwitchRun[str] = SwitchRun(Switch(plan=plan, reader=reader), question.question)
    requests = run.start()
    while not run.done:
        wave, requests = requests, []
        for request in wave:
            run.started(request, 0.0)
        for request in wave:
            drawn = question.drawn(plan.names[request.model])
            texts = [drawn[orders[request.model][draw]].text or "" for draw in request.draws]
            run.arrived(request, Reply([Sampled(Response(text), raw=text) for text in texts]), 0.0)
            while not run.done and (answers := run.ready()) is not None:
                requests += run.advance(run.clusterer.assign(answers))
    return run.outcome().result
