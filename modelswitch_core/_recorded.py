"""Recorded questions: what models said, kept to be replayed and learned from. Pure; files are elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from modelswitch_core._errors import OptionError


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSample:
    """One draw of one model on one question. What is not known is None.

    Args:
        text: The whole response.
        answer: Its final answer as the recording gives it; it is used as it is. None says nothing by
            itself, see `answered`.
        answered: Whether the recording held an `answer` at all; True wherever one is given. Held and None
            means that the draw brought a response without a readable answer; not held means that `text` is
            to be read.
        reward: What a reward model gave it; finite.
        input_tokens: Of its request, ≥ 0.
        output_tokens: Of its request, ≥ 0.
        seconds: From the start of its request to the response, ≥ 0.
        error: Why the draw failed, such as "RateLimitError: …"; a failed draw is no sample. None where it did
            not fail.
        notes: What else the recording says of it, under names that are not ours; kept, never used.
    """

    text: str | None = None
    answer: str | None = None
    answered: bool = False
    reward: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    seconds: float | None = None
    error: str | None = None
    notes: Mapping[str, Any] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        if self.answer is not None:
            object.__setattr__(self, "answered", True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedQuestion:
    """A question and what each model said to it.

    Args:
        id: What tells it from the other questions of its recording.
        question: The question as the models got it; empty where it is not known.
        gold: The right answer; None where it is not known.
        samples: For each model, by name, its draws in draw order, failed ones included.
        notes: What else the recording says of it, under names that are not ours; kept, never used.
    """

    id: str
    question: str
    gold: str | None = None
    samples: Mapping[str, tuple[RecordedSample, ...]]
    notes: Mapping[str, Any] | None = None

    def drawn(self, model: str) -> tuple[RecordedSample, ...]:
        """The model's draws that did not fail, in draw order; none where the model is not recorded."""
        return tuple(sample for sample in self.samples.get(model, ()) if sample.error is None)


def recorded_questions(questions: Iterable[RecordedQuestion]) -> Iterable[RecordedQuestion]:
    """The same questions, each if that is what it is.

    Raises:
        OptionError: A path, a single question or something else where recorded questions are wanted; at once,
            or where the thing that is none stands among them.
    """
    if isinstance(questions, str | bytes) or hasattr(questions, "__fspath__"):
        raise OptionError(
            f"questions={questions!r} is a path where recorded questions are wanted: give read_recording(…) "
            "of modelswitch_core.recordings"
        )
    if not isinstance(questions, Iterable) or isinstance(questions, Mapping):
        raise OptionError(
            f"questions={questions!r:.60} must be a list of RecordedQuestion, or another iterable of them"
        )
    return map(_recorded, questions)


def _recorded(given: RecordedQuestion) -> RecordedQuestion:
    if not isinstance(given, RecordedQuestion):
        raise OptionError(
            f"questions hold a {type(given).__name__}, which is no RecordedQuestion: read them with "
            "modelswitch_core.recordings.read_recording"
        )
    return given
