"""The messages that each sample gets."""

from __future__ import annotations

from typing import Any

import pytest
from llama_index.core.base.llms.types import (
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

    _mark: str = PrivateAttr(default="none")


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
]


@pytest.mark.parametrize("message", MESSAGES)
def test_a_copy_is_what_pydantic_would_make_of_it(message: ChatMessage) -> None:
    theirs = message.model_copy(
        update={
            "blocks": [block.model_copy() for block in message.blocks],
            "additional_kwargs": dict(message.additional_kwargs),
        }
    )
    (ours,) = own_copies([message], mixed=False)
    assert ours == theirs
    assert (type(ours), ours.content) == (type(message), message.content)
    for mine, other in zip([ours, *ours.blocks], [theirs, *theirs.blocks], strict=True):
        assert mine.model_fields_set == other.model_fields_set
        assert mine.model_dump() == other.model_dump()
        assert mine.__pydantic_private__ == other.__pydantic_private__
        assert mine.model_extra == other.model_extra


@pytest.mark.parametrize("message", MESSAGES)
def test_what_is_done_to_a_copy_is_not_done_to_the_message_nor_to_another_copy(message: ChatMessage) -> None:
    before: dict[str, Any] = message.model_dump()
    set_before = set(message.model_fields_set)
    spoilt, other = (own_copies([message], mixed=False)[0] for _ in range(2))
    spoilt.role, spoilt.additional_kwargs["more"] = MessageRole.TOOL, 1
    for value in spoilt.additional_kwargs.values():
        if isinstance(value, list):
            value.append("spoilt")
    for block in spoilt.blocks:
        if isinstance(block, TextBlock):
            block.text = "spoilt"
    spoilt.blocks.append(TextBlock(text="spoilt"))
    for kept in (message, other):
        assert kept.model_dump() == before
    assert message.model_fields_set == set_before


def test_the_question_is_the_last_user_message() -> None:
    said = [ChatMessage("first"), ChatMessage("second"), ChatMessage(role="assistant", content="7")]
    assert question_of(said) == "second"
    assert question_of(said[2:]) == ""
