"""The plan of a switch: every option that the engine knows, checked once and used for many questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modelswitch_core._errors import OptionError
from modelswitch_core._options import numbered, priors_of, shares_of, unique_names
from modelswitch_core._voting import EntropyVote, Vote, as_vote
from modelswitch_core.policies import Policy, as_policy

DEFAULT_SAMPLES = 5
"""Samples a model: at five, unanimity already tells right answers from wrong ones, and the paper's gains over
one model are there at budgets of 4 and 8 (arXiv 2504.00762, table 2)."""


@dataclass(frozen=True, slots=True)
class SwitchPlan:
    """Which models, how many samples of each, when to stop, and how to vote.

    Make one with `switch_plan`, which takes names and checks everything.
    """

    names: tuple[str, ...]
    samples: tuple[int, ...]
    policy: Policy
    vote: Vote
    priors: tuple[float, ...]
    settled_exit: bool

    @property
    def samples_budget(self) -> int:
        """The most samples that can be drawn."""
        return sum(self.samples[: getattr(self.policy, "most_models", None)])


def switch_plan(
    names: Sequence[str],
    *,
    samples: int | Sequence[int] = DEFAULT_SAMPLES,
    policy: Policy | str = "paper",
    consistency_threshold: float | None = None,
    vote: Vote | str | None = None,
    priors: Sequence[float] | None = None,
    settled_exit: bool = True,
) -> SwitchPlan:
    """Checks the options of a switch and puts them together.

    Args:
        names: One name a model, in the order in which they are asked; the same name twice becomes `name#2`.
        samples: The share of the sample budget: one number ≥ 1 for all models, or one each.
        policy: "paper", "self_consistency", "crosscheck", "adaptive_consistency", "esc", or a policy object.
        consistency_threshold: Shorthand for `Paper(threshold=…)`, in (0.5, 1]; None leaves the policy alone.
        vote: "entropy", "plurality", "reward_best", "reward_sum", or a vote object. None means the policy's
            own: entropy for "paper", plurality for the others.
        priors: One positive number a model, how good it is beforehand; None means all 1.
        settled_exit: Whether draws that cannot change the answer any more are dropped. Off under rewards.

    Raises:
        OptionError: An option has a value it cannot have; the message names it.
    """
    if isinstance(names, str):
        raise OptionError(f"names={names!r} must be a list of names, one for each model")
    if not names:
        raise OptionError("names=[] gives no model: give at least one, in the order in which to ask them")
    chosen_policy = as_policy(policy, consistency_threshold=consistency_threshold)
    least = getattr(chosen_policy, "least_models", 1)
    if len(names) < least:
        raise OptionError(
            f"policy={chosen_policy!r} needs {least} models or more, and names={list(names)!r} gives "
            f"{len(names)}: add a model, or use policy='self_consistency' for one"
        )
    chosen_vote = as_vote(
        vote if vote is not None else getattr(chosen_policy, "default_vote", None) or EntropyVote()
    )
    return SwitchPlan(
        names=unique_names("names", numbered(names)),
        samples=shares_of("samples", samples, len(names)),
        policy=chosen_policy,
        vote=chosen_vote,
        priors=priors_of("priors", priors, len(names)),
        settled_exit=settled_exit and not chosen_vote.uses_rewards,
    )
