import ast
import json
import math
from importlib.resources import as_file, files
from pathlib import Path

import pytest

import modelswitch_core.tiny
from modelswitch_core import OptionError, answer_reader
from modelswitch_core.tiny import (
    LONGEST_ANSWER_TOKENS,
    TASKS,
    Task,
    TinyAnswer,
    TinyModel,
    held_out_questions,
)
from modelswitch_core.tiny._model import CANNOT, GARBLED

QUESTION = "What is 417 − 58?"


@pytest.fixture(params=TASKS)
def model(request: pytest.FixtureRequest) -> TinyModel:
    return TinyModel.load(request.param)


def test_an_answer_is_a_sentence_with_what_the_model_wrote(model: TinyModel) -> None:
    for answer in model.answer(QUESTION, samples=20, seed=1):
        assert answer.written is not None
        if answer.text != GARBLED:
            assert answer.text == f"The answer to 417 − 58 is {answer.written}."
        assert (answer.input_tokens, answer.output_tokens) == (len(QUESTION), len(answer.text))


@pytest.mark.parametrize(
    ("question", "gold"), [("3 + 4", "7"), ("How much is 9 minus 2?", "7"), ("7 times 8", "56")]
)
def test_easy_questions_are_answered_rightly_at_temperature_0(
    model: TinyModel, question: str, gold: str
) -> None:
    [answer] = model.answer(question, temperature=0)
    assert answer.written == gold
    for spec in ("number", "auto"):
        read = answer_reader(spec).read(answer.text)
        assert read is not None
        assert read.text == gold


def test_negative_results_are_read_as_such() -> None:
    [answer] = TinyModel.load("differences").answer("58 − 417", temperature=0)
    read = answer_reader("number").read(answer.text)
    assert read is not None
    assert read.text == answer.written == "-359"


@pytest.mark.parametrize("question", ["Hello!", "", "What is 1,000 + 5?", "13 × 14", "100 * 3", "8 / 2"])
def test_what_it_cannot_do_it_says_in_the_same_words_as_the_others(model: TinyModel, question: str) -> None:
    first, second = model.answer(question, samples=2)
    assert first == second
    assert (first.text, first.written, first.finish) == (CANNOT, None, "refusal")
    assert len(first.text) == LONGEST_ANSWER_TOKENS
    assert answer_reader("number").read(first.text) is None


@pytest.mark.parametrize("question", ["999 + 999", "0 − 999", "99 × 12", "12 × 99", "0 + 0"])
def test_the_largest_numbers_are_within_reach(model: TinyModel, question: str) -> None:
    [answer] = model.answer(question)
    assert answer.written is not None


def test_garbled_answers_stay_visible() -> None:
    # Hot enough for nonsense: nothing that is no number becomes one.
    answers = TinyModel.load("sums").answer(QUESTION, samples=300, temperature=5.0, seed=3)
    garbled = [answer for answer in answers if answer.text == GARBLED]
    assert 0 < len(garbled) < len(answers)
    assert all(not str(answer.written).removeprefix("-").isdecimal() for answer in garbled)
    assert {answer.finish for answer in garbled} == {"refusal", "length"}
    assert {answer.finish for answer in answers} == {"stop", "length", "refusal"}


def test_a_seed_makes_the_same_answers_again_and_its_draws_differ(model: TinyModel) -> None:
    def draw() -> list[TinyAnswer]:
        return model.answer("What is 86 × 12?", samples=12, temperature=2.0, seed=5)

    answers = draw()
    assert draw() == answers
    assert len({answer.written for answer in answers}) > 1


def test_a_draw_does_not_depend_on_its_batch(model: TinyModel) -> None:
    together = model.answer(QUESTION, samples=6, temperature=2.0, seed=5)
    alone = [model.answer(QUESTION, temperature=2.0, seed=5, first=draw)[0] for draw in range(6)]
    assert together == alone


def test_models_questions_and_seeds_draw_apart() -> None:
    def chances(name: Task, question: str, seed: int) -> tuple[float, ...]:
        return tuple(TinyModel.load(name)._chances(question, 1, seed, 0).ravel())

    drawn = {
        chances("sums", "3 + 4", 0),
        chances("differences", "3 + 4", 0),
        chances("sums", "3 + 5", 0),
        chances("sums", "3 + 4", 1),
    }
    assert len(drawn) == 4


def test_without_a_seed_answers_are_new() -> None:
    model = TinyModel.load("sums")
    drawn = [tuple(a.written for a in model.answer(QUESTION, samples=30, temperature=3.0)) for _ in range(3)]
    assert len(set(drawn)) == 3


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"samples": 0}, "samples=0"),
        ({"temperature": -0.1}, "temperature=-0.1"),
        ({"temperature": math.inf}, "temperature=inf"),
        ({"temperature": math.nan}, "temperature=nan"),
        ({"seed": -1}, "seed=-1"),
        ({"first": -1}, "first=-1"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, int], named: str) -> None:
    with pytest.raises(OptionError, match=named):
        TinyModel.load("sums").answer("Hello!", **options)


def test_an_unknown_model_is_refused_with_the_names() -> None:
    with pytest.raises(OptionError, match=r"model='gpt'.*'sums', 'differences', 'products'"):
        TinyModel.load("gpt")  # type: ignore[arg-type]  # what a user may type


def test_a_model_is_loaded_once_and_says_what_it_is() -> None:
    model = TinyModel.load("sums")
    assert TinyModel.load("sums") is model
    assert model.name == "tiny-sums"
    assert "transformer" in model.card["about"]
    assert repr(model) == "TinyModel('tiny-sums', 150,592 parameters)"


def test_whoever_answers_does_not_know_the_results() -> None:
    package = Path(modelswitch_core.tiny.__file__).parent
    for module in ("_arithmetic", "_code", "_network", "_model", "_draws"):
        tree = ast.parse((package / f"{module}.py").read_text())
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert "modelswitch_core.tiny._questions" not in imported


@pytest.mark.parametrize("name", [*TASKS, "reference"])
def test_weights_are_small(name: str) -> None:
    with as_file(files("modelswitch_core.tiny") / "weights" / f"{name}.npz") as path:
        assert path.stat().st_size < 1_000_000


def test_the_card_says_how_good_they_are(model: TinyModel) -> None:
    questions = held_out_questions(300, seed=99)
    for task in TASKS:
        asked = [question for question in questions if question.task == task]
        right = [
            answer.written == question.gold
            for question in asked
            for answer in model.answer(question.text, samples=2, seed=1)
        ]
        claimed = model.card[task]["single"]
        # Four standard deviations, of as many questions: the samples of one are right or wrong together. Half
        # a question is added to both shares, whose estimated deviation would else be 0 where all are right.
        spread = math.sqrt((claimed + 0.005) * (1.005 - claimed) * (1 / len(asked) + 1 / 500))
        assert abs(sum(right) / len(right) - claimed) <= 4 * spread


def test_each_is_best_at_what_it_is_named_after_and_switching_beats_more_of_the_same() -> None:
    weights = files("modelswitch_core.tiny") / "weights"
    card = json.loads((weights / "card.json").read_text(encoding="utf-8"))
    for task in TASKS:
        singles = {name: card["models"][name][task]["single"] for name in TASKS}
        assert max(singles, key=singles.__getitem__) == task
    for pair, switched in card["switch_5_and_5"].items():
        for name in pair.split(" → "):
            assert switched["accuracy"] > card["models"][name]["all"]["self_consistency_10"]
        assert switched["mean_samples"] < 10
