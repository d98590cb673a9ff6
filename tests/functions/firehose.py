"""What Firehose sends to a function and gets back, and a stand-in for S3."""

import base64
import json
from typing import Any

STREAM = "arn:aws:firehose:ap-northeast-1:123456789012:deliverystream/ses-prod-masked-logs-stream"


class FakeS3:
    """Stands for the S3 client: remembers what is put, or refuses it."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.refusal = refusal
        self.objects: list[dict[str, Any]] = []

    def put_object(self, **request: Any) -> None:
        if self.refusal:
            raise self.refusal
        self.objects.append(request)


def encoded(value: Any) -> str:
    text = value if isinstance(value, bytes) else f"{json.dumps(value)}\n".encode()
    return base64.b64encode(text).decode()


def batch(*data: str) -> dict[str, Any]:
    return {
        "invocationId": "11111111-2222-3333-4444-555555555555",
        "deliveryStreamArn": STREAM,
        "region": "ap-northeast-1",
        "records": [
            {
                "recordId": f"record-{number}",
                "approximateArrivalTimestamp": 1762300800000,
                "data": each,
            }
            for number, each in enumerate(data)
        ],
    }


def text_of(answer: dict[str, str]) -> str:
    return base64.b64decode(answer["data"], validate=True).decode("utf-8")
