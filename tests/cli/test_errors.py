import pytest

from modelswitch_cli._errors import CommandError, ending, safe
from modelswitch_core import AllDrawsFailedError, ModelSwitchError, OptionError, SampleTimeoutError


def failed(*causes: str) -> AllDrawsFailedError:
    lines = "".join(f"\n  gpt, draw {draw}: {cause}" for draw, cause in enumerate(causes))
    return AllDrawsFailedError(
        f"all {len(causes)} draws failed{lines}", [ValueError(cause) for cause in causes]
    )


def unmade(model: str, cause: Exception) -> OptionError:
    error = OptionError(f"models={model!r} could not be made by init_chat_model: {cause}")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "stopped"),
        (CommandError("no such file", code=2), 2, "no such file"),
        (OptionError("samples=0 must be 1 or more"), 2, "--samples 0 must be 1 or more"),
        (OptionError("samples=(1, 2) gives 2 shares"), 2, "--samples 1,2 gives 2 shares"),
        (OptionError("models=['a', 'x']: 'x' is not there"), 2, "--models a,x: 'x' is not there"),
        (OSError(28, "No space left on device"), 1, "standard output: No space left on device"),
        (SampleTimeoutError("too slow"), 1, "too slow"),
        (ModelSwitchError("no"), 1, "no"),
        (
            ImportError("it needs numpy: pip install 'modelswitch[demo]'"),
            1,
            "it needs numpy: pip install 'modelswitch[demo]'",
        ),
        (
            ImportError("No module named 'x'"),
            1,
            "No module named 'x': pip install 'modelswitch[langchain,cli]'",
        ),
        (
            FileNotFoundError(2, "No such file or directory", "q.jsonl"),
            1,
            "q.jsonl: No such file or directory",
        ),
        (
            unmade("ollama:a", ImportError("Please install it with `pip install langchain-ollama`")),
            1,
            "--model 'ollama:a' needs a package that is not installed: pip install langchain-ollama",
        ),
        (
            unmade("openai:a", ImportError("requires the langchain-openai package")),
            1,
            "--model 'openai:a' needs a package that is not installed: pip install 'modelswitch[openai]'",
        ),
        (
            unmade("openai:a", ValueError("set the `OPENAI_API_KEY` environment variable")),
            1,
            "--model 'openai:a' needs a key: set OPENAI_API_KEY in the environment",
        ),
        (
            failed("OpenAIConnectionError: Connection error.", "OpenAIConnectionError: Connection error."),
            1,
            (
                "no answer, all 2 draws failed: gpt: OpenAIConnectionError: Connection error. (×2). "
                "Remedy: check the network and the provider's URL"
            ),
        ),
        (
            failed("RateLimitError: Error code: 429"),
            1,
            (
                "no answer, all 1 draws failed: gpt: RateLimitError: Error code: 429 (×1). "
                "Remedy: wait a little, or check the provider's quota"
            ),
        ),
        (
            failed("ValueError: odd"),
            1,
            "no answer, all 1 draws failed: gpt: ValueError: odd (×1)",
        ),
        (
            ZeroDivisionError("by nought"),
            1,
            "unexpected ZeroDivisionError: by nought (MODELSWITCH_TRACEBACK=1 shows where)",
        ),
    ],
)
def test_every_error_is_a_line_and_a_code(error: BaseException, code: int, said: str) -> None:
    end = ending(error)
    assert (end.line, end.code) == (said, code)


def test_a_line_is_one_line_and_not_endless() -> None:
    assert safe("a\n  b\tc") == "a b c"
    assert len(safe("x" * 9999)) == 400
    assert safe("\ud800") == "�"


@pytest.mark.parametrize("name", ["SOME_API_KEY", "HUB_TOKEN", "client_secret", "DB_PASSWORD"])
def test_no_secret_of_the_environment_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "abc123def456")
    assert safe("refused: abc123def456!") == "refused: [key]!"


def test_nothing_steers_the_terminal() -> None:
    assert safe("\x1b[31mred\x07 \u202eback") == "�[31mred� �back"
