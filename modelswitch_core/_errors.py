"""What can go wrong, and whose fault it is.

`ModelSwitchError` is the one base. Wrong options are the caller's mistake and are `ValueError`s as well;
`EngineStateError` is a driver's mistake; the others are what providers did.
"""

from __future__ import annotations

from collections.abc import Sequence
from json import JSONDecodeError
from typing import TYPE_CHECKING, Self

from modelswitch_core._failures import FLAGS, STATUSES, describe, without_secrets

if TYPE_CHECKING:
    from modelswitch_core._result import SwitchResult


class ModelSwitchError(Exception):
    """The base of every error of this project.

    `retryable` says whether the same call may well succeed when it is made again.
    """

    retryable: bool = False


class OptionError(ModelSwitchError, ValueError):
    """An option has a value it cannot have. The message names it, shows the value and says what to do.

    What looks like a key is struck out of it: the value may be a client, whose repr holds one.
    """

    def __init__(self, message: str) -> None:
        super().__init__(without_secrets(message))


class EngineStateError(ModelSwitchError, RuntimeError):
    """The engine was told something impossible at this point. Nothing was changed by it."""


class AllDrawsFailedError(ModelSwitchError, ExceptionGroup[Exception]):
    """Not one draw of the call succeeded. `exceptions` holds every cause, in draw order.

    Its text lists them one a line, with model and draw. `retryable` is True where at least one of them may
    pass: the cause says so itself (`is_retryable` on it), or it is an HTTP status that passes (408, 409, 429,
    500 and above), a time-out, a broken connection or a body broken off inside its JSON, itself or by what
    it was raised from. What is unknown does not pass.
    """

    def __new__(cls, message: str, exceptions: Sequence[Exception]) -> Self:
        """Groups the causes."""
        return super().__new__(cls, message, exceptions)

    def __init__(self, message: str, exceptions: Sequence[Exception]) -> None:
        super().__init__(message, exceptions)
        self.retryable = any(_retryable(cause) for cause in exceptions)

    def derive(self, excs: Sequence[Exception]) -> AllDrawsFailedError:  # type: ignore[override]  # narrower than typeshed's generic
        """Keeps the class under `split` and `subgroup`."""
        return AllDrawsFailedError(self.message, excs)

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, {len(self.exceptions)} exceptions)"

    def __reduce__(self) -> tuple[type[Self], tuple[str, list[ModelSwitchError]], dict[str, bool]]:
        # The providers' errors hold requests and with them keys, and many cannot be pickled: their text goes.
        told = [ModelSwitchError(describe(error)) for error in self.exceptions]
        return type(self), (self.message, told), {"retryable": self.retryable}


class SampleTimeoutError(ModelSwitchError, TimeoutError):
    """One draw took longer than `sample_timeout_seconds`; it counts as a failed draw."""

    retryable = True


class NoChoicesError(ModelSwitchError):
    """A provider answered without a single choice, or with fewer than were asked for."""

    retryable = True


class TimeLimitError(ModelSwitchError, TimeoutError):
    """`time_limit_seconds` passed before any response had arrived."""

    retryable = True


class DisagreementError(ModelSwitchError):
    """The models did not agree, and the caller asked to be told (`on_disagreement="raise"`).

    `result` holds everything that was drawn, and the answer the vote would have given.
    """

    def __init__(self, message: str, result: SwitchResult) -> None:
        super().__init__(message)
        self.result = result

    def __reduce__(self) -> tuple[type[Self], tuple[str, SwitchResult]]:
        return type(self), (str(self), self.result)


def _retryable(cause: BaseException) -> bool:
    """By the first in the chain of causes that says anything: clients wrap what the socket told them."""
    error: BaseException | None = cause
    for _ in range(_LONGEST_CHAIN):
        if error is None:
            break
        for flag in FLAGS:
            said = getattr(error, flag, None)
            if isinstance(said, bool):
                return said
        for place in STATUSES:
            status = getattr(error, place, None)
            if isinstance(status, int) and _FIRST_OF_CLIENTS <= status <= _LAST_STATUS:
                return status in _PASSING or status >= _FIRST_OF_SERVERS
        if isinstance(error, TimeoutError | ConnectionError | JSONDecodeError):
            return True
        # Also where it is suppressed: httpcore hides from tracebacks what the socket said.
        error = error.__cause__ or error.__context__
    return False


_PASSING = frozenset({408, 409, 429})
"""Those of a client's mistakes that are none: too slow, in the way of another request, too many at once."""
_FIRST_OF_CLIENTS, _FIRST_OF_SERVERS, _LAST_STATUS = 400, 500, 599
_LONGEST_CHAIN = 16
"""Clients chain four or five errors; a chain that goes round has no end."""
