"""One real server for the session, and stacks that disappear after each test."""

import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ..clients import Clients

ROOT = Path(__file__).parents[2]  # where `python -m local_aws` finds the package
# One topic, with a display name.
TOPIC = """
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: %s}}
"""


def wait_for(condition: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@contextmanager
def served(folder: Path, *options: str) -> Iterator[str]:
    """The endpoint of a server that ends with the block."""
    port_file = folder / "port"
    command = [sys.executable, "-m", "local_aws", "serve", "--port-file", str(port_file), *options]
    server = subprocess.Popen(command, cwd=ROOT)
    wait_for(lambda: port_file.exists() or server.poll() is not None)
    yield f"http://127.0.0.1:{port_file.read_text()}"
    server.send_signal(signal.SIGTERM)
    assert server.wait(60) == 0


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture(scope="session")
def aws(endpoint: str) -> Clients:
    return Clients(endpoint)


class Stack:
    """One stack, with the calls that the tests make again and again."""

    def __init__(self, aws: Clients, name: str):
        self.cloudformation = aws.cloudformation
        self.name = name

    def create(self, template: str, parameters: dict[str, str] | None = None, **more: Any) -> "Stack":
        self.cloudformation.create_stack(**self._request(template, parameters, more))
        return self

    def update(self, template: str, parameters: dict[str, str] | None = None, **more: Any) -> "Stack":
        self.cloudformation.update_stack(**self._request(template, parameters, more))
        return self

    def delete(self) -> None:
        self.cloudformation.delete_stack(StackName=self.name)

    def describe(self) -> dict[str, Any]:
        return dict(self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0])

    @property
    def status(self) -> str:
        return str(self.describe()["StackStatus"])

    @property
    def outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self.describe().get("Outputs", [])}

    def events(self) -> list[dict[str, Any]]:
        """Oldest first."""
        answer = self.cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        return list(reversed(answer))

    def happened(self) -> list[tuple[str, str]]:
        return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in self.events()]

    def reasons(self) -> str:
        return "\n".join(e.get("ResourceStatusReason", "") for e in self.events() if "FAILED" in e["ResourceStatus"])

    def physical_id(self, logical_id: str) -> str:
        answer = self.cloudformation.describe_stack_resource(StackName=self.name, LogicalResourceId=logical_id)
        return str(answer["StackResourceDetail"]["PhysicalResourceId"])

    def _request(self, template: str, parameters: dict[str, str] | None, more: dict[str, Any]) -> dict[str, Any]:
        return {
            "StackName": self.name,
            "TemplateBody": template,
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()
            ],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            **more,
        }


@pytest.fixture
def new_stack(aws: Clients) -> Iterator[Any]:
    made: list[Stack] = []

    def new() -> Stack:
        made.append(Stack(aws, f"test-{uuid.uuid4().hex[:12]}"))
        return made[-1]

    yield new
    for stack in reversed(made):
        try:
            stack.delete()
        except ClientError:
            continue  # a test about a stack that cannot be deleted


@pytest.fixture
def stack(new_stack: Any) -> Stack:
    return new_stack()  # type: ignore[no-any-return]


def refused(operation: Any, *arguments: Any, **named: Any) -> str:
    """The message of the error that the operation must end with."""
    with pytest.raises(ClientError) as caught:
        operation(*arguments, **named)
    error = caught.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def topics(aws: Clients) -> str:
    """The ARNs of all topics."""
    return " ".join(topic["TopicArn"] for topic in aws.sns.list_topics()["Topics"])
