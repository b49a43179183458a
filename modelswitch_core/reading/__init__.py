"""Reading: which answer does a response give, and which answers are the same."""

from modelswitch_core.reading._auto import auto_reader
from modelswitch_core.reading._calls import tool_calls_reader
from modelswitch_core.reading._choice import choice_reader
from modelswitch_core.reading._clusters import FirstOfClass, clusterer_for
from modelswitch_core.reading._date import date_reader
from modelswitch_core.reading._deadline import undecided_comparisons
from modelswitch_core.reading._exact import exact_reader
from modelswitch_core.reading._json import json_reader, reader_of_objects
from modelswitch_core.reading._math import math_reader
from modelswitch_core.reading._number import number_reader
from modelswitch_core.reading._of_question import reader_for
from modelswitch_core.reading._reader import AnswerReader, Clusterer
from modelswitch_core.reading._semantic import semantic_reader
from modelswitch_core.reading._spec import ReaderName, ReaderSpec, answer_reader

__all__ = [
    "AnswerReader",
    "Clusterer",
    "FirstOfClass",
    "ReaderName",
    "ReaderSpec",
    "answer_reader",
    "auto_reader",
    "choice_reader",
    "clusterer_for",
    "date_reader",
    "exact_reader",
    "json_reader",
    "math_reader",
    "number_reader",
    "reader_for",
    "reader_of_objects",
    "semantic_reader",
    "tool_calls_reader",
    "undecided_comparisons",
]
