"""The vote on objects by their fields."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import (
    DrawRef,
    Engine,
    EngineStateError,
    EntropyVote,
    Failed,
    Finish,
    Outcome,
    PluralityVote,
    Readable,
    Reply,
    Response,
    Sampled,
    Switch,
    SwitchResult,
    Unreadable,
    json_reader,
    run_in_threads,
    switch_plan,
)
from tests.core.play import play, table

# Objects of three fields by the classes of their values.
CLEAN, ODD_FIRST, ODD_SECOND, ODD_THIRD = (0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)
WILD = (2, 2, 2)


def drawn(*objects: tuple[int, ...]) -> list[Outcome]:
    numbers = {fields: number for number, fields in enumerate(dict.fromkeys(objects))}
    return [Readable(numbers[fields], fields=fields) for fields in objects]


def finish(models: Sequence[Sequence[Outcome]], **options: Any) -> Finish:
    names = [f"m{i}" for i in range(len(models))]
    share = [len(model) for model in models]
    return play(switch_plan(names, samples=share, **options), table(*models))[0]


def test_the_winner_agrees_with_the_others_most_and_was_drawn() -> None:
    # By object all are alike, and the first would win.
    end = finish([drawn(WILD, ODD_FIRST, CLEAN, ODD_SECOND)], vote="plurality")
    assert (end.answer, end.chosen) == (2, DrawRef(0, 2))
    assert end.scores == {0: 3.0, 1: 1 + 2 + 3, 2: 2 + 2 + 3, 3: 2 + 1 + 3}
    # Of the twelve votes, four a field, seven went to its values.
    assert end.confidence == pytest.approx(7 / 12)
    # The field-wise most common values (0, 0, 0) win only where somebody gave them together.
    mixed = finish([drawn(ODD_FIRST, ODD_SECOND, ODD_THIRD)], vote="plurality")
    assert mixed.answer == 0


def test_each_field_has_weights_of_its_own() -> None:
    end = finish([drawn((0, 0), (0, 1), (0, 2)), [Readable(3, fields=(1, 2))] * 3], vote=EntropyVote())
    # Of the first field both models are sure; on the second, the first model's votes count a third each.
    assert end.scores == pytest.approx({0: 3 + 1 / 3, 1: 3 + 1 / 3, 2: 3 + 3 + 1 / 3, 3: 3 + 3 + 1 / 3})
    assert (end.answer, end.chosen) == (2, DrawRef(0, 2)), "of equal scores the first in draw order wins"
    assert end.weights == pytest.approx((1 / 3, 1.0))


def test_a_missing_field_is_a_value() -> None:
    objects: list[Outcome] = [
        Readable(0, fields=(0,)),
        Readable(1, fields=(0, 0)),
        Readable(2, fields=(0, -1, 0)),
        Readable(3),
    ]
    end = finish([objects], vote="plurality")
    assert end.scores == {0: 3 + 3 + 3, 1: 3 + 1 + 3, 2: 3 + 3 + 1, 3: 1 + 3 + 3}


def test_a_consistent_stage_stops_by_object() -> None:
    end = finish([drawn(CLEAN, CLEAN), drawn(ODD_FIRST, ODD_FIRST)])
    assert (end.answer, end.reason, end.confidence) == (0, "consistent", 1.0)


def test_nothing_is_settled_early() -> None:
    # By object the leader cannot be caught after four of seven draws.
    objects = drawn(*[WILD] * 4, CLEAN, ODD_FIRST, ODD_SECOND)
    end = finish([objects], settled_exit=True, vote="plurality")
    assert end.reason == "all_drawn"
    assert finish([[Readable(0)] * 7], settled_exit=True, vote="plurality").reason == "settled"


def test_rewards_judge_whole_answers() -> None:
    objects: list[Outcome] = [
        Readable(0, reward=3.0, fields=(0, 0)),
        Readable(1, reward=1.0, fields=(1, 0)),
        Readable(1, reward=1.0, fields=(1, 0)),
    ]
    end = finish([objects], vote="reward_best")
    assert (end.answer, end.scores) == (0, {0: 3.0, 1: 1.0})


@pytest.mark.parametrize("fields", [(0, 1), (), (-2,), (0,)])
def test_a_class_has_one_set_of_fields(fields: tuple[int, ...]) -> None:
    engine = Engine(switch_plan(["m"], samples=3, settled_exit=False))
    engine.start()
    engine.tell(DrawRef(0, 0), Readable(0, fields=(0, 0)))
    with pytest.raises(EngineStateError, match="fields"):
        engine.tell(DrawRef(0, 1), Readable(0, fields=fields))
    assert engine.next_draw == DrawRef(0, 1)


OBJECTS = st.tuples(st.integers(0, 2), st.integers(0, 2))
DRAWS = st.lists(st.one_of(OBJECTS, st.sampled_from([Unreadable(), Failed()])), min_size=1, max_size=5)


@given(st.lists(DRAWS, min_size=1, max_size=3), st.sampled_from([EntropyVote(), PluralityVote()]))
def test_the_best_object_wins_and_confidence_is_a_share(
    models: list[list[Any]], vote: EntropyVote | PluralityVote
) -> None:
    told = [
        [Readable(3 * each[0] + each[1], fields=each) if isinstance(each, tuple) else each for each in model]
        for model in models
    ]
    end = finish(told, vote=vote)
    assert 0.0 <= end.confidence <= 1.0
    if end.reason == "all_drawn" and end.answer is not None:
        assert end.scores[end.answer] == pytest.approx(max(end.scores.values()))
    # Where there is one field, it is the vote on whole answers.
    single = [
        [Readable(e.answer, fields=(e.answer,)) if isinstance(e, Readable) else e for e in m] for m in told
    ]
    whole = [[Readable(e.answer) if isinstance(e, Readable) else e for e in m] for m in told]
    by_field, by_object = finish(single, vote=vote), finish(whole, vote=vote, settled_exit=False)
    assert by_field.answer == by_object.answer
    assert by_field.scores == pytest.approx(by_object.scores)
    assert by_field.confidence == pytest.approx(by_object.confidence)


def test_through_a_driver_with_a_reader() -> None:
    said = [{"a": 1, "b": 1, "why": "p"}, {"a": 2, "b": 1, "why": "q"}, {"a": 2, "b": 2, "why": "r"}]

    def result(vote_by: Any) -> SwitchResult:
        switch = Switch(
            plan=switch_plan(["m"], samples=3, vote="plurality", settled_exit=False),
            reader=json_reader(vote_by=vote_by, ignore=["why"]),
        )
        return run_in_threads(
            switch, lambda request: Reply([Sampled(Response(json.dumps(said[request.draws[0]])), raw=None)])
        ).result

    assert result("object").chosen.draw == 0
    by_field = result("field")
    assert by_field.chosen.draw == 1
    assert list(by_field.scores.values()) == [1 + 2, 2 + 2, 2 + 1]
    assert by_field.confidence == pytest.approx(4 / 6)
