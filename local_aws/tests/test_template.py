"""What a template may say, and what its functions give."""

from typing import Any

import pytest

from .conftest import Stack, refused

TOPIC = "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"


def outputs(**values: str) -> str:
    return "Outputs:\n" + "".join(f"  {key}: {{Value: {value}}}\n" for key, value in values.items())


FUNCTIONS = """
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'a, b,c'}
  Days: {Type: Number, Default: 90}
Mappings:
  Hosts: {ap-northeast-1: {mail: tokyo}}
Conditions:
  IsLong: !Equals [!Ref Days, 90]
  IsShort: !Not [Condition: IsLong]
  Both: !And [Condition: IsLong, !Equals ['true', true]]
  Either: !Or [!Condition IsShort, !Equals [a, b]]
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: functions-topic}}
  Never: {Type: AWS::SNS::Topic, Condition: IsShort}
Outputs:
"""


@pytest.mark.parametrize(
    ("function", "value"),
    [
        ("!Ref AWS::Region", "ap-northeast-1"),
        ("!Ref AWS::AccountId", "123456789012"),
        ("!Ref Topic", "arn:aws:sns:ap-northeast-1:123456789012:functions-topic"),
        ("!GetAtt Topic.TopicName", "functions-topic"),
        ("'Fn::GetAtt': [Topic, TopicName]", "functions-topic"),
        ("!Sub '${Topic.TopicName}-${Days}'", "functions-topic-90"),
        ("!Sub ['${Last} of ${AWS::Partition}', {Last: !Select [2, !Ref Names]}]", "c of aws"),
        ("!Sub 'arn:aws:iam::*:user/${!aws:username}'", "arn:aws:iam::*:user/${aws:username}"),
        ("!Sub 'logs/!{timestamp:yyyy}/'", "logs/!{timestamp:yyyy}/"),
        ("!Join ['-', !Ref Names]", "a-b-c"),
        ("!Join [',', !Split ['.', goo.ne.jp]]", "goo,ne,jp"),
        ("!FindInMap [Hosts, !Ref AWS::Region, mail]", "tokyo"),
        ("!If [IsLong, long, short]", "long"),
        ("!If [Both, both, '']", "both"),
        ("!If [Either, either, neither]", "neither"),
        ("!Join [',', [x, !If [IsShort, y, !Ref AWS::NoValue], z]]", "x,z"),
        ("'Fn::Base64': abc", "YWJj"),
        ("!Select [1, !Cidr [10.0.0.0/16, 4, 8]]", "10.0.1.0/24"),
        ("!Select [0, !GetAZs '']", "ap-northeast-1a"),
        ("'2012-10-17'", "2012-10-17"),
        ("2012-10-17", "2012-10-17"),
    ],
)
def test_a_function(stack: Stack, function: str, value: str) -> None:
    body = f"    Value: {function}" if function.startswith("!") or ":" not in function else f"    Value: {{{function}}}"
    if function == "'2012-10-17'":
        body = "    Value: '2012-10-17'"
    stack.create(f"{FUNCTIONS}  Result:\n{body}\n")
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    assert stack.outputs == {"Result": value}


def test_no_value_takes_the_property_away(aws: Any, stack: Stack) -> None:
    stack.create("""
    Conditions: {Never: !Equals [a, b]}
    Resources:
      Group:
        Type: AWS::Logs::LogGroup
        Properties:
          RetentionInDays: !If [Never, 30, !Ref AWS::NoValue]
          Tags: [!If [Never, {Key: a, Value: b}, !Ref AWS::NoValue], {Key: c, Value: d}]
    """)
    name = stack.physical_id("Group")
    group = aws.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]
    assert "retentionInDays" not in group
    assert aws.logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"] == {"c": "d"}


