"""Recall and precision of the masking function on the corpus: python -m tests.masking.measure"""

import re
from collections import Counter
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ..functions.deployed import load
from .corpus import corpus

ROOT = Path(__file__).parents[2]
EVENTS = 3_300
KINDS = ["e-mail address", "telephone number", "card number", "My Number", "postal code", "IP address", "name"]
LABELS = {"[phone]": "telephone number", "[card]": "card number", "[my-number]": "My Number"}
LABELS |= {"[postal-code]": "postal code", "[name]": "name"}


def texts(value: Any) -> list[str]:
    """Every string, with encoded words and escapes of links made readable."""
    if isinstance(value, str):
        try:
            readable = str(make_header(decode_header(value)))
        except Exception:
            readable = value
        return [value, readable, unquote(value)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    if isinstance(value, dict):
        return [text for pair in value.items() for item in pair for text in texts(item)]
    return []


def at(event: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        event = event[step]
    return event


def measure(count: int = EVENTS, mask: Any = None) -> dict[str, Any]:
    mask = mask or load("mask_events").mask
    total: Counter[str] = Counter()
    left: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: list[tuple[str, str]] = []
    damaged: list[Any] = []
    for labelled in corpus(count):
        masked = mask(labelled.event)
        shown = "\n".join(texts(masked))
        # What stays of another, masked address may look like a name.
        nameless = re.sub(r"[^\s<>\",]{0,4}\*\*\*", "", shown)
        kinds = {kind for kind, _ in labelled.personal}
        for kind, text in labelled.personal:
            total[kind] += 1
            if text in shown or (kind == "name" and any(part in nameless for part in re.split("[ 　]", text))):
                left[kind] += 1
                missed.append((kind, text))
        for label, kind in LABELS.items():
            found = shown.count(label)
            labels[kind] += found
            wrong[kind] += found if kind not in kinds else 0
        damaged += [path for path in labelled.kept if at(masked, path) != at(labelled.event, path)]
    return {"total": total, "left": left, "labels": labels, "wrong": wrong, "missed": missed, "damaged": damaged}


def table(found: dict[str, Any]) -> str:
    lines = ["| kind | in the corpus | recall | precision |", "| --- | ---: | ---: | ---: |"]
    for kind in KINDS:
        total, left = found["total"][kind], found["left"][kind]
        labels, wrong = found["labels"][kind], found["wrong"][kind]
        precision = f"{100 * (1 - wrong / labels):.2f} %" if labels else "by field"
        lines.append(f"| {kind} | {total} | {100 * (1 - left / total):.2f} % | {precision} |")
    return "\n".join(lines)


if __name__ == "__main__":
    result = measure()
    print(table(result))
    print(f"operational fields damaged: {len(result['damaged'])}")
