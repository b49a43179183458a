from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from modelswitch_core import OptionError, RecordedQuestion, RecordedSample
from modelswitch_core.evaluation import Price, Replay, replay
from modelswitch_core.recordings import read_recording

TWO = ("a", "b")


def question(
    id: str,  # noqa: A002
    *,
    gold: str | None = "1",
    a: Sequence[str | None] = (),
    b: Sequence[str | None] = (),
    tokens: int | None = None,
) -> RecordedQuestion:
    """Draws by their answer: None is unreadable, "!" failed."""

    def sample(said: str | None) -> RecordedSample:
        if said == "!":
            return RecordedSample(error="Error")
        return RecordedSample(answer=said, answered=True, input_tokens=tokens, output_tokens=tokens)

    return RecordedQuestion(
        id=id,
        question="?",
        gold=gold,
        samples={"a": tuple(map(sample, a)), "b": tuple(map(sample, b))},
    )


AGREED = question("agreed", a="11", b="22")
SWITCHED = question("switched", a="21", b="11")
WRONG = question("wrong", a="22", b="11")


def run(*questions: RecordedQuestion, **options: Any) -> Replay:
    return replay(questions, **{"models": TWO, "samples": 2, "answer": "exact", **options})


def test_accuracy_samples_waves_and_switches_are_means_over_questions() -> None:
    figures = run(AGREED, SWITCHED, WRONG).figures
    assert figures.accuracy == pytest.approx(2 / 3)
    assert figures.mean_samples == pytest.approx((2 + 4 + 2) / 3)
    assert figures.mean_waves == pytest.approx((1 + 2 + 1) / 3)
    assert figures.switched == pytest.approx(1 / 3)
    # Pooled, 1-1-2-2 goes to 1, which comes first; 2-1-1-1 to 1; 2-2-1-1 to 2.
    assert figures.agreement_with_pool == 1.0


def test_baselines_use_the_same_draws() -> None:
    result = run(AGREED, SWITCHED, WRONG)
    assert [each.accuracy for each in result.self_consistency.values()] == [
        pytest.approx(1 / 3),
        pytest.approx(2 / 3),
    ]
    assert result.self_consistency["a"].difference == pytest.approx(1 / 3)
    assert result.pooled.accuracy == pytest.approx(2 / 3)
    assert result.pooled.mean_samples == 4
    assert result.pooled.difference == 0


def test_a_failed_draw_is_no_sample() -> None:
    result = run(question("1", a=["!", "1", "!", "1"], b="22"), question("2", a=["!", "1"], b="11"))
    assert (result.questions, result.left_out) == (1, 1)
    assert dict(result.too_few) == {"a": 1, "b": 0}
    assert result.figures.mean_samples == 2


def test_an_unreadable_draw_is_one() -> None:
    result = run(question("1", a=["1", None], b="11"))
    assert result.figures.mean_samples == 4
    assert result.figures.accuracy == 1.0


def test_without_a_gold_answer_a_question_counts_in_all_but_accuracy() -> None:
    result = run(AGREED, question("2", gold=None, a="12", b="11"))
    assert (result.questions, result.without_gold) == (2, 1)
    assert result.figures.accuracy == 1.0
    assert result.figures.mean_samples == 3
    alone = run(question("2", gold=None, a="12", b="11"))
    assert alone.figures.accuracy is None
    assert alone.figures.accuracy_interval is None
    assert alone.pooled.difference is None


def test_a_gold_answer_that_cannot_be_read_is_never_met() -> None:
    result = run(question("1", gold="nobody knows", a="11", b="11"), answer="number")
    assert (result.unreadable_gold, result.figures.accuracy) == (1, 0.0)


def test_questions_with_samples_that_have_no_reward_are_counted() -> None:
    def rewarded(id_: str, *rewards: float | None, answer: str | None = "1") -> RecordedQuestion:
        samples = tuple(RecordedSample(answer=answer, answered=True, reward=each) for each in rewards)
        return RecordedQuestion(id=id_, question="?", gold="1", samples={"a": samples, "b": samples})

    asked = rewarded("1", 1.0, 2.0), rewarded("2", 1.0, None), rewarded("3", None, None, answer=None)
    assert run(*asked, vote="reward_best").without_rewards == 1, "an unreadable sample needs no reward"
    assert run(*asked).without_rewards == 0


def test_tokens_and_cost_are_means_of_what_was_drawn() -> None:
    result = run(
        question("1", a="11", b="11", tokens=10),
        question("2", a="12", b="11", tokens=10),
        prices={"a": Price(input=1e6, output=0), "b": Price(input=0, output=1e5)},
    )
    assert result.figures.mean_input_tokens == 30
    assert result.figures.mean_output_tokens == 30
    assert result.figures.mean_cost == pytest.approx((20 + 20 + 2) / 2)
    assert result.self_consistency["b"].mean_cost == pytest.approx(2)


def test_what_is_unknown_stays_unknown() -> None:
    known, unknown = question("1", a="11", b="11", tokens=10), question("2", a="11", b="11")
    assert run(known, unknown).figures.mean_input_tokens is None
    only_a = run(known, question("2", a="12", b="11", tokens=10), prices={"a": Price(input=1, output=1)})
    assert only_a.figures.mean_cost is None
    assert only_a.self_consistency["a"].mean_cost is not None
    assert only_a.figures.mean_input_tokens == 30


