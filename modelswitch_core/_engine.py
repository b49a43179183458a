"""The engine: which draws come next, and when it is enough.

A state machine without I/O. A driver starts it, performs the draws it asks for, and tells it how each went;
it never sees text, time or a provider. Draws are told one at a time in draw order, so that a result depends
on draw order alone and never on which provider was faster. The one exception is the time limit, past which
whatever has arrived is counted.

    engine = Engine(plan)
    action = engine.start()                      # Draw(wave)
    action = engine.tell(draw, Readable(0))      # None: the wave goes on · Draw: next wave · Finish

What is decided lives elsewhere: stopping and order in the policy, scores in the vote, early certainty in
`_settled`. What must stay out: text, clocks, threads, event loops, randomness.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Container, Mapping
from dataclasses import dataclass

from modelswitch_core._errors import EngineStateError, OptionError
from modelswitch_core._plan import SwitchPlan
from modelswitch_core._pool import DrawRef, Pool, Tally
from modelswitch_core._votes import winner
from modelswitch_core._voting import RewardVote, field_vote
from modelswitch_core.policies import Policy, Stop, StopReason


@dataclass(frozen=True, slots=True)
class Readable:
    """A draw that holds an answer.

    Args:
        answer: The class of equal answers it belongs to, ≥ 0.
        reward: What the reward model gave it; finite; None without one.
        free_text: The answer can only be compared word by word, see `Answer.free_text`.
        fields: For a vote by field, see `field_vote`: the classes of the object's values, one for each field,
            -1 where it lacks one; fields at the end that it lacks may be left out. The same for all draws of
            a class. Empty for a vote on whole answers.
    """

    answer: int
    reward: float | None = None
    free_text: bool = False
    fields: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A draw that brought a response without an answer: it breaks unanimity and does not vote."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A draw that brought no response."""


Outcome = Readable | Unreadable | Failed


