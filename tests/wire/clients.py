"""Real clients of a wire server, in one line. A door of its own: the server needs no framework."""

from __future__ import annotations

from typing import Any

from langchain_google_genai import ChatGoogleGenerativeAI
from langchain_openai import ChatOpenAI


def chat_openai(url: str, model: str = "gpt-4o-mini", **options: Any) -> ChatOpenAI:
    """LangChain's OpenAI client of the server at this URL: no retries, usage in streams."""
    fixed = {"base_url": f"{url}/v1", "api_key": "k", "max_retries": 0, "stream_usage": True}
    return ChatOpenAI(**{"model": model, **fixed, **options})


def chat_gemini(url: str, model: str = "gemini-2.5-flash", **options: Any) -> ChatGoogleGenerativeAI:
    """LangChain's Gemini client of the server at this URL: one attempt (it counts attempts, not retries)."""
    fixed = {"base_url": url, "google_api_key": "k", "max_retries": 1}
    return ChatGoogleGenerativeAI(**{"model": model, **fixed, **options})
