"""What a template says, whoever reads it: local AWS, or the tests of the platform."""

from typing import Any

import pytest
import yaml

from ..cloudformation.short_forms import load


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref Topic", {"Ref": "Topic"}),
        ("!Condition IsProd", {"Condition": "IsProd"}),
        ("!Sub '${A}-b'", {"Fn::Sub": "${A}-b"}),
        ("!GetAtt Topic.TopicArn", {"Fn::GetAtt": ["Topic", "TopicArn"]}),
        ("!GetAtt Stack.Outputs.Arn", {"Fn::GetAtt": ["Stack", "Outputs.Arn"]}),
        ("!GetAtt [Topic, TopicArn]", {"Fn::GetAtt": ["Topic", "TopicArn"]}),
        ("!Join ['-', [a, !Ref B]]", {"Fn::Join": ["-", ["a", {"Ref": "B"}]]}),
        ("!Transform {Name: Other, Parameters: {A: !Ref B}}",
         {"Fn::Transform": {"Name": "Other", "Parameters": {"A": {"Ref": "B"}}}}),
        ("Fn::Base64: !Sub x", {"Fn::Base64": {"Fn::Sub": "x"}}),
    ],
)  # fmt: skip
def test_short_forms(text: str, value: Any) -> None:
    assert load(text) == value


def test_what_looks_like_a_date_is_text() -> None:
    assert load("Version: 2012-10-17") == {"Version": "2012-10-17"}


def test_names_are_text_and_values_have_their_type() -> None:
    assert load("{On: true, 1: 2, null: null}") == {"On": True, "1": 2, "null": None}


def test_what_is_no_yaml_is_an_error() -> None:
    with pytest.raises(yaml.YAMLError):
        load("{a: [")
