"""The matrix: what goes wrong, how far it goes, and in which call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

from modelswitch_core import CrossCheck
from tests.wire import BrokenJson, Drip, Fault, Hang, HtmlBody, NoChoices, Reply, Reset, Status, Usage

Scope = Literal["one sample", "half of the first", "all of the first", "all of the last", "all"]
Policy = Literal["paper", "crosscheck"]
Door = Literal["langchain", "llamaindex"]
Way = Literal["sync", "async", "stream"]

SCOPES: tuple[Scope, ...] = get_args(Scope)
POLICIES: tuple[Policy, ...] = get_args(Policy)
DOORS: tuple[Door, ...] = get_args(Door)
WAYS: tuple[Way, ...] = get_args(Way)

SHARES = (4, 3)
"""Of the first and the last model: half of four is still two draws, and 4 to 3 is no tie."""
POLICY: dict[Policy, str | CrossCheck] = {
    "paper": "paper",
    "crosscheck": CrossCheck(first=2, second=1, margin=2, wave_size=5),
}
"""As the switches get them. All numbers are given, so that other defaults change no cell."""


class Refused:
    """Nobody listens. No server can do it: the client is sent to a closed port."""


@dataclass(frozen=True, slots=True, eq=False)
class Trouble:
    """One thing that goes wrong.

    Args:
        name: As on the page.
        does: What happens in the answer's place; for a response, what becomes of the answer.
        slow: Whether it ends by the sample's limit alone.
    """

    name: str
    does: Fault | Refused | Callable[[str], Reply]
    slow: bool = False


def _in_five_megabytes(answer: str) -> Reply:
    # Counted here, as the server would count the words anew at every request.
    return Reply(_LONG + answer + ".", usage=Usage(9, 1_000_000))


_LONG = "and so on " * 500_000 + "\nThe answer is "

TROUBLES = (
    Trouble("429 with Retry-After", Status(429, retry_after_seconds=30)),
    Trouble("429", Status(429)),
    Trouble("500", Status(500)),
    Trouble("503", Status(503)),
    Trouble("400", Status(400)),
    Trouble("401", Status(401)),
    Trouble("connection reset", Reset()),
    Trouble("connection refused", Refused()),
    Trouble("hang", Hang(), slow=True),
    Trouble("slow drip", Drip(pause_seconds=0.5, pieces=20), slow=True),
    Trouble("broken JSON", BrokenJson()),
    Trouble("HTML body", HtmlBody()),
    Trouble("no choices", NoChoices()),
    Trouble("empty content", lambda _: Reply("")),
    Trouble("null content", lambda _: Reply(None)),
    Trouble("refusal", lambda _: Reply(None, finish="refusal", refusal="No.")),
    Trouble("cut off by length", lambda answer: Reply(answer, finish="length")),
    Trouble("content filter", lambda answer: Reply(answer, finish="content_filter")),
    Trouble("5 MB answer", _in_five_megabytes),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One call of one switch of two models in which one thing goes wrong."""

    trouble: Trouble
    scope: Scope
    policy: Policy
    door: Door
    way: Way

    def __str__(self) -> str:
        return f"{self.trouble.name}-{self.scope}-{self.policy}-{self.door}-{self.way}".replace(" ", "_")

    @property
    def answers(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What each model answers, request by request, where nothing goes wrong.

        The first model is asked alone or believed so easily that the last one would never be heard: where it
        is the last one that fails, the first one contradicts itself once. Under the paper's policy the last
        one has an answer of its own, so that one sees who won.
        """
        first = ("7", "8", "7", "7") if self.scope == "all of the last" else ("7",) * SHARES[0]
        return first, (("8" if self.policy == "paper" else "7"),) * SHARES[1]

    @property
    def hit(self) -> tuple[int, int]:
        """How many requests it hits of each model, from the first on."""
        first, last = SHARES
        hits = {
            "one sample": (1, 0),
            "half of the first": (first // 2, 0),
            "all of the first": (first, 0),
            "all of the last": (0, last),
            "all": (first, last),
        }
        return hits[self.scope]


def cells(*, door: Door, way: Way, trouble: Trouble) -> Iterator[Cell]:
    """Every scope under every policy."""
    for scope, policy in product(SCOPES, POLICIES):
        yield Cell(trouble, scope, policy, door, way)
