"""Log groups, metric filters, saved queries and dashboards."""

import json
import re
from typing import Any

import pytest

from .aws import DKIM_ALARMS, DKIM_FUNCTIONS, TRAIL_LOG_GROUP, Aws, Environment, arn

SECURITY = "/aws/security/ses/{}"
JAPANESE = "/aws/security/compliance/japanese/ses/{}"
FUNCTION = "/aws/lambda/ses-{}-mask-events"
RECORDER = "/aws/lambda/ses-{}-record-security-events"
STREAMS = ["/aws/kinesisfirehose/ses-{}-raw-logs-stream", "/aws/kinesisfirehose/ses-{}-masked-logs-stream"]
OTHER_FUNCTIONS = ["/aws/lambda/ses-{}-smtp-credentials-rotation", "/aws/lambda/ses-{}-maintenance"]
PROTECTED = [FUNCTION, RECORDER, *STREAMS, SECURITY, JAPANESE, *OTHER_FUNCTIONS]
UNPROTECTED = ["/aws/events/ses-{}-stack-events"]  # names of stacks and their states

# Filter: its log group, its pattern, its metric.
FILTERS = {
    "masked-events": (FUNCTION, '{ $.message = "batch" }', "Mail MaskedEvents $.masked"),
    "unmaskable-events": (FUNCTION, '{ $.message = "batch" }', "Mail UnmaskableEvents $.failed"),
    "security-events": (SECURITY, "?ERROR ?WARNING ?DENY", "Security SecurityEvents 1"),
    "access-denied": (
        SECURITY,
        '?"AccessDenied" ?"UnauthorizedOperation" ?"アクセス拒否"',
        "Security AccessDenied 1",
    ),
    "authentication-failures": (
        SECURITY,
        '?"AuthenticationFailure" ?"Failed authentication" ?"認証失敗"',
        "Security AuthenticationFailures 1",
    ),
    "ip-restriction-violations": (
        SECURITY,
        '?"IPRestrictionViolation" ?"IP制限違反"',
        "Security IPRestrictionViolations 1",
    ),
    "privilege-escalations": (
        SECURITY,
        '?"PrivilegeEscalation" ?"権限昇格"',
        "Security PrivilegeEscalations 1",
    ),
    "key-misuse": (SECURITY, '?"KeyMisuse" ?"鍵の不正操作"', "Security KeyMisuse 1"),
    "protection-changes": (SECURITY, '?"ProtectionChange" ?"保護設定の変更"', "Security ProtectionChanges 1"),
    "japanese-security-events": (JAPANESE, '?"エラー" ?"警告" ?ERROR ?WARNING', "Security JapaneseSecurityEvents 1"),
    "tokyo-region-events": (SECURITY, '{ $.region = "ap-northeast-1" }', "Security RegionalSecurityEvents 1"),
}
# Query: its log groups, what it must say.
QUERIES = {
    "DeploymentErrors": (UNPROTECTED, "ERROR|FAILED|ROLLBACK"),
    "SESErrors": ([*UNPROTECTED, FUNCTION, *STREAMS], "like /SES/"),
    "AdminQueryDefinition": ([SECURITY, JAPANESE, FUNCTION, *STREAMS], "unmask(@message)"),
    "MaskedQueryDefinition": ([SECURITY, JAPANESE, FUNCTION, *STREAMS], "@message"),
}
DASHBOARDS = ["operations", "SecurityDashboard", "JapaneseSecurityDashboard", "TokyoRegionSecurityMetrics"]


@pytest.fixture
def groups(aws: Aws, environment: Environment) -> dict[str, dict[str, Any]]:
    """Those whose name holds the environment in one of the two ways."""
    name = re.compile(rf"ses-{environment.name}-|ses/{environment.name}$|cloudtrail/ses-{environment.name}$")
    found = aws.all("logs", "describe_log_groups", "logGroups")
    return {group["logGroupName"]: group for group in found if name.search(group["logGroupName"])}


@pytest.fixture
def dashboards(aws: Aws, environment: Environment) -> dict[str, dict[str, Any]]:
    """The body of each dashboard, which CloudWatch keeps as JSON."""
    bodies = {}
    for name in DASHBOARDS:
        found = aws.cloudwatch.get_dashboard(DashboardName=environment.named(name))
        bodies[name] = json.loads(found["DashboardBody"])
    return bodies


def named(patterns: list[str], environment: Environment) -> list[str]:
    return [pattern.format(environment.name) for pattern in patterns]


def test_the_log_groups_keep_their_lines_for_ninety_days(groups: dict[str, Any], environment: Environment) -> None:
    of_dkim = [f"/aws/lambda/ses-{{}}-{name}" for name in DKIM_FUNCTIONS.values()] if environment.rotates_dkim else []
    assert {name: group.get("retentionInDays") for name, group in groups.items()} == dict.fromkeys(
        named([*PROTECTED, *UNPROTECTED, *of_dkim], environment) + [TRAIL_LOG_GROUP] * (environment.name == "prod"), 90
    )


