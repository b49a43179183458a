"""Recorded questions of every kind, for Hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from modelswitch_core import RecordedQuestion, RecordedSample

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.sampled_from(["gpt-4o-mini", "gemini#2", "ü"])
maybe_tokens = st.none() | st.integers(0, 10**6)
notes = st.none() | st.dictionaries(
    st.sampled_from(["topic", "ü"]), st.none() | st.booleans() | st.lists(texts, max_size=2), min_size=1
)

failed = st.builds(RecordedSample, error=texts.map("Error: {}".format), seconds=st.none() | st.floats(0, 60))
drawn = st.builds(
    RecordedSample,
    text=texts,
    answer=st.none() | texts,
    answered=st.booleans(),
    reward=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    input_tokens=maybe_tokens,
    output_tokens=maybe_tokens,
    seconds=st.none() | st.floats(0, 60),
    notes=notes,
)
samples = st.lists(drawn | failed, max_size=4).map(tuple)

questions = st.builds(
    RecordedQuestion,
    id=texts,
    question=texts,
    gold=st.none() | texts,
    samples=st.dictionaries(names, samples, max_size=2),
    notes=notes,
)
