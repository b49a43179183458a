"""A list of chat models as one chat model."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, Self

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.callbacks.manager import BaseRunManager
from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.base import LangSmithParams
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatResult
from langchain_core.runnables import (
    Runnable,
    RunnableLambda,
    RunnableMap,
    RunnablePassthrough,
)
from langchain_core.tools import BaseTool
from langsmith.utils import tracing_is_enabled
from pydantic import (
    ConfigDict,
    SecretStr,
    SkipValidation,
    field_serializer,
    field_validator,
    model_validator,
)

from langchain_modelswitch._messages import chat_result, question_of, switch_result
from langchain_modelswitch._models import (
    Inner,
    Models,
    accepted,
    inner_of,
    native_parameter,
    passed_on_of,
    refuse_pickling,
    with_secret,
)
from langchain_modelswitch._profile import weakest
from langchain_modelswitch._sampling import Sampling, calls_of
from langchain_modelswitch._streaming import OneChunkChatModel
from langchain_modelswitch._structured import STRUCTURED_KEY, structured_output
from langchain_modelswitch._tools import Tools
from modelswitch_core import (
    Settings,
    Switch,
    SwitchFields,
    SwitchWarning,
    collect_switch_results,
    options_from_config,
    reader_of_objects,
    record_switch_result,
    run_in_tasks,
    run_in_threads,
)

# What `.bind`, `.bind_tools` and `.with_config` return is, to a type checker, just a Runnable.
ModelLike = Runnable[LanguageModelInput, Any] | str


class ModelSwitchRunnable(SwitchFields, OneChunkChatModel):
    """Several chat models as one, usable wherever a chat model is.

    The first model is sampled a few times; if its answers agree, one of them is returned. If not, the next
    model is sampled too, and in the end a vote, weighted by how consistent each model was, picks the answer
    (arXiv 2504.00762). What is returned is one of the drawn responses, unchanged, as an `AIMessage` whose
    usage is that of all requests; `switch_result(message)` says how it came about.

        switch = ModelSwitchRunnable(models=["openai:gpt-4o-mini", "google_genai:gemini-2.5-flash"])
        message = switch.invoke("What is 17 * 24?")
        print(switch_result(message))

    The fields that every door has are described at `SwitchFields`. A stream can only begin after the vote: it
    is one chunk.

    Args:
        models: In the order in which to ask: chat models, chat models with `.bind(…)` on them, or strings for
            `init_chat_model` such as "openai:gpt-4o-mini". Put the stronger or the cheaper one first.
        trace_samples: Whether every sample is a child run of the switch's, tagged with model and draw.
            Default True.
        temperature: Passed on to the models that are given as strings, like the next seven; None leaves it to
            them.
        max_tokens: Likewise.
        timeout: Likewise, in seconds.
        stop: Likewise.
        max_retries: Likewise.
        api_key: Likewise.
        base_url: Likewise.
        streaming: Likewise.

    Raises:
        pydantic.ValidationError: A field has a value it cannot have, or there is no such field; the message
            names it and says what to do.
    """

    # Our own errors show the values of our own options; pydantic's would quote all that was given.
    model_config = ConfigDict(
        arbitrary_types_allowed=True, extra="forbid", defer_build=True, hide_input_in_errors=True
    )

    models: Annotated[Sequence[ModelLike], SkipValidation]
    trace_samples: bool = True

    models_field = "models"

    temperature: float | None = None
    max_tokens: int | None = None
    timeout: float | None = None
    stop: list[str] | None = None
    max_retries: int | None = None
    api_key: SecretStr | None = None
    base_url: str | None = None
    streaming: bool | None = None

    @classmethod
    def from_config(cls, config: Mapping[str, Any], *, models: Sequence[ModelLike], **overrides: Any) -> Self:
        """A switch from a stored setting, such as `modelswitch tune --config` writes.

        Args:
            config: The setting. It names its models; they are found among `models` by name and asked in its
                order, and models that it does not name are left out.
            models: The models, which no stored setting can hold, in any order.
            **overrides: Fields that are to differ from the stored ones, and those that it cannot hold: a
                reader or a policy of your own. `names`, one for each of `models`, says what the setting calls
                them where that is not their own name.

        Raises:
            OptionError: The setting has an unknown key or value, or names a model that was not given.
            pydantic.ValidationError: A field has a value it cannot have.
        """
        given = with_secret(overrides, cls.model_fields)
        made = accepted(models, passed_on_of(given))
        setting = options_from_config(
            config, given=[inner_of(model).name for model in made], overrides=given, field="models"
        )
        return cls(models=made.picked(setting.places), **setting.options)

    # --- validation ---

    if not TYPE_CHECKING:  # type checkers see the fields as arguments

        def __init__(self, **given: Any) -> None:
            # Before pydantic sees it: its errors quote what was given.
            super().__init__(**with_secret(given, type(self).model_fields))

    @model_validator(mode="before")
    @classmethod
    def _make_models(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or "models" not in given:
            return given
        passed_on = passed_on_of(given)
        models = accepted(given["models"], passed_on)
        if passed_on and not any(isinstance(model, str) for model in models.given):
            warnings.warn(
                f"{', '.join(passed_on)} reach only models given as strings, and there is none: set them on "
                "the models themselves",
                SwitchWarning,
                stacklevel=2,
            )
        return {**given, "models": models}

    @field_validator("models", mode="plain")
    @classmethod
    def _keep_models(cls, models: Any) -> Any:
        return models

    @field_validator("trace_samples", mode="wrap")
    @classmethod
    def _or_no(cls, given: Any, check: Any, info: Any) -> Any:
        return cls._yes_or_no(given, check, info)

    @field_serializer("models")
    def _describe(self, models: Any) -> list[dict[str, str]]:
        # As the other door does: headers of a model's, and what is bound to it, may hold a key.
        return [
            {"class_name": type(inner.model).__name__, "model_name": inner.name}
            for inner in map(inner_of, models)
        ]

    def _caution(self, caution: str) -> None:
        # `configurable_fields` builds the switch again at every call: once said is enough.
        if isinstance(self.models, Models):
            if caution in self.models.cautions:
                return
            self.models.cautions.add(caution)
        super()._caution(caution)

    def _inners(self) -> list[Inner]:
        return [inner_of(model) for model in self.models]

    def _model_names(self) -> Sequence[str]:
        return [inner.name for inner in self._inners()]

    def _temperatures(self) -> Sequence[float | None]:
        return [inner.temperature for inner in self._inners()]

    def _native(self) -> tuple[bool, ...] | None:
        if not self.native_n:
            return None
        return tuple(native_parameter(inner.model) is not None for inner in self._inners())

    # --- generation ---

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        settings = self._ready()
        outcome = run_in_threads(
            _fit(settings.switch, kwargs),
            self._sampling(settings, messages, stop, run_manager, kwargs).ask,
            question=question_of(messages),
            limits=settings.limits,
        )
        return chat_result(outcome, settings.label, run_manager)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        settings = self._ready()
        outcome = await run_in_tasks(
            _fit(settings.switch, kwargs),
            self._sampling(settings, messages, stop, run_manager, kwargs).aask,
            question=question_of(messages),
            limits=settings.limits,
        )
        return chat_result(outcome, settings.label, run_manager)

    def _sampling(
        self,
        settings: Settings,
        messages: list[BaseMessage],
        stop: list[str] | None,
        run_manager: BaseRunManager | None,
        kwargs: Mapping[str, Any],
    ) -> Sampling:
        parent = run_manager if self.trace_samples else None
        return Sampling(
            calls=calls_of(self._inners(), settings.names, native_n=self.native_n, stop=stop, kwargs=kwargs),
            messages=messages,
            run_manager=parent,
            # Without a parent, a sample would show up as a trace of its own.
            untraced=parent is None and bool(tracing_is_enabled()),
            cache=self.cache,
        )

    # A response from the switch's own cache has a result too; these hand it to collectors.

    def _generate_with_cache(self, *args: Any, **kwargs: Any) -> ChatResult:
        with collect_switch_results() as made:
            generated = super()._generate_with_cache(*args, **kwargs)
        if not made:
            _record(generated)
        return generated

    async def _agenerate_with_cache(self, *args: Any, **kwargs: Any) -> ChatResult:
        with collect_switch_results() as made:
            generated = await super()._agenerate_with_cache(*args, **kwargs)
        if not made:
            _record(generated)
        return generated

    # --- tools and structured output ---

    def bind_tools(
        self,
        tools: Sequence[Mapping[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The switch with tools: every sample is offered them, and calls are voted on.

        Args:
            tools: Functions, pydantic classes, tools or dictionaries; each model gets them its own way.
            tool_choice: As the models take it: "auto", "any", "none" or a tool's name; None for no choice.
            **kwargs: Passed on to each model's `bind_tools`.
        """
        chosen = {} if tool_choice is None else {"tool_choice": tool_choice}
        return self.bind(tools=Tools.given_as(tools), **chosen, **kwargs)

    def with_structured_output(
        self,
        schema: dict[str, Any] | type,
        *,
        include_raw: bool = False,
        method: Literal["json_schema", "function_calling", "json_mode"] | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, Any]:
        """The switch with objects for answers: the vote is on the objects.

        Args:
            schema: A pydantic class, a TypedDict or a JSON schema.
            include_raw: Whether to return `{"raw": message, "parsed": object, "parsing_error": error}`
                instead of the object alone.
            method: How the models are asked; None leaves each model its own default.
            **kwargs: Passed on to each model's `with_structured_output`.
        """
        structured = structured_output(self._inners(), schema, method=method, options=kwargs)
        asking = self.bind(
            **{STRUCTURED_KEY: structured},
            ls_structured_output_format={"kwargs": {"method": method}, "schema": schema},
        )
        parsing: Runnable[Any, Any] = RunnableLambda(structured.parse, name="parse_object")
        if not include_raw:
            return asking | parsing
        parsed = RunnablePassthrough.assign(parsed=itemgetter("raw") | parsing, parsing_error=lambda _: None)
        unparsed = RunnablePassthrough.assign(parsed=lambda _: None)
        return RunnableMap(raw=asking) | parsed.with_fallbacks([unparsed], exception_key="parsing_error")

    # --- what the framework asks about a model ---

    @property
    def model_name(self) -> str:
        """`modelswitch(a+b)`. Agents look here for models that cannot do tools and schemas at once."""
        return self._ready().label

    @property
    def _llm_type(self) -> str:
        return "modelswitch"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": self._ready().label, **self._identity()}

    def _get_llm_string(self, stop: list[str] | None = None, **kwargs: Any) -> str:
        # Two switches share cached answers only where their models would: each adds its own key.
        inner = [
            f"{model.model._get_llm_string(**{'stop': stop, **model.kwargs})}"  # no public way
            for model in self._inners()
        ]
        return f"{super()._get_llm_string(stop, **kwargs)}---{inner}"

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        params = super()._get_ls_params(stop, **kwargs)
        params["ls_provider"] = "modelswitch"
        params["ls_model_name"] = kwargs.get("model", self._ready().label)
        return params

    @classmethod
    def is_lc_serializable(cls) -> bool:
        """Never: the framework's loader refuses classes that it does not know."""
        return False

    def _resolve_model_profile(self) -> Any:
        return weakest([inner.model.profile for inner in self._inners()])

    def get_token_ids(self, text: str) -> list[int]:
        """By the first model's tokenizer."""
        return self._inners()[0].model.get_token_ids(text)

    def get_num_tokens(self, text: str) -> int:
        """By the first model's tokenizer."""
        return self._inners()[0].model.get_num_tokens(text)

    def get_num_tokens_from_messages(
        self, messages: list[BaseMessage], tools: Sequence[Any] | None = None
    ) -> int:
        """By the first model's tokenizer."""
        return self._inners()[0].model.get_num_tokens_from_messages(messages, tools)

    def __getstate__(self) -> NoReturn:
        refuse_pickling()

    def __repr__(self) -> str:
        plan = self._ready().switch.plan
        names, samples = list(plan.names), list(plan.samples)
        return f"{type(self).__name__}(models={names}, samples={samples}, policy={plan.policy})"

    __str__ = __repr__


def _fit(switch: Switch, kwargs: Mapping[str, Any]) -> Switch:
    """As the fields say, but that objects are compared as objects."""
    structured = kwargs.get(STRUCTURED_KEY)
    if structured is None:
        return switch
    return dataclasses.replace(switch, reader=reader_of_objects(switch.reader, structured.schema))


def _record(generated: ChatResult) -> None:
    for generation in generated.generations:
        result = switch_result(generation.message)
        if result is not None:
            record_switch_result(result)
