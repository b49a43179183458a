"""What must come of a cell, worked out by hand from the rules as they are written, without the library.

Within a wave any request may be the one that is hit, so it is counts that are foretold, never places. Settled
exit is off: whatever the policy starts is drawn to its end.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.faults._cells import SHARES, Cell, Door, Refused

FAILED, UNREADABLE = "failed", "unreadable"

# How a client tells of each trouble: its error for LangChain, and for LlamaIndex; and whether it may pass.
ERRORS: dict[str, tuple[str, str, bool]] = {
    "429 with Retry-After": ("OpenAIRateLimitError", "RateLimitError", True),
    "429": ("OpenAIRateLimitError", "RateLimitError", True),
    "500": ("OpenAIAPIError", "InternalServerError", True),
    "503": ("OpenAIAPIError", "InternalServerError", True),
    "400": ("OpenAIInvalidRequestError", "BadRequestError", False),
    "401": ("OpenAIAuthenticationError", "AuthenticationError", False),
    "connection reset": ("OpenAIConnectionError", "APIConnectionError", True),
    "connection refused": ("OpenAIConnectionError", "APIConnectionError", True),
    "hang": ("SampleTimeoutError", "SampleTimeoutError", True),
    "slow drip": ("SampleTimeoutError", "SampleTimeoutError", True),
    "broken JSON": ("JSONDecodeError", "JSONDecodeError", True),
    "HTML body": ("ValueError", "AttributeError", False),
    "no choices": ("NoChoicesError", "NoChoicesError", True),
}
READ = "5 MB answer"


@dataclass(frozen=True, slots=True)
class Told:
    """What a call told its caller, and the server.

    Args:
        answer: The answer; None where there is none.
        text: What was returned, without the words around an answer; None where an error was raised.
        stop: Why it ended; None where it raised.
        drawn: Samples asked of each model.
        waves: How often draws were started together.
        unreadable: Of each model.
        failures: The errors' names, of each model.
        retryable: Of the error that was raised; None where none was.
        asked: Requests on the server's log, of each model.
    """

    answer: str | None
    text: str | None
    stop: str | None
    drawn: tuple[int, int]
    waves: int | None
    unreadable: tuple[int, int]
    failures: tuple[tuple[str, ...], tuple[str, ...]]
    retryable: bool | None
    asked: tuple[int, int]


def error_name(trouble: str, door: Door) -> str:
    """The name of the error that a failed draw of this kind holds."""
    by_langchain, by_llamaindex, _ = ERRORS[trouble]
    return by_langchain if door == "langchain" else by_llamaindex


def foretold(cell: Cell) -> Told:
    """What must come of it."""
    trouble = cell.trouble.name
    kind = FAILED if trouble in ERRORS else UNREADABLE
    outcomes = [
        tuple(answer if at >= hit or trouble == READ else kind for at, answer in enumerate(answers))
        for answers, hit in zip(cell.answers, cell.hit, strict=True)
    ]
    ended = _paper(outcomes) if cell.policy == "paper" else _crosscheck(outcomes)
    seen = [drawn[:count] for drawn, count in zip(outcomes, ended.drawn, strict=True)]
    first, last = (Counter(drawn) for drawn in seen)
    failed = first[FAILED], last[FAILED]
    refused = failed if isinstance(cell.trouble.does, Refused) else (0, 0)
    nothing = failed == SHARES
    name = error_name(trouble, cell.door) if any(failed) else ""
    return Told(
        answer=ended.answer,
        text=None if nothing else ended.answer or _first_said(cell),
        stop=None if nothing else ended.stop,
        drawn=ended.drawn,
        waves=None if nothing else ended.waves,
        unreadable=(first[UNREADABLE], last[UNREADABLE]),
        failures=((name,) * failed[0], (name,) * failed[1]),
        retryable=ERRORS[trouble][2] if nothing else None,
        asked=(ended.drawn[0] - refused[0], ended.drawn[1] - refused[1]),
    )


def _first_said(cell: Cell) -> str:
    """Where nothing can be read, the first response there is comes back as it was."""
    assert callable(cell.trouble.does)
    return cell.trouble.does(cell.answers[0][0]).text or ""


def slow_waves(cell: Cell) -> int:
    """How many waves last as long as a sample may: those with a slow draw in them."""
    if not cell.trouble.slow:
        return 0
    first, last = cell.hit
    told = foretold(cell)
    if cell.policy == "paper":
        return bool(first) + bool(last and told.drawn[1])
    # Opening draws that fail are replaced: two and two of the first model, one after another of the last.
    of_first = math.ceil(min(first, told.drawn[0]) / 2)
    return max(of_first, min(last, told.drawn[1]))


@dataclass(frozen=True, slots=True)
class _End:
    answer: str | None
    stop: str
    drawn: tuple[int, int]
    waves: int


def _paper(outcomes: Sequence[Sequence[str]]) -> _End:
    """All of the first model agrees: its answer. Else the last model too, and the vote."""
    first, last = outcomes
    came = [outcome for outcome in first if outcome != FAILED]
    enough = 2 * len(came) >= len(first) and len(came) >= 2
    if enough and len(set(came)) == 1 and came[0] != UNREADABLE:
        return _End(came[0], "consistent", (len(first), 0), 1)
    scores: dict[str, float] = {}
    for drawn in (first, last):
        counts = _answers(drawn)
        for answer, count in counts.items():
            scores[answer] = scores.get(answer, 0.0) + _weight(counts, drawn) * count
    return _End(_most(scores), "all_drawn", (len(first), len(last)), 2)


def _weight(counts: Counter[str], drawn: Sequence[str]) -> float:
    total, different = counts.total(), len(counts)
    entropy = -sum(count / total * math.log2(count / total) for count in counts.values())
    weight = 1.0 if different == 1 else 1 / total + (1 - 1 / total) * (1 - entropy / math.log2(different))
    came = sum(outcome != FAILED for outcome in drawn)
    return weight if 2 * came >= len(drawn) else weight * came / len(drawn)


def _crosscheck(outcomes: Sequence[Sequence[str]]) -> _End:
    """Two draws and one; failed ones replaced; all the same: accepted. Else the rest, until two ahead."""
    drawn, waves, opening = [0, 0], 0, (2, 1)
    while True:
        seen = [each[:count] for each, count in zip(outcomes, drawn, strict=True)]
        came = [sum(outcome != FAILED for outcome in each) for each in seen]
        left = [share - count for share, count in zip(SHARES, drawn, strict=True)]
        more = [min(max(0, opening[model] - came[model]), left[model]) for model in (0, 1)]
        if not any(more):
            pool = [outcome for each in seen for outcome in each if outcome != FAILED]
            counts = _answers(pool)
            ranks = [*sorted(counts.values(), reverse=True), 0, 0]
            if counts and len(set(pool)) == 1 and came[0] >= opening[0] and came[1] >= opening[1]:
                return _End(_most(counts), "consistent", (drawn[0], drawn[1]), waves)
            if ranks[0] - ranks[1] >= 2:
                return _End(_most(counts), "margin", (drawn[0], drawn[1]), waves)
            if not any(left):
                return _End(_most(counts), "all_drawn", (drawn[0], drawn[1]), waves)
            more = left  # a wave of five has room for all four that an opening leaves
        drawn = [count + extra for count, extra in zip(drawn, more, strict=True)]
        waves += 1


def _answers(drawn: Sequence[str]) -> Counter[str]:
    return Counter(outcome for outcome in drawn if outcome not in (FAILED, UNREADABLE))


def _most(scores: Mapping[str, float]) -> str | None:
    # Of equals the first: the first model's answer.
    return max(scores, key=scores.__getitem__) if scores else None
