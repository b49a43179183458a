"""Tune: a choice on one half of the questions, its figures on the other half alone."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from modelswitch_core import (
    CrossCheck,
    OptionError,
    RecordedQuestion,
    RecordedSample,
    choice_reader,
    options_from_config,
    switch_plan,
)
from modelswitch_core.evaluation import Price, Tuned, log_odds_prior, replay, smoothed_accuracy, tune
from modelswitch_core.evaluation._tune import _split
from modelswitch_core.evaluation._tuned import identifier

DRAWS = 3


def recorded(number: int, *, gold: bool = True, tokens: int | None = 100, **right: float) -> RecordedQuestion:
    """A question on which each model is right so often, and else gives one of two wrong answers."""
    source = random.Random(number)

    def draws(often: float) -> tuple[RecordedSample, ...]:
        said = ["7" if source.random() < often else source.choice("89") for _ in range(DRAWS)]
        return tuple(
            RecordedSample(answer=each, answered=True, input_tokens=tokens, output_tokens=tokens)
            for each in said
        )

    return RecordedQuestion(
        id=f"q{number}",
        question="?",
        gold="7" if gold else None,
        samples={name: draws(often) for name, often in (right or {"a": 0.8, "b": 0.7}).items()},
    )


def recording(count: int, **options: Any) -> list[RecordedQuestion]:
    return [recorded(number, **options) for number in range(count)]


FORTY = recording(40)


def run(questions: Iterable[RecordedQuestion] = FORTY, **options: Any) -> Tuned:
    return tune(questions, **{"answer": "exact", "shuffles": 1, **options})


@pytest.fixture(scope="module")
def tuned() -> Tuned:
    return run()


def test_the_figures_are_a_replay_of_the_questions_held_out(tuned: Tuned) -> None:
    searched, reported = _split(FORTY, 0)
    assert (tuned.searched_questions, tuned.questions) == (len(searched), len(reported)) == (20, 20)
    for plan, figures in (
        (tuned.setting, tuned.figures),
        (tuned.default_setting, tuned.default),
        *((point.setting, point.figures) for point in tuned.frontier),
    ):
        expected = replay(
            reported,
            models=plan.names,
            samples=plan.samples,
            policy=plan.policy,
            vote=plan.vote,
            priors=plan.priors,
            answer="exact",
            shuffles=1,
        ).figures
        # A share below the recorded draws takes its orders from all of them, as a replay does.
        assert figures.mean_samples == pytest.approx(expected.mean_samples)
        assert figures.score == pytest.approx(expected.accuracy)
        assert figures.interval == expected.accuracy_interval
        assert figures.mean_waves == pytest.approx(expected.mean_waves)


def test_the_choice_does_not_know_the_questions_it_is_reported_on(tuned: Tuned) -> None:
    _, reported = _split(FORTY, 0)
    held_out = {question.id for question in reported}
    spoilt = [
        dataclasses.replace(question, gold="8") if question.id in held_out else question for question in FORTY
    ]
    again = run(spoilt)
    assert again.setting == tuned.setting
    assert [point.setting for point in again.frontier] == [point.setting for point in tuned.frontier]
    assert again.figures.score < tuned.figures.score


def test_nothing_held_out_is_searched() -> None:
    searched, reported = _split(recording(41), 3)
    assert not {question.id for question in searched} & {question.id for question in reported}
    assert (len(searched), len(reported)) == (20, 21)
    shorter, _ = _split(recording(40), 3)
    assert {question.id for question in shorter} - {question.id for question in searched} <= {"q40"} | {
        question.id for question in reported
    }


def test_the_same_again(tuned: Tuned) -> None:
    assert run().to_dict() == tuned.to_dict()
    assert run(seed=1).to_dict() != tuned.to_dict()


def test_the_order_of_the_recording_does_not_matter(tuned: Tuned) -> None:
    again = run(FORTY[::-1], models=["a", "b"])
    assert again.setting == tuned.setting
    assert again.figures == tuned.figures


def test_a_certain_saving_is_taken() -> None:
    found = run(recording(180, a=1.0, b=0.5))
    assert found.setting.names[0] == "a"
    assert found.figures.mean_samples < found.default.mean_samples
    assert found.gain == 0


def test_the_better_model_goes_first() -> None:
    found = run(recording(60, weak=0.1, strong=0.95))
    assert found.default_setting.names == ("weak", "strong")
    assert found.setting.names[0] == "strong"
    assert found.gain > 0.1
    assert found.gain_interval.low < found.gain < found.gain_interval.high


@pytest.mark.parametrize("count", [1, 5, 19])
def test_with_few_questions_the_default_is_kept_and_said_so(count: int) -> None:
    found = run(recording(count))
    assert found.setting == found.default_setting == switch_plan(["a", "b"], samples=3, settled_exit=False)
    assert (found.questions, found.searched_questions, found.frontier) == (count, 0, ())
    assert found.gain == 0
    assert f"With {count} questions nothing can be chosen" in found.rule
    assert found.figures.interval.high - found.figures.interval.low > 0.2


def test_from_twenty_questions_on_it_searches() -> None:
    found = run(recording(20))
    assert (found.searched_questions, found.questions) == (10, 10)
    assert found.settings_tried > 30
    assert found.frontier


def test_one_model_can_be_tuned_too() -> None:
    found = run(recording(40, a=0.7))
    assert found.setting.names == ("a",)
    assert found.pooled == found.self_consistency["a"]


def test_without_right_answers_the_whole_pool_stands_for_them() -> None:
    found = run(recording(30, gold=False))
    assert found.yardstick == "agreement"
    assert found.pooled.score == 1.0
    assert found.without_gold == 0
    assert len(set(found.setting.priors)) == 1


def test_questions_without_gold_are_left_out_where_enough_have_one() -> None:
    mixed = [*recording(30), *(recorded(number, gold=False) for number in range(100, 105))]
    found = run(mixed)
    assert (found.yardstick, found.without_gold, found.questions) == ("accuracy", 5, 15)
    few = [*recording(5), *(recorded(number, gold=False) for number in range(100, 130))]
    assert run(few).yardstick == "agreement"


def test_priors_are_learned_on_the_searched_half_alone() -> None:
    questions = recording(40, a=0.95, b=0.3)
    found = run(questions)
    searched, _ = _split(questions, 0)
    shares = {
        name: [sum(s.answer == "7" for s in q.samples[name]) / DRAWS for q in searched] for name in ("a", "b")
    }
    different = [len({s.answer for name in q.samples for s in q.samples[name]}) for q in searched]
    plausible = max(2.0, sum(different) / len(different))
    expected = {
        name: round(log_odds_prior(smoothed_accuracy(sum(each), len(each)), plausible), 3)
        for name, each in shares.items()
    }
    for point in found.frontier:
        if len(set(point.setting.priors)) > 1:
            assert point.setting.priors == tuple(expected[name] for name in point.setting.names)


def test_cost_is_what_is_kept_low_when_asked() -> None:
    dear = {"a": Price(input=100, output=100), "b": Price(input=1, output=1)}
    questions = recording(180, a=1.0, b=1.0)
    found = run(questions, prices=dear, objective="cost")
    assert found.setting.names[0] == "b"
    assert found.figures.mean_cost is not None
    assert found.default.mean_cost is not None
    assert found.figures.mean_cost < found.default.mean_cost
    costs = [point.chosen_on.mean_cost or 0 for point in found.frontier]
    assert costs == sorted(costs)


def test_prices_are_reported_where_they_are_known(tuned: Tuned) -> None:
    assert tuned.figures.mean_cost is None
    prices = {name: Price(input=1, output=1) for name in ("a", "b")}
    assert run(FORTY[:2], prices=prices).default.mean_cost is not None


def test_shares_are_what_nine_of_ten_questions_hold() -> None:
    short = recorded(99)
    short = dataclasses.replace(short, samples={**short.samples, "b": short.samples["b"][:1]})
    found = run([*FORTY[:10], short])
    assert (found.left_out, found.questions) == (1, 10)
    assert run(FORTY[:10], samples=2).default_setting.samples == (2, 2)
    assert run(FORTY[:10], samples=99).default_setting.samples == (DRAWS, DRAWS)


def test_of_many_models_the_best_are_tried() -> None:
    often = dict(zip("abcdef", (0.1, 0.3, 0.5, 0.6, 0.8, 0.9), strict=True))
    found = run(recording(20, **often), samples=2)
    assert len(found.default_setting.names) == 6
    tried = {name for point in found.frontier for name in point.setting.names}
    assert "a" not in tried
    assert len(found.self_consistency) == 6


# --- what to do with it ---


def test_the_config_is_the_setting(tuned: Tuned) -> None:
    config = json.loads(json.dumps(tuned.config))
    found = options_from_config(config, given=["b", "a"], overrides={}, field="models")
    options = {key: value for key, value in found.options.items() if key not in ("names", "answer")}
    assert switch_plan(found.options["names"], **options, settled_exit=False) == tuned.setting
    assert config["answer"] == "exact"


def test_a_reader_of_one_s_own_has_to_be_given_again(tuned: Tuned) -> None:
    own = run(FORTY[:2], answer=choice_reader())
    assert own.config["answer"] is None
    assert "answer=reader,  # your reader" in own.code("langchain")
    named = run(FORTY[:2], answer={"name": "choice", "letters": "ABC"})
    assert named.config["answer"] == {"name": "choice", "letters": "ABC"}
    assert "answer=choice_reader(letters='ABC')," in named.code("llamaindex")
    with pytest.raises(OptionError, match="door='haystack' is unknown"):
        tuned.code("haystack")  # type: ignore[arg-type]  # which is the point


def test_a_setting_that_is_no_name_is_written_out(tuned: Tuned) -> None:
    plan = switch_plan(["b", "a"], samples=2, policy=CrossCheck(margin=3), vote="entropy", priors=[1.5, 1])
    code = dataclasses.replace(tuned, setting=plan).code("langchain")
    compile(code, "copied", "exec")
    assert "from modelswitch_core import CrossCheck\n" in code
    assert "    policy=CrossCheck(" in code
    assert 'vote="entropy",' in code
    assert "priors=[1.5, 1.0]," in code
    named = dataclasses.replace(plan, policy=CrossCheck())
    assert 'policy="crosscheck",' in dataclasses.replace(tuned, setting=named).code("llamaindex")


@pytest.mark.parametrize(
    ("name", "variable"),
    [("gpt-4o-mini", "gpt_4o_mini"), ("4o", "model_4o"), ("class", "model_class"), ("Ü-1", "ü_1")],
)
def test_a_model_s_name_as_a_variable(name: str, variable: str) -> None:
    assert identifier(name) == variable


def test_plain_data_for_json(tuned: Tuned) -> None:
    told = json.loads(json.dumps(tuned.to_dict()))
    assert told["config"] == tuned.config
    assert told["figures"]["score"] == tuned.figures.score
    assert told["figures"]["interval"] == {
        "low": tuned.figures.interval.low,
        "high": tuned.figures.interval.high,
    }
    assert [point["config"]["models"] for point in told["frontier"]] == [
        list(point.setting.names) for point in tuned.frontier
    ]
    assert set(told["self_consistency"]) == {"a", "b"}


def labels_of(tuned: Tuned) -> list[str]:
    axes: Axes = Figure().subplots()
    tuned.plot(axes)
    across = "mean samples a question" if tuned.objective == "samples" else "cost of 1,000 questions"
    assert axes.get_xlabel().startswith(across)
    legend = axes.get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()]


def test_a_picture_of_the_frontier(tuned: Tuned) -> None:
    first = tuned.frontier[0]
    other = dataclasses.replace(tuned, setting=first.setting, figures=first.figures)
    labels = labels_of(other)
    assert labels == ["frontier", "tuned", "default", *labels[3:5], "all samples pooled"]
    assert sorted(labels[3:5]) == ["a alone", "b alone"]
    kept = dataclasses.replace(tuned, setting=tuned.default_setting, frontier=())
    assert labels_of(kept)[0] == "default, kept"


def test_a_picture_of_costs() -> None:
    assert labels_of(run(FORTY[:2], prices=prices("ab"), objective="cost"))


# --- refusals ---


REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    ("answers.jsonl", {}, "questions='answers.jsonl' is a path where recorded questions are wanted"),
    (Path("answers.jsonl"), {}, r"is a path where .* give read_recording\(…\)"),
    (7, {}, "questions=7 must be a list of RecordedQuestion, or another iterable"),
    (None, {}, "questions=None must be a list of RecordedQuestion"),
    ({"id": "1"}, {}, r"questions=\{'id': '1'\} must be a list of RecordedQuestion"),
    ([], {}, "nothing to tune on"),
    ([{"id": "1"}], {}, "hold a dict, which is no RecordedQuestion"),
    ([RecordedQuestion(id="1", question="?", samples={})], {}, "no samples"),
    (FORTY, {"models": ["a", "x"]}, "'x' is not in the recording, which holds a, b"),
    (FORTY, {"models": "a"}, "models='a' must be a list"),
    (FORTY, {"samples": 0}, "samples=0"),
    (FORTY, {"answer": "exakt"}, "Did you mean 'exact'"),
    (FORTY, {"answer": {"name": "choice", "letter": "A"}}, "'letter' is unknown"),
    (FORTY, {"objective": "speed"}, "objective='speed' is unknown"),
    (FORTY, {"tolerance": 2}, "tolerance=2 must be a share"),
    (FORTY, {"shuffles": 0}, "shuffles=0"),
    (FORTY, {"prices": {"x": Price(input=1, output=1)}}, "prices name 'x'"),
    (FORTY, {"objective": "cost"}, "needs what every draw costs, but there is no price of a, b"),
]


@pytest.mark.parametrize(("questions", "options", "said"), REFUSED)
def test_what_cannot_be_tuned_is_refused(questions: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        run(questions, **options)


def prices(names: Sequence[str]) -> dict[str, Price]:
    return {name: Price(input=1, output=1) for name in names}


def test_cost_needs_tokens() -> None:
    with pytest.raises(
        OptionError, match="lacks input_tokens or output_tokens of samples on 10 of 10 questions"
    ):
        run(recording(20, tokens=None), prices=prices("ab"), objective="cost")


def test_a_model_without_samples_is_named() -> None:
    absent = [dataclasses.replace(question, samples={**question.samples, "c": ()}) for question in FORTY]
    with pytest.raises(OptionError, match="'c', which has no samples on 40 of 40 questions"):
        run(absent)


def test_models_that_never_answered_the_same_question_cannot_be_compared() -> None:
    draws = recorded(0).samples["a"]
    every = [{"a": draws, "b": draws}] * 18 + [{"a": draws}, {"b": draws}]
    questions = [
        RecordedQuestion(id=str(n), question="?", samples=samples) for n, samples in enumerate(every)
    ]
    assert run(questions).left_out == 2
    apart = [
        dataclasses.replace(question, samples=every[-1 - number % 2])
        for number, question in enumerate(questions)
    ]
    with pytest.raises(OptionError, match="which has no samples on 10 of 20"):
        run(apart)


def test_shares_that_no_question_holds_of_every_model_are_refused() -> None:
    draws = recorded(0).samples["a"]
    names = "abcdefghijkl"
    # Each of twelve models lacks draws on one question in twelve, and on every question one model does.
    questions = [
        RecordedQuestion(
            id=str(n),
            question="?",
            samples={name: draws[:1] if n % 12 == place else draws for place, name in enumerate(names)},
        )
        for n in range(12)
    ]
    with pytest.raises(OptionError, match="no question has as many of every model"):
        run(questions)
