"""The masking function and Firehose: one answer a record, nothing lost, nothing personal in the log."""

import base64
import json
import logging
import re
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from .firehose import STREAM, FakeS3, batch, encoded, text_of
from .ses_events import EVENTS, HANAKO, PERSONAL, TARO

LAMBDA_LIMIT = 6 * 1024 * 1024


def test_a_record_comes_back_masked_under_its_id_with_its_newline(
    mask_events: ModuleType, s3: FakeS3
) -> None:
    answer = mask_events.handler(batch(encoded(EVENTS["Bounce"])), None)
    assert list(answer) == ["records"]
    (record,) = answer["records"]
    assert set(record) == {"recordId", "result", "data"}
    assert record["recordId"] == "record-0"
    assert record["result"] == "Ok"
    text = text_of(record)
    assert text.endswith("}\n")
    assert text.count("\n") == 1
    assert json.loads(text) == mask_events.mask(EVENTS["Bounce"])
    assert s3.objects == []


def test_every_record_is_answered_once_and_in_order(mask_events: ModuleType, s3: FakeS3) -> None:
    data = [encoded(event) for event in EVENTS.values()]
    data[1] = encoded(b"not json")
    data[4] = "not base64!"
    answers = mask_events.handler(batch(*data), None)["records"]
    assert [answer["recordId"] for answer in answers] == [f"record-{n}" for n in range(len(data))]
    results = [answer["result"] for answer in answers]
    assert [n for n, result in enumerate(results) if result != "Ok"] == [1, 4]
    assert len(s3.objects) == 1


def test_a_missing_newline_is_added(mask_events: ModuleType, s3: FakeS3) -> None:
    (record,) = mask_events.handler(batch(encoded(b'{"a": 1}')), None)["records"]
    assert text_of(record) == '{"a":1}\n'


def test_an_empty_batch_has_an_empty_answer(mask_events: ModuleType, s3: FakeS3) -> None:
    assert mask_events.handler(batch(), None) == {"records": []}


def test_japanese_text_is_written_as_utf_8(mask_events: ModuleType, s3: FakeS3) -> None:
    (record,) = mask_events.handler(batch(encoded({"subject": "ご注文"})), None)["records"]
    assert text_of(record) == '{"subject":"ご注文"}\n'


