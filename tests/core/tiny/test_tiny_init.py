import importlib
import sys

import pytest

import modelswitch_core.tiny


def test_it_says_which_extra_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    monkeypatch.delitem(sys.modules, "modelswitch_core.tiny")
    with pytest.raises(ImportError, match=r"modelswitch\[demo\]"):
        importlib.import_module("modelswitch_core.tiny")


def test_its_public_names() -> None:
    assert modelswitch_core.tiny.__all__ == [
        "CONTEXT_TOKENS",
        "LONGEST_ANSWER_TOKENS",
        "TASKS",
        "Question",
        "Task",
        "TinyAnswer",
        "TinyDraws",
        "TinyModel",
        "held_out_questions",
    ]
    for name in modelswitch_core.tiny.__all__:
        assert getattr(modelswitch_core.tiny, name)
