"""Masking side by side: the function, `sesame mask`, and Microsoft Presidio.

    cargo build --release
    python -m venv /tmp/presidio && /tmp/presidio/bin/pip install presidio-analyzer
    /tmp/presidio/bin/python scripts/bench_masking.py target/release/sesame

Presidio runs with its pattern recognizers alone, without a language model: it finds no names that way, so names are
left out, and its recall is not what it could be with context. It sees every string, encoded words as they stand.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "masking"))

from corpus import corpus  # noqa: E402
from measure import KINDS, load, measure  # noqa: E402

RECALL_EVENTS = 330
SPEED_BYTES = 3_000_000


def presidio() -> Any:
    """A function that masks an event with Presidio's pattern recognizers."""
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        EmailRecognizer,
        IpRecognizer,
        PhoneRecognizer,
    )

    recognizers = [
        EmailRecognizer(),
        IpRecognizer(),
        CreditCardRecognizer(),
        PhoneRecognizer(supported_regions=["JP", "US"]),
    ]

    def mask(value: Any) -> Any:
        if isinstance(value, str):
            text = value
            found = []
            for recognizer in recognizers:
                found += recognizer.analyze(text, recognizer.supported_entities, None) or []
            for each in sorted(found, key=lambda each: -each.start):
                text = text[: each.start] + "***" + text[each.end :]
            return text
        if isinstance(value, list):
            return [mask(item) for item in value]
        if isinstance(value, dict):
            return {mask(key): mask(item) for key, item in value.items()}
        return value

    return mask


def main() -> None:
    lines, size = [], 0
    for labelled in corpus(10_000):
        lines.append(labelled.line)
        size += len(labelled.line.encode()) + 1
        if size > SPEED_BYTES:
            break
    function = load().mask
    started = time.perf_counter()
    for line in lines:
        json.dumps(function(json.loads(line)))
    print(f"function (Python): {size / 1e6 / (time.perf_counter() - started):.2f} MB/s, one core")
    if len(sys.argv) > 1:
        data = ("\n".join(lines) + "\n").encode() * 4
        started = time.perf_counter()
        subprocess.run([sys.argv[1], "mask"], input=data, stdout=subprocess.DEVNULL, check=True)
        print(f"sesame mask: {len(data) / 1e6 / (time.perf_counter() - started):.2f} MB/s, all cores")
    theirs = presidio()
    few = lines[: len(lines) // 10]
    started = time.perf_counter()
    for line in few:
        json.dumps(theirs(json.loads(line)))
    spent = time.perf_counter() - started
    print(f"presidio: {sum(len(line.encode()) for line in few) / 1e6 / spent:.2f} MB/s, one core")
    print("recall, ours and Presidio's:")
    ours, other = measure(RECALL_EVENTS, function), measure(RECALL_EVENTS, theirs)
    for kind in KINDS:
        if kind != "name":
            shares = [100 * (1 - found["left"][kind] / found["total"][kind]) for found in (ours, other)]
            print(f"  {kind:<18} {shares[0]:6.2f} %  {shares[1]:6.2f} %")


if __name__ == "__main__":
    main()
