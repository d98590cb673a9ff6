"""Sceptre's own commands on a project that uses `!sesame` as a hook and as a resolver, and the host for by-hand use."""

import json
import subprocess
import sys

import pytest

from .conftest import TEMPLATE

STACK = """\
template: {{path: {template}, type: file}}
parameters: {{Domain: !sesame {key}, Servers: !sesame networks}}
hooks:
  before_create: [!sesame {point}]
  after_create: [!sesame after_create]
  before_update: [!sesame before_update]
  after_update: [!sesame after_update]
"""


@pytest.fixture
def project(tmp_path):
    config = tmp_path / "config" / "prod"
    config.mkdir(parents=True)
    (tmp_path / "config" / "config.yaml").write_text(
        "project_code: ses\nregion: {{ var.region | default('ap-northeast-1') }}\n"
    )
    (config / "config.yaml").write_text("environment: {domain: goo.ne.jp, networks: [202.217.75.98/32]}\n")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "ses.yaml").write_text(TEMPLATE)

    def write(name, point="before_create", key="domain", template="ses.yaml"):
        (config / f"{name}.yaml").write_text(STACK.format(point=point, key=key, template=template))

    write("a")
    write("b")
    return tmp_path, write


@pytest.fixture
def sceptre(project, sceptre_environment, cloudformation):
    def run(*arguments, **variables):
        return subprocess.run(
            [sys.executable, "-c", "from sceptre.cli import cli; cli()", "--no-colour", *arguments],
            cwd=project[0],
            env={**sceptre_environment, "AWS_ENDPOINT_URL": cloudformation.url, **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def test_launch_runs_the_hooks_and_resolves_the_parameters(sceptre, cloudformation, tmp_path):
    report = tmp_path / "report"
    first = sceptre("launch", "prod", "-y", SESAME_REPORT=str(report), FAKE_CONTEXT=str(tmp_path / "context"))
    assert first.returncode == 0, first.stderr
    for stack in ("prod/a", "prod/b"):
        for point in ("before_create", "after_create"):
            assert f"{stack} - sesame {point}: 2 parameters checked" in first.stderr
    assert sorted(s for action, s in cloudformation.actions if action == "CreateStack") == ["ses-prod-a", "ses-prod-b"]
    parameters = json.loads((tmp_path / "context").read_text())["stack"]["parameters"]
    assert parameters == {"Domain": "goo.ne.jp", "Servers": ["202.217.75.98/32"]}

    second = sceptre("launch", "prod", "-y", SESAME_REPORT=str(report))
    assert second.returncode == 0, second.stderr
    assert "prod/a - No updates to perform." in second.stderr
    said = [(entry["stack"], entry["point"]) for entry in map(json.loads, report.read_text().splitlines())]
    assert sorted(said) == sorted(
        (stack, f"{when}_{what}")
        for stack in ("prod/a", "prod/b")
        for when in ("before", "after")
        for what in ("create", "update")
    )


def test_a_refusal_stops_the_launch_before_cloudformation_is_asked(project, sceptre, cloudformation):
    project[1]("b", point="refuses")
    launched = sceptre("launch", "prod/b.yaml", "-y")
    assert launched.returncode == 1
    line = "prod/b: refuses: config/prod/ses.yaml:12: `AllowedSourceIPs` got [31m202.217.75.98/33 [0m"
    assert json.loads(launched.stdout) == line
    assert "Traceback" not in launched.stdout + launched.stderr
    assert {action for action, _ in cloudformation.actions} == {"DescribeStacks"}


def test_of_several_stacks_that_fail_together_each_has_its_line(project, sceptre, tmp_path):
    """Sceptre shows the exception of the thread that it hears of first."""
    points = {"a": "refuses", "b": "ends-early", "c": "prints-garbage"}
    reasons = {
        "a": "config/prod/ses.yaml:12: `AllowedSourceIPs` got [31m202.217.75.98/33 [0m",
        "b": "the binary ended without a result (exit code 3)",
        "c": "the binary printed something that is not a message of the protocol",
    }
    for name, point in points.items():
        project[1](name, point=point)
    for attempt in range(3):
        report = tmp_path / f"report-{attempt}"
        launched = sceptre("launch", "prod", "-y", SESAME_REPORT=str(report))
        assert launched.returncode == 1
        for name, point in points.items():
            assert launched.stderr.count(f"prod/{name} - sesame {point} failed: {reasons[name]}\n") == 1
            assert launched.stderr.count(reasons[name]) == 1
        ends = {f"prod/{name}: {point}: {reasons[name]}" for name, point in points.items()}
        assert json.loads(launched.stdout) in ends
        assert len(report.read_text().splitlines()) == 3


def test_a_resolver_that_fails_stops_the_launch(project, sceptre, cloudformation):
    project[1]("b", key="domains")
    launched = sceptre("launch", "prod/b.yaml", "-y")
    assert launched.returncode == 1
    assert json.loads(launched.stdout) == (
        "prod/b: before_create: cannot resolve the parameters: "
        "prod/b: !sesame domains: no `domains` below `environment:`"
    )
    assert "CreateStack" not in dict(cloudformation.actions)


def test_read_only_commands_show_a_placeholder(project, sceptre):
    project[1]("b", key="domains")
    shown = sceptre("diff", "--type", "difflib", "prod/b.yaml")
    assert shown.returncode == 0, shown.stderr
    assert "Domain: '{ !Sesame(domains) }'" in shown.stdout
    assert "202.217.75.98/32" in shown.stdout


@pytest.fixture
def host(project, sceptre_environment, cloudformation):
    """The host process, as the binary starts it."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "sceptre_sesame", "--dir", str(project[0]), *arguments],
            env={**sceptre_environment, "AWS_ENDPOINT_URL": cloudformation.url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_host_answers_calls_until_its_input_ends(host, cloudformation):
    cloudformation.stacks.add("ses-prod-a")
    process = host("--stack", "prod/a.yaml")
    answers = []
    for number, name in ((2, "ses-prod-a"), (3, "no-such")):
        call = {"id": number, "service": "cloudformation", "operation": "describe_stacks"}
        call["parameters"] = {"StackName": name}
        process.stdin.write(json.dumps({"call": call}) + "\n")
        process.stdin.flush()
        answers.append(json.loads(process.stdout.readline()))
    assert answers[0]["id"] == 2
    assert answers[0]["result"]["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    assert answers[0]["result"]["Stacks"][0]["CreationTime"] == "2025-09-03T00:00:00+00:00"
    assert answers[1] == {
        "id": 3,
        "error": {"code": "ValidationError", "message": "Stack with id no-such does not exist"},
    }
    rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_the_host_takes_variables_as_sceptre_does(host, cloudformation, tmp_path):
    (tmp_path / "vars.yaml").write_text("region: us-east-1\n")
    process = host("--stack", "prod/a.yaml", "--var", "a.b=c", "--var-file", str(tmp_path / "vars.yaml"))
    call = {"id": 1, "service": "cloudformation", "operation": "describe_stacks", "parameters": {"StackName": "x"}}
    out, errors = process.communicate(json.dumps({"call": call}) + "\n", timeout=60)
    assert json.loads(out)["error"]["code"] == "ValidationError", errors


@pytest.mark.parametrize(
    "arguments, sent, message",
    [
        (["--stack", "prod/c.yaml"], "", "sesame host: prod/c.yaml: there is no such stack below "),
        (["--stack", "prod/a.yaml"], "hello\n", "sesame host: prod/a.yaml: expected one call on each line"),
        (["--stack", "prod/a.yaml"], '{"done": 1}\n', "sesame host: prod/a.yaml: expected one call on each line"),
        (["--stack", "prod/a.yaml", "--var", "a=b=c"], "", "sesame host: prod/a.yaml: "),
        (["--stack", "prod/a.yaml", "--var-file", "/no/such"], "", "sesame host: prod/a.yaml: "),
    ],
)
def test_the_host_says_why_it_cannot_serve(host, arguments, sent, message):
    process = host(*arguments)
    out, errors = process.communicate(sent, timeout=60)
    assert (process.returncode, out) == (1, "")
    assert errors.startswith(message) and errors.count("\n") == 1
