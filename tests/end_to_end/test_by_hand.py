"""Sceptre's commands typed by hand in sceptre/, on an empty account: from the first stack to a deleted one."""

import json
from datetime import datetime, timezone
from typing import Any

from local_aws.cloudformation.short_forms import load

from .by_hand import NETWORK, Steps


def test_launch_makes_a_stack_and_what_it_depends_on(steps: Steps) -> None:
    assert steps.launched == [
        "prod/base before_create: 12 parameters valid, template is current",
        "prod/base preflight: the account is ready",
        "prod/base after_create: CREATE_COMPLETE",
        "prod/ses before_create: 8 parameters valid, template is current",
        "prod/ses after_create: CREATE_COMPLETE",
    ]


def test_create_makes_one_stack(steps: Steps) -> None:
    assert steps.created == [
        "prod/security before_create: 13 parameters valid, template is current",
        "prod/security after_create: CREATE_COMPLETE",
    ]
    assert steps.statuses_before == dict.fromkeys(
        ["ses-prod-base", "ses-prod-ses", "ses-prod-security"], "CREATE_COMPLETE"
    )


def test_update_brings_a_changed_value_to_the_service(steps: Steps) -> None:
    assert steps.updated == [
        "prod/security before_update: 13 parameters valid, template is current",
        "prod/security after_update: UPDATE_COMPLETE",
    ]
    assert steps.statuses_after == {**steps.statuses_before, "ses-prod-security": "UPDATE_COMPLETE"}
    assert steps.networks == {"aws:SourceIp": [NETWORK, "202.217.0.0/16"]}


def test_delete_leaves_a_backup_of_the_stack(steps: Steps) -> None:
    (said,) = steps.deleted
    (backup,) = (steps.project.folder / "backups" / "prod" / "security").iterdir()
    assert said == f"prod/security before_delete: backup in {backup}"
    time = datetime.strptime(backup.name, "%Y-%m-%dT%H-%M-%S.%fZ").replace(tzinfo=timezone.utc)
    assert 0 <= (datetime.now(timezone.utc) - time).total_seconds() < 600

    assert sorted(file.name for file in backup.iterdir()) == ["stack.json", "template.yaml"]
    kept: dict[str, Any] = json.loads((backup / "stack.json").read_text(encoding="utf-8"))
    assert (kept["stack_name"], kept["status"]) == ("ses-prod-security", "UPDATE_COMPLETE")
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in kept["parameters"]}
    # The template that was deployed, with the values that it had in the end.
    template = steps.project.sceptre_folder / "templates" / "security.yaml"
    rendered = load(template.read_text(encoding="utf-8"))
    assert load((backup / "template.yaml").read_text(encoding="utf-8")) == rendered
    assert set(parameters) == set(rendered["Parameters"])
    assert parameters["AllowedIPRanges"] == f"{NETWORK},202.217.0.0/16"


def test_delete_takes_the_one_stack_only(steps: Steps) -> None:
    assert steps.aws.statuses() == dict.fromkeys(["ses-prod-base", "ses-prod-ses"], "CREATE_COMPLETE")
    assert [folder.name for folder in (steps.project.folder / "backups" / "prod").iterdir()] == ["security"]
    assert steps.aws.all("cloudwatch", "describe_alarms", "MetricAlarms") == []
    assert steps.aws.all("iam", "list_groups", "Groups") == []
    assert [user["UserName"] for user in steps.aws.all("iam", "list_users", "Users")] == ["ses-prod-smtp"]


def test_the_security_logs_outlive_their_stack(steps: Steps) -> None:
    assert "ses-prod-security" not in steps.aws.statuses()
    groups = [group["logGroupName"] for group in steps.aws.all("logs", "describe_log_groups", "logGroups")]
    assert sorted(groups) == [
        "/aws/cloudtrail/ses-prod",
        "/aws/lambda/ses-prod-record-security-events",
        "/aws/lambda/ses-prod-smtp-credentials-rotation",  # the SES stack stands
        "/aws/security/compliance/japanese/ses/prod",
        "/aws/security/ses/prod",
    ]
