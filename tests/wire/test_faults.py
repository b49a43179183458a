"""Every fault, as a plain HTTP client and as the real ones meet it."""

from __future__ import annotations

import json
import time

import httpx
import openai
import pytest

from tests.wire import (
    BrokenJson,
    Drip,
    EmptyBody,
    Fault,
    Hang,
    HtmlBody,
    NoChoices,
    Reset,
    Status,
    WireServer,
)
from tests.wire.clients import chat_openai

OPENAI = "/v1/chat/completions"
GEMINI = "/v1beta/models/m:generateContent"
GEMINI_STREAM = "/v1beta/models/m:streamGenerateContent?alt=sse"
BODY = {
    "model": "m",
    "messages": [{"role": "user", "content": "q"}],
    "contents": [{"parts": [{"text": "q"}]}],
}


def ask(
    server: WireServer, path: str = OPENAI, *, stream: bool = False, timeout_seconds: float = 5
) -> httpx.Response:
    return httpx.post(server.url + path, json={**BODY, "stream": stream}, timeout=timeout_seconds)


@pytest.mark.parametrize("path", [OPENAI, GEMINI])
def test_a_status_has_a_body_and_its_headers(server: WireServer, path: str) -> None:
    server.serve("m", faults=Status(429, "slow down", retry_after_seconds=1.5, headers={"X-Mine": "yes"}))
    response = ask(server, path)
    assert response.status_code == 429
    assert response.headers["retry-after"] == "1.5"
    assert response.headers["x-mine"] == "yes"
    assert response.json()["error"]["message"] == "slow down"
    (entry,) = server.log
    assert (entry.outcome, entry.status, entry.fault) == ("fault", 429, "Status")


def test_a_fault_of_one_request_leaves_the_script_alone(server: WireServer) -> None:
    server.serve("m", ["one", "two"], faults={1: Status(500)})
    assert [ask(server).status_code for _ in range(4)] == [200, 500, 200, 500]
    assert [entry.index for entry in server.log] == [0, 1, 2, 3]
    assert [entry.outcome for entry in server.log] == ["answered", "fault", "answered", "fault"]


def test_faults_by_a_function_and_in_a_script(server: WireServer) -> None:
    server.serve("m", "yes", faults=lambda request: Status(503) if request.index == 0 else None)
    assert [ask(server).status_code for _ in range(2)] == [503, 200]
    server.serve("m", ["yes", HtmlBody(502)])
    assert [ask(server).status_code for _ in range(2)] == [200, 502]


def test_a_function_that_raises_says_so(server: WireServer) -> None:
    def answer(request: object) -> str:
        raise ValueError("a mistake in the test")

    server.serve("m", answer)
    response = ask(server)
    assert response.status_code == 500
    assert "a mistake in the test" in response.text


@pytest.mark.parametrize("path", [OPENAI, GEMINI, GEMINI_STREAM])
@pytest.mark.parametrize("halfway", [False, True])
def test_a_reset_is_a_reset(server: WireServer, path: str, halfway: bool) -> None:
    server.serve("m", faults=Reset(halfway=halfway))
    with pytest.raises(httpx.ReadError, match="reset by peer"):
        ask(server, path)
    server.wait_until_idle()
    (entry,) = server.log
    assert (entry.outcome, entry.status, entry.fault) == ("fault", 200 if halfway else None, "Reset")


def test_a_hang_ends_with_the_client(server: WireServer) -> None:
    server.serve("m", faults={0: Hang()})
    with pytest.raises(httpx.ReadTimeout):
        ask(server, timeout_seconds=0.05)
    server.wait_until_idle()
    assert [(entry.outcome, entry.fault) for entry in server.log] == [("cancelled", "Hang")]


def test_a_server_stops_at_once_with_requests_hanging() -> None:
    with WireServer() as server:
        server.serve("m", faults=Hang())
        with (
            httpx.Client() as client,
            pytest.raises(httpx.ReadTimeout),
        ):
            client.post(server.url + OPENAI, json=BODY, timeout=0.05)
        started = time.perf_counter()
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("path", [OPENAI, GEMINI, GEMINI_STREAM])
def test_a_drip_brings_the_answer_slowly(server: WireServer, path: str) -> None:
    server.serve("m", "one two three four five six seven eight nine", faults=Drip(0.01, pieces=10))
    started = time.perf_counter()
    response = ask(server, path)
    assert time.perf_counter() - started > 0.05
    assert "nine" in response.text
    assert [(entry.outcome, entry.fault) for entry in server.log] == [("answered", "Drip")]


@pytest.mark.parametrize(
    ("fault", "code", "start"),
    [
        (BrokenJson(), 200, "{"),
        (HtmlBody(), 200, "<html>"),
        (HtmlBody(502), 502, "<html>"),
        (EmptyBody(), 200, ""),
    ],
)
@pytest.mark.parametrize("path", [OPENAI, GEMINI])
def test_bodies_that_are_no_json(server: WireServer, path: str, fault: Fault, code: int, start: str) -> None:
    server.serve("m", faults=fault)
    response = ask(server, path)
    assert (response.status_code, response.text[: max(1, len(start))]) == (code, start)
    with pytest.raises(ValueError, match="line 1"):
        response.json()
    assert [(entry.outcome, entry.status) for entry in server.log] == [("fault", code)]


@pytest.mark.parametrize("path", [OPENAI, GEMINI_STREAM])
def test_a_stream_breaks_inside_an_event(server: WireServer, path: str) -> None:
    server.serve("m", faults=BrokenJson())
    response = ask(server, path, stream=True)
    assert response.headers["content-type"] == "text/event-stream"
    *whole, broken = response.text.replace("\r", "").strip().split("\n\n")
    assert all(json.loads(event.removeprefix("data: ")) for event in whole)
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken.removeprefix("data: "))
    assert "[DONE]" not in response.text


@pytest.mark.parametrize("path", [OPENAI, GEMINI])
def test_no_choices(server: WireServer, path: str) -> None:
    server.serve("m", faults=NoChoices())
    body = ask(server, path).json()
    assert not body.get("choices")
    assert not body.get("candidates")
    assert "usage" in body or "usageMetadata" in body


def test_a_client_with_retries_gets_past_a_fault(server: WireServer) -> None:
    server.serve("m", "at last", faults={0: Status(429, retry_after_seconds=0.01), 1: Reset()})
    assert chat_openai(server.url, "m", max_retries=2).invoke("q").content == "at last"
    assert [entry.fault for entry in server.log] == ["Status", "Reset", None]


def test_the_openai_client_on_html_and_on_broken_json(server: WireServer) -> None:
    server.serve("m", faults={0: BrokenJson(), 1: HtmlBody(502)})
    with pytest.raises(json.JSONDecodeError):
        chat_openai(server.url, "m").invoke("q")
    with pytest.raises(openai.InternalServerError):
        chat_openai(server.url, "m").invoke("q")


def test_latency_per_request(server: WireServer) -> None:
    server.serve("m", "yes", latency_seconds={1: 0.1})
    for _ in range(3):
        ask(server)
    took = [(entry.finished_seconds or 0) - entry.arrived_seconds for entry in server.log]
    assert took[1] > 0.09
    assert took[0] < 0.09
    server.serve("m", "yes", latency_seconds=lambda request: 0.05 * request.n)
    started = time.perf_counter()
    ask(server)
    assert time.perf_counter() - started > 0.04
