"""Keys, prompts and hostile texts: what never comes out, and what never takes effect."""

from __future__ import annotations

import inspect
import json
import logging
import pickle
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from llama_index.core.llms import ChatMessage

from langchain_modelswitch import ModelSwitchRunnable
from llamaindex_modelswitch import ModelSwitchLLM
from modelswitch_core import AllDrawsFailedError, Chosen, ModelReport, SwitchResult, strike_keys
from modelswitch_core.recordings import append_result, read_recording
from tests.llamaindex.clients import gemini, like, openai
from tests.wire import WireServer
from tests.wire.clients import chat_gemini, chat_openai

OPENAI_KEY = "sk-proj-SeCrEtSeCrEt0123456789abcdefghij"
GOOGLE_KEY = "AIzaSySeCrEtSeCrEt0123456789abcdefghi"
# Not one byte of what follows the providers' own prefixes.
SECRETS = ("SeCrEt", "0123456789abcdef")
PROMPT = "my-private-question"
ANSWER = "my-private-answer"

pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine 'ClientResponse.json' was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class EchoingHandler(BaseHTTPRequestHandler):
    """Sends every header back to its sender, keys included, inside an error of the provider's shape."""

    status = 401

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"] or 0))
        body = json.dumps(self.told()).encode()
        self.send_response(self.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def told(self) -> dict[str, Any]:
        said = f"who are you? {dict(self.headers.items())} {self.path}"
        return {"error": {"message": said, "code": 401, "status": "UNAUTHENTICATED"}}

    def log_message(self, *args: Any) -> None:
        pass


class MalformedHandler(EchoingHandler):
    """Answers with the key inside an object where a text belongs: pydantic's error quotes it, cut in half."""

    status = 200

    def told(self) -> dict[str, Any]:
        key = self.headers["x-goog-api-key"] or self.headers["authorization"]
        text = {"asked": f"by somebody at the door who has {key}"}
        if "generateContent" in self.path:
            return {"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}}]}
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}


def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    yield from serving(EchoingHandler)


@pytest.fixture(scope="module")
def malformed() -> Iterator[str]:
    yield from serving(MalformedHandler)


def langchain(url: str, **options: Any) -> ModelSwitchRunnable:
    models = [chat_openai(url, api_key=OPENAI_KEY), chat_gemini(url, google_api_key=GOOGLE_KEY)]
    return ModelSwitchRunnable(**{"models": models, "samples": 2, **options})


def llamaindex(url: str, **options: Any) -> ModelSwitchLLM:
    llms = [openai(url, api_key=OPENAI_KEY), gemini(url, api_key=GOOGLE_KEY), like(url, api_key=OPENAI_KEY)]
    return ModelSwitchLLM(**{"llms": llms, "samples": 2, **options})


async def ask(switch: Any, how: str, config: Any = None) -> Any:
    if isinstance(switch, ModelSwitchRunnable):
        ways: dict[str, Any] = {
            "sync": switch.invoke, "async": switch.ainvoke, "stream": switch.stream, "astream": switch.astream
        }  # fmt: skip
        made = ways[how](PROMPT, config)
    else:
        ways = {
            "sync": switch.chat, "async": switch.achat,
            "stream": switch.stream_chat, "astream": switch.astream_chat,
        }  # fmt: skip
        made = ways[how]([ChatMessage(PROMPT)])
    made = await made if inspect.isawaitable(made) else made
    if how == "astream":
        return [chunk async for chunk in made]
    return list(made) if how == "stream" else made


def clean(*texts: Any) -> bool:
    return not any(secret in str(text) for text in texts for secret in SECRETS)


DOORS = pytest.mark.parametrize("door", [langchain, llamaindex])
HOW = pytest.mark.parametrize("how", ["sync", "async", "stream", "astream"])


# --- keys ---


@DOORS
def test_a_switch_shows_and_stores_no_key(door: Any) -> None:
    switch = door("http://127.0.0.1:9")
    assert clean(repr(switch), str(switch), f"{switch}", switch.model_dump(), switch.model_dump_json())
    assert clean(switch.to_json(), getattr(switch, "to_dict", dict)())
    if isinstance(switch, ModelSwitchRunnable):
        assert clean(switch._identifying_params, switch._get_llm_string(), switch.get_lc_namespace())


def test_no_key_goes_into_a_pickle() -> None:
    """LangChain's clients cannot be pickled at all, so its switch refuses."""
    with pytest.raises(
        pickle.PicklingError, match="cannot be pickled, as its chat models hold keys"
    ) as caught:
        pickle.dumps(langchain("http://127.0.0.1:9"))
    assert clean(caught.value)
    assert clean(pickle.dumps(llamaindex("http://127.0.0.1:9")))


@DOORS
def test_refused_options_show_no_key(door: Any) -> None:
    with_key = openai("http://127.0.0.1:9", api_key=OPENAI_KEY)  # whose repr shows it
    for wrong in (
        {"samples": 0},
        {"policy": "papre"},
        {"api_kye": OPENAI_KEY},
        {"default_headers": {"authorization": OPENAI_KEY}},
        {"samples": OPENAI_KEY},
        {"names": [with_key]},
        {"answer": with_key},
        {"max_concurrency": with_key},
        {"tags": OPENAI_KEY, "callback_manager": OPENAI_KEY},
    ):
        with pytest.raises(ValueError) as caught:  # noqa: PT011  # whatever the message is
            door("http://127.0.0.1:9", **wrong)
        assert clean(caught.value, repr(caught.value), "".join(traceback.format_exception(caught.value)))


def test_what_is_bound_to_a_model_and_its_headers_are_not_stored() -> None:
    headers = {"authorization": f"Bearer {OPENAI_KEY}"}
    models = [
        chat_openai("http://127.0.0.1:9", "a", default_headers=headers),
        chat_openai("http://127.0.0.1:9", "b").bind(extra_headers=headers),
    ]
    switch = ModelSwitchRunnable(models=models, samples=2)
    assert clean(repr(switch), switch.model_dump(), switch.model_dump_json(), switch.to_json())
    assert switch.model_dump()["models"] == [
        {"class_name": "ChatOpenAI", "model_name": "a"},
        {"class_name": "ChatOpenAI", "model_name": "b"},
    ]


@DOORS
@HOW
async def test_an_echoed_key_reaches_no_error_trace_or_log(door: Any, how: str, hostile: str) -> None:
    traced, log = Everything(), StringIO()
    handler, root = logging.StreamHandler(log), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with pytest.raises(AllDrawsFailedError) as caught:
            await ask(door(hostile), how, {"callbacks": [traced]})
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    error = caught.value
    assert "who are you?" in str(error)
    assert clean(str(error), repr(error), *map(repr, error.exceptions))
    assert clean("".join(traceback.format_exception(error)))
    assert clean(pickle.dumps(error), repr(pickle.loads(pickle.dumps(error)).exceptions))
    assert clean(*traced.seen)
    assert bool(traced.seen) == (door is langchain)
    # Of the clients too: they log requests at this level, but not what authorizes them.
    assert clean(log.getvalue())
    assert PROMPT not in "".join(line for line in log.getvalue().splitlines() if "modelswitch" in line)


@DOORS
@HOW
async def test_an_error_that_cannot_be_changed_gives_way_to_one_without_the_key(
    door: Any, how: str, malformed: str
) -> None:
    traced = Everything()
    with pytest.raises(AllDrawsFailedError) as caught:
        await ask(door(malformed), how, {"callbacks": [traced]})
    error = caught.value
    assert {type(cause).__name__ for cause in error.exceptions} == {"StruckError"}
    for line in str(error).splitlines()[1:]:
        assert "ValidationError: " in line
        assert "Input should be a valid string" in line
    assert clean(str(error), *map(repr, error.exceptions), "".join(traceback.format_exception(error)))
    assert clean(pickle.dumps(error), *traced.seen)
    assert not error.retryable


class Everything(BaseCallbackHandler):
    """Writes down whatever a tracer is told, as tracers do: by its repr."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def on_chat_model_start(self, *args: Any, **kwargs: Any) -> None:
        self.seen.append(repr((args, kwargs)))

    def on_llm_error(self, error: BaseException, **kwargs: Any) -> None:
        # Not `response`: LangChain puts the body of a provider's error there, whatever is in it.
        kwargs.pop("response", None)
        self.seen.append("".join(traceback.format_exception(error)) + repr((error, kwargs)))


@DOORS
async def test_an_echoed_key_reaches_no_result_recording_or_drawing(
    door: Any, hostile: str, tmp_path: Any
) -> None:
    with WireServer() as server:
        server.serve("backup", ANSWER)
        switch = door(hostile, keep_samples=True)
        if isinstance(switch, ModelSwitchRunnable):
            models = [*switch.models, chat_openai(server.url, "backup", api_key=OPENAI_KEY)]
            message = await ModelSwitchRunnable(models=models, samples=2, keep_samples=True).ainvoke(PROMPT)
            result = SwitchResult.model_validate(message.response_metadata["modelswitch"])
            assert clean(message, repr(message.response_metadata))
        else:
            llms = [*switch.llms, openai(server.url, model="gpt-4o-mini", api_key=OPENAI_KEY)]
            server.serve("gpt-4o-mini", ANSWER)
            response = await ModelSwitchLLM(llms=llms, samples=2, keep_samples=True).achat(
                [ChatMessage(PROMPT)]
            )
            result = SwitchResult.model_validate(response.additional_kwargs["modelswitch"])
            assert clean(response, repr(response.raw), response.model_dump_json())
    assert result.answer == ANSWER
    assert sum(len(report.failures) for report in result.models) >= 4
    assert clean(result, repr(result), result.explain(), result._repr_html_(), result.model_dump_json())
    path = tmp_path / "recording.jsonl"
    append_result(path, PROMPT, result, id="q1")
    assert clean(path.read_text())
    assert len(list(read_recording(path))) == 1


@pytest.mark.parametrize(
    "said",
    [
        f"Incorrect API key provided: {OPENAI_KEY}.",
        f"{{'Authorization': 'Bearer {OPENAI_KEY}'}}",
        f"https://example.invalid/v1?key={GOOGLE_KEY}&x=1",
        f"ключ {GOOGLE_KEY}!",
    ],
)
def test_keys_are_struck_out_of_an_error_and_what_it_was_raised_from(said: str) -> None:
    error, cause = ValueError(said, 7), OSError(said)
    error.__cause__ = cause
    cause.__context__ = error  # a ring must not be run round for ever
    strike_keys(error)
    assert clean(error, repr(error), repr(cause))
    assert error.args[1] == 7
    plain = ValueError("the request to /v1/chat took 7 tokens")
    strike_keys(plain)
    assert str(plain) == "the request to /v1/chat took 7 tokens"


# --- prompts and responses ---


@DOORS
@HOW
async def test_prompts_and_responses_are_logged_nowhere(
    door: Any, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    with WireServer(default=ANSWER) as server, caplog.at_level(logging.DEBUG):
        assert ANSWER in str(await ask(door(server.url), how))
    ours = [record for record in caplog.records if "modelswitch" in record.name]
    assert ours
    for record in ours:
        assert PROMPT not in record.getMessage()
        assert ANSWER not in record.getMessage()
    # At INFO and above the clients say no word of them either.
    loud = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert not [line for line in loud if PROMPT in line or ANSWER in line]


# --- hostile texts ---

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31m408\x1b[0m\x9b31m\u202e"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>[bold red]408[/bold red][link=https://e.invalid]x[/link]"


def hostile_result(text: str) -> SwitchResult:
    report = ModelReport(
        name=text,
        drawn=3,
        answers={text: 1},
        unreadable=1,
        failures=(f"{text}Error: {text}",),
        entropy_bits=0.0,
        weight=1.0,
        prior=1.0,
        usage=None,
        seconds=None,
    )
    return SwitchResult(
        answer=text,
        chosen=Chosen(model=0, draw=0),
        stop_reason="all_drawn",
        samples_drawn=3,
        samples_budget=3,
        waves=1,
        models=(report,),
        scores={text: 1.0},
        confidence=1.0,
        usage=None,
        reward_failure=text,
    )


def test_escapes_do_not_reach_a_terminal() -> None:
    result = hostile_result(ESCAPES)
    for text in (str(result), result.explain(), result._repr_html_()):
        assert not [sign for sign in text if sign != "\n" and (sign < " " or "\x7f" <= sign <= "\x9f")]
        assert "\u202e" not in text


def test_html_is_escaped() -> None:
    drawn = hostile_result(MARKUP)._repr_html_()
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert "&lt;script&gt;" in drawn


def test_rich_markup_in_an_answer_is_text_for_the_command(
    provider: WireServer, capsys: pytest.CaptureFixture[str]
) -> None:
    from modelswitch_cli import main

    provider.serve("gpt-4o-mini", f"[bold red]408[/bold red]{ESCAPES}")
    main(["ask", "how many?", "--model", "openai:gpt-4o-mini", "--samples", "2"])
    out = capsys.readouterr().out
    assert "[bold red]408[/bold red]" in out
    assert "\x1b" not in out
    assert "\x9b" not in out


def test_a_result_from_elsewhere_is_data_alone() -> None:
    told = json.loads(hostile_result("__import__('os').system('true')").model_dump_json())
    loaded = SwitchResult.model_validate(told)
    assert {type(value) for value in loaded.model_dump(mode="json").values()} <= {
        str, int, float, dict, list, type(None)
    }  # fmt: skip
    for wrong in ({"chosen": {"model": -1, "draw": 0}}, {"stop_reason": "os.system"}, {"__class__": "x"}):
        with pytest.raises(ValueError, match="validation error"):
            SwitchResult.model_validate({**told, **wrong})