def test_settled_exit_saves_draws_and_no_answer() -> None:
    asked = question("1", a="1112", b="1111")
    whole = run(asked, samples=4)
    settled = run(asked, samples=4, settled_exit=True)
    assert settled.figures.accuracy == whole.figures.accuracy
    assert settled.figures.mean_samples == whole.figures.mean_samples == 8, "the second wave had been started"
    early = run(asked, samples=4, settled_exit=True, policy="adaptive_consistency")
    assert early.figures.mean_samples <= 8


def test_shuffles_are_means_over_orders_that_policies_share() -> None:
    asked = question("1", a="1222", b="1111")
    result = run(asked, shuffles=400, seed=1)
    # Two of a's four draws agree on 2 in half of the orders; otherwise b decides for 1.
    assert result.figures.accuracy == pytest.approx(0.5, abs=0.08)
    assert result.figures.accuracy is not None
    assert result.figures.mean_waves == pytest.approx(1 + result.figures.accuracy)
    again = run(asked, shuffles=400, seed=1, vote="plurality")
    assert again.self_consistency["b"] == result.self_consistency["b"]
    assert run(asked, shuffles=400, seed=2).figures != result.figures


def test_a_shuffle_does_not_depend_on_other_questions_models_or_options() -> None:
    asked = question("1", a="1222", b="1112")
    alone = run(asked, models=["a"], policy="self_consistency", shuffles=20).figures.accuracy
    beside = run(asked, shuffles=20).self_consistency["a"].accuracy
    behind = run(asked, models=["b", "a"], shuffles=20, policy="paper").self_consistency["a"].accuracy
    assert alone == beside == behind


def test_questions_are_taken_one_at_a_time() -> None:
    taken = []

    def one_at_a_time() -> Iterator[RecordedQuestion]:
        for asked in (AGREED, WRONG):
            taken.append(asked.id)
            yield asked

    assert replay(one_at_a_time(), models=TWO, samples=2, answer="exact").questions == 2
    assert taken == ["agreed", "wrong"]


def test_plain_data_has_the_setting_s_figures_at_the_top_and_baselines_below() -> None:
    told = json.loads(json.dumps(run(AGREED, SWITCHED).to_dict()))
    assert (told["questions"], told["accuracy"], told["mean_samples"], told["mean_waves"]) == (
        2,
        1.0,
        3.0,
        1.5,
    )
    assert set(told["baselines"]) == {"self_consistency", "pooled"}
    assert told["baselines"]["self_consistency"]["a"]["accuracy"] == 0.5
    assert set(told["accuracy_interval"]) == {"low", "high"}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"models": ["a", "x"]}, "'x' is not in the recording, which holds a, b"),
    ({"models": ["a", "a"]}, "names 'a' twice"),
    ({"models": []}, "gives no model"),
    ({"samples": 3}, "the most there are: 2 of a, 2 of b"),
    ({"samples": 0}, "samples=0 must be 1 or more"),
    ({"shuffles": -1}, "shuffles=-1"),
    ({"policy": "papper"}, "Did you mean 'paper'"),
    ({"vote": "x"}, "vote='x' is unknown"),
    ({"priors": [1.0]}, "gives 1 numbers for 2 models"),
    ({"answer": "exakt"}, "Did you mean 'exact'"),
    ({"answer": 7}, "answer=7 is no reader"),
    ({"prices": {"x": Price(input=1, output=1)}}, "prices name 'x'"),
    ({"prices": 5}, "prices=5 must be a mapping of models' names to Price"),
    ({"prices": {"a": 3}}, "prices['a']=3 must be a Price"),
    ({"models": 5}, "models=5 must be a list of names"),
    ({"models": "a,b"}, "models='a,b' must be a list of names"),
]


@pytest.mark.parametrize(("options", "said"), REFUSED)
def test_what_cannot_be_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(OptionError) as caught:
        run(AGREED, **options)
    assert said in str(caught.value)


def test_an_empty_recording_is_refused() -> None:
    with pytest.raises(OptionError, match="holds no questions"):
        run()


# Model order, accuracy, mean samples; self-consistency of each model. Published by the ModelSwitch authors
# (github JianhaoChen-nju/ModelSwitch): these are their outputs on 143 questions of MathBench.
PUBLISHED = [
    (("gpt-4o-mini", "gemini-1.5-flash"), 0.762, 10.69),
    (("gemini-1.5-flash", "gpt-4o-mini"), 0.720, 10.18),
]


@pytest.mark.data
@pytest.mark.parametrize(("models", "accuracy", "samples"), PUBLISHED)
def test_published_outputs_give_the_known_figures(
    models: tuple[str, str], accuracy: float, samples: float
) -> None:
    folder = os.environ.get("MODELSWITCH_DATA")
    if not folder:
        pytest.skip("MODELSWITCH_DATA is not set: there are no recordings to run on")
    path = Path(folder) / "recordings" / "mathbench.jsonl"
    result = replay(read_recording(path), models=models, samples=8, answer="exact")
    assert result.questions == 143
    assert round(result.figures.accuracy or 0, 3) == accuracy
    assert round(result.figures.mean_samples, 2) == samples
    alone = {name: round(each.accuracy or 0, 3) for name, each in result.self_consistency.items()}
    assert alone == {"gpt-4o-mini": 0.720, "gemini-1.5-flash": 0.678}
