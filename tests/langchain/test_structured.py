"""Structured output: every model is asked its own way, and the vote is on the objects."""

from __future__ import annotations

import json
from typing import Any, Literal, TypedDict

import pytest
from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage
from pydantic import BaseModel, Field

from langchain_modelswitch import ModelSwitchRunnable, collect_switch_results
from modelswitch_core import OptionError
from tests.langchain.doubles import GEMINI, OPENAI, EveryShare, both, openai_only, result_of
from tests.wire import Reply, ToolCall, WireServer
from tests.wire.clients import chat_openai

# OpenAI's client puts parsed objects where pydantic expects none.
pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")

Method = Literal["json_schema", "function_calling", "json_mode"]
METHODS: list[Method | None] = [None, "json_schema", "function_calling", "json_mode"]
QUESTION = "I met 'Ada Lovelace', 36 years old. Answer as JSON with 'name' and 'age' keys."


class Person(BaseModel):
    """Somebody."""

    name: str = Field(description="The full name")
    age: int


class PersonDict(TypedDict):
    """Somebody."""

    name: str
    age: int


PERSON_SCHEMA = {
    "title": "Person",
    "description": "Somebody.",
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
}
SCHEMAS = [Person, PersonDict, PERSON_SCHEMA]


def says(name: str, age: Any, *, indent: int | None = None, reverse: bool = False) -> str:
    """The object as a model may write it."""
    pairs = [("name", name), ("age", age)]
    return json.dumps(dict(reversed(pairs) if reverse else pairs), indent=indent)


def as_dict(made: Any) -> Any:
    return made.model_dump() if isinstance(made, BaseModel) else made


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("schema", SCHEMAS, ids=["pydantic", "typeddict", "json schema"])
async def test_each_kind_of_schema_by_each_method(server: WireServer, schema: Any, method: Method) -> None:
    text = says("Ada", 36)
    calls = Reply(tool_calls=(ToolCall("Person", {"name": "Ada", "age": 36}),))
    named = Reply(tool_calls=(ToolCall("PersonDict", {"name": "Ada", "age": 36}),))

    def answer(request: Any) -> Reply:
        tools = [tool.name for tool in request.chat.tools]
        return (named if "PersonDict" in tools else calls) if tools else Reply(text)

    server.serve(OPENAI, answer)
    server.serve(GEMINI, answer)
    switch = both(server, policy=EveryShare()).with_structured_output(schema, method=method)
    with collect_switch_results() as results:
        made = [switch.invoke(QUESTION), await switch.ainvoke(QUESTION)]
    for one in made:
        assert as_dict(one) == {"name": "Ada", "age": 36}
        assert isinstance(one, Person) == (schema is Person)
    # All four samples, whichever way they were asked for and written, are one answer.
    for result in results:
        assert [list(report.answers.values()) for report in result.models] == [[2], [2]]
        assert len(result.scores) == 1


@pytest.mark.parametrize("method", METHODS)
async def test_include_raw(server: WireServer, method: Method) -> None:
    if method == "json_mode":
        server.serve(
            OPENAI, says("Ada", 36)
        )  # without a schema, the server cannot know that an age is a number
    switch = both(server).with_structured_output(Person, method=method, include_raw=True)
    for made in (switch.invoke(QUESTION), await switch.ainvoke(QUESTION)):
        assert isinstance(made, dict)
        assert made["parsing_error"] is None
        assert isinstance(made["parsed"], Person)
        assert isinstance(made["raw"], AIMessage)
        assert result_of(made["raw"]).samples_drawn == 2


def test_without_a_method_each_model_has_its_own_default(server: WireServer) -> None:
    both(server, policy=EveryShare()).with_structured_output(Person).invoke(QUESTION)
    bodies = {entry.model: entry.body for entry in server.log}
    assert bodies[OPENAI]["response_format"]["type"] == "json_schema"
    assert bodies[GEMINI]["generationConfig"]["responseMimeType"] == "application/json"


def test_a_method_reaches_every_model(server: WireServer) -> None:
    both(server, policy=EveryShare()).with_structured_output(Person, method="function_calling").invoke(
        QUESTION
    )
    bodies = {entry.model: entry.body for entry in server.log}
    assert bodies[OPENAI]["tool_choice"] == {"type": "function", "function": {"name": "Person"}}
    assert bodies[GEMINI]["toolConfig"]["functionCallingConfig"]["allowedFunctionNames"] == ["Person"]


async def test_objects_are_compared_and_not_how_they_are_written(server: WireServer) -> None:
    server.serve(OPENAI, [says("Ada", 36), says("Ada", 36, indent=4, reverse=True)] * 2)
    switch = both(server).with_structured_output(Person, include_raw=True)
    for made in (switch.invoke("q"), await switch.ainvoke("q")):
        assert isinstance(made, dict)
        assert made["parsed"] == Person(name="Ada", age=36)
        assert result_of(made["raw"]).stop_reason == "consistent"


