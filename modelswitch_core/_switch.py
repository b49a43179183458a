"""One question through a switch: the bookkeeping that both drivers share, without their clocks and threads.

    run = SwitchRun(switch, question)
    requests = run.start()                          # perform these together
    run.started(request, now); run.arrived(request, reply, now)    # or run.failed(request, error, now)
    answers = run.ready()                           # of the longest finished prefix, in draw order
    requests = run.advance(classes)                 # the next wave, or nothing; then look at run.done
    outcome = run.outcome()

A request brings one sample, or all of a model's samples in a wave where the model takes `n`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from modelswitch_core import _failures
from modelswitch_core._collect import record_switch_result
from modelswitch_core._engine import Draw, Engine, Failed, Outcome, Readable, Unreadable
from modelswitch_core._errors import (
    AllDrawsFailedError,
    DisagreementError,
    NoChoicesError,
    OptionError,
    TimeLimitError,
)
from modelswitch_core._finish import unreadable_stop
from modelswitch_core._options import one_of
from modelswitch_core._plan import SwitchPlan
from modelswitch_core._pool import DrawRef
from modelswitch_core._report import switch_result
from modelswitch_core._request import Reply, Request, Sampled
from modelswitch_core._result import OnDisagreement, SwitchResult, Usage
from modelswitch_core._reward import RewardModel, checked_rewards, text_to_reward
from modelswitch_core._sorting import PlainClusterer
from modelswitch_core._types import Answer, Response
from modelswitch_core._voting import RewardVote
from modelswitch_core._warning import SwitchWarning
from modelswitch_core.reading import AnswerReader, Clusterer, clusterer_for, reader_for

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """The settings of a switch that are not the engine's: how to read, and what to return.

    Args:
        plan: What the engine needs, see `switch_plan`.
        reader: See `answer_reader`.
        native_n: For each model, whether one request brings all its samples of a wave; None means no.
        keep_samples: Whether the result holds every draw.
        keep_truncated: Whether a response that was cut off by its length is read.
        on_disagreement: "vote", or "raise" a `DisagreementError` where the models did not agree.
        reward: The reward model, asked once for each wave; None for none. See `reward_model`.

    Raises:
        OptionError: `on_disagreement` is unknown, or "raise" beside settled exit; `native_n` is not one for
            each model; the vote is by reward and there is no reward model.
    """

    plan: SwitchPlan
    reader: AnswerReader
    native_n: tuple[bool, ...] | None = None
    keep_samples: bool = False
    keep_truncated: bool = False
    on_disagreement: OnDisagreement = "vote"
    reward: RewardModel | None = None

    def __post_init__(self) -> None:
        one_of("on_disagreement", self.on_disagreement, ("vote", "raise"))
        if self.on_disagreement == "raise" and self.plan.settled_exit:
            raise OptionError(
                "on_disagreement='raise' needs settled_exit=False: whether the models agree can only be told "
                "from whole stages"
            )
        if self.native_n is not None and len(self.native_n) != len(self.plan.names):
            raise OptionError(
                f"native_n={self.native_n!r} must say so of each of {len(self.plan.names)} models"
            )
        if isinstance(self.plan.vote, RewardVote) and self.reward is None:
            raise OptionError(
                f"vote='reward_{self.plan.vote.combine}' needs a reward model: give reward=, such as a "
                "function (question, response) -> float, or vote by 'entropy' or 'plurality'"
            )


@dataclass(frozen=True, slots=True)
class SwitchOutcome(Generic[T]):
    """The end of a run: the chosen response as the door gave it, how it came about, and all that arrived."""

    raw: T
    result: SwitchResult
    replies: tuple[Reply[T], ...]


@dataclass(slots=True)
class DrawLog(Generic[T]):
    """What is known of one draw."""

    sampled: Sampled[T] | None = None
    answer: Answer | None = None
    error: Exception | None = None


@dataclass(slots=True)
class RequestLog:
    """What is known of one request; times on the driver's clock."""

    request: Request
    started: float
    ended: float | None = None
    reply: Reply[Any] | None = None

    @property
    def usage(self) -> Usage | None:
        """Its tokens, where the provider said."""
        return None if self.reply is None else self.reply.usage