BAD_RECORDS = {
    "not base64": "%%%",
    "a stray character": "!" + encoded({"a": 1}),
    "not json": encoded(b"taro.yamada@example.jp"),
    "half an event": encoded(b'{"mail": {"source": "taro.yamada@example.jp"'),
    "two events": encoded(b'{"a": 1}\n{"b": 2}\n'),
    "empty": "",
    "a list": encoded(["taro.yamada@example.jp"]),
    "a string": encoded("taro.yamada@example.jp"),
    "null": encoded(None),
    "not a number": encoded(b'{"a": NaN}'),
    "not UTF-8": encoded(b'{"a": "\xff\xfe"}'),
    "half a character": encoded({"a": "\ud83d"}),
    "too deep": encoded(b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
}


@pytest.mark.parametrize("data", BAD_RECORDS.values(), ids=BAD_RECORDS)
def test_a_bad_record_goes_to_the_error_bucket_and_spoils_no_other(
    mask_events: ModuleType, s3: FakeS3, data: str
) -> None:
    good = encoded(EVENTS["Send"])
    answers = mask_events.handler(batch(good, data, good), None)["records"]
    assert [answer["result"] for answer in answers] == ["Ok", "Dropped", "Ok"]
    assert "data" not in answers[1]
    (put,) = s3.objects
    (line,) = put["Body"].decode().splitlines()
    kept = json.loads(line)
    assert kept["recordId"] == "record-1"
    assert kept["data"] == data
    assert re.fullmatch(r"[A-Za-z]+", kept["errorType"])


def test_a_record_without_data_is_a_bad_record(mask_events: ModuleType, s3: FakeS3) -> None:
    event = batch(encoded(EVENTS["Send"]), "")
    del event["records"][1]["data"]
    answers = mask_events.handler(event, None)["records"]
    assert [answer["result"] for answer in answers] == ["Ok", "Dropped"]


def test_failed_records_are_kept_under_a_dated_prefix_in_tokyo_time(
    mask_events: ModuleType, s3: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NewYear(mask_events.datetime):  # type: ignore[name-defined, misc]
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls(2025, 12, 31, 15, 30, tzinfo=mask_events.timezone.utc).astimezone(tz)

    monkeypatch.setattr(mask_events, "datetime", NewYear)
    mask_events.handler(batch("%%%", encoded(EVENTS["Send"]), "???"), None)
    (put,) = s3.objects
    assert put["Bucket"] == "ses-prod-error-logs-123456789012"
    assert (
        put["Key"] == "errors/mask-events/2026/01/01/00/11111111-2222-3333-4444-555555555555.jsonl"
    )
    kept = [json.loads(line) for line in put["Body"].decode().splitlines()]
    assert [(each["recordId"], each["data"]) for each in kept] == [
        ("record-0", "%%%"),
        ("record-2", "???"),
    ]


def test_records_are_left_to_firehose_when_the_error_bucket_refuses(
    mask_events: ModuleType, s3: FakeS3
) -> None:
    s3.refusal = RuntimeError("no")
    good = encoded(EVENTS["Send"])
    answers = mask_events.handler(batch(good, "%%%", good, "???"), None)["records"]
    assert [answer["result"] for answer in answers] == [
        "Ok",
        "ProcessingFailed",
        "Ok",
        "ProcessingFailed",
    ]
    assert [answer["recordId"] for answer in answers] == [f"record-{n}" for n in range(4)]


def test_records_are_left_to_firehose_when_there_is_no_client(
    mask_events: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_client() -> None:
        raise RuntimeError("no credentials")

    monkeypatch.setattr(mask_events, "s3", no_client)
    answers = mask_events.handler(batch("%%%"), None)["records"]
    assert [answer["result"] for answer in answers] == ["ProcessingFailed"]


def answer_size(answer: dict[str, Any]) -> int:
    return len(json.dumps(answer).encode())


def test_an_answer_never_exceeds_what_lambda_takes_and_nothing_is_lost(
    mask_events: ModuleType, s3: FakeS3
) -> None:
    data = [encoded({"number": number, "text": "x" * 700_000}) for number in range(9)]
    answer = mask_events.handler(batch(*data), None)
    assert answer_size(answer) <= LAMBDA_LIMIT
    delivered = {json.loads(text_of(r))["number"] for r in answer["records"] if r["result"] == "Ok"}
    (put,) = s3.objects
    lines = [json.loads(line) for line in put["Body"].decode().splitlines()]
    kept = {json.loads(base64.b64decode(line["data"]))["number"] for line in lines}
    assert delivered | kept == set(range(9))
    assert delivered & kept == set()
    assert len(delivered) >= 5
    dropped = {r["recordId"] for r in answer["records"] if r["result"] == "Dropped"}
    assert dropped == {line["recordId"] for line in lines}


def test_one_long_record_does_not_take_the_room_of_the_short_ones_after_it(
    mask_events: ModuleType, s3: FakeS3
) -> None:
    data = [encoded({"text": "x" * 5_000_000}), *(encoded(EVENTS["Send"]) for _ in range(5))]
    answers = mask_events.handler(batch(*data), None)["records"]
    assert [answer["result"] for answer in answers] == ["Dropped", "Ok", "Ok", "Ok", "Ok", "Ok"]


def test_many_tiny_records_fit_too(mask_events: ModuleType, s3: FakeS3) -> None:
    event = batch(*(encoded(b"{}") for _ in range(30_000)))
    for number, record in enumerate(event["records"]):
        record["recordId"] = f"{number:056d}000000"
    answer = mask_events.handler(event, None)
    assert answer_size(answer) <= LAMBDA_LIMIT
    assert {record["result"] for record in answer["records"]} == {"Ok"}


def test_the_answer_counts_more_than_the_data(mask_events: ModuleType, s3: FakeS3) -> None:
    # Ids and data stay below the limit here; what JSON puts around them does not.
    answer = mask_events.handler(batch(*(encoded({"t": "x" * 150}) for _ in range(25_000))), None)
    assert (
        sum(len(r["recordId"]) + len(r.get("data", "")) for r in answer["records"]) < LAMBDA_LIMIT
    )
    assert answer_size(answer) <= LAMBDA_LIMIT
    assert {record["result"] for record in answer["records"]} == {"Ok", "Dropped"}


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.update(deliveryStreamArn=STREAM.replace("masked", "raw")),
        lambda event: event.update(deliveryStreamArn=""),
        lambda event: event.pop("deliveryStreamArn"),
    ],
    ids=["another stream", "empty", "missing"],
)
def test_records_that_are_not_from_its_own_stream_are_refused(
    mask_events: ModuleType, s3: FakeS3, change: Callable[[dict[str, Any]], Any]
) -> None:
    event = batch(encoded(EVENTS["Send"]))
    change(event)
    # No error: people may call the function, and would ring the alarm on its errors. Firehose takes an answer without its
    # records for a failed call.
    assert mask_events.handler(event, None) == {"records": []}
    assert s3.objects == []


@pytest.mark.parametrize("event", [None, [], "text", 7])
def test_what_is_no_event_is_refused(mask_events: ModuleType, event: Any) -> None:
    assert mask_events.handler(event, None) == {"records": []}


# --- Who sends ---


def sent_from(*addresses: str) -> str:
    event = {"eventType": "Send", "mail": {"tags": {"ses:source-ip": list(addresses)}}}
    return encoded(event)


@pytest.fixture
def allowed(mask_events: ModuleType, s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mask_events, "ALLOWED", ["202.217.75.98/32", "2001:db8::/32"])
    monkeypatch.setenv("METRIC_NAMESPACE", "ses/prod/Security")


def test_sends_from_elsewhere_are_counted_in_the_embedded_metric_format(
    mask_events: ModuleType, allowed: None, capsys: pytest.CaptureFixture[str]
) -> None:
    data = [
        sent_from("202.217.75.98"),
        sent_from("2001:db8::1"),
        sent_from("203.0.113.77"),
        sent_from("not an address"),
        encoded(EVENTS["Bounce"]),  # no sending
        encoded({"eventType": "Send", "mail": {"tags": None}}),
    ]
    answers = mask_events.handler(batch(*data), None)["records"]
    assert {answer["result"] for answer in answers} == {"Ok"}
    (text,) = capsys.readouterr().out.splitlines()
    line = json.loads(text)
    assert line["SendsFromUnlistedAddress"] == 2
    assert line["SendsFromListedAddress"] == 2
    assert line["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "ses/prod/Security",
            "Dimensions": [[]],
            "Metrics": [{"Name": "SendsFromUnlistedAddress", "Unit": "Count"}],
        }
    ]
    assert abs(line["_aws"]["Timestamp"] / 1000 - time.time()) < 60
    assert "203.0" not in text
    assert "202.217" not in text


