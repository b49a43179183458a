"""Several samples in one request.

Of LlamaIndex's clients only OpenAI's and its heirs' (OpenAILike, AzureOpenAI) can bring them: they pass `n`
on, and keep the whole response in `raw`, although they themselves return its first choice alone. GoogleGenAI
keeps one candidate only, so it is asked once a sample.
"""

from __future__ import annotations

import sys
from typing import Any

from llama_index.core.base.llms.types import ChatResponse, CompletionResponse
from llama_index.core.llms import LLM


def takes_n(llm: LLM) -> bool:
    """Whether one request to this LLM can bring several samples."""
    # Looked up, not imported: whoever has such an LLM has imported its module, and it is an extra.
    module = sys.modules.get("llama_index.llms.openai.base")
    return module is not None and isinstance(llm, module.OpenAI) and llm.metadata.is_chat_model


def chat_responses(llm: Any, first: ChatResponse) -> list[ChatResponse]:
    """Every choice of a response as a response of its own."""
    from llama_index.llms.openai.utils import from_openai_message

    return [
        first.model_copy(
            update={
                "message": from_openai_message(choice.message, modalities=llm.modalities or ["text"]),
                "raw": _raw(first).model_copy(update={"choices": [choice]}),
                # Those of the other choices stay in `raw`.
                "logprobs": first.logprobs if place == 0 else None,
            }
        )
        for place, choice in enumerate(_raw(first).choices)
    ]


def completion_responses(first: CompletionResponse) -> list[CompletionResponse]:
    """Every choice of a completion as a completion of its own."""
    return [
        first.model_copy(
            update={
                "text": choice.message.content or "",
                "raw": _raw(first).model_copy(update={"choices": [choice]}),
                "logprobs": first.logprobs if place == 0 else None,
            }
        )
        for place, choice in enumerate(_raw(first).choices)
    ]


def _raw(response: ChatResponse | CompletionResponse) -> Any:
    return response.raw