def test_text_becomes_what_the_property_is(aws: Any, stack: Stack) -> None:
    stack.create(
        """
        Parameters: {Days: {Type: Number}, On: {Type: String}}
        Resources:
          Group: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: !Ref Days}}
          Set:
            Type: AWS::SES::ConfigurationSet
            Properties: {SendingOptions: {SendingEnabled: !Ref On}}
        """,
        {"Days": "30", "On": "false"},
    )
    group = aws.logs.describe_log_groups(logGroupNamePrefix=stack.physical_id("Group"))["logGroups"][0]
    assert group["retentionInDays"] == 30
    sending = aws.sesv2.get_configuration_set(ConfigurationSetName=stack.physical_id("Set"))["SendingOptions"]
    assert sending == {"SendingEnabled": False}


def test_dynamic_references(aws: Any, stack: Stack) -> None:
    aws.ssm.put_parameter(Name=f"{stack.name}-name", Value="from ssm", Type="String")
    aws.secretsmanager.create_secret(Name=f"{stack.name}-secret", SecretString='{"user": "from secret"}')
    stack.create(f"""
    Resources:
      First: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: '{{{{resolve:ssm:{stack.name}-name}}}}'}}}}
      Second:
        Type: AWS::SNS::Topic
        Properties: {{DisplayName: '{{{{resolve:secretsmanager:{stack.name}-secret:SecretString:user}}}}'}}
    """)
    names = [
        aws.sns.get_topic_attributes(TopicArn=stack.physical_id(topic))["Attributes"]["DisplayName"]
        for topic in ("First", "Second")
    ]
    assert names == ["from ssm", "from secret"]


def test_json_is_a_template_too(stack: Stack) -> None:
    stack.create('{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}')
    assert stack.status == "CREATE_COMPLETE"


def test_order_of_creation(stack: Stack) -> None:
    stack.create("""
    Resources:
      Last: {Type: AWS::SNS::Topic, DependsOn: [Middle]}
      Middle: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Sub '${First.TopicName}'}}
      First: {Type: AWS::SNS::Topic}
    """)
    done = [name for name, status in stack.happened() if status == "CREATE_COMPLETE"]
    assert done == ["First", "Middle", "Last", stack.name]


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("Resources: {}", "At least one Resources member must be defined"),
        ("Resources: [", "YAML not well-formed"),
        ("{", "JSON not well-formed"),
        (TOPIC + "Output: {}", "Invalid template property or properties [Output]"),
        ("Resources: {T: {Type: AWS::SNS::Topik}}", "Unrecognized resource types: [AWS::SNS::Topik]"),
        ("Resources: {T: {Type: AWS::SNS::Topic, Properites: {}}}", "Invalid template resource property 'Properites'"),
        ("Resources: {T: {Properties: {}}}", "Every resource must have a Type"),
        ("Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: }}}", "'null' values are not allowed"),
        ("Resources: {T: {Type: AWS::SNS::Topic, DeletionPolicy: Keep}}", "Unrecognized DeletionPolicy Keep"),
        ("Resources: {T: {Type: AWS::SNS::Topic, DependsOn: U}}", "Unresolved resource dependencies [U]"),
        (TOPIC + outputs(A="!Ref Topik"), "Unresolved resource dependencies [Topik] in the Outputs block"),
        (TOPIC + outputs(A="!GetAtt Topic.Colour"), "resource Topic does not support attribute type Colour"),
        (TOPIC + outputs(A="!Sub '${Topic.Colour}'"), "resource Topic does not support attribute type Colour"),
        (TOPIC + outputs(A="!If [Maybe, a, b]"), "Unresolved condition dependency Maybe"),
        ("Resources: {T: {Type: AWS::SNS::Topic, Condition: Maybe}}", "Unresolved condition dependency Maybe"),
        (
            "Resources: {A: {Type: AWS::SNS::Topic, DependsOn: B}, B: {Type: AWS::SNS::Topic, DependsOn: A}}",
            "Circular dependency between resources: [A, B]",
        ),
        (
            "Resources: {A: &a {Type: AWS::SNS::Topic}, B: *a}",
            "Template error: YAML aliases are not allowed in CloudFormation templates",
        ),
        ("Transform: AWS::Serverless-2016-10-31\n" + TOPIC, "Local AWS does not implement Transform"),
        ("Resources: {T: {Type: AWS::SNS::Topic, CreationPolicy: {}}}", "Local AWS does not implement CreationPolicy"),
    ],
)
def test_a_refused_template(stack: Stack, template: str, message: str) -> None:
    assert message in refused(stack.create, template)


