"""What the switch is: its LLMs and options, checked; shown, stored and copied without a key."""

from __future__ import annotations

import logging
import pickle
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

from llama_index.core.base.llms.types import LLMMetadata
from llama_index.core.llms import LLM
from llama_index.core.llms.function_calling import FunctionCallingLLM
from pydantic import (
    BaseModel,
    ConfigDict,
    FieldSerializationInfo,
    PrivateAttr,
    field_serializer,
    field_validator,
    model_validator,
)

from llamaindex_modelswitch._llms import (
    accepted,
    cautions,
    metadata_of,
    name_of,
    shared,
    temperature_of,
)
from llamaindex_modelswitch._native import takes_n
from llamaindex_modelswitch._pickling import Lost, holds_key, packed, picklable, unpacked
from modelswitch_core import (
    ConcurrencyLimit,
    OptionError,
    SwitchFields,
    SwitchWarning,
    option_from_plain,
    options_from_config,
    plain_option,
    reward_model,
)

_TEMPLATES = ("messages_to_prompt", "completion_to_prompt")
_logger = logging.getLogger(__name__)


class SwitchBase(SwitchFields, FunctionCallingLLM):
    """Everything of a switch but its answering."""

    # An error that quoted its input would quote the LLMs, and with them their keys.
    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid", hide_input_in_errors=True)

    llms: Sequence[LLM]

    models_field = "llms"

    _lost: tuple[Lost, ...] = PrivateAttr(default=())

    @classmethod
    def from_config(
        cls,
        config: Mapping[str, Any],
        *,
        llms: Sequence[LLM] | None = None,
        models: Sequence[LLM] | None = None,
        **overrides: Any,
    ) -> Self:
        """A switch from a stored setting, such as `modelswitch tune --config` writes.

        Args:
            config: The setting. It names its LLMs; they are found among `llms` by name and asked in its
                order, and LLMs that it does not name are left out.
            llms: The LLMs, which no stored setting can hold, in any order.
            models: Another name of `llms`, so that both doors read a setting by the same words. One of the
                two must be given.
            **overrides: Fields that are to differ from the stored ones, and those that it cannot hold: a
                reader or a policy of your own. `names`, one for each of `llms`, says what the setting calls
                them where that is not their own name.

        Raises:
            OptionError: The setting has an unknown key or value, or names an LLM that was not given; LLMs
                were given twice or not at all.
            pydantic.ValidationError: A field has a value it cannot have.
        """
        if (llms is None) == (models is None):
            raise OptionError("llms= must hold the LLMs of the setting; models= is another name of it")
        given = accepted(models if llms is None else llms)
        setting = options_from_config(
            config, given=[name_of(llm) for llm in given], overrides=overrides, field="llms"
        )
        return cls(llms=[given[place] for place in setting.places], **setting.options)

    # --- validation ---

    @model_validator(mode="before")
    @classmethod
    def _adopt_templates(cls, given: Any) -> Any:
        """Prompts are written as the LLMs want them, where they all want them the same way."""
        llms = given.get("llms") if isinstance(given, Mapping) else None
        if not isinstance(llms, list | tuple) or not llms or not all(isinstance(llm, LLM) for llm in llms):
            return given
        adopted = {field: function for field in _TEMPLATES if (function := shared(llms, field)) is not None}
        return {**adopted, **given}

    @field_validator("llms", mode="plain")
    @classmethod
    def _accept(cls, llms: Any) -> Any:
        return accepted(llms)

    @model_validator(mode="after")
    def _warn(self) -> Self:
        plan = self._ready().switch.plan
        for caution in cautions(self.llms, plan.names, plan.samples):
            warnings.warn(caution, SwitchWarning, stacklevel=2)
        return self

    def _model_names(self) -> Sequence[str]:
        return [name_of(llm) for llm in self.llms]

    def _temperatures(self) -> Sequence[float | None]:
        return [temperature_of(llm) for llm in self.llms]

    def _native(self) -> tuple[bool, ...] | None:
        return tuple(takes_n(llm) for llm in self.llms) if self.native_n else None

    # --- what the framework asks about an LLM ---

    @property
    def metadata(self) -> LLMMetadata:
        """The smallest context window, the largest output, and the abilities that hold for all.

        It is a chat model where any of them is: LlamaIndex then sends messages, which the others turn into a
        prompt themselves. The name is `modelswitch(a+b)`.
        """
        return metadata_of(self.llms, self._ready().label)

    # --- shown and stored, never with a key ---

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        plan = self._ready().switch.plan
        yield "llms", list(plan.names)
        yield "samples", list(plan.samples)
        yield "policy", plan.policy

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.__repr_args__())
        return f"{type(self).__name__}({shown})"

    __str__ = __repr__

    @field_serializer("llms")
    def _describe(self, llms: Sequence[LLM]) -> Any:
        return [{"class_name": llm.class_name(), "model_name": name_of(llm)} for llm in llms]

    @field_serializer("reward")
    def _label(self, reward: Any) -> str | None:
        return None if reward is None else reward_model(reward).label

    @field_serializer("names", "samples", "answer", "policy", "vote", "priors", "max_concurrency")
    def _plain(self, given: Any, info: FieldSerializationInfo) -> Any:
        value = plain_option(info.field_name, given)
        if isinstance(value, ConcurrencyLimit):
            return value.most
        if isinstance(value, list | tuple):
            return list(value)
        # Any other object is written as its repr, which `from_dict` refuses rather than leave the object out.
        return value if isinstance(value, str | int | float | bool | dict | None) else repr(value)

    @classmethod
    def from_dict(cls, data: dict[str, Any], **kwargs: Any) -> Self:
        """A switch from what `to_dict` wrote, with the LLMs given again: `from_dict(data, llms=[…])`.

        Args:
            data: What `to_dict` wrote. It describes the LLMs but cannot hold them, nor their keys.
            **kwargs: The LLMs, and whatever is to differ from what was stored. Readers that are objects, and
                policies and votes of your own, must be given again too.
        """
        stored = {name: option_from_plain(name, value) for name, value in data.items() if name not in kwargs}
        stored.pop("class_name", None)
        return cls(**{**stored, **kwargs})

    def __getstate__(self) -> dict[Any, Any]:
        if self._missing():
            raise pickle.PicklingError(self._missing())
        state = BaseModel.__getstate__(self)
        values = {**state["__dict__"], "llms": tuple(map(packed, self.llms))}
        for name, value in values.items():
            if holds_key(value):
                raise pickle.PicklingError(
                    f"{name} holds a key, and no key goes into a pickle: pickle the switch without it, and "
                    f"give it again where it is used, switch.model_copy(update={{{name!r}: …}})"
                )
        # What is the framework's may stay behind, as with every LLM; our own options may not.
        for name in set(values) - set(SwitchFields.model_fields) - {"llms"}:
            if not picklable(values[name]):
                _logger.warning("%s cannot be pickled and is left out", name)
                del values[name]
        return {
            **state,
            "__dict__": values,
            "__pydantic_private__": {"_made": None, "_lost": ()},
        }

    def __setstate__(self, state: dict[Any, Any]) -> None:
        again = [unpacked(each) for each in state["__dict__"]["llms"]]
        lost = tuple(each for _, of_one in again for each in of_one)
        values = {**state["__dict__"], "llms": tuple(llm for llm, _ in again)}
        for name, field in type(self).model_fields.items():
            if name not in values:
                values[name] = field.get_default(call_default_factory=True)
        for name in _TEMPLATES:
            if values[name] is None:
                values[name] = shared(values["llms"], name)
        private = {**state["__pydantic_private__"], "_lost": lost}
        BaseModel.__setstate__(self, {**state, "__dict__": values, "__pydantic_private__": private})

    def _missing(self) -> str:
        """What the LLMs lack since they came out of a pickle, and what to do; empty where they are whole."""
        lacking = [
            f"{name_of(lost.llm)} came out of a pickle without its {lost.why}"
            for lost in self._lost
            if lost.among(self.llms)
        ]
        if not lacking:
            return ""
        return (
            f"llms: {'; '.join(lacking)}. Keep keys in environment variables, both where the switch is "
            "pickled and where it is used, or give the LLMs again: switch.model_copy(update={'llms': […]})"
        )

    def _whole(self) -> Self:
        """The switch, if it can ask its LLMs.

        Raises:
            OptionError: One lacks its key or its client since it came out of a pickle.
        """
        if self._lost and (missing := self._missing()):
            raise OptionError(missing)
        return self

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """A copy with LLMs of its own, which keep their clients: those hold sockets and locks."""
        memo = {} if memo is None else memo
        memo[id(self.callback_manager)] = self.callback_manager
        for llm in self.llms:
            memo.setdefault(id(llm), llm.model_copy())
        return super().__deepcopy__(memo)
