"""`sesame adopt` takes back what a deleted stack has left behind. test_first_launch.py has a domain verified by hand."""

import subprocess
from typing import Any

from .aws import PROD, Aws
from .project import Project, refusal

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
