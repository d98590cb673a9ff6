"""Every alarm can ring: its source goes in, and the filters, rules, functions and expressions of the rendered
templates make its state of it."""

import base64
import gzip
import json
import re

import pytest

from local_aws.semantics.alarm import ALARM, OK, alarms_of, rule_holds

from ..signals.cases import calls, cases, denied, deployed, done, load, record, sends, unusual
from ..signals.definitions import Definitions, from_templates
from ..signals.world import World
from .cloudformation import ENVIRONMENTS, environment_values, stacks


def definitions(environment: str) -> Definitions:
    return from_templates(environment, stacks(environment), environment_values(environment))


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def environment(request) -> Definitions:
    return definitions(request.param)


@pytest.fixture
def world(environment) -> World:
    return World(environment)


ALARMS = [
    (name, item)
    for name in ENVIRONMENTS
    for item in sorted({**definitions(name).alarms, **definitions(name).composites})
]


@pytest.mark.parametrize(("environment_name", "alarm"), ALARMS)
class TestAlarm:
    def test_rings_when_it_should(self, environment_name, alarm):
        found = definitions(environment_name)
        case = cases(found)[alarm.removeprefix(found.named(""))]  # a new alarm needs a case
        world = World(found)
        case.ring(world)
        assert world.state(alarm.removeprefix(found.named(""))) == ALARM

    def test_does_not_ring_before(self, environment_name, alarm):
        found = definitions(environment_name)
        case = cases(found)[alarm.removeprefix(found.named(""))]
        world = World(found)
        case.quiet(world)
        assert world.state(alarm.removeprefix(found.named(""))) == OK

    def test_is_quiet_while_nothing_happens(self, environment_name, alarm):
        found = definitions(environment_name)
        name = alarm.removeprefix(found.named(""))
        # Without the watch, which counts the hours of silence, its alarm and the level must ring.
        silent = name in ("watch-missing", "incident-level-2")
        assert World(found).state(name) == (ALARM if silent else OK)


def test_no_case_is_for_an_alarm_that_is_gone(environment):
    names = {*environment.alarms, *environment.composites}
    assert {environment.named(name) for name in cases(environment)} == names


@pytest.mark.parametrize("stream", ["raw", "masked"])
def test_a_stream_is_near_its_limit_by_bytes_or_by_requests(environment, stream):
    for share, rings in [
        ({"byte_share": 0.81}, True), ({"put_share": 0.81}, True), ({"byte_share": 0.81, "put_share": 0.81}, True),
        ({"byte_share": 0.79}, False), ({"put_share": 0.79}, False),
    ]:  # fmt: skip
        world = World(environment)
        load(stream, **share)(world)
        assert (world.state(f"{stream}-near-limit") == ALARM) is rings, share


def test_a_night_without_mail_misses_no_events(environment):
    world = World(environment)
    for _ in range(3):
        world.wait(300)
    assert world.state("raw-events-missing") == OK


def test_the_senders_that_went_silent_are_unusual_and_too_many_are(environment):
    for then in (0, 10, 1000):
        world = World(environment)
        unusual(lambda world: sends(world, 100), lambda world, then=then: sends(world, then))(world)
        # Without any mail SES publishes nothing, which is no anomaly: a quiet night. `mail-missing` tells of a quiet day.
        assert world.state("ses-send-anomaly") == (OK if then == 0 else ALARM)


# Levels


def level(alarm: dict) -> int:
    return int(re.match(r"Level ([123])\. ", alarm["AlarmDescription"])[1])


def test_an_incident_level_has_all_alarms_of_that_level(environment):
    """By their own descriptions: an alarm that no level knows fails here. Level 3 has combinations besides."""
    for number in (1, 2, 3):
        rule = environment.composites[environment.named(f"incident-level-{number}")]["AlarmRule"]
        wanted = {name for name, alarm in environment.alarms.items() if level(alarm) == number}
        alone = {
            name for name in alarms_of(rule) if rule_holds(rule, {**dict.fromkeys(alarms_of(rule), OK), name: ALARM})
        }
        assert alone == wanted


def test_level_three_has_combinations_that_are_worse_than_each_alarm(environment):
    rule = environment.composites[environment.named("incident-level-3")]["AlarmRule"]
    quiet = dict.fromkeys(alarms_of(rule), OK)
    for pair in (
        ("unlisted-sender", "ses-send-anomaly"),
        ("key-misuse", "security-event-burst"),
        ("protection-change", "security-event-burst"),
    ):
        assert rule_holds(rule, {**quiet, **{environment.named(name): ALARM for name in pair}})
        for name in pair:
            assert not rule_holds(rule, {**quiet, environment.named(name): ALARM})


# The recorder, through the subscription


def lines(world: World) -> list[str]:
    found = [name for name in world.lines if name.startswith("/aws/security/") and "compliance" not in name]
    return [line for name in found for line in world.lines[name]]


def test_a_line_is_written_to_both_groups_and_names_no_address(world):
    denied(world, "s3", "GetObject", requestParameters={"bucketName": "x", "mail": "taro@example.jp"})
    env = world.definitions.environment
    groups = [f"/aws/security/ses/{env}", f"/aws/security/compliance/japanese/ses/{env}"]
    assert world.lines[groups[0]] == world.lines[groups[1]] != []
    [line] = world.lines[groups[0]]
    assert "202.217" not in line and "@" not in line
    assert '"level": "DENY"' in line and "警告 アクセス拒否" in line and "6f0b5d4e" in line


