"""What may stand in `models`, and what can be known of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable, RunnableBinding, RunnableConfig
from langchain_core.runnables.config import merge_configs

from modelswitch_core import OptionError

_WHAT = (
    "give chat models, chat models with .bind(…) on them, or strings for init_chat_model such as "
    "'openai:gpt-4o-mini'"
)
_REMEDIES = (
    ("RunnableRetry", "set max_retries on the chat model itself, or call .with_retry() on the switch"),
    ("RunnableWithFallbacks", "call .with_fallbacks() on the switch; it already outlives single models"),
    ("RunnableConfigurable", "call .configurable_fields() on the switch, or give the chat model itself"),
    (
        "RunnableSequence",
        "put the prompt before the switch and the parser behind it: prompt | switch | parser",
    ),
)


@dataclass(frozen=True, slots=True)
class Inner:
    """A chat model with what was bound to it."""

    model: BaseChatModel
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    config: RunnableConfig = field(default_factory=RunnableConfig)

    @property
    def name(self) -> str:
        """The model's own name, as its provider spells it."""
        bound = self.kwargs.get("model")
        if isinstance(bound, str):
            return bound
        for attribute in ("model_name", "model", "model_id", "deployment_name"):
            value = getattr(self.model, attribute, None)
            if isinstance(value, str) and value:
                return value.removeprefix("models/")
        return type(self.model).__name__

    @property
    def temperature(self) -> float | None:
        """The temperature it samples at, as far as it says."""
        value = self.kwargs.get("temperature", getattr(self.model, "temperature", None))
        return value if isinstance(value, int | float) else None


def inner_of(model: Any) -> Inner:
    """The chat model in an entry of `models`, taken out of its bindings.

    Raises:
        OptionError: The entry is no chat model; the message says what to do instead.
    """
    if isinstance(model, BaseChatModel):
        return Inner(model)
    if isinstance(model, RunnableBinding):
        below = inner_of(model.bound)
        config = merge_configs(below.config, model.config)
        return Inner(below.model, {**below.kwargs, **model.kwargs}, config)
    name = type(model).__name__
    remedy = next((remedy for kind, remedy in _REMEDIES if name.startswith(kind)), _WHAT)
    kind = "a Runnable, but no chat model" if isinstance(model, Runnable) else "no chat model"
    raise OptionError(f"models holds {_short(model)}, which is {kind}: {remedy}")


def accepted(
    models: Any, passed_on: Mapping[str, Any]
) -> tuple[BaseChatModel | RunnableBinding[Any, Any], ...]:
    """The entries of `models`, with strings made into chat models.

    Args:
        models: What the user gave.
        passed_on: Options for `init_chat_model`, without those that are None.

    Raises:
        OptionError: Nothing was given, or an entry is no chat model and cannot be made into one.
    """
    if isinstance(models, str | BaseChatModel | Runnable) or not isinstance(models, Sequence):
        raise OptionError(f"models={_short(models)} must be a list, in the order in which to ask: {_WHAT}")
    if not models:
        raise OptionError(f"models=[] gives nothing to ask: {_WHAT}")
    return tuple(_made(model, passed_on) if isinstance(model, str) else _checked(model) for model in models)


def _checked(model: Any) -> BaseChatModel | RunnableBinding[Any, Any]:
    inner_of(model)
    checked: BaseChatModel | RunnableBinding[Any, Any] = model
    return checked


def _made(name: str, passed_on: Mapping[str, Any]) -> BaseChatModel:
    try:
        from langchain.chat_models import init_chat_model
    except ImportError as error:
        raise OptionError(
            f"models={name!r} needs init_chat_model: pip install 'modelswitch[langchain]', "
            "or give a chat model object"
        ) from error
    try:
        model = init_chat_model(name, **passed_on)
    except Exception as error:
        raise OptionError(f"models={name!r} could not be made by init_chat_model: {error}") from error
    if not isinstance(model, BaseChatModel):
        raise OptionError(
            f"models={name!r} gave {_short(model)}, which is no chat model: name the model in full"
        )
    return model


def native_parameter(model: BaseChatModel) -> str | None:
    """What the model's class calls "so many answers in one request"; None where it has no such thing."""
    fields = type(model).model_fields
    if "n" not in fields:
        return None
    return fields["n"].alias or "n"


def _short(value: Any) -> str:
    """A value for an error message: its type where its repr could hold what is nobody's business."""
    if isinstance(value, str | int | float | bool | None) or value is None:
        return repr(value)
    name = type(value).__name__
    return f"{'an' if re.match('[AEIOU]', name) else 'a'} {name}"
