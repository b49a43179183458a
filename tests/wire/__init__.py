"""A local provider server for real OpenAI and Gemini clients: answers, latency and faults as ordered."""

from tests.wire._assistant import assistant
from tests.wire._faults import BrokenJson, Drip, EmptyBody, Fault, Hang, HtmlBody, NoChoices, Reset, Status
from tests.wire._log import LoggedRequest, Outcome
from tests.wire._playback import Playback, in_a_box, read_recording
from tests.wire._process import ServerProcess
from tests.wire._reply import Reply, ToolCall, Usage
from tests.wire._request import Chat, Tool, Turn, WireRequest
from tests.wire._server import WireServer
from tests.wire._service import Answer, Answers, Faults, Latency

__all__ = [
    "Answer",
    "Answers",
    "BrokenJson",
    "Chat",
    "Drip",
    "EmptyBody",
    "Fault",
    "Faults",
    "Hang",
    "HtmlBody",
    "Latency",
    "LoggedRequest",
    "NoChoices",
    "Outcome",
    "Playback",
    "Reply",
    "Reset",
    "ServerProcess",
    "Status",
    "Tool",
    "ToolCall",
    "Turn",
    "Usage",
    "WireRequest",
    "WireServer",
    "assistant",
    "in_a_box",
    "read_recording",
]
