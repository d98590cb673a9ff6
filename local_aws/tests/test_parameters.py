"""Parameters are checked before anything is created."""

from typing import Any

import pytest

from .conftest import Stack, refused

TEMPLATE = """
Parameters:
  Name: {{Type: {type}{rules}}}
Resources:
  Topic:
    Type: AWS::SNS::Topic
"""


def template(kind: str = "String", **rules: Any) -> str:
    return TEMPLATE.format(type=kind, rules="".join(f", {key}: {value}" for key, value in rules.items()))


def test_a_missing_parameter(stack: Stack) -> None:
    assert refused(stack.create, template()) == "ValidationError: Parameters: [Name] must have values"


def test_an_unknown_parameter(stack: Stack) -> None:
    message = refused(stack.create, template(), {"Name": "x", "Other": "y"})
    assert message == "ValidationError: Parameters: [Other] do not exist in the template"


@pytest.mark.parametrize(
    ("kind", "rules", "value", "problem"),
    [
        ("String", {"AllowedPattern": "'[a-z]+'"}, "a1", "must match pattern [a-z]+"),
        ("String", {"AllowedValues": "[dev, prod]"}, "test", "must be one of AllowedValues"),
        ("String", {"AllowedValues": "[true, false]"}, "yes", "must be one of AllowedValues"),
        ("String", {"MinLength": 3}, "ab", "must contain at least 3 characters"),
        ("String", {"MaxLength": 3}, "abcd", "must contain at most 3 characters"),
        ("Number", {}, "many", "must be a number"),
        ("Number", {"MinValue": 30}, "29", "must be a number not less than 30"),
        ("Number", {"MaxValue": 128}, "129", "must be a number not greater than 128"),
        ("CommaDelimitedList", {"AllowedPattern": "'[a-z]+'"}, "ab,c1", "must match pattern [a-z]+"),
    ],
)
def test_a_value_outside_its_rules(stack: Stack, kind: str, rules: dict[str, Any], value: str, problem: str) -> None:
    message = refused(stack.create, template(kind, **rules), {"Name": value})
    assert message == f"ValidationError: Parameter 'Name' {problem}"


def test_a_description_of_the_rule_is_said_instead(stack: Stack) -> None:
    declared = template(AllowedPattern="'[a-z]+'", ConstraintDescription="lower case letters")
    message = refused(stack.create, declared, {"Name": "A"})
    assert message == "ValidationError: Parameter Name failed to satisfy constraint: lower case letters"


def test_a_refused_stack_does_not_exist(stack: Stack) -> None:
    refused(stack.create, template())
    assert refused(stack.describe) == f"ValidationError: Stack with id {stack.name} does not exist"


@pytest.mark.parametrize("value", ["true", "false"])
def test_booleans_of_yaml_are_text(stack: Stack, value: str) -> None:
    stack.create(template(AllowedValues="[true, false]"), {"Name": value})
    assert stack.describe()["Parameters"] == [{"ParameterKey": "Name", "ParameterValue": value}]


def test_secret_values_are_not_shown(stack: Stack) -> None:
    stack.create(template(NoEcho="true"), {"Name": "canary"})
    assert stack.describe()["Parameters"] == [{"ParameterKey": "Name", "ParameterValue": "****"}]


def test_values_that_are_kept_and_defaults(stack: Stack) -> None:
    stack.create(template(Default="first"))
    keep = [{"ParameterKey": "Name", "UsePreviousValue": True}]
    stack.update(template(Default="second") + "    DeletionPolicy: Delete\n", Parameters=keep)
    assert stack.describe()["Parameters"][0]["ParameterValue"] == "first"


def test_values_from_the_parameter_store(aws: Any, stack: Stack) -> None:
    aws.ssm.put_parameter(Name=f"/{stack.name}/names", Value="one,two", Type="String")
    declared = """
    Parameters:
      Names: {Type: 'AWS::SSM::Parameter::Value<List<String>>'}
    Resources:
      Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Select [1, !Ref Names]}}
    """
    stack.create(declared, {"Names": f"/{stack.name}/names"})
    topic = aws.sns.get_topic_attributes(TopicArn=stack.physical_id("Topic"))["Attributes"]
    assert topic["DisplayName"] == "two"
    assert "Unable to fetch parameters [/nowhere]" in refused(stack.update, declared, {"Names": "/nowhere"})
