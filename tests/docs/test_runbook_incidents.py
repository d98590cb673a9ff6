"""The runbook of incidents: a line for each alarm, with its level."""

import re

import pytest

from ..platform.cloudformation import ROOT, stacks

PAGES = ["runbook-incidents.md", "runbook-incidents.ja.md"]


def text(page: str) -> str:
    return (ROOT / "docs" / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_alarm_has_a_line_with_its_level(page):
    alarms = {
        item["AlarmName"]: re.match(r"Level (\d)", item["AlarmDescription"])[1]
        for current in stacks("prod")
        for item in current.all("AWS::CloudWatch::Alarm").values()
    }
    assert dict(re.findall(r"^\| `(ses-prod-[\w-]+)` \| (\d) \|", text(page), re.MULTILINE)) == alarms
    for current in stacks("prod"):
        for item in current.all("AWS::CloudWatch::CompositeAlarm").values():
            assert re.search(rf"`(ses-prod-incident-level)?-{item['AlarmName'][-1]}`|`{item['AlarmName']}`", text(page))
