"""ESC, early-stopping self-consistency: a model stops after a window of draws that all agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modelswitch_core._options import whole_number
from modelswitch_core._pool import Pool, Tally
from modelswitch_core._settled import vote_settled
from modelswitch_core._voting import PluralityVote, Vote
from modelswitch_core.policies._policy import Stop, is_incomparable, running_stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Esc:
    """Stages of one model each, as in `Paper`, drawn window by window (Li et al. 2024, arXiv 2401.10480).

    A stage draws windows of `window` responses until all answers of one window are the same, as in algorithm
    1 of the paper. A model other than the last that gets there is believed: the most common answer of its
    stage is returned. Where the share runs out first, the next model's stage begins. After the last model,
    whether it got there or not, it is the vote over every sample of every model; with a single model that is
    the published method. An unreadable draw breaks its window, a failed one is left out and its window filled
    up with the next draw. A share smaller than the window is a window of its own; what is left of a larger
    share after its last whole window stops nothing.

    Args:
        window: Responses in a window, ≥ 2. Default 5, as in figure 1 of the paper.

    Raises:
        OptionError: The window is no integer of 2 or more.
    """

    window: int = 5
    default_vote = PluralityVote()

    def __post_init__(self) -> None:
        whole_number("window", self.window, least=2)

    def stop(self, pool: Pool) -> Stop | None:
        """Decides when a window is full, and at the end of each stage."""
        index = running_stage(pool)
        if index is None or pool.tallies[index].open:
            return None
        stage, last = pool.tallies[index], index == len(pool.tallies) - 1
        window = self._window(stage)
        if stage.successes % window == 0 and stage.streak >= window:
            return Stop("consistent", answer=None if last else stage.top(), agreed_on=stage.latest)
        if stage.left:
            return None
        if is_incomparable(stage):
            return Stop("incomparable")
        return Stop("all_drawn") if last else None

    def wave(self, pool: Pool) -> Sequence[int]:
        """What the window of the stage's model still lacks."""
        index = next(i for i, tally in enumerate(pool.tallies) if tally.left)
        stage = pool.tallies[index]
        window = self._window(stage)
        return [index] * min(window - stage.successes % window, stage.left)

    def settled(self, pool: Pool, vote: Vote) -> int | None:
        """Sound, and asked of the last stage alone, where any end is a vote."""
        return vote_settled(pool, vote) if running_stage(pool) == len(pool.tallies) - 1 else None

    def cautions(self, _names: Sequence[str], samples: Sequence[int]) -> Sequence[str]:
        """Shares of a single window."""
        if max(samples) > self.window:
            return ()
        caution = (
            f"samples={list(samples)} gives every model a single window of window={self.window}, so that no "
            "stage stops early: give more samples, or a smaller window"
        )
        return (caution,)

    def _window(self, stage: Tally) -> int:
        return min(self.window, stage.share)
