"""docs/runbook-privacy.md: each of its commands, over buckets with the events of two people."""

import base64
import gzip
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from email.header import Header
from typing import Any

import pytest

from .aws import ACCOUNT, PROD, Aws
from .conftest import Launched
from .project import ROOT, SCRIPTS

RUNBOOKS = ["runbook-privacy.md", "runbook-privacy.ja.md"]
TARO, HANAKO = "taro.yamada@example.jp", "hanako@example.co.jp"
RAW, MASKED, ERROR = (PROD.bucket(kind) for kind in ("raw", "masked", "error"))
HOUR = "2026/11/24/09"


def sent(number: int, *receivers: str, subject: str = "") -> str:
    to = ", ".join(f'"Name {number}" <{each}>' for each in receivers)
    event = {
        "eventType": "Send",
        "mail": {
            "source": "news@goo.ne.jp",
            "messageId": f"id-{number}",
            "destination": list(receivers),
            "headers": [{"name": "To", "value": to}, {"name": "Subject", "value": subject}],
        },
        "send": {},
    }
    # A blank that no writer of ours would make: a record that is not touched must keep it.
    return json.dumps(event, ensure_ascii=False).replace('"send"', ' "send"')


FIRST = [sent(1, TARO), sent(2, HANAKO), sent(3, TARO.upper()), sent(4, HANAKO, TARO)]
ENCODED = Header(f"{TARO} 様", "iso-2022-jp").encode()
OTHER = [sent(5, HANAKO, subject="ご注文の確認"), sent(6, f"not-{TARO}"), sent(7, f"{TARO}.example")]
LINK = sent(8, HANAKO, subject=f"https://x.example/?mail={TARO.replace('@', '%40')}")
TITLE = sent(13, HANAKO, subject=ENCODED)


def failure(key: str, original: str) -> str:
    return json.dumps({"recordId": "1", key: base64.b64encode(original.encode()).decode()})


OBJECTS = {
    (RAW, f"events/{HOUR}/ses-prod-raw-logs-stream-1-a.gz"): [*FIRST, LINK, TITLE],
    (RAW, f"events/{HOUR}/ses-prod-raw-logs-stream-1-b.gz"): OTHER,
    (RAW, "events/2026/11/20/00/ses-prod-raw-logs-stream-1-c.gz"): [sent(9, TARO)],
    (ERROR, f"errors/mask-events/{HOUR}/x.jsonl"): [
        failure("data", sent(10, TARO)),
        failure("data", "{broken " + HANAKO),
    ],
    (MASKED, f"errors/processing-failed/{HOUR}/y"): [
        failure("rawData", sent(11, TARO)),
        failure("rawData", sent(12, HANAKO)),
    ],
    (MASKED, f"events/{HOUR}/z.gz"): [sent(1, "tar***@example.jp")],
}


@pytest.fixture(params=RUNBOOKS)
def commands(request: pytest.FixtureRequest) -> list[str]:
    text = (ROOT / "docs" / request.param).read_text(encoding="utf-8")
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]


@pytest.fixture
def filled(aws: Aws) -> Iterator[Aws]:
    for bucket in (RAW, MASKED, ERROR):
        empty(aws, bucket)  # a deleted object of another test is still there, as a version
    for (bucket, key), lines in OBJECTS.items():
        body = "".join(f"{line}\n" for line in lines).encode()
        aws.s3.put_object(Bucket=bucket, Key=key, Body=gzip.compress(body) if key.endswith(".gz") else body)
    yield aws
    for bucket in (RAW, MASKED, ERROR):
        empty(aws, bucket)


def empty(aws: Aws, bucket: str) -> None:
    for kind in ("Versions", "DeleteMarkers"):
        for item in aws.s3.list_object_versions(Bucket=bucket).get(kind, []):
            version = {"Key": item["Key"], "VersionId": item["VersionId"]}
            aws.s3.delete_object(Bucket=bucket, **version, BypassGovernanceRetention=True)


def held(aws: Aws, bucket: str) -> str:
    """All that the versions of a bucket hold."""
    text = []
    for item in aws.s3.list_object_versions(Bucket=bucket).get("Versions", []):
        body = aws.s3.get_object(Bucket=bucket, Key=item["Key"], VersionId=item["VersionId"])["Body"].read()
        text.append((gzip.decompress(body) if item["Key"].endswith(".gz") else body).decode())
    return "".join(text)


def run(launched: Launched, command: str, *more: str) -> subprocess.CompletedProcess[str]:
    """A command of the page, with what its variables stand for."""
    words = shlex.split(command.replace("<ADDRESS>", TARO).replace("<ACCOUNT>", ACCOUNT).partition(" > ")[0])
    assert words[:2] == ["python", "scripts/personal_data.py"]
    return subprocess.run(
        [SCRIPTS / "python", *words[1:], *more],
        cwd=ROOT,
        env=launched.project._environment() | {"AWS_DEFAULT_REGION": "ap-northeast-1"},
        capture_output=True,
        encoding="utf-8",
    )