@dataclass(frozen=True, slots=True)
class Draw:
    """Start these draws together. Their order is the draw order."""

    wave: tuple[DrawRef, ...]


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of a run. Draws still open are not counted; the driver cancels them.

    Args:
        answer: The class to return; None where nothing was readable.
        chosen: The draw whose response is returned: the first in draw order, within the model that gave the
            answer its highest score, that holds it (under rewards, the one with the highest). Without an
            answer the first response there is; None where every draw failed.
        reason: Why it ended.
        agreed: Whether a model was consistent, or ahead by the margin, on this answer.
        scores: The vote's score of each class, in draw order; by field, the sum of its fields'.
        confidence: The answer's share of all scores (under rewards, of the readable samples; by field, of the
            votes on all fields), in [0, 1].
        weights: Each model's weight in the vote, without its prior.
    """

    answer: int | None
    chosen: DrawRef | None
    reason: StopReason
    agreed: bool
    scores: Mapping[int, float]
    confidence: float
    weights: tuple[float, ...]


Action = Draw | Finish


class Engine:
    """Runs one plan on one question.

    Every method raises `EngineStateError` when it is called out of order or told something impossible, and
    has then changed nothing; and `OptionError` when the policy asks for what cannot be.
    """

    def __init__(self, plan: SwitchPlan) -> None:
        self.plan = plan
        self.pool = Pool(tallies=tuple(Tally(share) for share in plan.samples), priors=plan.priors)
        self.finished: Finish | None = None
        self._pending: deque[DrawRef] = deque()
        self._fields: dict[int, tuple[int, ...]] = {}
        self._first_response: DrawRef | None = None
        begin = getattr(plan.policy, "begin", None)
        self.policy: Policy = begin() if begin else plan.policy
        self._settled = getattr(self.policy, "settled", None) if plan.settled_exit else None
        self._learn = getattr(plan.policy, "learn", None)
        self._heard: list[list[Outcome]] = [[] for _ in plan.samples]

    def start(self) -> Draw:
        """The first wave."""
        if self.pool.waves or self.finished:
            raise EngineStateError("start() was called twice: make a new Engine for each question")
        return self._next_wave()

    @property
    def next_draw(self) -> DrawRef | None:
        """The draw that `tell` expects; None before the start and after the end."""
        return self._pending[0] if self._pending else None

    def tell(self, draw: DrawRef, outcome: Outcome) -> Action | None:
        """Counts one draw, the next in draw order.

        Returns:
            The next wave, the end, or None while the wave goes on.
        """
        self._check(draw, outcome, self._pending)
        if draw != self._pending[0]:
            raise EngineStateError(f"told of {draw}, but the next in draw order is {self._pending[0]}")
        self._pending.popleft()
        self._count(draw, outcome)
        stop = self.policy.stop(self.pool)
        if stop is not None:
            return self._finish(stop)
        # What is settled is proven for votes on whole answers alone.
        if self._settled is not None and not self._by_field:
            answer = self._settled(self.pool, self.plan.vote)
            if answer is not None:
                return self._finish(Stop("settled", answer=answer))
        return None if self._pending else self._next_wave()

    def time_is_up(self, arrived: Mapping[DrawRef, Outcome]) -> Finish:
        """Ends the run with the vote of what there is.

        Args:
            arrived: Open draws that have been heard of, although draws before them have not.
        """
        if self.finished is not None or not self.pool.waves:
            raise EngineStateError("time_is_up() makes sense only between the start and the end")
        pending = set(self._pending)
        for draw, outcome in arrived.items():
            self._check(draw, outcome, pending)
        for draw in self._pending:
            if draw in arrived:
                self._count(draw, arrived[draw])
        return self._finish(Stop("time_limit"))

    def _check(self, draw: DrawRef, outcome: Outcome, pending: Container[DrawRef]) -> None:
        if draw not in pending:
            raise EngineStateError(f"told of {draw}, which is not open: only draws of the current wave are")
        if isinstance(outcome, Readable):
            if isinstance(outcome.answer, bool) or not isinstance(outcome.answer, int) or outcome.answer < 0:
                raise EngineStateError(
                    f"{draw} has answer class {outcome.answer!r}: it must be an integer ≥ 0"
                )
            reward = outcome.reward
            if reward is not None and not (isinstance(reward, int | float) and math.isfinite(reward)):
                raise EngineStateError(f"{draw} has reward {outcome.reward!r}: it must be finite, or None")
            known = self._fields.get(outcome.answer, outcome.fields)
            if known != outcome.fields or (known and min(known) < -1):
                raise EngineStateError(
                    f"{draw} has fields {outcome.fields!r}: they must be classes of -1 or more, and "
                    f"{known!r} as before for answer class {outcome.answer}"
                )
        elif not isinstance(outcome, Unreadable | Failed):
            raise EngineStateError(f"{draw} has outcome {outcome!r}: use Readable, Unreadable or Failed")

    def _count(self, draw: DrawRef, outcome: Outcome) -> None:
        pool, tally = self.pool, self.pool.tallies[draw.model]
        tally.open -= 1
        self._heard[draw.model].append(outcome)
        if isinstance(outcome, Failed):
            tally.failed += 1
            return
        if self._first_response is None:
            self._first_response = draw
        if isinstance(outcome, Unreadable):
            tally.add_unreadable()
            return
        answer = outcome.answer
        tally.add(answer)
        tally.free_text += outcome.free_text
        if outcome.fields:
            self._fields[answer] = outcome.fields
        pool.first.setdefault(answer, draw)
        pool.first_of.setdefault((draw.model, answer), draw)
        if outcome.reward is None:
            pool.reward_missing = True
        else:
            pool.rewards_sum[answer] = pool.rewards_sum.get(answer, 0.0) + outcome.reward
            best = pool.rewards_best.get(answer)
            if best is None or outcome.reward > best[0]:
                pool.rewards_best[answer] = (outcome.reward, draw)

    def _next_wave(self) -> Draw:
        models = list(self.policy.wave(self.pool))
        left = [tally.left for tally in self.pool.tallies]
        for model in models:
            if not 0 <= model < len(left) or left[model] < 1:
                raise OptionError(f"policy={self.policy!r} asked for more than model {model} has left")
            left[model] -= 1
        if not models:
            raise OptionError(f"policy={self.policy!r} neither stopped nor asked for a draw")
        refs = []
        for model in models:
            tally = self.pool.tallies[model]
            refs.append(DrawRef(model, tally.started))
            tally.started += 1
            tally.open += 1
        self._pending.extend(refs)
        self.pool.waves += 1
        return Draw(tuple(refs))

    def _finish(self, stop: Stop) -> Finish:
        pool, vote = self.pool, self.plan.vote
        if stop.answer is not None and stop.answer not in pool.first:
            raise OptionError(
                f"policy={self.policy!r} returned answer class {stop.answer}, which was not drawn"
            )
        scores, total = self._scores()
        answer = stop.answer if stop.answer is not None else winner(scores)
        weights = vote.weights(pool)
        self._pending.clear()
        self.finished = Finish(
            answer=answer,
            chosen=self._first_response if answer is None else self._chosen(answer, weights),
            reason=stop.reason,
            agreed=stop.agreed_on is not None and stop.agreed_on == answer,
            scores=scores,
            confidence=0.0 if answer is None else self._confidence(answer, scores[answer], total),
            weights=tuple(weights),
        )
        if self._learn is not None:
            self._learn(self._heard, self.plan.samples)
        return self.finished

    def _chosen(self, answer: int, weights: list[float]) -> DrawRef:
        pool = self.pool
        if self._by_reward:
            return pool.rewards_best[answer][1]
        # In draw order, so that of two models that gave it the same score the one drawn first is chosen.
        scores = {
            draw: pool.priors[model] * weights[model] * pool.tallies[model].counts[answer]
            for (model, held), draw in pool.first_of.items()
            if held == answer
        }
        draw = winner(scores)
        assert draw is not None, "an answer is always held by a draw"
        return draw

    def _scores(self) -> tuple[dict[int, float], float]:
        """Each answer's score, and what they are a share of."""
        if self._by_field:
            return field_vote(self.pool, self.plan.vote, self._fields)
        scores = self.plan.vote.scores(self.pool)
        return scores, math.fsum(scores.values())

    def _confidence(self, answer: int, score: float, total: float) -> float:
        if self._by_reward:
            return self.pool.count(answer) / self.pool.readable
        return min(1.0, score / total)

    @property
    def _by_field(self) -> bool:
        return bool(self._fields) and not self.plan.vote.uses_rewards

    @property
    def _by_reward(self) -> bool:
        return isinstance(self.plan.vote, RewardVote) and not self.pool.reward_missing
