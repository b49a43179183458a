"""The answer of a model that nobody configured: plausible, the same every time, and obedient to schemas and
tools.

It understands nothing. It looks at what form of answer is asked for and fills that form with what the prompt
offers, which is all that a framework's plumbing needs.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tests.wire._invent import invent
from tests.wire._prompt_facts import quoted
from tests.wire._reply import Reply, ToolCall
from tests.wire._request import Chat, Tool, WireRequest


def assistant(request: WireRequest) -> Reply:
    """A tool call where tools are offered, JSON where it is asked for, a tool's result quoted, or small talk.

    Stop sequences and the limit of tokens (words, here) cut texts and JSON alike, as they do at a provider.
    """
    chat = request.chat
    prompt = request.last_user_text
    answers_a_tool = bool(chat.turns) and chat.turns[-1].role == "tool"
    if chat.tools and (chat.tool_use == "required" or (chat.tool_use == "auto" and not answers_a_tool)):
        tool = _pick_tool(chat, prompt)
        return Reply(tool_calls=(ToolCall(tool.name, _as_object(invent(tool.schema, prompt))),))
    if chat.schema is not None:
        text = _json(invent(chat.schema, prompt))
    elif chat.json_only:
        text = _json(_json_for(prompt))
    elif answers_a_tool:
        text = f"The tool says: {chat.turns[-1].text}"
    else:
        text = _small_talk(prompt)
    return _cut(Reply(text), chat)


def _pick_tool(chat: Chat, prompt: str) -> Tool:
    # A model made to call a tool after every result (as agents do to get their structured answer) goes on to
    # one it has not called yet; else it takes the tool whose name and purpose share the most words with the
    # prompt.
    called = set(_called_since_the_user_spoke(chat))
    fresh = [tool for tool in chat.tools if tool.name not in called] or list(chat.tools)
    words = _words(prompt)

    def fit(tool: Tool) -> tuple[bool, int]:
        return tool.name in prompt, len(words & _words(f"{tool.name} {tool.description}"))

    return max(fresh, key=fit)


def _called_since_the_user_spoke(chat: Chat) -> list[str]:
    names: list[str] = []
    for turn in reversed(chat.turns):
        if turn.role == "user":
            break
        names.extend(turn.called)
    return names


def _words(text: str) -> set[str]:
    return {word.strip(".,;:?!()") for word in text.lower().replace("_", " ").split()} - {
        "",
        "a",
        "the",
        "of",
        "is",
    }


def _as_object(value: Any) -> dict[str, Any]:
    # A tool without parameters may come with an empty schema, which by itself allows anything.
    return value if isinstance(value, dict) else {}


def _json_for(prompt: str) -> dict[str, Any]:
    # Without a schema the keys stand in the prompt, as "'setup' and 'punchline' keys" or as a schema written
    # out.
    schema = _schema_in(prompt)
    if schema is not None:
        return _as_object(invent(schema, prompt[: prompt.index("{")]))
    keys = [key for key in quoted(prompt) if key.replace("_", "").isalnum()]
    return {key: f"{key}: {' '.join(prompt.split()[:6])}" for key in keys or ["answer"]}


def _schema_in(prompt: str) -> dict[str, Any] | None:
    for at, character in enumerate(prompt):
        if character != "{":
            continue
        try:
            found, _ = json.JSONDecoder().raw_decode(prompt, at)
        except ValueError:
            continue
        # Format instructions tend to show a toy schema first and the real one last.
        if "properties" in found and "foo" not in found["properties"]:
            return dict(found)
    return None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _small_talk(prompt: str) -> str:
    heard = " ".join(prompt.split()[:8])
    return f"I hear: {heard}. That is all I can tell you." if heard else "I am here to help you."


def _cut(reply: Reply, chat: Chat) -> Reply:
    text = reply.text or ""
    ends = [at for at in (text.find(stop) for stop in chat.stop if stop) if at >= 0]
    text = text[: min(ends)] if ends else text
    words = text.split()
    if chat.max_tokens is not None and len(words) > chat.max_tokens:
        return replace(reply, text=" ".join(words[: chat.max_tokens]), finish="length")
    return replace(reply, text=text)
