import traceback

import pytest
from pydantic import TypeAdapter, ValidationError

from modelswitch_core import AllDrawsFailedError, OptionError
from modelswitch_core._failures import StruckError, describe, printable, strike_keys


# Keys of the providers' own shapes, made up here.
@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-" + "a1B2" * 10,
        "sk-ant-api03-" + "x9" * 20,
        "AIza" + "Sy0" * 12,
        "gsk_" + "q" * 30,
        "hf_" + "z" * 30,
        "AQ.Ab8" + "x9" * 20,
        "nvapi-" + "q7" * 20,
        "eyJ" + "a1" * 10 + "." + "b2" * 20 + "." + "c3" * 20,
    ],
)
@pytest.mark.parametrize(
    "sentence",
    [
        "Incorrect API key provided: {}. Check it.",
        "header 'x-goog-api-key: {}'",
        "GET /m?key={}&alt=sse",
        "{}",
    ],
)
def test_keys_are_struck_out(secret: str, sentence: str) -> None:
    line = describe(ValueError(sentence.format(secret)))
    assert secret not in line
    assert secret[8:] not in line
    assert "[key]" in line


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcd1234",
        "Authorization: Basic abcd1234",
        "authorization: abcd1234",
        "bearer  abcd1234",
        "api_key=abcd1234",
        "api-key: abcd1234",
        "apikey=abcd1234",
        "api-key = abcd1234",
        "OPENAI_API_KEY='abcd1234'",
        "{'x-api-key': 'abcd1234'}",
        '{"api_key": "abcd1234"}',
        "access_token=abcd1234&x=1",
        "client secret: abcd1234",
        "password=abcd1234",
        "u?key=abcd1234",
        "https://user:abcd1234@host/v1",
        "Incorrect API key provided: abcd1234.",
    ],
)
def test_what_is_announced_as_a_secret_is_struck_out(text: str) -> None:
    assert "abcd1234" not in describe(ValueError(text))


def test_an_error_is_one_short_line_with_its_type() -> None:
    assert describe(ValueError("a\n  b")) == "ValueError: a b"
    assert describe(TimeoutError()) == "TimeoutError"
    assert len(describe(ValueError("long " * 10_000))) == 300


@pytest.mark.parametrize("kept", range(4, 40, 5))
def test_where_a_long_text_is_cut_no_beginning_of_a_key_is_left(kept: int) -> None:
    echoes = f"{KEY}," * 40
    for long in (echoes, " " * (1_200 - kept) + KEY, f"{'x ' * 580}{'y' * (40 - kept)} {KEY}"):
        assert "SeCrEt" not in describe(ValueError(long))
        assert "AIza" not in describe(ValueError(long))


def test_an_error_about_an_option_shows_its_value_without_the_key_in_it() -> None:
    assert str(OptionError(f"answer=OpenAI(model='m', api_key='{KEY}') is no reader")) == (
        "answer=OpenAI(model='m', [key]') is no reader"
    )
    assert "SeCrEt" not in str(OptionError("x" + " " * (20_000 - 12) + KEY))


def test_what_would_steer_a_terminal_or_cannot_be_encoded_is_replaced() -> None:
    assert describe(ValueError("a\x1b[2Jb\x07 \x9b31mc\u202ed\ud800")) == "ValueError: a�[2Jb� �31mc�d�"


def test_text_that_cannot_be_encoded_is_made_printable() -> None:
    assert printable("a\ud800b") == "a?b"
    assert printable("日本") == "日本"


