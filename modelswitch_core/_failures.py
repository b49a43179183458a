"""Errors of providers as one safe line."""

from __future__ import annotations

import contextlib
import re

from modelswitch_core._table import STEERING

_LONGEST = 300

# What keys look like: the providers' own prefixes; what follows a word that announces a secret, as in a
# header, a setting, a JSON object or a URL; a password in a URL. Up to nine digits are a count, no secret.
_NAME = r"[\w-]{0,40}(?:(?:api|access|auth|secret|private)[-_ ]?(?:key|token)|token|secret|password|passwd)"
_SHAPES = (
    r"\b(?:sk|pk|rk|gsk|xai|hf|ya29|ghp|lsv2)[-_.][\w.-]{6,}"
    r"|\b(?:AIza|AKIA)[\w-]{10,}"
    r"|(?:bearer|basic)\s{1,5}[\w.~+/=-]{4,}"
)
_SECRETS = re.compile(
    rf"{_SHAPES}"
    rf"|(?:{_NAME}|authorization|[?&]key)[\"']{{0,2}}\s{{0,5}}[:=]\s{{0,5}}[\"']{{0,2}}(?!\d{{1,9}}\b)"
    r"(?:(?:bearer|basic)\s{1,5})?[^\s\"'&,;{}]{4,}"
    r"|(?<=key provided: )[^\s\"',;]{4,}"
    r"|(?<=://)[^\s/@:]{1,100}:[^\s/@]{1,200}(?=@)",
    re.IGNORECASE,
)


_KEYS = re.compile(_SHAPES, re.IGNORECASE)
"""What is a key by its own looks: so little else is, that it may be struck out of others' texts."""

_MOST_CAUSES = 20


def strike_keys(error: BaseException) -> None:
    """Strikes what looks like a key out of a provider's error, where a server has echoed one.

    The error stays what it is, to be caught and looked into; but what prints it, as a traceback does, prints
    no key. So do the errors that it was raised from.
    """
    chain: list[BaseException] = [error]
    for each in chain:
        # Some are not to be changed.
        with contextlib.suppress(AttributeError, TypeError):
            each.args = tuple(_KEYS.sub("[key]", arg) if isinstance(arg, str) else arg for arg in each.args)
            if isinstance(message := getattr(each, "message", None), str) and _KEYS.search(message):
                each.message = _KEYS.sub("[key]", message)  # type: ignore[attr-defined]
        causes = [cause for cause in (each.__cause__, each.__context__) if cause is not None]
        if isinstance(each, BaseExceptionGroup):
            causes.extend(each.exceptions)
        chain.extend(cause for cause in causes if len(chain) < _MOST_CAUSES and cause not in chain)


def describe(error: BaseException) -> str:
    """`RateLimitError: …` on one line of at most 300 characters.

    What looks like a key is struck out, and what would steer a terminal.
    """
    try:
        said = str(error)
    except Exception:  # noqa: BLE001  # an error that cannot say what it is must not cost the answers there are
        said = "(its message could not be read)"
    text = STEERING.sub("�", " ".join(_SECRETS.sub("[key]", said[: 4 * _LONGEST]).split()))
    line = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def printable(text: str) -> str:
    """The text with lone surrogates replaced, so that it can be encoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text
