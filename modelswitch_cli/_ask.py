"""`modelswitch ask`: one question, several models, and how the answer came about."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from modelswitch_cli._compare import strongest_first
from modelswitch_cli._errors import WRONG_USE, CommandError
from modelswitch_cli._json import print_json
from modelswitch_cli._options import AnswerKind, Samples, Temperature
from modelswitch_cli._plain import plain
from modelswitch_cli._show import show
from modelswitch_core.evaluation import policy_from_text, vote_from_text

if TYPE_CHECKING:
    from modelswitch_core.tiny import Task

_TINY: dict[str, Task] = {
    "tiny:sums": "sums",
    "tiny:differences": "differences",
    "tiny:products": "products",
}


_VOTES = ("entropy", "plurality")
"""The others want rewards, which nothing gives here."""

_MOST_SAMPLES = 1_000
"""More for one question is a slip of the keyboard, and would be paid for."""


def ask(
    question: Annotated[str, typer.Argument(help="The question; - reads it from standard input.")],
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            "-m",
            metavar="MODEL",
            help="Once for each model, in the order in which to ask: the stronger or the cheaper one first. "
            "Written provider:name, whatever LangChain's init_chat_model takes: openai:gpt-4o-mini, "
            "google_genai:gemini-2.5-flash, ollama:llama3.2, … Keys come from the provider's own setting, "
            "such as OPENAI_API_KEY. tiny:sums, tiny:differences and tiny:products are inside this package "
            "and need nothing. Without any, all three of these.",
        ),
    ] = None,
    samples: Samples = "5",
    answer: AnswerKind = "auto",
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy",
            metavar="NAME",
            help="When to stop and whom to ask next: paper (stop where a model agrees with itself), "
            "crosscheck (ask the first two at once, stop where they agree with each other) or "
            "self_consistency (one model, most votes); a name that does not exist lists them all; parameters "
            "behind a colon, such as crosscheck:margin=3. "
            "Default: paper; self_consistency for a single model.",
        ),
    ] = None,
    vote: Annotated[
        str | None,
        typer.Option(
            "--vote",
            metavar="NAME",
            help="How the answer is picked: entropy (each model counts by how consistent it was) or "
            "plurality. Default: the policy's own.",
        ),
    ] = None,
    temperature: Temperature = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print one JSON object and nothing else: answer, text (the response), result."
        ),
    ] = False,
) -> None:
    """Ask several models as one.

    The answer comes first; below it, what each model said and how often, the vote, and what it cost.

    For example:

    `modelswitch ask "What is 17 * 24?" -m openai:gpt-4o-mini -m google_genai:gemini-2.5-flash`

    `echo "What is 17 + 24?" | modelswitch ask - --json | jq .answer`
    """
    question = _question(question)
    if "" in (model or ()):
        raise CommandError("--model '' names no model: give provider:name", code=WRONG_USE)
    models = model or [f"tiny:{name}" for name in strongest_first()]
    switch = _switch(
        models,
        temperature,
        samples=_samples(samples),
        answer=answer,
        policy=policy_from_text(policy or ("self_consistency" if len(models) == 1 else "paper")),
        vote=_vote(vote),
    )
    with Console(stderr=True).status(Text(f"asking {plain(', '.join(models), longest=200)} …")):
        message = switch.invoke(question)
    _print(message, as_json=as_json)
    if not model:
        _hint(
            "no --model was given, so this asked the package's own tiny models, which only know arithmetic; "
            "for real ones: --model openai:gpt-4o-mini --model google_genai:gemini-2.5-flash"
        )
    elif len(models) == 1:
        _hint("one model: the most common of its own answers; a second --model gives it one to switch to")


def _print(message: Any, *, as_json: bool) -> None:
    from langchain_modelswitch import switch_result

    result = switch_result(message)
    assert result is not None
    if as_json:
        print_json({"answer": result.answer, "text": message.text, "result": result.model_dump(mode="json")})
    else:
        show(Console(), message.text, result)


def _switch(models: Sequence[str], temperature: float | None, **options: Any) -> Any:
    """The models as one LangChain chat model."""
    from langchain_modelswitch import ModelSwitchRunnable

    given = [_tiny(name, temperature) if name.startswith("tiny:") else name for name in models]
    if temperature is not None and any(isinstance(model, str) for model in given):
        options["temperature"] = temperature
    return ModelSwitchRunnable(models=given, **options)


def _tiny(name: str, temperature: float | None) -> Any:
    """One of the package's own models."""
    if name not in _TINY:
        raise CommandError(f"--model {name} is unknown: use one of {', '.join(_TINY)}", code=WRONG_USE)
    from langchain_modelswitch import ChatTiny

    return ChatTiny(model=_TINY[name], temperature=1.0 if temperature is None else temperature)


def _question(given: str) -> str:
    question = sys.stdin.read() if given == "-" else given
    if not question.strip():
        where = "standard input" if given == "-" else "QUESTION"
        raise CommandError(f"{where} is empty: give a question", code=WRONG_USE)
    return question


def _vote(given: str | None) -> Any:
    if given is None:
        return None
    if given.partition(":")[0] not in _VOTES:
        raise CommandError(f"--vote {given!r} is unknown: use one of {', '.join(_VOTES)}", code=WRONG_USE)
    return vote_from_text(given)


def _samples(given: str) -> int | list[int]:
    """One number, or one for each model."""
    try:
        numbers = [int(part) for part in given.split(",")]
    except ValueError as error:
        raise CommandError(
            f"--samples {given!r} must be a number, or one for each model, such as 5,3", code=WRONG_USE
        ) from error
    if min(numbers) < 1:
        raise CommandError(f"--samples {given!r} must be 1 or more for each model", code=WRONG_USE)
    if max(numbers) > _MOST_SAMPLES:
        raise CommandError(
            f"--samples {given!r} is more than {_MOST_SAMPLES} for one question: give 5 or 10", code=WRONG_USE
        )
    return numbers[0] if len(numbers) == 1 else numbers


def _hint(text: str) -> None:
    sys.stderr.write(f"modelswitch: {text}\n")
