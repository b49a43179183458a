"""What a switch returns beside the response: everything needed to see why it answered so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from modelswitch_core import _explain, _table
from modelswitch_core.policies import StopReason

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class Usage(_Frozen):
    """Tokens of one or more requests, as the providers counted them."""

    input_tokens: Count = 0
    output_tokens: Count = 0
    total_tokens: Count = 0

    @staticmethod
    def total(usages: Iterable[Usage | None]) -> Usage | None:
        """The sum; None where not one is known: unknown stays unknown, never zero."""
        known = [usage for usage in usages if usage is not None]
        if len(known) < 2:
            return known[0] if known else None
        return Usage(
            input_tokens=sum([usage.input_tokens for usage in known]),
            output_tokens=sum([usage.output_tokens for usage in known]),
            total_tokens=sum([usage.total_tokens for usage in known]),
        )


class Chosen(_Frozen):
    """Which draw was returned: the `draw`-th sample of `SwitchResult.models[model]`, both from 0."""

    model: Count
    draw: Count


class Sample(_Frozen):
    """One draw as it was, kept under `keep_samples=True`.

    Args:
        model: The model's place in `SwitchResult.models`, from 0.
        draw: Which of its draws, from 0.
        text: What it said; None where the draw failed.
        answer: Its final answer; None where there is none, or the draw failed.
        error: Why the draw failed; None where it did not.
        reward: What the reward model gave it; None without one, or where it failed.
        input_tokens: Of the request, where one request made one sample; None where unknown.
        output_tokens: Likewise.
        seconds: From the start of its request to the response.
    """

    model: Count
    draw: Count
    text: str | None = None
    answer: str | None = None
    error: str | None = None
    reward: float | None = None
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    seconds: Annotated[float, Field(ge=0.0)] | None = None


class ModelReport(_Frozen):
    """What one model did.

    Args:
        name: Its name.
        drawn: Samples asked of it, failed and cancelled ones included; 0 where it was never asked.
        answers: Its different answers in draw order, and how often it gave each.
        unreadable: Responses without an answer.
        failures: Why draws failed, one line each.
        entropy_bits: Entropy of its answers, log base 2; 0.0 for none or one.
        weight: Its weight in the vote, without the prior.
        prior: Its prior.
        usage: Tokens of its requests; None where the provider did not say.
        seconds: From the start of its first request to the end of its last; None where it was never asked.
    """

    name: str
    drawn: Count
    answers: dict[str, int]
    unreadable: Count
    failures: tuple[str, ...]
    entropy_bits: Annotated[float, Field(ge=0.0)]
    weight: Fraction
    prior: Annotated[float, Field(gt=0.0)]
    usage: Usage | None
    seconds: Annotated[float, Field(ge=0.0)] | None


class SwitchResult(_Frozen):
    """How a switch came to its answer. Plain data: no client, no key, no header; JSON both ways.

    Args:
        answer: The answer's text; None where no response could be read.
        chosen: The draw whose response was returned.
        stop_reason: "consistent": a model agreed with itself (or, cross-checking, the models with each
            other). "margin": the leader was far enough ahead. "all_drawn": every share was drawn.
            "settled": what was still open could not change the answer. "time_limit": time was up.
            "incomparable": the answers were prose that can only be compared word by word.
        samples_drawn: Samples asked for, failed and cancelled ones included.
        samples_budget: The most that could have been drawn.
        waves: How many times draws were started together, one after another.
        models: One report a model, in the order of the models.
        scores: What each answer got in the vote, in draw order; by field (`json_reader(vote_by="field")`),
            the sum of what its fields got.
        confidence: The answer's share of all scores (under rewards, of the readable samples; by field, of
            the votes on all fields), in [0, 1]; 0.0 without an answer.
        usage: Tokens of all requests; None where no provider said.
        samples: Every draw itself, by model and draw, under `keep_samples=True`; otherwise None.
        reward_failure: Why the reward model had no say, in one line: it failed, or there was no time; a vote
            by reward was then a plurality of the samples. None where it had, or where there is none.
    """

    answer: str | None
    chosen: Chosen
    stop_reason: StopReason
    samples_drawn: Count
    samples_budget: Count
    waves: Count
    models: tuple[ModelReport, ...]
    scores: dict[str, float]
    confidence: Fraction
    usage: Usage | None
    samples: tuple[Sample, ...] | None = None
    reward_failure: str | None = None

    def __str__(self) -> str:
        return _table.table(self)

    def _repr_html_(self) -> str:
        from modelswitch_core import _html  # only notebooks draw: importing us stays fast

        return _html.drawing(self)

    def explain(self) -> str:
        """The same in a few sentences for everybody: whom it asked, why it stopped, the answer."""
        return _explain.sentences(self)


OnDisagreement = Literal["vote", "raise"]
