"""Runs an engine on a table of outcomes: what each draw would bring if it were drawn."""

from collections.abc import Mapping, Sequence

from modelswitch_core import (
    Action,
    Draw,
    DrawRef,
    Engine,
    Failed,
    Finish,
    Outcome,
    Readable,
    SwitchPlan,
    Unreadable,
)

A: Outcome = Readable(0)
B: Outcome = Readable(1)
C: Outcome = Readable(2)
D: Outcome = Readable(3)
U: Outcome = Unreadable()
F: Outcome = Failed()

Table = Mapping[DrawRef, Outcome]


def table(*models: Sequence[Outcome]) -> dict[DrawRef, Outcome]:
    """One list of outcomes a model, in draw order."""
    return {
        DrawRef(model, draw): outcome
        for model, outcomes in enumerate(models)
        for draw, outcome in enumerate(outcomes)
    }


def play(plan: SwitchPlan, outcomes: Table) -> tuple[Finish, Engine, list[tuple[DrawRef, ...]]]:
    """The end, the engine behind it, and the waves it asked for."""
    engine = Engine(plan)
    action: Action | None = engine.start()
    waves: list[tuple[DrawRef, ...]] = []
    while not isinstance(action, Finish):
        if isinstance(action, Draw):
            waves.append(action.wave)
        draw = engine.next_draw
        assert draw is not None
        action = engine.tell(draw, outcomes[draw])
    return action, engine, waves
