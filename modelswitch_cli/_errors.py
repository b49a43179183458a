"""Every way a command can end badly, as one line that says what to do, and an exit code."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass

from pydantic import ValidationError

from modelswitch_cli._plain import plain
from modelswitch_core import AllDrawsFailedError, ModelSwitchError, OptionError

FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130

_LONGEST = 400
_SECRET_NAME = re.compile(r"(?:^|_|API)(?:KEY|TOKEN|SECRET|PASSWORD)(?:$|_)", re.IGNORECASE)
# What a setting is called that holds a key, in what a provider's client says is missing.
_KEY_SETTING = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN)\b")
_PROVIDER = re.compile(r"infer model provider|unsupported provider|model_provider", re.IGNORECASE)
_DRAW = re.compile(r", draw \d+: ")
_EXTRAS = {"langchain-openai": "openai", "langchain-google-genai": "google"}

# Options in the core's messages, which say name=value as Python does.
_OPTION = re.compile(
    r"\b(models|samples|policy|vote|answer|priors|shuffles|seed|temperature|objective|tolerance|price)=([\[(][^\])]*[\])])?"
)

# By what the failed draws say, the first that fits: what to do about it.
_REMEDIES = (
    (r"connect|resolve|unreachable|timed? ?out|getaddrinfo", "check the network and the provider's URL"),
    (r"authenticat|unauthori|permission|api[ _]key|\[key\]|\b40[13]\b", "check the provider's key"),
    (r"rate ?limit|quota|exhausted|\b429\b", "wait a little, or check the provider's quota"),
    (r"not ?found|\b404\b", "check the model's name"),
)


class CommandError(Exception):
    """A command cannot go on.

    Args:
        message: What is wrong and what to do, in one line.
        code: The exit code: 1 failed, 2 wrong use.
    """

    def __init__(self, message: str, *, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended: the line to say, without a secret in it, and the exit code."""

    line: str
    code: int


def ending(error: BaseException) -> Ending:
    """The line and the exit code for what a command raised."""
    if isinstance(error, KeyboardInterrupt):
        return Ending("stopped", INTERRUPTED)
    message, code = _told(error)
    return Ending(safe(message), code)


def free_output() -> None:
    """Drops what standard output could not take: it would be tried, and complained of, once more at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def safe(message: str) -> str:
    """The message on one line, without the value of any setting of the environment that holds a secret."""
    for name, value in os.environ.items():
        if _SECRET_NAME.search(name) and len(value) >= 6:  # a shorter one is a word
            message = message.replace(value, "[key]")
    return plain(message, longest=_LONGEST)


def _told(error: BaseException) -> tuple[str, int]:
    if isinstance(error, CommandError):
        return str(error), error.code
    if isinstance(error, ValidationError):
        refused = error.errors()[0]
        inner = refused.get("ctx", {}).get("error")
        if not isinstance(inner, OptionError):
            return refused["msg"].removeprefix("Value error, "), WRONG_USE
        error = inner
    if isinstance(error, OptionError):
        return _option(error)
    if isinstance(error, AllDrawsFailedError):
        return _no_answer(error), FAILED
    if isinstance(error, ModelSwitchError):
        return str(error), FAILED
    usage = getattr(error, "format_message", None)
    if callable(usage):
        # Without a word of its own, the help itself was shown.
        said = f"{usage()} (modelswitch --help says more)" if usage() else ""
        return said, getattr(error, "exit_code", WRONG_USE)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}", FAILED
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"standard output: {error.strerror}", FAILED
    if isinstance(error, ImportError):
        said = str(error)
        return said if "pip install" in said else f"{said}: pip install 'modelswitch[langchain,cli]'", FAILED
    return f"unexpected {type(error).__name__}: {error} (MODELSWITCH_TRACEBACK=1 shows where)", FAILED


def _option(error: OptionError) -> tuple[str, int]:
    """A refused option; where a model could not be made, what it lacks."""
    cause, message = error.__cause__, str(error)
    model = message.removeprefix("models=").split(" could not be made")[0]
    if isinstance(cause, ImportError):
        package = next(
            (word.strip("`'.,") for word in str(cause).split() if word.startswith("langchain-")), ""
        )
        if package in _EXTRAS:
            package = f"'modelswitch[{_EXTRAS[package]}]'"
        remedy = f"pip install {package}" if package else str(cause)
        return f"--model {model} needs a package that is not installed: {remedy}", FAILED
    if cause is not None and _PROVIDER.search(str(cause)):
        return (
            f"--model {model} names no provider that is known: write provider:model, such as "
            "openai:gpt-4o-mini, google_genai:gemini-2.5-flash, ollama:llama3.2 or tiny:sums"
        ), WRONG_USE
    settings = list(dict.fromkeys(_KEY_SETTING.findall(message)))
    if cause is not None and settings:
        return f"--model {model} needs a key: set {' or '.join(settings)} in the environment", FAILED
    return _OPTION.sub(_as_typed, message), FAILED if cause is not None else WRONG_USE


def _as_typed(option: re.Match[str]) -> str:
    """`samples=[1, 2]` as `--samples 1,2`."""
    name, values = option.groups()
    return f"--{name} " + re.sub(r"[\[\]()' ]", "", values or "")


def _no_answer(error: AllDrawsFailedError) -> str:
    """Why every draw failed: the causes with how often, and what to do."""
    head, *lines = str(error).splitlines()
    causes = Counter(_DRAW.sub(": ", line.strip(), count=1) for line in lines)
    told = "; ".join(f"{cause} (×{count})" for cause, count in causes.most_common(3))
    remedy = next((remedy for pattern, remedy in _REMEDIES if re.search(pattern, told, re.IGNORECASE)), None)
    return f"no answer, {head}: {told}{f'. Remedy: {remedy}' if remedy else ''}"
