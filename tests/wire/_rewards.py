"""A server of reward models for their real client: /classify and /pooling as vLLM serves them."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self

from tests.wire._faults import BrokenJson, EmptyBody, Hang, HtmlBody, Status

RewardFault = BrokenJson | EmptyBody | Hang | HtmlBody | Status
Shape = Literal["tokens", "steps", "flat"]


@dataclass(frozen=True, slots=True)
class RewardRequest:
    """One request: where it went, what it held, and the texts that the model was given to judge.

    Args:
        path: "/classify" or "/pooling".
        body: The parsed JSON.
        texts: The inputs, or the one chat in this server's template.
        key_sent: Whether a bearer token came with it. The token itself is never kept.
    """

    path: str
    body: Mapping[str, Any]
    texts: tuple[str, ...]
    key_sent: bool


@dataclass
class RewardServer:
    """Serves one reward model on 127.0.0.1, in threads of this process.

    A chat is judged as the text `question|response`, whatever else a template would write around it. The
    number is the model's own under `use_activation: false` and from /pooling, else its sigmoid.

    Args:
        judge: The reward of a text. A list takes the place of everything that would be in `data`.
        model: Its name; for any other the answer is 404.
        api_key: What must be sent as a bearer token, or the answer is 401. None asks for none.
        shape: What /pooling returns: a row for each "token" (word), of which the last has the reward; a row
            of (bad, good) for each step that ends in "<extra_0>"; or one number.
        fault: Happens instead of any answer.
        delay_seconds: How long each answer takes.
    """

    judge: Callable[[str], float] | Sequence[Any]
    model: str = "rm"
    api_key: str | None = None
    shape: Shape = "tokens"
    fault: RewardFault | None = None
    delay_seconds: float = 0.0
    requests: list[RewardRequest] = field(default_factory=list)
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._at_once = 0

    @property
    def url(self) -> str:
        """The root, "http://127.0.0.1:PORT"."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, kind, said = server._answer(self.path, self.headers.get("Authorization"), body)
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(said)))
                    self.end_headers()
                    self.wfile.write(said)
                except OSError:  # the client has left
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _answer(self, path: str, authorization: str | None, raw: bytes) -> tuple[int, str, bytes]:
        body = json.loads(raw)
        with self._lock:
            texts = _texts(body)
            self.requests.append(RewardRequest(path, body, texts, key_sent=authorization is not None))
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            self._closing.wait(self.delay_seconds)
            return self._said(path, authorization, body, texts)
        finally:
            with self._lock:
                self._at_once -= 1

    def _said(
        self, path: str, authorization: str | None, body: Mapping[str, Any], texts: Sequence[str]
    ) -> tuple[int, str, bytes]:
        if self.api_key is not None and authorization != f"Bearer {self.api_key}":
            return _error(401, f"Unauthorized: {authorization}")
        if path not in ("/classify", "/pooling"):
            return _error(404, "Not Found")
        if body.get("model") != self.model:
            return _error(404, f"The model `{body.get('model')}` does not exist.")
        match self.fault:
            case None:
                pass
            case Hang():
                self._closing.wait()
                return _error(503, "closing")
            case Status():
                return _error(self.fault.code, self.fault.message or "it broke")
            case HtmlBody():
                return self.fault.code, "text/html", b"<html><body>Bad gateway</body></html>"
            case EmptyBody():
                return self.fault.code, "application/json", b""
            case BrokenJson():
                whole = self._whole(path, body, texts)
                return 200, "application/json", whole[: len(whole) // 2]
        return 200, "application/json", self._whole(path, body, texts)

    def _whole(self, path: str, body: Mapping[str, Any], texts: Sequence[str]) -> bytes:
        if callable(self.judge):
            judged = [self.judge(text) for text in texts]
            make = self._classified if path == "/classify" else self._pooled
            # Backwards, as only `index` says which is which.
            data = [make(place, texts[place], judged[place], body) for place in reversed(range(len(texts)))]
        else:
            data = list(self.judge)
        usage = {"prompt_tokens": 9, "total_tokens": 9, "completion_tokens": 0}
        return json.dumps(
            {"id": "x-1", "object": "list", "model": self.model, "data": data, "usage": usage}
        ).encode()

    def _classified(self, place: int, _: str, reward: float, body: Mapping[str, Any]) -> dict[str, Any]:
        raw = body.get("use_activation") is False
        probs = [reward if raw else 1 / (1 + math.exp(-reward))]
        return {"index": place, "label": "LABEL_0", "probs": probs, "num_classes": 1}

    def _pooled(self, place: int, text: str, reward: float, _: Mapping[str, Any]) -> dict[str, Any]:
        data: list[Any]
        match self.shape:
            case "tokens":
                data = [[-99.0] for _ in text.split()[1:]] + [[reward]]
            case "steps":
                goods = [reward / 2**number for number in range(text.count("<extra_0>"))]
                data = [[1 - good, good] for good in goods]
            case "flat":
                data = [reward]
        return {"index": place, "object": "pooling", "data": data}


def _texts(body: Mapping[str, Any]) -> tuple[str, ...]:
    if "messages" in body:
        return ("|".join(message["content"] for message in body["messages"]),)
    given = body["input"]
    return (given,) if isinstance(given, str) else tuple(given)


def _error(status: int, message: str) -> tuple[int, str, bytes]:
    said = {"error": {"message": message, "type": "Error", "param": None, "code": status}}
    return status, "application/json", json.dumps(said).encode()
