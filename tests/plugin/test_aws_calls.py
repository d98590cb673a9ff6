"""AWS calls of the binary, as Sceptre makes them."""

import json
from datetime import datetime, timezone
from io import BytesIO

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.response import StreamingBody
from botocore.stub import Stubber
from sceptre.connection_manager import ConnectionManager

from sceptre_sesame.aws import answer_call

from .conftest import CANARY


def ask(connections, operation, service="cloudformation", number=7, **parameters):
    return answer_call(
        {"id": number, "service": service, "operation": operation, "parameters": parameters}, connections
    )


@pytest.fixture
def stubbed(monkeypatch):
    """Sceptre's own connection manager over a boto3 client that answers from a list."""
    client = boto3.client(
        "cloudformation", region_name="ap-northeast-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    stubber = Stubber(client)
    connections = ConnectionManager("ap-northeast-1", "a-profile", "ses-prod-ses")
    asked = []

    def get_client(*which):
        asked.append(which)
        return client

    monkeypatch.setattr(connections, "_get_client", get_client)
    with stubber:
        yield connections, stubber, asked


def test_a_call_and_its_answer(stubbed):
    connections, stubber, asked = stubbed
    stack = {
        "StackName": "ses-prod-ses",
        "CreationTime": datetime(2025, 9, 3, 9, 0, 0, 250000, tzinfo=timezone.utc),
        "StackStatus": "CREATE_COMPLETE",
    }
    stubber.add_response(
        "describe_stacks",
        {"Stacks": [stack], "ResponseMetadata": {"RequestId": "1"}},
        {"StackName": "ses-prod-ses"},
    )
    assert ask(connections, "describe_stacks", StackName="ses-prod-ses") == {
        "id": 7,
        "result": {"Stacks": [{**stack, "CreationTime": "2025-09-03T09:00:00.250000+00:00"}]},
    }
    assert asked == [("cloudformation", "ap-northeast-1", "a-profile", None, None)]


def test_a_call_is_repeated_when_aws_asks_for_patience(stubbed, monkeypatch):
    connections, stubber, asked = stubbed
    monkeypatch.setattr("sceptre.connection_manager.time.sleep", lambda seconds: None)
    stubber.add_client_error("describe_stacks", "Throttling", "Rate exceeded")
    stubber.add_response("describe_stacks", {"Stacks": []})
    assert ask(connections, "describe_stacks") == {"id": 7, "result": {"Stacks": []}}
    assert len(asked) == 2


def test_what_aws_refuses_is_an_answer(stubbed):
    connections, stubber, _ = stubbed
    stubber.add_client_error("describe_stacks", "ValidationError", "Stack with id x does not exist")
    assert ask(connections, "describe_stacks", StackName="x") == {
        "id": 7,
        "error": {"code": "ValidationError", "message": "Stack with id x does not exist"},
    }


@pytest.mark.parametrize("operation", ["describe_the_weather", "get_paginator", "can_paginate", "meta"])
def test_an_operation_that_does_not_exist_is_an_answer(stubbed, operation):
    parameters = {"operation_name": "describe_stacks"} if operation in ("get_paginator", "can_paginate") else {}
    answer = ask(stubbed[0], operation, **parameters)
    assert answer["id"] == 7 and answer["error"]["code"] in ("AttributeError", "TypeError")


def test_a_service_that_does_not_exist_is_an_answer(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    answer = ask(ConnectionManager("ap-northeast-1"), "anything", service="weather")
    assert answer["error"]["code"] == "UnknownServiceError"


def test_parameters_of_the_wrong_type_are_an_answer_without_their_value(stubbed):
    connections, stubber, _ = stubbed
    stubber.deactivate()  # boto3 looks at the parameters before it sends anything
    answer = ask(connections, "describe_stacks", StackName={"secret": CANARY})
    assert answer["error"]["code"] == "ParamValidationError"
    assert "StackName" in answer["error"]["message"]
    assert "unreached" not in answer["error"]
    assert CANARY not in answer["error"]["message"]


def test_an_endpoint_that_is_not_there_did_not_answer(make_stack):
    error = EndpointConnectionError(endpoint_url="http://127.0.0.1:9/")
    stack = make_stack(answers={"list_buckets": error})
    answer = ask(stack.connection_manager, "list_buckets", service="s3")
    assert answer["error"] == {
        "code": "EndpointConnectionError",
        "message": 'Could not connect to the endpoint URL: "http://127.0.0.1:9/"',
        "unreached": True,
    }


def test_bytes_and_streams_become_base64(make_stack):
    body = {"Body": StreamingBody(BytesIO(b"\x00\x01"), 2), "Blob": b"\xff"}
    stack = make_stack(answers={"get_object": body})
    answer = ask(stack.connection_manager, "get_object", service="s3", Bucket="b", Key="k")
    assert answer["result"] == {"Body": "AAE=", "Blob": "/w=="}
    assert stack.connection_manager.calls == [("s3", "get_object", {"Bucket": "b", "Key": "k"})]


def test_calls_of_a_hook_reach_the_connection_manager(run_hook, make_stack, monkeypatch, caplog):
    caplog.set_level("INFO", logger="sceptre")
    questions = [
        {"service": "cloudformation", "operation": "describe_stacks", "parameters": {"StackName": "ses-prod-ses"}},
        {"service": "sesv2", "operation": "get_email_identity", "parameters": {"EmailIdentity": "例え.jp"}},
    ]
    monkeypatch.setenv("FAKE_CALLS", json.dumps(questions))
    refusal = ClientError({"Error": {"Code": "NotFoundException", "Message": "ありません"}}, "GetEmailIdentity")
    stack = make_stack(answers={"describe_stacks": {"Stacks": []}, "get_email_identity": refusal})
    run_hook("asks", stack)
    assert stack.connection_manager.calls == [
        ("cloudformation", "describe_stacks", {"StackName": "ses-prod-ses"}),
        ("sesv2", "get_email_identity", {"EmailIdentity": "例え.jp"}),
    ]
    assert caplog.messages == [
        'prod/ses - sesame asks: {"id": 1, "error": {"code": "NotFoundException", "message": "ありません"}}'
    ]
