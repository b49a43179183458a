import pytest

from modelswitch_core._failures import describe, printable


# Keys of the providers' own shapes, made up here.
@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-" + "a1B2" * 10,
        "sk-ant-api03-" + "x9" * 20,
        "AIza" + "Sy0" * 12,
        "gsk_" + "q" * 30,
        "hf_" + "z" * 30,
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


def test_an_error_that_cannot_say_what_it_is_costs_nothing() -> None:
    class Mute(Exception):  # noqa: N818
        def __str__(self) -> str:
            raise RuntimeError

    assert describe(Mute()) == "Mute: (its message could not be read)"
