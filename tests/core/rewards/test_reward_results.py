"""Rewards in results and recordings: shown when they failed, kept with the samples, replayed."""

import json
from pathlib import Path

from modelswitch_core import SwitchResult, reward_model
from modelswitch_core.evaluation import replay
from modelswitch_core.recordings import append_result, read_recording
from tests.core.drivers.script import Stage, play, switch

SCRIPT = [["a", "b", "a"], ["a", "b", "c"]]
WORTH = {"a": 0.25, "b": 1.5, "c": -1.0}


def drawn(vote: str, *, fails: bool = False) -> SwitchResult:
    def reward(question: str, response: str) -> float:
        if fails:
            raise ConnectionError("the reward server\x1b[2J is <gone>\n" + "x" * 200)
        return WORTH[response]

    fields = {"reward": reward_model(reward), "keep_samples": True}
    return play("threads", switch(samples=3, vote=vote, fields=fields), Stage(SCRIPT)).result


def test_a_failure_is_shown_in_the_table_in_the_sentences_and_in_the_drawing() -> None:
    result = drawn("reward_best", fails=True)
    line = "the reward model had no say: ConnectionError: the reward server�[2J is <gone> xxx"
    assert f"\n  {line}" in str(result)
    assert f". T{line[1:]}" in result.explain()
    drawing = result._repr_html_()
    assert "the reward model had no say: ConnectionError" in drawing
    assert "<gone>" not in drawing
    assert max(map(len, str(result).splitlines())) < 170


def test_nothing_is_said_where_nothing_failed() -> None:
    result = drawn("reward_best")
    assert "reward" not in str(result) + result.explain() + result._repr_html_()


def test_recorded_rewards_replay_as_they_decided(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    append_result(path, "Which?", drawn("reward_best"), gold="b")
    line = json.loads(path.read_text())
    assert [sample["reward"] for sample in line["samples"]["m0"]] == [0.25, 1.5, 0.25]
    questions = list(read_recording(path))
    for vote, accuracy in [("reward_best", 1.0), ("reward_sum", 1.0), ("plurality", 0.0)]:
        played = replay(questions, models=["m0", "m1"], samples=3, vote=vote, answer="exact")
        assert played.figures.accuracy == accuracy, vote


def test_a_failed_reward_is_left_out_of_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    append_result(path, "Which?", drawn("reward_best", fails=True))
    assert "reward" not in path.read_text()
