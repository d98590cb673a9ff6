"""The AWS that the rotation of the SMTP credentials sees: IAM, Secrets Manager, Parameter Store, SNS and CloudWatch.

A call can be made to fail in every way, and after each call the mail servers must still be able to log in.
"""

import base64
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from types import ModuleType
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .checked_aws import Call, CheckedAws, Killed, Refusal, no_answer, throttled

ACCOUNT, REGION, USER = "123456789012", "ap-northeast-1", "ses-prod-smtp"
SECRET_NAME = "prod-ses-smtp-credentials"
SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{SECRET_NAME}-AbCdEf"
ENVIRONMENT = {
    "AWS_REGION": REGION,
    "SYSTEM": "ses-prod",
    "SECRET_ARN": SECRET_ARN,
    "USER_NAME": USER,
    "QUIET_DAYS": "7",
    "SMTP_ENDPOINT": f"email-smtp.{REGION}.amazonaws.com",
    "SMTP_PORT": "587",
    "STATE_PARAMETER": "/ses/prod/smtp-credentials",
    "METRIC_NAMESPACE": "ses/prod/Smtp",
    "TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-prod-alerts",
}
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


def independent_password(secret_access_key: str, region: str = REGION) -> str:
    """The SMTP password by botocore's own Signature Version 4."""
    request = AWSRequest()
    request.context["timestamp"] = "11111111T000000Z"
    signature = SigV4Auth(Credentials("x", secret_access_key), "ses", region).signature("SendRawEmail", request)
    return base64.b64encode(b"\x04" + bytes.fromhex(signature)).decode()