def test_the_recorder_gets_what_the_trail_writes(aws: Aws, environment: Environment) -> None:
    found = aws.logs.describe_subscription_filters(logGroupName=TRAIL_LOG_GROUP)["subscriptionFilters"]
    mine = {each["filterName"]: each["destinationArn"] for each in found}
    assert mine[environment.named("security-events")] == arn(
        "lambda", f"function:{environment.named('record-security-events')}"
    )
    assert len(found) == 2  # as many as CloudWatch Logs allows


def test_personal_data_is_masked_in_the_logs(aws: Aws, environment: Environment) -> None:
    identifiers = [f"arn:aws:dataprotection::aws:data-identifier/{kind}" for kind in ("EmailAddress", "IpAddress")]
    for name in named(PROTECTED, environment):
        found = aws.logs.get_data_protection_policy(logGroupIdentifier=name)
        policy = json.loads(found["policyDocument"])
        operations = [operation for statement in policy["Statement"] for operation in statement["Operation"]]
        assert sorted(operations) == ["Audit", "Deidentify"], name
        for statement in policy["Statement"]:
            assert statement["DataIdentifier"] == identifiers, name


def test_the_log_groups_are_tagged(aws: Aws, environment: Environment) -> None:
    for name in named([*PROTECTED, *UNPROTECTED], environment):
        tags = aws.logs.list_tags_for_resource(resourceArn=arn("logs", f"log-group:{name}"))["tags"]
        assert environment.has_its_tags(tags, "CloudWatch"), (name, tags)
        assert tags.get("Compliance") == ("Japanese" if name == JAPANESE.format(environment.name) else None)


def test_the_security_groups_have_a_stream(aws: Aws, environment: Environment) -> None:
    for name in named([SECURITY, JAPANESE], environment):
        streams = aws.logs.describe_log_streams(logGroupName=name)["logStreams"]
        assert [stream["logStreamName"] for stream in streams] == ["SecurityLogStream"]


def test_the_metric_filters(aws: Aws, environment: Environment) -> None:
    found = {}
    for each in aws.all("logs", "describe_metric_filters", "metricFilters"):
        (metric,) = each["metricTransformations"]
        text = f"{metric['metricNamespace']} {metric['metricName']} {metric['metricValue']}"
        found[each["filterName"]] = (each["logGroupName"], each["filterPattern"], text)
    mine = {name: value for name, value in found.items() if name.startswith(environment.named(""))}
    assert mine == {
        environment.named(name): (group.format(environment.name), pattern, f"ses/{environment.name}/{metric}")
        for name, (group, pattern, metric) in FILTERS.items()
    }


def test_the_saved_queries(aws: Aws, environment: Environment) -> None:
    found = {query["name"]: query for query in aws.logs.describe_query_definitions()["queryDefinitions"]}
    mine = {name for name in found if name.startswith(f"ses-{environment.name}/")}
    assert mine == {f"ses-{environment.name}/{name}" for name in QUERIES}
    for name, (groups, text) in QUERIES.items():
        query = found[f"ses-{environment.name}/{name}"]
        assert query["logGroupNames"] == named(groups, environment), name
        assert text in query["queryString"], name
    assert "unmask" not in found[f"ses-{environment.name}/MaskedQueryDefinition"]["queryString"]


def test_the_dashboards_are_there(aws: Aws) -> None:
    entries = aws.all("cloudwatch", "list_dashboards", "DashboardEntries")
    assert {entry["DashboardName"] for entry in entries} == {
        f"ses-{name}-{board}" for name in ("prod", "dev") for board in DASHBOARDS
    }


def test_each_dashboard_shows_the_environment(dashboards: dict[str, Any], environment: Environment) -> None:
    other = {"prod": "ses-dev", "dev": "ses-prod"}[environment.name]
    for name, body in dashboards.items():
        assert len(body["widgets"]) >= 4, name
        text = json.dumps(body).replace(TRAIL_LOG_GROUP, "")
        assert "${" not in text and other not in text and other.replace("-", "/") not in text, name


def test_the_alarms_on_the_dashboards_are_there(
    aws: Aws, dashboards: dict[str, Any], environment: Environment
) -> None:
    alarms = {
        alarm["AlarmArn"]
        for kind in ("MetricAlarm", "CompositeAlarm")
        for alarm in aws.all("cloudwatch", "describe_alarms", f"{kind}s", AlarmTypes=[kind])
    }
    shown = [
        alarm
        for body in dashboards.values()
        for widget in body["widgets"]
        if widget["type"] == "alarm"
        for alarm in widget["properties"]["alarms"]
    ]
    assert len(shown) == 39 + 12 + 11 + (len(DKIM_ALARMS) if environment.rotates_dkim else 0)
    assert set(shown) <= alarms


def test_the_japanese_dashboard_is_in_japanese(dashboards: dict[str, Any]) -> None:
    titles = [widget["properties"]["title"] for widget in dashboards["JapaneseSecurityDashboard"]["widgets"]]
    assert "アラーム" in titles and "最新のセキュリティログ" in titles
