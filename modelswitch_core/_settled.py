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

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

from modelswitch_core._pool import Pool, Tally, c_log2_c
from modelswitch_core._votes import success_factor
from modelswitch_core._voting import EntropyVote, PluralityVote, Vote

# The number of outcomes grows with the fourth power of the open draws: 8 are about 500, some milliseconds.
_EXACT_UP_TO = 8

# The same counts come again and again, in one run and over many questions: all of a recording's, replayed in
# many orders, are some hundreds. At a quarter of a kilobyte each, these are four megabytes at most.
_REMEMBERED = 16_384


def vote_settled(pool: Pool, vote: Vote, *, models: int | None = None) -> int | None:
    """The answer that wins the vote whatever the remaining draws bring; None where that is not proven.

    Args:
        pool: What has been drawn.
        vote: The vote to be taken at the end; under rewards nothing is ever settled.
        models: How many models, from the first, can still draw; None means all.
    """
    if not pool.first or not isinstance(vote, EntropyVote | PluralityVote):
        return None
    drawing = len(pool.tallies) if models is None else models
    if _too_early(pool, drawing):
        return None
    remaining = [tally.open + tally.left if i < drawing else 0 for i, tally in enumerate(pool.tallies)]
    gains = _Gains(pool, vote, remaining)
    # The likeliest way to lose is that every open draw gives an answer not seen yet, or else the runner-up's:
    # asked first, it ends most searches.
    if gains.if_all_go_to(None) >= gains.clear:
        return None
    rivals = [answer for answer in pool.first if answer != gains.leader]
    if any(gains.if_all_go_to(rival) >= gains.clear for rival in rivals):
        return None
    return gains.leader if all(gains.most(rival) < gains.clear for rival in [None, *rivals]) else None


def _too_early(pool: Pool, drawing: int) -> bool:
    """Whether models that nothing was drawn of could still outvote the others, agreeing on a new answer."""
    # No answer has more than `heard` by now, nor at the end, should all open draws bring something else.
    fresh = heard = 0.0
    for index, tally in enumerate(pool.tallies):
        if tally.counts:
            heard += pool.priors[index] * max(tally.counts.values())
        elif not tally.started and index < drawing:
            fresh += pool.priors[index] * tally.share
    return fresh >= heard


class _Gains:
    """The most that a rival (None: an answer not seen yet) can end up over the leader."""

    def __init__(self, pool: Pool, vote: EntropyVote | PluralityVote, remaining: Sequence[int]) -> None:
        self._pool = pool
        self._vote = vote
        self._remaining = remaining
        self._known: dict[tuple[int, int], float] = {}
        self.leader = self._leader()
        # Below minus this, the leader stays ahead by more than what counts as a tie.
        self.clear = -1e-8 * sum(
            prior * (tally.readable + more)
            for prior, tally, more in zip(pool.priors, pool.tallies, remaining, strict=True)
        )

    def _leader(self) -> int:
        """The answer ahead now. Any choice would be sound: it is only called settled when proven."""
        scores: dict[int, float] = {}
        for prior, tally in zip(self._pool.priors, self._pool.tallies, strict=True):
            voice = prior * tally.factor * self._weight(tally.readable, len(tally.counts), tally.sum_c_log2_c)
            for answer, count in tally.counts.items():
                scores[answer] = scores.get(answer, 0.0) + voice * count
        return max(scores, key=scores.__getitem__)

    def if_all_go_to(self, rival: int | None) -> float:
        """Rival over leader if every remaining draw gives the rival's answer."""
        total = 0.0
        for prior, tally, more in zip(self._pool.priors, self._pool.tallies, self._remaining, strict=True):
            before = 0 if rival is None else tally.counts.get(rival, 0)
            after = before + more
            weight = self._weight(
                tally.readable + more,
                len(tally.counts) + (not before and after > 0),
                tally.sum_c_log2_c - c_log2_c(before) + c_log2_c(after),
            )
            factor = success_factor(tally.successes + more, tally.share)
            total += prior * weight * factor * (after - tally.counts.get(self.leader, 0))
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
        mine = tally.counts.get(self.leader, 0)
        theirs = 0 if rival is None else tally.counts.get(rival, 0)
        others = [count for answer, count in tally.counts.items() if answer not in (rival, self.leader)]
        if more > _EXACT_UP_TO:
            return _coarse(tally, theirs - mine, more, weighted=isinstance(self._vote, EntropyVote))
        return _most_of(self._vote, tally.share, tally.successes, mine, theirs, tuple(sorted(others)), more)

    def _weight(self, samples: int, distinct: int, sum_c_log2_c: float) -> float:
        return _weight(self._vote, samples, distinct, sum_c_log2_c)


@lru_cache(maxsize=_REMEMBERED)
def _most_of(
    vote: EntropyVote | PluralityVote,
    share: int,
    successes: int,
    mine: int,
    theirs: int,
    others: tuple[int, ...],
    more: int,
) -> float:
    """The most that a rival can end up over the leader in one model, found by going through its outcomes."""
    return max(
        factor * _weight_of(vote, [*rest, a, b]) * (a - b)
        for a, b, rest, factor in _outcomes(share, successes, mine, theirs, others, more)
    )


def _weight_of(vote: EntropyVote | PluralityVote, counts: Sequence[int]) -> float:
    return _weight(vote, sum(counts), sum(1 for count in counts if count), sum(map(c_log2_c, counts)))


def _weight(vote: EntropyVote | PluralityVote, samples: int, distinct: int, sum_c_log2_c: float) -> float:
    """As `consistency_weight`, from sums: H = log2 N - Σ c·log2 c / N."""
    if samples == 0:
        return 0.0
    if distinct == 1 or isinstance(vote, PluralityVote):
        return 1.0
    ceiling = math.log2(distinct if vote.normalizer == "distinct" else samples)
    entropy = math.log2(samples) - sum_c_log2_c / samples
    agreement = min(1.0, max(0.0, 1.0 - entropy / ceiling))
    return 1.0 / samples + (1.0 - 1.0 / samples) * agreement


def _outcomes(
    share: int, successes: int, mine: int, theirs: int, others: Sequence[int], more: int
) -> Iterator[tuple[int, int, Sequence[int], float]]:
    """(rival's count, leader's count, the others' counts, half-rule factor) of the outcomes that matter."""
    for gone in range(more + 1):
        mild = success_factor(successes + more, share)
        hard = success_factor(successes + more - gone, share)
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
