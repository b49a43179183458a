"""The client of vLLM's reward models, over HTTP to a server that speaks its protocol."""

import asyncio
import copy
import math
import pickle
import sys
import time
from typing import Any

import pytest

from modelswitch_core import OptionError, RewardError, reward_model
from modelswitch_core.rewards import VllmReward
from tests.core.drivers.script import Stage, play, switch
from tests.wire._faults import BrokenJson, EmptyBody, Hang, HtmlBody, Status
from tests.wire._rewards import RewardServer

KEY = "sk-a-very-secret-key-123456"


@pytest.fixture(autouse=True)
def no_key_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VLLM_API_KEY", raising=False)


def by_length(text: str) -> float:
    return len(text) / 10


def steps_marked(question: str, response: str) -> list[dict[str, str]]:
    steps = "".join(f"{step}<extra_0>" for step in response.split())
    return [{"role": "user", "content": question}, {"role": "assistant", "content": steps}]


@pytest.mark.parametrize("way", ["score", "ascore"])
def test_chats_go_out_together_and_come_back_in_order(way: str) -> None:
    with RewardServer(by_length, delay_seconds=0.2) as server:
        client = VllmReward(base_url=server.url, model="rm")
        responses = ["four", "a", "sixsix"]
        rewards = (
            client.score("q", responses) if way == "score" else asyncio.run(client.ascore("q", responses))
        )
        assert rewards == [0.6, 0.3, 0.8]
        assert server.most_at_once == 3
        assert sorted(request.texts for request in server.requests) == [("q|a",), ("q|four",), ("q|sixsix",)]
        assert {request.path for request in server.requests} == {"/classify"}
        assert all(request.body["use_activation"] is False for request in server.requests)
        assert not any(request.key_sent for request in server.requests)


def test_a_template_of_text_makes_one_request() -> None:
    with RewardServer(by_length) as server:
        client = VllmReward(base_url=server.url + "/v1/", model="rm", template="{question}>{response}")
        assert client.score("{response}", ["{question}", "b"]) == [2.1, 1.2]
        assert [request.texts for request in server.requests] == [("{response}>{question}", "{response}>b")]


# What the server makes of a reward of 0.8: one number a word, one alone, or halved from step to step.
@pytest.mark.parametrize(
    ("shape", "options", "reward"),
    [
        ("tokens", {}, 0.8),
        ("flat", {}, 0.8),
        ("steps", {"template": steps_marked}, 0.2),
        ("steps", {"template": steps_marked, "steps": "min"}, 0.2),
        ("steps", {"template": steps_marked, "steps": "mean"}, 1.4 / 3),
        ("steps", {"template": steps_marked, "steps": "product"}, 0.064),
    ],
)
def test_pooling(shape: Any, options: dict[str, Any], reward: float) -> None:
    with RewardServer(lambda text: 0.8, shape=shape) as server:
        client = VllmReward(base_url=server.url, model="rm", endpoint="pooling", **options)
        assert client.score("q", ["one two three"]) == [pytest.approx(reward)]
        [request] = server.requests
    assert (request.path, "use_activation" in request.body) == ("/pooling", False)


def test_probabilities_where_they_are_asked_for() -> None:
    with RewardServer(lambda text: 2.0) as server:
        client = VllmReward(base_url=server.url, model="rm", use_activation=True)
        assert client.score("q", ["a"]) == [pytest.approx(1 / (1 + math.exp(-2)))]


def test_no_responses_ask_nothing() -> None:
    assert VllmReward(base_url="http://127.0.0.1:9", model="rm").score("q", []) == []


def test_half_a_character_does_not_stop_it() -> None:
    with RewardServer(by_length) as server:
        assert VllmReward(base_url=server.url, model="rm").score("\ud800", ["a\udfff"]) == [0.4]


async def test_it_can_block_under_a_running_loop() -> None:
    with RewardServer(by_length) as server:
        assert VllmReward(base_url=server.url, model="rm").score("q", ["a"]) == [0.3]


