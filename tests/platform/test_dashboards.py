"""Dashboards: what they show exists, and is published with the very dimensions that they name."""

import json
import re
from collections.abc import Iterator
from html import escape

import pytest

from .cloudformation import ACCOUNT, ENVIRONMENTS, REGION, Stack, names, stack, stacks
from .dashboard_picture import picture, problems
from .metrics import Metric, assert_published


def widget_metrics(widget: dict) -> Iterator[Metric]:
    """Writes out the rows of a metric widget, where a dot repeats what stands above."""
    above: list[str] = []
    for row in widget["properties"]["metrics"]:
        words = [word for word in row if isinstance(word, str)]
        if not words:
            continue  # an expression
        assert len(words) <= len(above) or "." not in words[len(above) :], row
        above = [above[index] if word == "." else word for index, word in enumerate(words)]
        namespace, name, *pairs = above
        assert len(pairs) % 2 == 0, row
        yield namespace, name, tuple(zip(pairs[::2], pairs[1::2], strict=True))


def dashboards(environment: str) -> dict[str, dict]:
    return {
        properties["DashboardName"]: properties
        for current in stacks(environment)
        for properties in current.all("AWS::CloudWatch::Dashboard").values()
    }


DASHBOARDS = [(environment, name) for environment in ENVIRONMENTS for name in dashboards(environment)]


def body(environment: str, name: str) -> dict:
    return json.loads(dashboards(environment)[name]["DashboardBody"])


def test_each_environment_has_its_dashboards():
    for environment in ENVIRONMENTS:
        assert set(dashboards(environment)) == {
            f"ses-{environment}-{name}"
            for name in ("operations", "SecurityDashboard", "JapaneseSecurityDashboard", "TokyoRegionSecurityMetrics")
        }


