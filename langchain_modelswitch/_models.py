"""What may stand in `models`, and what can be known of it."""

from __future__ import annotations

import pickle
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from langchain_core.callbacks import BaseCallbackManager
from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable, RunnableBinding, RunnableConfig
from pydantic import SecretStr

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


_PASSED_ON = (
    "temperature",
    "max_tokens",
    "timeout",
    "stop",
    "max_retries",
    "api_key",
    "base_url",
    "streaming",
)
"""Fields that go to `init_chat_model`, by the names that it takes them under."""


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
        return Inner(below.model, {**below.kwargs, **model.kwargs}, merged(below.config, model.config))
    name = type(model).__name__
    remedy = next((remedy for kind, remedy in _REMEDIES if name.startswith(kind)), _WHAT)
    kind = "a Runnable, but no chat model" if isinstance(model, Runnable) else "no chat model"
    raise OptionError(f"models holds {_short(model)}, which is {kind}: {remedy}")


class Models(tuple[BaseChatModel | RunnableBinding[Any, Any], ...]):  # noqa: SLOT001  # it has attributes
    """The accepted entries, with what a switch that is built again from its fields' values has to know.

    `configurable_fields` does so at every call. Then the models that were made from strings stay as they are,
    unless what was passed on to them has changed: they are made again. And nobody is warned twice.
    """

    given: tuple[Any, ...]
    passed_on: Mapping[str, Any]
    cautions: set[str]

    @classmethod
    def made(cls, given: Sequence[Any], passed_on: Mapping[str, Any]) -> Models:
        """Makes chat models of the strings among these, and checks the others."""
        models = cls(
            _made(model, passed_on) if isinstance(model, str) else _checked(model) for model in given
        )
        models.given, models.passed_on, models.cautions = tuple(given), dict(passed_on), set()
        return models

    def picked(self, places: Sequence[int]) -> Models:
        """Some of them in another order, by place from 0."""
        chosen = Models(self[place] for place in places)
        chosen.given = tuple(self.given[place] for place in places)
        chosen.passed_on, chosen.cautions = self.passed_on, set()
        return chosen


def accepted(models: Any, passed_on: Mapping[str, Any]) -> Models:
    """The entries of `models`, with strings made into chat models.

    Args:
        models: What the user gave, or what this function has returned before.
        passed_on: Options for `init_chat_model`, without those that are None.

    Raises:
        OptionError: Nothing was given, or an entry is no chat model and cannot be made into one.
    """
    if isinstance(models, Models):
        changed = {**models.passed_on, **passed_on}
        return models if changed == models.passed_on else Models.made(models.given, changed)
    if isinstance(models, str | BaseChatModel | Runnable) or not isinstance(models, Sequence):
        raise OptionError(f"models={_short(models)} must be a list, in the order in which to ask: {_WHAT}")
    if not models:
        raise OptionError(f"models=[] gives nothing to ask: {_WHAT}")
    return Models.made(models, passed_on)


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


def merged(below: RunnableConfig, above: RunnableConfig) -> RunnableConfig:
    """Two configs of a run as one; where both say something that cannot be joined, `above` has its way.

    The framework's own `merge_configs` mixes in the config of whatever runs around the caller, so a sample
    would become a child of the chain instead of the switch.
    """
    both = RunnableConfig(**{**below, **above})
    for key in ("tags", "metadata", "callbacks"):
        lower, upper = below.get(key), above.get(key)
        if lower and upper:
            both[key] = _joined(lower, upper)
    return both


def _joined(below: Any, above: Any) -> Any:
    if isinstance(below, Mapping):
        return {**below, **above}
    if isinstance(below, list) and isinstance(above, list):
        return [*below, *(item for item in above if item not in below)]
    manager, others = (above, below) if isinstance(above, BaseCallbackManager) else (below, above)
    joined = manager.copy()
    for handler in others if isinstance(others, list) else others.handlers:
        joined.add_handler(handler, inherit=True)
    return joined


def refuse_pickling() -> NoReturn:
    """Says why a switch is not pickled, and what to do instead.

    Raises:
        pickle.PicklingError: Always.
    """
    raise pickle.PicklingError(
        "a ModelSwitchRunnable cannot be pickled, as its chat models hold keys and connections: pickle its "
        "options, and make it from them and from new models where it is used, with "
        "ModelSwitchRunnable.from_config(config, models=[…])"
    )


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


def with_secret(given: Mapping[str, Any], known: Container[str]) -> dict[str, Any]:
    """The fields, with the key hidden from whoever prints them, also under a name that there is not."""
    hidden = {
        name: SecretStr(value)
        for name, value in given.items()
        if isinstance(value, str) and (name == "api_key" or name not in known)
    }
    return {**given, **hidden}


def passed_on_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What goes to `init_chat_model`."""
    return {name: given[name] for name in _PASSED_ON if given.get(name) not in (None, [])}
