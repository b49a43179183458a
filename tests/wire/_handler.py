"""Takes an HTTP request to its answer or its accident."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from aiohttp import web

from tests.wire._dialect import Dialect
from tests.wire._faults import BrokenJson, Drip, EmptyBody, Fault, Hang, HtmlBody, NoChoices, Reset, Status
from tests.wire._gemini import GeminiDialect
from tests.wire._log import LoggedRequest, Outcome, RequestLog
from tests.wire._openai import OpenAIDialect
from tests.wire._reply import Reply
from tests.wire._request import WireRequest
from tests.wire._service import Decision, Service

_OPENAI, _GEMINI = OpenAIDialect(), GeminiDialect()
_CHAT = "/v1/chat/completions"
_GEMINI_MODELS = "/v1beta/models/"
_HTML = "<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>"


class Handler:
    """The server's one request handler: finds the model's service, waits, answers, and logs.

    Paths are compared here instead of in aiohttp's router, whose work per request would show in the
    benchmarks.

    Args:
        service_of: Gives the service of a model's name.
        models: Gives the names of the configured models.
        log: Where requests are noted.
        keep_alive: Whether connections are used again.
    """

    def __init__(
        self,
        service_of: Callable[[str], Service],
        models: Callable[[], Sequence[str]],
        log: RequestLog,
        *,
        keep_alive: bool,
    ) -> None:
        self._service_of = service_of
        self._models = models
        self._log = log
        self._keep_alive = keep_alive
        self._started = time.perf_counter()
        self._waiting: set[asyncio.BaseTransport] = set()

    def hang_up(self) -> None:
        """Drops every connection whose request is not answered; for the server's own loop."""
        for transport in self._waiting:
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()

    async def __call__(self, http: web.BaseRequest) -> web.StreamResponse:
        """Answers one HTTP request."""
        path = http.path
        if http.method == "GET":
            return self._describe(path)
        if http.method == "POST" and path == _CHAT:
            body = await _json_body(http)
            if body is None or not isinstance(body.get("model"), str):
                return self._error(_OPENAI, Status(400, "the body must be a JSON object that names a model"))
            return await self._answer(http, _OPENAI, body["model"], body, streaming=bool(body.get("stream")))
        if http.method == "POST" and path.startswith(_GEMINI_MODELS):
            model, _, method = path.removeprefix(_GEMINI_MODELS).rpartition(":")
            body = await _json_body(http)
            if body is None:
                return self._error(_GEMINI, Status(400, "the body must be a JSON object"))
            if method in ("generateContent", "streamGenerateContent"):
                streaming = method == "streamGenerateContent"
                return await self._answer(http, _GEMINI, model, body, streaming=streaming)
        dialect = _GEMINI if path.startswith("/v1beta") else _OPENAI
        return self._error(dialect, Status(404, f"{http.method} {path} is not served here"))

    async def _answer(
        self, http: web.BaseRequest, dialect: Dialect, model: str, body: dict[str, Any], *, streaming: bool
    ) -> web.StreamResponse:
        service = self._service_of(model)
        request = dialect.request(model, body, streaming=streaming, index=service.requests)
        service.requests += 1
        key_sent = "Authorization" in http.headers or "x-goog-api-key" in http.headers or "key" in http.query
        entry = self._log.arrived(request, key_sent=key_sent, seconds=self._now())
        decision = service.decide(request)
        fault = None if decision.fault is None else type(decision.fault).__name__
        transport = http.transport or asyncio.BaseTransport()
        self._waiting.add(transport)
        try:
            if decision.latency_seconds > 0:
                await asyncio.sleep(decision.latency_seconds)
            return await self._perform(http, dialect, request, decision, entry)
        except (asyncio.CancelledError, ConnectionError):
            # A ConnectionError: the client left between two writes, before the loop heard of it.
            self._log.finished(entry, "cancelled", None, fault, self._now())
            raise
        except Exception as error:
            # An answer that this protocol cannot carry. Nothing is sent before a whole answer is made.
            self._log.finished(entry, "fault", 500, type(error).__name__, self._now())
            return self._error(dialect, Status(500, f"{type(error).__name__}: {error}"))
        finally:
            self._waiting.discard(transport)

    async def _perform(
        self,
        http: web.BaseRequest,
        dialect: Dialect,
        request: WireRequest,
        decision: Decision,
        entry: LoggedRequest,
    ) -> web.StreamResponse:
        fault = decision.fault
        match fault:
            case None:
                pass
            case Drip():
                return await self._drip(http, dialect, request, decision, fault, entry)
            case Hang():
                await asyncio.Event().wait()
            case Reset():
                return await self._reset(http, dialect, request, fault, entry)
            case Status():
                response = self._error(dialect, fault)
            case HtmlBody():
                response = self._whole(_HTML.encode(), "text/html", fault.code)
            case EmptyBody():
                response = self._whole(b"", "application/json", fault.code)
            case BrokenJson():
                response = self._broken(dialect, request)
            case NoChoices() if request.streaming:
                return await self._stream(http, list(dialect.events(request, ())), entry, fault)
            case NoChoices():
                response = self._whole(_encoded(dialect.response(request, ())))
        if fault is not None:
            self._end(entry, response.status, fault)
            return response
        if request.streaming:
            return await self._stream(http, list(dialect.events(request, decision.replies)), entry)
        response = self._whole(_encoded(dialect.response(request, decision.replies)))
        self._end(entry, 200)
        return response

    async def _stream(
        self,
        http: web.BaseRequest,
        events: Sequence[bytes],
        entry: LoggedRequest,
        fault: Fault | None = None,
        pause_seconds: float = 0.0,
    ) -> web.StreamResponse:
        response = self._open("text/event-stream")
        await response.prepare(http)
        for at, event in enumerate(events, start=1):
            if pause_seconds:
                await asyncio.sleep(pause_seconds)
            if at == len(events):
                # Before the last write: whoever has the whole answer finds it logged.
                self._end(entry, 200, fault)
            await response.write(event)
        await response.write_eof()
        return response

    async def _drip(
        self,
        http: web.BaseRequest,
        dialect: Dialect,
        request: WireRequest,
        decision: Decision,
        drip: Drip,
        entry: LoggedRequest,
    ) -> web.StreamResponse:
        if request.streaming:
            events = list(dialect.events(request, decision.replies))
            return await self._stream(http, events, entry, drip, drip.pause_seconds)
        body = _encoded(dialect.response(request, decision.replies))
        step = -(-len(body) // max(1, drip.pieces))
        response = self._open("application/json", length=len(body))
        await response.prepare(http)
        for at in range(0, len(body), step):
            await asyncio.sleep(drip.pause_seconds)
            if at + step >= len(body):
                self._end(entry, 200, drip)
            await response.write(body[at : at + step])
        await response.write_eof()
        return response

    async def _reset(
        self,
        http: web.BaseRequest,
        dialect: Dialect,
        request: WireRequest,
        reset: Reset,
        entry: LoggedRequest,
    ) -> web.StreamResponse:
        response = self._open("text/event-stream" if request.streaming else "application/json")
        if reset.halfway:
            body = _cut_off(dialect, request)
            await response.prepare(http)
            await response.write(body)
            # One turn of the loop, so that the half is on its way before the connection is torn down.
            await asyncio.sleep(0.01)
        # Noted first: tearing the connection down also cancels this handler.
        self._end(entry, 200 if reset.halfway else None, reset)
        if http.transport is not None:
            raw = http.transport.get_extra_info("socket")
            if raw is not None:
                # Without lingering the kernel sends RST; abort() alone may end the connection in good order.
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            http.transport.abort()
        return response

    def _broken(self, dialect: Dialect, request: WireRequest) -> web.StreamResponse:
        if not request.streaming:
            return self._whole(_cut_off(dialect, request))
        # The blank line makes clients take the half for an event; without it they would drop it.
        return self._whole(_cut_off(dialect, request) + b"\n\n", "text/event-stream")

    def _error(self, dialect: Dialect, status: Status) -> web.StreamResponse:
        message = status.message or HTTPStatus(status.code).phrase
        response = self._whole(
            _encoded(dialect.error(status.code, message, status.retry_after_seconds)), code=status.code
        )
        if status.retry_after_seconds is not None:
            response.headers["Retry-After"] = f"{status.retry_after_seconds:g}"
        response.headers.update(status.headers)
        return response

    def _describe(self, path: str) -> web.StreamResponse:
        if path == "/v1/models":
            rows = [{"id": name, "object": "model", "owned_by": "tests.wire"} for name in self._models()]
            return self._whole(_encoded({"object": "list", "data": rows}))
        if path.startswith(_GEMINI_MODELS):
            model = path.removeprefix(_GEMINI_MODELS)
            limits = {"inputTokenLimit": 1_048_576, "outputTokenLimit": 65_536}
            return self._whole(_encoded({"name": f"models/{model}", "displayName": model, **limits}))
        return self._error(_OPENAI, Status(404, f"GET {path} is not served here"))

    def _whole(self, body: bytes, kind: str = "application/json", code: int = 200) -> web.StreamResponse:
        response = web.Response(body=body, status=code, content_type=kind)
        if not self._keep_alive:
            response.force_close()
        return response

    def _open(self, kind: str, length: int | None = None) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": kind, "Cache-Control": "no-cache"})
        response.content_length = length
        if not self._keep_alive:
            response.force_close()
        return response

    def _end(self, entry: LoggedRequest, status: int | None, fault: Fault | None = None) -> None:
        outcome: Outcome = "answered" if fault is None or isinstance(fault, Drip) else "fault"
        name = None if fault is None else type(fault).__name__
        self._log.finished(entry, outcome, status, name, self._now())

    def _now(self) -> float:
        return time.perf_counter() - self._started


async def _json_body(http: web.BaseRequest) -> dict[str, Any] | None:
    try:
        body = json.loads(await http.read())
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _cut_off(dialect: Dialect, request: WireRequest) -> bytes:
    # What the model would have said plays no part, so a broken body uses up no scripted answer.
    replies = (Reply("This answer never came to its end, for the body breaks off before it."),)
    if not request.streaming:
        whole = _encoded(dialect.response(request, replies))
        return whole[: len(whole) // 2]
    events = list(dialect.events(request, replies))
    at = len(events) // 2
    return b"".join(events[:at]) + events[at][: len(events[at]) // 2]
