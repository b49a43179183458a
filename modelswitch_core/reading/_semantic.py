"""The reader of free text, compared by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from modelswitch_core._types import Answer
from modelswitch_core.reading._keyed import TextReader
from modelswitch_core.reading._semantic_model import Model, embedding_model, judge_model
from modelswitch_core.reading._semantic_rules import ByEmbedding, ByJudge

DEFAULT_THRESHOLD = 0.85
"""Measured with all-MiniLM-L6-v2 on 20 pairs of answers that mean the same and 20 that begin alike and do
not (`tests/core/reading/meanings.py`): it keeps 13 of the first together and 19 of the second apart. At 0.8
these are 15 and 17, at 0.9 they are 9 and 20. To part what is the same costs samples, to join what is not
costs the answer."""


class MeaningClusterer:
    """Sorts the answers to one question by what they mean; asks its model once per wave.

    Args:
        model: The model behind the rule.
        rule: `ByEmbedding` or `ByJudge`, each of which says how it sorts.
    """

    def __init__(self, model: Model, rule: ByEmbedding | ByJudge) -> None:
        self._model = model
        self._rule = rule

    def assign(self, answers: Sequence[Answer]) -> list[int]:
        """Takes the next answers in draw order and gives each its class, numbered from 0 as they appear."""
        return self._model.play(self._rule.steps(answers))

    async def aassign(self, answers: Sequence[Answer]) -> list[int]:
        """As `assign`, without blocking where the model can be awaited."""
        return await self._model.aplay(self._rule.steps(answers))


@dataclass(frozen=True, repr=False)
class SemanticReader(TextReader):
    """Takes the whole text as the answer and compares by meaning; see `semantic_reader`."""

    model: Model
    threshold: float | None

    def __repr__(self) -> str:
        threshold = "" if self.threshold is None else f", threshold={self.threshold!r}"
        return f"semantic_reader({self.model.label}{threshold})"

    def read_text(self, text: str) -> Answer | None:
        """The whole text, unless it is empty."""
        text = text.strip()
        return Answer(text, None) if text else None

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether two answers mean the same, which asks the model; symmetric, but not transitive."""
        first, second = self.clusterer("").assign([a, b])
        return first == second

    def clusterer(self, question: str) -> MeaningClusterer:
        """A fresh one, for the answers to this question."""
        if self.threshold is None:
            return MeaningClusterer(self.model, ByJudge(self.model, question))
        return MeaningClusterer(self.model, ByEmbedding(self.model, self.threshold))


def semantic_reader(
    *, embeddings: Any = None, judge: Any = None, threshold: float | None = None
) -> SemanticReader:
    """A reader of free text that compares by meaning.

    The answer is the whole text. With `embeddings`, texts are the same when their embeddings are near each
    other; with a `judge`, when a language model says so.

        semantic_reader(embeddings=OpenAIEmbeddings(model="text-embedding-3-small"))
        semantic_reader(judge=ChatOpenAI(model="gpt-4o-mini", timeout=10))

    Embeddings hardly see a "not", a number or a name. So texts that differ in their numbers, units, dates,
    names or denials, in more or less, before or after, or in who does what to whom, are never the same,
    whatever the embeddings say, see `facts_differ`; the price is that some which do mean the same are kept
    apart. A judge sees such things, and is only kept from texts that are word for word alike but for them.
    Both are shown the last 16,000 characters of a text; of what stands before them, facts alone are compared.
    A judge costs up to two calls for each new answer and class, one after another, where embeddings cost one
    for each wave.

    A model that fails does not fail the switch: texts are then compared word by word, or counted as
    different, with a `SwitchWarning`. Past `time_limit_seconds` it is no longer waited for, and the
    answers are compared plainly; a blocking call of it runs on until its client's own time-out. A plain
    function blocks the event loop; give an async one for asynchronous calls.

    Args:
        embeddings: LangChain's `Embeddings` (anything with `embed_documents`), LlamaIndex's `BaseEmbedding`
            (anything with `get_text_embedding_batch`), or a function from a list of texts to their vectors.
        judge: LangChain's chat model (anything with `invoke`), LlamaIndex's LLM (anything with `complete`),
            or a function from a prompt to a reply. One that is not among the models that answer is best.
        threshold: For embeddings, the least cosine at which two texts may mean the same, in (0, 1]. None
            takes 0.85, which was measured with one model: measure your own on pairs of your own answers.

    Raises:
        TypeError: What was given can neither be called nor asked.
        ValueError: Neither or both of `embeddings` and `judge` were given, the threshold lies outside
            (0, 1], or there is one for a judge.
    """
    if (embeddings is None) == (judge is None):
        given = "neither" if embeddings is None else "both"
        raise ValueError(
            f"semantic_reader got {given} of embeddings= and judge=: give one, an embedding model or a judge"
        )
    if judge is not None:
        if threshold is not None:
            raise ValueError(
                f"threshold={threshold!r} is for embeddings: a judge says yes or no, leave it out"
            )
        return SemanticReader(judge_model(judge), None)
    chosen = DEFAULT_THRESHOLD if threshold is None else threshold
    if isinstance(chosen, bool) or not isinstance(chosen, int | float) or not 0 < chosen <= 1:
        raise ValueError(
            f"threshold={threshold!r} must lie in (0, 1]: the least cosine at which texts may mean the same"
        )
    return SemanticReader(embedding_model(embeddings), float(chosen))
