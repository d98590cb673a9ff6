"""IMPORT change sets: what exists becomes part of a stack, and what CloudFormation refuses on the way.

The rules stand in the CloudFormation guide, "Import AWS resources into a CloudFormation stack manually". The words of
the refusals are those that users of AWS report.
"""

import json
from typing import Any

import pytest

from .conftest import Stack, refused

BUCKET = """
Resources:
  B: {Type: AWS::S3::Bucket, DeletionPolicy: Retain, Properties: {BucketName: %s}}
"""
WITH_TOPIC = """
Resources:
  T: {Type: AWS::SNS::Topic, Properties: {DisplayName: %s}}
  B: {Type: AWS::S3::Bucket, DeletionPolicy: Retain, Properties: {BucketName: %s}}
"""
TOPIC = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: one}}}"
TAGS = [{"Key": "Project", "Value": "ses"}]


def entry(name: str, identifier: str | dict[str, str], type_name: str = "AWS::S3::Bucket") -> dict[str, Any]:
    keys = {"BucketName": identifier} if isinstance(identifier, str) else identifier
    return {"LogicalResourceId": name, "ResourceType": type_name, "ResourceIdentifier": keys}


def propose(stack: Stack, template: str, entries: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    names = {"StackName": stack.name, "ChangeSetName": "import"}
    stack.cloudformation.create_change_set(
        **names, ChangeSetType="IMPORT", TemplateBody=template, ResourcesToImport=entries,
        Capabilities=["CAPABILITY_NAMED_IAM"], **more,
    )  # fmt: skip
    return dict(stack.cloudformation.describe_change_set(**names))


def execute(stack: Stack) -> None:
    stack.cloudformation.execute_change_set(StackName=stack.name, ChangeSetName="import")


@pytest.fixture
def bucket(aws: Any, stack: Stack) -> Any:
    """A bucket that no stack has, with an object."""
    aws.s3.create_bucket(Bucket=stack.name, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    aws.s3.put_object(Bucket=stack.name, Key="kept", Body=b"kept")
    yield stack.name
    aws.s3.delete_object(Bucket=stack.name, Key="kept")
    aws.s3.delete_bucket(Bucket=stack.name)


def test_a_new_stack_of_what_exists(aws: Any, stack: Stack, bucket: str) -> None:
    proposal = propose(stack, BUCKET % bucket, [entry("B", bucket)])
    assert (proposal["Status"], proposal["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert proposal["StatusReason"].startswith("Verify that resources and their properties defined in the template")
    assert [change["ResourceChange"] for change in proposal["Changes"]] == [
        {
            "Action": "Import", "LogicalResourceId": "B", "PhysicalResourceId": bucket,
            "ResourceType": "AWS::S3::Bucket", "Scope": [], "Details": [],
        }
    ]  # fmt: skip
    assert stack.status == "REVIEW_IN_PROGRESS"
    execute(stack)
    assert stack.happened() == [
        (stack.name, "REVIEW_IN_PROGRESS"),
        (stack.name, "IMPORT_IN_PROGRESS"),
        ("B", "IMPORT_IN_PROGRESS"),
        ("B", "IMPORT_COMPLETE"),
        ("B", "UPDATE_IN_PROGRESS"),
        ("B", "UPDATE_COMPLETE"),
        (stack.name, "IMPORT_COMPLETE"),
    ]
    assert stack.physical_id("B") == bucket


def test_an_imported_stack_is_updated_and_deleted_like_any_other(aws: Any, stack: Stack, bucket: str) -> None:
    propose(stack, BUCKET % bucket, [entry("B", bucket)])
    execute(stack)
    stack.update(WITH_TOPIC % ("one", bucket) + "Outputs: {Name: {Value: !Ref B}}", Tags=TAGS)
    assert stack.status == "UPDATE_COMPLETE"
    assert stack.outputs == {"Name": bucket}
    assert aws.s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == TAGS
    stack.delete()
    assert aws.s3.get_object(Bucket=bucket, Key="kept")["Body"].read() == b"kept"


def test_an_import_changes_nothing_of_the_resource(aws: Any, stack: Stack, bucket: str) -> None:
    """ "CloudFormation doesn't check that the template configuration matches the actual configuration": drift does."""
    template = json.loads(
        '{"Resources": {"B": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": "%s",'
        ' "VersioningConfiguration": {"Status": "Enabled"}}}}}' % bucket
    )
    propose(stack, json.dumps(template), [entry("B", bucket)])
    execute(stack)
    assert "Status" not in aws.s3.get_bucket_versioning(Bucket=bucket)
    detection = aws.cloudformation.detect_stack_drift(StackName=stack.name)["StackDriftDetectionId"]
    found = aws.cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    assert found["StackDriftStatus"] == "DRIFTED"
    # CloudFormation takes the template for the truth: the same one again brings no update.
    assert "No updates are to be performed" in refused(stack.update, json.dumps(template))


def test_into_a_stack_that_exists(aws: Any, stack: Stack, bucket: str) -> None:
    stack.create(TOPIC, Tags=TAGS)
    propose(stack, WITH_TOPIC % ("one", bucket), [entry("B", bucket)])
    execute(stack)
    assert stack.status == "IMPORT_COMPLETE"
    assert aws.s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == TAGS  # those of the stack
    stack.update(WITH_TOPIC % ("two", bucket))
    assert stack.status == "UPDATE_COMPLETE"


def test_every_retained_type_of_the_platform(aws: Any, stack: Stack) -> None:
    """From a stack that was deleted and left everything behind, to one that has it all again."""
    name = stack.name
    template = f"""
    Resources:
      Bucket: {{Type: AWS::S3::Bucket, DeletionPolicy: Retain, Properties: {{BucketName: {name}}}}}
      Policy:
        Type: AWS::S3::BucketPolicy
        DeletionPolicy: Retain
        Properties: {{Bucket: !Ref Bucket, PolicyDocument: {{Version: '2012-10-17', Statement: [
          {{Effect: Deny, Principal: '*', Action: 's3:*', Resource: !GetAtt Bucket.Arn,
            Condition: {{Bool: {{'aws:SecureTransport': 'false'}}}}}}]}}}}
      Logs: {{Type: AWS::Logs::LogGroup, DeletionPolicy: Retain, Properties: {{LogGroupName: {name}}}}}
      Key: {{Type: AWS::KMS::Key, DeletionPolicy: Retain, Properties: {{Description: {name}}}}}
      User: {{Type: AWS::IAM::User, DeletionPolicy: Retain, Properties: {{UserName: {name}}}}}
      Secret: {{Type: AWS::SecretsManager::Secret, DeletionPolicy: Retain, Properties: {{Name: {name}}}}}
      Identity:
        Type: AWS::SES::EmailIdentity
        DeletionPolicy: Retain
        Properties: {{EmailIdentity: {name}.example.jp}}
      Set: {{Type: AWS::SES::ConfigurationSet, DeletionPolicy: Retain, Properties: {{Name: {name}}}}}
    """
    stack.create(template)
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    summary = aws.cloudformation.get_template_summary(TemplateBody=template)["ResourceIdentifierSummaries"]
    keys = {each["ResourceType"]: each["ResourceIdentifiers"] for each in summary}
    assert keys["AWS::KMS::Key"] == ["KeyId"]
    assert keys["AWS::SecretsManager::Secret"] == ["Id"]
    made = aws.cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    entries = [
        entry(r["LogicalResourceId"], {keys[r["ResourceType"]][0]: r["PhysicalResourceId"]}, r["ResourceType"])
        for r in made
    ]
    stack.delete()
    stack.create(template)  # is refused by the first name that is taken
    assert stack.status == "ROLLBACK_COMPLETE"
    stack.delete()
    assert propose(stack, template, entries)["Status"] == "CREATE_COMPLETE"
    execute(stack)
    assert stack.status == "IMPORT_COMPLETE"
    again = aws.cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    assert {r["PhysicalResourceId"] for r in again} == {r["PhysicalResourceId"] for r in made}
    stack.update(template, Tags=TAGS)
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()


@pytest.mark.parametrize(
    ("template", "entries", "message"),
    [
        ("{bucket}", [], "Must Provide at least one resource to import"),
        ("{bucket}", ["B", "B"], "Every resource to import must have unique LogicalResourceId"),
        (
            "{bucket}", ["B", "X"],
            "The logical resource ids [X] provided in ResourceToImport do not exist in the template.",
        ),
        ("{topic_too}", ["B"], "Resources [T] is missing from ResourceToImport list"),
        (
            "{no_policy}", ["B"],
            "The following resources to import [B] must have DeletionPolicy attribute specified in the template.",
        ),
        ("{output}", ["B"], "As part of the import operation, you cannot modify or add [Outputs]"),
    ],
)  # fmt: skip
def test_what_a_new_stack_may_not_be(
    stack: Stack, bucket: str, template: str, entries: list[str], message: str
) -> None:
    templates = {
        "{bucket}": BUCKET % bucket,
        "{topic_too}": WITH_TOPIC % ("one", bucket),
        "{no_policy}": (BUCKET % bucket).replace("DeletionPolicy: Retain, ", ""),
        "{output}": BUCKET % bucket + "Outputs: {Name: {Value: !Ref B}}",
    }
    asked = [entry(name, bucket) for name in entries]
    assert refused(propose, stack, templates[template], asked) == f"ValidationError: {message}"
    assert "does not exist" in refused(stack.describe)  # nothing is left behind


def test_the_identifier_is_the_one_of_the_type(stack: Stack, bucket: str) -> None:
    assert refused(propose, stack, BUCKET % bucket, [entry("B", {"Name": bucket})]).endswith(
        "Invalid resource identifier for resource type AWS::S3::Bucket. Expected [BucketName]"
    )
    other = entry("B", {"LogGroupName": bucket}, "AWS::Logs::LogGroup")
    assert "Resource type of [B] passed in ResourceToImport does not match" in refused(
        propose, stack, BUCKET % bucket, [other]
    )
    assert "does not match the identifier value defined in the template" in refused(
        propose, stack, BUCKET % bucket, [entry("B", "another")]
    )


def test_a_type_without_a_read_handler_cannot_be_imported(stack: Stack) -> None:
    document = "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:ListAllMyBuckets', Resource: '*'}]}"
    properties = f"{{PolicyName: p, Users: [u], PolicyDocument: {document}}}"
    template = f"Resources: {{P: {{Type: AWS::IAM::Policy, DeletionPolicy: Retain, Properties: {properties}}}}}"
    assert refused(propose, stack, template, [entry("P", {"Id": "p"}, "AWS::IAM::Policy")]).endswith(
        "ResourceTypes [AWS::IAM::Policy] are not supported for Import"
    )


def test_tags_and_the_role_stay_as_they_are(stack: Stack, bucket: str) -> None:
    asked = [entry("B", bucket)]
    role = "arn:aws:iam::123456789012:role/other"
    words = "As part of the import operation, you cannot modify or add "
    assert refused(propose, stack, BUCKET % bucket, asked, Tags=TAGS).endswith(f"{words}[Tags]")
    assert refused(propose, stack, BUCKET % bucket, asked, Tags=TAGS, RoleARN=role).endswith(f"{words}[RoleArn, Tags]")
    stack.create(TOPIC, Tags=TAGS)
    assert propose(stack, WITH_TOPIC % ("one", bucket), asked, Tags=TAGS)["Status"] == "CREATE_COMPLETE"


def test_nothing_else_changes_in_the_stack(stack: Stack, bucket: str) -> None:
    stack.create(TOPIC)
    modified = (
        "ValidationError: You have modified resources [T] in your template that are not being imported. Update, "
        "create or delete operations cannot be executed during import operations."
    )
    assert refused(propose, stack, WITH_TOPIC % ("two", bucket), [entry("B", bucket)]) == modified
    assert refused(propose, stack, BUCKET % bucket, [entry("B", bucket)]) == modified
    topic = entry("T", {"TopicArn": stack.physical_id("T")}, "AWS::SNS::Topic")
    assert refused(propose, stack, WITH_TOPIC % ("one", bucket), [entry("B", bucket), topic]).endswith(
        "Resources [T] passed in ResourceToImport are already in a stack and cannot be imported."
    )
    assert refused(propose, stack, TOPIC, [topic]).endswith(
        "The template should contain at least one new resource to import."
    )


def test_a_resource_that_cannot_be_had_fails_the_change_set(aws: Any, stack: Stack, new_stack: Any) -> None:
    proposal = propose(stack, BUCKET % "no-such-bucket", [entry("B", "no-such-bucket")])
    assert (proposal["Status"], proposal["ExecutionStatus"], proposal["Changes"]) == ("FAILED", "UNAVAILABLE", [])
    assert proposal["StatusReason"] == (
        "Resource of type 'AWS::S3::Bucket' with identifier 'no-such-bucket' was not found."
    )
    assert stack.status == "REVIEW_IN_PROGRESS"
    assert "cannot be executed in its current status of [FAILED]" in refused(execute, stack)
    owner, thief = new_stack(), new_stack()
    owner.create(BUCKET.replace("Retain", "Delete") % owner.name)
    proposal = propose(thief, BUCKET % owner.name, [entry("B", owner.name)])
    assert proposal["StatusReason"] == f"{owner.name} already exists in stack {owner.describe()['StackId']}"


def test_an_import_that_fails_is_rolled_back(aws: Any, stack: Stack) -> None:
    stack.create(TOPIC)
    aws.logs.create_log_group(logGroupName=stack.name)
    template = f"""
    Resources:
      T: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: one}}}}
      L: {{Type: AWS::Logs::LogGroup, DeletionPolicy: Retain, Properties: {{LogGroupName: {stack.name}}}}}
    """
    propose(stack, template, [entry("L", {"LogGroupName": stack.name}, "AWS::Logs::LogGroup")])
    aws.logs.delete_log_group(logGroupName=stack.name)
    execute(stack)
    assert stack.status == "IMPORT_ROLLBACK_COMPLETE"
    assert ("L", "IMPORT_FAILED") in stack.happened()
    resources = aws.cloudformation.describe_stack_resources(StackName=stack.name)["StackResources"]
    assert [r["LogicalResourceId"] for r in resources] == ["T"]
    stack.update(TOPIC.replace("one", "two"))
    assert stack.status == "UPDATE_COMPLETE"
