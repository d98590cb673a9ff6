"""Deletions: what stays, what is in the way, and who refuses."""

from typing import Any

from .conftest import TOPIC, Stack, refused, topics


def test_retained_resources_outlive_their_stack(aws: Any, stack: Stack) -> None:
    topic = f"Type: AWS::SNS::Topic, Properties: {{TopicName: {stack.name}}}"
    stack.create(f"Resources: {{T: {{DeletionPolicy: Retain, {topic}}}}}")
    stack.delete()
    assert f":{stack.name}" in topics(aws)
    stack.create(f"Resources: {{T: {{{topic}}}}}")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "already exists" in stack.reasons()


def test_what_a_resource_needs_stays_when_it_cannot_be_deleted(aws: Any, stack: Stack) -> None:
    stack.create("""
    Resources:
      Needed: {Type: AWS::SNS::Topic}
      Bucket: {Type: AWS::S3::Bucket, DependsOn: Needed}
      Other: {Type: AWS::SNS::Topic}
    """)
    aws.s3.put_object(Bucket=stack.physical_id("Bucket"), Key="k", Body=b"")
    needed, other = stack.physical_id("Needed"), stack.physical_id("Other")
    stack.delete()
    assert needed in topics(aws)
    assert other not in topics(aws)
    aws.s3.delete_object(Bucket=stack.physical_id("Bucket"), Key="k")
    stack.delete()
    assert needed not in topics(aws)


def test_a_resource_that_cannot_be_deleted(aws: Any, stack: Stack) -> None:
    stack.create("Resources: {B: {Type: AWS::S3::Bucket}, T: {Type: AWS::SNS::Topic}}")
    bucket = stack.physical_id("B")
    aws.s3.put_object(Bucket=bucket, Key="k", Body=b"")
    stack.delete()
    assert stack.status == "DELETE_FAILED"
    assert stack.describe()["StackStatusReason"] == "The following resource(s) failed to delete: [B]. "
    assert "not empty" in stack.reasons()
    aws.s3.delete_object(Bucket=bucket, Key="k")
    stack.delete()
    assert "does not exist" in refused(stack.describe)


def test_a_resource_that_went_by_itself_is_no_trouble(aws: Any, stack: Stack) -> None:
    stack.create("Resources: {G: {Type: AWS::Logs::LogGroup}}")
    aws.logs.delete_log_group(logGroupName=stack.physical_id("G"))
    stack.delete()
    assert "does not exist" in refused(stack.describe)


def test_protected_stacks_stay(aws: Any, stack: Stack) -> None:
    stack.create(TOPIC % "one", EnableTerminationProtection=True)
    assert "TerminationProtection is enabled" in refused(stack.delete)
    aws.cloudformation.update_termination_protection(StackName=stack.name, EnableTerminationProtection=False)
    stack.delete()


def test_what_cannot_be_deleted_can_be_left_behind(aws: Any, stack: Stack) -> None:
    """API reference, "DeleteStack": RetainResources is for stacks in the DELETE_FAILED state."""
    stack.create("Resources: {B: {Type: AWS::S3::Bucket}, T: {Type: AWS::SNS::Topic}}")
    bucket, delete = stack.physical_id("B"), aws.cloudformation.delete_stack
    aws.s3.put_object(Bucket=bucket, Key="k", Body=b"")
    early = refused(delete, StackName=stack.name, RetainResources=["B"])
    assert "only when the stack is in the DELETE_FAILED state" in early
    stack.delete()
    assert refused(stack.update, TOPIC % "one").endswith("is in DELETE_FAILED state and can not be updated.")
    gone = refused(delete, StackName=stack.name, RetainResources=["T"])
    assert "Do not specify resources that are in the DELETE_COMPLETE state" in gone
    delete(StackName=stack.name, RetainResources=["B"])
    assert "does not exist" in refused(stack.describe)
    aws.s3.delete_object(Bucket=bucket, Key="k")
    aws.s3.delete_bucket(Bucket=bucket)