FAULTS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "500": ({"fault": Status(500, "CUDA out of memory")}, {}, "classify: HTTP 500, CUDA out of memory"),
    "a page of HTML": ({"fault": HtmlBody(502)}, {}, "HTTP 502, <html>"),
    "HTML that claims to be fine": ({"fault": HtmlBody()}, {}, "no classify response: <html>"),
    "broken JSON": ({"fault": BrokenJson()}, {}, "no classify response"),
    "an empty body": ({"fault": EmptyBody()}, {}, "no classify response"),
    "silence": ({"fault": Hang()}, {"timeout_seconds": 0.15}, "did not answer within timeout_seconds=0.15"),
    "another model": ({"model": "other"}, {}, "HTTP 404, The model `rm` does not exist."),
    "a wrong count": ({"judge": []}, {}, "the server returned 0 rewards for 1 responses"),
    "NaN": ({"judge": lambda text: math.nan}, {}, "the server's reward is nan"),
    "a wrong key": ({"api_key": "another"}, {"api_key": KEY}, r"HTTP 401, Unauthorized: Bearer \[key\]"),
    "no key": ({"api_key": "another"}, {}, "HTTP 401, Unauthorized: None"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("driver", ["threads", "tasks"])
def test_faults_drop_the_question_to_the_plain_vote(driver: str, fault: str) -> None:
    serving, options, message = FAULTS[fault]
    with RewardServer(**{"judge": by_length, **serving}) as server:
        client = VllmReward(**{"base_url": server.url, "model": "rm", **options})
        with pytest.raises(RewardError, match=message) as caught:
            client.score("q", ["a", "b"])
        # Nor is there an error of the client behind it, which holds the request with its headers.
        behind = {type(error).__module__ for error in (caught.value.__cause__, caught.value.__context__)}
        assert (behind & {"httpx"}, KEY in str(caught.value)) == (set(), False)
        the_switch = switch(1, samples=3, vote="reward_best", fields={"reward": reward_model(client)})
        result = play(driver, the_switch, Stage([["a", "long", "a"]])).result
    assert (result.answer, result.samples_drawn) == ("a", 3)
    assert result.reward_failure is not None
    assert result.reward_failure.startswith("RewardError: ")
    assert KEY not in result.model_dump_json()


def test_a_failure_ends_the_others_at_once() -> None:
    with RewardServer(by_length, fault=Status(500), delay_seconds=0.02) as server:
        client = VllmReward(base_url=server.url, model="rm", timeout_seconds=5)
        with pytest.raises(RewardError, match="HTTP 500"):
            client.score("q", [str(number) for number in range(40)])
        assert len(server.requests) < 40


@pytest.mark.parametrize("driver", ["threads", "tasks"])
def test_nobody_there(driver: str) -> None:
    with RewardServer(by_length) as server:
        url = server.url
    client = VllmReward(base_url=url.replace("://", f"://user:{KEY}@"), model="rm")
    the_switch = switch(1, samples=3, vote="reward_sum", fields={"reward": reward_model(client)})
    result = play(driver, the_switch, Stage([["a", "long", "a"]])).result
    assert result.answer == "a"
    assert result.reward_failure is not None
    assert result.reward_failure.startswith(f"RewardError: {url}/classify: ConnectError: ")


@pytest.mark.parametrize("driver", ["threads", "tasks"])
def test_the_time_limit_of_the_call_ends_it(driver: str) -> None:
    with RewardServer(by_length, fault=Hang()) as server:
        client = VllmReward(base_url=server.url, model="rm", timeout_seconds=5)
        the_switch = switch(1, samples=2, vote="reward_best", fields={"reward": reward_model(client)})
        begun = time.monotonic()
        result = play(driver, the_switch, Stage([["a", "long"]]), time_limit_seconds=0.3).result
        assert time.monotonic() - begun < 2.5
    assert (result.answer, result.stop_reason) == ("a", "time_limit")


@pytest.mark.parametrize("driver", ["threads", "tasks"])
def test_it_decides(driver: str) -> None:
    with RewardServer(by_length, api_key=KEY) as server:
        client = VllmReward(base_url=server.url, model="rm", api_key=KEY)
        the_switch = switch(1, samples=3, vote="reward_best", fields={"reward": reward_model(client)})
        result = play(driver, the_switch, Stage([["a", "long", "a"]])).result
        assert (result.answer, result.reward_failure, len(server.requests)) == ("long", None, 3)
        assert [request.texts for request in server.requests if not request.key_sent] == []


def test_the_key_comes_from_the_environment_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLLM_API_KEY", KEY)
    with RewardServer(by_length, api_key=KEY) as server:
        assert VllmReward(base_url=server.url, model="rm").score("q", ["a"]) == [0.3]


def test_the_key_is_nowhere_to_be_read() -> None:
    client = VllmReward(base_url=f"http://me:{KEY}@rm.example", model="rm", api_key=KEY)
    assert (
        repr(client)
        == str(client)
        == "VllmReward(base_url='http://rm.example', model='rm', endpoint='classify')"
    )
    plain = VllmReward(base_url="http://rm.example", model="rm", api_key=KEY)
    assert KEY not in f"{plain.__dict__}{reward_model(plain)}"
    assert KEY.encode() not in pickle.dumps(plain)
    assert pickle.loads(pickle.dumps(plain)).api_key is None
    assert copy.deepcopy(plain) is plain
    assert copy.copy(plain) is plain


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base_url": "localhost:8000"}, "base_url='localhost:8000' must begin with http:// or https://"),
        ({"base_url": f"ftp://me:{KEY}@x"}, "base_url='ftp://x' must begin"),
        ({"base_url": None}, "base_url='None' must begin"),
        ({"model": ""}, "model='' must be the name under which the server knows the model"),
        ({"endpoint": "score"}, "endpoint='score' is unknown: use one of 'classify', 'pooling'"),
        ({"steps": "first"}, "steps='first' is unknown"),
        ({"template": "no places"}, "template='no places' must hold {question} and {response}"),
        ({"template": 3}, "template=3 must be a text or a function"),
        ({"timeout_seconds": 0}, "timeout_seconds=0 must be a positive number of seconds"),
        ({"timeout_seconds": None}, "timeout_seconds=None must be a positive number of seconds"),
        ({"api_key": f"{KEY}\n"}, "api_key .* must be printable ASCII"),
        ({"api_key": f"{KEY}é"}, "api_key .* must be printable ASCII"),
        ({"api_key": ""}, "api_key .* must be printable ASCII"),
    ],
)
def test_what_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message) as caught:
        VllmReward(**{"base_url": "http://localhost", "model": "rm", **options})
    assert KEY not in str(caught.value)


def test_without_its_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(ImportError, match=r"pip install 'modelswitch\[rewards\]'"):
        VllmReward(base_url="http://localhost", model="rm")
