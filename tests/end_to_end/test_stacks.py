"""The launch itself: stacks, order, hooks, the table, and what a second launch does."""

import re

from .aws import DEV, PROD, Aws, Environment
from .conftest import Launched
from .project import Project

SERVICES = {
    "base": "S3",
    "ses": "SES",
    "ses-dev": "SES",
    "enhanced-kinesis": "Firehose",
    "monitoring": "CloudWatch",
    "security": "IAM",
}


def number_of_events(aws: Aws, environment: Environment) -> int:
    names = [environment.named(stack) for stack in environment.stacks]
    return sum(
        len(aws.all("cloudformation", "describe_stack_events", "StackEvents", StackName=name)) for name in names
    )


def test_there_are_the_ten_stacks_and_no_others(aws: Aws) -> None:
    assert set(aws.stacks()) == {
        "ses-prod-base",
        "ses-prod-ses",
        "ses-prod-enhanced-kinesis",
        "ses-prod-monitoring",
        "ses-prod-security",
        "ses-dev-base",
        "ses-dev-ses-dev",
        "ses-dev-enhanced-kinesis",
        "ses-dev-monitoring",
        "ses-dev-security",
    }


def test_each_stack_is_complete_and_tagged(aws: Aws, environment: Environment) -> None:
    found = aws.stacks()
    for name in environment.stacks:
        stack = found[environment.named(name)]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        assert environment.has_its_tags(stack["Tags"], SERVICES[name]), stack["Tags"]


def test_the_stacks_were_made_one_after_the_other(aws: Aws, environment: Environment) -> None:
    found = aws.stacks()
    times = [found[environment.named(name)]["CreationTime"] for name in environment.stacks]
    assert times == sorted(set(times))


def test_every_resource_was_made(aws: Aws, environment: Environment) -> None:
    for name in environment.stacks:
        resources = aws.all(
            "cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=environment.named(name)
        )
        assert resources
        assert {resource["ResourceStatus"] for resource in resources} == {"CREATE_COMPLETE"}


def test_the_hooks_of_every_stack_ran(launched: Launched, environment: Environment) -> None:
    report = launched.report[environment.name]
    assert [(line["stack"], line["point"], line["ok"]) for line in report] == [
        (f"{environment.name}/{stack}", point, True)
        for stack in environment.stacks
        for point in points(stack)
    ]
    for line in report:
        if line["point"] == "preflight":
            # Development sends with an identity of production, which nobody has verified here.
            to_look_at = "to look at: identity (`sesame preflight dev`)"
            assert line["summary"] == {"prod": "the account is ready", "dev": to_look_at}[environment.name]
        elif line["point"] == "before_create":
            assert re.fullmatch(r"[1-9]\d* parameters valid, template is current", line["summary"])
        else:
            assert line["summary"] == "CREATE_COMPLETE"


def points(stack: str) -> list[str]:
    """The first stack asks the account too, before anything is made."""
    return ["before_create", *(["preflight"] if stack == "base" else []), "after_create"]


def test_the_launch_ends_with_a_table_of_the_stacks(launched: Launched, environment: Environment) -> None:
    lines = launched.output[environment.name].splitlines()
    header = [line.split() for line in lines].index(["stack", "status", "seconds", "hooks"])
    table = iter(lines[header + 1 :])
    for stack in environment.stacks:
        first, *others = [next(table) for _ in points(stack)]
        assert re.fullmatch(
            rf"{environment.name}/{stack} +CREATE_COMPLETE +\d+\.\d  before_create: \d+ parameters valid, .*", first
        )
        assert others[-1].strip() == "after_create: CREATE_COMPLETE"
        for point, line in zip(points(stack)[1:], others, strict=True):
            assert line.index(point) == first.index("before_create")
    assert next(table) == ""
    following = {"prod": "make launch ENV=dev", "dev": "make test"}
    assert lines[-1] == f"next: {following[environment.name]}"


def test_a_second_launch_updates_nothing_and_says_so(launched: Launched, aws: Aws) -> None:
    before = number_of_events(aws, PROD)
    again = launched.project.launch("prod")
    assert (again.returncode, again.stderr) == (0, "")
    assert "nothing to update: all 5 stacks of prod are as their templates say" in again.stdout.splitlines()
    assert len(re.findall(r"^  prod/\S+ +unchanged ", again.stdout, re.MULTILINE)) == 5
    assert again.stdout.count("after_update: CREATE_COMPLETE, nothing changed") == 5
    assert number_of_events(aws, PROD) == before
    assert [name for name, stack in aws.stacks().items() if "LastUpdatedTime" in stack] == []


def test_a_second_launch_typed_by_hand_updates_nothing(launched: Launched, aws: Aws) -> None:
    before = number_of_events(aws, DEV)
    again = launched.project.sceptre("launch", "dev", "-y")
    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stderr.count("No updates to perform.") == 5
    assert number_of_events(aws, DEV) == before


def test_sceptre_lists_the_stacks(launched: Launched, environment: Environment) -> None:
    listed = launched.project.sceptre("list", "stacks", environment.name)
    assert listed.returncode == 0, listed.stderr
    assert sorted(line for line in listed.stdout.splitlines() if ":" in line) == sorted(
        f"{environment.name}/{name}.yaml: {environment.named(name)}" for name in environment.stacks
    )


def test_sceptre_shows_the_state_of_one_stack(launched: Launched, environment: Environment) -> None:
    shown = launched.project.sceptre("--output", "json", "status", f"{environment.name}/security.yaml")
    assert shown.returncode == 0, shown.stderr
    assert f'"{environment.name}/security": "CREATE_COMPLETE"' in shown.stdout


def test_a_stack_is_verified_by_hand(launched: Launched, environment: Environment) -> None:
    stack = f"{environment.name}/{environment.ses_stack}.yaml"
    verified = launched.project.sesame("hook", "verify-stack", stack)
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, f"{stack}: CREATE_COMPLETE\n", "")


def test_a_value_is_resolved_by_hand(launched: Launched, environment: Environment) -> None:
    stack = f"{environment.name}/{environment.ses_stack}.yaml"
    resolved = launched.project.sesame("resolve", "networks.mail_servers", stack)
    assert (resolved.returncode, resolved.stderr) == (0, "")
    assert resolved.stdout.splitlines() == list(environment.mail_servers)


def test_a_bad_value_does_not_reach_stacks_that_are_there(launched: Launched, aws: Aws, tmp_path) -> None:
    project = Project(tmp_path, launched.project.endpoint)
    project.replace("sceptre/config/prod/config.yaml", "202.217.75.98/32", "202.217.75.98/33")
    before = number_of_events(aws, PROD)
    refused = project.sceptre("launch", "prod", "-y")
    assert refused.returncode == 1
    assert "prod/base: before_update: config/prod/config.yaml:" in refused.stdout
    assert number_of_events(aws, PROD) == before
