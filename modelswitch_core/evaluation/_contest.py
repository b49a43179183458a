"""A plan and the plainer ways beside it, on the same draws: what was played once is not played again.

Most runs draw little, and once answers are numbered as they come most of them have drawn the same as another
one, on this question or on any. Policies and votes of the library depend on nothing else, and neither does
the settled exit, so that what was drawn is run once for a plan. Where more matters (rewards, a policy that
learns, answers whose being the same depends on the draw order), only equal orders of one question are run
once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import chain, zip_longest

from modelswitch_core._plan import SwitchPlan
from modelswitch_core._voting import EntropyVote, PluralityVote
from modelswitch_core.evaluation._answers import UNREADABLE, Answers
from modelswitch_core.evaluation._play import Played, play, plurality
from modelswitch_core.evaluation._rows import Rows, Run, run_rows
from modelswitch_core.evaluation._stages import decides_between_stages, play_stages
from modelswitch_core.policies import AdaptiveConsistency, CrossCheck, Esc, Paper, SelfConsistency

# Exactly these classes: one that inherits from them may look at more.
_POLICIES = (Paper, SelfConsistency, CrossCheck, AdaptiveConsistency, Esc)
_VOTES = (EntropyVote, PluralityVote)

_MOST_KNOWN = 50_000
"""Runs to remember: some 30 megabytes at 24 draws a question."""

Order = Sequence[Sequence[int]]
"""For each model, which of its draws come first, second, …: as many as its share."""


class Contest:
    """See the module.

    Args:
        plan: The plan that the others stand beside.
    """

    def __init__(self, plan: SwitchPlan) -> None:
        self._plan = plan
        self._learns = hasattr(plan.policy, "begin") or hasattr(plan.policy, "learn")
        self._alike = type(plan.policy) in _POLICIES and type(plan.vote) in _VOTES
        self._alone = [
            tuple(share if i == model else 0 for i in range(len(plan.samples)))
            for model, share in enumerate(plan.samples)
        ]
        # By how many draws of each model a run took: what these were, and how it went.
        self._known: dict[tuple[int, ...], dict[tuple[Rows, tuple[bool, ...]], Run]] = {}

    def groups(self, answers: Answers, orders: Iterable[Order]) -> list[list[Order]]:
        """The orders, those together that must go alike."""
        groups: dict[Hashable, list[Order]] = {}
        for turn, order in enumerate(orders):
            groups.setdefault(self._likeness(answers, order, turn), []).append(order)
        return list(groups.values())

    def played(
        self, answers: Answers, order: Order, rewards: Sequence[Sequence[float | None]] | None
    ) -> list[Played]:
        """How the question went: for the plan, for each model's self-consistency, and for all samples pooled.

        Args:
            answers: The question's answers.
            order: The draws.
            rewards: What each draw of each model got; None where the vote asks for none.
        """
        if self._alike and answers.classes_are_numbers:
            return self._remembered(answers, order)
        plan = self._plan
        if decides_between_stages(plan, answers):
            went = [play_stages(plan, answers, order)]
        else:
            went = [play(plan, answers, order, rewards)]
        for model, places in enumerate(order):
            went.append(Played(plurality(answers, [(model, places)]), self._alone[model], 1))
        return [*went, Played(plurality(answers, list(enumerate(order))), plan.samples, 1)]

    def _likeness(self, answers: Answers, order: Order, turn: int) -> Hashable:
        if self._learns:
            return turn
        if self._plan.vote.uses_rewards:
            return tuple(map(tuple, order))
        return _rows(answers, order)

    def _remembered(self, answers: Answers, order: Order) -> list[Played]:
        rows, heads = _as_they_come(_rows(answers, order))
        prose = tuple(map(answers.free_text, heads)) if answers.any_free_text else ()
        run = self._recalled(rows, prose)
        if run is None:
            run = self._run(answers, order, rows, heads, prose)
            self._remember(rows, prose, run)
        # What is behind the last answer stands for none.
        heads.append(UNREADABLE)
        return [
            Played(heads[run.answer], run.drawn, run.waves),
            *(
                Played(heads[_most_common(row)], drawn, 1)
                for row, drawn in zip(rows, self._alone, strict=True)
            ),
            Played(heads[_most_common(chain(*rows))], self._plan.samples, 1),
        ]

    def _recalled(self, rows: Rows, prose: tuple[bool, ...]) -> Run | None:
        """The run that drew what these rows begin with."""
        for drawn, runs in self._known.items():
            run = runs.get((_beginnings(rows, drawn), prose))
            if run is not None:
                return run
        return None

    def _remember(self, rows: Rows, prose: tuple[bool, ...], run: Run) -> None:
        if sum(map(len, self._known.values())) >= _MOST_KNOWN:
            self._known.clear()
        self._known.setdefault(run.drawn, {})[_beginnings(rows, run.drawn), prose] = run

    def _run(
        self, answers: Answers, order: Order, rows: Rows, heads: Sequence[int], prose: Sequence[bool]
    ) -> Run:
        if decides_between_stages(self._plan, answers):
            went = play_stages(self._plan, answers, order)
        elif self._plan.settled_exit:
            went = play(self._plan, answers, order)
        else:
            return run_rows(self._plan, rows, prose)
        answer = went.answer if went.answer == UNREADABLE else heads.index(went.answer)
        return Run(answer, went.drawn, went.waves)


def _rows(answers: Answers, order: Order) -> Rows:
    return tuple(
        tuple([numbers[place] for place in places])
        for numbers, places in zip(answers.numbers, order, strict=True)
    )


def _beginnings(rows: Rows, drawn: Sequence[int]) -> Rows:
    return tuple([row[:count] for row, count in zip(rows, drawn, strict=True)])


def _as_they_come(rows: Rows) -> tuple[Rows, list[int]]:
    """The rows with 0 for the first answer in them, 1 for the next one, …; and which answers these are.

    First comes the first draw of every model, so that few draws have small numbers whatever comes later.
    """
    label = {UNREADABLE: UNREADABLE}
    for number in chain(*zip_longest(*rows, fillvalue=UNREADABLE)):
        if number not in label:
            label[number] = len(label) - 1
    return tuple([tuple([label[number] for number in row]) for row in rows]), list(label)[1:]


def _most_common(row: Iterable[int]) -> int:
    """The first drawn among equals, as `plurality` has it; `UNREADABLE` where nothing was readable."""
    counts: dict[int, int] = {}
    for number in row:
        counts[number] = counts.get(number, 0) + 1
    counts.pop(UNREADABLE, None)
    return max(counts, key=counts.__getitem__, default=UNREADABLE)
