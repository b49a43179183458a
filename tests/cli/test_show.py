import io

from rich.console import Console

from modelswitch_cli._show import show
from modelswitch_core import Chosen, ModelReport, SwitchResult, Usage


def report(name: str, answers: dict[str, int], **fields: object) -> ModelReport:
    given = {
        "name": name,
        "drawn": sum(answers.values()),
        "answers": answers,
        "unreadable": 0,
        "failures": (),
        "entropy_bits": 0.0,
        "weight": 0.5,
        "prior": 1.0,
        "usage": None,
        "seconds": None,
    }
    return ModelReport.model_validate({**given, **fields})


def shown(result: SwitchResult, text: str) -> list[str]:
    console = Console(file=io.StringIO(), width=100)
    show(console, text, result)
    assert isinstance(console.file, io.StringIO)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines() if line.strip()]


def test_the_answer_the_stages_the_votes_the_cost() -> None:
    result = SwitchResult(
        answer="7",
        chosen=Chosen(model=1, draw=0),
        stop_reason="all_drawn",
        samples_drawn=10,
        samples_budget=15,
        waves=2,
        models=(
            report("a", {"8": 2, "7": 1}, drawn=5, unreadable=1, failures=("RateLimitError: slow down",)),
            report("b", {"7": 4}, drawn=5, usage=Usage(total_tokens=1234), seconds=1.25),
            report("c", {}),
        ),
        scores={"8": 1.0, "7": 4.0},
        confidence=0.8,
        usage=Usage(total_tokens=1234),
    )
    assert shown(result, "It is 7.") == [
        "7",
        "It is 7.",
        "model drawn answers weight tokens seconds",
        "a 5 8 ×2, 7 ×1, unreadable ×1, failed ×1 0.50",
        "b 5 7 ×4, not waited for ×1 0.50 1,234 1.2",
        "c not asked",
        "a failed ×1: RateLimitError: slow down",
        "vote score",
        f"7 4 {'█' * 24} 80%",
        f"8 1 {'█' * 6}",
        "Stopped: all drawn. 10 of at most 15 samples in 2 waves, 1,234 tokens.",
    ]


def test_nothing_readable_and_many_answers() -> None:
    nothing = SwitchResult(
        answer=None,
        chosen=Chosen(model=0, draw=0),
        stop_reason="all_drawn",
        samples_drawn=1,
        samples_budget=1,
        waves=1,
        models=(report("a", {}, drawn=1, unreadable=1),),
        scores={},
        confidence=0.0,
        usage=None,
    )
    assert shown(nothing, "")[0] == "(no readable answer)"
    many = {str(number): 1 for number in range(20)}
    crowd = nothing.model_copy(
        update={"models": (report("a", many),), "answer": "0", "scores": dict.fromkeys(many, 0.0)}
    )
    crowd = crowd.model_copy(
        update={"models": (report("a", many, failures=tuple(f"Error: {number}" for number in many)),)}
    )
    lines = shown(crowd, "0")
    assert any("16 more kinds of failure" in line for line in lines)
    assert sum("12 more" in line for line in lines) == 2
