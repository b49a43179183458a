"""Replay: what a setting would have answered, and drawn, on recorded questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from modelswitch_core._errors import OptionError
from modelswitch_core._options import unique_names
from modelswitch_core._plan import DEFAULT_SAMPLES, SwitchPlan, switch_plan
from modelswitch_core._recorded import RecordedQuestion, RecordedSample, recorded_questions
from modelswitch_core._table import counted
from modelswitch_core._voting import Vote
from modelswitch_core.evaluation._answers import Answers
from modelswitch_core.evaluation._contest import Contest
from modelswitch_core.evaluation._figures import Baseline, Figures, Sums
from modelswitch_core.evaluation._orders import orders
from modelswitch_core.evaluation._prices import Price, checked_prices, plain_prices, unknown_cost
from modelswitch_core.evaluation._spent import Spending
from modelswitch_core.evaluation._tables import Table, page
from modelswitch_core.evaluation._told import replay_notes, replay_tables, setting_told
from modelswitch_core.policies import Policy
from modelswitch_core.reading import AnswerReader, answer_reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """How a setting did on a recording, beside plainer ways of using the same draws.

    Args:
        plan: The setting.
        answer: How answers were read and compared.
        shuffles: Over how many random orders of the draws each question is a mean; 0: the recorded order.
        seed: Of the orders.
        questions: How many questions were replayed.
        left_out: How many were not, because a model has fewer samples there than its share.
        too_few: For each model, on how many questions that was so.
        without_gold: Replayed questions whose right answer is not known: they count in all but accuracy.
        unreadable_gold: Replayed questions whose gold answer the reader cannot read: every answer is wrong.
        without_rewards: Replayed questions on which a vote by reward finds samples without one, so that they
            may have been decided by counting; 0 under other votes.
        prices: By model, as they were given; None where they were not, and nobody asked for costs.
        cost_unknown: Why the cost of some draws is not known, in a few words; None where all are.
        figures: What the setting did.
        self_consistency: For each model, the most common answer of its own share.
        pooled: The most common answer of every model's whole share.

    `print` shows it as tables, and so does a notebook.
    """

    plan: SwitchPlan
    answer: str
    shuffles: int
    seed: int
    questions: int
    left_out: int
    too_few: Mapping[str, int]
    without_gold: int
    unreadable_gold: int
    without_rewards: int
    prices: Mapping[str, Price] | None
    cost_unknown: str | None
    figures: Figures
    self_consistency: Mapping[str, Baseline]
    pooled: Baseline

    def __str__(self) -> str:
        return "\n\n".join([self.headline, *map(str, self.tables), "\n".join(self.notes)])

    def _repr_html_(self) -> str:
        return page(self.headline, *self.tables, *self.notes)

    @property
    def headline(self) -> str:
        """What was replayed, in one line."""
        return f"{counted(self.questions, 'question')}, {setting_told(self.plan)}"

    @property
    def tables(self) -> tuple[Table, Table]:
        """How often each way is right, and what it takes."""
        return replay_tables(self)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the tables do not say, a sentence or two each."""
        return replay_notes(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: the setting's figures at the top, the others under `baselines`."""
        return {
            "models": list(self.plan.names),
            "samples": list(self.plan.samples),
            "policy": repr(self.plan.policy),
            "vote": repr(self.plan.vote),
            "priors": list(self.plan.priors),
            "answer": self.answer,
            "settled_exit": self.plan.settled_exit,
            "shuffles": self.shuffles,
            "seed": self.seed,
            "questions": self.questions,
            "left_out": self.left_out,
            "too_few": dict(self.too_few),
            "without_gold": self.without_gold,
            "unreadable_gold": self.unreadable_gold,
            "without_rewards": self.without_rewards,
            "prices": plain_prices(self.prices),
            "cost_unknown": self.cost_unknown,
            **asdict(self.figures),
            "baselines": {
                "self_consistency": {name: asdict(it) for name, it in self.self_consistency.items()},
                "pooled": asdict(self.pooled),
            },
        }


def replay(
    questions: Iterable[RecordedQuestion],
    *,
    models: Sequence[str],
    samples: int | Sequence[int] = DEFAULT_SAMPLES,
    policy: Policy | str = "paper",
    vote: Vote | str | None = None,
    priors: Sequence[float] | None = None,
    answer: Any = "auto",
    settled_exit: bool = False,
    shuffles: int = 0,
    seed: int = 0,
    prices: Mapping[str, Price] | None = None,
) -> Replay:
    """Answers recorded questions from their recorded draws, as the setting would have answered them.

    Draws are taken in recorded order, or over many random orders. Failed draws are no samples: the next one
    takes their place. A question on which a model has fewer samples than its share is left out, and counted.

    Args:
        questions: Taken one at a time; only figures are kept of them. One that comes twice counts twice: see
            `modelswitch_core.recordings.merge`.
        models: Names of models in the recording, in the order in which they are asked; each once.
        samples: The share of the sample budget: one number ≥ 1 for all models, or one each.
        policy: A name or a policy object, see `switch_plan`.
        vote: A name or a vote object; None means the policy's own.
        priors: One positive number a model; None means all 1. Baselines take none.
        answer: How answers are read and compared, see `answer_reader`. A recorded `answer` is parsed as it
            is, otherwise the text is read.
        settled_exit: Whether draws that cannot change the answer are dropped. Off by default, so that figures
            are those of the policy; those in flight count as drawn.
        shuffles: Over how many random orders each question's figures are a mean; 0 takes the recorded order.
            An order depends on the seed, the question's id and the model's name alone.
        seed: Of the orders.
        prices: By model; None where no price is known. Nothing is assumed of a model that has none.

    Raises:
        OptionError: An option has a value it cannot have, a model is not in the recording, or no question
            has enough samples.
    """
    plan = switch_plan(
        unique_names("models", models),
        samples=samples,
        policy=policy,
        vote=vote,
        priors=priors,
        settled_exit=settled_exit,
    )
    if isinstance(shuffles, bool) or not isinstance(shuffles, int) or shuffles < 0:
        raise OptionError(f"shuffles={shuffles!r} must be 0, for the recorded order, or a number of orders")
    run = _Replaying(plan, answer, shuffles, seed, checked_prices(prices, plan.names))
    for question in recorded_questions(questions):
        run.add(question)
    return run.result()


def reader_of(answer: Any) -> AnswerReader:
    """The reader that `answer` stands for.

    Raises:
        OptionError: It stands for none.
    """
    try:
        return answer_reader(answer)
    except (TypeError, ValueError) as error:
        raise OptionError(str(error)) from None


class _Replaying:
    def __init__(
        self,
        plan: SwitchPlan,
        answer: Any,
        shuffles: int,
        seed: int,
        prices: Mapping[str, Price] | None,
    ) -> None:
        self._plan, self._reader, self._prices = plan, reader_of(answer), prices
        self._answer = answer if isinstance(answer, str) else repr(answer)
        self._shuffles, self._seed = shuffles, seed
        self._contest = Contest(plan)
        models, each = len(plan.names), max(1, shuffles)
        self._policy, self._pooled = Sums(each), Sums(each)
        self._alone = [Sums(each) for _ in range(models)]
        self._seen: dict[str, None] = {}
        self._all = self._without_gold = self._unreadable_gold = 0
        self._without_rewards = self._without_tokens = 0
        self._too_few = dict.fromkeys(plan.names, 0)
        self._most = dict.fromkeys(plan.names, 0)

    def add(self, question: RecordedQuestion) -> None:
        self._all += 1
        self._seen.update(dict.fromkeys(question.samples))
        drawn = [question.drawn(name) for name in self._plan.names]
        enough = True
        for name, share, samples in zip(self._plan.names, self._plan.samples, drawn, strict=True):
            self._most[name] = max(self._most[name], len(samples))
            if len(samples) < share:
                self._too_few[name] += 1
                enough = False
        if enough:
            self._replay(question, drawn)

    def _replay(self, question: RecordedQuestion, drawn: Sequence[Sequence[RecordedSample]]) -> None:
        plan, answers = self._plan, Answers(question, drawn, self._reader)
        spending = Spending(plan.names, drawn, self._prices or {})
        rewards = [[sample.reward for sample in each] for each in drawn] if plan.vote.uses_rewards else None
        every = [
            orders(
                question=question.id,
                model=name,
                samples=len(samples),
                shuffles=self._shuffles,
                seed=self._seed,
            )
            for name, samples in zip(plan.names, drawn, strict=True)
        ]
        self._without_tokens += not spending.whole
        self._without_gold += question.gold is None
        self._unreadable_gold += answers.gold_unreadable
        self._without_rewards += rewards is not None and answers.any_readable_without(rewards)
        counting = [self._policy, *self._alone, self._pooled]
        rights = [0] * len(counting)
        shares = (
            [places[:share] for places, share in zip(order, plan.samples, strict=True)]
            for order in zip(*every, strict=True)
        )
        for alike in self._contest.groups(answers, shares):
            went = self._contest.played(answers, alike[0], rewards)
            for place, (sums, played) in enumerate(zip(counting, went, strict=True)):
                rights[place] += len(alike) * answers.right(played.answer)
                agreed = answers.agree(played.answer, went[-1].answer)
                sums.count(played, len(alike), agreed=agreed, switched=not place and any(played.drawn[1:]))
            for order in alike:
                for sums, spent in zip(
                    counting, spending.of_each(order, [played.drawn for played in went]), strict=True
                ):
                    sums.spend(spent)
        for sums, right in zip(counting, rights, strict=True):
            sums.questions += 1
            if question.gold is not None:
                sums.rights.append(right / sums.orders)

    def result(self) -> Replay:
        replayed = self._policy.questions
        self._check(replayed)
        return Replay(
            plan=self._plan,
            answer=self._answer,
            shuffles=self._shuffles,
            seed=self._seed,
            questions=replayed,
            left_out=self._all - replayed,
            too_few=self._too_few,
            without_gold=self._without_gold,
            unreadable_gold=self._unreadable_gold,
            without_rewards=self._without_rewards,
            prices=None if self._prices is None else dict(self._prices),
            cost_unknown=unknown_cost(
                self._plan.names, self._prices or {}, without_tokens=self._without_tokens, questions=replayed
            ),
            figures=self._policy.figures(),
            self_consistency={
                name: sums.baseline_of(self._policy.rights)
                for name, sums in zip(self._plan.names, self._alone, strict=True)
            },
            pooled=self._pooled.baseline_of(self._policy.rights),
        )

    def _check(self, replayed: int) -> None:
        if not self._all:
            raise OptionError("the recording holds no questions: there is nothing to replay")
        for name in self._plan.names:
            if name not in self._seen:
                raise OptionError(
                    f"models={list(self._plan.names)!r}: {name!r} is not in the recording, which holds "
                    f"{', '.join(self._seen) or 'no samples'}"
                )
        if not replayed:
            most = ", ".join(f"{count} of {name}" for name, count in self._most.items())
            raise OptionError(
                f"samples={list(self._plan.samples)!r}: no question has as many of every model; "
                f"the most there are: {most}"
            )
