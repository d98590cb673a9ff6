"""What the trail records, and that it cannot be switched off by a setting.

CloudTrail API reference, "AdvancedEventSelector" and "AdvancedFieldSelector": an event is recorded if one selector takes
it; a selector takes it if all its fields do.
"""

import pytest

from .cloudformation import ACCOUNT, environment_values, stack

ALL_ENVIRONMENTS = ["dev", "staging", "prod"]  # the trail is the account's
TAKES = {
    "Equals": lambda value, wanted: value in wanted,
    "NotEquals": lambda value, wanted: value not in wanted,
    "StartsWith": lambda value, wanted: value.startswith(tuple(wanted)),
    "NotStartsWith": lambda value, wanted: not value.startswith(tuple(wanted)),
    "EndsWith": lambda value, wanted: value.endswith(tuple(wanted)),
    "NotEndsWith": lambda value, wanted: not value.endswith(tuple(wanted)),
}


def trail() -> dict:
    [found] = stack("prod", "base").all("AWS::CloudTrail::Trail").values()
    return found


def records(event: dict[str, str]) -> bool:
    return any(
        all(
            TAKES[operator](event.get(field["Field"], ""), wanted)
            for field in selector["FieldSelectors"]
            for operator, wanted in field.items()
            if operator != "Field"
        )
        for selector in trail()["AdvancedEventSelectors"]
    )


def call(name: str, **fields: str) -> dict[str, str]:
    return {"eventCategory": "Management", "eventName": name, **fields}


def access(name: str, bucket: str, **fields: str) -> dict[str, str]:
    return {
        "eventCategory": "Data",
        "eventName": name,
        "resources.type": "AWS::S3::Object",
        "resources.ARN": f"arn:aws:s3:::{bucket}/events/a.gz",
        **fields,
    }


def bucket(environment: str, name: str) -> str:
    return f"ses-{environment}-{name}-logs-{ACCOUNT}"


@pytest.mark.parametrize("read_only", ["true", "false"])
@pytest.mark.parametrize("name", ["CreateKey", "GetSecretValue", "DeleteTrail", "ConsoleLogin"])
def test_every_management_call(name, read_only):
    assert records(call(name, readOnly=read_only, eventSource="kms.amazonaws.com"))


@pytest.mark.parametrize("environment", ALL_ENVIRONMENTS)
class TestObjects:
    @pytest.mark.parametrize("name", ["raw", "masked", "error"])
    @pytest.mark.parametrize("event", ["GetObject", "PutObject", "DeleteObject", "RestoreObject"])
    def test_of_events_all_access(self, environment, name, event):
        assert records(access(event, bucket(environment, name)))

    @pytest.mark.parametrize("name", ["access", "trail"])
    def test_of_records_all_but_their_delivery(self, environment, name):
        for event in ("GetObject", "DeleteObject", "PutObjectRetention"):
            assert records(access(event, bucket(environment, name)))
        # The trail would record that it delivers what it records.
        assert not records(access("PutObject", bucket(environment, name)))

    def test_of_another_category_or_type_nothing(self, environment):
        for name in ("raw", "trail"):
            for changed in (
                {"eventCategory": "NetworkActivity"}, {"resources.type": "AWS::S3::AccessPoint"}, {"eventCategory": ""},
            ):  # fmt: skip
                assert not records(access("GetObject", bucket(environment, name), **changed))

    def test_of_other_buckets_nothing(self, environment):
        for other in ("somebody-else", f"ses-{environment}-raw", f"other-ses-{environment}-raw-logs-{ACCOUNT}"):
            assert not records(access("GetObject", other))


def test_nothing_else():
    assert not records({"eventCategory": "Data", "resources.type": "AWS::Lambda::Function", "eventName": "Invoke"})
    assert not records({"eventCategory": "NetworkActivity", "eventName": "CreateKey"})
    assert not records({})


def test_is_on_everywhere_signed_and_delivered_to_bucket_and_log_group():
    found = trail()
    for flag in ("IsLogging", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation"):
        assert found[flag] is True, flag
    base = stack("prod", "base")
    [group] = [
        base.attribute(id, "Arn")
        for id, properties in base.all("AWS::Logs::LogGroup").items()
        if properties["LogGroupName"] == environment_values("prod")["trail"]["log_group"]
    ]
    assert found["S3BucketName"] == bucket("prod", "trail")
    assert found["CloudWatchLogsLogGroupArn"] == group
    assert found["CloudWatchLogsRoleArn"] == f"arn:aws:iam::{ACCOUNT}:role/ses-prod-trail"
