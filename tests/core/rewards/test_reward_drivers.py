"""Both drivers with a reward model: when it is asked, of what, and that nothing is lost when it fails."""

import asyncio
import contextvars
import math
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from modelswitch_core import (
    Limits,
    OptionError,
    SwitchResult,
    TimeLimitError,
    reward_model,
    run_in_tasks,
    run_in_threads,
)
from tests.core.drivers.script import Say, Stage, play, switch

BOTH = pytest.mark.parametrize("driver", ["threads", "tasks"])

# "b" is said less often and is worth more.
WORTH = {"a": 0.2, "b": 0.9, "c": 0.1}
SCRIPT = [["a", "b", "a"], ["a", "b", "c"]]


def worth(question: str, response: str) -> float:
    return WORTH[response]


async def worth_later(question: str, response: str) -> float:
    await asyncio.sleep(0.001)
    return worth(question, response)


def passed_on(to: Callable[[str, str], Any], question: str, response: str) -> Any:
    """A plain function, whatever it returns."""
    return to(question, response)


class Batch:
    """Notes what it is asked; blocking."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def score(self, question: str, responses: Sequence[str]) -> list[float]:
        self.asked.append((question, list(responses)))
        return [WORTH[response] for response in responses]


class Awaited:
    async def ascore(self, question: str, responses: Sequence[str]) -> list[float]:
        return list(await asyncio.gather(*(worth_later(question, each) for each in responses)))


class LikeARunnable:
    def batch(self, inputs: list[dict[str, str]], config: Any = None) -> list[float]:
        return [WORTH[each["response"]] for each in inputs]


def rewarded(
    driver: str, reward: Any, stage: Stage, *, limits: dict[str, Any] | None = None, **plan: Any
) -> SwitchResult:
    fields = {"reward": reward_model(reward), "keep_samples": plan.pop("keep_samples", False)}
    the_switch = switch(
        len(stage.script), samples=[len(each) for each in stage.script], fields=fields, **plan
    )
    return play(driver, the_switch, stage, **(limits or {})).result


@BOTH
def test_it_is_asked_once_a_wave_of_all_that_is_readable_in_draw_order(driver: str) -> None:
    reward = Batch()
    slow_first = [Say("a", 0.06), Say("b", 0.03), Say(""), Say(ValueError("no")), Say("a")]
    result = rewarded(driver, reward, Stage([slow_first, ["c", "b"]]), vote="reward_best")
    assert reward.asked == [("?", ["a", "b", "a"]), ("?", ["c", "b"])]
    assert (result.answer, result.waves, result.reward_failure) == ("b", 2, None)


@BOTH
def test_it_is_not_asked_where_there_is_nothing_to_judge(driver: str) -> None:
    reward = Batch()
    result = rewarded(driver, reward, Stage([["", " "], [ValueError(), "b"]]), vote="reward_best")
    assert reward.asked == [("?", ["b"])]
    assert result.answer == "b"


@BOTH
@pytest.mark.parametrize(
    "reward",
    [
        worth,
        worth_later,
        partial(passed_on, worth_later),
        Batch(),
        Awaited(),
        LikeARunnable(),
    ],
    ids=["function", "async function", "function that awaits", "score", "ascore", "runnable"],
)
@pytest.mark.parametrize(
    ("vote", "answer", "draw"), [("reward_best", "b", (0, 1)), ("reward_sum", "b", (0, 1))]
)
def test_every_kind_of_reward_model_decides(
    driver: str, reward: Any, vote: str, answer: str, draw: tuple[int, int]
) -> None:
    result = rewarded(driver, reward, Stage(SCRIPT), vote=vote)
    assert (result.answer, (result.chosen.model, result.chosen.draw)) == (answer, draw)
    assert (result.reward_failure, result.stop_reason) == (None, "all_drawn")
    # The winner's share of the samples, not of the rewards.
    assert result.confidence == pytest.approx(2 / 6)
    assert result.scores == pytest.approx(
        {"a": 0.2, "b": 0.9, "c": 0.1} if vote == "reward_best" else {"a": 0.6, "b": 1.8, "c": 0.1}
    )


def fails_with(error: BaseException) -> Callable[[str, str], float]:
    def reward(question: str, response: str) -> float:
        raise error

    return reward


async def cancels_itself(question: str, response: str) -> float:
    raise asyncio.CancelledError


class Says:
    """Says what it was made with, and counts."""

    def __init__(self, said: Any) -> None:
        self.said = said
        self.times = 0

    def score(self, question: str, responses: Sequence[str]) -> Any:
        self.times += 1
        return self.said


FAULTS: dict[str, tuple[Any, str]] = {
    "an exception": (fails_with(ValueError("no GPU")), "ValueError: no GPU"),
    "the wrong arguments": (lambda question: 1.0, "TypeError: "),
    "a thread's end": (fails_with(SystemExit(3)), "ModelSwitchError: it ended by SystemExit"),
    "an iterator's end": (fails_with(StopIteration()), "StopIteration"),
    "a cancellation of its own": (cancels_itself, "Error: it "),
    "NaN": (lambda question, response: math.nan, "RewardError: its reward of response 0 is nan"),
    "infinity": (lambda question, response: -math.inf, "RewardError: its reward of response 0 is -inf"),
    "no number": (lambda question, response: "good", "RewardError: its reward of response 0 is str"),
    "too few": (Says([1.0]), "RewardError: it returned 1 rewards for 3 responses"),
    "nothing": (Says(None), "RewardError: it returned NoneType"),
    "a key in its words": (fails_with(ValueError("api_key=sk-very-secret")), "ValueError: [key]"),
}


@BOTH
@pytest.mark.parametrize("fault", FAULTS)
def test_a_failure_drops_the_question_to_the_plain_vote(driver: str, fault: str) -> None:
    reward, said = FAULTS[fault]
    result = rewarded(driver, reward, Stage(SCRIPT), vote="reward_best")
    assert result.reward_failure is not None
    assert said in result.reward_failure
    assert (result.answer, result.samples_drawn) == ("a", 6)
    assert result.confidence == pytest.approx(3 / 6)
    assert "secret" not in result.model_dump_json()
    assert SwitchResult.model_validate_json(result.model_dump_json()) == result


@BOTH
def test_one_that_has_failed_is_not_asked_again(driver: str) -> None:
    reward = Says([math.nan] * 3)
    rewarded(driver, reward, Stage(SCRIPT), vote="reward_sum")
    assert reward.times == 1


@BOTH
def test_a_failure_in_a_later_wave_drops_the_earlier_rewards_too(driver: str) -> None:
    class Tires(Batch):
        def score(self, question: str, responses: Sequence[str]) -> list[float]:
            if self.asked:
                raise ConnectionError("gone")
            return super().score(question, responses)

    result = rewarded(driver, Tires(), Stage(SCRIPT), vote="reward_best", keep_samples=True)
    assert (result.answer, result.reward_failure) == ("a", "ConnectionError: gone")
    assert result.samples is not None
    assert [sample.reward for sample in result.samples] == [0.2, 0.9, 0.2, None, None, None]


@BOTH
@pytest.mark.parametrize("kind", ["blocking", "awaited"])
def test_the_time_limit_holds_for_the_reward_too(driver: str, kind: str) -> None:
    released, cancelled = threading.Event(), threading.Event()

    def hangs(question: str, response: str) -> float:
        released.wait(5)
        return 1.0

    async def hangs_awaited(question: str, response: str) -> float:
        try:
            await asyncio.sleep(3.0)
        finally:
            cancelled.set()
        return 1.0

    begun = time.monotonic()
    reward = hangs if kind == "blocking" else hangs_awaited
    result = rewarded(driver, reward, Stage(SCRIPT), vote="reward_best", limits={"time_limit_seconds": 0.3})
    assert time.monotonic() - begun < 2.5
    released.set()
    assert (result.answer, result.stop_reason, result.samples_drawn) == ("a", "time_limit", 3)
    assert result.reward_failure == (
        "TimeLimitError: time_limit_seconds passed before every response had its reward"
    )
    if (driver, kind) == ("tasks", "awaited"):
        assert cancelled.is_set()


@BOTH
def test_time_up_before_the_reward_is_asked_is_the_plain_vote_too(driver: str) -> None:
    reward = Batch()
    stage = Stage([["a", "a", "b"], [Say("b", 3.0), "b", "a"]])
    result = rewarded(driver, reward, stage, vote="reward_best", limits={"time_limit_seconds": 0.4})
    assert len(reward.asked) == 1
    assert (result.answer, result.stop_reason) == ("a", "time_limit")
    assert result.reward_failure is not None


@BOTH
def test_rewards_that_are_there_decide_past_the_time_limit(driver: str) -> None:
    stage = Stage([["a", "a", "b"], [Say("a", 3.0), Say("a", 3.0), Say("a", 3.0)]])
    result = rewarded(driver, worth, stage, vote="reward_best", limits={"time_limit_seconds": 0.4})
    assert (result.answer, result.stop_reason, result.reward_failure) == ("b", "time_limit", None)


@BOTH
def test_nothing_at_all_is_still_an_error(driver: str) -> None:
    with pytest.raises(TimeLimitError):
        rewarded(
            driver, worth, Stage([[Say("a", 1.0)]]), vote="reward_best", limits={"time_limit_seconds": 0.05}
        )


@BOTH
def test_beside_another_vote_rewards_are_kept_and_decide_nothing(driver: str) -> None:
    result = rewarded(driver, worth, Stage(SCRIPT), vote="plurality", keep_samples=True)
    assert (result.answer, result.reward_failure) == ("a", None)
    assert result.samples is not None
    assert [sample.reward for sample in result.samples] == [0.2, 0.9, 0.2, 0.2, 0.9, 0.1]


@BOTH
def test_the_caller_s_context_reaches_it(driver: str) -> None:
    who: contextvars.ContextVar[str] = contextvars.ContextVar("who", default="nobody")
    seen: list[str] = []

    def reward(question: str, response: str) -> float:
        seen.append(who.get())
        return 1.0

    who.set("caller")
    rewarded(driver, reward, Stage([["a", "b"]]), vote="reward_best")
    assert seen == ["caller", "caller"]


async def test_a_blocking_reward_does_not_block_the_loop() -> None:
    asked, released = threading.Event(), threading.Event()

    class Waits(Batch):
        def score(self, question: str, responses: Sequence[str]) -> list[float]:
            asked.set()
            assert released.wait(5), "the loop, which would release it, is blocked"
            return super().score(question, responses)

    the_switch = switch(1, samples=2, vote="reward_best", fields={"reward": reward_model(Waits())})
    call = asyncio.ensure_future(run_in_tasks(the_switch, Stage([["a", "b"]]).aask))
    await asyncio.to_thread(asked.wait, 5)
    released.set()
    assert ((await call).raw, (await call).result.reward_failure) == ("b", None)


async def test_a_cancelled_call_cancels_its_reward() -> None:
    asked, cancelled = asyncio.Event(), asyncio.Event()

    async def hangs(question: str, response: str) -> float:
        asked.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return 1.0

    the_switch = switch(1, samples=2, vote="reward_best", fields={"reward": reward_model(hangs)})
    call = asyncio.ensure_future(run_in_tasks(the_switch, Stage([["a", "b"]]).aask))
    await asyncio.wait_for(asked.wait(), 5)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert cancelled.is_set()


async def test_a_thread_that_is_left_behind_may_end_later() -> None:
    released, ended = threading.Event(), threading.Event()

    def hangs(question: str, response: str) -> float:
        released.wait(5)
        ended.set()
        return 1.0

    the_switch = switch(1, samples=1, vote="reward_best", fields={"reward": reward_model(hangs)})
    limits = Limits(time_limit_seconds=0.3)
    outcome = await run_in_tasks(the_switch, Stage([["a"]]).aask, limits=limits)
    assert outcome.result.stop_reason == "time_limit"
    released.set()
    assert await asyncio.to_thread(ended.wait, 5)
    await asyncio.sleep(0.01)  # what it says reaches a loop that has no use for it


async def test_a_blocking_call_under_a_running_loop_can_await_its_reward() -> None:
    the_switch = switch(1, samples=2, vote="reward_best", fields={"reward": reward_model(worth_later)})
    outcome = run_in_threads(the_switch, Stage([["a", "b"]]).ask, limits=Limits(time_limit_seconds=5))
    assert outcome.raw == "b"


def test_a_vote_by_reward_wants_a_reward_model() -> None:
    with pytest.raises(OptionError, match="vote='reward_sum' needs a reward model: give reward="):
        switch(1, vote="reward_sum")
