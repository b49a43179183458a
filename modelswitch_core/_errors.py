"""What can go wrong, and whose fault it is.

`ModelSwitchError` is the one base. Wrong options are the caller's mistake and are `ValueError`s as well;
`EngineStateError` is a driver's mistake; the others are what providers did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from modelswitch_core._result import SwitchResult


class ModelSwitchError(Exception):
    """The base of every error of this project.

    `retryable` says whether the same call may well succeed when it is made again.
    """

    retryable: bool = False


class OptionError(ModelSwitchError, ValueError):
    """An option has a value it cannot have. The message names it, shows the value and says what to do."""


class EngineStateError(ModelSwitchError, RuntimeError):
    """The engine was told something impossible at this point. Nothing was changed by it."""


class AllDrawsFailedError(ModelSwitchError, ExceptionGroup[Exception]):
    """Not one draw of the call succeeded. `exceptions` holds every cause, in draw order.

    `retryable` is True where at least one cause says so itself (`is_retryable` on it) or is a time-out or a
    broken connection.
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
    for flag in ("is_retryable", "retryable"):
        said = getattr(cause, flag, None)
        if isinstance(said, bool):
            return said
    return isinstance(cause, TimeoutError | ConnectionError)
