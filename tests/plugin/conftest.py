"""An installation of the plugin with a fake binary, and Sceptre stacks to run it on."""

import os
import sys
from pathlib import Path

import pytest
from sceptre.stack import Stack

from sceptre_sesame.binary import find_binary
from sceptre_sesame.tag import Sesame

from .fake_cloudformation import FakeCloudFormation

HERE = Path(__file__).parent
PLUGIN = HERE.parents[1] / "sceptre" / "hooks"
CANARY = "canary-6f1d-do-not-show"
TEMPLATE = "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n"


def script(code: str, *options: str) -> str:
    """A file that runs as Python, and before that as sh: the kernel takes no interpreter with a space in its path."""
    return f"#!/bin/sh\n'''exec' \"{sys.executable}\" {' '.join(options)} \"$0\" \"$@\"\n' '''\n{code}"


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """A folder as pip leaves it: the distribution's files and the binary, here the fake one."""
    site = tmp_path_factory.mktemp("site")
    binary = site / "bin" / "sesame"
    binary.parent.mkdir()
    binary.write_text(script((HERE / "fake_sesame.py").read_text(), "-IS"))
    binary.chmod(0o755)
    info = site / "sceptre_sesame-9.9.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sceptre-sesame\nVersion: 9.9.9\n")
    (info / "RECORD").write_text("bin/sesame,,\n")
    (info / "entry_points.txt").write_text(
        "[sceptre.hooks]\nsesame = sceptre_sesame.tag:Sesame\n"
        "[sceptre.resolvers]\nsesame = sceptre_sesame.tag:Sesame\n"
    )
    return site


@pytest.fixture(autouse=True)
def installed(site, monkeypatch):
    """The plugin finds the fake binary the way it finds the real one."""
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delenv("SESAME_REPORT", raising=False)
    monkeypatch.delenv("SESAME_TIMEOUT_SECONDS", raising=False)
    find_binary.cache_clear()
    yield
    find_binary.cache_clear()


class FakeConnections:
    """In place of Sceptre's connection manager: remembers the calls and answers from a table."""

    def __init__(self, answers=None):
        self.calls = []
        self.answers = answers or {}

    def call(self, service, command, kwargs):
        self.calls.append((service, command, kwargs))
        answer = self.answers[command]
        if isinstance(answer, Exception):
            raise answer
        return answer(**kwargs) if callable(answer) else dict(answer)


@pytest.fixture
def make_stack(tmp_path):
    """Makes a Sceptre stack with a template file in a project folder of its own."""

    def make(name="prod/ses", body=TEMPLATE, answers=None, group=None, **more) -> Stack:
        templates = tmp_path / "templates"
        templates.mkdir(exist_ok=True)
        if body is not None:
            (templates / "ses.yaml").write_text(body, encoding="utf-8")
        arguments = {
            "project_code": "ses",
            "region": "ap-northeast-1",
            "template_handler_config": {"type": "file", "path": "ses.yaml"},
            "parameters": {"Environment": "prod", "Password": CANARY},
            "tags": {"Purpose": "メール送信"},
            "stack_group_config": {"project_path": str(tmp_path), **(group or {})},
        }
        stack = Stack(name=name, **{**arguments, **more})
        stack._connection_manager = FakeConnections({"echo": lambda **kwargs: kwargs, **(answers or {})})
        return stack

    return make


@pytest.fixture
def run_hook(make_stack):
    """Runs `!sesame <point>` on a stack as Sceptre does: on a copy of the tag that belongs to the stack."""

    def run(point, stack=None):
        Sesame(point).clone_for_stack(stack or make_stack()).run()

    return run


@pytest.fixture
def sceptre_environment(site) -> dict[str, str]:
    """The environment for Sceptre's own command, with the plugin and the fake binary installed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SESAME_"))}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(site), str(PLUGIN)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


@pytest.fixture
def cloudformation():
    server = FakeCloudFormation()
    yield server
    server.close()
