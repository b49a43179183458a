"""Recorded answers, played back over both protocols."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.wire import Playback, WireServer, read_recording

ROWS: list[dict[str, Any]] = [
    {
        "id": "q1",
        "question": "What is 1 + 1?",
        "samples": {
            "big": [
                {"answer": "2"},
                {"answer": None},
                {"text": "It is two.", "answer": "2"},
                {"error": "Boom"},
            ],
            "small": [{"text": "2", "input_tokens": 9, "output_tokens": 80}],
        },
    },
    {"id": "q2", "question": "What is 1 + 1? And then?", "samples": {"big": [{"answer": "longer"}]}},
]


def ask(server: WireServer, text: str, *, model: str = "m", n: int = 1) -> httpx.Response:
    body = {"model": model, "n": n, "messages": [{"role": "user", "content": text}]}
    return httpx.post(server.url + "/v1/chat/completions", json=body)


def said(response: httpx.Response) -> list[str | None]:
    return [choice["message"]["content"] for choice in response.json()["choices"]]


def test_samples_come_in_their_order(server: WireServer) -> None:
    server.serve("m", Playback(ROWS, "big"))
    question = "Answer briefly. What is 1 + 1?"
    assert said(ask(server, question)) == [r"Working it out, I get \boxed{2}."]
    assert said(ask(server, question)) == [None]
    assert said(ask(server, "What is 1 + 1?")) == ["It is two."]
    failed, exhausted = ask(server, question), ask(server, question)
    assert (failed.status_code, failed.json()["error"]["message"]) == (500, "Boom")
    assert exhausted.status_code == 500
    assert "exhausted" in exhausted.json()["error"]["message"]
    assert "'big' has 4 samples" in exhausted.json()["error"]["message"]


def test_n_takes_the_next_n(server: WireServer) -> None:
    server.serve("m", Playback(ROWS, "big", sentence=str))
    assert said(ask(server, "What is 1 + 1?", n=3)) == ["2", None, "It is two."]
    assert ask(server, "What is 1 + 1?", n=2).status_code == 500


def test_the_longest_question_is_meant(server: WireServer) -> None:
    server.serve("m", Playback(ROWS, "big", sentence=str))
    assert said(ask(server, "Q: What is 1 + 1? And then?")) == ["longer"]


def test_unknown_questions_and_models_are_errors(server: WireServer) -> None:
    server.serve("m", Playback(ROWS, "big"))
    assert "no recorded question" in ask(server, "What is 2 + 2?").json()["error"]["message"]
    with pytest.raises(ValueError, match="'huge'"):
        Playback(ROWS, "huge")


def test_recorded_usage_is_told_and_gemini_plays_too(server: WireServer) -> None:
    server.serve("g", Playback(ROWS, "small"))
    body = {"contents": [{"role": "user", "parts": [{"text": "What is 1 + 1?"}]}]}
    answer = httpx.post(server.url + "/v1beta/models/g:generateContent", json=body).json()
    assert answer["candidates"][0]["content"]["parts"] == [{"text": "2"}]
    assert answer["usageMetadata"]["promptTokenCount"] == 9
    assert answer["usageMetadata"]["candidatesTokenCount"] == 80


def test_a_recording_is_read_from_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n\n", encoding="utf-8")
    assert read_recording(path) == ROWS
