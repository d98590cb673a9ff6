"""AWS::KinesisFirehose"""

from typing import Any

from ..cloudformation.resource_type import Refused, Request, ResourceType, as_list

TO_S3 = "ExtendedS3DestinationConfiguration"
ENCRYPTION = "DeliveryStreamEncryptionConfigurationInput"


class DeliveryStream(ResourceType):
    name = "AWS::KinesisFirehose::DeliveryStream"
    properties = {ENCRYPTION, "DeliveryStreamName", "DeliveryStreamType", TO_S3, "Tags"}

    def create(self, r: Request) -> str:
        if TO_S3 not in r.properties:
            raise Refused(f"Local AWS makes delivery streams with {TO_S3} only")
        name = r.name("DeliveryStreamName", 64)
        tags = as_list(r.tags())
        r.aws.client("firehose").create_delivery_stream(
            DeliveryStreamName=name,
            **r.some("DeliveryStreamType", ENCRYPTION, TO_S3),
            **({"Tags": tags} if tags else {}),
        )
        return name

    def update(self, r: Request) -> None:
        firehose = r.aws.client("firehose")
        if r.changed(TO_S3):
            self._update_destination(r)
        if r.changed(ENCRYPTION):
            stream = {"DeliveryStreamName": r.physical_id}
            if encryption := r.properties.get(ENCRYPTION):
                firehose.start_delivery_stream_encryption(
                    **stream, DeliveryStreamEncryptionConfigurationInput=encryption
                )
            else:
                firehose.stop_delivery_stream_encryption(**stream)
        changed, gone = r.tag_changes()
        if gone:
            firehose.untag_delivery_stream(DeliveryStreamName=r.physical_id, TagKeys=gone)
        if changed:
            firehose.tag_delivery_stream(DeliveryStreamName=r.physical_id, Tags=as_list(changed))

    def delete(self, r: Request) -> None:
        r.aws.client("firehose").delete_delivery_stream(DeliveryStreamName=r.physical_id)

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Arn": r.aws.arn("firehose", f"deliverystream/{r.physical_id}")}

    def current(self, r: Request) -> dict[str, Any] | None:
        firehose = r.aws.client("firehose")
        try:
            found = self._description(r)
        except firehose.exceptions.ResourceNotFoundException:
            return None
        seen = found["Destinations"][0]["ExtendedS3DestinationDescription"]
        return {TO_S3: {key: seen.get(key) for key in r.properties[TO_S3]}}

    @staticmethod
    def _description(r: Request) -> dict[str, Any]:
        answer = r.aws.client("firehose").describe_delivery_stream(DeliveryStreamName=r.physical_id)
        return dict(answer["DeliveryStreamDescription"])

    def _update_destination(self, r: Request) -> None:
        description = self._description(r)
        new = dict(r.properties[TO_S3])
        if "S3BackupConfiguration" in new:
            new["S3BackupUpdate"] = new.pop("S3BackupConfiguration")
        # UpdateDestination keeps what it is not given: what went from the template is switched off.
        gone = r.previous[TO_S3].keys() - r.properties[TO_S3].keys()
        switched_off: dict[str, Any] = {
            "ProcessingConfiguration": {"Enabled": False},
            "CloudWatchLoggingOptions": {"Enabled": False},
            "CompressionFormat": "UNCOMPRESSED",
            "Prefix": "",
            "ErrorOutputPrefix": "",
        }
        r.aws.client("firehose").update_destination(
            DeliveryStreamName=r.physical_id,
            CurrentDeliveryStreamVersionId=description["VersionId"],
            DestinationId=description["Destinations"][0]["DestinationId"],
            ExtendedS3DestinationUpdate={
                **{key: value for key, value in switched_off.items() if key in gone},
                **new,
            },
        )
