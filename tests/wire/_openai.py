"""OpenAI's chat completions: POST /v1/chat/completions."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.wire._dialect import pieces_of
from tests.wire._reply import Reply, count_words
from tests.wire._request import Chat, ProtocolName, Role, Tool, ToolUse, Turn, WireRequest

_ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}
_TOOL_USE: dict[str | None, ToolUse] = {"required": "required", "none": "none"}
_ERROR_TYPES = {400: "invalid_request_error", 401: "authentication_error", 404: "invalid_request_error"}


class OpenAIDialect:
    """Reads requests for chat completions and writes the answers."""

    name: ProtocolName = "openai"

    def request(self, model: str, body: Mapping[str, Any], *, streaming: bool, index: int) -> WireRequest:
        """A request read from its body; `n` is one where it is not sent."""
        return WireRequest(
            protocol="openai",
            model=model,
            index=index,
            body=body,
            n=int(body.get("n") or 1),
            streaming=streaming,
            read_chat=_read_chat,
        )

    def response(self, request: WireRequest, replies: Sequence[Reply]) -> dict[str, Any]:
        """A `chat.completion`."""
        return {
            **_head(request, "chat.completion"),
            "choices": [
                {
                    "index": at,
                    "message": _message(request, at, reply),
                    "logprobs": None,
                    "finish_reason": _finish(reply),
                }
                for at, reply in enumerate(replies)
            ],
            "usage": _usage(request, replies),
        }

    def events(self, request: WireRequest, replies: Sequence[Reply]) -> Iterator[bytes]:
        """`chat.completion.chunk`s: per choice the role, the pieces, the finish; then usage, if asked for."""
        head = _head(request, "chat.completion.chunk")
        wants_usage = bool((request.body.get("stream_options") or {}).get("include_usage"))
        if wants_usage:
            head["usage"] = None
        for at, reply in enumerate(replies):
            for delta in _deltas(request, at, reply):
                yield _event({**head, "choices": [{"index": at, "delta": delta, "finish_reason": None}]})
            last = {"index": at, "delta": {}, "finish_reason": _finish(reply)}
            yield _event({**head, "choices": [last]})
        if wants_usage:
            yield _event({**head, "choices": [], "usage": _usage(request, replies)})
        yield b"data: [DONE]\n\n"

    def error(self, code: int, message: str, retry_after_seconds: float | None) -> dict[str, Any]:
        """The body of an error; the pause is told by a header only."""
        kind = "rate_limit_exceeded" if code == 429 else _ERROR_TYPES.get(code, "server_error")
        return {"error": {"message": message, "type": kind, "param": None, "code": None}}


def _read_chat(body: Mapping[str, Any]) -> Chat:
    tools = tuple(
        Tool(f["name"], f.get("description") or "", f.get("parameters") or {})
        for f in (tool["function"] for tool in body.get("tools") or () if "function" in tool)
    )
    choice = body.get("tool_choice")
    if isinstance(choice, Mapping):
        named = choice["function"]["name"]
        tools = tuple(tool for tool in tools if tool.name == named)
        choice = "required"
    form = body.get("response_format") or {}
    kind = form.get("type", "text")
    stop = body.get("stop") or ()
    return Chat(
        turns=tuple(_turn(message) for message in body.get("messages") or ()),
        tools=tools,
        tool_use=_TOOL_USE.get(choice, "auto"),
        schema=form["json_schema"].get("schema") if kind == "json_schema" else None,
        json_only=kind != "text",
        stop=(stop,) if isinstance(stop, str) else tuple(stop),
        max_tokens=body.get("max_completion_tokens") or body.get("max_tokens"),
    )


def _turn(message: Mapping[str, Any]) -> Turn:
    called = tuple(call["function"]["name"] for call in message.get("tool_calls") or () if "function" in call)
    return Turn(_ROLES.get(message.get("role", ""), "user"), _text(message.get("content")), called)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text") or "" for part in content or () if part.get("type") == "text")


def _head(request: WireRequest, kind: str) -> dict[str, Any]:
    # The id tells the requests of a model apart and nothing else, so that a rerun gives the same bytes, time
    # aside.
    return {
        "id": f"chatcmpl-{request.model}-{request.index}",
        "object": kind,
        "created": int(time.time()),
        "model": request.model,
    }


def _finish(reply: Reply) -> str:
    if reply.finish == "stop" and reply.tool_calls:
        return "tool_calls"
    # A refusal is told by its own field; the model itself came to its end.
    return "stop" if reply.finish == "refusal" else reply.finish


def _refusal(reply: Reply) -> str | None:
    return reply.refusal or ("I can't help with that." if reply.finish == "refusal" else None)


def _calls(request: WireRequest, choice: int, reply: Reply) -> list[dict[str, Any]]:
    return [
        {
            "id": call.id or f"call_{len(request.chat.turns)}_{request.index}_{choice}_{at}",
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments_json},
        }
        for at, call in enumerate(reply.tool_calls)
    ]


def _message(request: WireRequest, choice: int, reply: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text, "refusal": _refusal(reply)}
    if reply.tool_calls:
        message["tool_calls"] = _calls(request, choice, reply)
    return message


def _deltas(request: WireRequest, choice: int, reply: Reply) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": "" if reply.text else None}
    for piece in pieces_of(reply.text) if reply.text else ():
        yield {"content": piece}
    refusal = _refusal(reply)
    for piece in pieces_of(refusal) if refusal else ():
        yield {"refusal": piece}
    for at, call in enumerate(_calls(request, choice, reply) if reply.tool_calls else ()):
        arguments = call["function"]["arguments"]
        yield {
            "tool_calls": [
                {"index": at, **call, "function": {"name": call["function"]["name"], "arguments": ""}}
            ]
        }
        for piece in pieces_of(arguments):
            yield {"tool_calls": [{"index": at, "function": {"arguments": piece}}]}


def _usage(request: WireRequest, replies: Sequence[Reply]) -> dict[str, int]:
    given = next((reply.usage.input_tokens for reply in replies if reply.usage is not None), None)
    words = sum(count_words(_text(message.get("content"))) for message in request.body.get("messages") or ())
    prompt = max(1, words) if given is None else given
    completion = sum(reply.output_tokens for reply in replies)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _event(data: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"
