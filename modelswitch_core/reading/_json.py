"""The reader of structured objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from modelswitch_core._types import Answer, Response
from modelswitch_core.reading._canonical import canonical
from modelswitch_core.reading._clusters import FirstOfClass
from modelswitch_core.reading._json_fields import ByField
from modelswitch_core.reading._json_values import DEFAULT_TOLERANCE, ValueRule, value_of, without
from modelswitch_core.reading._objects import last_object, loads, objects
from modelswitch_core.reading._reader import AnswerReader, Clusterer
from modelswitch_core.reading._text import text_of

VoteBy = Literal["object", "field"]


@dataclass(frozen=True, repr=False)
class JsonReader:
    """Reads a structured object, validated by a pydantic class where there is one; see `json_reader`."""

    schema: type[BaseModel] | None = None
    ignore: tuple[str, ...] = ()
    tolerance: float = DEFAULT_TOLERANCE
    ordered_lists: bool = True
    vote_by: VoteBy = "object"

    def __repr__(self) -> str:
        schema, plain = self.schema, JsonReader()
        shown = [] if schema is None else [f"{schema.__module__}.{schema.__qualname__}"]
        shown += [
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if name != "schema" and value != getattr(plain, name)
        ]
        return f"json_reader({', '.join(shown)})"

    def read(self, response: Response | str) -> Answer | None:
        """The object of a response: the arguments of its only tool call, else the last object of its text."""
        if not isinstance(response, str) and response.tool_calls:
            if len(response.tool_calls) > 1:
                return None
            return self._answer(response.tool_calls[0].arguments)
        return self._last_object(text_of(response))

    def parse(self, text: str) -> Answer | None:
        """The object of a text; None where there is none, or none that validates."""
        return self._last_object(text_of(text))

    def _last_object(self, text: str) -> Answer | None:
        if self.schema is None:
            value = last_object(text)
            return None if value is None else self._answer(value, parsed=True)
        for value in objects(text):
            answer = self._answer(value)
            if answer is not None:
                return answer
        return None

    def same(self, a: Answer, b: Answer) -> bool:
        """Whether both objects are the same in what is compared; symmetric, but not transitive."""
        if a.key is not None and b.key is not None:
            return a.key == b.key
        mine, theirs = (without(value_of(answer), self.ignore) for answer in (a, b))
        return self._rule.same_values(mine, theirs)

    def clusterer(self, question: str) -> Clusterer:  # noqa: ARG002  # objects are the same or not, whatever was asked
        """By object or by field, as `vote_by` says."""
        return FirstOfClass(self) if self.vote_by == "object" else ByField(self._rule, self.ignore)

    @property
    def _rule(self) -> ValueRule:
        return ValueRule(self.tolerance, self.ordered_lists)

    def _answer(self, value: Any, *, parsed: bool = False) -> Answer | None:
        """A value as an answer; `parsed` for one of a text, which its own text would give again."""
        try:
            # Whatever validators, which are user code, and foreign objects raise: this is no valid object.
            if self.schema is not None:
                value = self.schema.model_validate(value).model_dump(mode="json", warnings=False)
            if parsed and not self.ignore:
                return self._rule.answer(value)
            text = canonical(value, typed=True)
            written = value if parsed else loads(text)
            return Answer(text, self._rule.key(without(written, self.ignore)))
        except Exception:  # noqa: BLE001
            return None


def json_reader(
    schema: type[BaseModel] | None = None,
    *,
    ignore: Sequence[str] = (),
    tolerance: float = DEFAULT_TOLERANCE,
    ordered_lists: bool = True,
    vote_by: VoteBy = "object",
) -> JsonReader:
    """A reader of structured objects.

    It reads the arguments of a response's only tool call; else, in the text, the last JSON object, in a code
    fence or among other words; else the last array. With a schema, it takes the last one that validates.

    Of a name that comes twice in an object, the last value counts, as for Python's own parser. Two answers
    are the same when the objects are equal (after validation, and as the schema dumps them) in
    all that is compared: keys may come in any order, 1 and 1.0 are equal, `true` and 1 are not. Two numbers
    of which at least one is a float are the same when |a - b| ≤ tolerance · the larger of |a| and |b|; whole
    numbers must be equal. A tolerance is not transitive (a like b, b like c, but a not like c): objects are
    compared with the first of each class, in draw order, see `FirstOfClass`. What Python writes for an
    object, {'a': None,}, is read too. It cannot mend broken JSON (comments, keys without quotes), and objects
    nested deeper than 60 levels are unreadable, and so are those of more than 20,000 characters with
    a number that no float can hold.

    By field, models are still consistent, and runs still stop, by whole objects. Where it comes to the vote,
    each top-level field is voted on by itself, with each model's weight from its answers to that field; an
    object scores the sum over the fields of the votes for its value there, and the best one wins. So the
    winner was always drawn as a whole, and is the drawn object that agrees with the others most. A missing
    field counts as a value of its own. In the result, `scores` are these sums, and `confidence` is the share
    of all votes, over all fields, that went to the winner's values: 1.0 where all agree. Settled exit is off;
    reward votes, which judge whole responses, stay by object.

    Args:
        schema: A pydantic class that the object must satisfy. None takes any object.
        ignore: Fields that are not compared, such as a free text that gives reasons, or an id; a dotted path
            for one inside another ("steps.reason" leads through a list of steps). They stay in the answer.
        tolerance: For floats, relative, in [0, 1). Default 1e-9, what Python's `math.isclose` takes.
        ordered_lists: Whether order in lists counts. Default True. Without, lists are the same when their
            items can be paired off; beyond 64 items that are not equal, they are paired in sorted order.
        vote_by: "object" (the default) or "field", as above.

    Raises:
        TypeError: `schema` is no pydantic class, or `ignore` no list of strings.
        ValueError: The tolerance lies outside [0, 1), `vote_by` is unknown, or a path in `ignore` begins with
            a field that the schema does not have.
    """
    if schema is not None and not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        raise TypeError(
            f"schema={schema!r} is no pydantic class: pass a subclass of BaseModel, or None for any object"
        )
    if isinstance(ignore, str) or not all(isinstance(path, str) for path in ignore):
        raise TypeError(f"ignore={ignore!r} must be a list of the names of fields, such as ['reasoning']")
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not 0 <= tolerance < 1:
        raise ValueError(
            f"tolerance={tolerance!r} must lie in [0, 1): how far two floats may be apart, relative to the "
            "larger; 0.01 is one per cent"
        )
    if vote_by not in ("object", "field"):
        raise ValueError(f"vote_by={vote_by!r} is unknown: use 'object' or 'field'")
    if schema is not None:
        _check_paths(schema, ignore)
    return JsonReader(schema, tuple(ignore), float(tolerance), bool(ordered_lists), vote_by)


def _check_paths(schema: type[BaseModel], ignore: Sequence[str]) -> None:
    fields = {*schema.model_fields, *schema.model_computed_fields}
    aliases = {field.serialization_alias for field in schema.model_fields.values()}
    if schema.__pydantic_root_model__ or schema.model_config.get("extra") == "allow":
        return
    for path in ignore:
        if path.partition(".")[0] not in fields | aliases:
            raise ValueError(
                f"ignore={list(ignore)!r} names {path!r}, but {schema.__name__} has no such field; "
                f"it has {', '.join(sorted(fields))}"
            )


def reader_of_objects(reader: AnswerReader, schema: Any = None) -> AnswerReader:
    """The reader for structured output: a reader of texts would see one number, or one letter, of an object.

    Args:
        reader: The reader of the chat's answers. It stays where it is meant for such objects: one of the
            user's own is, a `json_reader` for any object, and one whose schema is part of the class asked
            for.
        schema: What is asked for; None, and anything but a pydantic class, has no fields to look at.

    Returns:
        The reader itself, or a plain `json_reader()`.
    """
    if not isinstance(reader, JsonReader):
        return json_reader() if type(reader).__module__.startswith("modelswitch_core.") else reader
    fields = getattr(schema, "model_fields", {})
    own = reader.schema is None or set(reader.schema.model_fields) <= set(fields)
    return reader if own else json_reader()
