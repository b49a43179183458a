"""How well answers are read: recorded responses of many models, each with the gold answer of its question.

    MODELSWITCH_DATA=DIR python -m benchmarks.reading [--json FILE] [--misses DATASET] [--no-math-verify]

The share of responses whose read answer is the gold one, in percent: by the reader meant for the data set, by
`auto`, as the reference read it when the response was recorded, and by Math-Verify alone. Our readers know
the question, as they do in a switch (`reader_for`). A share is bounded by how often the model was right at
all. Where it finds no option, the reference records one all the same, so its share of MMLU-Pro holds lucky
ones. Origin of the responses: outputs published by the ModelSwitch authors
(github JianhaoChen-nju/ModelSwitch).
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from modelswitch_core import AnswerReader, answer_reader, reader_for

READERS = {
    "GSM8K": "number",
    "MGSM": "number",
    "MathBench": "number",
    "MATH": "math",
    "MMLU-Pro": "choice",
    "DATE": "date",
}
"""The reader meant for each data set."""

Judge = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True)
class Row:
    """One data set's and model's figures; shares are fractions, None where there is nothing to compare."""

    dataset: str
    model: str
    responses: int
    named: float
    auto: float
    reference: float | None
    math_verify: float | None
    named_ms: float
    auto_ms: float
    slowest_ms: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table, or the responses that were not read as the gold answer."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    parser.add_argument("--misses", choices=sorted(READERS), metavar="DATASET", help="show what was missed")
    parser.add_argument("--no-math-verify", action="store_true", help="leave the slow column out")
    options = parser.parse_args(arguments)
    folder = os.environ.get("MODELSWITCH_DATA")
    if not folder:
        print("MODELSWITCH_DATA is not set: it names the folder that holds responses.jsonl.gz")
        return 2
    recorded = responses(Path(folder))
    if options.misses:
        for line in misses(recorded, options.misses):
            print(line)
        return 0
    rows = measured(recorded, math_verify=not options.no_math_verify)
    shares = f"{'named':>37}{'auto':>7}{'refer.':>8}{'M-Verify':>9}"
    print(f"{shares}{'named ms':>10}{'auto ms':>9}{'slowest':>9}")
    for row in rows:
        shares = "".join(
            f"{'–' if share is None else format(100 * share, '.1f'):>{width}}"
            for share, width in ((row.named, 7), (row.auto, 7), (row.reference, 8), (row.math_verify, 9))
        )
        times = f"{row.named_ms:>10.2f}{row.auto_ms:>9.2f}{row.slowest_ms:>9.1f}"
        print(f"{row.dataset:10}{row.model:16}{row.responses:>4}{shares}{times}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    return 0


def responses(folder: Path) -> list[dict[str, Any]]:
    """What the folder's responses.jsonl.gz holds."""
    with gzip.open(folder / "responses.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def measured(responses: list[dict[str, Any]], *, math_verify: bool) -> list[Row]:
    """One row for each data set and model, in their order of appearance."""
    kept = sorted(responses, key=_group)
    return [
        _row(dataset, model, list(group), math_verify=math_verify)
        for (dataset, model), group in groupby(kept, key=_group)
    ]


def _group(response: dict[str, Any]) -> tuple[str, str]:
    return response["dataset"], response["model"]


def _row(dataset: str, model: str, responses: list[dict[str, Any]], *, math_verify: bool) -> Row:
    named, named_ms, slowest_named = _read(responses, answer_reader(READERS[dataset]))
    auto, auto_ms, slowest_auto = _read(responses, answer_reader("auto"))
    recorded = any(response["reference_answer"] is not None for response in responses)
    return Row(
        dataset,
        model,
        len(responses),
        named,
        auto,
        _share(responses, _reference_is_right) if recorded else None,
        _share(responses, _math_verify_is_right) if math_verify else None,
        named_ms,
        auto_ms,
        max(slowest_named, slowest_auto),
    )


def _share(responses: list[dict[str, Any]], judge: Judge) -> float:
    return sum(map(judge, responses)) / len(responses)


def _read(responses: list[dict[str, Any]], reader: AnswerReader) -> tuple[float, float, float]:
    """The share of right answers; milliseconds of processor time for one response, on average and at most."""
    right, total, slowest = 0, 0.0, 0.0
    for response in responses:
        start = time.process_time()
        asked = reader_for(reader, response["question"])
        answer = asked.read(response["text"])
        seconds = time.process_time() - start
        total, slowest = total + seconds, max(slowest, seconds)
        gold = asked.parse(response["gold"])
        right += answer is not None and gold is not None and asked.same(answer, gold)
    return right / len(responses), 1_000 * total / len(responses), 1_000 * slowest


def _reference_is_right(response: dict[str, Any]) -> bool:
    """The reference compares what it read as strings, or as the numbers that they are.

    Where it recorded a whole response, its answer is what stands in the first box.
    """
    read, gold = response["reference_answer"], response["gold"]
    if read is None:
        return False
    box = re.search(r"\\boxed\{(.*?)\}", read)
    read = read if box is None else box[1]
    try:
        return float(read.replace(",", "")) == float(gold.replace(",", ""))
    except ValueError:
        return bool(read.strip() == gold.strip())


def _math_verify_is_right(response: dict[str, Any]) -> bool:
    """Math-Verify as its README uses it, with its own deadlines."""
    from math_verify import LatexExtractionConfig, parse, verify

    gold = parse(f"${response['gold']}$", extraction_config=[LatexExtractionConfig()])
    return bool(verify(gold, parse(response["text"])))


@cache
def _reader(name: str) -> AnswerReader:
    return answer_reader(name)


def misses(responses: list[dict[str, Any]], dataset: str) -> Iterator[str]:
    """The responses that the data set's reader, or `auto`, does not read as the gold answer: their ends."""
    for place, response in enumerate(responses):
        if response["dataset"] != dataset:
            continue
        told = []
        for name in (READERS[dataset], "auto"):
            reader = reader_for(_reader(name), response["question"])
            answer, gold = reader.read(response["text"]), reader.parse(response["gold"])
            if answer is None or gold is None or not reader.same(answer, gold):
                told.append(f"{name}: {None if answer is None else answer.text!r}")
        if told:
            reference = response["reference_answer"]
            yield f"--- {place} {response['model']}, gold {response['gold']!r}, reference {reference!r}"
            yield "    " + "; ".join(told)
            yield response["text"][-300:]


if __name__ == "__main__":
    sys.exit(main())
