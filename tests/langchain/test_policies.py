"""A policy that learns from the calls of a switch, its copies and its bindings."""

from __future__ import annotations

import pytest

from modelswitch_core import CrossCheck, LearningCrossCheck
from tests.langchain.doubles import GEMINI, OPENAI, both, result_of
from tests.wire import WireServer


@pytest.mark.parametrize("how", ["sync", "async"])
async def test_it_cross_checks_as_its_first_calls_have_shown_to_be_enough(
    server: WireServer, how: str
) -> None:
    server.serve(OPENAI, "7")
    server.serve(GEMINI, "7")
    policy = LearningCrossCheck(questions=2)
    switch = both(server, samples=3, policy=policy)
    drawn = []
    for asked in (switch, switch.model_copy(), switch.bind(stop=["END"])):
        message = asked.invoke("q") if how == "sync" else await asked.ainvoke("q")
        drawn.append(result_of(message).samples_drawn)
    assert drawn == [6, 6, 2]
    assert policy.learned == CrossCheck(first=1, draws_per_lead=2)
