"""Masks personal data in the SES events that pass through the masked Firehose stream.

Every record gets one answer under its own recordId:
  Ok                the masked event, one JSON object on one line
  Dropped           the event could not be masked; its original lies in the error bucket
  ProcessingFailed  the error bucket refused it as well; Firehose keeps the original under its
                    own error prefix

`sesame mask` follows the same rules, in files of the same names, and writes the same bytes; docs/masking.md has them.
"""

import base64
import functools
import json
import logging
import os
from datetime import datetime, timedelta, timezone
from typing import Any

from mask_events.event import mask
from mask_events.senders import count_sources, source_addresses

LOG = logging.getLogger("mask_events")
TOKYO = timezone(timedelta(hours=9))

# Lambda answers at most 6 MB (6,291,456 bytes). What an answer needs besides recordId and data
# is counted generously.
RESPONSE_LIMIT = 6_000_000
ANSWER_OVERHEAD = 80


def handler(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    # People may invoke this function: only Firehose knows which stream it comes from. An answer without records and no
    # error: people could ring the alarm on errors. To Firehose it is a failed call, which has an alarm of its own.
    if not isinstance(event, dict) or event.get("deliveryStreamArn") != os.environ["DELIVERY_STREAM_ARN"]:
        LOG.warning("refused: not from the delivery stream of this function")
        return {"records": []}
    records = event["records"]
    room = RESPONSE_LIMIT - sum(len(r["recordId"]) + ANSWER_OVERHEAD for r in records)
    answers: list[dict[str, str]] = []
    failures: list[dict[str, str]] = []
    sources: list[Any] = []
    for record in records:
        answer = {"recordId": record["recordId"], "result": "Ok"}
        try:
            answer["data"] = masked_record(record["data"], room, sources)
            room -= len(answer["data"])
        except Exception as error:
            # The text of the error could quote the event: only its type is logged and kept.
            failure = {"recordId": record["recordId"], "errorType": type(error).__name__}
            LOG.error("record failed", extra=failure)
            failures.append(failure | {"data": record.get("data", "")})
            answer["result"] = "Dropped"
        answers.append(answer)
    if failures and not keep_originals(event, failures):
        for answer in answers:
            if answer["result"] == "Dropped":
                answer["result"] = "ProcessingFailed"
    count_sources(sources)
    LOG.info("batch", extra={"masked": len(records) - len(failures), "failed": len(failures)})
    return {"records": answers}


def masked_record(data: str, room: int, sources: list[Any]) -> str:
    event = json.loads(base64.b64decode(data, validate=True).decode())
    if not isinstance(event, dict):
        raise TypeError("not an SES event")
    sources += source_addresses(event)
    text = json.dumps(mask(event), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # The newline keeps the events apart in the object that Firehose writes.
    masked = base64.b64encode(f"{text}\n".encode()).decode()
    if len(masked) > room:
        raise OverflowError("the answer would be too long for Lambda")
    return masked


def keep_originals(event: dict[str, Any], failures: list[dict[str, str]]) -> bool:
    """Writes the originals of one batch to the error bucket as one object, a line each."""
    try:
        day = f"{datetime.now(TOKYO):%Y/%m/%d/%H}"
        s3().put_object(
            Bucket=os.environ["ERROR_BUCKET"],
            Key=f"{os.environ['ERROR_PREFIX']}{day}/{event['invocationId']}.jsonl",
            Body="".join(f"{json.dumps(failure)}\n" for failure in failures).encode(),
            ContentType="application/jsonl",
            # Object Lock takes no upload without a checksum.
            ChecksumAlgorithm="SHA256",
        )
    except Exception as error:
        LOG.error("originals not kept", extra={"errorType": type(error).__name__})
        return False
    return True


@functools.cache
def s3() -> Any:
    # Imported here because most invocations never need it. The time limits leave room for the
    # answer within the time limit of the function.
    import boto3
    from botocore.config import Config

    retries = {"mode": "standard", "total_max_attempts": 3}
    return boto3.client("s3", config=Config(connect_timeout=5, read_timeout=20, retries=retries))
