"""The reader of structured objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from modelswitch_core._types import Answer, Response
from modelswitch_core.reading._canonical import canonical
from modelswitch_core.reading._objects import last_object, objects
from modelswitch_core.reading._reader import AnswerReader
from modelswitch_core.reading._text import text_of


def object_answer(value: Any) -> Answer | None:
    """A JSON value as an answer, keyed by its canonical form; None where it nests too deep."""
    try:
        written = canonical(value)
    except Exception:  # noqa: BLE001 -- values may be foreign objects; what cannot be written cannot be compared
        return None
    return Answer(written, written)


@dataclass(frozen=True, repr=False)
class JsonReader:
    """Reads a structured object, validated by a pydantic class where there is one."""

    schema: type[BaseModel] | None = None

    def __repr__(self) -> str:
        schema = self.schema
        return (
            f"json_reader({schema.__module__}.{schema.__qualname__})"
            if schema is not None
            else "json_reader()"
        )

    def read(self, response: Response | str) -> Answer | None:
        """The object of a response: the arguments of its only tool call, else the last object of its text."""
        if not isinstance(response, str) and response.tool_calls:
            if len(response.tool_calls) > 1:
                return None
            return self._answer(response.tool_calls[0].arguments)
        return self.parse(text_of(response))

    def parse(self, text: str) -> Answer | None:
        """The object of a text; None where there is none, or none that validates."""
        text = text_of(text)
        if self.schema is None:
            value = last_object(text)
            return None if value is None else self._answer(value)
        for value in objects(text):
            answer = self._answer(value)
            if answer is not None:
                return answer
        return None

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether both objects are equal after validation."""
        return a.key is not None and a.key == b.key

    def _answer(self, value: Any) -> Answer | None:
        if self.schema is None:
            return object_answer(value)
        try:
            validated = self.schema.model_validate(value)
            dumped = validated.model_dump(mode="json", warnings=False)
        except Exception:  # noqa: BLE001 -- validators are user code; whatever they raise, this is no valid object
            return None
        return object_answer(dumped)


def json_reader(schema: type[BaseModel] | None = None) -> JsonReader:
    """A reader of structured objects.

    It reads the arguments of a response's only tool call; else, in the text, the last JSON object, in a code
    fence or among other words; else the last array. With a schema, it takes the last one that validates.

    Two answers are the same when the objects are equal (after validation, and as the schema dumps them):
    keys may come in any order, 1 and 1.0 are equal, `true` and 1 are not, order in lists counts. It cannot
    mend broken JSON (comments, single quotes, trailing commas), and objects nested deeper than 60 levels
    are unreadable.

    Args:
        schema: A pydantic class that the object must satisfy. None takes any object.

    Raises:
        TypeError: `schema` is no pydantic class.
    """
    if schema is not None and not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        raise TypeError(
            f"schema={schema!r} is no pydantic class: pass a subclass of BaseModel, or None for any object"
        )
    return JsonReader(schema)


def reader_of_objects(reader: AnswerReader, schema: Any = None) -> AnswerReader:
    """The reader for structured output: a reader of texts would see one number, or one letter, of an object.

    Args:
        reader: The reader of the chat's answers. It stays where it is meant for such objects: one of the
            user's own is, and a `json_reader` whose schema is part of the class asked for.
        schema: What is asked for; None, and anything but a pydantic class, has no fields to look at.

    Returns:
        The reader itself, or a plain `json_reader()`.
    """
    if not isinstance(reader, JsonReader):
        return json_reader() if type(reader).__module__.startswith("modelswitch_core.") else reader
    fields = getattr(schema, "model_fields", {})
    own = reader.schema is not None and set(reader.schema.model_fields) <= set(fields)
    return reader if own else json_reader()