class FakeAws(CheckedAws):
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 0, 0, 5, tzinfo=timezone.utc)
        self.keys: dict[str, dict[str, Any]] = {}
        first = str(uuid.uuid4())
        self.versions: dict[str, dict[str, Any]] = {
            first: {"stages": ["AWSCURRENT"], "value": json.dumps({"username": "", "password": "", "placeholder": "x"})}
        }
        self.secret = {"RotationEnabled": True, "CreatedDate": self.now, "NextRotationDate": self.now + timedelta(90)}
        self.parameters: dict[str, str] = {}
        self.mails: list[tuple[str, str]] = []
        self.metrics: dict[str, float] = {}
        self.calls: list[str] = []
        self.fault: tuple[int | str, str] | None = None  # number or name of a call, and what happens to it
        self.topic_exists = True
        self.servers: str | None = None  # the access key that the mail servers log in with
        self.number = 0
        self.skew = timedelta()  # by which IAM's clock is ahead of the function's
        # IAM's page of GetAccessKeyLastUsed promises neither that an SMTP login counts nor how soon it shows.
        self.iam_notices = True
        self.iam_shows_after = timedelta(hours=4)

    # Around the function: time, people, mail servers, Secrets Manager

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def use(self, key: str | None = None) -> None:
        """Somebody logs in; by default the mail servers."""
        key = key or self.servers
        if key:
            assert self.keys[key]["Status"] == "Active"
            uses = self.keys[key]["uses"]
            # IAM writes down the first use of a quarter of an hour.
            if not uses or self.now - uses[-1] >= timedelta(minutes=15):
                uses.append(self.now)

    def adopt(self) -> None:
        """The mail servers get what the secret holds."""
        self.servers = self.pair()["username"]
        self.use()

    def make_key(self) -> str:
        self.number += 1
        id = f"AKIA{self.number:016d}"
        made = (self.now + self.skew).replace(microsecond=0)
        self.keys[id] = {"Status": "Active", "CreateDate": made, "secret": uuid.uuid4().hex, "uses": []}
        return id

    def pair(self, stage: str = "AWSCURRENT") -> dict[str, Any]:
        found = [v["value"] for v in self.versions.values() if stage in v["stages"] and v.get("value")]
        return json.loads(found[0]) if found else {}

    def begin_rotation(self) -> str:
        """What Secrets Manager does before the first step; an open version is taken up again."""
        for token, version in self.versions.items():
            if "AWSPENDING" in version["stages"] and "AWSCURRENT" not in version["stages"]:
                return token
        token = str(uuid.uuid4())
        self.versions[token] = {"stages": ["AWSPENDING"]}
        return token

    def abandon_rotation(self) -> None:
        for version in self.versions.values():
            if "AWSPENDING" in version["stages"]:
                version["stages"].remove("AWSPENDING")

    def state(self) -> dict[str, Any]:
        return json.loads(self.parameters[ENVIRONMENT["STATE_PARAMETER"]])

    def headers(self) -> dict[str, str]:
        return {"date": format_datetime(self.now + self.skew, usegmt=True)}

    # Faults

    @contextmanager
    def failing(self, call: int | str, how: str) -> Iterator[None]:
        self.calls.clear()
        self.fault = (call, how)
        try:
            yield
        finally:
            self.fault = None

    def around(self, call: Call) -> Any:
        at, how = self.fault or (-1, "")
        self.calls.append(f"{call.service}.{call.name}")
        hit = at in (len(self.calls) - 1, self.calls[-1])
        if hit and how == "throttled":
            raise throttled(call.service, call.name)
        if hit and how == "killed before":
            raise Killed
        answer = call.answer()
        assert self.servers is None or self.keys[self.servers]["Status"] == "Active", "the mail servers are locked out"
        assert len(self.keys) <= 2
        if hit and how == "answer lost":
            raise no_answer(call.service)
        if hit and how == "killed after":
            raise Killed
        return answer

    # IAM

    def iam_list_access_keys(self, UserName: str) -> Any:
        assert UserName == USER
        listed = [
            {"AccessKeyId": id, "UserName": USER, "Status": key["Status"], "CreateDate": key["CreateDate"]}
            for id, key in self.keys.items()
        ]
        return {"AccessKeyMetadata": listed, "IsTruncated": False}

    def iam_create_access_key(self, UserName: str) -> Any:
        assert UserName == USER
        if len(self.keys) == 2:
            raise Refusal("LimitExceeded")
        id = self.make_key()
        key = self.keys[id]
        return {
            "AccessKey": {
                "UserName": USER, "AccessKeyId": id, "Status": "Active", "SecretAccessKey": key["secret"],
                "CreateDate": key["CreateDate"],
            }
        }  # fmt: skip

    def iam_update_access_key(self, UserName: str, AccessKeyId: str, Status: str) -> None:
        if AccessKeyId not in self.keys:
            raise Refusal("NoSuchEntity")
        self.keys[AccessKeyId]["Status"] = Status

    def iam_delete_access_key(self, UserName: str, AccessKeyId: str) -> None:
        assert AccessKeyId != self.servers, "the mail servers are locked out"
        if self.keys.pop(AccessKeyId, None) is None:
            raise Refusal("NoSuchEntity")

    def iam_get_access_key_last_used(self, AccessKeyId: str) -> Any:
        if AccessKeyId not in self.keys:
            raise Refusal("NoSuchEntity")
        shown = [use for use in self.keys[AccessKeyId]["uses"] if self.iam_notices and use <= self.now - self.iam_shows_after]
        last = {"ServiceName": "N/A", "Region": "N/A"}
        if shown:
            last = {"ServiceName": "ses", "Region": REGION, "LastUsedDate": shown[-1]}
        return {"UserName": USER, "AccessKeyLastUsed": last}

    # Secrets Manager

    def secretsmanager_describe_secret(self, SecretId: str) -> Any:
        assert SecretId == SECRET_ARN
        stages = {id: list(version["stages"]) for id, version in self.versions.items() if version["stages"]}
        return {"ARN": SECRET_ARN, "Name": SECRET_NAME, "VersionIdsToStages": stages, **self.secret}

    def secretsmanager_get_secret_value(
        self, SecretId: str, VersionId: str | None = None, VersionStage: str | None = None
    ) -> Any:
        stage = VersionStage or (None if VersionId else "AWSCURRENT")
        for id, version in self.versions.items():
            if VersionId in (None, id) and (stage is None or stage in version["stages"]) and version.get("value"):
                return {"ARN": SECRET_ARN, "Name": SECRET_NAME, "VersionId": id, "SecretString": version["value"]}
        raise Refusal("ResourceNotFoundException")

    def secretsmanager_put_secret_value(
        self, SecretId: str, ClientRequestToken: str, SecretString: str, VersionStages: list[str]
    ) -> Any:
        version = self.versions[ClientRequestToken]
        if version.get("value", SecretString) != SecretString:
            raise Refusal("ResourceExistsException")
        version["value"] = SecretString
        return {"ARN": SECRET_ARN, "Name": SECRET_NAME, "VersionId": ClientRequestToken, "VersionStages": VersionStages}

    def secretsmanager_update_secret_version_stage(
        self,
        SecretId: str,
        VersionStage: str,
        MoveToVersionId: str | None = None,
        RemoveFromVersionId: str | None = None,
    ) -> Any:
        holders = [version for version in self.versions.values() if VersionStage in version["stages"]]
        source = self.versions[RemoveFromVersionId] if RemoveFromVersionId else None
        if holders != ([source] if source else []):
            raise Refusal("InvalidParameterException")
        if source:
            source["stages"].remove(VersionStage)
        if MoveToVersionId:
            self.versions[MoveToVersionId]["stages"].append(VersionStage)
        if VersionStage == "AWSCURRENT" and source:
            for version in self.versions.values():
                if "AWSPREVIOUS" in version["stages"]:
                    version["stages"].remove("AWSPREVIOUS")
            source["stages"].append("AWSPREVIOUS")
            # AWSPENDING stays where it is ("RotateSecret": it "might be attached to the same version as AWSCURRENT").
            if "AWSPENDING" in self.versions[MoveToVersionId]["stages"]:
                self.secret |= {"LastRotatedDate": self.now, "NextRotationDate": self.now + timedelta(days=90)}
        return {"ARN": SECRET_ARN, "Name": SECRET_NAME}

    # The others

    def ssm_get_parameter(self, Name: str) -> Any:
        if Name not in self.parameters:
            raise Refusal("ParameterNotFound")
        return {"Parameter": {"Name": Name, "Value": self.parameters[Name], "Type": "String"}}

    def ssm_put_parameter(self, Name: str, Value: str, Type: str, Overwrite: bool) -> Any:
        assert len(Value) <= 4096 and Overwrite
        self.parameters[Name] = Value
        return {"Version": 1}

    def sns_publish(self, TopicArn: str, Subject: str, Message: str) -> Any:
        if not self.topic_exists:
            raise Refusal("NotFound")
        assert Subject.isascii() and len(Subject) < 100
        self.mails.append((Subject, Message))
        return {"MessageId": "1"}

    def cloudwatch_put_metric_data(self, Namespace: str, MetricData: list[dict[str, Any]]) -> None:
        assert Namespace == "ses/prod/Smtp"
        self.metrics = {datum["MetricName"]: datum["Value"] for datum in MetricData}


class Rotation:
    """The function with its AWS around it."""

    def __init__(self, module: ModuleType, aws: FakeAws):
        self.module, self.aws = module, aws

    def step(self, name: str, token: str) -> None:
        event = {"Step": name, "SecretId": SECRET_ARN, "ClientRequestToken": token, "RotationToken": "r"}
        self.module.handler(event, None)

    def once(self, token: str) -> None:
        for name in STEPS:
            self.step(name, token)

    def rotate(self, tries: int = 1) -> bool:
        """A rotation as Secrets Manager runs it: all steps again after an error."""
        token = self.aws.begin_rotation()
        for _ in range(tries):
            try:
                self.once(token)
                return True
            except (Exception, Killed):
                self.aws.wait(minutes=20)
        return "AWSCURRENT" in self.aws.versions[token]["stages"]

    def daily(self) -> None:
        self.module.handler({"task": "daily"}, None)