@pytest.mark.parametrize(
    ("feed", "event"),
    [
        (calls(1), "AccessDenied"),
        (lambda world: denied(world, "kms", "Decrypt"), "KeyMisuse"),
        (lambda world: denied(world, "secretsmanager", "GetSecretValue"), "KeyMisuse"),
        (lambda world: denied(world, "sts", "AssumeRole"), "PrivilegeEscalation"),
        (lambda world: denied(world, "iam", "CreateAccessKey"), "PrivilegeEscalation"),
        (lambda world: denied(world, "iam", "GetUser"), "AccessDenied"),
        (lambda world: denied(world, "iam", "GetUser", sourceIPAddress="2001:db8::1"), "IPRestrictionViolation"),
        (lambda world: denied(world, "s3", "GetObject", sourceIPAddress="athena.amazonaws.com"), "AccessDenied"),
        (done("ses", "PutEmailIdentityDkimSigningAttributes"), "KeyMisuse"),
        (done("logs", "DeleteLogGroup"), "ProtectionChange"),
        (done("s3", "PutBucketPolicy"), "ProtectionChange"),
        (deployed("s3", "PutBucketPolicy"), None),
        (done("iam", "CreateUser"), None),
        (done("s3", "GetObject"), None),
        (
            lambda world: world.call(**record(world, "logs", "DeleteLogGroup", errorCode="ResourceNotFoundException")),
            None,
        ),
    ],
)
def test_what_a_call_is(world, feed, event):
    feed(world)
    found = [re.search(r'"event": "(\w+)"', line)[1] for line in lines(world)]
    assert found == ([event] if event else [])


def sign_in(world: World, user: str, answer: str) -> None:
    # CloudTrail hides the name of a user who does not exist, and tells no ARN.
    made = record(
        world, "signin", "ConsoleLogin", responseElements={"ConsoleLogin": answer}, eventType="AwsConsoleSignIn"
    )
    made["userIdentity"] = {"type": "IAMUser", "accountId": "123456789012", "userName": user}
    if answer == "Failure":
        made["errorMessage"] = "Failed authentication"
    world.call(**made)


def test_failed_sign_ins(world):
    sign_in(world, f"{world.definitions.long_name}-admin", "Failure")
    sign_in(world, f"{world.definitions.long_name}-admin", "Success")
    sign_in(world, "somebody-else", "Failure")
    assert len(lines(world)) == 1
    sign_in(world, "HIDDEN_DUE_TO_SECURITY_REASONS", "Failure")
    # Told once in the account.
    assert len(lines(world)) == (2 if world.definitions.environment == "prod" else 1)


def test_calls_of_other_environments_and_projects_are_theirs(world):
    other = {"prod": "dev", "dev": "prod"}[world.definitions.environment]
    for arn in (
        f"arn:aws:iam::1:user/ses/{other}/x",
        "arn:aws:iam::1:user/somebody",
        f"arn:aws:sts::1:assumed-role/ses-{other}-trail/x",
    ):
        made = record(
            world,
            "s3",
            "GetObject",
            errorCode="AccessDenied",
            requestParameters={"bucketName": f"ses-{other}-raw-logs"},
        )
        made["userIdentity"] = {"type": "IAMUser", "arn": arn, "userName": "x"}
        world.call(**made)
    assert lines(world) == []
    # But whoever it is, these buckets are ours.
    made["requestParameters"] = {"bucketName": world.definitions.named("raw-logs-123456789012")}
    world.call(**made)
    assert len(lines(world)) == 1


def test_a_mail_server_elsewhere_is_a_violation(world):
    user = world.definitions.named("smtp")
    arn = f"arn:aws:iam::123456789012:user/smtp/{world.definitions.environment}/{user}"
    for address in (world.definitions.mail_servers[0], "202.217.10.10"):
        denied(
            world, "ses", "GetSendQuota", sourceIPAddress=address,
            userIdentity={"type": "IAMUser", "arn": arn, "userName": user},
        )  # fmt: skip
    assert [re.search(r'"event": "(\w+)"', line)[1] for line in lines(world)] == [
        "AccessDenied",
        "IPRestrictionViolation",
    ]


def test_our_own_roles_may_change_keys(world):
    made = record(world, "ses", "PutEmailIdentityDkimSigningAttributes")
    role = world.definitions.named("ses-config-updater")
    made["userIdentity"] = {"type": "AssumedRole", "arn": f"arn:aws:sts::123456789012:assumed-role/{role}/x"}
    world.call(**made)
    assert lines(world) == []


def test_the_recorder_writes_many_lines_in_several_calls(world, monkeypatch):
    [(_, _, name)] = world.definitions.subscriptions
    function = world.definitions.functions[name]
    monkeypatch.setitem(world.definitions.functions, name, type(function)(
        function.code.replace("LINES, BYTES, OVERHEAD = 5_000, 900_000, 26", "LINES, BYTES, OVERHEAD = 2, 900_000, 26"),
        function.variables, function.group,
    ))  # fmt: skip
    messages = [json.dumps(record(world, "s3", "GetObject", errorCode="AccessDenied")) for _ in range(5)]
    payload = {"messageType": "DATA_MESSAGE", "logEvents": [{"message": each} for each in messages]}
    assert world.invoke(name, handed_over(payload)) == {"seen": 5, "recorded": 5}
    assert len(lines(world)) == 5
    # CloudWatch Logs tries out the permission.
    assert world.invoke(name, handed_over({"messageType": "CONTROL_MESSAGE"})) == {"seen": 0, "recorded": 0}


def handed_over(payload: dict) -> dict:
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(payload).encode())).decode()}}