def content(aws: Aws, bucket: str, key: str) -> list[str]:
    body = aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return (gzip.decompress(body) if key.endswith(".gz") else body).decode().splitlines()


def of(commands: list[str], verb: str) -> list[str]:
    return [line for line in commands if line.startswith(f"python scripts/personal_data.py {verb} ")]


def test_one_person_is_found_handed_over_and_erased(filled: Aws, launched: Launched, commands: list[str]) -> None:
    counts = [re.match(r"\d+", run(launched, command).stderr)[0] for command in of(commands, "find")]
    assert counts == ["6", "1", "1"]

    (command,) = of(commands, "export")
    handed = [json.loads(line) for line in run(launched, command).stdout.splitlines()]
    assert [each["mail"]["messageId"] for each in handed] == ["id-9", "id-1", "id-3", "id-4", "id-8", "id-13"]

    for command in of(commands, "erase"):
        done = run(launched, command)
        assert done.returncode == 0, done.stderr
    for command in of(commands, "find"):
        assert run(launched, command).stderr.startswith("0 records")
    assert not re.search(rf"(?<!not-){re.escape(TARO)}(?!\.)", held(filled, RAW), re.IGNORECASE)

    left = {
        (item, key["Key"])
        for item in (RAW, MASKED, ERROR)
        for key in filled.s3.list_objects_v2(Bucket=item)["Contents"]
    }
    assert left == set(OBJECTS) - {(RAW, "events/2026/11/20/00/ses-prod-raw-logs-stream-1-c.gz")}
    first, shared, link, title = content(filled, RAW, f"events/{HOUR}/ses-prod-raw-logs-stream-1-a.gz")
    assert first == FIRST[1]
    mail = json.loads(shared)["mail"]
    assert (mail["destination"], mail["headers"][0]["value"]) == ([HANAKO, "erased"], "erased")
    for each in (link, title):
        mail = json.loads(each)["mail"]
        assert (mail["destination"], mail["headers"][1]["value"]) == ([HANAKO], "erased")
    # To the byte, neighbours with similar addresses too.
    assert content(filled, RAW, f"events/{HOUR}/ses-prod-raw-logs-stream-1-b.gz") == OTHER
    assert (
        content(filled, ERROR, f"errors/mask-events/{HOUR}/x.jsonl")
        == OBJECTS[ERROR, f"errors/mask-events/{HOUR}/x.jsonl"][1:]
    )
    assert (
        content(filled, MASKED, f"errors/processing-failed/{HOUR}/y")
        == OBJECTS[MASKED, f"errors/processing-failed/{HOUR}/y"][1:]
    )
    assert content(filled, MASKED, f"events/{HOUR}/z.gz") == OBJECTS[MASKED, f"events/{HOUR}/z.gz"]


def test_days_are_a_range(filled: Aws, launched: Launched, commands: list[str]) -> None:
    command = of(commands, "find")[0]
    assert run(launched, command, "--from", "2026-11-24").stderr.startswith("5 records in 2 versions")
    assert run(launched, command, "--to", "2026-11-20").stderr.startswith("1 records in 1 versions")


def test_older_versions_are_found_and_erased(filled: Aws, launched: Launched, commands: list[str]) -> None:
    """What was written over, and what was deleted, without the versions of others."""
    kept = f"events/{HOUR}/others.gz"
    for key, lines in [
        (f"events/{HOUR}/over.gz", [FIRST[0], FIRST[1]]),
        (f"events/{HOUR}/over.gz", [FIRST[1]]),
        (f"events/{HOUR}/gone.gz", [FIRST[0]]),
        (kept, OTHER),
        (kept, OTHER[:1]),
    ]:
        filled.s3.put_object(Bucket=RAW, Key=key, Body=gzip.compress("".join(f"{line}\n" for line in lines).encode()))
    filled.s3.delete_object(Bucket=RAW, Key=f"events/{HOUR}/gone.gz")

    (find, _, _), (erase, _, _), (export,) = (of(commands, verb) for verb in ("find", "erase", "export"))
    found = run(launched, find)
    assert found.stderr.startswith("8 records")
    for name in ("over", "gone"):
        assert re.search(rf"^ +1 events/{HOUR}/{name}\.gz \(version .+\)$", found.stdout, re.MULTILINE)
    # Each record once, however many versions have it.
    handed = run(launched, export).stdout.splitlines()
    assert len(handed) == len(set(handed)) == 6

    assert run(launched, erase).returncode == 0
    assert run(launched, find).stderr.startswith("0 records")
    assert content(filled, RAW, f"events/{HOUR}/over.gz") == [FIRST[1]]
    versions = filled.s3.list_object_versions(Bucket=RAW, Prefix=kept)["Versions"]
    assert len(versions) == 2 and OTHER[2] in held(filled, RAW)


