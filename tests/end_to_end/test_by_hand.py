"""Sceptre's commands typed by hand in sceptre/, on an empty account: from the first stack to a deleted one."""

import json
import re
from datetime import datetime, timezone
from typing import Any

from local_aws.cloudformation.short_forms import load

from .by_hand import ADMIN, MEMBER, NETWORK, Steps


def uncounted(said: list[str]) -> list[str]:
    """How many parameters a stack has, other tests say."""
    return [re.sub(r"\b\d+ parameters", "… parameters", line) for line in said]


def test_launch_makes_a_stack_and_what_it_depends_on(steps: Steps) -> None:
    assert uncounted(steps.launched) == [
        "prod/base before_create: … parameters valid, template is current",
        "prod/base preflight: the account is ready",
        "prod/base after_create: CREATE_COMPLETE",
        "prod/ses before_create: … parameters valid, template is current",
        "prod/ses after_create: CREATE_COMPLETE",
    ]


def test_create_makes_one_stack(steps: Steps) -> None:
    assert uncounted(steps.created) == [
        "prod/security before_create: … parameters valid, template is current",
        "prod/security after_create: CREATE_COMPLETE",
    ]
    assert steps.statuses_before == dict.fromkeys(
        ["ses-prod-base", "ses-prod-ses", "ses-prod-security"], "CREATE_COMPLETE"
    )


def test_update_brings_a_changed_value_to_the_service(steps: Steps) -> None:
    assert uncounted(steps.updated) == [
        "prod/security before_update: … parameters valid, template is current",
        "prod/security after_update: UPDATE_COMPLETE",
    ]
    assert steps.statuses_after == {**steps.statuses_before, "ses-prod-security": "UPDATE_COMPLETE"}
    assert steps.networks == {"aws:SourceIp": [NETWORK, "202.217.0.0/16"]}


def test_delete_stops_at_a_key_that_a_program_may_use(steps: Steps) -> None:
    assert steps.refused.startswith("prod/security: before_delete: ")
    assert f"user `{ADMIN}` has the active access key `{steps.key}`" in steps.refused
    assert {ADMIN, MEMBER} <= set(steps.users_after_refusal)


def test_delete_removes_what_people_have_added(steps: Steps) -> None:
    (said,) = steps.deleted
    for what in (
        f"the password of `{ADMIN}`",
        f"the access key `{steps.key}` of `{ADMIN}`",
        f"the MFA device `{ADMIN}` of `{ADMIN}`",
        f"`{MEMBER}` from group `ses-prod-readonly`",
    ):
        assert what in said
    assert steps.aws.all("iam", "list_virtual_mfa_devices", "VirtualMFADevices") == []


def test_delete_leaves_a_backup_of_the_stack(steps: Steps) -> None:
    (said,) = steps.deleted
    *_, backup = sorted((steps.project.folder / "backups" / "prod" / "security").iterdir())
    assert said.startswith(f"prod/security before_delete: backup in {backup}, removed ")
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
    assert [user["UserName"] for user in steps.aws.all("iam", "list_users", "Users")] == [
        "ses-prod-smtp", MEMBER,
    ]  # fmt: skip


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