@pytest.mark.parametrize(
    "text",
    [
        "Rate limit reached on tokens per min (TPM): Limit 200000, Used 199000",
        "max_tokens: 4096 is too large",
        "HTTP 500: the server had an error",
        "model 'gpt-4o-mini' does not exist",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert describe(ValueError(text)) == f"ValueError: {text}"


class MuteError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def test_an_error_that_cannot_say_what_it_is_costs_nothing() -> None:
    error = MuteError()
    assert describe(error) == "MuteError: (its message could not be read)"
    assert strike_keys(error) is error


# --- the errors themselves, and what they were raised from ---

KEY = "AIzaSySeCrEtSeCrEt0123456789abcdefghi"


def invalid(given: object = KEY) -> ValidationError:
    """Whose text nobody can change, as it is made outside Python."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(int).validate_python(given)
    return caught.value


class RedirectedError(Exception):
    """As aiohttp's: its repr shows the request with all its headers."""

    def __init__(self) -> None:
        self.headers = {"x-goog-api-key": KEY}

    def __repr__(self) -> str:
        return f"RedirectedError({self.headers})"


class LimitedError(Exception):
    """Whose text is made when it is asked for."""

    status_code = 429

    def __str__(self) -> str:
        return f"too many requests to https://127.0.0.1/v1?key={KEY}"


def noted() -> Exception:
    error = ValueError("no")
    error.add_note(f"the request was made with {KEY}")
    return error


def raised_from(cause: Exception, *, hidden: bool = False) -> Exception:
    error = ValueError("the client's own")
    error.__context__ = cause
    error.__suppress_context__ = hidden
    return error


def far_away() -> Exception:
    error: Exception = ValueError(KEY)
    for _ in range(40):
        error = raised_from(error)
    return error


@pytest.mark.parametrize(
    ("error", "stays"),
    [
        (ValueError(f"with {KEY}"), True),
        (ValueError({"headers": {"x-goog-api-key": KEY}}), True),
        (KeyError(KEY), True),
        (OSError(5, KEY, KEY), True),
        (ValueError("Client error for url https://127.0.0.1/v1?key=SeCrEt0123456789abc&x=1"), True),
        (ValueError("{'api-key': 'SeCrEt0123456789abc'}"), True),
        (noted(), True),
        (raised_from(ValueError(KEY)), True),
        (raised_from(invalid()), True),
        (raised_from(RedirectedError(), hidden=True), True),
        (far_away(), True),
        (ExceptionGroup("two", [ValueError(KEY), raised_from(invalid())]), True),
        (invalid(), False),
        # Quoted with its middle left out: the end of a key, and the beginning of one.
        (invalid({"who": f"asks with a key that is {KEY}"}), False),
        (invalid({"for some time now": KEY, "and then": "something else"}), False),
        (RedirectedError(), False),
        (LimitedError(), False),
        (ExceptionGroup("one", [invalid()]), False),
    ],
)
def test_no_error_prints_a_key(error: Exception, stays: bool) -> None:
    hidden = error.__suppress_context__
    struck = strike_keys(error)
    assert (struck is error) == stays
    assert isinstance(struck, StruckError) != stays
    shown = "".join(traceback.format_exception(struck)) + str(struck) + repr(struck)
    assert "SeCrEt" not in shown
    assert struck.__suppress_context__ == hidden


def test_what_stands_for_an_error_says_which_and_whether_it_may_pass() -> None:
    struck = strike_keys(LimitedError())
    assert str(struck) == "LimitedError: too many requests to https://127.0.0.1/v1[key]"
    assert describe(struck) == str(struck)
    assert AllDrawsFailedError("all 1 draws failed", [struck]).retryable
    assert not AllDrawsFailedError("all 1 draws failed", [strike_keys(invalid())]).retryable


def test_what_pydantic_quotes_is_kept_where_no_key_is_in_it() -> None:
    error = invalid({"a": "long text without any key in it, which is cut in its middle"})
    assert strike_keys(error) is error
    assert "cut in its middle'}, input_type=dict" in describe(error)


def test_an_error_without_a_key_stays_as_it_is() -> None:
    first, second = ValueError("the request to /v1/chat took 7 tokens", 7, {"a": 1}), OSError("reset")
    first.__cause__, second.__context__ = second, first
    assert strike_keys(first) is first
    assert first.args == ("the request to /v1/chat took 7 tokens", 7, {"a": 1})
    assert (first.__cause__, first.__suppress_context__) == (second, True)
    assert second.__context__ is first


@pytest.mark.parametrize("text", ["x" * 5_000_000, "sk " * 1_600_000, '{"api_key ' * 500_000])
def test_a_text_without_end_is_cut_before_it_is_searched(text: str) -> None:
    error = ValueError(text, {"body": text})
    assert strike_keys(error) is error
    assert len(str(error)) < 50_000
    assert "5,0" in str(error) or "4,8" in str(error)


def test_a_long_text_that_cannot_be_changed_is_replaced() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(list[int]).validate_python(["x"] * 1_000)
    struck = strike_keys(caught.value)
    assert str(struck).startswith("ValidationError: 1,000 validation errors for list[int] 0: Input")
    assert len(str(struck)) == 300
