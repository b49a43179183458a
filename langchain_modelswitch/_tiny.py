"""The tiny models of our own as chat models, so that chains run offline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.model_profile import ModelProfile
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import ConfigDict, Field, PrivateAttr

from langchain_modelswitch._messages import question_of
from modelswitch_core import OptionError
from modelswitch_core.tiny import CONTEXT_TOKENS, LONGEST_ANSWER_TOKENS, Task, TinyDraws, TinyModel


class ChatTiny(BaseChatModel):
    """A tiny language model of our own as a chat model: arithmetic in words, offline, often right.

        ChatTiny(model="sums").invoke("What is 417 − 58?").content

    It answers the last human message, and looks at nothing before it. It takes no tools. A token is a
    character: of all messages in, of all answers out. `n`, `temperature` and `seed` can also be bound or
    given at a call.

    Args:
        model: "sums" (default), "differences" or "products": what it is best at. All three do all of it, see
            `TinyModel.load(…).card`. The model's name is then "tiny-sums".
        temperature: 1.0, the default, samples from what it learned; 0 takes the likeliest character each
            time.
        seed: At least 0: the n-th draw of the same question from this object, its copies included, is the
            same in every process. None, the default: new answers every time.
        n: How many answers a request brings, at least 1, all in one batch. `generate` returns them all,
            `invoke` the first.

    Raises:
        pydantic.ValidationError: A field has a value it cannot have, or there is no such field.
    """

    model_config = ConfigDict(extra="forbid")

    model: Task = "sums"
    temperature: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    seed: int | None = Field(default=None, ge=0)
    n: int = Field(default=1, ge=1)

    # Copies share it: a switch asks a copy, and the draws of one seed must differ there too.
    _draws: TinyDraws = PrivateAttr(default_factory=TinyDraws)

    @property
    def model_name(self) -> str:
        """The name under which usage is counted, such as "tiny-sums"."""
        return f"tiny-{self.model}"

    @property
    def _llm_type(self) -> str:
        return "modelswitch-tiny"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": self.model_name, **self._options({})}

    def _resolve_model_profile(self) -> ModelProfile:
        return ModelProfile(
            max_input_tokens=CONTEXT_TOKENS,
            max_output_tokens=LONGEST_ANSWER_TOKENS,
            text_inputs=True,
            text_outputs=True,
            image_inputs=False,
            audio_inputs=False,
            video_inputs=False,
            reasoning_output=False,
            tool_calling=False,
            structured_output=False,
        )

    def get_token_ids(self, text: str) -> list[int]:
        """The characters' code points: a token is a character."""
        return [ord(character) for character in text]

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        del run_manager  # an answer is whole at once: there are no tokens to tell of
        options = self._options(kwargs)
        answers = self._draws.answer(
            self.model,
            question_of(messages),
            samples=options["n"],
            temperature=options["temperature"],
            seed=options["seed"],
        )
        texts = [_until(answer.text, stop or []) for answer in answers]
        sent, made = sum(len(str(message.text)) for message in messages), sum(map(len, texts))
        model = TinyModel.load(self.model)
        about = {
            "model_name": model.name,
            "model_provider": "modelswitch-tiny",
            "about": model.card["about"],
            "parameters": model.network.parameters,
        }
        return ChatResult(
            generations=[
                ChatGeneration(
                    message=AIMessage(
                        content=text,
                        # As with other providers, each answer carries the usage of the whole request.
                        usage_metadata=UsageMetadata(
                            input_tokens=sent, output_tokens=made, total_tokens=sent + made
                        ),
                        response_metadata={
                            **about,
                            "finish_reason": answer.finish,
                            "written": answer.written,
                        },
                    )
                )
                for text, answer in zip(texts, answers, strict=True)
            ]
        )

    def _options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        options: dict[str, Any] = {"n": self.n, "temperature": self.temperature, "seed": self.seed}
        unknown = sorted(given.keys() - options.keys())
        if unknown:
            raise OptionError(
                f"{unknown[0]}={given[unknown[0]]!r} is nothing ChatTiny takes: {', '.join(options)}"
            )
        return {**options, **given}


def _until(text: str, stop: list[str]) -> str:
    for end in stop:
        text = text.split(end, 1)[0]
    return text
