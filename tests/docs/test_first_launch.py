"""The first-launch pages: their tables are counted from the templates, their commands are ones that exist."""

import re

import pytest

from ..platform.cloudformation import ROOT
from .aws_cli import commands, parse
from .first_launch import COUNTS, PAGES, filled, metrics_of

PROGRAMS = {"aws", "sceptre", "sesame"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tables_are_what_the_templates_come_to(page):
    """If not: `python -m tests.docs.first_launch` writes them."""
    assert page.read_text(encoding="utf-8") == filled(page)


def test_an_alarm_counts_once_for_each_metric_that_it_reads():
    """CloudWatch pricing: "alarm metrics"; an anomaly alarm has three."""
    stat = {"Id": "m", "MetricStat": {}}
    assert metrics_of({"MetricName": "Errors"}) == 1
    assert metrics_of({"Metrics": [stat, stat, {"Expression": "m / n"}]}) == 2
    assert metrics_of({"Metrics": [stat, {"Expression": "ANOMALY_DETECTION_BAND(m, 3)"}]}) == 3


def test_there_is_something_to_count():
    assert all(count("prod") > 0 for count in COUNTS.values())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_an_aws_command_is_what_the_api_takes(page):
    found = [command for command in commands(page) if command.startswith("aws ")]
    assert len(found) >= 4
    for command in found:
        parse(re.sub(r"<[A-Z]+>", "123456789012", command))
    assert {command.split()[0] for command in commands(page)} <= PROGRAMS


def test_both_languages_have_the_same_steps():
    english, japanese = PAGES
    assert commands(english) == commands(japanese)
    headings = [re.findall(r"(?m)^#+(?: \d+\.)?", page.read_text(encoding="utf-8")) for page in PAGES]
    assert headings[0] == headings[1]


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_the_readme_leads_there(readme):
    suffix = ".ja" if readme.endswith(".ja.md") else ""
    assert f"(docs/first-launch{suffix}.md)" in (ROOT / readme).read_text(encoding="utf-8")
