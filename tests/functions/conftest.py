"""The functions, and the AWS that they find."""

from types import ModuleType

import pytest

from .deployed import load
from .firehose import STREAM, FakeS3
from .smtp_aws import ENVIRONMENT as SMTP_ENVIRONMENT
from .smtp_aws import FakeAws, Rotation


@pytest.fixture
def mask_events() -> ModuleType:
    return load("mask_events")


@pytest.fixture
def s3(mask_events: ModuleType, monkeypatch: pytest.MonkeyPatch) -> FakeS3:
    fake = FakeS3()
    monkeypatch.setattr(mask_events, "s3", lambda: fake)
    return fake


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELIVERY_STREAM_ARN", STREAM)
    monkeypatch.setenv("ERROR_BUCKET", "ses-prod-error-logs-123456789012")
    monkeypatch.setenv("ERROR_PREFIX", "errors/mask-events/")


@pytest.fixture
def maintenance() -> ModuleType:
    return load("maintenance")


@pytest.fixture
def smtp_aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def smtp_function() -> ModuleType:
    return load("smtp_credentials_rotation")


@pytest.fixture
def rotation(smtp_function: ModuleType, smtp_aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Rotation:
    """The rotation of the SMTP credentials, with a clock and an SMTP endpoint that the tests set."""
    module = smtp_function
    for name, value in SMTP_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    def login(pair: dict[str, str]) -> bool:
        smtp_aws.use(pair["username"])
        return True

    monkeypatch.setattr(module, "client", smtp_aws.client)
    monkeypatch.setattr(module, "now", lambda: smtp_aws.now)
    monkeypatch.setattr(module, "login", login)
    monkeypatch.setattr(module.time, "sleep", lambda seconds: smtp_aws.wait(seconds=seconds))
    return Rotation(module, smtp_aws)
