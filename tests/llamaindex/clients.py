"""LlamaIndex's real clients of a wire server: no retries, a temperature at which samples differ."""

from __future__ import annotations

from typing import Any

from llama_index.core.llms import LLM
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.llms.google_genai import GoogleGenAI
from llama_index.llms.openai import OpenAI
from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]

OPENAI, GEMINI, LIKE = "gpt-4o-mini", "gemini-1.5-flash", "qwen"


def openai(url: str, *, seconds: float = 10, **options: Any) -> FunctionCallingLLM:
    """OpenAI's own client, and how long it waits."""
    fixed = {"model": OPENAI, "api_key": "k", "temperature": 1.0, "max_retries": 0, "timeout": seconds}
    return OpenAI(**{**fixed, "api_base": f"{url}/v1", **options})


def like(url: str, **options: Any) -> FunctionCallingLLM:
    """The client of whatever else speaks OpenAI's protocol."""
    fixed = {"model": LIKE, "api_key": "k", "temperature": 1.0, "max_retries": 0, "timeout": 10}
    abilities = {"is_chat_model": True, "is_function_calling_model": True, "context_window": 8000}
    llm: FunctionCallingLLM = OpenAILike(**{**fixed, **abilities, "api_base": f"{url}/v1", **options})
    return llm


def gemini(url: str, *, seconds: float = 10, **options: Any) -> FunctionCallingLLM:
    """Gemini's client. Without the limits it would ask the server for them."""
    fixed = {"model": GEMINI, "api_key": "k", "temperature": 1.0, "max_retries": 0}
    http = {"base_url": url, "timeout": int(1000 * seconds)}
    limits = {"max_tokens": 200, "context_window": 8000}
    return GoogleGenAI(**{**fixed, **limits, "http_options": http, **options})


def all_three(url: str) -> list[LLM]:
    """One of each."""
    return [openai(url), like(url), gemini(url)]