def test_objects_of_two_providers_meet_in_one_vote(server: WireServer) -> None:
    server.serve(OPENAI, [says("Ada", 36), says("Bob", 1)])
    server.serve(GEMINI, [says("Bob", 1, indent=2), says("Bob", 1, reverse=True)])
    made = both(server).with_structured_output(Person, include_raw=True).invoke("q")
    assert isinstance(made, dict)
    assert made["parsed"] == Person(name="Bob", age=1)
    assert result_of(made["raw"]).chosen.model == 1
    assert len(result_of(made["raw"]).scores) == 2


def test_the_winner_is_parsed_by_its_own_models_parser(server: WireServer) -> None:
    # OpenAI's wins as a message with an object in it, Gemini's as text; each parser knows its own.
    server.serve(OPENAI, says("Ada", 36))
    server.serve(GEMINI, says("Ada", 36))
    for priors, winner in (([2.0, 1.0], 0), ([1.0, 2.0], 1)):
        switch = both(server, policy=EveryShare(), priors=priors)
        with collect_switch_results() as results:
            assert switch.with_structured_output(Person).invoke("q") == Person(name="Ada", age=36)
        assert results[0].chosen.model == winner


async def test_what_cannot_be_parsed_is_unreadable_and_does_not_win(server: WireServer) -> None:
    server.serve(OPENAI, ["no JSON at all", says("Ada", "very old"), says("Ada", 36)] * 2)
    switch = openai_only(server, samples=3, settled_exit=False, max_concurrency=1)
    structured = switch.with_structured_output(Person, method="json_mode", include_raw=True)
    for made in (structured.invoke("q"), await structured.ainvoke("q")):
        assert isinstance(made, dict)
        assert made["parsed"] == Person(name="Ada", age=36)
        result = result_of(made["raw"])
        assert result.models[0].unreadable == 2
        assert result.chosen.draw == 2


def test_where_nothing_can_be_parsed_the_parser_says_so(server: WireServer) -> None:
    server.serve(OPENAI, "no JSON at all")
    switch = openai_only(server)
    with pytest.raises(OutputParserException):
        switch.with_structured_output(Person, method="json_mode").invoke("q")
    made = switch.with_structured_output(Person, method="json_mode", include_raw=True).invoke("q")
    assert isinstance(made, dict)
    assert made["parsed"] is None
    assert isinstance(made["parsing_error"], OutputParserException)
    assert made["raw"].content == "no JSON at all"


def test_a_refused_object_is_none(server: WireServer) -> None:
    server.serve(OPENAI, [Reply(finish="refusal"), Reply(says("Ada", 36))])
    switch = openai_only(server, settled_exit=False, max_concurrency=1)
    with collect_switch_results() as results:
        assert switch.with_structured_output(Person).invoke("q") == Person(name="Ada", age=36)
    assert results[0].models[0].unreadable == 1


async def test_objects_are_streamed_whole(server: WireServer) -> None:
    switch = both(server).with_structured_output(Person)
    assert [type(made) for made in switch.stream(QUESTION)] == [Person]
    assert [type(made) async for made in switch.astream(QUESTION)] == [Person]


def test_strictness_is_passed_on(server: WireServer) -> None:
    openai_only(server).with_structured_output(PERSON_SCHEMA, method="json_schema", strict=True).invoke(
        QUESTION
    )
    assert server.log[0].body["response_format"]["json_schema"]["strict"] is True


def test_options_bound_to_a_model_stay(server: WireServer) -> None:
    models = [chat_openai(server.url).bind(temperature=0.25)]
    ModelSwitchRunnable(models=models, samples=2).with_structured_output(Person).invoke(QUESTION)
    assert {entry.body["temperature"] for entry in server.log} == {0.25}


def test_a_model_without_structured_output_is_named() -> None:
    switch = ModelSwitchRunnable(models=[FakeListChatModel(responses=["x"])], samples=2)
    with pytest.raises(OptionError, match="FakeListChatModel, which has no structured output"):
        switch.with_structured_output(Person)


def test_a_reader_of_the_chat_s_answers_does_not_read_objects(server: WireServer) -> None:
    """By `number`, two people of one age would be the same answer."""
    server.serve(OPENAI, [says("Ada", 36), says("Grace", 36), says("Grace", 36)])
    switch = openai_only(server, samples=3, answer="number", settled_exit=False, max_concurrency=1)
    with collect_switch_results() as results:
        made = switch.with_structured_output(Person).invoke(QUESTION)
    assert made == Person(name="Grace", age=36)
    assert len(results[0].scores) == 2
