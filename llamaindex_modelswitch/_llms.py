"""What may stand in `llms`, and what can be known of it."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

from llama_index.core.base.llms.types import LLMMetadata, MessageRole
from llama_index.core.callbacks import CallbackManager
from llama_index.core.llms import LLM

from modelswitch_core import OptionError

_WHAT = "give LLM objects, such as OpenAI(model='gpt-4o-mini', temperature=1.0)"
_REMEDIES = (
    (("BaseChatModel", "BaseLanguageModel"), "LangChain's models go into langchain_modelswitch"),
    (("BaseEmbedding",), "an embedding model answers nothing"),
    (("BaseQueryEngine",), "give its LLM, and give the switch to the query engine"),
)

LOW_TEMPERATURE = 0.2
"""At or below it samples hardly differ. LlamaIndex's own default for OpenAI, OpenAILike and Gemini is 0.1;
the published algorithm samples at 1.0."""


def accepted(llms: Any) -> tuple[LLM, ...]:
    """The LLMs, if these are some.

    Raises:
        OptionError: Nothing was given, an entry is no LLM, or one does not know its own metadata; the message
            says what to do.
    """
    if isinstance(llms, str | LLM) or not isinstance(llms, Sequence):
        raise OptionError(f"llms={_short(llms)} must be a list, in the order in which to ask: {_WHAT}")
    if not llms:
        raise OptionError(f"llms=[] gives nothing to ask: {_WHAT}")
    for llm in llms:
        _check(llm)
    return tuple(llms)


def _check(llm: Any) -> None:
    if isinstance(llm, LLM):
        try:
            _ = llm.metadata
        except Exception as error:
            raise OptionError(
                f"llms holds {_short(llm)} that does not know its metadata, without which LlamaIndex asks no "
                f"LLM: {error} For a model that its class does not know, use OpenAILike, which is told them"
            ) from error
        return
    if isinstance(llm, dict) and "class_name" in llm:
        raise OptionError(
            "llms holds what to_dict wrote of an LLM, which is no LLM, as keys are never written: give the "
            "LLMs again, from_dict(data, llms=[…])"
        )
    bases = {base.__name__ for base in type(llm).__mro__}
    remedy = next((remedy for names, remedy in _REMEDIES if bases & set(names)), _WHAT)
    raise OptionError(f"llms holds {_short(llm)}, which is no LLM: {remedy}")


def name_of(llm: LLM) -> str:
    """The model's own name, as its provider spells it."""
    for name in (llm.metadata.model_name, getattr(llm, "model", None), getattr(llm, "model_name", None)):
        if isinstance(name, str) and name and name != "unknown":
            return name.removeprefix("models/")
    return type(llm).__name__


def temperature_of(llm: LLM) -> float | None:
    """The temperature it samples at, as far as it says."""
    # What is sent last: a Gemini client's own configuration, and additional arguments, override the field.
    for options in (getattr(llm, "additional_kwargs", None), getattr(llm, "_generation_config", None)):
        if isinstance(options, dict) and isinstance(options.get("temperature"), int | float):
            return float(options["temperature"])
    value = getattr(llm, "temperature", None)
    return value if isinstance(value, int | float) else None


def cautions(llms: Sequence[LLM], names: Sequence[str], samples: Sequence[int]) -> Iterator[str]:
    """What makes these LLMs less useful as samplers than they could be."""
    low = [
        f"{name} at temperature {temperature:g}"
        for llm, name, share in zip(llms, names, samples, strict=True)
        if share > 1 and 0 < (temperature := temperature_of(llm) or 0.0) <= LOW_TEMPERATURE
    ]
    if low:
        yield (
            f"{', '.join(low)}: samples hardly differ there, so agreement says little; 0.1 is LlamaIndex's "
            "default for many LLMs: set temperature to 0.7 or 1.0"
        )
    for field in ("system_prompt", "output_parser"):
        own = [name for llm, name in zip(llms, names, strict=True) if getattr(llm, field, None) is not None]
        if own:
            yield f"{', '.join(own)} has a {field} of its own, which is not used: set it on the switch"


def metadata_of(llms: Sequence[LLM], label: str) -> LLMMetadata:
    """What the LLMs can do together: prompts must fit into each, answers of each must fit into the rest."""
    every = [llm.metadata for llm in llms]
    roles = {metadata.system_role for metadata in every}
    return LLMMetadata(
        context_window=min(metadata.context_window for metadata in every),
        num_output=max(metadata.num_output for metadata in every),
        is_chat_model=any(metadata.is_chat_model for metadata in every),
        is_function_calling_model=all(metadata.is_function_calling_model for metadata in every),
        model_name=label,
        system_role=roles.pop() if len(roles) == 1 else MessageRole.SYSTEM,
    )


def shared(llms: Sequence[LLM], field: str) -> Callable[..., str] | None:
    """The function that all LLMs have under this field; None where they differ."""
    values = [getattr(llm, field) for llm in llms]
    function: Callable[..., str] | None = values[0] if all(value is values[0] for value in values) else None
    return function


_told: ContextVar[tuple[Any, ...]] = ContextVar("modelswitch_told", default=())
"""The callback handlers that hear from switches around this one what its samples used."""


def without_handlers(llm: LLM, handlers: Iterable[Any], *, sums: bool) -> LLM:
    """The LLM, or a view of it that does not report to handlers which hear of the sum of all samples.

    An LLM that has the handlers of the switch, as it has where they are LlamaIndex's global ones, would
    report each sample once more. For a draw, which has a context of its own.

    Args:
        llm: The LLM that is asked.
        handlers: Those to which the switch that asks it reports.
        sums: Whether the LLM is a switch, too. What its LLMs use is in the sum already, so that they do not
            report to these handlers either.
    """
    hidden = (*_told.get(), *handlers)
    if not hidden:
        return llm
    _told.set(hidden if sums else ())
    manager = getattr(llm, "callback_manager", None)
    if manager is None or not any(handler is other for handler in manager.handlers for other in hidden):
        return llm
    quiet = CallbackManager()
    quiet.handlers = [
        handler for handler in manager.handlers if not any(handler is other for other in hidden)
    ]
    view = llm.model_copy(update={"callback_manager": quiet})
    # The same clients, also those that are yet to be made.
    object.__setattr__(view, "__pydantic_private__", llm.__pydantic_private__)
    return view


_making = threading.Lock()


def _forget() -> None:
    """In a forked process, where nobody is left to let go of it."""
    global _making  # noqa: PLW0603  # as global as the process
    _making = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def with_client(llm: LLM) -> LLM:
    """The LLM, with its client for blocking calls made, where it is yet to be made.

    OpenAI's makes its client when it is first used, and threads that use it together first would make one
    each: some 50 ms of work apiece, and all but one are thrown away.
    """
    make = getattr(llm, "_get_client", None)
    if make is not None and getattr(llm, "reuse_client", False) and getattr(llm, "_client", llm) is None:
        with _making:
            make()
    return llm


def _short(value: Any) -> str:
    """A value for an error message: its type, where its repr could hold what is nobody's business."""
    if isinstance(value, str | int | float | bool | None):
        return repr(value)
    name = type(value).__name__
    return f"{'an' if re.match('[AEIOU]', name) else 'a'} {name}"
