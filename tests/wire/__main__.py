"""`python -m tests.wire`: the provider server from the command line."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from tests.wire._assistant import assistant
from tests.wire._playback import Playback, read_recording
from tests.wire._server import WireServer
from tests.wire._service import Answers

_DESCRIPTION = """\
A local provider server for tests, benchmarks and demonstrations. It listens on 127.0.0.1 and speaks OpenAI
chat completions (base URL: the printed URL with /v1 behind it) and Gemini generateContent (base URL: the
printed URL). No key is checked. The first line printed is the URL; the server runs until it is interrupted.

What a model answers: what --say or --play set for its name; else what a small built-in assistant makes up,
which fills in tools and schemas."""
_EXAMPLES = """\
examples:
  python -m tests.wire
  python -m tests.wire --say "The answer is 7." --latency-seconds 0.2
  python -m tests.wire --say gpt-4o-mini="It is 7." --say gemini-2.5-flash="It is 8."
  python -m tests.wire --recording mathbench.jsonl --play gpt-4o-mini --play gemini-x=gemini-1.5-flash"""


def main(arguments: list[str] | None = None) -> int:
    """Runs the server until SIGINT or SIGTERM and returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    rows = [row for path in options.recording for row in _rows(parser, path)]
    if bool(rows) != bool(options.play):
        parser.error("--recording and --play go together: which models play which recording?")
    fixed: dict[str, str] = {}
    default: Answers = assistant
    for spec in options.say:
        model, equals, text = spec.partition("=")
        # "The result is x = 7." is a text, though it has the sign: no model's name has a space.
        if equals and " " not in model:
            fixed[model] = text
        else:
            default = spec
    server = WireServer(
        default,
        port=options.port,
        keep_alive=options.keep_alive,
        latency_seconds=options.latency_seconds,
    )
    for spec in options.play:
        served, _, recorded = spec.partition("=")
        try:
            server.serve(served, Playback(rows, recorded or served))
        except ValueError as error:
            parser.error(f"--play {spec}: {error}")
    for model, text in fixed.items():
        server.serve(model, text)
    return _run(server, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.wire",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="the port to listen on; 0, the default, takes a free one")
    add(
        "--say",
        action="append",
        default=[],
        metavar="[MODEL=]TEXT",
        help="a fixed answer of a model, or, without MODEL, of every model not named; may be repeated",
    )
    add(
        "--recording",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="recorded questions in JSON lines; may be repeated",
    )
    add(
        "--play",
        action="append",
        default=[],
        metavar="MODEL[=RECORDED]",
        help="serve under the name MODEL what the recording holds for RECORDED (default: MODEL); each "
        "next request for a question takes its next recorded sample; may be repeated",
    )
    add(
        "--latency-seconds",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long every request waits for its answer",
    )
    add("--keep-alive", action="store_true", help="let clients use a connection more than once")
    add("--end-with-stdin", action="store_true", help="also end when standard input is closed")
    return parser


def _rows(parser: argparse.ArgumentParser, path: Path) -> list[dict[str, Any]]:
    try:
        return read_recording(path)
    except (OSError, ValueError) as error:
        parser.error(f"--recording {path}: {error}")


def _run(server: WireServer, options: argparse.Namespace) -> int:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    if options.end_with_stdin:

        def watch() -> None:
            # Past sys.stdin: a daemon thread may not hold its lock when the process ends.
            while os.read(0, 1024):
                pass
            ended.set()

        threading.Thread(target=watch, daemon=True).start()
    try:
        server.start()
    except OSError as error:
        sys.stderr.write(f"cannot listen on port {options.port}: {error}\n")
        return 1
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    ended.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
