"""The framework's report of a call, without what it would find out anew at each call."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any


def reported(report: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """A method with the framework's report around it, and its signature written down on it.

    Every span that the framework opens asks for the signature of its method, and to make one takes longer
    than the rest of the span.

    Args:
        report: `llm_chat_callback()` or `llm_completion_callback()`.
    """

    def wrap(method: Callable[..., Any]) -> Any:
        told = report(method)
        told.__signature__ = inspect.signature(told)
        return told

    return wrap
