"""The client of a reward model that vLLM serves."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from pydantic import SecretStr

from modelswitch_core._errors import OptionError
from modelswitch_core._failures import describe, printable
from modelswitch_core._options import one_of, positive_seconds
from modelswitch_core._reward import RewardError
from modelswitch_core.rewards._protocol import (
    Endpoint,
    Steps,
    Template,
    bodies_of,
    chat,
    message_of,
    rewards_of,
)

if TYPE_CHECKING:
    import ssl

    import httpx

_MOST_AT_ONCE = 32
"""Requests in flight of one call, each of which the server batches with the others: as many as the largest
samples of a wave, and far below the limit on open files."""


@dataclass(frozen=True, kw_only=True, repr=False)
class VllmReward:
    r"""A reward model behind `vllm serve`, for `reward=` of either door.

        skywork = VllmReward(base_url="http://localhost:8000", model="Skywork/Skywork-Reward-V2-Qwen3-0.6B")

        def marked(question: str, response: str) -> list[dict[str, str]]:
            steps = "".join(f"{step}<extra_0>" for step in response.split("\n\n"))
            return [{"role": "user", "content": question}, {"role": "assistant", "content": steps}]

        by_steps = VllmReward(
            base_url="http://localhost:8001",
            model="Qwen/Qwen2.5-Math-PRM-7B",
            endpoint="pooling",
            template=marked,
            steps="min",
        )

    Question and response are sent as a chat of two messages, which the server puts into the model's chat
    template: one request for each response, together. With a template that makes texts, all responses go in
    one request. A process reward model, the second above, gives a number for each step that the template
    marks. A client is made for each call, so that an object serves any number of threads and event loops. It
    does not retry: a switch whose reward model fails decides by the plain vote.

    Args:
        base_url: Where the server is, such as "http://localhost:8000"; a "/v1" at its end is left out, as the
            endpoints lie beside it.
        model: The model's name there.
        endpoint: "classify" (the default) for sequence classifiers with one class, such as Skywork-Reward;
            "pooling" for models that give a number for each token or step, such as Qwen2.5-Math-RM and
            Qwen2.5-Math-PRM. Of two numbers (bad, good) the second is taken.
        api_key: Sent as a bearer token. None takes the environment's VLLM_API_KEY at each call, where there
            is one. It is in no representation, message or pickle; an unpickled copy takes the environment's.
        template: None for the chat of two messages; a text with {question} and {response} in it; or a
            function of both that returns a text or a list of messages. A text must be what the model's own
            template would make, but for the first token, which the server adds.
        steps: Of a number for each token or step, what is the reward: the "last" (the default; the only one
            that means something for tokens), the "min", the "mean" or the "product".
        use_activation: Whether the server turns the model's numbers into probabilities. None, the default,
            says no to /classify, as reward models are trained on the numbers themselves and a sigmoid would
            flatten the best ones, and leaves it to /pooling, where process reward models need it. Servers too
            old to know the word do as they please.
        timeout_seconds: The longest that scoring one wave may take. Default 60, a tenth of what OpenAI's
            client allows: a reward model reads and does not write.

    Raises:
        OptionError: An option has a value it cannot have.
        ImportError: httpx is not installed: `pip install 'modelswitch[rewards]'`.
    """

    base_url: str
    model: str
    endpoint: Endpoint = "classify"
    api_key: SecretStr | str | None = None
    template: Template | None = None
    steps: Steps = "last"
    use_activation: bool | None = None
    timeout_seconds: float = 60.0

    def __post_init__(self) -> None:
        if not isinstance(self.base_url, str) or not re.match(r"https?://[^\s/]", self.base_url):
            raise OptionError(
                f"base_url={_without_user(str(self.base_url))!r} must begin with http:// or https:// and "
                "name a host"
            )
        if not isinstance(self.model, str) or not self.model:
            raise OptionError(f"model={self.model!r} must be the name under which the server knows the model")
        one_of("endpoint", self.endpoint, ("classify", "pooling"))
        one_of("steps", self.steps, ("last", "min", "mean", "product"))
        if positive_seconds("timeout_seconds", self.timeout_seconds) is None:
            raise OptionError("timeout_seconds=None must be a positive number of seconds, at most 1e9")
        if isinstance(self.template, str):
            if "{question}" not in self.template or "{response}" not in self.template:
                raise OptionError(f"template={self.template!r} must hold {{question}} and {{response}}")
        elif self.template is not None and not callable(self.template):
            raise OptionError(f"template={self.template!r} must be a text or a function (question, response)")
        if isinstance(self.api_key, str):
            object.__setattr__(self, "api_key", SecretStr(self.api_key))
        _headers(self._key())
        if importlib.util.find_spec("httpx") is None:
            raise ImportError("VllmReward needs httpx: pip install 'modelswitch[rewards]'")

    def __repr__(self) -> str:
        return (
            f"VllmReward(base_url={_without_user(self.base_url)!r}, model={self.model!r}, "
            f"endpoint={self.endpoint!r})"
        )

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "api_key": None}

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def score(self, question: str, responses: Sequence[str]) -> list[float]:
        """One reward for each response, blocking; also where an event loop is running.

        Raises:
            RewardError: The server could not be reached or said what cannot be used, or the time was up.
        """
        if not _on_a_loop():
            return asyncio.run(self.ascore(question, responses))
        with ThreadPoolExecutor(1) as another:
            return another.submit(asyncio.run, self.ascore(question, responses)).result()

    async def ascore(self, question: str, responses: Sequence[str]) -> list[float]:
        """One reward for each response.

        Raises:
            RewardError: The server could not be reached or said what cannot be used, or the time was up.
        """
        if not responses:
            return []
        write = self._fill if isinstance(self.template, str) else self.template or chat
        bodies = bodies_of(
            [write(printable(question), printable(response)) for response in responses],
            model=self.model,
            endpoint=self.endpoint,
            use_activation=_activation(self.endpoint, self.use_activation),
        )
        replies = await self._post_in_time(bodies)
        wanted = len(responses) if len(bodies) == 1 else 1
        return [
            reward
            for reply in replies
            for reward in rewards_of(reply, endpoint=self.endpoint, wanted=wanted, steps=self.steps)
        ]

    def _fill(self, question: str, response: str) -> str:
        given = {"{question}": question, "{response}": response}
        # In one go, so that braces in a question or a response stay what they are.
        return re.sub(r"\{(?:question|response)\}", lambda found: given[found[0]], str(self.template))

    def _key(self) -> str | None:
        if isinstance(self.api_key, SecretStr):
            return self.api_key.get_secret_value()
        return os.environ.get("VLLM_API_KEY") or None

    async def _post_in_time(self, bodies: Sequence[Mapping[str, Any]]) -> list[bytes]:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.timeout_seconds):
                return await self._post(bodies)
        raise RewardError(f"{self!r} did not answer within timeout_seconds={self.timeout_seconds}")

    async def _post(self, bodies: Sequence[Mapping[str, Any]]) -> list[bytes]:
        """What the server answers to each, all asked together; the first failure ends the others."""
        import httpx

        key = self._key()
        async with httpx.AsyncClient(
            headers=_headers(key),
            timeout=None,  # noqa: S113  # the time of the whole call is limited instead
            limits=httpx.Limits(max_connections=_MOST_AT_ONCE),
            verify=_trusted(),
        ) as client:
            failed: list[RewardError] = []
            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(self._ask(client, body, key)) for body in bodies]
            except* RewardError as errors:
                failed += [error for error in errors.exceptions if isinstance(error, RewardError)]
            if failed:
                raise failed[0]
            return [task.result() for task in tasks]

    async def _ask(self, client: httpx.AsyncClient, body: Mapping[str, Any], key: str | None) -> bytes:
        import httpx

        url = f"{self.base_url.rstrip('/').removesuffix('/v1')}/{self.endpoint}"
        try:
            reply = await client.post(url, json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = describe(error)
        else:
            if reply.status_code == httpx.codes.OK:
                return reply.content
            said = f"HTTP {reply.status_code}, {message_of(reply.content)}"
        # Raised out here, as the client's error holds the request and with it the key.
        raise RewardError(f"{_without_user(url)}: {said.replace(key, '[key]') if key else said}")


def _on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _activation(endpoint: Endpoint, chosen: bool | None) -> bool | None:
    return False if chosen is None and endpoint == "classify" else chosen


def _headers(key: str | None) -> dict[str, str]:
    if key is None:
        return {}
    # The client's own complaint would quote it.
    if not key.isascii() or not key.isprintable() or not key.strip():
        raise OptionError("api_key (or VLLM_API_KEY) must be printable ASCII, as it is sent in a header")
    return {"Authorization": f"Bearer {key}"}


def _without_user(url: str) -> str:
    """The URL without the name and password that may stand in it."""
    return re.sub(r"(?<=://)[^/@]*@", "", url)


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates to trust, which take longer to read than a reward may take."""
    import httpx

    return httpx.create_ssl_context()
