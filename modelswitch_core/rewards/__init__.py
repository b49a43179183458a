"""Reward models behind HTTP, for `reward=` of the doors. The only network in the core."""

from modelswitch_core.rewards._vllm import VllmReward

__all__ = ["VllmReward"]