def test_a_reference_to_a_resource_that_is_left_out(stack: Stack) -> None:
    template = """
    Conditions: {Never: !Equals [a, b]}
    Resources:
      Gone: {Type: AWS::SNS::Topic, Condition: Never}
      Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: %s}}
    """
    assert "Unresolved resource dependencies [Gone]" in refused(stack.create, template % "!Ref Gone")
    stack.create(template % "!If [Never, !Ref Gone, fine]")
    assert stack.status == "CREATE_COMPLETE"


def test_a_body_that_is_too_long(stack: Stack) -> None:
    body = TOPIC + "# " + "x" * 51_200
    assert "less than or equal to 51200" in refused(stack.create, body)


def test_a_long_body_in_a_bucket(aws: Any, stack: Stack) -> None:
    bucket = f"{stack.name}-templates"
    aws.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    aws.s3.put_object(Bucket=bucket, Key="a/t.yaml", Body=(TOPIC + "# " + "x" * 51_200).encode())
    aws.cloudformation.create_stack(
        StackName=stack.name, TemplateURL=f"https://{bucket}.s3.ap-northeast-1.amazonaws.com/a/t.yaml"
    )
    assert stack.status == "CREATE_COMPLETE"


def test_iam_must_be_acknowledged(stack: Stack) -> None:
    named = "Resources: {G: {Type: AWS::IAM::Group, Properties: {GroupName: g}}}"
    message = refused(stack.create, named, Capabilities=["CAPABILITY_IAM"])
    assert message == "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]"
    unnamed = "Resources: {G: {Type: AWS::IAM::Group}}"
    assert "[CAPABILITY_IAM]" in refused(stack.create, unnamed, Capabilities=[])


def test_the_template_comes_back_as_it_was_given(aws: Any, stack: Stack) -> None:
    body = "# a comment\nResources:\n  T: {Type: 'AWS::SNS::Topic'}\n"
    stack.create(body)
    assert aws.cloudformation.get_template(StackName=stack.name)["TemplateBody"] == body


def test_validation_and_summary(aws: Any) -> None:
    body = "Parameters: {Unused: {Type: Number, Default: 3, NoEcho: true}}\n" + TOPIC
    valid = aws.cloudformation.validate_template(TemplateBody=body)
    assert valid["Capabilities"] == []
    assert valid["Parameters"] == [{"ParameterKey": "Unused", "DefaultValue": "3", "NoEcho": True}]
    named = "Resources: {G: {Type: AWS::IAM::Group, Properties: {GroupName: g}}}"
    assert aws.cloudformation.validate_template(TemplateBody=named)["Capabilities"] == ["CAPABILITY_NAMED_IAM"]
    summary = aws.cloudformation.get_template_summary(TemplateBody=body)
    assert summary["ResourceTypes"] == ["AWS::SNS::Topic"]
    assert summary["Parameters"][0]["ParameterType"] == "Number"
    assert "not well-formed" in refused(aws.cloudformation.validate_template, TemplateBody="Resources: [")


def test_an_anchor_alone_and_stars_in_texts_are_no_alias(stack: Stack) -> None:
    stack.create("Resources: {A: &a {Type: AWS::SNS::Topic, Properties: {DisplayName: 'a & *b'}}}")
    assert stack.status == "CREATE_COMPLETE"
