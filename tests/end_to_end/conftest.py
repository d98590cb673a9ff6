"""Prod and dev are launched once; most tests then ask the services what is there and change nothing."""

import json
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from .aws import DEV, PROD, Aws, Environment
from .by_hand import Steps
from .project import Project, local_aws


def pytest_configure() -> None:
    """Who ends the tests with a signal leaves no server behind either."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@dataclass
class Launched:
    """One launch of prod and then of dev, as `make launch` does it."""

    project: Project
    output: dict[str, str] = field(default_factory=dict)
    report: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def launch(self, name: str) -> None:
        finished = self.project.launch(name)
        if finished.returncode != 0 or finished.stderr:
            # Short, because it is the end of every test that asks for what was launched.
            pytest.fail(f"launch of {name}: {finished.stderr or finished.stdout}", pytrace=False)
        self.output[name] = finished.stdout
        lines = (self.project.folder / ".launch" / f"{name}.hooks.jsonl").read_text(encoding="utf-8").splitlines()
        self.report[name] = [json.loads(line) for line in lines]


@pytest.fixture(scope="session", autouse=True)
def begun_by_hand(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Begins the longest test besides the launch first: Sceptre mostly waits, so the two run side by side."""
    if not any(item.path.name == "test_by_hand.py" for item in request.session.items):
        yield None
        return
    with ThreadPoolExecutor() as thread, local_aws(tmp_path_factory.mktemp("local-aws")) as endpoint:
        project = Project(tmp_path_factory.mktemp("by-hand"), endpoint)
        yield thread.submit(Steps, Aws(endpoint), project)


@pytest.fixture(scope="session", autouse=True)
def lives(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The lives of test_life.py begin at once too, as far as they are asked for."""
    items = [item for item in request.session.items if item.path.name == "test_life.py"]
    with ExitStack() as servers, ThreadPoolExecutor(16) as threads:
        yield items and items[0].module.begin({item.callspec.id for item in items}, threads, tmp_path_factory, servers)


@pytest.fixture(scope="session")
def steps(begun_by_hand: "Future[Steps]") -> Steps:
    return begun_by_hand.result()


@pytest.fixture(scope="session")
def launched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launched]:
    with local_aws(tmp_path_factory.mktemp("local-aws")) as endpoint:
        launched = Launched(Project(tmp_path_factory.mktemp("project"), endpoint))
        for name in ("prod", "dev"):
            launched.launch(name)
        yield launched


@pytest.fixture(scope="session")
def aws(launched: Launched) -> Aws:
    return Aws(launched.project.endpoint)


@pytest.fixture(scope="session", params=[PROD, DEV], ids=lambda environment: environment.name)
def environment(request: pytest.FixtureRequest) -> Environment:
    return request.param


@pytest.fixture(scope="module")
def empty_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """A second server, for the tests of one file."""
    with local_aws(tmp_path_factory.mktemp("local-aws")) as endpoint:
        yield Aws(endpoint)


@pytest.fixture
def project(tmp_path: Path, empty_aws: Aws) -> Project:
    """A copy to change, for the second server."""
    return Project(tmp_path, empty_aws.endpoint)
