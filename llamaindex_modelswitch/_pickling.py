"""LLMs in a pickle, without one byte of a key.

In a key's place stands the name of the environment variable that holds it, and from there it is read again.
A key that none holds is left behind, and so is a client that can be neither pickled nor made again from its
LLM's fields: the switch then asks for that LLM before it answers.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import pickletools
import re
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from llama_index.core.llms import LLM
from llama_index.core.schema import BaseComponent
from pydantic import BaseModel, SecretStr

_NAMED = re.compile(
    r"(?:api|access|auth|secret|private|subscription)[-_ ]?key$|^key$|token$|secret|passw|credential"
    r"|authorization|cookie",
    re.IGNORECASE,
)
# Stricter than where errors are shown: what is struck here is missed afterwards.
_SHAPED = re.compile(
    r"(?:\b(?:sk|pk|rk|gsk|xai|hf|ya29|ghp|lsv2)[-_.]|\b(?:AIza|AKIA)|\bbearer )(?=[\w.-]{0,64}\d)[\w.-]{12,}"
    r"|://[^\s/@:?#]{1,100}:[^\s/@]{6,200}@",
    re.IGNORECASE | re.ASCII,
)
_SHORTEST = 6
"""In characters: local servers want a word such as "fake" or "EMPTY", which keeps nobody out."""
_VARIABLE = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH", re.IGNORECASE)
_WAYS = ("__getstate__", "__setstate__", "__reduce__", "__reduce_ex__")


@dataclass(frozen=True, slots=True)
class Packed:
    """An LLM as it is pickled; `absent` are those of its private attributes that cannot be."""

    kind: type[LLM]
    fields: dict[str, Any]
    private: dict[str, Any]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """What an unpickled LLM lacks under a name, as a `why` to be read, and what it has there instead."""

    llm: LLM
    name: str
    instead: Any
    why: str

    def among(self, llms: Iterable[LLM]) -> bool:
        """Whether the LLM is one of these, and lacks it still."""
        return any(llm is self.llm for llm in llms) and getattr(self.llm, self.name, None) is self.instead


@dataclass(frozen=True, slots=True)
class _Key:
    """Stands where a key was that `variable` of the environment holds; None where none does."""

    name: str
    variable: str | None
    secret: bool

    def read(self) -> str | SecretStr | None:
        """The key, where the environment has it."""
        key = os.environ.get(self.variable) if self.variable else None
        return SecretStr(key) if key and self.secret else key or None


def packed(llm: LLM) -> LLM | Packed:
    """What is pickled of an LLM: itself, where its class has a way of its own."""
    kind = type(llm)
    if any(getattr(kind, way) is not getattr(BaseComponent, way) for way in _WAYS):
        return llm
    fields = {name: _walk(value, _struck, name) for name, value in llm.__dict__.items()}
    private = {name: _walk(value, _struck, name) for name, value in (llm.__pydantic_private__ or {}).items()}
    return Packed(
        kind,
        {name: value for name, value in fields.items() if picklable(value)},
        {name: value for name, value in private.items() if picklable(value)},
        tuple(name for name, value in private.items() if not picklable(value)),
    )


def unpacked(pickled: LLM | Packed) -> tuple[LLM, list[Lost]]:
    """The LLM again, with the environment's keys, and what it lacks."""
    if isinstance(pickled, LLM):
        return pickled, []
    kind, states = pickled.kind, {**pickled.fields, **pickled.private}
    keys = {name: list(_keys(value)) for name, value in states.items()}
    why = {
        name: _unread(missing[0])
        for name, held in keys.items()
        if (missing := [key for key in held if key.read() is None])
    }
    fields, private = (
        {name: _walk(value, _read, name) for name, value in given.items()}
        for given in (pickled.fields, pickled.private)
    )
    for name, field in kind.model_fields.items():
        if name not in fields:
            fields[name] = field.get_default(call_default_factory=True)
    lazy = {name: None for name in pickled.absent if name in _made_at_first_use(kind)}
    llm = kind.__new__(kind)
    BaseModel.__setstate__(
        llm,
        {
            "__dict__": fields,
            "__pydantic_extra__": None,
            "__pydantic_fields_set__": set(pickled.fields),
            "__pydantic_private__": {**private, **lazy},
        },
    )
    gone = set(pickled.absent) - set(lazy)
    if gone and not why and any(keys.values()):
        # The key is among the fields, so that the client is made of them, as LlamaIndex itself would do it.
        with contextlib.suppress(Exception):
            llm.__init__(**fields)  # type: ignore[misc]
            gone = set()
    why.update({name: f"{name}, which cannot be pickled" for name in sorted(gone)})
    return llm, [Lost(llm, name, getattr(llm, name, None), said) for name, said in why.items()]