@pytest.fixture
def locked(aws: Aws) -> Iterator[str]:
    """A bucket as the base stack makes it when the environment asks for Object Lock, with two objects of the person."""
    name = f"ses-prod-locked-logs-{ACCOUNT}"
    place = {"LocationConstraint": "ap-northeast-1"}
    aws.s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True, CreateBucketConfiguration=place)
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}}}
    aws.s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
    for key, lines in [("a", [FIRST[0]]), ("b", [FIRST[0], FIRST[1]])]:
        body = "".join(f"{line}\n" for line in lines).encode()
        aws.s3.put_object(Bucket=name, Key=f"events/{HOUR}/{key}", Body=body, ChecksumAlgorithm="SHA256")
    yield name
    for item in aws.s3.list_object_versions(Bucket=name).get("Versions", []):
        version = {"Bucket": name, "Key": item["Key"], "VersionId": item["VersionId"]}
        aws.s3.put_object_legal_hold(**version, LegalHold={"Status": "OFF"}, ChecksumAlgorithm="SHA256")
    empty(aws, name)
    aws.s3.delete_bucket(Bucket=name)


ERASE = "python scripts/personal_data.py erase <ADDRESS> --bucket {} --yes"


def test_a_locked_version_is_erased_only_past_the_lock(aws: Aws, launched: Launched, locked: str) -> None:
    command = ERASE.format(locked)
    refused = run(launched, command)
    assert refused.returncode == 4
    assert refused.stdout.splitlines() == [f"GOVERNANCE events/{HOUR}/{key}" for key in "ab"]
    assert held(aws, locked).count(TARO) == 4  # twice in each record: destination and header

    done = run(launched, command, "--bypass-governance")
    assert done.returncode == 0, done.stderr
    assert held(aws, locked) == f"{FIRST[1]}\n"
    (left,) = aws.s3.list_object_versions(Bucket=locked)["Versions"]
    # What was written instead is locked again.
    assert aws.s3.head_object(Bucket=locked, Key=left["Key"])["ObjectLockMode"] == "GOVERNANCE"


def test_a_legal_hold_keeps_everything(aws: Aws, launched: Launched, locked: str) -> None:
    key = f"events/{HOUR}/b"
    aws.s3.put_object_legal_hold(Bucket=locked, Key=key, LegalHold={"Status": "ON"}, ChecksumAlgorithm="SHA256")
    refused = run(launched, ERASE.format(locked), "--bypass-governance")
    assert (refused.returncode, refused.stdout) == (4, f"LEGAL HOLD {key}\n")
    assert held(aws, locked).count(TARO) == 4


def test_without_versions_the_rest_of_an_object_stays(aws: Aws, launched: Launched) -> None:
    """A new object takes the place of the old one: deleting "the old version" would delete it."""
    name = f"ses-prod-plain-logs-{ACCOUNT}"
    aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    try:
        aws.s3.put_object(Bucket=name, Key="errors/x", Body=f"{FIRST[0]}\n{FIRST[1]}\n".encode())
        assert run(launched, ERASE.format(name)).returncode == 0
        assert content(aws, name, "errors/x") == [FIRST[1]]
    finally:
        empty(aws, name)
        aws.s3.delete_bucket(Bucket=name)


def test_nothing_is_erased_while_objects_are_in_glacier(filled: Aws, launched: Launched, commands: list[str]) -> None:
    key = "events/2026/01/01/00/old.gz"
    filled.s3.put_object(Bucket=RAW, Key=key, Body=gzip.compress(FIRST[0].encode()), StorageClass="GLACIER")
    command = of(commands, "erase")[0]
    refused = run(launched, command)
    assert refused.returncode == 3
    found, version = refused.stdout.split()
    assert found == key
    assert content(filled, RAW, f"events/{HOUR}/ses-prod-raw-logs-stream-1-a.gz") == [*FIRST, LINK, TITLE]
    # As the page says.
    (restore,) = [line for line in commands if line.startswith("aws s3api restore-object")]
    for name, value in {"ACCOUNT": ACCOUNT, "KEY": key, "VERSION": version}.items():
        restore = restore.replace(f"<{name}>", value)
    words = dict(zip(*[iter(shlex.split(restore)[3:])] * 2, strict=True))
    request: dict[str, Any] = dict(part.split("=") for part in words["--restore-request"].split(","))
    filled.s3.restore_object(
        Bucket=words["--bucket"],
        Key=words["--key"],
        VersionId=words["--version-id"],
        RestoreRequest={"Days": int(request["Days"])},
    )
    assert run(launched, command).returncode == 0
    assert key not in {item["Key"] for item in filled.s3.list_objects_v2(Bucket=RAW)["Contents"]}


def test_what_the_script_refuses(launched: Launched) -> None:
    script = "python scripts/personal_data.py"
    without = run(launched, f"{script} erase <ADDRESS> --bucket {RAW}")
    assert (without.returncode, "add --yes" in without.stderr) == (2, True)
    assert "is not a mail address" in run(launched, f"{script} find taro --bucket {RAW}").stderr


def test_the_suppression_list(aws: Aws, commands: list[str]) -> None:
    assert 'aws sesv2 delete-suppressed-destination --email-address <ADDRESS>' in commands
    # Local AWS has no suppression list: at least the operation is one of SES's.
    operation = aws.sesv2.meta.service_model.operation_model("DeleteSuppressedDestination")
    assert operation.input_shape.required_members == ["EmailAddress"]
