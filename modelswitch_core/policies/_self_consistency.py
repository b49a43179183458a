"""The baseline: one model, most votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modelswitch_core._pool import Pool
from modelswitch_core._settled import vote_settled
from modelswitch_core._voting import PluralityVote, Vote
from modelswitch_core.policies._policy import Stop, is_consistent, is_incomparable


@dataclass(frozen=True, slots=True)
class SelfConsistency:
    """The baseline: every sample from the first model, plurality (Wang et al., arXiv 2203.11171).

    Later models are never asked.
    """

    default_vote = PluralityVote()
    most_models = 1

    def stop(self, pool: Pool) -> Stop | None:
        """Stops when the share is drawn."""
        stage = pool.tallies[0]
        if stage.open or stage.left:
            return None
        consistent = is_consistent(stage, 1.0)
        return Stop(
            "incomparable" if not consistent and is_incomparable(stage) else "all_drawn",
            agreed_on=stage.top() if consistent else None,
        )

    def wave(self, pool: Pool) -> Sequence[int]:
        """The whole share of the first model."""
        return [0] * pool.tallies[0].left

    def settled(self, pool: Pool, vote: Vote) -> int | None:
        """Sound; only the first model's draws can still come."""
        return vote_settled(pool, vote, models=1)

    def cautions(self, names: Sequence[str], _samples: Sequence[int]) -> Sequence[str]:
        """Further models are for show."""
        if len(names) == 1:
            return ()
        return (
            f"policy='self_consistency' samples {names[0]} alone: {', '.join(names[1:])} will not be asked",
        )
