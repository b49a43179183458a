"""Several recordings of the same questions as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from modelswitch_core._errors import OptionError
from modelswitch_core._recorded import RecordedQuestion, RecordedSample, recorded_questions


def merge(*recordings: Iterable[RecordedQuestion]) -> list[RecordedQuestion]:
    """Puts the samples of questions with the same id together.

    Questions keep the order in which they first appear, and so do models; a model's draws follow each other
    in the order of the recordings. Of notes under the same name the first stays. Draws that are in two of the
    recordings come twice: nothing tells a copy from a second draw that happened to say the same.

    Args:
        recordings: Each an iterable of questions; one whose ids come twice is a case for merging too.

    Raises:
        OptionError: The same id stands for two questions, or a question has two gold answers; or a path
            stands where questions are wanted.
    """
    merged: dict[str, RecordedQuestion] = {}
    samples: dict[str, dict[str, list[RecordedSample]]] = {}
    for recording in recordings:
        for question in recorded_questions(recording):
            known = merged.get(question.id)
            merged[question.id] = question if known is None else _agreed(known, question)
            of_models = samples.setdefault(question.id, {})
            for model, drawn in question.samples.items():
                of_models.setdefault(model, []).extend(drawn)
    return [
        replace(question, samples={model: tuple(drawn) for model, drawn in samples[question.id].items()})
        for question in merged.values()
    ]


def _agreed(a: RecordedQuestion, b: RecordedQuestion) -> RecordedQuestion:
    if a.question and b.question and a.question != b.question:
        raise OptionError(
            f"id={a.id!r} stands for {a.question[:80]!r} and for {b.question[:80]!r}: give them different ids"
        )
    if a.gold is not None and b.gold is not None and a.gold != b.gold:
        raise OptionError(f"gold={b.gold!r} of question {a.id!r} was {a.gold!r} before: correct one of them")
    return replace(
        a,
        question=a.question or b.question,
        gold=b.gold if a.gold is None else a.gold,
        notes={**(a.notes or {}), **(b.notes or {}), **(a.notes or {})} or None,
    )
