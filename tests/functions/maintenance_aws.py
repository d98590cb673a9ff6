"""The AWS that the reports see: IAM, SES, CloudWatch Logs, S3, EventBridge Scheduler, SNS and CloudWatch.

Lists come in pages, and any operation can be made to fail.
"""

import json
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

from botocore.exceptions import ConnectTimeoutError

from .checked_aws import Call, CheckedAws, Refusal, error

ACCOUNT, REGION = "123456789012", "ap-northeast-1"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/ses-prod-"
PEOPLE, SERVERS = ["202.217.0.0/16"], ["202.217.75.98/32", "202.217.75.91/32"]
GROUPS = {
    f"ses-prod-{name}": [f"{POLICY}{each}" for each in ("ip-restriction", "mfa-enforcement", *more)]
    for name, more in {
        "admin": ["log-reading", "ses-admin"],
        "readonly": ["log-reading", "ses-readonly"],
        "monitoring": ["log-reading", "ses-monitoring"],
    }.items()
}
SECURITY, COMPLIANCE = "/aws/security/ses/prod", "/aws/security/compliance/japanese/ses/prod"
SIGNALS = [
    {"name": "recorder", "namespace": "AWS/Lambda", "metric": "Invocations", "dimensions": {"FunctionName": "ses-prod-recorder"},
     "log_group": "/aws/lambda/ses-prod-recorder"},
    {"name": "smtp-check", "namespace": "ses/prod/Smtp", "metric": "SmtpCredentialsHealthy", "dimensions": {},
     "log_group": "/aws/lambda/ses-prod-smtp"},
    {"name": "mail", "namespace": "AWS/SES", "metric": "Send", "dimensions": {"ses:configuration-set": "ses-prod-config"}},
]  # fmt: skip
ENVIRONMENT = {
    "SYSTEM": "ses-prod",
    "TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-prod-alerts",
    "METRIC_NAMESPACE": "ses/prod/Maintenance",
    "MONTHLY_SCHEDULE": "ses-prod-monthly-report",
    "USER_PATH": "/ses/prod/",
    "SMTP_USER": "ses-prod-smtp",
    "GROUPS": json.dumps(GROUPS),
    "BOUNDARY_ARN": f"{POLICY}people-boundary",
    "IP_RESTRICTION_ARN": f"{POLICY}ip-restriction",
    "MFA_POLICY_ARN": f"{POLICY}mfa-enforcement",
    "SENDING_POLICY_ARN": f"{POLICY}ses-ip-restricted-policy",
    "PEOPLE_NETWORKS": ",".join(PEOPLE),
    "MAIL_SERVERS": ",".join(SERVERS),
    "SECURITY_LOG_GROUPS": f"{SECURITY},{COMPLIANCE}",
    "LOG_GROUP_PREFIXES": f"{SECURITY},{COMPLIANCE},/aws/cloudtrail/ses-prod,/aws/events/ses-prod-,/aws/lambda/ses-prod-",
    "UNMASKED_LOG_GROUPS": "/aws/cloudtrail/ses-prod,/aws/events/ses-prod-stack-events",
    "LOG_BUCKETS": "ses-prod-raw-logs-123456789012,ses-prod-masked-logs-123456789012",
    "LOG_RETENTION_DAYS": "90",
    "EXPIRATION_DAYS": "2557",
    "UNUSED_DAYS": "90",
    "BOUNCE_PERCENT": "5",
    "COMPLAINT_PERCENT": "0.1",
    "VOLUME_FACTOR": "3",
    "LOG_GIBIBYTES": "10",
    "SIGNALS": json.dumps(SIGNALS),
    "MAIL_SILENCE_HOURS": "2",
}
PAGE = 3


def deny_elsewhere(networks: list[str], **more: Any) -> dict[str, Any]:
    condition = {"NotIpAddress": {"aws:SourceIp": networks}, **more}
    statement = {"Sid": "D", "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


VIA_SERVICE = {"Bool": {"aws:ViaAWSService": "false"}}
MFA = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "NotAction": ["iam:GetUser"],
            "Resource": "*",
            "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        }
    ],
}
HARMLESS = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ses:GetAccount", "Resource": "*"}}


