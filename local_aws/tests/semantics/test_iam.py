"""The evaluator itself: a wrong model would make every policy test worthless."""

from typing import Any

import pytest

from ...semantics.iam import Caller, Request, allowed, condition_holds, lets_in, service


def policy(**statement: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"} | statement]}


def test_nothing_is_allowed_without_an_allow() -> None:
    assert not allowed(Request("s3:GetObject", "arn:aws:s3:::a/b"), [])


def test_deny_wins_over_allow() -> None:
    request = Request("s3:GetObject", "arn:aws:s3:::a/b")
    assert allowed(request, [policy()])
    assert not allowed(request, [policy(), policy(Effect="Deny", Action="s3:Get*")])


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Action": "S3:getobject"}, True),
        ({"Action": ["s3:Put*", "s3:Get?bject"]}, True),
        ({"Action": "s3:PutObject"}, False),
        ({"Resource": "arn:aws:s3:::a/*"}, True),
        ({"Resource": "arn:aws:s3:::a"}, False),
        ({"Resource": "arn:aws:s3:::A/*"}, False),
        ({"Resource": "arn:aws:s3:::${aws:username}/*"}, True),
        ({"Resource": "arn:aws:s3:::${aws:userid}/*"}, False),
    ],
)
def test_action_and_resource(statement: dict[str, Any], expected: bool) -> None:
    request = Request("s3:GetObject", "arn:aws:s3:::a/b", {"aws:username": "a"})
    assert allowed(request, [policy(**statement)]) is expected


def test_not_action_is_everything_else() -> None:
    statement = {"Statement": [{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}]}
    assert allowed(Request("s3:GetObject"), [statement])
    assert not allowed(Request("IAM:GetUser"), [statement])


@pytest.mark.parametrize(
    ("operator", "value", "actual", "expected"),
    [
        ("IpAddress", ["192.0.2.0/24", "202.217.75.98/32"], "202.217.75.98", True),
        ("IpAddress", "202.217.75.98/32", "202.217.75.99", False),
        ("IpAddress", "202.217.75.98/32", None, False),
        ("NotIpAddress", "202.217.0.0/16", "202.217.1.2", False),
        ("NotIpAddress", ["10.0.0.0/8", "202.217.0.0/16"], "202.217.1.2", False),
        ("NotIpAddress", "202.217.0.0/16", "2001:db8::1", True),
        ("NotIpAddress", "202.217.0.0/16", None, True),
        ("StringEquals", "a", "A", False),
        ("StringNotEquals", "a", None, True),
        ("StringLike", "*@goo.ne.jp", "info@goo.ne.jp", True),
        ("StringLike", "*@goo.ne.jp", "info@goo.ne.jp.example.com", False),
        ("Bool", "false", "False", True),
        ("Bool", "false", None, False),
        ("BoolIfExists", "false", None, True),
        ("BoolIfExists", "false", "true", False),
        ("Null", "true", None, True),
        ("Null", "true", "false", False),
        ("Null", "false", "false", True),
    ],
)
def test_condition(operator: str, value: str, actual: str | None, expected: bool) -> None:
    context = {} if actual is None else {"AWS:Key": actual}
    statement = policy(Condition={operator: {"aws:key": value}})
    assert allowed(Request("s3:GetObject", context=context), [statement]) is expected


def test_all_conditions_must_hold() -> None:
    statement = policy(Condition={"Bool": {"aws:A": "true"}, "StringEquals": {"aws:B": "b", "aws:C": "c"}})
    context = {"aws:A": "true", "aws:B": "b", "aws:C": "c"}
    assert allowed(Request("s3:GetObject", context=context), [statement])
    for key in context:
        assert not allowed(Request("s3:GetObject", context=context | {key: "x"}), [statement])


def test_boundary_limits_and_grants_nothing() -> None:
    request = Request("s3:GetObject", "arn:aws:s3:::a/b")
    assert not allowed(request, [policy()], boundary=policy(Action="ses:*"))
    assert not allowed(request, [], boundary=policy())
    assert allowed(request, [policy()], boundary=policy(Action="s3:*"))
    denying = {"Statement": policy()["Statement"] + policy(Effect="Deny")["Statement"]}
    assert not allowed(request, [policy()], boundary=denying)