class SwitchRun(Generic[T]):
    """See the module. Not thread-safe: one driver talks to it from one place."""

    def __init__(self, switch: Switch, question: str) -> None:
        self.switch = switch
        self.question = question
        self.reader = reader_for(switch.reader, question)
        self.clusterer: Clusterer = clusterer_for(self.reader, question)
        self.engine = Engine(switch.plan)
        self.draws: dict[DrawRef, DrawLog[T]] = {}
        self.requests: dict[Request, RequestLog] = {}
        self.heads: dict[int, Answer] = {}
        self.failures: dict[DrawRef, Exception] = {}
        self.rewards: dict[DrawRef, float] = {}
        self.reward_failure: Exception | None = None
        self._wave: tuple[DrawRef, ...] = ()
        self._told = 0
        self._ready: list[DrawRef] = []
        self._fields_of = getattr(self.clusterer, "fields", _no_fields)
        self._per_wave = switch.reward is not None or getattr(
            self.clusterer, "per_wave", hasattr(self.clusterer, "aassign")
        )

    @property
    def done(self) -> bool:
        """Whether the engine has finished."""
        return self.engine.finished is not None

    def start(self) -> list[Request]:
        """The first wave's requests."""
        return self._next(self.engine.start())

    def started(self, request: Request, now: float) -> None:
        """Notes that a request has left the queue: from here on it counts as drawn."""
        self.requests[request] = RequestLog(request, started=now)

    def arrived(self, request: Request, reply: Reply[T], now: float) -> None:
        """Takes a request's samples and reads them. Missing ones have failed; surplus ones are ignored."""
        log = self.requests[request]
        log.ended, log.reply = now, reply
        for place, ref in enumerate(request.refs):
            if place < len(reply.samples):
                sampled = reply.samples[place]
                self.draws[ref] = DrawLog(sampled, answer=self._read(sampled.response))
            else:
                got = f"{len(reply.samples)} of {len(request.draws)} answers"
                self.draws[ref] = DrawLog(error=NoChoicesError(f"the provider returned {got}"))

    def failed(self, request: Request, error: Exception, now: float) -> None:
        """Takes a request that brought nothing."""
        error = _failures.strike_keys(error)
        self.requests[request].ended = now
        for ref in request.refs:
            self.draws[ref] = DrawLog(error=error)

    def ready(self) -> list[Answer] | None:
        """The answers now due to be sorted into classes, in draw order; None while there is nothing to tell.

        An empty list still wants an `advance([])`: what is due then are failures and unreadable responses.
        """
        end = self._told
        while end < len(self._wave) and self._wave[end] in self.draws:
            end += 1
        if end == self._told or (end < len(self._wave) and self._per_wave):
            return None
        self._ready = list(self._wave[self._told : end])
        return self._answers()

    def advance(self, classes: Sequence[int]) -> list[Request]:
        """Tells the engine of the draws behind `ready`, with the classes of their answers.

        Returns:
            The next wave's requests; none while the wave goes on, or when the run is done.
        """
        for ref, outcome in self._outcomes(classes):
            self._told += 1
            self._count(ref)
            action = self.engine.tell(ref, outcome)
            if isinstance(action, Draw):
                return self._next(action)
            if action is not None:
                break
        return []

    def to_reward(self) -> list[str]:
        """The responses behind `ready` that the reward model is to score before `advance`, in draw order.

        None of them without a reward model, and none once it has failed: the question is then decided
        without it, and it is not asked in vain again.
        """
        if self.switch.reward is None or self.reward_failure is not None:
            return []
        sampled = (self.draws[ref].sampled for ref in self._readable())
        return [text_to_reward(each.response) for each in sampled if each is not None]

    def rewarded(self, given: Any) -> None:
        """Takes what the reward model returned for `to_reward`; what cannot be used counts as its failure."""
        refs = self._readable()
        try:
            self.rewards.update(zip(refs, checked_rewards(given, len(refs)), strict=True))
        except Exception as error:  # noqa: BLE001  # of the user's model; what was paid for must not be lost
            self.unrewarded(error)

    def unrewarded(self, error: Exception) -> None:
        """Takes the failure of the reward model: this question is decided by the plain vote."""
        self.reward_failure = error

    def all_arrived(self) -> list[Answer]:
        """For the time limit: the answers of every draw heard of and not yet told, gaps or not."""
        self._ready = [ref for ref in self._wave[self._told :] if ref in self.draws]
        return self._answers()

    def time_is_up(self, classes: Sequence[int]) -> None:
        """Ends the run with what has arrived; `classes` are those of `all_arrived`, or of `ready`."""
        asked = self.switch.reward is not None and self.reward_failure is None
        if asked and not self.rewards.keys() >= set(self._readable()):
            self.unrewarded(TimeLimitError("time_limit_seconds passed before every response had its reward"))
        outcomes = dict(self._outcomes(classes))
        for ref in outcomes:
            self._count(ref)
        self.engine.time_is_up(outcomes)

    def plain_classes(self, answers: Sequence[Answer]) -> list[int]:
        """Classes by key or words: for when the clusterer has no time left.

        The reader's own `same` is not asked, as it may ask a model.
        """
        return PlainClusterer(self.heads).assign(answers)

    def unsorted(self, answers: Sequence[Answer], error: Exception) -> list[int]:
        """Takes the failure of the clusterer: these answers and all later ones are sorted by key or words."""
        warnings.warn(
            f"answer={self.switch.reader!r} failed to compare answers, which are compared by key or word by "
            f"word instead: {_failures.describe(error)}",
            SwitchWarning,
            stacklevel=2,
        )
        known, fields_of = frozenset(self.heads), self._fields_of
        self.clusterer = PlainClusterer(self.heads)
        self._fields_of = lambda number: fields_of(number) if number in known else ()
        return self.clusterer.assign(answers)

    def _count(self, ref: DrawRef) -> None:
        error = self.draws[ref].error
        if error is not None:
            self.failures[ref] = error

    def outcome(self) -> SwitchOutcome[T]:
        """The end, once `done`.

        Raises:
            AllDrawsFailedError: Every draw failed.
            TimeLimitError: Time was up before any response had arrived.
            DisagreementError: The models did not agree and `on_disagreement="raise"`.
        """
        finish = self.engine.finished
        assert finish is not None, "outcome() is asked for when the run is done"
        if finish.chosen is None:
            raise self._nothing()
        result = switch_result(self)
        record_switch_result(result)
        if finish.reason == "incomparable":
            warnings.warn(_INCOMPARABLE, SwitchWarning, stacklevel=3)
        if not finish.agreed and self.switch.on_disagreement == "raise":
            raise DisagreementError(
                f"the models did not agree: the vote gives {result.answer!r:.200} with "
                f"{result.confidence:.0%}; see .result",
                result,
            )
        chosen = self.draws[finish.chosen].sampled
        assert chosen is not None, "a failed draw is never chosen"
        replies = tuple(log.reply for log in self.requests.values() if log.reply is not None)
        return SwitchOutcome(chosen.raw, result, replies)

    def _next(self, action: Draw) -> list[Request]:
        self._wave, self._told = action.wave, 0
        native = self.switch.native_n
        grouped: dict[tuple[int, int], list[int]] = {}
        for model, draw in self._wave:
            grouped.setdefault((model, -1 if native and native[model] else draw), []).append(draw)
        return [Request(model, tuple(draws)) for (model, _), draws in grouped.items()]

    def _read(self, response: Response) -> Answer | None:
        if unreadable_stop(response, keep_truncated=self.switch.keep_truncated):
            return None
        try:
            return _checked_answer(self.reader.read(response))
        except Exception as error:  # noqa: BLE001  # a reader of the user's; what was paid for must not be lost
            warnings.warn(
                f"answer={self.switch.reader!r} failed on a response, which counts as unreadable: "
                f"{_failures.describe(error)}",
                SwitchWarning,
                stacklevel=2,
            )
            return None

    def _readable(self) -> list[DrawRef]:
        return [ref for ref in self._ready if self.draws[ref].answer is not None]

    def _answers(self) -> list[Answer]:
        return [answer for ref in self._ready if (answer := self.draws[ref].answer) is not None]

    def _outcomes(self, classes: Sequence[int]) -> list[tuple[DrawRef, Outcome]]:
        told: list[tuple[DrawRef, Outcome]] = []
        wanted = len(self._answers())
        if len(classes) != wanted:
            raise OptionError(
                f"answer={self.switch.reader!r} sorted {wanted} answers into {len(classes)} classes: its "
                "clusterer must give one for each answer"
            )
        given = iter(classes)
        for ref in self._ready:
            log = self.draws[ref]
            if log.error is not None:
                told.append((ref, Failed()))
            elif log.answer is None:
                told.append((ref, Unreadable()))
            else:
                answer_class = next(given)
                self.heads.setdefault(answer_class, log.answer)
                fields = self._fields_of(answer_class)
                reward = self.rewards.get(ref) if self.rewards else None
                told.append((ref, Readable(answer_class, reward, log.answer.free_text, fields)))
        self._ready = []
        return told

    def _nothing(self) -> Exception:
        causes = [(ref, log.error) for ref, log in sorted(self.draws.items()) if log.error is not None]
        names = self.switch.plan.names
        lines = "".join(
            f"\n  {names[ref.model]}, draw {ref.draw}: {_failures.describe(error)}" for ref, error in causes
        )
        if self.engine.finished is not None and self.engine.finished.reason == "time_limit":
            started = len(self.requests)
            return TimeLimitError(
                f"time_limit_seconds passed before any of {started} requests brought a response{lines}"
            )
        return AllDrawsFailedError(f"all {len(causes)} draws failed{lines}", [error for _, error in causes])


def _checked_answer(given: Answer | None) -> Answer | None:
    if given is not None:
        if not isinstance(given, Answer) or not isinstance(given.text, str):
            raise TypeError(f"read returned {type(given).__name__}, but must return an Answer or None")
        hash(given.key)  # by which answers are told apart
    return given


def _no_fields(_: int) -> tuple[int, ...]:
    return ()


_INCOMPARABLE = (
    "the answers are free text, which can only be compared word by word, so no model can be found consistent "
    "and the vote says little: the run stopped there. Ask for a short final answer, compare by meaning with "
    "answer=semantic_reader(embeddings=…) or answer=semantic_reader(judge=…), or go on regardless with "
    "answer=auto_reader(on_incomparable='switch')"
)
