"""Loads the functions from templates/functions as they are inlined in the templates."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

# The sample events beside this file are imported by name, whatever import mode pytest runs in.
sys.path.insert(0, str(Path(__file__).parent))

from dkim_rotation import deployed  # noqa: E402
from firehose import STREAM, FakeS3  # noqa: E402
from smtp_aws import ENVIRONMENT as SMTP_ENVIRONMENT  # noqa: E402
from smtp_aws import FakeAws, Rotation  # noqa: E402

FUNCTIONS = Path(__file__).parents[2] / "templates" / "functions"


def load_function(name: str) -> ModuleType:
    """A fresh module object, so that no test sees what another one left in it."""
    path = FUNCTIONS / name / "index.py"
    spec = importlib.util.spec_from_file_location(f"functions_{name}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    # No __pycache__ beside the source: templates/ holds sources only.
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


@pytest.fixture
def mask_events() -> ModuleType:
    return load_function("mask_events")


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
    """As it is deployed: several files that have become one."""
    module = ModuleType("functions_maintenance")
    exec(deployed.code("MaintenanceLambda", "monitoring.yaml"), module.__dict__)
    return module


@pytest.fixture
def smtp_aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def smtp_function() -> ModuleType:
    return load_function("smtp_credentials_rotation")


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