def test_a_quiet_batch_counts_zero(
    mask_events: ModuleType, allowed: None, capsys: pytest.CaptureFixture[str]
) -> None:
    mask_events.handler(batch(sent_from("202.217.75.98")), None)
    assert json.loads(capsys.readouterr().out)["SendsFromUnlistedAddress"] == 0


def test_without_sends_or_without_a_list_nothing_is_counted(
    mask_events: ModuleType,
    allowed: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mask_events.handler(batch(encoded(EVENTS["Open"])), None)
    monkeypatch.setattr(mask_events, "ALLOWED", [])
    mask_events.handler(batch(sent_from("203.0.113.77")), None)
    assert capsys.readouterr().out == ""


# --- What it logs ---


def logged(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(str(vars(record)) for record in caplog.records)


def test_each_batch_is_counted(
    mask_events: ModuleType, s3: FakeS3, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    mask_events.handler(batch(encoded(EVENTS["Send"]), "%%%", encoded(EVENTS["Open"])), None)
    # The metric filters of the monitoring stack read these names.
    (line,) = [record for record in caplog.records if record.getMessage() == "batch"]
    assert (line.levelname, line.masked, line.failed) == ("INFO", 2, 1)


def test_the_log_names_a_failed_record_by_its_id_and_the_type_of_its_error(
    mask_events: ModuleType, s3: FakeS3, caplog: pytest.LogCaptureFixture
) -> None:
    mask_events.handler(batch(encoded(b"taro.yamada@example.jp")), None)
    (line,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (line.getMessage(), line.recordId, line.errorType) == (
        "record failed",
        "record-0",
        "JSONDecodeError",
    )
    assert line.exc_info is None


@pytest.mark.parametrize(
    "refusal", [None, RuntimeError(f"cannot store {TARO}")], ids=["kept", "refused"]
)
def test_no_personal_data_reaches_the_log(
    mask_events: ModuleType, s3: FakeS3, caplog: pytest.LogCaptureFixture, refusal: Exception | None
) -> None:
    caplog.set_level(logging.DEBUG)
    s3.refusal = refusal
    good = [encoded(event) for event in EVENTS.values()]
    mask_events.handler(batch(*good, *BAD_RECORDS.values()), None)
    text = logged(caplog)
    assert "record failed" in text
    assert [personal for personal in [*PERSONAL, HANAKO] if personal in text] == []
    assert not any(data in text for data in [*good, *BAD_RECORDS.values()] if len(data) > 8)
