"""The commands of docs/first-launch.md, one after the other, in an account whose domain was verified by hand."""

import shlex
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.docs.aws_cli import commands, parse

from .aws import ACCOUNT, DEV, PROD, Aws
from .project import ROOT, Project, local_aws

# Functions do not run here: tests/cli/dkim.rs runs `sesame dkim` with the function's answers. Nobody grants quotas here:
# tests/docs holds these requests against the API's model.
ELSEWHERE = ("sesame dkim ", "aws sesv2 put-account-details ", "aws service-quotas ")
COMMANDS = [
    command
    for command in commands(ROOT / "docs" / "first-launch.md")
    if not command.startswith(ELSEWHERE) and "<CODE>" not in command
]


def identity(aws: Aws) -> dict[str, Any]:
    """All that SES says of it, but when it has looked last."""
    found = aws.sesv2.get_email_identity(EmailIdentity="goo.ne.jp")
    return {key: value for key, value in found.items() if key not in ("ResponseMetadata", "VerificationInfo")}


def token(aws: Aws) -> str:
    """What stands in the mail: on local AWS the last part of the subscription's ARN."""
    found = aws.all("cloudformation", "list_stack_resources", "StackResourceSummaries", StackName="ses-prod-monitoring")
    arns = [one["PhysicalResourceId"] for one in found if one["ResourceType"] == "AWS::SNS::Subscription"]
    return str(arns[0].rsplit(":", 1)[1])


@pytest.fixture(scope="module")
def sending_already(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with local_aws(tmp_path_factory.mktemp("local-aws")) as endpoint:
        aws = Aws(endpoint)
        aws.sesv2.create_email_identity(EmailIdentity="goo.ne.jp")  # Easy DKIM
        aws.sesv2.put_email_identity_feedback_attributes(EmailIdentity="goo.ne.jp", EmailForwardingEnabled=True)
        yield Project(tmp_path_factory.mktemp("project"), endpoint)


def test_the_page_leads_to_two_environments_that_run(sending_already: Project) -> None:
    aws = Aws(sending_already.endpoint)
    before = identity(aws)
    assert before["DkimAttributes"]["SigningAttributesOrigin"] == "AWS_SES"
    said: dict[str, list[subprocess.CompletedProcess[str]]] = {}
    for command in COMMANDS:
        if command.startswith("aws "):
            call = parse(command.replace("<ACCOUNT>", ACCOUNT).replace("<TOKEN>", token(aws)))
            getattr(getattr(aws, call.service), call.operation)(**call.parameters)
            continue
        finished = sending_already.typed(*shlex.split(command))
        said.setdefault(command, []).append(finished)
        if "preflight" not in command:
            assert finished.returncode == 0, f"{command}: {finished.stdout}{finished.stderr}"
        if command == "sesame adopt prod/ses.yaml --execute":
            assert identity(aws) == before  # an import changes nothing

    first, launched, confirmed = said["sesame preflight prod"]
    assert first.returncode == 2  # the domain is in the way
    assert "`goo.ne.jp` (Easy DKIM," in first.stdout and "`sesame adopt prod/ses.yaml`" in first.stdout
    assert launched.returncode == 4 and "has not confirmed its subscription" in launched.stdout
    assert confirmed.returncode == 4 and "has not confirmed its subscription" not in confirmed.stdout

    after = identity(aws)
    assert after["DkimAttributes"] == before["DkimAttributes"]
    # What the template declares is set: it would not be, if the import had taken the identity for what the template says.
    assert after["ConfigurationSetName"] == "ses-prod-config"
    assert after["FeedbackForwardingStatus"] is False
    assert after["MailFromAttributes"]["MailFromDomain"] == "bounce.goo.ne.jp"
    statuses = aws.statuses()
    assert statuses.pop("ses-prod-ses") == "UPDATE_COMPLETE"
    names = {environment.named(stack) for environment in (PROD, DEV) for stack in environment.stacks}
    assert statuses == dict.fromkeys(names - {"ses-prod-ses"}, "CREATE_COMPLETE")


def test_an_alert_cannot_be_stopped_by_whoever_reads_it(sending_already: Project) -> None:
    """`ConfirmationWasAuthenticated`: only the owners may unsubscribe (SNS API Reference, ConfirmSubscription)."""
    aws = Aws(sending_already.endpoint)
    found = aws.all("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=PROD.topic)
    by_mail = [one["SubscriptionArn"] for one in found if one["Protocol"] == "email"]
    confirmed = [arn for arn in by_mail if arn != "PendingConfirmation"]
    assert confirmed
    for arn in confirmed:
        attributes = aws.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        assert attributes["ConfirmationWasAuthenticated"] == "true"
