import copy
import pickle

import pytest
from pydantic import BaseModel

from modelswitch_core import Answer, Response
from modelswitch_core.reading import AnswerReader, answer_reader, json_reader

NAMES = ["auto", "exact", "number", "math", "choice", "date", "json", "tool_calls"]


class Plum(BaseModel):
    name: str


class Own:
    def read(self, response: Response | str) -> Answer | None:
        return None

    def parse(self, text: str) -> Answer | None:
        return None

    def same(self, a: Answer, b: Answer) -> bool:
        return False


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    reader = answer_reader(name)
    assert isinstance(reader, AnswerReader)
    assert repr(reader) == f"{name}_reader()"
    assert reader == answer_reader(name)
    assert hash(reader) == hash(answer_reader(name))
    assert pickle.loads(pickle.dumps(reader)) == copy.deepcopy(reader) == reader
    assert len({answer_reader(other) for other in NAMES}) == len(NAMES)


def test_objects_and_classes() -> None:
    own = Own()
    assert answer_reader(own) is own
    assert answer_reader(Plum) == json_reader(Plum)
    assert pickle.loads(pickle.dumps(answer_reader(Plum))) == json_reader(Plum)
    assert answer_reader() == answer_reader("auto")


@pytest.mark.parametrize(
    ("spec", "error", "words"),
    [
        ("nmber", ValueError, "answer='nmber'.*Did you mean 'number'.*'auto'"),
        ("Number", ValueError, "Did you mean 'number'"),
        ("tool-calls", ValueError, "Did you mean 'tool_calls'"),
        ("", ValueError, "answer=''"),
        ("x" * 500, ValueError, "Allowed"),
        ("semantic", ValueError, r"bare name.*semantic_reader\(embeddings=…\).*semantic_reader\(judge=…\)"),
        (5, TypeError, "answer=5.*no read and no parse and no same"),
        (None, TypeError, "answer=None"),
        (dict, TypeError, "pydantic class"),
        (Own, TypeError, r"pass an instance.*Own\(\)"),
    ],
)
def test_refused(spec: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        answer_reader(spec)


def test_exact() -> None:
    reader = answer_reader("exact")
    a, b = reader.read(" One\n two "), reader.parse("one TWO")
    assert a is not None
    assert b is not None
    assert a.text == "One\n two"
    assert reader.same(a, b)
    assert reader.read("  ") is None
