"""What `--json` prints: one object on one line, and JSON indeed."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from typing import Any


def print_json(told: Mapping[str, Any]) -> None:
    """Prints one JSON object; numbers that are not finite, which JSON does not know, become null."""
    sys.stdout.write(json.dumps(_finite(told), allow_nan=False) + "\n")


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
