"""Why a response ended, in the providers' words and in ours."""

from __future__ import annotations

from collections.abc import Iterable

from modelswitch_core._types import FinishReason, Response

# What providers call the ways a response can end; whatever is not listed counts as "stop".
_FINISH: dict[str, FinishReason] = {
    "length": "length",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_length": "length",
    "model_context_window_exceeded": "length",
    "content_filter": "content_filter",
    "content_filtered": "content_filter",
    "safety": "content_filter",
    "recitation": "content_filter",
    "blocklist": "content_filter",
    "prohibited_content": "content_filter",
    "spii": "content_filter",
    "image_safety": "content_filter",
    "guardrail_intervened": "content_filter",
    "refusal": "refusal",
}


def finish_reason(said: Iterable[object]) -> FinishReason | None:
    """What a provider's reasons mean, whatever their case.

    Args:
        said: The values under which a provider may give its reason, best place first; those that are no
            text, or unknown, are passed over.

    Returns:
        The first that is known; "stop" where only others are given, None where there is none.
    """
    given = [reason for reason in said if reason]
    for reason in given:
        if isinstance(reason, str) and reason.lower() in _FINISH:
            return _FINISH[reason.lower()]
    return "stop" if given else None


def unreadable_stop(response: Response, *, keep_truncated: bool) -> bool:
    """Whether a response has nothing to read: empty, refused, filtered, or cut off (unless kept)."""
    if response.finish == "length":
        return not keep_truncated or not (response.text.strip() or response.tool_calls)
    if response.finish in ("content_filter", "refusal"):
        return True
    return not response.text.strip() and not response.tool_calls
