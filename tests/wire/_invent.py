"""Invents a value that satisfies a JSON schema, out of what the prompt offers.

Knows what the frameworks send: JSON schema with $ref, anyOf and enums, and Gemini's older dialect of it, with
types in capitals and `nullable`. Patterns and conditional schemas are beyond it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.wire._prompt_facts import PromptFacts

# Schemas that contain themselves end where they may: beyond this depth nothing optional is filled in.
_DEEP = 5
_FORMATS = {
    "date": "2024-01-31",
    "date-time": "2024-01-31T12:00:00Z",
    "time": "12:00:00",
    "duration": "PT1H",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "uuid": "7b0d4f6e-1c2d-4e3f-8a9b-0c1d2e3f4a5b",
    "ipv4": "192.0.2.1",
}
_Schema = Mapping[str, Any]


def invent(schema: _Schema, prompt: str) -> Any:
    """A value for a schema; the same schema and prompt always give the same value."""
    return _Inventor(schema, prompt).value(schema, "answer", 0)


class _Inventor:
    def __init__(self, root: _Schema, prompt: str) -> None:
        self._root = root
        self._facts = PromptFacts(prompt)
        self._by_type: dict[str, Callable[[_Schema, str, int], Any]] = {
            "object": self._object,
            "array": self._array,
            "integer": self._integer,
            "number": self._number,
            "string": self._string,
            "boolean": lambda schema, name, depth: True,
            "null": lambda schema, name, depth: None,
        }

    def value(self, schema: _Schema | bool, name: str, depth: int) -> Any:
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._choice(schema["enum"])
        options = schema.get("anyOf") or schema.get("oneOf")
        if options:
            return self._one_of(options, name, depth)
        return self._by_type[_type_of(schema)](schema, name, depth)

    def _resolved(self, schema: _Schema | bool) -> _Schema:
        if isinstance(schema, bool):
            return {}
        while "$ref" in schema:
            target: Any = self._root
            for step in schema["$ref"].removeprefix("#").strip("/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")] if step else target
            schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
        if "allOf" in schema:
            merged: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
            for part in schema["allOf"]:
                resolved = self._resolved(part)
                properties = {**merged.get("properties", {}), **resolved.get("properties", {})}
                required = [*merged.get("required", ()), *resolved.get("required", ())]
                merged = {**resolved, **merged}
                merged |= {"properties": properties, "required": required} if properties else {}
            return merged
        return schema

    def _choice(self, values: list[Any]) -> Any:
        mentioned = (value for value in values if isinstance(value, str) and self._facts.mentions(value))
        return next(mentioned, values[0])

    def _one_of(self, options: list[_Schema], name: str, depth: int) -> Any:
        nullable = [option for option in options if option.get("type") in ("null", "NULL")]
        if nullable and depth > _DEEP:
            return None
        return self.value(
            next((option for option in options if option not in nullable), options[0]), name, depth
        )

    def _object(self, schema: _Schema, name: str, depth: int) -> dict[str, Any]:
        required = schema.get("required") or ()
        made = {
            key: self.value(inner, key, depth + 1)
            for key, inner in (schema.get("properties") or {}).items()
            if key in required or (depth <= _DEEP and self._facts.mentions(key))
        }
        extra = schema.get("additionalProperties")
        if not made and "properties" not in schema and isinstance(extra, Mapping):
            made["first"] = self.value(extra, "first", depth + 1)
        return made

    def _array(self, schema: _Schema, name: str, depth: int) -> list[Any]:
        if "prefixItems" in schema:
            return [self.value(item, name, depth + 1) for item in schema["prefixItems"]]
        items = schema.get("items", {})
        least, most = int(schema.get("minItems", 0)), int(schema.get("maxItems", 3))
        if _type_of(self._resolved(items)) == "integer" and not least:
            return self._facts.rest_of_integers()[: max(most, 3)]
        count = least if depth > _DEEP else max(least, min(1, most))
        return [self.value(items, name, depth + 1) for _ in range(count)]

    def _integer(self, schema: _Schema, name: str, depth: int) -> int:
        found = self._facts.integer()
        return int(_within(schema, found if found is not None else schema.get("default") or 1, 1))

    def _number(self, schema: _Schema, name: str, depth: int) -> float:
        found = self._facts.number()
        return float(_within(schema, found if found is not None else schema.get("default") or 0.5, 1e-6))

    def _string(self, schema: _Schema, name: str, depth: int) -> str:
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        found = self._facts.string()
        if found is None:
            about = " ".join(self._facts.text.split()[:6])
            found = f"{name.replace('_', ' ')}: {about}" if about else name
        return found.ljust(int(schema.get("minLength") or 0), ".")[
            : int(schema.get("maxLength") or len(found) + 99)
        ]


def _type_of(schema: _Schema) -> str:
    declared = schema.get("type")
    if isinstance(declared, list):
        declared = next((kind for kind in declared if kind != "null"), "null")
    if declared:
        return str(declared).lower()
    return "object" if "properties" in schema else "array" if "items" in schema else "string"


def _within(schema: _Schema, value: float, step: float) -> float:
    # OpenAPI 3.0, Gemini's older dialect, has a boolean under "exclusiveMinimum": not a bound by itself.
    bounds = {
        key: bound for key, bound in schema.items() if isinstance(bound, int | float) and bound is not True
    }
    low = max(bounds.get("minimum", value), bounds.get("exclusiveMinimum", value - step) + step)
    high = min(bounds.get("maximum", value), bounds.get("exclusiveMaximum", value + step) - step)
    return low if low > value else min(value, high)
