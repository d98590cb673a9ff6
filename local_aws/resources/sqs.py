"""AWS::SQS"""

import json
from typing import Any

from ..cloudformation.resource_type import Refused, Request, ResourceType


class Queue(ResourceType):
    name = "AWS::SQS::Queue"
    settings = ("DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds",
                "RedrivePolicy", "SqsManagedSseEnabled", "VisibilityTimeout")  # fmt: skip
    properties = {*settings, "QueueName", "Tags"}

    def create(self, r: Request) -> str:
        sqs, name = r.aws.client("sqs"), r.name("QueueName", 80)
        if any(url.rpartition("/")[2] == name for url in sqs.list_queues(QueueNamePrefix=name).get("QueueUrls", [])):
            raise Refused(f"Queue {name} already exists", "AlreadyExists")  # CreateQueue would take it over
        return str(sqs.create_queue(QueueName=name, Attributes=self._attributes(r), tags=r.tags())["QueueUrl"])

    def update(self, r: Request) -> None:
        sqs = r.aws.client("sqs")
        if r.changed(*self.settings):
            sqs.set_queue_attributes(QueueUrl=r.physical_id, Attributes=self._attributes(r))
        changed, gone = r.tag_changes()
        if gone:
            sqs.untag_queue(QueueUrl=r.physical_id, TagKeys=gone)
        if changed:
            sqs.tag_queue(QueueUrl=r.physical_id, Tags=changed)

    def delete(self, r: Request) -> None:
        sqs = r.aws.client("sqs")
        try:
            sqs.delete_queue(QueueUrl=r.physical_id)
        except sqs.exceptions.QueueDoesNotExist:
            pass

    def attributes(self, r: Request) -> dict[str, Any]:
        name = r.physical_id.rpartition("/")[2]
        return {"Arn": r.aws.arn("sqs", name), "QueueName": name, "QueueUrl": r.physical_id}

    def _attributes(self, r: Request) -> dict[str, str]:
        """Text, whatever the template says."""
        given = r.some(*self.settings)
        return {
            key: json.dumps(value) if isinstance(value, (dict, bool)) else str(value) for key, value in given.items()
        }