def picklable(value: Any) -> bool:
    """Whether it can be pickled."""
    try:
        pickle.dumps(value)
    except Exception:  # noqa: BLE001  # pickle raises whatever an object's own methods do
        return False
    return True


def holds_key(value: Any) -> bool:
    """Whether a key would be in its pickle, as far as that goes."""
    trial = _Trial()
    with contextlib.suppress(Exception):  # whoever pickles it will hear of it
        trial.dump(value)
    return trial.keys or any(map(_SHAPED.search, trial.texts()))


class _Trial(pickle.Pickler):
    """Pickles something to see what would be in the pickle."""

    def __init__(self) -> None:
        self.written = io.BytesIO()
        self.keys = False
        super().__init__(self.written)

    def texts(self) -> Iterator[str]:
        """Those in the pickle, as far as it went."""
        with contextlib.suppress(ValueError):  # it broke off
            for _, text, _ in pickletools.genops(self.written.getvalue()):
                if isinstance(text, str):
                    yield text
                elif isinstance(text, bytes):
                    yield text.decode("latin-1")

    def reducer_override(self, value: Any) -> Any:
        # LLMs and embedding models of a reader, say, which do not go through our hands.
        if isinstance(value, SecretStr):
            self.keys |= bool(value.get_secret_value())
        elif isinstance(value, BaseComponent):
            struck = _walk(dict(value.__dict__), _struck, "")
            self.keys |= any(_keys(struck))
        return NotImplemented


def _walk(value: Any, change: Callable[[Any, str], Any], name: str) -> Any:
    """A copy with every leaf of its dictionaries and lists changed, each by the nearest name above it."""
    if type(value) is dict:
        return {key: _walk(each, change, str(key)) for key, each in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_walk(each, change, name) for each in value)
    return change(value, name)


def _struck(value: Any, name: str) -> Any:
    secret = isinstance(value, SecretStr)
    text = value.get_secret_value() if secret else value.decode("latin-1") if type(value) is bytes else value
    if not isinstance(text, str) or len(text) < _SHORTEST:
        return value
    if not (secret or _NAMED.search(name) or _SHAPED.fullmatch(text)):
        return value
    # Of a name that says so: any other may hold the same by chance, and something else where it is read.
    holding = sorted(key for key, held in os.environ.items() if held == text and _VARIABLE.search(key))
    return _Key(name, holding[0] if holding else None, secret)


def _read(value: Any, _: str) -> Any:
    return value.read() if isinstance(value, _Key) else value


def _keys(value: Any) -> Iterator[_Key]:
    if isinstance(value, _Key):
        yield value
    elif type(value) in (dict, list, tuple):
        for each in value.values() if type(value) is dict else value:
            yield from _keys(each)


def _unread(key: _Key) -> str:
    if key.variable is None:
        return f"{key.name}, as keys are never pickled, and no environment variable held it"
    return f"{key.name}, as keys are never pickled, and {key.variable} is not set here"


def _made_at_first_use(kind: type[LLM]) -> set[str]:
    """Its private attributes that may be None, as the clients are that it makes when they are wanted."""
    try:
        hints = typing.get_type_hints(kind)
    except Exception:  # noqa: BLE001  # of a class of anybody's
        return set()
    return {name for name in kind.__private_attributes__ if type(None) in typing.get_args(hints.get(name))}
