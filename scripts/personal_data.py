#!/usr/bin/env python3
"""Finds, exports or erases what the log buckets hold about one mail address: docs/runbook-privacy.md.

    personal_data.py find   ADDRESS --bucket NAME [--from DAY] [--to DAY]
    personal_data.py export ADDRESS --bucket NAME [--from DAY] [--to DAY] > FILE
    personal_data.py erase  ADDRESS --bucket NAME [--from DAY] [--to DAY] --yes

One bucket at a time, raw, error or masked: below events/ and errors/ stand folders by day, in Tokyo time. A record
that only this person received is deleted; in one that others received too, every value with the address is replaced.
Exit 3: some objects are in GLACIER, and must be restored first; they are listed, nothing else was changed.
"""

import argparse
import base64
import binascii
import gzip
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import Any

import boto3

PREFIXES = ("events/", "errors/")
DAY = re.compile(r"/(\d{4})/(\d\d)/(\d\d)/\d\d/")
ERASED = "erased"
ARCHIVED = {"GLACIER", "DEEP_ARCHIVE"}
# Where an original lies in a record of a failure: written by the masking function, and by Firehose.
ORIGINALS = ("data", "rawData")


class Address:
    """One mail address in the spellings that events have: any case, %40 in links, inside encoded headers."""

    def __init__(self, text: str):
        if not re.fullmatch(r"[^\s@]+@[^\s@]+", text):
            raise argparse.ArgumentTypeError(f"`{text}` is not a mail address")
        local, _, domain = text.lower().partition("@")
        # Not the end of a longer name, but after an escaped character of a link, or after `=` as in bounce addresses.
        begin = r"(?:(?<![\w.+-])|(?<=%[0-9A-F]{2}))"
        self.pattern = re.compile(
            rf"{begin}{re.escape(local)}(?:@|%(?:25)*40){re.escape(domain)}(?![\w-]|\.[\w-])", re.IGNORECASE
        )

    def within(self, value: Any) -> bool:
        if isinstance(value, str):
            return any(map(self.pattern.search, (value, decoded(value))))
        if isinstance(value, dict):
            return any(self.within(key) or self.within(item) for key, item in value.items())
        return isinstance(value, list) and any(map(self.within, value))

    def erased_from(self, value: Any) -> Any:
        """The same value without the address: the whole text goes, names stand beside addresses."""
        if isinstance(value, str):
            return ERASED if self.within(value) else value
        if isinstance(value, list):
            return [self.erased_from(item) for item in value]
        if isinstance(value, dict):
            return {(ERASED if self.within(key) else key): self.erased_from(item) for key, item in value.items()}
        return value

    def without_person(self, event: Any) -> Any:
        """The event as it may stay; None if it may not."""
        mail = event.get("mail", {}) if isinstance(event, dict) else {}
        others = [each for each in mail.get("destination", []) if not self.within(each)]
        return self.erased_from(event) if others else None


def decoded(text: str) -> str:
    """A header with its RFC 2047 encoded words read."""
    if "=?" not in text:
        return ""
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError, HeaderParseError):
        return ""


@dataclass
class Record:
    """One line of an object, and the event in it."""

    line: str
    wrapper: dict[str, Any] | None  # of a failure
    key: str
    event: Any

    def text(self, event: Any) -> str:
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        if self.wrapper is None:
            return body
        return json.dumps({**self.wrapper, self.key: base64.b64encode(body.encode()).decode()})


def read(line: str) -> Record:
    """A line that is no JSON is kept as text: it is searched, and goes as a whole."""
    try:
        event = json.loads(line)
    except ValueError:
        return Record(line, None, "", line)
    for key in ORIGINALS if isinstance(event, dict) and "mail" not in event else ():
        if key in event:
            try:
                original = base64.b64decode(event[key], validate=True).decode("utf-8", "replace")
            except (binascii.Error, TypeError):
                continue
            try:
                return Record(line, event, key, json.loads(original))
            except ValueError:
                return Record(line, event, key, original)
    return Record(line, None, "", event)


def objects(s3: Any, bucket: str, first: date, last: date) -> Iterator[dict[str, Any]]:
    for prefix in PREFIXES:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Contents", []):
                found = DAY.search(f"/{item['Key']}")
                if found is None or first <= date(*map(int, found.groups())) <= last:
                    yield item


def archived(s3: Any, bucket: str, item: dict[str, Any]) -> bool:
    """Whether an object must be restored before it can be read."""
    if item.get("StorageClass") not in ARCHIVED:
        return False
    return 'ongoing-request="false"' not in s3.head_object(Bucket=bucket, Key=item["Key"]).get("Restore", "")


def records(s3: Any, bucket: str, key: str) -> tuple[list[Record], bool]:
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    packed = body.startswith(b"\x1f\x8b")
    text = (gzip.decompress(body) if packed else body).decode("utf-8", "replace")
    return [read(line) for line in text.split("\n") if line], packed


def rewrite(s3: Any, bucket: str, key: str, lines: list[str], packed: bool) -> None:
    if not lines:
        s3.delete_object(Bucket=bucket, Key=key)
        return
    body = "".join(f"{line}\n" for line in lines).encode()
    s3.put_object(Bucket=bucket, Key=key, Body=gzip.compress(body) if packed else body)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("find", "export", "erase"))
    parser.add_argument("address", type=Address)
    parser.add_argument("--bucket", required=True)
    day = lambda text: datetime.strptime(text, "%Y-%m-%d").date()  # noqa: E731
    parser.add_argument("--from", dest="first", type=day, default=date.min, help="first day, such as 2026-11-01")
    parser.add_argument("--to", dest="last", type=day, default=date.max, help="last day")
    parser.add_argument("--yes", action="store_true", help="erase for good")
    options = parser.parse_args()
    if options.what == "erase" and not options.yes:
        parser.error("erase cannot be undone: look with `find`, then add --yes")

    s3, address, total = boto3.client("s3"), options.address, 0
    found = list(objects(s3, options.bucket, options.first, options.last))
    frozen = [item["Key"] for item in found if archived(s3, options.bucket, item)]
    if frozen:
        print("\n".join(frozen))
        print(f"{len(frozen)} objects are in GLACIER: restore them first", file=sys.stderr)
        return 3
    for item in found:
        lines, packed = records(s3, options.bucket, item["Key"])
        theirs = [line for line in lines if address.within(line.event)]
        if not theirs:
            continue
        total += len(theirs)
        if options.what == "find":
            print(f"{len(theirs):6} {item['Key']}")
        elif options.what == "export":
            for line in theirs:
                print(line.text(line.event) if line.wrapper is None else json.dumps(line.event, ensure_ascii=False))
        else:
            kept = []
            for line in lines:
                if not address.within(line.event):
                    kept.append(line.line)  # to the byte
                elif (event := address.without_person(line.event)) is not None:
                    kept.append(line.text(event))
            rewrite(s3, options.bucket, item["Key"], kept, packed)
            print(f"{len(theirs):6} {item['Key']}")
    print(f"{total} records in {len(found)} objects looked at", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
