"""The matrix as a page: made from what came of the cells, not from what should have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tests.faults._cells import DOORS, POLICIES, SCOPES, SHARES, TROUBLES, WAYS, Cell, Policy
from tests.faults._oracle import Told

T = TypeVar("T")

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"

_HEAD = f"""\
# When providers fail

Made by `python -m tests.faults` from a run of {{cells:,}} calls: each fault below, of one sample or of many,
in LangChain and LlamaIndex, blocking, asynchronous and streamed, with the real OpenAI clients on a local
server. The test suite makes the same calls and compares each with the rules, worked out apart from the
library. Doors and ways of calling differ in nothing but the names of errors.

Two models, {SHARES[0]} samples of the first and {SHARES[1]} of the last; clients without retries,
settled exit off. The first model says 7; where it is the last one that fails, it says 8 once, or nobody would
ask the last one. That one says 8 under `paper`, so that one sees who won, and 7 under `CrossCheck`.

With Gemini's clients it is the same, in their own errors, but for one thing: LangChain's makes an empty
message of a response without candidates, so there it is unreadable, not failed.

## What becomes of a draw

A draw that failed gave nothing. An unreadable one gave a response without an answer: it does not vote, but it
breaks agreement. Where every draw failed, `AllDrawsFailedError` lists them all, and its `retryable` says
whether the same call may well succeed later. Draws that hang or drip end with `sample_timeout_seconds`,
within a tenth of it. A Retry-After is the client's business: without retries nobody waits for it.

| what goes wrong | the draw | the failure in LangChain | in LlamaIndex | may pass |
|---|---|---|---|---|
"""

_TITLES: dict[Policy, str] = {
    "paper": 'What becomes of a call: `policy="paper"`',
    "crosscheck": "What becomes of a call: `policy=CrossCheck(wave_size=5)`",
}


def page(told: Mapping[Cell, Told]) -> str:
    """The whole page.

    Args:
        told: What came of every cell.

    Raises:
        ValueError: A fault ends differently in another door or way, which the page has no room for.
    """
    rows = [_kind(name, told) for name in _names()]
    parts = [_HEAD.format(cells=len(told)) + "\n".join(rows)]
    parts += [f"## {_TITLES[policy]}\n\n{_table(policy, told)}" for policy in POLICIES]
    return "\n\n".join(parts) + "\n"


def _names() -> list[str]:
    return [trouble.name for trouble in TROUBLES]


def _kind(name: str, told: Mapping[Cell, Told]) -> str:
    """What a draw becomes, in the words of both doors."""
    whole = {cell: one for cell, one in told.items() if cell.trouble.name == name and cell.scope == "all"}
    failures = [_failures([one for cell, one in whole.items() if cell.door == door]) for door in DOORS]
    unreadable = any(sum(one.unreadable) for one in whole.values())
    became = "failed" if any(failures) else "unreadable" if unreadable else "an answer"
    passes = {None: "", True: "yes", False: "no"}[_one({one.retryable for one in whole.values()}, name)]
    return f"| {name} | {became} | {' | '.join(failures)} | {passes} |"


def _failures(told: Sequence[Told]) -> str:
    return " or ".join(sorted({f"`{name}`" for one in told for names in one.failures for name in names}))


def _table(policy: Policy, told: Mapping[Cell, Told]) -> str:
    """Faults that end alike everywhere share a row."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for name in _names():
        ends = tuple(
            _one(
                {
                    _end(one)
                    for cell, one in told.items()
                    if (cell.trouble.name, cell.policy, cell.scope) == (name, policy, scope)
                },
                f"{name}, {policy}, {scope}",
            )
            for scope in SCOPES
        )
        rows.setdefault(ends, []).append(name)
    lines = [f"| | {' | '.join(SCOPES)} |", f"|{'---|' * (1 + len(SCOPES))}"]
    lines += [f"| {', '.join(names)} | {' | '.join(ends)} |" for ends, names in rows.items()]
    return "\n".join(lines)


def _end(told: Told) -> str:
    first, last = told.drawn
    counts = [f"{first} + {last} drawn"]
    failed, unreadable = sum(map(len, told.failures)), sum(told.unreadable)
    counts += [f"{failed} failed"] * bool(failed) + [f"{unreadable} unreadable"] * bool(unreadable)
    if told.stop is None:
        said = "`AllDrawsFailedError`"
    elif told.answer is None:
        said = "no answer: the first response"
    else:
        said = f"**{told.answer}**, {told.stop}"
    return f"{said}; {', '.join(counts)}"


def _one(found: set[T], where: str) -> T:
    if len(found) != 1:
        raise ValueError(f"{where} ends in {len(found)} ways over {DOORS} and {WAYS}: {found}")
    return next(iter(found))
