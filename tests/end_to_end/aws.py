"""Local AWS as a client of the services sees it, and the names that the documents give."""

import json
from dataclasses import dataclass
from typing import Any

from local_aws.aws import ACCOUNT_ID as ACCOUNT
from local_aws.aws import REGION
from local_aws.clients import Clients
from local_aws.cloudformation.short_forms import load

# Sceptre makes it at the first launch: where CloudFormation reads the templates.
TEMPLATE_BUCKET = f"ses-templates-{ACCOUNT}"
TRAIL_LOG_GROUP = "/aws/cloudtrail/ses-prod"  # of both environments


class Aws(Clients):
    """Clients, and what the tests ask again and again."""

    def all(self, service: str, operation: str, key: str, **parameters: Any) -> list[Any]:
        """The complete list, whatever the size of a page is."""
        client = getattr(self, service)
        if not client.can_paginate(operation):
            return list(getattr(client, operation)(**parameters)[key])
        return [item for page in client.get_paginator(operation).paginate(**parameters) for item in page[key]]

    def stacks(self) -> dict[str, dict[str, Any]]:
        """The stacks that exist, by name."""
        return {stack["StackName"]: stack for stack in self.all("cloudformation", "describe_stacks", "Stacks")}

    def statuses(self) -> dict[str, str]:
        return {name: stack["StackStatus"] for name, stack in self.stacks().items()}

    def template(self, stack: str) -> dict[str, Any]:
        """The template that CloudFormation has of a stack."""
        return load(self.cloudformation.get_template(StackName=stack)["TemplateBody"])

    def policy(self, name: str) -> dict[str, dict[str, Any]]:
        """The statements of a managed policy by their Sid."""
        arn = f"arn:aws:iam::{ACCOUNT}:policy/{name}"
        version = self.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        return statements(self.iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])


# What the DKIM rotation consists of, where it is; test_dkim.py looks at it.
DKIM_FUNCTIONS = {
    "DKIMRotationOrchestrator": "dkim-rotation-orchestrator",
    "DKIMKeyGenerator": "dkim-key-generator",
    "SESConfigUpdater": "ses-config-updater",
    "NotificationManager": "notification-manager",
    "ValidationMonitor": "validation-monitor",
}
DKIM_ALARMS = [
    "dkim-checks-missing", "dkim-failure-rate", "spf-failure-rate", "dmarc-record", "dkim-overdue", "dkim-stuck",
    "dkim-unsigned", "dkim-waits-for-person", "dkim-dead-letters",
    *(f"{name}-errors" for name in DKIM_FUNCTIONS.values()),
]  # fmt: skip


@dataclass(frozen=True)
class Environment:
    """One environment as the documents describe it."""

    name: str
    long_name: str
    ses_stack: str
    mail_servers: tuple[str, ...]

    @property
    def stacks(self) -> list[str]:
        """In the order of creation."""
        return ["base", self.ses_stack, "enhanced-kinesis", "monitoring", "security"]

    @property
    def rotates_dkim(self) -> bool:
        """Prod owns the identity."""
        return self.name == "prod"

    @property
    def topic(self) -> str:
        return arn("sns", self.named("alerts"))

    def named(self, thing: str) -> str:
        return f"ses-{self.name}-{thing}"

    def bucket(self, kind: str) -> str:
        return self.named(f"{kind}-logs-{ACCOUNT}")

    def has_its_tags(self, tags: dict[str, str] | list[dict[str, str]], service: str) -> bool:
        """The four tags that everything carries. Purpose is free text."""
        found = tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}
        wanted = {"Project": "ses", "Environment": self.name, "Service": service}
        return wanted.items() <= found.items() and bool(found.get("Purpose"))


PROD = Environment("prod", "production", "ses", ("202.217.75.98/32", "202.217.75.91/32"))
DEV = Environment("dev", "development", "ses-dev", ("202.217.75.88/32", "202.217.75.81/32"))


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def statements(document: str | dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The statements of a policy by their Sid."""
    policy = json.loads(document) if isinstance(document, str) else document
    return {statement["Sid"]: statement for statement in policy["Statement"]}
