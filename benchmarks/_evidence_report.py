"""The report as Markdown, from figures alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks._prior_estimates import SPLITS
from benchmarks._replays import GEMINI, GPT, SAMPLES, SHUFFLES

Row = Mapping[str, Any]


def report(figures: Mapping[str, Any]) -> str:
    """The whole page."""
    replays = figures["replays"]
    parts = [
        _OPENING,
        _published(replays["published"]),
        _curves(),
        _policies(figures["policies"]),
        _priors(figures["priors"]),
        _rewards(replays["rewards"]),
        _reading(figures["reading"]),
        _overhead(figures["overhead"]),
        _CLOSING,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


_OPENING = f"""
# The evidence

Everything on this page is made by `python -m benchmarks.evidence` from recorded answers of real models;
nothing is typed in, but the figures marked as published. Intervals are at 95 %, over questions. Draws are
taken in recorded order, or in {SHUFFLES} random orders of each model's samples; settled exit is off.

Origins: MathBench and the responses of the reading table are outputs published by the authors of ModelSwitch
(github JianhaoChen-nju/ModelSwitch), LiveCodeBench-execution is minimario/cruxeval-lcb (MIT). Half of each
one's questions are used here.
"""

_CLOSING = """
## Make it again

`MODELSWITCH_DATA` names the folder with the recordings. `python -m benchmarks.evidence` runs all parts,
`--only overhead` one of them; [figures.json](evidence/figures.json) holds every number of this page.
"""


def _published(rows: Sequence[Row]) -> str:
    cells = [
        [
            str(row["budget"]),
            f"{row['accuracy']:.1%} @ {row['mean_samples']}",
            _at(row["recorded"]),
            _at(row["shuffled"]),
            _span(row["shuffled"]),
        ]
        for row in rows
    ]
    outside = [
        row
        for row in rows
        if not row["shuffled"]["interval"]["low"] <= row["accuracy"] <= row["shuffled"]["interval"]["high"]
    ]
    verdict = (
        "Every published accuracy lies within the interval of ours"
        if not outside
        else f"Outside the interval of ours lies the published accuracy at a budget of "
        f"{', '.join(str(row['budget']) for row in outside)}"
    )
    samples = max(abs(row["mean_samples"] - row["shuffled"]["mean_samples"]) for row in rows)
    below = max(row["accuracy"] - row["shuffled"]["accuracy"] for row in rows)
    return f"""
## The published table, and the same on these recordings

MathBench, {GPT} → {GEMINI}, accuracy @ mean samples a question. The paper's figures are over all
questions, with priors set by hand and its own reading of the answers; ours are over half of the questions,
without priors, with the recorded answers compared as strings.

{_table(("budget", "published", "here, recorded order", "here, random orders", "interval"), cells)}

{verdict}, the samples drawn agree within
{samples:.1f} a question. Ours are lower by at most {100 * below:.1f} points; half of the questions cannot
say whether that is more than chance.
"""


def _curves() -> str:
    return """
## Accuracy, samples, consistency, order

![Accuracy against mean samples](evidence/accuracy-by-samples.svg)

![How often a model is right, against how much its samples agree](evidence/consistency-against-accuracy.svg)

![Accuracy of every order of one, two and three models](evidence/model-orders.svg)

The vertical lines are the intervals of single points: the curves share their questions, so differences
between them are surer than the lines suggest. The table of policies below has paired intervals.
"""


def _policies(rows: Sequence[Row]) -> str:
    chains = [chain for chain in dict.fromkeys(row["chain"] for row in rows) if chain != "mean"]
    named = list(dict.fromkeys(row["policy"] for row in rows))
    means = [row for row in rows if row["chain"] == "mean"]
    mean_cells = [
        [
            row["policy"],
            f"{row['accuracy']:.1%}",
            _loss(row),
            f"{row['relative_draws']:.1%}",
            f"{row['waves']:.2f}",
        ]
        for row in means
    ]
    by_chain = {(row["chain"], row["policy"]): row for row in rows}
    chain_cells = [
        [
            policy,
            *(
                f"{_loss(by_chain[chain, policy])} @ {by_chain[chain, policy]['relative_draws']:.0%}"
                for chain in chains
            ),
        ]
        for policy in named
    ]
    numbered = "\n".join(f"{number}. {chain}" for number, chain in enumerate(chains, 1))
    return f"""
