"""What the demo measures: several settings on the same questions, sample by sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelswitch_core import Answer, AnswerReader, Response, SwitchResult, answer_reader

if TYPE_CHECKING:
    from modelswitch_core.tiny import Question, Task

SAMPLES = 5
"""Samples of each model, as the switch has it by default."""

Started = Callable[[str], Callable[[], None]]
"""Called with a setting's name as it begins; what it returns is called after each question."""


@dataclass(frozen=True, slots=True)
class Row:
    """One setting's figures.

    Args:
        setting: What it is called.
        accuracy: The share of the questions answered rightly, in [0, 1].
        mean_samples: Samples drawn a question.
        saved: The share of its budget that it left undrawn, in [0, 1]; None where it has no choice.
    """

    setting: str
    accuracy: float
    mean_samples: float
    saved: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows, the switch's being the last, and the switch's result on each question."""

    rows: tuple[Row, ...]
    questions: tuple[Question, ...]
    results: tuple[SwitchResult, ...]

    def telling(self) -> tuple[Question, SwitchResult]:
        """The question that shows most: switched, right in the end, and not by the first model's own vote."""
        told = zip(self.questions, self.results, strict=True)
        return max(told, key=lambda pair: _telling(*pair))


class ReadOnce:
    """A reader that reads each text once: thousands of samples are some hundreds of different sentences.

    Args:
        reader: Reads and compares.
    """

    def __init__(self, reader: AnswerReader) -> None:
        self.parse, self.same = reader.parse, reader.same
        self._reader = reader
        self._known: dict[Response | str, Answer | None] = {}

    def read(self, response: Response | str) -> Answer | None:
        """What the reader reads."""
        if response not in self._known:
            self._known[response] = self._reader.read(response)
        return self._known[response]


def strongest_first() -> list[Task]:
    """The tiny models in the order in which a switch does best: by how often a single sample is right."""
    from modelswitch_core.tiny import TASKS, TinyModel

    return sorted(TASKS, key=lambda name: -TinyModel.load(name).card["all"]["single"])


def compare(
    models: Sequence[Task],
    questions: Sequence[Question],
    *,
    seed: int,
    started: Started,
) -> Comparison:
    """Asks every question under every setting: each model once, each with the whole budget, all as a switch.

    Args:
        models: The tiny models, in the order in which the switch asks them.
        questions: What every setting is asked.
        seed: The same seed draws the same samples.
        started: Called with a setting's name as it begins; what it returns is called after each question.
    """
    budget = SAMPLES * len(models)
    alone = {
        f"tiny-{name}, {what}": ([name], samples)
        for what, samples in (("one sample", 1), (f"vote of {budget}", budget))
        for name in models
    }
    reader = ReadOnce(answer_reader("auto"))
    rows = []
    for setting, (names, samples) in alone.items():
        results = _asked(names, questions, samples, reader, seed=seed, after_each=started(setting))
        rows.append(_row(setting, questions, results, budget=None))
    results = _asked(models, questions, SAMPLES, reader, seed=seed, after_each=started("ModelSwitch"))
    rows.append(_row("ModelSwitch", questions, results, budget=budget))
    return Comparison(tuple(rows), tuple(questions), tuple(results))


def _asked(
    names: Sequence[Task],
    questions: Sequence[Question],
    samples: int,
    reader: AnswerReader,
    *,
    seed: int,
    after_each: Callable[[], None],
) -> list[SwitchResult]:
    from langchain_modelswitch import ChatTiny, ModelSwitchRunnable, switch_result

    model = ModelSwitchRunnable(
        models=[ChatTiny(model=name, seed=seed) for name in names],
        samples=samples,
        answer=reader,
        policy="paper" if len(names) > 1 else "self_consistency",
        # A model's samples in one batch is what its network is quickest at.
        native_n=True,
        # As in all reported figures: every sample that the method asks for is drawn and counted.
        settled_exit=False,
        keep_samples=True,
    )
    results = []
    for question in questions:
        result = switch_result(model.invoke(question.text))
        assert result is not None
        results.append(result)
        after_each()
    return results


def _row(
    setting: str, questions: Sequence[Question], results: Sequence[SwitchResult], *, budget: int | None
) -> Row:
    correct = sum(is_right(pair[0], pair[1].answer) for pair in zip(questions, results, strict=True))
    samples = sum(result.samples_drawn for result in results) / len(results)
    return Row(setting, correct / len(questions), samples, None if budget is None else 1 - samples / budget)


def is_right(question: Question, answer: str | None) -> bool:
    """Whether the answer is the question's number."""
    reader = answer_reader("number")
    given, gold = reader.parse(answer or ""), reader.parse(question.gold)
    return given is not None and gold is not None and reader.same(given, gold)


def _telling(question: Question, result: SwitchResult) -> tuple[bool, bool, bool, float]:
    first = result.models[0].answers
    misled = bool(first) and max(first, key=first.__getitem__) != result.answer
    return is_right(question, result.answer), result.waves > 1, misled, result.confidence
