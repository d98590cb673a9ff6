"""The runbook of incidents: a line for each alarm, with its level, and commands that exist."""

import re
import shlex
import sys
from pathlib import Path

import botocore.session
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "platform"))

from metrics import stacks  # noqa: E402

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


@pytest.mark.parametrize("page", [*PAGES, "runbook-privacy.md", "runbook-privacy.ja.md"])
def test_commands_of_aws_exist_with_these_options(page):
    session, seen = botocore.session.get_session(), 0
    for line in re.findall(r"(?:^|\$\()aws ([^\n)`]+)", text(page), re.MULTILINE) + re.findall(
        r"`aws ([^`]+)`", text(page)
    ):
        service, operation, *options = shlex.split(line)
        model = session.get_service_model({"s3api": "s3"}.get(service, service))
        name = "".join(part.capitalize() for part in operation.split("-"))
        [found] = [each for each in model.operation_names if each.lower() == name.lower()]
        shape = model.operation_model(found).input_shape
        members = {each.lower() for each in shape.members} if shape else set()
        for option in options:
            if option.startswith("--") and option not in ("--query", "--output"):
                key = option.removeprefix("--").replace("-", "")
                # A boolean may be switched off: --no-sending-enabled.
                assert key in members or key.removeprefix("no") in members, (line, option)
        seen += 1
    assert seen >= 3


def test_both_languages_have_the_same_commands():
    for english, japanese in (
        ("runbook-incidents.md", "runbook-incidents.ja.md"),
        ("runbook-privacy.md", "runbook-privacy.ja.md"),
    ):
        blocks = [re.findall(r"```sh\n(.*?)```", text(page), re.DOTALL) for page in (english, japanese)]
        assert blocks[0] == blocks[1] != []
