"""Structured output: every model is asked its own way, the vote is on the objects.

Each inner model's `with_structured_output` is taken apart into the request it would make and the parser it
would put behind it. Samples are read by that parser, and the chosen message is parsed by its own model's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable, RunnableBinding, RunnableSequence
from langchain_core.utils.function_calling import convert_to_json_schema
from pydantic import BaseModel
from pydantic_core import to_json

from langchain_modelswitch._messages import as_chosen, switch_result
from langchain_modelswitch._models import Inner
from modelswitch_core import OptionError, Response

STRUCTURED_KEY = "modelswitch_structured"


@dataclass(frozen=True, slots=True)
class Way:
    """One model's own way to an object: what its request carries, and what reads the response."""

    kwargs: Mapping[str, Any]
    parser: Runnable[Any, Any]
    schema: Any

    def parse(self, message: AIMessage) -> Any:
        """The object in a message; None where there is none. Raises what the parser raises."""
        try:
            # No callbacks: reading a sample is no step of the caller's chain.
            return self.parser.invoke(message, {"callbacks": []})
        except Exception:
            # Of several answers in one response, OpenAI's client parses only the first, and its parser wants
            # what the client has parsed. The text of the others is the object all the same.
            found = _whole(self.schema, str(message.text))
            if found is None:
                raise
            return found

    def response(self, message: AIMessage) -> Response:
        """The object as the core reads it; empty where the message holds none."""
        try:
            parsed = self.parse(message)
        except Exception:  # noqa: BLE001  # whatever a provider's parser calls it: this sample is unreadable
            return Response("")
        return Response("" if parsed is None else _canonical(parsed))


@dataclass(frozen=True, slots=True)
class StructuredOutput:
    """The ways of all models, bound to the switch's calls."""

    schema: Any
    method: str | None
    ways: Sequence[Way]

    def __repr__(self) -> str:
        # Stands in cache keys and traces, so it says what the schema is, not where it lies in memory.
        schema = json.dumps(_json_schema(self.schema), sort_keys=True)
        return f"StructuredOutput(method={self.method!r}, schema={schema})"

    def parse(self, message: AIMessage) -> Any:
        """The object in the chosen message, by the parser of the model that gave it."""
        result = switch_result(message)
        return self.ways[result.chosen.model if result else 0].parse(as_chosen(message))


def structured_output(
    inners: Sequence[Inner], schema: Any, *, method: str | None, options: Mapping[str, Any]
) -> StructuredOutput:
    """Takes the models' own structured outputs apart.

    Args:
        inners: The models.
        schema: A pydantic class, a TypedDict or a JSON schema.
        method: "json_schema", "function_calling" or "json_mode"; None leaves each model its default.
        options: Passed on to each model.

    Raises:
        OptionError: A model has no structured output.
    """
    asked = {**options, **({} if method is None else {"method": method})}
    return StructuredOutput(schema, method, tuple(_way(inner.model, schema, asked) for inner in inners))


def _way(model: BaseChatModel, schema: Any, options: Mapping[str, Any]) -> Way:
    try:
        chain = model.with_structured_output(schema, **options)
    except NotImplementedError as error:
        raise OptionError(f"models holds {type(model).__name__}, which has no structured output") from error
    taken = _taken_apart(chain, schema)
    if taken is None:
        # A chain of some other shape: the framework's own, by tool calls, always comes apart.
        taken = _taken_apart(BaseChatModel.with_structured_output(model, schema), schema)
    assert taken is not None
    return taken


def _taken_apart(chain: Runnable[Any, Any], schema: Any) -> Way | None:
    if not isinstance(chain, RunnableSequence):
        return None
    first, *rest = chain.steps
    kwargs: dict[str, Any] = {}
    while isinstance(first, RunnableBinding):
        kwargs = {**first.kwargs, **kwargs}
        first = first.bound
    if not isinstance(first, BaseChatModel) or not rest:
        return None
    return Way(kwargs, rest[0] if len(rest) == 1 else RunnableSequence(*rest), schema)


def _whole(schema: Any, text: str) -> BaseModel | None:
    """The object that a text is as a whole; None where it is none, or the schema is no pydantic class."""
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        return None
    try:
        return schema.model_validate_json(text)
    except ValueError:
        return None


def _canonical(parsed: Any) -> str:
    # Models of pydantic 1, which some providers still return, know only .dict().
    value = parsed.dict() if not hasattr(parsed, "model_dump") and hasattr(parsed, "dict") else parsed
    return to_json(value, fallback=str, inf_nan_mode="constants").decode(errors="replace")


def _json_schema(schema: Any) -> Any:
    try:
        return convert_to_json_schema(schema)
    except Exception:  # noqa: BLE001  # anything a provider takes as a schema is allowed; its repr will do
        return repr(schema)
