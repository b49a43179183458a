"""Many calls, many faults, and what is left of them: `python -m tests.stress` is the long form."""
