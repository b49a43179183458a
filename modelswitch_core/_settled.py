"""Whether the vote can still change.

The vote is settled on its leader when, for every rival, the most that the open draws could bring the rival
over the leader is negative. Models draw independently of each other, so that most is a sum over the models,
and for one model it is found by going through its possible outcomes, reduced to the ones that matter:

- `gone` open draws bring nothing to count (unreadable or failed), `rival` and `leader` of them bring these
  answers, the rest bring others, of which `new` are answers this model has not given before;
- the difference of the two counts is then fixed, and only the weight varies: it is largest where the rest
  falls on the one most common other answer, and smallest where the rest is spread as evenly as possible
  (the sum of c·log2 c is convex), so that these two cases bound all others;
- the half rule is at its mildest where every `gone` draw was unreadable, at its hardest where all failed.

This is sound, never calling an open vote settled. Where a model has many draws open, a coarser bound is
used, which is sound too but settles later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modelswitch_core._pool import Pool, Tally
from modelswitch_core._votes import consistency_weight, success_factor, winner
from modelswitch_core._voting import EntropyVote, PluralityVote, Vote

# The number of outcomes grows with the fourth power of the open draws: 8 are about 500, some milliseconds.
_EXACT_UP_TO = 8


def vote_settled(pool: Pool, vote: Vote, *, models: int | None = None) -> int | None:
    """The answer that wins the vote whatever the remaining draws bring; None where that is not proven.

    Args:
        pool: What has been drawn.
        vote: The vote to be taken at the end; under rewards nothing is ever settled.
        models: How many models, from the first, can still draw; None means all.
    """
    if not isinstance(vote, EntropyVote | PluralityVote):
        return None
    leader = winner(vote.scores(pool))
    if leader is None:
        return None
    drawing = pool.tallies if models is None else pool.tallies[:models]
    remaining = [tally.open + tally.left for tally in drawing]
    remaining += [0] * (len(pool.tallies) - len(drawing))
    scale = sum(
        prior * (tally.readable + more)
        for prior, tally, more in zip(pool.priors, pool.tallies, remaining, strict=True)
    )
    # Below minus this, the leader stays ahead by more than what counts as a tie.
    clear = -1e-8 * scale
    gains = _Gains(pool, vote, leader, remaining)
    rivals: list[int | None] = [None, *(answer for answer in pool.first if answer != leader)]
    # The likeliest way to lose is that every open draw goes to the rival: asked first, it ends most searches.
    if any(gains.if_all_go_to(rival) >= clear for rival in rivals):
        return None
    return leader if all(gains.most(rival) < clear for rival in rivals) else None


class _Gains:
    """The most that a rival (None: an answer not seen yet) can end up over the leader."""

    def __init__(
        self, pool: Pool, vote: EntropyVote | PluralityVote, leader: int, remaining: Sequence[int]
    ) -> None:
        self._pool = pool
        self._vote = vote
        self._leader = leader
        self._remaining = remaining
        self._known: dict[tuple[int, int], float] = {}

    def if_all_go_to(self, rival: int | None) -> float:
        """Rival over leader if every remaining draw gives the rival's answer."""
        total = 0.0
        for prior, tally, more in zip(self._pool.priors, self._pool.tallies, self._remaining, strict=True):
            counts = [count for answer, count in tally.counts.items() if answer not in (rival, self._leader)]
            mine = tally.counts.get(self._leader, 0)
            theirs = (0 if rival is None else tally.counts.get(rival, 0)) + more
            weight = self._weight([*counts, mine, theirs])
            total += prior * weight * success_factor(tally.successes + more, tally.share) * (theirs - mine)
        return total

    def most(self, rival: int | None) -> float:
        """Rival over leader at the very most."""
        total = 0.0
        for index, prior in enumerate(self._pool.priors):
            # Two rivals with the same count in a model have the same outcomes there.
            known = (index, 0 if rival is None else self._pool.tallies[index].counts.get(rival, 0))
            if known not in self._known:
                self._known[known] = self._most_in(index, rival)
            total += prior * self._known[known]
        return total

    def _most_in(self, index: int, rival: int | None) -> float:
        tally, more = self._pool.tallies[index], self._remaining[index]
        mine = tally.counts.get(self._leader, 0)
        theirs = 0 if rival is None else tally.counts.get(rival, 0)
        others = [count for answer, count in tally.counts.items() if answer not in (rival, self._leader)]
        if more > _EXACT_UP_TO:
            return _coarse(tally, theirs - mine, more, weighted=isinstance(self._vote, EntropyVote))
        return max(
            factor * weight * (theirs - mine)
            for theirs, mine, rest, factor in _outcomes(tally, mine, theirs, others, more)
            for weight in [self._weight([*rest, mine, theirs])]
        )

    def _weight(self, counts: Sequence[int]) -> float:
        if isinstance(self._vote, PluralityVote):
            return 1.0
        return consistency_weight(counts, normalizer=self._vote.normalizer)


def _outcomes(
    tally: Tally, mine: int, theirs: int, others: Sequence[int], more: int
) -> Iterator[tuple[int, int, Sequence[int], float]]:
    """(rival's count, leader's count, the others' counts, half-rule factor) of the outcomes that matter."""
    for gone in range(more + 1):
        mild = success_factor(tally.successes + more, tally.share)
        hard = success_factor(tally.successes + more - gone, tally.share)
        for to_rival in range(more - gone + 1):
            for to_leader in range(more - gone - to_rival + 1):
                a, b = theirs + to_rival, mine + to_leader
                rest = more - gone - to_rival - to_leader
                factor = mild if a > b else hard
                for new in range(rest + 1):
                    yield from (
                        (a, b, counts, factor) for counts in _extremes([*others, *[1] * new], rest - new)
                    )


def _extremes(counts: list[int], more: int) -> Iterator[list[int]]:
    """The least and the most even way to add `more` to these counts without a new answer."""
    if more == 0:
        yield counts
    elif counts:
        top = counts.index(max(counts))
        yield [count + more if i == top else count for i, count in enumerate(counts)]
        even = list(counts)
        for _ in range(more):
            even[even.index(min(even))] += 1
        yield even


def _coarse(tally: Tally, difference: int, more: int, *, weighted: bool) -> float:
    """A bound without going through outcomes: an entropy weight is at most 1 and at least 1/N."""
    best = difference + more
    if best >= 0:
        return float(best)
    least_weight = 1.0 / (tally.readable + more) if weighted else 1.0
    return best * least_weight * success_factor(tally.successes, tally.share)
