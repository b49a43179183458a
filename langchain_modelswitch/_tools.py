"""Tools on their way to the models, each of which writes them in its own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from langchain_core.utils.function_calling import convert_to_openai_tool


class Tools(list[Any]):
    """Tools as dictionaries, for traces and cache keys, which remember what they were given as.

    The models get them as given: written out once, a tool can no longer be made strict, which OpenAI's client
    does as soon as a schema is asked for too.
    """

    original: Sequence[Any]

    @classmethod
    def given_as(cls, tools: Sequence[Any]) -> Self:
        """Writes the tools out."""
        made = cls(_written(tool) for tool in tools)
        made.original = list(tools)
        return made


def original(tools: Sequence[Any]) -> Sequence[Any]:
    """The tools as they were given to `bind_tools`; others as they are."""
    return tools.original if isinstance(tools, Tools) else tools


def _written(tool: Any) -> Any:
    if isinstance(tool, Mapping):
        return tool
    try:
        return convert_to_openai_tool(tool)
    except ValueError:  # a provider's own object, which only its client can read
        return tool
