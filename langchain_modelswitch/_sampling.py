"""One call's draws: which model is asked how, for the two drivers to perform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from langchain_core.caches import BaseCache
from langchain_core.callbacks import AsyncCallbackManager, CallbackManager
from langchain_core.callbacks.manager import BaseRunManager
from langchain_core.globals import get_llm_cache
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGeneration
from langchain_core.runnables import RunnableBinding, RunnableConfig
from langchain_core.runnables.config import merge_configs
from langsmith import tracing_context

from langchain_modelswitch._cache import DrawCache
from langchain_modelswitch._messages import response_of, usage_of
from langchain_modelswitch._models import Inner, native_parameter
from langchain_modelswitch._structured import STRUCTURED_KEY, StructuredOutput, Way
from modelswitch_core import OptionError, Reply, Request, Response, Sampled

# LangGraph shows no tokens of runs with this tag: samples are drafts, not the answer.
NO_STREAM = "nostream"


@dataclass(frozen=True, slots=True)
class Call:
    """How one model is asked in this call."""

    name: str
    inner: Inner
    model: BaseChatModel
    kwargs: Mapping[str, Any]
    stop: list[str] | None
    native: str | None
    way: Way | None


@dataclass(frozen=True, slots=True)
class Sampling:
    """Performs the requests of one call."""

    calls: Sequence[Call]
    messages: list[BaseMessage]
    run_manager: BaseRunManager | None
    cached: bool

    def ask(self, request: Request) -> Reply[ChatGeneration]:
        """Performs a request, blocking."""
        call = self.calls[request.model]
        with self._tracing():
            made = self._model(call, request).generate(
                [self.messages], stop=call.stop, **self._config(call, request, CallbackManager)
            )
        return _reply(call, made.generations[0])

    async def aask(self, request: Request) -> Reply[ChatGeneration]:
        """Performs a request on the running loop."""
        call = self.calls[request.model]
        with self._tracing():
            made = await self._model(call, request).agenerate(
                [self.messages], stop=call.stop, **self._config(call, request, AsyncCallbackManager)
            )
        return _reply(call, made.generations[0])

    def _tracing(self) -> AbstractContextManager[Any]:
        # Without a parent, a sample would show up as a trace of its own.
        return nullcontext() if self.run_manager is not None else tracing_context(enabled=False)

    def _model(self, call: Call, request: Request) -> BaseChatModel:
        cache = _cache_of(call.model) if self.cached else None
        if cache is not None:
            return call.model.model_copy(
                update={"cache": DrawCache(cache, f"{call.name}.{request.draws[0]}")}
            )
        if not self.cached and call.model.cache is not False:
            return call.model.model_copy(update={"cache": False})
        return call.model

    def _config(
        self, call: Call, request: Request, manager: type[CallbackManager | AsyncCallbackManager]
    ) -> dict[str, Any]:
        """Keyword arguments of `generate`: the model's own, and those that make a draw a child run."""
        kwargs = dict(call.kwargs)
        if call.native is not None and len(request.draws) > 1:
            kwargs[call.native] = len(request.draws)
        config = call.inner.config
        if self.run_manager is not None:
            config = merge_configs(config, self._child(call, request, manager))
        for key in ("callbacks", "tags", "metadata", "run_name"):
            if config.get(key):
                kwargs[key] = config[key]
        return kwargs

    def _child(
        self, call: Call, request: Request, manager: type[CallbackManager | AsyncCallbackManager]
    ) -> RunnableConfig:
        # The same as a chain's get_child(), which a model's run manager lacks.
        parent = self.run_manager
        assert parent is not None
        child = manager(handlers=[], parent_run_id=parent.run_id)
        child.set_handlers(parent.inheritable_handlers)
        child.add_tags(parent.inheritable_tags)
        child.add_metadata(parent.inheritable_metadata)
        draws = ",".join(map(str, request.draws))
        return RunnableConfig(
            callbacks=child,
            tags=[NO_STREAM, f"modelswitch:{call.name}", f"modelswitch:draw:{draws}"],
            metadata={"modelswitch_model": call.name, "modelswitch_draw": request.draws[0]},
            run_name=f"{call.name} draw {draws}",
        )


def calls_of(
    inners: Sequence[Inner],
    names: Sequence[str],
    *,
    native_n: bool,
    stop: list[str] | None,
    kwargs: Mapping[str, Any],
) -> list[Call]:
    """Prepares every model for one call.

    Tools are bound by each model itself: providers write them, and a forced choice, in their own ways.

    Raises:
        OptionError: Tools are given and a model takes none.
    """
    structured: StructuredOutput | None = kwargs.get(STRUCTURED_KEY)
    given = {name: value for name, value in kwargs.items() if name != STRUCTURED_KEY}
    calls = []
    for index, (inner, name) in enumerate(zip(inners, names, strict=True)):
        way = structured.ways[index] if structured else None
        bound = {**inner.kwargs, **(way.kwargs if way else {}), **given}
        if given.get("tools"):
            bound = {**inner.kwargs, **_with_tools(inner.model, given)}
        bound_stop = bound.pop("stop", None)
        calls.append(
            Call(
                name=name,
                inner=inner,
                model=_without_streaming(inner.model, native=native_n),
                kwargs=bound,
                stop=stop if stop is not None else bound_stop,
                native=native_parameter(inner.model) if native_n else None,
                way=way,
            )
        )
    return calls


def _with_tools(model: BaseChatModel, given: Mapping[str, Any]) -> Mapping[str, Any]:
    options = {name: value for name, value in given.items() if name != "tools"}
    try:
        bound = model.bind_tools(given["tools"], **options)
    except NotImplementedError as error:
        raise OptionError(f"models holds {type(model).__name__}, which takes no tools") from error
    assert isinstance(bound, RunnableBinding)
    return bound.kwargs


def _without_streaming(model: BaseChatModel, *, native: bool) -> BaseChatModel:
    """A copy whose requests are never streamed behind its back.

    A streaming callback handler around the switch would otherwise make every sample a stream, and of n
    samples in one request only the first would come back. Who set `streaming=True` on a model keeps it.
    """
    if model.disable_streaming is True:
        return model
    insists = "streaming" in model.model_fields_set and getattr(model, "streaming", False) is True
    return model if insists and not native else model.model_copy(update={"disable_streaming": True})


def _cache_of(model: BaseChatModel) -> BaseCache | None:
    if isinstance(model.cache, BaseCache):
        return model.cache
    return None if model.cache is False else get_llm_cache()


def _reply(call: Call, generations: Sequence[Any]) -> Reply[ChatGeneration]:
    drawn = [generation for generation in generations if isinstance(generation, ChatGeneration)]
    return Reply([Sampled(_read(call, generation), generation) for generation in drawn], usage_of(drawn))


def _read(call: Call, generation: ChatGeneration) -> Response:
    plain = response_of(generation)
    if call.way is None:
        return plain
    # How the response ended still counts: an object in a refused or truncated message is none.
    parsed = call.way.response(generation.message)  # type: ignore[arg-type]  # a chat model's message is an AIMessage
    return Response(parsed.text, finish=plain.finish)
