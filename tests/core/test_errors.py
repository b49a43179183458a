import pickle
from json import JSONDecodeError

import pytest

from modelswitch_core import (
    AllDrawsFailedError,
    DisagreementError,
    ModelSwitchError,
    NoChoicesError,
    OptionError,
    SampleTimeoutError,
    TimeLimitError,
)
from tests.core.test_result import result


def test_the_group_keeps_its_class_when_it_is_taken_apart() -> None:
    group = AllDrawsFailedError("all 2 draws failed", [ValueError("a"), TimeoutError("b")])
    assert group.retryable
    timeouts, others = group.split(TimeoutError)
    assert isinstance(timeouts, AllDrawsFailedError)
    assert timeouts.retryable
    assert isinstance(others, AllDrawsFailedError)
    assert not others.retryable


class _SaidError(Exception):
    def __init__(self, said: bool) -> None:
        super().__init__()
        self.is_retryable = said


class _StatusError(Exception):
    """As the clients of OpenAI (`status_code`) and of Google (`code`) tell of an HTTP status."""

    def __init__(self, **said: object) -> None:
        super().__init__()
        vars(self).update(said)


def raised_from(cause: Exception, *, hidden: bool = False) -> Exception:
    """A client's own error, as it is raised over what the socket said."""
    error = ValueError("connection error")
    error.__context__ = cause
    error.__suppress_context__ = hidden
    return error


def going_round() -> Exception:
    """An error that was raised from itself by way of another."""
    error = ValueError()
    error.__cause__ = raised_from(error)
    return error


@pytest.mark.parametrize(
    ("causes", "retryable"),
    [
        ([ValueError()], False),
        ([JSONDecodeError("cut off", "{", 1)], True),
        ([raised_from(ConnectionRefusedError())], True),
        ([raised_from(raised_from(TimeoutError(), hidden=True))], True),
        ([raised_from(_SaidError(said=False))], False),
        ([going_round()], False),
        *(([_StatusError(status_code=status)], True) for status in (408, 409, 429, 500, 502, 503, 529)),
        *(([_StatusError(status_code=status)], False) for status in (400, 401, 403, 404, 422)),
        ([_StatusError(code=503)], True),
        ([_StatusError(code=400)], False),
        ([_StatusError(code="rate_limit_exceeded")], False),
        ([_StatusError(code=1000)], False),
        ([AllDrawsFailedError("all failed", [TimeoutError()])], True),
        ([AllDrawsFailedError("all failed", [ValueError()])], False),
        ([_SaidError(said=False)], False),
        ([_SaidError(said=False), _SaidError(said=True)], True),
        ([ConnectionResetError()], True),
    ],
)
def test_it_is_worth_trying_again_where_one_cause_says_so(causes: list[Exception], retryable: bool) -> None:
    assert AllDrawsFailedError("all failed", causes).retryable == retryable


@pytest.mark.parametrize(
    ("error", "retryable"),
    [(SampleTimeoutError, True), (NoChoicesError, True), (TimeLimitError, True), (OptionError, False)],
)
def test_which_errors_may_pass(error: type[ModelSwitchError], retryable: bool) -> None:
    assert error("…").retryable == retryable


def test_every_error_has_the_one_base() -> None:
    assert issubclass(AllDrawsFailedError, ModelSwitchError)
    assert issubclass(OptionError, ValueError)


def test_a_disagreement_survives_pickling_with_its_result() -> None:
    error = DisagreementError("they did not agree", result())
    loaded = pickle.loads(pickle.dumps(error))
    assert loaded.result == error.result
    assert str(loaded) == "they did not agree"
