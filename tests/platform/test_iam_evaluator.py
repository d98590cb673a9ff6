"""The evaluator itself: a wrong model would make every policy test worthless."""

import pytest

from .iam_evaluator import Request, allowed


def policy(**statement):
    return {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"} | statement]}


def test_nothing_is_allowed_without_an_allow():
    assert not allowed(Request("s3:GetObject", "arn:aws:s3:::a/b"), [])


def test_deny_wins_over_allow():
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
def test_action_and_resource(statement, expected):
    request = Request("s3:GetObject", "arn:aws:s3:::a/b", {"aws:username": "a"})
    assert allowed(request, [policy(**statement)]) is expected


def test_not_action_is_everything_else():
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
def test_condition(operator, value, actual, expected):
    context = {} if actual is None else {"AWS:Key": actual}
    statement = policy(Condition={operator: {"aws:key": value}})
    assert allowed(Request("s3:GetObject", context=context), [statement]) is expected


def test_all_conditions_must_hold():
    statement = policy(Condition={"Bool": {"aws:A": "true"}, "StringEquals": {"aws:B": "b", "aws:C": "c"}})
    context = {"aws:A": "true", "aws:B": "b", "aws:C": "c"}
    assert allowed(Request("s3:GetObject", context=context), [statement])
    for key in context:
        assert not allowed(Request("s3:GetObject", context=context | {key: "x"}), [statement])


def test_boundary_limits_and_grants_nothing():
    request = Request("s3:GetObject", "arn:aws:s3:::a/b")
    assert not allowed(request, [policy()], boundary=policy(Action="ses:*"))
    assert not allowed(request, [], boundary=policy())
    assert allowed(request, [policy()], boundary=policy(Action="s3:*"))
    denying = {"Statement": policy()["Statement"] + policy(Effect="Deny")["Statement"]}
    assert not allowed(request, [policy()], boundary=denying)


def test_unknown_operator_is_an_error():
    with pytest.raises(KeyError):
        allowed(Request("s3:GetObject", context={"k": "1"}), [policy(Condition={"NumericEquals": {"k": "1"}})])
