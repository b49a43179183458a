"""Both doors as a cell uses them: real clients on shared sockets, without retries; a call, and what came."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from types import TracebackType
from typing import Any, Self

import httpx
from llama_index.core.llms import LLM, ChatMessage

from langchain_modelswitch import ModelSwitchRunnable
from llamaindex_modelswitch import ModelSwitchLLM
from tests.faults._cells import Door, Way
from tests.llamaindex.clients import like
from tests.wire.clients import chat_openai

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Never used on this wire; without it every client would read all the world's certificates."""


class Refusals:
    """Sends the first requests for a model to a port where nobody listens."""

    def __init__(self) -> None:
        # Bound, so that nobody else gets it, and never listening.
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._port: int = self._socket.getsockname()[1]
        self._left: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The address where nobody listens."""
        return f"http://127.0.0.1:{self._port}"

    def expect(self, model: str, requests: int) -> None:
        """Of this model, so many are refused."""
        self._left[model] = requests

    def divert(self, request: httpx.Request) -> None:
        """A hook for httpx: where to go is looked up after it."""
        if not self._left:
            return
        model = json.loads(request.content)["model"]
        with self._lock:
            left = self._left.get(model, 0)
            self._left[model] = left - 1
        if left > 0:
            request.url = request.url.copy_with(port=self._port)

    async def adivert(self, request: httpx.Request) -> None:
        """The same for the asynchronous client."""
        self.divert(request)

    def close(self) -> None:
        """Gives the port back."""
        self._socket.close()


class Clients:
    """The sockets of many switches; the asynchronous ones belong to the loop on which they are used.

    Args:
        url: The server's.
        seconds: When a client gives up by itself.
    """

    def __init__(self, url: str, *, seconds: float) -> None:
        self.refusals = Refusals()
        most = httpx.Limits(max_connections=None)
        hooks, ahooks = {"request": [self.refusals.divert]}, {"request": [self.refusals.adivert]}
        self._sync = httpx.Client(limits=most, event_hooks=hooks, verify=_NO_TLS)
        self._async = httpx.AsyncClient(limits=most, event_hooks=ahooks, verify=_NO_TLS)
        self._url = url
        self._seconds = seconds
        options = {"http_client": self._sync, "http_async_client": self._async, "timeout": seconds}
        self._chat = chat_openai(url, "m", **options)

    def switch(self, door: Door, names: tuple[str, str], **options: Any) -> Any:
        """A switch of two models with these names."""
        if door == "langchain":
            models = [self._chat.model_copy(update={"model_name": name}) for name in names]
            return ModelSwitchRunnable(models=models, **options)
        return ModelSwitchLLM(llms=[self._llm(name) for name in names], **options)

    def _llm(self, name: str) -> LLM:
        options = {"http_client": self._sync, "async_http_client": self._async, "timeout": self._seconds}
        return like(self._url, model=name, **options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sync.close()
        await self._async.aclose()
        self.refusals.close()


def ask(switch: Any, door: Door, way: Way) -> str:
    """Calls it, blocking, and gives the text that came back."""
    if door == "langchain":
        if way == "stream":
            (chunk,) = switch.stream("How many?")
            return str(chunk.text)
        return str(switch.invoke("How many?").text)
    said = [ChatMessage("How many?")]
    if way == "stream":
        (chunk,) = switch.stream_chat(said)
        return chunk.message.content or ""
    return switch.chat(said).message.content or ""


async def aask(switch: Any, door: Door, way: Way) -> str:
    """Calls it on the running loop and gives the text that came back."""
    if door == "langchain":
        if way == "stream":
            (message,) = [chunk async for chunk in switch.astream("How many?")]
            return str(message.text)
        return str((await switch.ainvoke("How many?")).text)
    said = [ChatMessage("How many?")]
    if way == "stream":
        (chunk,) = [chunk async for chunk in await switch.astream_chat(said)]
        return chunk.message.content or ""
    return (await switch.achat(said)).message.content or ""