@pytest.mark.parametrize(("environment", "name"), DASHBOARDS)
class TestDashboard:
    def test_widgets_stand_beside_each_other_and_show_something(self, environment, name):
        assert problems(body(environment, name)) == []

    def test_the_picture_shows_every_title(self, environment, name):
        drawn = picture(name, body(environment, name))
        for widget in body(environment, name)["widgets"]:
            assert escape(widget["properties"]["title"]) in drawn

    def test_no_name_is_left_unresolved(self, environment, name):
        assert "${" not in dashboards(environment)[name]["DashboardBody"]

    def test_every_widget_has_a_title_and_looks_at_tokyo(self, environment, name):
        for widget in body(environment, name)["widgets"]:
            assert widget["properties"]["title"]
            if widget["type"] != "alarm":
                assert widget["properties"]["region"] == REGION

    def test_every_metric_is_published(self, environment, name):
        metrics = [
            metric
            for widget in body(environment, name)["widgets"]
            if widget["type"] == "metric"
            for metric in widget_metrics(widget)
        ]
        assert metrics
        for metric in metrics:
            assert_published(environment, metric)

    def test_expressions_name_rows_of_their_widget(self, environment, name):
        for widget in body(environment, name)["widgets"]:
            rows = widget["properties"].get("metrics", [])
            options = [word for row in rows for word in row if isinstance(word, dict)]
            ids = [option["id"] for option in options if "id" in option]
            assert len(set(ids)) == len(ids)
            for option in options:
                for used in re.findall(r"[a-z]\w*", option.get("expression", "")):
                    assert used in ids, option["expression"]

    def test_log_widgets_read_log_groups_that_exist(self, environment, name):
        for widget in body(environment, name)["widgets"]:
            if widget["type"] == "log":
                sources = re.findall(r"SOURCE '([^']+)'", widget["properties"]["query"])
                assert sources
                assert set(sources) <= names(environment, "AWS::Logs::LogGroup")

    def test_alarm_widgets_name_alarms_that_exist(self, environment, name):
        alarms = {
            current.attribute(id, "Arn")
            for current in stacks(environment)
            for id in current.ids("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
        }
        for widget in body(environment, name)["widgets"]:
            if widget["type"] == "alarm":
                assert set(widget["properties"]["alarms"]) <= alarms


def test_a_bad_layout_is_seen():
    def widget(x: int, y: int, title: str, *alarms: str) -> dict:
        return {"type": "alarm", "x": x, "y": y, "width": 12, "height": 2, "properties": {"title": title, "alarms": alarms}}

    assert problems({"widgets": [widget(0, 0, "a", "x"), widget(12, 0, "b", "x")]}) == []
    assert problems({"widgets": [widget(0, 0, "a", "x"), widget(6, 1, "b", "x")]}) == ["b lies over a"]
    assert problems({"widgets": [widget(14, 0, "a", "x")]}) == ["a stands outside the grid"]
    assert problems({"widgets": [widget(0, 0, "a")]}) == ["a is empty"]
    assert problems({"widgets": [widget(0, 1, "a", "x")]}) == ["row 0 is empty"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_alarm_is_on_a_dashboard(environment):
    shown = {
        arn.removeprefix(f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:")
        for name in dashboards(environment)
        for widget in body(environment, name)["widgets"]
        if widget["type"] == "alarm"
        for arn in widget["properties"]["alarms"]
    }
    kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    assert shown == set().union(*(names(environment, kind) for kind in kinds))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_operations_dashboard_has_the_documented_widgets(environment):
    dashboard = body(environment, f"ses-{environment}-operations")
    widgets = {widget["properties"]["title"]: widget for widget in dashboard["widgets"]}
    mail, quality = widgets["SES Email Metrics"], widgets["Email Quality Metrics"]
    assert [name for _, name, _ in widget_metrics(mail)] == ["Send", "Bounce", "Complaint", "Delivery"]
    for widget in (mail, quality):
        assert (widget["width"], widget["height"]) == (12, 6)
        assert (widget["properties"]["stat"], widget["properties"]["period"]) == ("Sum", 300)
    assert (quality["x"], quality["y"]) == (mail["x"], mail["y"] + mail["height"])
    options = [word for row in quality["properties"]["metrics"] for word in row if isinstance(word, dict)]
    assert [option["label"] for option in options if "label" in option] == ["Bounce Rate (%)", "Complaint Rate (%)"]
    assert quality["properties"]["yAxis"]["left"] == {"min": 0, "max": 10}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_japanese_dashboard_is_in_japanese(environment):
    for widget in body(environment, f"ses-{environment}-JapaneseSecurityDashboard")["widgets"]:
        assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", widget["properties"]["title"])


def test_each_switch_has_its_effect():
    security = stack("prod", "security")
    everything = set(security.ids(*{resource["Type"] for resource in security.body["Resources"].values()}))

    def missing(**switches: str) -> set[str]:
        off = Stack(security.body, security.parameters | switches)
        return everything - set(off.ids(*{resource["Type"] for resource in off.body["Resources"].values()}))

    assert missing(EnableJapaneseCompliance="false") == {
        "JapaneseComplianceSecurityLogGroup",
        "JapaneseComplianceSecurityLogStream",
    }
    assert missing(EnableJapaneseSecurity="false") == {"JapaneseSecurityEventMetricFilter", "JapaneseSecurityDashboard"}
    assert missing(EnableTokyoRegionFeatures="false") == {"TokyoRegionMetricFilter", "TokyoRegionSecurityMetrics"}
    without_dkim = missing(EnableDkimAutomation="false")
    assert {id for id in without_dkim if not id.endswith(("Alarm", "Role", "LogGroup", "Schedule"))} == {
        "DKIMRotationOrchestrator",
        "DKIMKeyGenerator",
        "SESConfigUpdater",
        "NotificationManager",
        "ValidationMonitor",
        "DkimKey",
        "DkimKeyAlias",
        "DkimDeadLetterQueue",
    }


def test_dns_administrators_subscribe_only_if_they_are_others():
    """The same address cannot subscribe twice with different settings."""
    security = stack("prod", "security")
    assert security.ids("AWS::SNS::Subscription") == []
    other = Stack(security.body, security.parameters | {"DnsAdministratorEmail": "dns@example.net"})
    subscription = other.properties("DnsAdministratorSubscription")
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "dns@example.net")
    assert subscription["FilterPolicy"] == {"audience": ["dns-administrators"]}
    assert subscription["TopicArn"].endswith(":ses-prod-alerts")


def test_japanese_views_work_without_the_compliance_log_group():
    security = stack("prod", "security")
    off = Stack(security.body, security.parameters | {"EnableJapaneseCompliance": "false"})
    assert off.properties("JapaneseSecurityEventMetricFilter")["LogGroupName"] == "/aws/security/ses/prod"
    dashboard = off.properties("JapaneseSecurityDashboard")["DashboardBody"]
    assert "SOURCE '/aws/security/ses/prod'" in dashboard
    assert "/compliance/" not in dashboard
    for query in ("AdminQueryDefinition", "MaskedQueryDefinition"):
        assert not any("/compliance/" in name for name in off.properties(query)["LogGroupNames"])
