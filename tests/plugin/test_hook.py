"""The hook: what it logs, what it raises, what it tells the binary, and what it writes to the report."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timezone

import pytest
from sceptre.exceptions import SceptreException
from sceptre.hooks import Hook
from sceptre.resolvers import Resolver

from sceptre_sesame.errors import SesameError
from sceptre_sesame.tag import Sesame

from .conftest import CANARY, TEMPLATE


class Broken(Resolver):
    def resolve(self):
        raise SceptreException("the stack prod/base has no\noutput `Bucket`")


class NoValue(Resolver):
    def resolve(self):
        return None


def test_the_summary_is_logged_with_the_stack_name(run_hook, caplog):
    caplog.set_level(logging.INFO, logger="sceptre")
    run_hook("before_create")
    assert [record.getMessage() for record in caplog.records] == [
        "prod/ses - sesame before_create: 2 parameters checked"
    ]


def test_a_refusal_is_one_clean_line(run_hook):
    with pytest.raises(SceptreException) as caught:
        run_hook("refuses")
    assert str(caught.value) == (
        "prod/ses: refuses: config/prod/ses.yaml:12: `AllowedSourceIPs` got [31m202.217.75.98/33 [0m"
    )


def test_unicode_goes_both_ways(run_hook, caplog):
    caplog.set_level(logging.INFO, logger="sceptre")
    run_hook("speaks-japanese")
    assert caplog.messages == ["prod/ses - sesame speaks-japanese: 確認済み: メール送信 🚀"]


def test_the_context(run_hook, make_stack, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_CONTEXT", str(tmp_path / "context.json"))
    group = {
        "environment": {"name": "prod", "since": date(2025, 9, 3), "blob": b"\x00\xff", "later": Broken("x")},
        "list": [1, True, None, Broken("y"), 2.5, float("inf")],
        8080: {True: "port"},
    }
    stack = make_stack(
        group=group,
        tags={"At": datetime(2025, 9, 3, 9, tzinfo=timezone.utc)},
        parameters={"Ips": ["1.1.1.1/32", "2.2.2.2/32"], "Dropped": NoValue()},
    )
    run_hook("before_create", stack)
    context = json.loads((tmp_path / "context.json").read_text())
    assert datetime.fromisoformat(context.pop("started")) < datetime.now(timezone.utc)
    assert context == {
        "sesame": 1,
        "project_path": str(tmp_path),
        "stack": {
            "name": "prod/ses",
            "external_name": "ses-prod-ses",
            "region": "ap-northeast-1",
            "project_code": "ses",
            "protected": False,
            "parameters": {"Ips": ["1.1.1.1/32", "2.2.2.2/32"]},
            "template": {"type": "file", "path": str(tmp_path / "templates" / "ses.yaml"), "body": "---\n" + TEMPLATE},
            "tags": {"At": "2025-09-03T09:00:00+00:00"},
            "template_bucket_name": None,
            "group_config": {
                "project_path": str(tmp_path),
                "environment": {"name": "prod", "since": "2025-09-03", "blob": "AP8="},
                "list": [1, True, None, 2.5, "inf"],
                "8080": {"true": "port"},
            },
        },
        "point": "before_create",
    }


def test_a_parameter_that_cannot_be_resolved_is_one_line(run_hook, make_stack):
    with pytest.raises(SesameError) as caught:
        run_hook("before_create", make_stack(parameters={"Bucket": Broken()}))
    assert str(caught.value) == (
        "prod/ses: before_create: cannot resolve the parameters: the stack prod/base has no output `Bucket`"
    )


def test_a_template_that_is_missing_is_one_line(run_hook, make_stack):
    with pytest.raises(SesameError, match="^prod/ses: before_create: cannot resolve the template: .*No such file"):
        run_hook("before_create", make_stack(body=None))


def test_a_stack_can_be_deleted_without_its_template_and_parameters(run_hook, make_stack, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_CONTEXT", str(tmp_path / "context.json"))
    with pytest.raises(SesameError, match="ended without a result"):  # the fake binary wants parameters
        run_hook("before_delete", make_stack(body=None, parameters={"Bucket": Broken()}, tags={"Owner": Broken()}))
    stack = json.loads((tmp_path / "context.json").read_text())["stack"]
    assert {"parameters", "template", "tags"}.isdisjoint(stack)


@pytest.mark.parametrize("argument", [None, "", 5, ["before_create"], {"point": "before_create"}])
def test_an_argument_that_names_nothing_is_refused(run_hook, argument):
    with pytest.raises(SesameError, match="^prod/ses: !sesame: expected a hook point or an action"):
        run_hook(argument)


def test_the_tag_is_a_hook_and_a_resolver():
    # Sceptre looks at the type before it runs or resolves anything, and says nothing if the type does not fit.
    assert issubclass(Sesame, Hook) and issubclass(Sesame, Resolver)


def test_hooks_in_threads_do_not_disturb_each_other(run_hook, make_stack, caplog, tmp_path, monkeypatch):
    caplog.set_level(logging.INFO, logger="sceptre")
    report = tmp_path / "report"
    monkeypatch.setenv("SESAME_REPORT", str(report))
    stacks = [make_stack(f"prod/stack-{number}") for number in range(16)]
    with ThreadPoolExecutor(max_workers=16) as threads:
        list(threads.map(lambda stack: run_hook("is-slow", stack), stacks))
    assert sorted(caplog.messages) == sorted(
        f"{stack.name} - sesame is-slow: {stack.name} {stack.name}" for stack in stacks
    )
    for stack in stacks:
        assert stack.connection_manager.calls == [("s", "echo", {"Text": stack.name})]
    entries = [json.loads(line) for line in report.read_text().splitlines()]
    assert sorted(entry["stack"] for entry in entries) == sorted(stack.name for stack in stacks)


def test_the_report(run_hook, tmp_path, monkeypatch):
    report = tmp_path / "report"
    monkeypatch.setenv("SESAME_REPORT", str(report))
    before = datetime.now(timezone.utc)
    run_hook("before_create")
    for point in ("refuses", "ends-early"):
        with pytest.raises(SesameError):
            run_hook(point)
    entries = [json.loads(line) for line in report.read_text().splitlines()]
    assert [(entry["stack"], entry["point"], entry["ok"]) for entry in entries] == [
        ("prod/ses", "before_create", True),
        ("prod/ses", "refuses", False),
        ("prod/ses", "ends-early", False),
    ]
    assert [entry["summary"] for entry in entries] == [
        "2 parameters checked",
        "config/prod/ses.yaml:12: `AllowedSourceIPs` got [31m202.217.75.98/33 [0m",
        "the binary ended without a result (exit code 3)",
    ]
    started = datetime.fromisoformat(entries[0]["started"])
    assert 0 <= (started - before).total_seconds() + 0.001 < 10
    assert all(0 < entry["seconds"] < 10 and set(entry) == set(entries[0]) for entry in entries)


def test_a_report_that_cannot_be_written_does_not_stop_a_launch(run_hook, caplog, tmp_path, monkeypatch):
    monkeypatch.setenv("SESAME_REPORT", str(tmp_path / "no-such-folder" / "report"))
    run_hook("before_create")
    assert "prod/ses - sesame before_create: cannot write the report" in caplog.text


SECRET_POINTS = [
    "before_create",
    "refuses",
    "prints-garbage",
    "prints-a-list",
    "sends-an-unknown-message",
    "sends-a-bad-result",
    "sends-a-bad-call",
    "ends-early",
    "is-killed",
    "deaf",
]


@pytest.mark.parametrize("point", SECRET_POINTS)
def test_a_secret_parameter_is_never_shown(run_hook, make_stack, caplog, capfd, tmp_path, monkeypatch, point):
    caplog.set_level(logging.DEBUG)
    report = tmp_path / "report"
    monkeypatch.setenv("SESAME_REPORT", str(report))
    message = ""
    try:
        run_hook(point, make_stack())
    except SesameError as error:
        message = f"{error!r} {error.__cause__!r} {error.__context__!r}"
    shown = message + caplog.text + "".join(capfd.readouterr()) + report.read_text()
    assert "prod/ses" in shown
    assert CANARY not in shown
