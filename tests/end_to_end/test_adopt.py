"""`sesame adopt` as people use it: what a deleted stack has left behind, and a domain that was verified by hand."""

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from .aws import PROD, Aws
from .project import Project, local_aws, refusal

STACKS = ["prod/base.yaml", "prod/ses.yaml"]


def done(finished: subprocess.CompletedProcess[str]) -> str:
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def identity(aws: Aws) -> dict[str, Any]:
    """All that SES says of it, but when it has looked last."""
    found = aws.sesv2.get_email_identity(EmailIdentity="goo.ne.jp")
    return {key: value for key, value in found.items() if key not in ("ResponseMetadata", "VerificationInfo")}


def owners(aws: Aws, stack: str) -> dict[str, str]:
    found = aws.all("cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=stack)
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}


def finish_rotation(aws: Aws) -> None:
    """What the rotation function does at its end; functions do not run here."""
    secret = aws.secretsmanager.describe_secret(SecretId="prod-ses-smtp-credentials")
    stages = secret["VersionIdsToStages"]
    (current,) = [version for version, names in stages.items() if "AWSCURRENT" in names]
    for pending in [version for version, names in stages.items() if names == ["AWSPENDING"]]:
        aws.secretsmanager.put_secret_value(
            SecretId=secret["ARN"], ClientRequestToken=pending, SecretString='{"username": "u", "password": "p"}',
            VersionStages=["AWSPENDING"],
        )  # fmt: skip
        aws.secretsmanager.update_secret_version_stage(
            SecretId=secret["ARN"], VersionStage="AWSCURRENT", MoveToVersionId=pending, RemoveFromVersionId=current
        )


def test_what_a_deleted_stack_left_behind_comes_back_and_nothing_is_lost(empty_aws: Aws, project: Project) -> None:
    aws = empty_aws
    done(project.sceptre("launch", "prod/ses.yaml", "--yes"))
    finish_rotation(aws)
    kept = owners(aws, "ses-prod-ses")
    aws.s3.put_object(Bucket=PROD.bucket("raw"), Key="evidence", Body=b"kept")
    secret = aws.secretsmanager.get_secret_value(SecretId="prod-ses-smtp-credentials")
    settings = identity(aws)
    done(project.sceptre("delete", "prod/base.yaml", "--yes"))
    assert aws.statuses() == {}

    # A launch stops before it makes anything, and names the command.
    assert "`sesame adopt prod/base.yaml`" in refusal(project.sceptre("launch", "prod/ses.yaml", "--yes"))
    assert aws.statuses() == {}

    for stack in STACKS:
        before = aws.statuses()
        shown = done(project.sesame("adopt", stack))
        assert shown.endswith(f"next: sesame adopt {stack} --execute\n")
        assert aws.statuses() == before  # nothing was written to AWS
        assert done(project.sesame("adopt", stack, "--execute")).endswith(f"next: sceptre launch {stack}\n")
        assert "nothing to adopt" in done(project.sesame("adopt", stack, "--execute"))
    assert aws.statuses() == dict.fromkeys(["ses-prod-base", "ses-prod-ses"], "IMPORT_COMPLETE")

    done(project.sceptre("launch", "prod/ses.yaml", "--yes"))
    assert aws.statuses() == dict.fromkeys(["ses-prod-base", "ses-prod-ses"], "UPDATE_COMPLETE")
    again = owners(aws, "ses-prod-ses")
    for name in ("SESEmailIdentity", "SESConfigurationSet", "SMTPUser", "SMTPCredentialsKey", "SMTPCredentialsSecret"):
        assert again[name] == kept[name]
    assert again.keys() == kept.keys()
    assert aws.s3.get_object(Bucket=PROD.bucket("raw"), Key="evidence")["Body"].read() == b"kept"
    # The launch has opened the next rotation; the password in use is the same.
    now = aws.secretsmanager.get_secret_value(SecretId="prod-ses-smtp-credentials")
    assert now["SecretString"] == secret["SecretString"]
    assert identity(aws) == settings


@pytest.fixture(scope="module")
def another_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with local_aws(tmp_path_factory.mktemp("local-aws")) as endpoint:
        yield Aws(endpoint)


def test_a_domain_that_was_verified_by_hand_keeps_its_dkim(another_aws: Aws, tmp_path_factory: Any) -> None:
    aws = another_aws
    project = Project(tmp_path_factory.mktemp("by-hand"), aws.endpoint)
    aws.sesv2.create_email_identity(EmailIdentity="goo.ne.jp")  # Easy DKIM
    aws.sesv2.put_email_identity_feedback_attributes(EmailIdentity="goo.ne.jp", EmailForwardingEnabled=True)
    before = identity(aws)
    assert before["DkimAttributes"]["SigningAttributesOrigin"] == "AWS_SES"

    shown = project.sesame("preflight", "prod")
    assert shown.returncode == 2
    assert "`goo.ne.jp` (Easy DKIM," in shown.stdout and "`sesame adopt prod/ses.yaml`" in shown.stdout
    done(project.sesame("adopt", "prod/ses.yaml", "--execute"))
    assert identity(aws) == before
    done(project.sceptre("launch", "prod/ses.yaml", "--yes"))
    assert aws.statuses() == {"ses-prod-base": "CREATE_COMPLETE", "ses-prod-ses": "UPDATE_COMPLETE"}
    after = identity(aws)
    assert after["DkimAttributes"] == before["DkimAttributes"]
    # What the template declares is set: it would not be, if the import had taken the identity for what the template says.
    assert after["ConfigurationSetName"] == "ses-prod-config"
    assert after["FeedbackForwardingStatus"] is False
    assert after["MailFromAttributes"]["MailFromDomain"] == "bounce.goo.ne.jp"
