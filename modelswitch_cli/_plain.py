"""Text from elsewhere, made safe for a terminal."""

from __future__ import annotations

import re

# What would steer a terminal, turn the order of what is read around, or cannot be written at all.
_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def plain(text: str, *, longest: int | None = None) -> str:
    """The text without what would steer a terminal.

    Args:
        text: What a model or a provider said.
        longest: Puts it on one line and cuts it to so many characters; None leaves its lines.
    """
    if longest is not None:
        text = " ".join(text.split())
        text = text if len(text) <= longest else text[: longest - 1] + "…"
    return _STEERING.sub("�", text.replace("\r\n", "\n"))
