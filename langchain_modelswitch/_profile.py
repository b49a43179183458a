"""What a switch can do: what the weakest of its models can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def weakest(profiles: Sequence[Mapping[str, Any] | None]) -> dict[str, Any] | None:
    """The model profile that holds for every one of these.

    Flags hold where they hold for all, limits are the smallest, lists are what all share, other values stay
    where all agree. What is not known of one model is not known of the switch: None, or the key left out.
    """
    if not profiles or not all(profiles):
        return None
    known = [profile for profile in profiles if profile]
    shared: dict[str, Any] = {}
    for key in known[0]:
        if all(key in profile for profile in known):
            values = [profile[key] for profile in known]
            combined = _combined(values)
            if combined is not None:
                shared[key] = combined
    return shared or None


def _combined(values: list[Any]) -> Any:
    if all(isinstance(value, bool) for value in values):
        return all(values)
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return min(values)
    if all(isinstance(value, list) for value in values):
        return [item for item in values[0] if all(item in other for other in values[1:])]
    return values[0] if all(value == values[0] for value in values) else None
