"""Invented values satisfy the schemas that frameworks send."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter

from tests.wire._invent import invent


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Point(BaseModel):
    x: int = Field(gt=-10, lt=10)
    y: float = Field(ge=2)


class Tree(BaseModel):
    label: str
    left: Tree | None
    children: list[Tree]


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]
    friends: Annotated[list[str], Field(min_length=2, max_length=4)]


class Form(BaseModel):
    name: Annotated[str, Field(min_length=12, max_length=20)]
    colour: Colour
    points: list[Point]
    pair: tuple[int, str]
    pet: Cat | Dog
    born: date
    seen: datetime
    tags: dict[str, int]
    note: str | None = None
    done: bool = False


@pytest.mark.parametrize(
    "prompt", ["", "3, 99 and -7.5", "A 'quoted' blue thing by Ada Lovelace, with a note"]
)
@pytest.mark.parametrize(
    "kind",
    [
        Colour,
        Point,
        Tree,
        Dog,
        Form,
        list[int],
        list[Point],
        dict[str, Point],
        int | None,
        Cat | Dog,
        bool,
        Any,
    ],
)
def test_values_satisfy_their_schema(kind: Any, prompt: str) -> None:
    adapter = TypeAdapter(kind)
    adapter.validate_python(invent(adapter.json_schema(), prompt), strict=False)


@pytest.mark.parametrize(
    ("schema", "prompt", "value"),
    [
        ({"type": "integer"}, "magic_function(3)", 3),
        ({"type": "INTEGER", "nullable": True}, "gpt4 has -5 friends", -5),
        ({"type": "number"}, "add 2.5 and 3", 2.5),
        ({"type": "string"}, "the customer '你好啊集团' (Hello Group)", "你好啊集团"),
        ({"type": "string"}, "What is the weather in San Francisco, CA?", "San Francisco, CA"),
        ({"type": "string"}, "it isn't the dog's", "answer: it isn't the dog's"),
        ({"type": "array", "items": {"type": "integer"}}, "sort 3, 1 and 2", [3, 1, 2]),
        ({"enum": ["sunny", "rainy"]}, "a rainy day", "rainy"),
        ({"enum": ["sunny", "rainy"]}, "a day", "sunny"),
        ({"type": ["null", "integer"]}, "7", 7),
        ({"const": 4}, "5", 4),
        (
            {"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["b"]},
            "5",
            {"b": 5},
        ),
        ({"allOf": [{"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"]}]}, "", {"a": 1}),
        ({}, "", "answer"),
    ],
)
def test_values_come_from_the_prompt(schema: dict[str, Any], prompt: str, value: Any) -> None:
    assert invent(schema, prompt) == value
