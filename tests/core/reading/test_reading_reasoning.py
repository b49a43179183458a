import json

import pytest

from modelswitch_core import Response, auto_reader
from modelswitch_core.reading._reasoning import without_reasoning
from modelswitch_core.reading._text import text_of


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("plain", "plain"),
        ("<think>maybe 4</think>5", "5"),
        ("a <THINK>x</THINK> b", "a  b"),
        ("<thinking>x</thinking>b", "b"),
        ("<think>x</thinking>b", "b"),
        ("<thought>x</thought>b", "b"),
        ("<reasoning>x</reasoning>b", "b"),
        ("<reflection>x</reflection>b", "b"),
        ("<seed:think>x</seed:think>b", "b"),
        ("◁think▷x◁/think▷b", "b"),
        ("[THINK]x[/THINK]b", "b"),
        ("<|START_THINKING|>x<|END_THINKING|><|START_RESPONSE|>b<|END_RESPONSE|>", "b"),
        ("<|begin_of_thought|>x<|end_of_thought|><|begin_of_solution|>b<|end_of_solution|>", "b"),
        (
            "<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>final<|message|>b<|return|>",
            "b",
        ),
        ("<|channel|>commentary to=functions.add <|constrain|>json<|message|>{}<|end|>", ""),
        ("<|channel|>analysis<|message|>cut short", ""),
        ("analysisWe add 2 and 3.assistantfinal5", "5"),
        ("analysis of the sum: 5", "analysis of the sum: 5"),
        ("<think>never closed 5", ""),
        ("[THINK]never closed 5", ""),
        ("◁think▷never closed 5", ""),
        ("<reasoning>never closed 5", ""),
        ("6 <think>still at it", "6 "),
        ("the end of a hidden thought</think>7", "7"),
        ("the end of a hidden thought[/THINK]7", "7"),
        ("the end of a hidden thought◁/think▷7", "7"),
        ("x<|end|><|start|>assistant<|channel|>final<|message|>7", "7"),
        ("<think>a</think>1<think>b</think>2", "12"),
        ("<think>a <think>b</think>c", "c"),
        ("<thinking>a<reflection>b</reflection>c</thinking>d", "d"),
        ("1<thinking>a</reflection>b</thinking>2", "12"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("[thinking] 5", "[thinking] 5"),
    ],
)
def test_reasoning_is_left_out(text: str, left: str) -> None:
    assert without_reasoning(text) == left
    assert text_of(Response(text)) == text_of(text) == left


@pytest.mark.parametrize("held", ["<think>", "</think>", "<reasoning>why</reasoning>", "<|end|>", "}", "{"])
def test_an_object_is_parsed_as_it_was_read_whatever_its_strings_hold(held: str) -> None:
    reader = auto_reader()
    written = json.dumps({"n": 1, "said": held}).replace("<", "\\u003c")
    answer = reader.read(f"This is what I found in the notes:\n{written}")
    assert answer is not None
    assert answer.key == ("json", json.dumps({"n": 1, "said": held}, separators=(",", ":")))
    assert reader.parse(answer.text) == answer
