"""A policy that learns from the calls of a switch and its copies."""

from __future__ import annotations

import pytest

from llamaindex_modelswitch import ModelSwitchLLM, switch_result
from modelswitch_core import CrossCheck, LearningCrossCheck
from tests.llamaindex.clients import GEMINI, OPENAI, gemini, openai
from tests.wire import WireServer


@pytest.mark.parametrize("how", ["sync", "async"])
async def test_it_cross_checks_as_its_first_calls_have_shown_to_be_enough(
    server: WireServer, how: str
) -> None:
    server.serve(OPENAI, "7")
    server.serve(GEMINI, "7")
    policy = LearningCrossCheck(questions=2)
    switch = ModelSwitchLLM(llms=[openai(server.url), gemini(server.url)], samples=3, policy=policy)
    drawn = []
    for asked in (switch, switch.model_copy(), switch):
        response = asked.complete("q") if how == "sync" else await asked.acomplete("q")
        result = switch_result(response)
        assert result is not None
        drawn.append(result.samples_drawn)
    assert drawn == [6, 6, 2]
    assert policy.learned == CrossCheck(first=1, draws_per_lead=2)
