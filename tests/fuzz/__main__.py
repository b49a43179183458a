"""Runs the fuzz target under Atheris: `python -m tests.fuzz [corpus folder] [options of libFuzzer]`."""

import sys
import time

import atheris  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["modelswitch_core.reading"]):
    from tests.fuzz._checks import READERS, check
    from tests.fuzz._texts import case_of

_MOST_SECONDS = 10.0
"""Processor time of one input. A pattern that backtracks badly, or a hang, takes minutes."""


def one_input(data: bytes) -> None:
    """Checks one reader on two texts made of the bytes."""
    number, a, b = case_of(data, len(READERS))
    start = time.process_time()
    check(READERS[number], a, b)
    seconds = time.process_time() - start
    assert seconds < _MOST_SECONDS, f"{READERS[number]!r} took {seconds:.1f} s"


def main() -> None:
    """Hands over to libFuzzer, with limits of ours that the command line can override."""
    atheris.Setup([sys.argv[0], "-max_len=80", "-rss_limit_mb=2048", "-timeout=60", *sys.argv[1:]], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