class FakeAws(CheckedAws):
    """An environment in order, on the morning of a Wednesday; tests break what they are about."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 0, 0, 5, tzinfo=timezone.utc)  # 09:00 in Tokyo
        self.policies: dict[str, dict[str, Any]] = {}
        for arn in {each for policies in GROUPS.values() for each in policies} | {f"{POLICY}people-boundary"}:
            self.set_policy(arn, HARMLESS)
        self.set_policy(f"{POLICY}ip-restriction", deny_elsewhere(PEOPLE, **VIA_SERVICE))
        self.set_policy(f"{POLICY}mfa-enforcement", MFA)
        self.set_policy(f"{POLICY}ses-ip-restricted-policy", deny_elsewhere(SERVERS))
        self.groups = {name: {"attached": list(arns), "inline": [], "members": []} for name, arns in GROUPS.items()}
        self.users: dict[str, dict[str, Any]] = {}
        self.add_user("ses-prod-smtp", path="/smtp/prod/", attached=[f"{POLICY}ses-ip-restricted-policy"])
        for name in ("admin", "readonly", "monitoring"):
            self.add_user(f"production-{name}", group=f"ses-prod-{name}")
        self.points = [self.point(hours) for hours in range(1, 14 * 24)]
        self.account: dict[str, Any] = {
            "SendingEnabled": True,
            "EnforcementStatus": "HEALTHY",
            "SendQuota": {"Max24HourSend": 10000000.0, "MaxSendRate": 200.0, "SentLast24Hours": 24000.0},
        }
        self.lines: dict[str, list[tuple[datetime, str]]] = {SECURITY: [], COMPLIANCE: []}
        self.log_groups = {
            name: {"retentionInDays": 90, "storedBytes": 2**20, "dataProtectionStatus": "ACTIVATED"}
            for name in (SECURITY, COMPLIANCE, *(f"/aws/lambda/ses-prod-{each}" for each in ("mask-events", "maintenance")))
        }
        for name in ENVIRONMENT["UNMASKED_LOG_GROUPS"].split(","):
            self.log_groups[name] = {"retentionInDays": 90, "storedBytes": 2**20}
        self.expiry: dict[str, int | None] = {name: 2557 for name in ENVIRONMENT["LOG_BUCKETS"].split(",")}
        self.sizes: dict[tuple[str, str], list[float]] = {}  # latest first, by bucket and storage class
        self.schedule = "ENABLED"
        self.mails: list[tuple[str, str]] = []
        self.metrics: dict[str, float] = {}  # of the last call
        self.published: dict[str, float] = {}
        self.heard: dict[str, list[datetime]] = {}  # when a signal had data
        self.calls: Counter[str] = Counter()
        self.denied: dict[str, str] = {}  # operation: code, or "timeout"

    # What tests change

    def set_policy(self, arn: str, document: dict[str, Any], version: str = "v1", days: float = 200) -> None:
        made = self.now - timedelta(days=days)
        self.policies[arn] = {"document": document, "version": version, "made": made}

    def add_user(
        self, name: str, *, path: str = "/ses/prod/", group: str | None = None, password: float | None = 200,
        signed_in: float | None = 1, keys: tuple[tuple[str, float, float | None], ...] = (),
        attached: list[str] | None = None, mfa: bool = True,
    ) -> dict[str, Any]:  # fmt: skip
        """Times are days ago; a key has a state, an age and a last use."""
        self.users[name] = {
            "path": path, "password": password, "signed_in": signed_in, "mfa": mfa, "attached": attached or [],
            "inline": [], "boundary": f"{POLICY}people-boundary",
            "keys": {f"AKIA{name[-4:].upper()}{n:012d}": key for n, key in enumerate(keys)},
        }  # fmt: skip
        if group:
            self.groups[group]["members"].append(name)
        return self.users[name]

    def point(self, hours: float, mails: int = 1000, **more: int) -> dict[str, Any]:
        counts = {"DeliveryAttempts": mails, "Bounces": 0, "Complaints": 0, "Rejects": 0, **more}
        return {"Timestamp": self.now - timedelta(hours=hours) + timedelta(minutes=30), **counts}

    def write(self, line: str, hours: float = 1, *groups: str) -> None:
        for group in groups or (SECURITY, COMPLIANCE):
            self.lines[group].append((self.now - timedelta(hours=hours), line))

    def around(self, call: Call) -> Any:
        name = call.operation.name
        self.calls[name] += 1
        code = self.denied.get(name)
        if code == "timeout":
            raise ConnectTimeoutError(endpoint_url="https://aws")
        if code:
            raise error(call.service, call.operation, Refusal(code))
        return call.answer()

    # IAM

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def described(self, name: str) -> dict[str, Any]:
        user = self.users[name]
        found = {
            "UserName": name, "Path": user["path"], "UserId": "AIDA0000000000000000",
            "Arn": f"arn:aws:iam::{ACCOUNT}:user{user['path']}{name}", "CreateDate": self.ago(400),
        }  # fmt: skip
        return found | ({"PasswordLastUsed": self.ago(user["signed_in"])} if user["signed_in"] is not None else {})

    def user(self, name: str) -> dict[str, Any]:
        if name not in self.users:
            raise Refusal("NoSuchEntity")
        return self.users[name]

    def iam_page(self, key: str, items: list[Any], marker: str | None, **more: Any) -> dict[str, Any]:
        start = int(marker or 0)
        rest = {"Marker": str(start + PAGE)} if start + PAGE < len(items) else {}
        return {key: items[start : start + PAGE], "IsTruncated": bool(rest), **rest, **more}

    def iam_list_users(self, PathPrefix: str, Marker: str | None = None) -> Any:
        found = [self.described(name) for name, user in self.users.items() if user["path"].startswith(PathPrefix)]
        return self.iam_page("Users", found, Marker)

    def iam_get_user(self, UserName: str) -> Any:
        boundary = self.user(UserName)["boundary"]
        more = {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}}
        return {"User": self.described(UserName) | (more if boundary else {})}

    def iam_get_login_profile(self, UserName: str) -> Any:
        made = self.user(UserName)["password"]
        if made is None:
            raise Refusal("NoSuchEntity")
        return {"LoginProfile": {"UserName": UserName, "CreateDate": self.ago(made), "PasswordResetRequired": False}}

    def iam_list_mfa_devices(self, UserName: str, Marker: str | None = None) -> Any:
        device = {"UserName": UserName, "SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/{UserName}", "EnableDate": self.now}
        return self.iam_page("MFADevices", [device] if self.user(UserName)["mfa"] else [], Marker)

    def iam_list_access_keys(self, UserName: str, Marker: str | None = None) -> Any:
        listed = [
            {"UserName": UserName, "AccessKeyId": id, "Status": state, "CreateDate": self.ago(age)}
            for id, (state, age, _) in self.user(UserName)["keys"].items()
        ]
        return self.iam_page("AccessKeyMetadata", listed, Marker)

    def iam_get_access_key_last_used(self, AccessKeyId: str) -> Any:
        [(name, used)] = [
            (name, user["keys"][AccessKeyId][2]) for name, user in self.users.items() if AccessKeyId in user["keys"]
        ]
        never = {"ServiceName": "N/A", "Region": "N/A"}
        last = never if used is None else {"ServiceName": "ses", "Region": REGION, "LastUsedDate": self.ago(used)}
        return {"UserName": name, "AccessKeyLastUsed": last}

    def iam_list_groups_for_user(self, UserName: str, Marker: str | None = None) -> Any:
        self.user(UserName)
        found = [group(name) for name, each in self.groups.items() if UserName in each["members"]]
        return self.iam_page("Groups", found, Marker)

    def iam_list_attached_user_policies(self, UserName: str, Marker: str | None = None) -> Any:
        return self.iam_page("AttachedPolicies", attached(self.user(UserName)["attached"]), Marker)

    def iam_list_user_policies(self, UserName: str, Marker: str | None = None) -> Any:
        return self.iam_page("PolicyNames", self.user(UserName)["inline"], Marker)

    def iam_get_group(self, GroupName: str, Marker: str | None = None) -> Any:
        if GroupName not in self.groups:
            raise Refusal("NoSuchEntity")
        members = [self.described(name) for name in self.groups[GroupName]["members"]]
        return self.iam_page("Users", members, Marker, Group=group(GroupName))

    def iam_list_attached_group_policies(self, GroupName: str, Marker: str | None = None) -> Any:
        if GroupName not in self.groups:
            raise Refusal("NoSuchEntity")
        return self.iam_page("AttachedPolicies", attached(self.groups[GroupName]["attached"]), Marker)

    def iam_list_group_policies(self, GroupName: str, Marker: str | None = None) -> Any:
        return self.iam_page("PolicyNames", self.groups[GroupName]["inline"], Marker)

    def iam_get_policy(self, PolicyArn: str) -> Any:
        if PolicyArn not in self.policies:
            raise Refusal("NoSuchEntity")
        return {"Policy": {"Arn": PolicyArn, "DefaultVersionId": self.policies[PolicyArn]["version"]}}

    def iam_get_policy_version(self, PolicyArn: str, VersionId: str) -> Any:
        policy = self.policies[PolicyArn]
        assert VersionId == policy["version"]
        version = {"Document": json.dumps(policy["document"]), "VersionId": VersionId, "CreateDate": policy["made"]}
        return {"PolicyVersion": version}

    # SES

    def sesv2_get_account(self) -> Any:
        return self.account

    def ses_get_send_statistics(self) -> Any:
        return {"SendDataPoints": self.points}

    # CloudWatch Logs

    def logs_filter_log_events(
        self, logGroupName: str, startTime: int, filterPattern: str, nextToken: str | None = None
    ) -> Any:
        if logGroupName not in self.lines:
            raise Refusal("ResourceNotFoundException")
        assert filterPattern == "?ERROR ?WARNING ?DENY"
        found = [
            {"message": line, "timestamp": int(time.timestamp() * 1000), "logStreamName": "SecurityLogStream"}
            for time, line in self.lines[logGroupName]
            if time.timestamp() * 1000 >= startTime and any(word in line for word in ("ERROR", "WARNING", "DENY"))
        ]
        # A page may be empty and not the last one.
        position = int(nextToken or -1)
        if position < 0:
            return {"events": [], "nextToken": "0"}
        rest = {"nextToken": str(position + PAGE)} if position + PAGE < len(found) else {}
        return {"events": found[position : position + PAGE], **rest}

    def logs_describe_log_groups(self, logGroupNamePrefix: str, nextToken: str | None = None) -> Any:
        found = [
            {"logGroupName": name, **item}
            for name, item in sorted(self.log_groups.items())
            if name.startswith(logGroupNamePrefix)
        ]
        start = int(nextToken or 0)
        rest = {"nextToken": str(start + PAGE)} if start + PAGE < len(found) else {}
        return {"logGroups": found[start : start + PAGE], **rest}

    # The others

    def s3_get_bucket_lifecycle_configuration(self, Bucket: str) -> Any:
        days = self.expiry[Bucket]
        if days is None:
            raise Refusal("NoSuchLifecycleConfiguration")
        rules = [{"ID": "keep", "Status": "Enabled", "Expiration": {"Days": days}, "Filter": {"Prefix": ""}}]
        rules.append({"ID": "abort", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}})
        return {"Rules": rules}

    def scheduler_get_schedule(self, Name: str) -> Any:
        assert Name == ENVIRONMENT["MONTHLY_SCHEDULE"]
        return {"Name": Name, "State": self.schedule}

    def sns_publish(self, TopicArn: str, Subject: str, Message: str) -> Any:
        assert TopicArn == ENVIRONMENT["TOPIC_ARN"]
        assert Subject.isascii() and "\n" not in Subject and len(Subject) < 100
        assert len(Message.encode()) <= 262_144
        self.mails.append((Subject, Message))
        return {"MessageId": "1"}

    def cloudwatch_get_metric_data(
        self, MetricDataQueries: list[dict[str, Any]], StartTime: datetime, EndTime: datetime, ScanBy: str,
        NextToken: str | None = None,
    ) -> Any:  # fmt: skip
        assert ScanBy == "TimestampDescending"
        results = []
        for query in MetricDataQueries:
            metric = query["MetricStat"]["Metric"]
            if query["MetricStat"]["Stat"] == "SampleCount":
                results.append(self.heard_of(query, StartTime))
                continue
            assert EndTime - StartTime == timedelta(days=3)
            assert (metric["Namespace"], metric["MetricName"]) == ("AWS/S3", "BucketSizeBytes")
            dimensions = {item["Name"]: item["Value"] for item in metric["Dimensions"]}
            values = self.sizes.get((dimensions["BucketName"], dimensions["StorageType"]), [])
            results.append({"Id": query["Id"], "Values": values, "Timestamps": [self.now] * len(values)})
        start = int(NextToken or 0)
        rest = {"NextToken": str(start + PAGE)} if start + PAGE < len(results) else {}
        return {"MetricDataResults": results[start : start + PAGE], **rest}

    def heard_of(self, query: dict[str, Any], since: datetime) -> dict[str, Any]:
        """Full hours in which a signal had data, the latest first."""
        metric = query["MetricStat"]["Metric"]
        assert query["MetricStat"]["Period"] == 3600
        [name] = [
            signal["name"]
            for signal in SIGNALS
            if (signal["namespace"], signal["metric"]) == (metric["Namespace"], metric["MetricName"])
            and signal["dimensions"] == {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        ]
        times = [at.replace(minute=0, second=0, microsecond=0) for at in sorted(self.heard.get(name, []), reverse=True)]
        found = [at for at in times if at >= since]
        return {"Id": query["Id"], "Timestamps": found, "Values": [1.0] * len(found)}

    def cloudwatch_put_metric_data(self, Namespace: str, MetricData: list[dict[str, Any]]) -> None:
        assert Namespace == ENVIRONMENT["METRIC_NAMESPACE"]
        self.metrics = {
            "/".join([datum["MetricName"], *(each["Value"] for each in datum.get("Dimensions", []))]): datum["Value"]
            for datum in MetricData
        }
        self.published |= self.metrics


def group(name: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:group/{name}"
    made = datetime(2026, 1, 1, tzinfo=timezone.utc)
    return {"GroupName": name, "Path": "/", "GroupId": "AGPA0000000000000000", "Arn": arn, "CreateDate": made}


def attached(arns: list[str]) -> list[dict[str, str]]:
    return [{"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in arns]
