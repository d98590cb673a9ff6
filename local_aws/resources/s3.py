"""AWS::S3"""

import json
from typing import Any

from botocore.exceptions import ClientError

from ..cloudformation.resource_type import Refused, Request, ResourceType
from .lifecycle import rules
from .shape import renamed


class Bucket(ResourceType):
    name = "AWS::S3::Bucket"
    properties = {
        "BucketEncryption", "BucketName", "CorsConfiguration", "LifecycleConfiguration", "LoggingConfiguration",
        "ObjectLockConfiguration", "ObjectLockEnabled", "OwnershipControls", "PublicAccessBlockConfiguration", "Tags",
        "VersioningConfiguration",
    }  # fmt: skip

    def create(self, r: Request) -> str:
        request: dict[str, Any] = {"Bucket": r.name("BucketName", 63).lower()}
        if r.aws.region != "us-east-1":
            request["CreateBucketConfiguration"] = {"LocationConstraint": r.aws.region}
        if r.properties.get("ObjectLockEnabled"):
            request["ObjectLockEnabledForBucket"] = True
        r.aws.client("s3").create_bucket(**request)
        r.physical_id = request["Bucket"]
        self._apply(r)
        return r.physical_id

    def update(self, r: Request) -> None:
        self._apply(r)

    def delete(self, r: Request) -> None:
        r.aws.client("s3").delete_bucket(Bucket=r.physical_id)

    def attributes(self, r: Request) -> dict[str, Any]:
        name, region = r.physical_id, r.aws.region
        return {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "DualStackDomainName": f"{name}.s3.dualstack.{region}.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
            "WebsiteURL": f"http://{name}.s3-website-{region}.amazonaws.com",
        }

    def current(self, r: Request) -> dict[str, Any] | None:
        s3, bucket = r.aws.client("s3"), {"Bucket": r.physical_id}
        try:
            s3.head_bucket(**bucket)
        except ClientError:
            return None
        seen: dict[str, Any] = {}
        if "PublicAccessBlockConfiguration" in r.properties:
            seen["PublicAccessBlockConfiguration"] = _or_none(
                s3.get_public_access_block, bucket, "PublicAccessBlockConfiguration"
            )
        if "OwnershipControls" in r.properties:
            seen["OwnershipControls"] = _or_none(s3.get_bucket_ownership_controls, bucket, "OwnershipControls")
        if "VersioningConfiguration" in r.properties:
            seen["VersioningConfiguration"] = {"Status": s3.get_bucket_versioning(**bucket).get("Status")}
        return seen

    @staticmethod
    def _apply(r: Request) -> None:
        for key, (put, delete) in SETTINGS.items():
            if r.changed(key):
                if key in r.properties:
                    put(r.aws.client("s3"), r.physical_id, r.properties[key])
                else:
                    delete(r.aws.client("s3"), r.physical_id)


def _or_none(operation: Any, bucket: dict[str, str], key: str) -> Any:
    try:
        return operation(**bucket)[key]
    except ClientError:
        return None


def _put_encryption(s3: Any, bucket: str, value: dict[str, Any]) -> None:
    given = [
        renamed(rule, {"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"})
        for rule in value["ServerSideEncryptionConfiguration"]
    ]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": given})


def _put_lifecycle(s3: Any, bucket: str, value: dict[str, Any]) -> None:
    smallest = value.get("TransitionDefaultMinimumObjectSize")
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={"Rules": rules(value["Rules"])},
        **({"TransitionDefaultMinimumObjectSize": smallest} if smallest else {}),
    )


def _put_logging(s3: Any, bucket: str, value: dict[str, Any]) -> None:
    target = {
        "TargetBucket": value.get("DestinationBucketName", bucket),
        "TargetPrefix": value.get("LogFilePrefix", ""),
    }
    if "TargetObjectKeyFormat" in value:
        raise Refused("Local AWS does not implement LoggingConfiguration.TargetObjectKeyFormat")
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": target})


def _put_lock(s3: Any, bucket: str, value: dict[str, Any]) -> None:
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=value)


def _keep_lock(s3: Any, bucket: str) -> None:
    raise Refused("Object Lock configuration cannot be disabled on buckets where it is enabled")


def _put_cors(s3: Any, bucket: str, value: dict[str, Any]) -> None:
    names = {"Id": "ID", "MaxAge": "MaxAgeSeconds", "ExposedHeaders": "ExposeHeaders"}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=renamed(value, names))


# For each property how it is set, and how it is taken away, in the order in which S3 wants them.
SETTINGS: dict[str, tuple[Any, Any]] = {
    "OwnershipControls": (
        lambda s3, bucket, value: s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=value),
        lambda s3, bucket: s3.delete_bucket_ownership_controls(Bucket=bucket),
    ),
    "PublicAccessBlockConfiguration": (
        lambda s3, bucket, value: s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=value),
        lambda s3, bucket: s3.delete_public_access_block(Bucket=bucket),
    ),
    "BucketEncryption": (_put_encryption, lambda s3, bucket: s3.delete_bucket_encryption(Bucket=bucket)),
    "VersioningConfiguration": (
        lambda s3, bucket, value: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=value),
        lambda s3, bucket: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}),
    ),
    "ObjectLockConfiguration": (_put_lock, _keep_lock),
    "LifecycleConfiguration": (_put_lifecycle, lambda s3, bucket: s3.delete_bucket_lifecycle(Bucket=bucket)),
    "LoggingConfiguration": (
        _put_logging,
        lambda s3, bucket: s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={}),
    ),
    "CorsConfiguration": (_put_cors, lambda s3, bucket: s3.delete_bucket_cors(Bucket=bucket)),
    "Tags": (
        lambda s3, bucket, value: s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": value}),
        lambda s3, bucket: s3.delete_bucket_tagging(Bucket=bucket),
    ),
}


class BucketPolicy(ResourceType):
    name = "AWS::S3::BucketPolicy"
    properties = {"Bucket", "PolicyDocument"}

    def create(self, r: Request) -> str:
        s3, bucket = r.aws.client("s3"), r.properties["Bucket"]
        try:
            s3.get_bucket_policy(Bucket=bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchBucketPolicy":
                raise
        else:
            raise Refused("The bucket policy already exists on bucket " + bucket, "AlreadyExists")
        self.update(r)
        return str(bucket)

    def update(self, r: Request) -> None:
        document = r.properties["PolicyDocument"]
        text = document if isinstance(document, str) else json.dumps(document)
        r.aws.client("s3").put_bucket_policy(Bucket=r.properties["Bucket"], Policy=text)

    def delete(self, r: Request) -> None:
        r.aws.client("s3").delete_bucket_policy(Bucket=r.physical_id)

    def current(self, r: Request) -> dict[str, Any] | None:
        try:
            found = r.aws.client("s3").get_bucket_policy(Bucket=r.physical_id)["Policy"]
        except ClientError:
            return None
        return {"PolicyDocument": json.loads(found)}
