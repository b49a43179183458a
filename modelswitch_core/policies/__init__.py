"""The policies by name, and the one place to import them from."""

from __future__ import annotations

from modelswitch_core._errors import OptionError
from modelswitch_core._options import one_of
from modelswitch_core.policies._adaptive import AdaptiveConsistency
from modelswitch_core.policies._crosscheck import CrossCheck
from modelswitch_core.policies._esc import Esc
from modelswitch_core.policies._learning import LearningCrossCheck
from modelswitch_core.policies._paper import Paper, check_threshold
from modelswitch_core.policies._policy import Policy, Stop, StopReason, is_consistent, is_incomparable
from modelswitch_core.policies._self_consistency import SelfConsistency

__all__ = [
    "AdaptiveConsistency",
    "CrossCheck",
    "Esc",
    "LearningCrossCheck",
    "Paper",
    "Policy",
    "SelfConsistency",
    "Stop",
    "StopReason",
    "as_policy",
    "is_consistent",
    "is_incomparable",
]


def as_policy(policy: Policy | str, *, consistency_threshold: float | None = None) -> Policy:
    """The policy that a name stands for; a policy object is returned as it is.

    Args:
        policy: A name, or any object with `stop` and `wave`.
        consistency_threshold: Shorthand for `Paper(threshold=…)`; None leaves the policy alone.

    Raises:
        OptionError: Neither a policy nor the name of one; a threshold beside another policy or outside
            (0.5, 1].
    """
    if isinstance(policy, str) and (colon := policy.partition(":"))[0] in _NAMED and colon[2]:
        raise OptionError(
            f"policy={policy!r}: a name stands for a policy's defaults; give the policy itself where you "
            f"set parameters, policy={type(_NAMED[colon[0]]).__name__}({colon[2]})"
        )
    if isinstance(policy, str | type) or not isinstance(policy, Policy):
        policy = _NAMED[one_of("policy", policy, _NAMED)]
    if consistency_threshold is None:
        return policy
    if policy != Paper():
        raise OptionError(
            f"consistency_threshold={consistency_threshold!r} is a shorthand for Paper(threshold=…) and "
            f"means nothing to policy={policy!r}: leave one of them out"
        )
    check_threshold("consistency_threshold", consistency_threshold)
    return Paper(threshold=consistency_threshold)


_NAMED: dict[str, Policy] = {
    "paper": Paper(),
    "self_consistency": SelfConsistency(),
    "crosscheck": CrossCheck(),
    "adaptive_consistency": AdaptiveConsistency(),
    "esc": Esc(),
}
