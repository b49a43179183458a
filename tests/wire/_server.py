"""The provider server, in a thread of this process."""

from __future__ import annotations

import asyncio
import threading
import time
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage
from aiohttp.streams import StreamReader
from aiohttp.web_protocol import RequestHandler

from tests.wire._assistant import assistant
from tests.wire._handler import Handler
from tests.wire._log import LoggedRequest, RequestLog
from tests.wire._service import Answers, Faults, Latency, Service

# Images and files come inside the JSON; aiohttp's own limit is one MiB.
_MOST_BODY_BYTES = 64 * 1024 * 1024
# Sixty questions of five samples open three hundred connections in one moment; asyncio's default backlog is
# 100.
_BACKLOG = 4096
# What is still in flight when the server stops is a test's leftover and waits for nothing.
_SHUTDOWN_SECONDS = 0.02
_LAST_CONNECTIONS_SECONDS = 0.01


class WireServer:
    """A local server that speaks OpenAI's and Gemini's protocols on 127.0.0.1.

    `with WireServer() as server:` runs it in a background thread with its own event loop. A model that was
    not configured by `serve` gives the default answer.

    Args:
        default: What models that were not configured answer.
        port: The port; 0 takes a free one.
        keep_alive: Whether connections are used again. Off by default: a client that keeps its connections
            across tests hands a later event loop a socket that belongs to a closed one.
        latency_seconds: The latency of every model for which `serve` gives no other.
    """

    def __init__(
        self,
        default: Answers = assistant,
        *,
        port: int = 0,
        keep_alive: bool = False,
        latency_seconds: float = 0.0,
    ) -> None:
        self._default = default
        self._port = port
        self._latency_seconds = latency_seconds
        self._services: dict[str, Service] = {}
        self._log = RequestLog()
        self._handler = Handler(
            self._service_of, lambda: list(self._services), self._log, keep_alive=keep_alive
        )
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None

    @property
    def url(self) -> str:
        """The root, "http://127.0.0.1:PORT"; Gemini clients take it so, OpenAI's want "/v1" behind it."""
        return f"http://127.0.0.1:{self._port}"

    def serve(
        self,
        model: str,
        answers: Answers = assistant,
        *,
        latency_seconds: Latency | None = None,
        faults: Faults | None = None,
    ) -> None:
        """Says what a model does from now on, and counts its requests from 0 again.

        Args:
            model: The name that clients ask for, over either protocol.
            answers: A text or Reply that never changes; a list, in order, where the request after the last
                one gets HTTP 500; a function of the WireRequest, which runs on the server's loop and so must
                be quick (a Playback is one). Functions are called once, and lists give one item, for each
                choice asked for. A fault in an answer's place happens.
            latency_seconds: How long each request waits before anything is sent: a number, numbers by index
                of the request (others do not wait), or a function. None: as the server's own.
            faults: What goes wrong: a fault for every request, faults by index, or a function that returns
                one or None.
        """
        latency = self._latency_seconds if latency_seconds is None else latency_seconds
        self._services[model] = Service(answers, latency_seconds=latency, faults=faults)

    @property
    def log(self) -> list[LoggedRequest]:
        """The requests so far, in the order of arrival."""
        return list(self._log.entries)

    def clear_log(self) -> None:
        """Forgets the log and the highest counts. Scripts, recordings and indexes go on where they are."""
        self._log.clear()

    def in_flight(self, model: str | None = None) -> int:
        """How many requests wait for an answer now, of one model or of all."""
        return self._log.total if model is None else self._log.in_flight[model]

    def max_in_flight(self, model: str | None = None) -> int:
        """The most that ever did at once, since the log was cleared."""
        return self._log.most_total if model is None else self._log.most_in_flight[model]

    def wait_until_idle(self, timeout_seconds: float = 2.0) -> None:
        """Blocks until nothing is in flight, as a test does before it reads the log of cancelled requests.

        Raises:
            TimeoutError: Something still is.
        """
        deadline = time.monotonic() + timeout_seconds
        while self._log.total:
            self._check(deadline, timeout_seconds)
            time.sleep(0.001)

    async def await_until_idle(self, timeout_seconds: float = 2.0) -> None:
        """The same without blocking the caller's loop, which may have sockets to close first.

        Raises:
            TimeoutError: Something still is in flight.
        """
        deadline = time.monotonic() + timeout_seconds
        while self._log.total:
            self._check(deadline, timeout_seconds)
            await asyncio.sleep(0.001)

    async def await_in_flight(
        self, count: int, model: str | None = None, timeout_seconds: float = 2.0
    ) -> None:
        """Waits until so many requests are in flight, as a test does before it cancels them.

        Raises:
            TimeoutError: They are not, even then.
        """
        deadline = time.monotonic() + timeout_seconds
        while self.in_flight(model) < count:
            self._check(deadline, timeout_seconds)
            await asyncio.sleep(0.001)

    def hang_up(self) -> None:
        """Drops every request in flight: blocking clients that nobody waits for end at once."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._handler.hang_up)

    def start(self) -> Self:
        """Starts the thread and returns when the server listens."""
        self._thread = threading.Thread(target=self._run, name="wire-server", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def stop(self) -> None:
        """Drops what is in flight, closes every socket and ends the thread."""
        if self._thread is None or self._loop is None or self._stop is None:
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _check(self, deadline: float, timeout_seconds: float) -> None:
        if time.monotonic() > deadline:
            waiting = [
                f"{entry.model}[{entry.index}]" for entry in self._log.entries if entry.outcome is None
            ]
            raise TimeoutError(f"in flight after {timeout_seconds} s: {', '.join(waiting) or 'nothing'}")

    def _service_of(self, model: str) -> Service:
        if model not in self._services:
            self.serve(model, self._default)
        return self._services[model]

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        server = web.Server(
            self._handler, request_factory=_make_request, handler_cancellation=True, access_log=None
        )
        runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", self._port, backlog=_BACKLOG)
            await site.start()
            self._port = runner.addresses[0][1]
            self._ready.set()
            await self._stop.wait()
            await site.stop()
            # A connection accepted in the last turn of the loop becomes the server's in the next ones;
            # cleaned up before that, it would be left open.
            await asyncio.sleep(_LAST_CONNECTIONS_SECONDS)
        finally:
            await runner.cleanup()
            await asyncio.sleep(0)


def _make_request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_MOST_BODY_BYTES)
