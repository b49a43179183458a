"""Serves what real models once said: a recording, played back over the wire."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.wire._faults import Status
from tests.wire._reply import Reply, Usage, count_words
from tests.wire._request import WireRequest

RecordedRow = Mapping[str, Any]
"""One line of a recording: `question`, and `samples` by the model's recorded name."""


def read_recording(path: str | Path) -> list[dict[str, Any]]:
    """The questions of a recording in JSON lines."""
    with Path(path).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def in_a_box(answer: str) -> str:
    """A recorded answer in a sentence, since a recording that has no text has only the answer left."""
    return f"Working it out, I get \\boxed{{{answer}}}."


class Playback:
    r"""Answers each request with the next recorded sample of the question in its last user message.

    Made for one model: `server.serve("gemini-2.5-flash", answers=Playback(rows, "gemini-1.5-flash"))`. A
    sample with `text` is served as that text; one with only an `answer` in a sentence around it; `answer:
    null` as empty content; a recorded error, and a question that is unknown or used up, as HTTP 500. Of
    several questions that a message contains, the longest is meant.

    Args:
        rows: The recorded questions.
        recorded: The model's name in the recording, which may differ from the name it is served under.
        sentence: Makes a text of an answer.
    """

    def __init__(
        self, rows: Iterable[RecordedRow], recorded: str, *, sentence: Callable[[str], str] = in_a_box
    ) -> None:
        self._recorded = recorded
        self._sentence = sentence
        self._samples = {row["question"]: row["samples"].get(recorded, ()) for row in rows}
        if not any(self._samples.values()):
            raise ValueError(
                f"recorded={recorded!r}: no question of this recording has samples of that model"
            )
        self._found: dict[str, str | None] = {}
        self._played: Counter[str] = Counter()

    def __call__(self, request: WireRequest) -> Reply | Status:
        """The next sample for this request's question."""
        question = self._question_in(request.last_user_text)
        if question is None:
            return Status(500, f"no recorded question stands in: {request.last_user_text[:200]!r}")
        samples = self._samples[question]
        at = self._played[question]
        if at >= len(samples):
            return Status(
                500,
                f"the recording is exhausted: {self._recorded!r} has {len(samples)} samples of "
                f"{question[:200]!r}",
            )
        self._played[question] += 1
        return self._reply(samples[at])

    def _question_in(self, text: str) -> str | None:
        if text in self._samples:
            return text
        if text not in self._found:
            contained = (question for question in self._samples if question in text)
            self._found[text] = max(contained, key=len, default=None)
        return self._found[text]

    def _reply(self, sample: Mapping[str, Any]) -> Reply | Status:
        if "error" in sample:
            return Status(500, str(sample["error"]))
        text = sample.get("text")
        if text is None:
            answer = sample.get("answer")
            text = None if answer is None else self._sentence(answer)
        if "input_tokens" not in sample and "output_tokens" not in sample:
            return Reply(text)
        usage = Usage(sample.get("input_tokens", 0), sample.get("output_tokens", count_words(text or "")))
        return Reply(text, usage=usage)
