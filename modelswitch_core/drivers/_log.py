"""What a run says to the logger "modelswitch", at level DEBUG: a line a wave, and one at the end.

Counts, names of models and times; never a word of a question, an answer or an error, as those may be secret.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from modelswitch_core._request import Request
from modelswitch_core._switch import SwitchRun

_logger = logging.getLogger("modelswitch")


def log_wave(run: SwitchRun[Any], requests: Sequence[Request], begun: float) -> None:
    """Says what a new wave asks for, and how far the run has come; nothing where no wave begins.

    Args:
        run: The run.
        requests: Those of the wave.
        begun: When the run began, by `time.monotonic()`.
    """
    if not requests or not _logger.isEnabledFor(logging.DEBUG):
        return
    asked = Counter[int]()
    for request in requests:
        asked[request.model] += len(request.draws)
    names = run.switch.plan.names
    _logger.debug(
        "wave %d asks for %s; before it %s in %.3f s",
        run.engine.pool.waves,
        ", ".join(f"{count} of {names[model]!r}" for model, count in asked.items()),
        _counts(run),
        time.monotonic() - begun,
    )


def log_end(run: SwitchRun[Any], begun: float) -> None:
    """Says why the run ended, after what, and how long it took."""
    if not _logger.isEnabledFor(logging.DEBUG) or run.engine.finished is None:
        return
    _logger.debug(
        "ended (%s) after %s in %.3f s",
        run.engine.finished.reason,
        _counts(run),
        time.monotonic() - begun,
    )


def _counts(run: SwitchRun[Any]) -> str:
    tallies = run.engine.pool.tallies
    started = sum(len(request.draws) for request in run.requests)
    readable, unreadable, failed = (
        sum(getattr(tally, kind) for tally in tallies) for kind in ("readable", "unreadable", "failed")
    )
    return f"{started} started, {readable} readable, {unreadable} unreadable, {failed} failed"
