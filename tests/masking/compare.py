"""Masking side by side: the function, `sesame mask`, and Microsoft Presidio. Writes the table into docs/masking.md.

    cargo build --release
    python -m venv /tmp/presidio && /tmp/presidio/bin/pip install presidio-analyzer==2.2.366
    /tmp/presidio/bin/python -m tests.masking.compare target/release/sesame

Presidio runs with its pattern recognizers alone, without a language model: it finds no names that way, so names are
left out, and its recall is not what it could be with context. It sees every string, encoded words as they stand.
"""

import json
import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from ..functions.deployed import load
from .corpus import corpus
from .measure import KINDS, ROOT, measure

PAGE = ROOT / "docs" / "masking.md"
BEGIN, END = "<!-- compared -->", "<!-- /compared -->"
RECALL_EVENTS = 3_300
SPEED_BYTES = 3_000_000
# Presidio gets a twelfth of the batch: the whole would take minutes.
PRESIDIO_SHARE = 12
RUNS = 3

Mask = Callable[[Any], Any]


def presidio() -> Mask:
    """Masks an event with Presidio's pattern recognizers."""
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        EmailRecognizer,
        IpRecognizer,
        PhoneRecognizer,
    )

    # Without a network, the e-mail recognizer says at length that it uses the list of domains that it came with.
    logging.getLogger("tldextract").setLevel(logging.CRITICAL)
    recognizers = [
        EmailRecognizer(),
        IpRecognizer(),
        CreditCardRecognizer(),
        PhoneRecognizer(supported_regions=["JP", "US"]),
    ]

    def mask_text(text: str) -> str:
        found = [
            result
            for recognizer in recognizers
            for result in recognizer.analyze(text, recognizer.supported_entities, None) or []
        ]
        end = len(text)
        for each in sorted(found, key=lambda each: (-each.start, -each.end)):
            # Where two overlap, what is left of the first is masked too.
            text = text[: each.start] + "***" + text[min(each.end, end) :]
            end = each.start
        return text

    def mask(value: Any) -> Any:
        if isinstance(value, str):
            return mask_text(value)
        if isinstance(value, list):
            return [mask(item) for item in value]
        if isinstance(value, dict):
            return {key: mask(item) for key, item in value.items()}
        return value

    return mask


def batch() -> list[str]:
    """The lines of one full batch of Firehose."""
    lines, size = [], 0
    for labelled in corpus(10_000):
        lines.append(labelled.line)
        size += len(labelled.line.encode()) + 1
        if size > SPEED_BYTES:
            break
    return lines


def speed(size: int, work: Callable[[], Any]) -> float:
    """MB/s, the median of some runs after one to warm up."""
    work()
    spent = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return size / 1e6 / statistics.median(spent)


def of_function(lines: list[str], mask: Mask) -> float:
    return speed(len("\n".join(lines).encode()), lambda: [json.dumps(mask(json.loads(line))) for line in lines])


def of_binary(binary: str, lines: list[str], cores: int) -> float:
    """Of `sesame mask`, on this many cores."""
    data = ("\n".join(lines) + "\n").encode() * 4
    chosen = set(sorted(os.sched_getaffinity(0))[:cores])

    def run() -> None:
        subprocess.run(
            [binary, "mask"],
            input=data,
            stdout=subprocess.DEVNULL,
            check=True,
            preexec_fn=lambda: os.sched_setaffinity(0, chosen),
        )

    return speed(len(data), run)


def compared(binary: str) -> str:
    lines, ours, theirs = batch(), load("mask_events").mask, presidio()
    cores = len(os.sched_getaffinity(0))
    few = lines[: len(lines) // PRESIDIO_SHARE]
    rows = [
        ("`sesame mask`, all cores", of_binary(binary, lines, cores)),
        ("`sesame mask`, one core", of_binary(binary, lines, 1)),
        ("the function, one core", of_function(lines, ours)),
        ("Presidio, one core", of_function(few, theirs)),
    ]
    text = ["| what | MB/s |", "| --- | ---: |", *(f"| {what} | {number:.2f} |" for what, number in rows), ""]
    own, other = measure(RECALL_EVENTS, ours), measure(RECALL_EVENTS, theirs)
    text += ["| recall | ours | Presidio's |", "| --- | ---: | ---: |"]
    for kind in KINDS:
        if kind != "name":
            shares = [f"{100 * (1 - found['left'][kind] / found['total'][kind]):.2f} %" for found in (own, other)]
            text.append(f"| {kind} | {shares[0]} | {shares[1]} |")
    damaged = [len(found["damaged"]) for found in (own, other)]
    text += [f"| operational fields changed | {damaged[0]} | {damaged[1]} |", ""]
    text.append(f"Python {sys.version.split()[0]}, presidio-analyzer {version('presidio-analyzer')}, {cores} cores.")
    return "\n".join(text)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} path/to/sesame")
    result = compared(sys.argv[1])
    print(result)
    page = PAGE.read_text()
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{result}\n{END}{after}")


if __name__ == "__main__":
    main()
