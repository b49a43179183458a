"""One call's draws: which model is asked how, for the two drivers to perform."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from langchain_core.caches import BaseCache
from langchain_core.callbacks import AsyncCallbackManager, CallbackManager
from langchain_core.callbacks.manager import AsyncCallbackManagerForLLMRun, BaseRunManager
from langchain_core.globals import get_llm_cache
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langchain_core.runnables import RunnableBinding, RunnableConfig
from langchain_core.utils.uuid import uuid7
from langsmith import tracing_context

from langchain_modelswitch._cache import DrawCache
from langchain_modelswitch._messages import response_of, usage_of
from langchain_modelswitch._models import Inner, merged, native_parameter
from langchain_modelswitch._scoped import scoped
from langchain_modelswitch._structured import STRUCTURED_KEY, StructuredOutput, Way
from langchain_modelswitch._tools import original
from modelswitch_core import OptionError, Reply, Request, Response, Sampled

# LangGraph shows no tokens of runs with this tag: samples are drafts, not the answer.
NO_STREAM = "nostream"


# The draw being made, inside the draws of outer switches; each is made in a context of its own.
_draws: ContextVar[tuple[str, ...]] = ContextVar("modelswitch_draws", default=())


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
    """Performs the requests of one call.

    Args:
        calls: How each model is asked.
        messages: What it is asked.
        run_manager: The run whose children the samples become; None leaves them out of traces.
        untraced: Whether tracing has to be switched off for that.
        cache: The switch's own.
    """

    calls: Sequence[Call]
    messages: list[BaseMessage]
    run_manager: BaseRunManager | None
    untraced: bool
    cache: BaseCache | bool | None

    def ask(self, request: Request) -> Reply[ChatGeneration]:
        """Performs a request, blocking."""
        call = self.calls[request.model]
        with self._tracing(), _drawing(call, request):
            made = scoped(self._model(call)).generate(
                [self.messages], stop=call.stop, **self._config(call, request, CallbackManager)
            )
        return _reply(call, made.generations[0])

    async def aask(self, request: Request) -> Reply[ChatGeneration]:
        """Performs a request on the running loop."""
        call = self.calls[request.model]
        config = self._config(call, request, AsyncCallbackManager)
        run_id = uuid7()
        with self._tracing(), _drawing(call, request):
            try:
                model = scoped(self._model(call))
                made = await model.agenerate([self.messages], stop=call.stop, run_id=run_id, **config)
            except asyncio.CancelledError as error:
                await _end_cancelled(run_id, config.get("callbacks"), error)
                raise
        return _reply(call, made.generations[0])

    def _tracing(self) -> AbstractContextManager[Any]:
        return tracing_context(enabled=False) if self.untraced else nullcontext()

    def _model(self, call: Call) -> BaseChatModel:
        cache = _cache_of(call.model.cache, self.cache)
        if isinstance(cache, BaseCache):
            cache = DrawCache(cache, "/".join(_draws.get()))
        return call.model if cache is call.model.cache else call.model.model_copy(update={"cache": cache})

    def _config(
        self, call: Call, request: Request, manager: type[CallbackManager | AsyncCallbackManager]
    ) -> dict[str, Any]:
        """Keyword arguments of `generate`: the model's own, and those that make a draw a child run."""
        kwargs = dict(call.kwargs)
        if call.native is not None and len(request.draws) > 1:
            kwargs[call.native] = len(request.draws)
        config = call.inner.config
        if self.run_manager is not None:
            config = merged(config, self._child(call, request, manager))
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


@contextmanager
def _drawing(call: Call, request: Request) -> Iterator[None]:
    token = _draws.set((*_draws.get(), f"{call.name}.{request.draws[0]}"))
    try:
        yield
    finally:
        _draws.reset(token)


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
        if "tools" in given:
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


async def _end_cancelled(run_id: UUID, callbacks: Any, error: BaseException) -> None:
    """Ends a sample's run, which the framework leaves open for ever where the call is cancelled."""
    if isinstance(callbacks, AsyncCallbackManager):
        run = AsyncCallbackManagerForLLMRun(
            run_id=run_id,
            handlers=callbacks.handlers,
            inheritable_handlers=callbacks.inheritable_handlers,
            parent_run_id=callbacks.parent_run_id,
            tags=callbacks.tags,
            metadata=callbacks.metadata,
        )
        await run.on_llm_error(error, response=LLMResult(generations=[]))


def _with_tools(model: BaseChatModel, given: Mapping[str, Any]) -> Mapping[str, Any]:
    options = {name: value for name, value in given.items() if name != "tools"}
    try:
        bound = model.bind_tools(original(given["tools"]), **options)
    except NotImplementedError as error:
        raise OptionError(f"models holds {type(model).__name__}, which takes no tools") from error
    assert isinstance(bound, RunnableBinding)
    return bound.kwargs


def _without_streaming(model: BaseChatModel, *, native: bool) -> BaseChatModel:
    """A copy whose requests are never streamed behind its back.

    A streaming callback handler around the switch would otherwise make every sample a stream, and of n
    samples in one request only the first would come back. Who set `streaming=True` on a model keeps it.
    """
    insists = "streaming" in model.model_fields_set and getattr(model, "streaming", False) is True
    if insists:
        changed = {"disable_streaming": True, "streaming": False} if native else {}
    else:
        changed = {"disable_streaming": True}
    return model.model_copy(update=changed)


def _cache_of(own: BaseCache | bool | None, switch: BaseCache | bool | None) -> BaseCache | bool | None:
    """The cache of a model's samples: its own, else the switch's, else the global one; False for none."""
    if own is False or switch is False:
        return False
    if isinstance(own, BaseCache):
        return own
    if isinstance(switch, BaseCache):
        return switch
    return get_llm_cache() or own


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
