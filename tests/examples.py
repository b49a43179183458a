"""How many random examples a test takes that is no property of Hypothesis."""

from __future__ import annotations

from hypothesis import settings


def examples(few: int, *, explored: int) -> int:
    """So many in the suite, and so many in `make explore`: then the few and more.

    A test that asks is marked with `pytest.mark.hypothesis`, or `make explore` passes it over.
    """
    return explored if settings.get_current_profile_name() == "explore" else few
