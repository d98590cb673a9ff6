#!/usr/bin/env python3
"""Finds, exports or erases what the log buckets hold about one mail address: docs/runbook-privacy.md.

    personal_data.py find   ADDRESS --bucket NAME [--from DAY] [--to DAY]
    personal_data.py export ADDRESS --bucket NAME [--from DAY] [--to DAY] > FILE
    personal_data.py erase  ADDRESS --bucket NAME [--from DAY] [--to DAY] --yes [--bypass-governance]

One bucket at a time, raw, error or masked: below events/ and errors/ stand folders by day, in Tokyo time. A record
that only this person received is deleted; in one that others received too, every value with the address is replaced.
Every version of an object is looked at. What replaces the current one is a new version; each version with the address
is deleted for good, older ones whole.

Exit 3: some versions are in GLACIER, and must be restored first. Exit 4: Object Lock keeps some versions; those in
governance mode can be erased with --bypass-governance. Both list the versions, and nothing was changed.
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
from datetime import date, datetime, timezone
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


@dataclass
class Version:
    """One version of an object; in a bucket without versions, the object."""

    key: str
    id: str
    current: bool
    storage_class: str

    @property
    def place(self) -> dict[str, str]:
        """Where to read it."""
        return {"Key": self.key} if self.current else {"Key": self.key, "VersionId": self.id}

    def __str__(self) -> str:
        return self.key if self.current else f"{self.key} (version {self.id})"


class Bucket:
    """The objects of a log bucket, with all their versions."""

    def __init__(self, name: str):
        self.s3, self.name = boto3.client("s3"), name

    def versions(self, first: date, last: date) -> Iterator[Version]:
        for prefix in PREFIXES:
            for page in self.s3.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=prefix):
                for item in page.get("Versions", []):
                    found = DAY.search(f"/{item['Key']}")
                    if found is None or first <= date(*map(int, found.groups())) <= last:
                        yield Version(item["Key"], item["VersionId"], item["IsLatest"], item.get("StorageClass", ""))

    def is_archived(self, version: Version) -> bool:
        """Whether it must be restored before it can be read."""
        if version.storage_class not in ARCHIVED:
            return False
        found = self.s3.head_object(Bucket=self.name, **version.place)
        return 'ongoing-request="false"' not in found.get("Restore", "")

    def lock(self, version: Version) -> str | None:
        """What keeps S3 from deleting it: LEGAL HOLD, COMPLIANCE or GOVERNANCE."""
        found = self.s3.head_object(Bucket=self.name, **version.place)
        if found.get("ObjectLockLegalHoldStatus") == "ON":
            return "LEGAL HOLD"
        until = found.get("ObjectLockRetainUntilDate")
        return found["ObjectLockMode"] if until and until > datetime.now(timezone.utc) else None

    def read(self, version: Version) -> tuple[list[Record], bool]:
        """Its records, and whether it is packed."""
        body = self.s3.get_object(Bucket=self.name, **version.place)["Body"].read()
        packed = body.startswith(b"\x1f\x8b")
        text = (gzip.decompress(body) if packed else body).decode("utf-8", "replace")
        return [read(line) for line in text.split("\n") if line], packed

    def replace(self, version: Version, lines: list[str], packed: bool) -> bool:
        """The current version by one with these lines, or by a delete marker. Whether the old one is still there."""
        object, body = {"Bucket": self.name, "Key": version.key}, "".join(f"{line}\n" for line in lines).encode()
        if lines:
            # Object Lock takes no upload without a checksum.
            done = self.s3.put_object(
                **object, Body=gzip.compress(body) if packed else body, ChecksumAlgorithm="SHA256"
            )
        else:
            done = self.s3.delete_object(**object)
        # Without versions the new one has taken its place.
        return done.get("VersionId", version.id) != version.id

    def delete(self, version: Version, bypass: bool) -> None:
        """For good."""
        # The header asks for a right of its own, so it is not sent without need.
        header = {"BypassGovernanceRetention": True} if bypass else {}
        self.s3.delete_object(Bucket=self.name, Key=version.key, VersionId=version.id, **header)


def show(address: Address, bucket: Bucket, versions: list[Version], export: bool) -> int:
    """Prints where the address is, or the records themselves, each once. How many records have it."""
    total, shown = 0, set()
    for version in versions:
        theirs = [record for record in bucket.read(version)[0] if address.within(record.event)]
        total += len(theirs)
        if theirs and not export:
            print(f"{len(theirs):6} {version}")
        for record in theirs if export else ():
            text = (
                record.text(record.event) if record.wrapper is None else json.dumps(record.event, ensure_ascii=False)
            )
            if text not in shown:
                print(text)
                shown.add(text)
    return total


def erase(address: Address, bucket: Bucket, versions: list[Version], bypass: bool) -> int | None:
    """How many records it erased; None if Object Lock keeps some, and then it erased none."""
    theirs = [v for v in versions if any(address.within(record.event) for record in bucket.read(v)[0])]
    locks = {id(version): bucket.lock(version) for version in theirs}
    kept = [v for v in theirs if locks[id(v)] and not (bypass and locks[id(v)] == "GOVERNANCE")]
    if kept:
        print("\n".join(f"{locks[id(version)]} {version}" for version in kept))
        print(f"{len(kept)} versions are locked: nothing was erased", file=sys.stderr)
        return None
    total = 0
    for version in theirs:
        records, packed = bucket.read(version)
        found = sum(address.within(record.event) for record in records)
        if not version.current or bucket.replace(version, remaining(address, records), packed):
            bucket.delete(version, bypass=locks[id(version)] is not None)
        print(f"{found:6} {version}")
        total += found
    return total


def remaining(address: Address, records: list[Record]) -> list[str]:
    """The lines of an object that may stay."""
    lines = []
    for record in records:
        if not address.within(record.event):
            lines.append(record.line)  # to the byte
        elif (event := address.without_person(record.event)) is not None:
            lines.append(record.text(event))
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("find", "export", "erase"))
    parser.add_argument("address", type=Address)
    parser.add_argument("--bucket", required=True)
    day = lambda text: datetime.strptime(text, "%Y-%m-%d").date()  # noqa: E731
    parser.add_argument("--from", dest="first", type=day, default=date.min, help="first day, such as 2026-11-01")
    parser.add_argument("--to", dest="last", type=day, default=date.max, help="last day")
    parser.add_argument("--yes", action="store_true", help="erase for good")
    parser.add_argument(
        "--bypass-governance", action="store_true", help="erase versions that Object Lock keeps in governance mode"
    )
    options = parser.parse_args()
    if options.what == "erase" and not options.yes:
        parser.error("erase cannot be undone: look with `find`, then add --yes")

    bucket = Bucket(options.bucket)
    versions = list(bucket.versions(options.first, options.last))
    frozen = [version for version in versions if bucket.is_archived(version)]
    if frozen:
        print("\n".join(f"{version.key} {version.id}" for version in frozen))
        print(f"{len(frozen)} versions are in GLACIER: restore them first", file=sys.stderr)
        return 3
    if options.what == "erase":
        total = erase(options.address, bucket, versions, options.bypass_governance)
        if total is None:
            return 4
    else:
        total = show(options.address, bucket, versions, export=options.what == "export")
    print(f"{total} records in {len(versions)} versions looked at", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
