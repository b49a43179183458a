"""Errors of providers as one safe line."""

from __future__ import annotations

import re

_LONGEST = 300

# What keys look like: the providers' own prefixes, and whatever follows a word that announces a secret.
_SECRETS = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|hf|AIza|ya29|ghp|lsv2)[-_.][\w.-]{6,}"
    r"|\bAIza[\w-]{10,}"
    r"|(?i:(?<=bearer )|(?<=api[_-]key[=:])|(?<=api[_-]key[=:] )|(?<=[?&]key=))[^\s\"'&,}]{4,}"
)


def describe(error: BaseException) -> str:
    """`RateLimitError: …` on one line of at most 300 characters, with what looks like a key struck out."""
    text = " ".join(_SECRETS.sub("[key]", str(error)[: 4 * _LONGEST]).split())
    line = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return printable(line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…")


def printable(text: str) -> str:
    """The text with lone surrogates replaced, so that it can be encoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text
