import io
import json
import zipfile
from typing import Any

from .conftest import Stack, refused

FUNCTION = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
  Group: {Type: AWS::Logs::LogGroup}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: %s
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      MemorySize: 256
      Timeout: 120
      Environment: {Variables: {BUCKET: here}}
      LoggingConfig: {LogGroup: !Ref Group, LogFormat: JSON, ApplicationLogLevel: INFO}
      Tags: [{Key: Project, Value: ses}]
      Code: {ZipFile: "def handler(event, context):\\n    return 1\\n"}
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref Function
      Principal: events.amazonaws.com
      SourceArn: !Sub 'arn:aws:events:${AWS::Region}:${AWS::AccountId}:rule/r'
Outputs: {Arn: {Value: !GetAtt Function.Arn}}
"""


def test_a_function(aws: Any, stack: Stack) -> None:
    stack.create(FUNCTION % stack.name)
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    found = aws.awslambda.get_function(FunctionName=stack.name)
    configuration = found["Configuration"]
    assert configuration["FunctionArn"] == stack.outputs["Arn"]
    assert (configuration["Runtime"], configuration["MemorySize"], configuration["Timeout"]) == ("python3.13", 256, 120)
    assert configuration["Environment"] == {"Variables": {"BUCKET": "here"}}
    assert configuration["LoggingConfig"] == {
        "LogGroup": stack.physical_id("Group"), "LogFormat": "JSON", "ApplicationLogLevel": "INFO"
    }  # fmt: skip
    assert found["Tags"] == {"Project": "ses"}
    policy = json.loads(aws.awslambda.get_policy(FunctionName=stack.name)["Policy"])
    assert [s["Sid"] for s in policy["Statement"]] == [stack.physical_id("Permission")]

    template = FUNCTION.replace("return 1", "return 2").replace("MemorySize: 256", "MemorySize: 512")
    template = template.replace("      Environment: {Variables: {BUCKET: here}}\n", "").replace("JSON", "Text")
    template = template.replace(", ApplicationLogLevel: INFO", "").replace("Value: ses", "Value: other")
    stack.update(template % stack.name)
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    after = aws.awslambda.get_function(FunctionName=stack.name)
    assert after["Configuration"]["CodeSha256"] != configuration["CodeSha256"]
    assert after["Configuration"]["MemorySize"] == 512
    assert after["Configuration"].get("Environment", {"Variables": {}}) == {"Variables": {}}
    assert after["Configuration"]["LoggingConfig"]["LogFormat"] == "Text"
    assert after["Tags"] == {"Project": "other"}
    stack.delete()
    assert "ResourceNotFoundException" in refused(aws.awslambda.get_function, FunctionName=stack.name)


def test_the_same_code_has_the_same_hash(aws: Any, new_stack: Any) -> None:
    hashes = set()
    for _ in range(2):
        made = new_stack().create(FUNCTION % f"f-{len(hashes)}")
        hashes.add(aws.awslambda.get_function_configuration(FunctionName=made.physical_id("Function"))["CodeSha256"])
        made.delete()
    assert len(hashes) == 1


def test_inline_code_has_its_handler_in_index(stack: Stack) -> None:
    stack.create((FUNCTION % stack.name).replace("index.handler", "backup.lambda_handler"))
    assert "must begin with index." in stack.reasons()


def test_a_role_that_does_not_exist(stack: Stack) -> None:
    role = "Role: arn:aws:iam::123456789012:role/nobody"
    stack.create((FUNCTION % stack.name).replace("Role: !GetAtt Role.Arn", role))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "Lambda" in stack.reasons()


def test_an_environment_of_four_kilobytes(aws: Any, stack: Stack) -> None:
    """Lambda guide, "Lambda quotas"; measured as JSON: {"Aa":"x…"}."""
    role = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": role})
    arn = aws.iam.create_role(RoleName=stack.name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    function = {"FunctionName": stack.name, "Runtime": "python3.13", "Role": arn, "Handler": "index.handler"}
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as files:
        files.writestr("index.py", "def handler(event, context): pass")
    aws.awslambda.create_function(
        Code={"ZipFile": code.getvalue()}, Environment={"Variables": {"Aa": "x" * (4096 - 9)}}, **function
    )
    change = aws.awslambda.update_function_configuration
    message = refused(change, FunctionName=stack.name, Environment={"Variables": {"Aa": "x" * (4096 - 8)}})
    assert message.startswith("InvalidParameterValueException") and "exceeded the 4KB limit" in message
