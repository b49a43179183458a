"""The messages that each sample gets."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Self, cast

import pytest
from llama_index.core.base.llms.types import (
    BaseContentBlock,
    ChatMessage,
    ImageBlock,
    MessageRole,
    TextBlock,
    ThinkingBlock,
    ToolCallBlock,
)
from pydantic import ConfigDict, PrivateAttr

from llamaindex_modelswitch._messages import own_copies, question_of


class Marked(ChatMessage):
    """A message of somebody's own, with more than fields."""

    model_config = ConfigDict(extra="allow")

    _mark: str = PrivateAttr()


class Numbered(ChatMessage):
    """One that has a way of its own to be copied."""

    number: int = 0

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        return super().model_copy(update={**(update or {}), "number": self.number + 1}, deep=deep)


class Sketch(BaseContentBlock):
    """A block of a kind that LlamaIndex does not know."""

    strokes: list[int]


def sketched() -> ChatMessage:
    message = ChatMessage("How many?")
    message.blocks.append(cast(TextBlock, Sketch(strokes=[1, 2])))
    return message


def marked() -> Marked:
    message = Marked.model_validate({"blocks": [TextBlock(text="How many?")], "shelf": "upper"})
    message._mark = "red"
    return message


MESSAGES = [
    ChatMessage("How many?"),
    ChatMessage(""),
    ChatMessage(role="system", content="Be brief.", additional_kwargs={"name": "x", "notes": ["y"]}),
    ChatMessage(role="assistant", blocks=[ThinkingBlock(content="hm"), TextBlock(text="7")]),
    ChatMessage(role="user", blocks=[TextBlock(text="this"), ImageBlock(image=b"aGk=")]),
    ChatMessage(role="assistant", blocks=[ToolCallBlock(tool_name="add", tool_kwargs={"a": 1})]),
    ChatMessage.model_construct(blocks=[TextBlock.model_construct(text="unchecked")]),
    marked(),
    Marked.from_str("How many?"),
    sketched(),
]


@pytest.mark.parametrize("message", MESSAGES)
def test_a_copy_is_as_the_message(message: ChatMessage) -> None:
    (own,) = own_copies([message], mixed=False)
    assert own == message
    assert own.content == message.content
    for copied, given in zip([own, *own.blocks], [message, *message.blocks], strict=True):
        assert type(copied) is type(given)


def test_a_message_is_copied_by_its_own_way() -> None:
    (own,) = own_copies([Numbered.from_str("How many?")], mixed=False)
    assert isinstance(own, Numbered)
    assert own.number == 1


@pytest.mark.parametrize("message", MESSAGES)
def test_what_is_done_to_a_copy_is_not_done_to_the_message_nor_to_another_copy(message: ChatMessage) -> None:
    before = copy.deepcopy(message)
    spoilt, other = (own_copies([message], mixed=False)[0] for _ in range(2))
    spoilt.role, spoilt.additional_kwargs["more"] = MessageRole.TOOL, 1
    for value in spoilt.additional_kwargs.values():
        if isinstance(value, list):
            value.append("spoilt")
    for block in spoilt.blocks:
        if isinstance(block, TextBlock):
            block.text = "spoilt"
        if isinstance(block, ToolCallBlock):
            cast(dict[str, Any], block.tool_kwargs)["a"] = "spoilt"
        if isinstance(block, Sketch):
            block.strokes.append(3)
    spoilt.blocks.append(TextBlock(text="spoilt"))
    if isinstance(spoilt, Marked):
        spoilt.shelf = "spoilt"  # type: ignore[attr-defined]  # it takes any
        spoilt._mark = "spoilt"
    for kept in (message, other):
        assert kept == before
    assert message.model_fields_set == before.model_fields_set


def test_the_question_is_the_last_user_message() -> None:
    said = [ChatMessage("first"), ChatMessage("second"), ChatMessage(role="assistant", content="7")]
    assert question_of(said) == "second"
    assert question_of(said[2:]) == ""
