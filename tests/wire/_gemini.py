"""Gemini's generateContent and streamGenerateContent: POST /v1beta/models/{model}:{method}."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.wire._dialect import pieces_of
from tests.wire._reply import Reply, count_words
from tests.wire._request import Chat, ProtocolName, Tool, Turn, WireRequest

_FINISH = {
    "stop": "STOP",
    "length": "MAX_TOKENS",
    "content_filter": "SAFETY",
    "refusal": "PROHIBITED_CONTENT",
}
_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class GeminiDialect:
    """Reads requests for content and writes the answers."""

    name: ProtocolName = "gemini"

    def request(self, model: str, body: Mapping[str, Any], *, streaming: bool, index: int) -> WireRequest:
        """A request read from its body; `candidateCount` is one where it is not sent."""
        return WireRequest(
            protocol="gemini",
            model=model,
            index=index,
            body=body,
            n=int((body.get("generationConfig") or {}).get("candidateCount") or 1),
            streaming=streaming,
            read_chat=_read_chat,
        )

    def response(self, request: WireRequest, replies: Sequence[Reply]) -> dict[str, Any]:
        """A GenerateContentResponse."""
        candidates = [
            {"index": at, "content": _content(_parts(reply)), "finishReason": _FINISH[reply.finish]}
            for at, reply in enumerate(replies)
        ]
        return _frame(request, candidates, sum(reply.output_tokens for reply in replies), replies)

    def events(self, request: WireRequest, replies: Sequence[Reply]) -> Iterator[bytes]:
        """GenerateContentResponses one after another, usage so far in each; the stream simply ends."""
        output = 0
        for at, reply in enumerate(replies):
            output += reply.output_tokens
            steps = [[{"text": piece}] for piece in pieces_of(reply.text)] if reply.text else []
            if reply.tool_calls:
                steps.append([part for part in _parts(reply) if "functionCall" in part])
            for parts in steps[:-1]:
                candidate = {"index": at, "content": _content(parts)}
                yield _event(_frame(request, [candidate], output, replies))
            last = {
                "index": at,
                "content": _content(steps[-1] if steps else []),
                "finishReason": _FINISH[reply.finish],
            }
            yield _event(_frame(request, [last], output, replies))
        if not replies:
            yield _event(_frame(request, [], output, replies))

    def error(self, code: int, message: str, retry_after_seconds: float | None) -> dict[str, Any]:
        """The body of an error, with the pause as Google's clients expect it."""
        error: dict[str, Any] = {
            "code": code,
            "message": message,
            "status": _STATUS.get(code, "INTERNAL" if code >= 500 else "UNKNOWN"),
        }
        if retry_after_seconds is not None:
            kind = "type.googleapis.com/google.rpc.RetryInfo"
            error["details"] = [{"@type": kind, "retryDelay": f"{retry_after_seconds:g}s"}]
        return {"error": error}


def _read_chat(body: Mapping[str, Any]) -> Chat:
    config = body.get("generationConfig") or {}
    tools = tuple(
        Tool(
            f["name"],
            f.get("description") or "",
            f.get("parameters") or f.get("parametersJsonSchema") or {},
        )
        for tool in body.get("tools") or ()
        for f in tool.get("functionDeclarations") or ()
    )
    calling = (body.get("toolConfig") or {}).get("functionCallingConfig") or {}
    allowed = calling.get("allowedFunctionNames")
    if allowed:
        tools = tuple(tool for tool in tools if tool.name in allowed)
    mode = calling.get("mode", "AUTO")
    schema = config.get("responseJsonSchema") or config.get("responseSchema")
    return Chat(
        turns=tuple(_turns(body)),
        tools=tools,
        tool_use="required" if mode == "ANY" else "none" if mode == "NONE" else "auto",
        schema=schema,
        json_only=schema is not None or config.get("responseMimeType") == "application/json",
        stop=tuple(config.get("stopSequences") or ()),
        max_tokens=config.get("maxOutputTokens"),
    )


def _turns(body: Mapping[str, Any]) -> Iterator[Turn]:
    system = body.get("systemInstruction")
    if system:
        yield Turn("system", _text(system))
    for content in body.get("contents") or ():
        parts = content.get("parts") or ()
        results = [part["functionResponse"] for part in parts if "functionResponse" in part]
        # Results of calls come in a user's content; whatever text stands beside them is the user's.
        for result in results:
            yield Turn("tool", _result_text(result.get("response")))
        text = _text(content)
        if content.get("role") == "model":
            calls = (part["functionCall"]["name"] for part in parts if "functionCall" in part)
            yield Turn("assistant", text, tuple(calls))
        elif text or not results:
            yield Turn("user", text)


def _text(content: Mapping[str, Any]) -> str:
    return "\n".join(part["text"] for part in content.get("parts") or () if "text" in part)


def _result_text(response: Any) -> str:
    # Clients wrap a plain result in an object of one key, and each has its own name for that key.
    if isinstance(response, Mapping) and len(response) == 1:
        response = next(iter(response.values()))
    return response if isinstance(response, str) else json.dumps(response, ensure_ascii=False)


def _parts(reply: Reply) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    if reply.text:
        parts.append({"text": reply.text})
    for call in reply.tool_calls:
        if isinstance(call.arguments, str):
            raise TypeError(
                f"arguments={call.arguments!r}: Gemini's protocol carries an object here, so give a dict"
            )
        function: dict[str, Any] = {"name": call.name, "args": dict(call.arguments)}
        parts.append({"functionCall": function if call.id is None else {"id": call.id, **function}})
    return parts


def _content(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"role": "model", "parts": parts} if parts else {"role": "model"}


def _frame(
    request: WireRequest, candidates: list[dict[str, Any]], output: int, replies: Sequence[Reply]
) -> dict[str, Any]:
    prompt = next((reply.usage.input_tokens for reply in replies if reply.usage is not None), None)
    if prompt is None:
        contents = [*(request.body.get("contents") or ()), request.body.get("systemInstruction") or {}]
        prompt = max(1, sum(count_words(_text(content)) for content in contents))
    frame: dict[str, Any] = {"candidates": candidates} if candidates else {}
    frame["usageMetadata"] = {
        "promptTokenCount": prompt,
        "candidatesTokenCount": output,
        "totalTokenCount": prompt + output,
    }
    frame["modelVersion"] = request.model
    frame["responseId"] = f"{request.model}-{request.index}"
    return frame


def _event(data: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\r\n\r\n"
