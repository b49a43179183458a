"""Errors of providers as one safe line."""

from __future__ import annotations

import contextlib
import re
from typing import TypeVar

from pydantic import ValidationError

from modelswitch_core._table import STEERING, counted

E = TypeVar("E", bound=BaseException)

_LONGEST = 300

# What keys look like: the providers' own prefixes, and signed tokens.
_SHAPES = (
    r"\b(?:(?:sk|pk|rk|gsk|xai|hf|ya29|ghp|lsv2)[-_.][\w.-]{6,}"
    r"|(?:nvapi|pplx|csk|llx|tvly|r8|fw|gh[osu]|github_pat)[-_]\w[\w-]{15,}"
    r"|(?:AIza|AKIA|AQ\.|eyJ)[\w.-]{10,}"
    r"|(?:bearer|basic)\s{1,5}[\w.~+/=-]{4,})"
)
# What follows a word that announces a secret, as in a header, a setting, a JSON object or a URL; a password
# in a URL. Up to nine digits are a count, no secret.
_NAME = r"[\w-]{0,40}(?:(?:api|access|auth|secret|private)[-_ ]?(?:key|token)|token|secret|password|passwd)"
_IS = r"[\"']{0,2}\s{0,5}[:=]\s{0,5}[\"']{0,2}"
_SECRETS = re.compile(
    rf"{_SHAPES}"
    rf"|(?:{_NAME}|authorization|[?&]key){_IS}(?!\d{{1,9}}\b)"
    r"(?:(?:bearer|basic)\s{1,5})?[^\s\"'&,;{}]{4,}"
    r"|(?<=key provided: )[^\s\"',;]{4,}"
    r"|(?<=://)[^\s/@:]{1,100}:[^\s/@]{1,200}(?=@)",
    re.IGNORECASE,
)
_KEYS = re.compile(rf"{_SHAPES}|(?:api[-_]?key|authorization|[?&]key){_IS}[\w.~+/=-]{{16,}}", re.IGNORECASE)
"""What is a key by its own looks, or is long and called one: so little else is, that it may be struck out of
others' texts."""

_MOST_SEARCHED = 20_000
"""Characters of one text that are searched for keys. It takes about a microsecond each, and whoever made the
text may be slow on purpose; what is longer is cut."""

_CUT_KEY = re.compile(r"[\w.~+/=-]{1,100}\Z")
"""What may be the beginning of a key, too short to be known for one, where a text was cut."""

_MOST_QUOTES = 20
"""Things found wrong by pydantic whose values are searched for keys; where there are more, none is quoted."""

_MOST_CAUSES = 20
"""Clients chain four or five errors; what would come after so many is left out."""

FLAGS = ("is_retryable", "retryable")
"""Where errors say whether they may pass."""
STATUSES = ("status_code", "code")
"""Where errors of HTTP clients hold the status."""


