"""The server itself: its life, its log, and what it does with requests it cannot serve."""

from __future__ import annotations

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

import tests.wire
from tests.wire import Hang, ServerProcess, WireServer

BODY = {"model": "m", "messages": [{"role": "user", "content": "q"}]}


def chat(server: WireServer, **extra: object) -> httpx.Response:
    return httpx.post(server.url + "/v1/chat/completions", json={**BODY, **extra})


def test_the_door_is_complete() -> None:
    assert sorted(tests.wire.__all__) == tests.wire.__all__
    assert all(hasattr(tests.wire, name) for name in tests.wire.__all__)


def test_hanging_up_drops_what_is_in_flight() -> None:
    with WireServer() as server, ThreadPoolExecutor(1) as pool:
        server.serve("m", faults=Hang())
        asking = pool.submit(chat, server)
        while not server.in_flight():
            time.sleep(0.001)
        server.hang_up()
        with pytest.raises(httpx.TransportError):
            asking.result(5)
        server.wait_until_idle()
        assert [entry.outcome for entry in server.log] == ["cancelled"]


def test_connections_close_unless_they_may_stay() -> None:
    with WireServer() as closing, WireServer(keep_alive=True) as keeping:
        assert chat(closing).headers["connection"] == "close"
        assert chat(keeping).headers.get("connection") != "close"


def test_a_default_answer_and_a_configured_one() -> None:
    with WireServer("always this") as server:
        server.serve("other", lambda request: f"{request.protocol} asks: {request.last_user_text}")
        assert chat(server).json()["choices"][0]["message"]["content"] == "always this"
        said = chat(server, model="other").json()["choices"][0]["message"]["content"]
        assert said == "openai asks: q"
        names = [row["id"] for row in httpx.get(server.url + "/v1/models").json()["data"]]
        assert names == ["other", "m"]


def test_the_log_holds_what_was_asked(server: WireServer) -> None:
    content = [{"type": "text", "text": "look:"}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    chat(server, n=2, messages=[{"role": "user", "content": content}])
    chat(server, stream=True)
    first, second = server.log
    assert (first.model, first.protocol, first.n, first.streaming, first.index) == (
        "m",
        "openai",
        2,
        False,
        0,
    )
    assert first.last_user_text == "look:"
    assert not first.key_sent
    assert second.streaming
    assert first.body["n"] == 2
    assert second.arrived_seconds >= first.arrived_seconds
    server.clear_log()
    assert server.log == []
    assert server.max_in_flight() == 0
    chat(server)
    assert [entry.index for entry in server.log] == [2]


def test_configuring_again_counts_from_zero(server: WireServer) -> None:
    chat(server)
    server.serve("m", ["again"])
    chat(server)
    assert [entry.index for entry in server.log] == [0, 0]


@pytest.mark.parametrize(
    ("method", "path", "content", "code"),
    [
        ("POST", "/v1/chat/completions", "no json", 400),
        ("POST", "/v1/chat/completions", "{}", 400),
        ("POST", "/v1/chat/completions", "[]", 400),
        ("POST", "/v1beta/models/m:generateContent", "no json", 400),
        ("POST", "/v1beta/models/m:embedContent", "{}", 404),
        ("POST", "/v1/responses", "{}", 404),
        ("DELETE", "/v1/chat/completions", "", 404),
        ("GET", "/elsewhere", "", 404),
    ],
)
def test_what_is_not_served(server: WireServer, method: str, path: str, content: str, code: int) -> None:
    response = httpx.request(method, server.url + path, content=content)
    assert response.status_code == code
    assert response.json()["error"]["message"]
    assert server.log == []


def test_a_model_of_gemini_is_described(server: WireServer) -> None:
    model = httpx.get(server.url + "/v1beta/models/gemini-x").json()
    assert model["name"] == "models/gemini-x"
    assert model["inputTokenLimit"] > 1000


def test_large_bodies_are_taken(server: WireServer) -> None:
    text = "x" * 3_000_000
    assert chat(server, messages=[{"role": "user", "content": text}]).status_code == 200


def test_a_taken_port_is_an_error() -> None:
    with WireServer() as first, pytest.raises(OSError, match="in use"):
        WireServer(port=int(first.url.rpartition(":")[2])).start()


def test_stopping_frees_the_port() -> None:
    with WireServer() as server:
        port = int(server.url.rpartition(":")[2])
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))
    server.stop()


async def test_waiting_for_what_does_not_end_says_what(server: WireServer) -> None:
    server.serve("m", "late", latency_seconds=30)
    body = json.dumps(BODY)
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as raw:
        raw.sendall((head + body).encode())
        await server.await_in_flight(1)
        assert server.in_flight() == server.in_flight("m") == 1
        with pytest.raises(TimeoutError, match=r"m\[0\]"):
            server.wait_until_idle(0.02)
        with pytest.raises(TimeoutError, match=r"m\[0\]"):
            await server.await_until_idle(0.02)
        with pytest.raises(TimeoutError, match="nothing"):
            await WireServer().await_in_flight(1, timeout_seconds=0.02)
    server.wait_until_idle()
    assert [entry.outcome for entry in server.log] == ["cancelled"]


def test_a_process_of_its_own() -> None:
    with ServerProcess("--say", "The answer is 7.", "--latency-seconds", "0.01") as process:
        response = httpx.post(process.url + "/v1/chat/completions", json=BODY)
        assert response.json()["choices"][0]["message"]["content"] == "The answer is 7."


def test_a_process_that_does_not_start_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="--no-such-option"), ServerProcess("--no-such-option"):
        pass
    assert "unrecognized arguments" in capfd.readouterr().err