# The key "k" has the value of the request, "none" is not in it.
@pytest.mark.parametrize(
    ("operator", "key", "value", "wanted", "holds"),
    [
        ("Bool", "K", "true", "True", True),
        ("Bool", "k", "true", False, False),
        ("Bool", "none", "", "false", False),
        ("BoolIfExists", "k", "true", "false", False),
        ("BoolIfExists", "none", "", "false", True),
        ("StringEquals", "k", "a", ["b", "a"], True),
        ("StringEquals", "k", "a", "A", False),
        ("StringEqualsIgnoreCase", "k", "a", "A", True),
        ("StringNotEquals", "k", "a", ["b", "a"], False),
        ("StringNotEquals", "k", "a", ["b", "c"], True),
        ("StringNotEquals", "none", "", "a", True),
        ("StringLike", "k", "log-1[a]", "log-?[*", True),
        ("StringLike", "k", "log", "lo", False),
        ("StringNotLike", "k", "log", "l*", False),
        ("ArnLike", "k", "arn:aws:sns:r:1:topic:x", "arn:aws:*:r:1:t*", True),
        ("ArnLike", "k", "arn:aws:sns:r:1:topic", "arn:*:topic", False),
        ("ArnEquals", "none", "", "arn:aws:sns:r:1:topic", False),
        ("ArnNotEquals", "k", "arn:aws:sns:r:1:topic", "arn:aws:sns:r:2:*", True),
        ("NumericLessThan", "k", "1.3", "1.2", False),
        ("NumericLessThan", "none", "", "1.2", False),
        ("NumericLessThanIfExists", "none", "", "1.2", True),
        ("NumericGreaterThanEquals", "k", "10", 9, True),
        ("NumericNotEquals", "k", "1.0", "1", False),
        ("IpAddress", "k", "127.0.0.1", ["10.0.0.0/8", "127.0.0.1/8"], True),
        ("NotIpAddress", "k", "127.0.0.1", ["10.0.0.0/8", "127.0.0.1"], False),
        ("NotIpAddress", "none", "", "10.0.0.0/8", True),
        ("Null", "none", "", "true", True),
        ("Null", "none", "", "false", False),
        ("Null", "k", "a", False, True),
        ("ForAllValues:StringEquals", "none", "", "a", True),
        ("ForAnyValue:StringNotEquals", "none", "", "a", False),
        ("ForAnyValue:StringLike", "k", "ab", ["b*", "a*"], True),
    ],
)
def test_operators(operator: str, key: str, value: str, wanted: Any, holds: bool) -> None:
    assert condition_holds({operator: {key: wanted}}, {"k": value}) is holds


def test_every_operator_and_key_of_a_condition_must_hold() -> None:
    assert condition_holds({}, {})
    assert condition_holds({"Bool": {"a": "true", "b": "true"}, "Null": {"c": "true"}}, {"a": "true", "b": "true"})
    assert not condition_holds({"Bool": {"a": "true", "b": "true"}}, {"a": "true", "b": "false"})
    assert not condition_holds({"Bool": {"a": "true"}, "Null": {"a": "true"}}, {"a": "true"})


def test_variables_of_a_condition_are_the_requests() -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": ["none", "${aws:username}"]}}
    assert condition_holds(condition, {"aws:PrincipalTag/team": "a", "AWS:UserName": "a"})
    assert not condition_holds(condition, {"aws:PrincipalTag/team": "${aws:username}"})


def test_an_unknown_operator_is_an_error() -> None:
    condition = {"DateLessThan": {"a": "2030-01-01"}}
    for context in ({"a": "2026-01-01"}, {}):
        with pytest.raises(NotImplementedError):
            allowed(Request("s3:GetObject", context=context), [policy(Condition=condition)])


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
SES, ROLE = service("ses"), Caller("AWS", "arn:aws:iam::123456789012:role/r")


@pytest.mark.parametrize(
    ("principal", "ses", "role"),
    [
        ("*", True, True),
        ({"Service": "ses.amazonaws.com"}, True, False),
        ({"Service": ["sns.amazonaws.com", "ses.amazonaws.com"]}, True, False),
        ({"Service": "sns.amazonaws.com"}, False, False),
        ({"AWS": "*"}, False, True),
        ({"AWS": "arn:aws:iam::123456789012:role/r"}, False, True),
        ({"AWS": ["arn:aws:iam::123456789012:root"]}, False, True),
        ({"AWS": "123456789012"}, False, True),
        ({"AWS": "arn:aws:iam::999999999999:root"}, False, False),
        ({"AWS": "arn:aws:iam::123456789012:role/other"}, False, False),
    ],
)
def test_whom_a_policy_of_a_resource_lets_in(principal: Any, ses: bool, role: bool) -> None:
    for caller, expected in ((SES, ses), (ROLE, role)):
        assert lets_in(policy(Principal=principal), caller, Request("sns:Publish")) is expected
        denying = policy(Principal=principal, Effect="Deny")["Statement"]
        both = {"Statement": policy(Principal="*")["Statement"] + denying}
        assert lets_in(both, caller, Request("sns:Publish")) is not expected


def test_a_trust_policy_has_no_resource_but_conditions() -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sts:AssumeRole"}
    assert lets_in({"Statement": statement}, SES, Request("sts:AssumeRole"))
    bound = {"Statement": [statement | {"Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}]}
    assert lets_in(bound, SES, Request("sts:AssumeRole", context={"AWS:SourceAccount": "1"}))
    assert not lets_in(bound, SES, Request("sts:AssumeRole"))


def test_an_unknown_form_of_principal_is_an_error() -> None:
    statement = {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "*", "Resource": "*"}
    with pytest.raises(NotImplementedError):
        lets_in({"Statement": [statement]}, SES, Request("sns:Publish"))
