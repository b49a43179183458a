"""What is said to a user whose switch works, but less well than it could."""

from __future__ import annotations


class SwitchWarning(UserWarning):
    """Something that makes a switch less useful than it could be; the message says what to do."""
