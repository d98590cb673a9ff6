"""Every command of the runbooks is one that exists; the languages say the same."""

import re
import shlex

import pytest

from ..platform.cloudformation import ROOT
from .aws_cli import commands, parse

RUNBOOKS = sorted((ROOT / "docs").glob("runbook-*.md"))


def filled(command: str) -> str:
    """Placeholders such as <ACCESS-KEY-ID> with something that has the right form."""
    return re.sub(r"<[A-Z][A-Z-]*>", "AKIAEXAMPLE-AKIAEXAMPLE-AKIAEXAMPLE", command)


@pytest.mark.parametrize(
    ("page", "command"),
    [(page.name, command) for page in RUNBOOKS for command in commands(page) if command.startswith("aws ")],
)
def test_a_command_is_what_the_api_takes(page, command):
    assert parse(filled(command))


@pytest.mark.parametrize("page", RUNBOOKS, ids=lambda page: page.name)
def test_commands_are_of_programs_that_people_have(page):
    found = commands(page)
    assert found
    assert {command.split()[0] for command in found} <= {"aws", "dig", "python", "sceptre", "sesame"}


SCRIPTS = [
    (page.name, command) for page in RUNBOOKS for command in commands(page) if command.startswith("python ")
]


@pytest.mark.parametrize(("page", "command"), SCRIPTS)
def test_a_script_takes_its_options(page, command):
    _, script, *words = shlex.split(filled(command).partition(" > ")[0])
    assert script.startswith("scripts/")
    source = (ROOT / script).read_text(encoding="utf-8")
    for word in words:
        assert not word.startswith("-") or f'add_argument("{word}"' in source


def test_there_are_commands_of_scripts():
    assert len(SCRIPTS) >= 2 * 3


@pytest.mark.parametrize("page", [page for page in RUNBOOKS if page.name.endswith(".ja.md")], ids=lambda page: page.name)
def test_both_languages_have_the_same_commands(page):
    english = page.with_name(page.name.replace(".ja.md", ".md"))
    assert commands(page) == commands(english)
    headings = [re.findall(r"(?m)^#+", text.read_text(encoding="utf-8")) for text in (page, english)]
    assert headings[0] == headings[1]


def test_mail_servers_use_tls_and_authentication_as_documented():
    text = (ROOT / "docs" / "runbook-smtp.md").read_text(encoding="utf-8")
    [settings] = re.findall(r"(?ms)^```\n(relayhost.*?)^```", text)
    found = dict(re.split(r" *= *", line, maxsplit=1) for line in settings.splitlines())
    assert found["relayhost"] == "[email-smtp.ap-northeast-1.amazonaws.com]:587"
    assert found["smtp_tls_security_level"] == "secure"  # no TLS, no mail
    assert found["smtp_tls_mandatory_protocols"] == ">=TLSv1.2" and "TLS 1.3 is recommended" in text
    assert found["smtp_sasl_mechanism_filter"] == "plain, login"
    assert "ECDHE-RSA-AES256-GCM-SHA384" in text and "X-SES-CONFIGURATION-SET: ses-dev-config" in text


@pytest.mark.parametrize(
    "wrong",
    [
        "aws iam list-access-key --user-name x",
        "aws iam get-access-key-last-used --access-key AKIAEXAMPLEAKIAEXAMPLE",
        "aws secretsmanager rotate-secret",
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventId,Value=x",
        "aws s3api restore-object --bucket b --key k --restore-request Days=14,Hours=1",
    ],
)
def test_a_wrong_command_is_found(wrong):
    with pytest.raises((AssertionError, KeyError)):
        parse(wrong)
