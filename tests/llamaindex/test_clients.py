"""The provider's own client behind an LLM, which OpenAI's makes at its first use."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from llama_index.core.callbacks import CallbackManager, TokenCountingHandler
from llama_index.llms.openai import OpenAI

from llamaindex_modelswitch import ModelSwitchLLM
from llamaindex_modelswitch import _llms as made_here
from tests.llamaindex.doubles import user
from tests.wire import WireServer

made: list[str] = []


class SlowlyMade(OpenAI):
    """Takes its time to make a client, so that every thread of a wave finds none."""

    def _get_credential_kwargs(self, is_async: bool = False) -> dict[str, Any]:
        time.sleep(0.05)
        made.append(self.model)
        return super()._get_credential_kwargs(is_async)


def slowly_made(url: str, **options: Any) -> OpenAI:
    return SlowlyMade(
        model="gpt-4o-mini", api_base=f"{url}/v1", api_key="k", temperature=1.0, max_retries=0, **options
    )


def asked_twice(llm: OpenAI, **options: Any) -> int:
    """How many clients five samples, and five more, have made."""
    made.clear()
    switch = ModelSwitchLLM(llms=[llm], samples=5, settled_exit=False, **options)
    for _ in range(2):
        assert switch.chat(user("?")).message.content == "7"
    return len(made)


def test_samples_share_one_client() -> None:
    counting = CallbackManager([TokenCountingHandler(tokenizer=str.split)])
    with WireServer("7") as server:
        assert asked_twice(slowly_made(server.url)) == 1
        reporting = slowly_made(server.url, callback_manager=counting)
        assert asked_twice(reporting, callback_manager=counting) == 1


def test_who_wants_a_client_for_each_request_has_it() -> None:
    with WireServer("7") as server:
        assert asked_twice(slowly_made(server.url, reuse_client=False)) == 10


def test_a_process_forked_while_one_is_made_can_make_its_own() -> None:
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with made_here._making:
            begun.set()
            done.wait(10)

    holder = threading.Thread(target=hold, daemon=True)
    holder.start()
    assert begun.wait(10)
    child = os.fork()
    if child == 0:
        os._exit(0 if made_here._making.acquire(timeout=5) else 1)
    done.set()
    holder.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