class StruckError(Exception):
    """Stands for a provider's error which showed a key and cannot be changed. Its text names that one."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(describe(error))
        self.__traceback__ = error.__traceback__
        for name in (*FLAGS, *STATUSES):
            if isinstance(said := getattr(error, name, None), int):
                setattr(self, name, said)


def strike_keys(error: Exception) -> Exception:
    """Strikes what looks like a key out of a provider's error, where a server has echoed one.

    The error stays what it is, to be caught and looked into; but what prints it, as a traceback does, prints
    no key. So do the errors that it was raised from.

    Returns:
        The error itself, or a `StruckError` in its place where its text cannot be changed, as pydantic's.
    """
    safe: Exception = _struck(error)
    struck: dict[int, BaseException] = {id(error): safe}
    chain: list[BaseException] = [error]
    for each in chain:
        told, hidden = struck[id(each)], each.__suppress_context__
        members = each.exceptions if isinstance(each, BaseExceptionGroup) else ()
        for cause in (each.__cause__, each.__context__, *members):
            if cause is not None and id(cause) not in struck and len(chain) < _MOST_CAUSES:
                struck[id(cause)] = _struck(cause)
                chain.append(cause)
        told.__cause__, told.__context__ = struck.get(id(each.__cause__)), struck.get(id(each.__context__))
        told.__suppress_context__ = hidden  # to set a cause sets it too
    return safe


def _struck(error: E) -> E | StruckError:
    """The error, changed in place; another in its stead where it shows a key even so."""
    # Some are not to be changed.
    with contextlib.suppress(Exception):
        error.args = tuple(map(_struck_argument, error.args))
    for name in ("message", "strerror", "filename"):
        with contextlib.suppress(Exception):
            if (
                isinstance(text := getattr(error, name, None), str)
                and (clean := _without_keys(text)) is not text
            ):
                setattr(error, name, clean)
    with contextlib.suppress(Exception):
        error.__notes__ = [_without_keys(note) for note in error.__notes__]
    members = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    changed = [_struck(member) is not member for member in members]
    return StruckError(error) if any(changed) or _shows_key(error) else error


def _struck_argument(argument: object) -> object:
    # Of what is no text, such as aiohttp's picture of the request, an error shows the repr.
    shown = argument if isinstance(argument, str) else repr(argument)
    clean = _without_keys(shown)
    return argument if clean is shown else clean


def _without_keys(text: str) -> str:
    if len(text) <= _MOST_SEARCHED:
        return _KEYS.sub("[key]", text) if _KEYS.search(text) else text
    kept = _CUT_KEY.sub("", text[:_MOST_SEARCHED])
    return f"{_KEYS.sub('[key]', kept)}… ({len(text):,} characters)"


def _shows_key(error: BaseException) -> bool:
    kind = type(error)
    if kind.__str__ is BaseException.__str__ and kind.__repr__ is BaseException.__repr__:
        return False  # nothing but its arguments, which hold none by now
    try:
        if isinstance(error, ValidationError) and _quotes_key(error):
            return True
        shown = f"{error}\n{error!r}"
        return len(shown) > 4 * _MOST_SEARCHED or _KEYS.search(shown) is not None
    except Exception:  # noqa: BLE001  # one that cannot say what it is shows nothing
        return False


def _quotes_key(error: ValidationError) -> bool:
    """Whether a key is in what pydantic quotes, which it cuts: half a key is not known for one any more."""
    if error.error_count() > _MOST_QUOTES:
        return True
    quoted = (repr(each["input"]) for each in error.errors(include_url=False, include_context=False))
    # It shows how they begin and how they end.
    half = _MOST_SEARCHED // 2
    return any(_KEYS.search(f"{text[:half]}{text[half:][-half:]}") is not None for text in quoted)


def _said(error: BaseException) -> str:
    if not (isinstance(error, ValidationError) and _quotes_key(error)):
        return str(error)
    found = error.errors(include_url=False, include_context=False, include_input=False)
    lines = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found)
    return "\n".join([f"{counted(error.error_count(), 'validation error')} for {error.title}", *lines])


def describe(error: BaseException) -> str:
    """`RateLimitError: …` on one line of at most 300 characters.

    What looks like a key is struck out, and what would steer a terminal.
    """
    try:
        said = _said(error)
    except Exception:  # noqa: BLE001  # an error that cannot say what it is must not cost the answers there are
        said = "(its message could not be read)"
    if len(said) > 4 * _LONGEST:
        said = _CUT_KEY.sub("", said[: 4 * _LONGEST])
    text = STEERING.sub("�", " ".join(_SECRETS.sub("[key]", said).split()))
    if isinstance(error, StruckError):
        return text
    line = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def without_secrets(text: str) -> str:
    """The text, with what looks like a key or is announced as a secret struck out; cut where it is long."""
    kept = text if len(text) <= _MOST_SEARCHED else _CUT_KEY.sub("", text[:_MOST_SEARCHED])
    return _SECRETS.sub("[key]", kept)


def printable(text: str) -> str:
    """The text with lone surrogates replaced, so that it can be encoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text