## Every policy on every chain

{SAMPLES} samples a model. "Loss" is the accuracy less the published algorithm's on the same draws, in points,
with a paired interval; "draws" are relative to the published algorithm's. What learns is measured on
questions that it did not learn from. Means of {len(chains)} chains:

{_table(("policy", "accuracy", "loss, points", "draws", "waves"), mean_cells)}

Loss @ draws, chain by chain:

{_table(("policy", *map(str, range(1, len(chains) + 1))), chain_cells)}

{numbered}
"""


def _priors(rows: Sequence[Row]) -> str:
    chains = list(dict.fromkeys(row["chain"] for row in rows))
    votes = list(dict.fromkeys(row["vote"] for row in rows))
    gains = {(row["chain"], row["vote"]): row for row in rows}
    cells = [
        [
            chain if chain == "mean" else str(number),
            *(f"{gains[chain, vote][kind]:+.2f}" for vote in votes for kind in ("labels", "agreement")),
        ]
        for number, chain in enumerate(chains, 1)
    ]
    heads = [f"{vote}, from {what}" for vote in votes for what in ("right answers", "agreement")]
    helps = any(gains["mean", vote]["agreement"] > 0 for vote in votes)
    verdict = (
        "The estimate from agreement helps on questions held out."
        if helps
        else "The estimate from agreement does not help on questions held out: `tune` does not offer it.\n"
        "It learns priors from right answers alone."
    )
    return f"""
## Priors, learned with right answers and without

Points of accuracy that priors gain for the published algorithm: learned on one half of a chain's questions,
reported on the other; means over {SPLITS} random splits, chains as above. Without right answers, how often a
model is right is estimated by how often its samples agree with the most common answer of the other models.

{_table(("chain", *heads), cells)}

{verdict}
"""


def _rewards(rows: Sequence[Row]) -> str:
    cells = [[row["models"], row["vote"], _at(row), _span(row)] for row in rows]
    return f"""
## Reward models

MathBench with the rewards that its authors recorded: RM-BoN (`reward_best`) and RM-Vote (`reward_sum`) beside
the plain vote, {SAMPLES} samples a model.

{_table(("models", "vote", "accuracy @ samples", "interval"), cells)}
"""


def _reading(rows: Sequence[Row]) -> str:
    cells = [
        [
            row["dataset"],
            row["model"],
            str(row["responses"]),
            *(_share(row[column]) for column in ("named", "auto", "reference", "math_verify")),
            f"{row['named_ms']:.2f}",
        ]
        for row in rows
    ]
    heads = ("data set", "model", "responses", "named", "auto", "reference", "Math-Verify", "ms")
    return f"""
## Reading

The share of responses whose read answer is the gold one, in percent: by the reader meant for the data set, by
`auto`, as the reference code read it when it was recorded, and by Math-Verify alone; and milliseconds for one
response by the reader meant for it.

{_table(heads, cells)}
"""


def _overhead(rows: Sequence[Row]) -> str:
    cells = [
        [row["what"], f"{row['ratio']:.2f}", "" if row["bar"] is None else f"{row['bar']:.2f}"]
        for row in rows
    ]
    return f"""
## What the switch itself costs

Time beside the same samples drawn by the same client without it, over real clients and a local server.

{_table(("", "ratio", "at most"), cells)}
"""


def _at(row: Row) -> str:
    return f"{row['accuracy']:.1%} @ {row['mean_samples']:.1f}"


def _span(row: Row) -> str:
    return f"{100 * row['interval']['low']:.1f} to {100 * row['interval']['high']:.1f}"


def _loss(row: Row) -> str:
    return f"{row['loss_points']:+.2f} ± {row['loss_interval']:.2f}"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
