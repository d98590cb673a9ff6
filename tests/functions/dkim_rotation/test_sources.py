"""The sources are ordinary Python, and what is deployed is made of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from . import deployed

FUNCTIONS = Path(__file__).parents[3] / "templates" / "functions"
FOLDERS = {
    "DKIMRotationOrchestrator": "dkim_rotation_orchestrator",
    "DKIMKeyGenerator": "dkim_key_generator",
    "SESConfigUpdater": "ses_config_updater",
    "NotificationManager": "notification_manager",
    "ValidationMonitor": "validation_monitor",
}


@pytest.mark.parametrize("logical_id", FOLDERS)
def test_each_source_runs_on_its_own(logical_id):
    path = [str(FUNCTIONS / FOLDERS[logical_id]), str(FUNCTIONS / "dkim_shared")]
    code = f"import sys; sys.path[:0] = {path}; import index; assert callable(index.handler)"
    subprocess.run([sys.executable, "-B", "-c", code], check=True)


@pytest.mark.parametrize("logical_id", FOLDERS)
def test_what_is_deployed_is_the_source(logical_id):
    """Line by line, without the imports of what stands in front; and nothing but the standard library and boto3."""
    lines = deployed.source(logical_id).splitlines()
    source = (FUNCTIONS / FOLDERS[logical_id] / "index.py").read_text(encoding="utf-8").splitlines()
    in_front = ("from rules import ", "from state import ", "from dns_client import ")
    own = [line for line in source if not line.startswith(in_front)]
    assert lines[-len(own) :] == own
    assert not any(line.startswith(in_front) for line in lines)
    for line in lines:
        if line.startswith(("import ", "from ")):
            package = line.split()[1].partition(".")[0]
            assert package in sys.stdlib_module_names or package in ("boto3", "botocore"), line


def test_no_two_parts_of_a_file_use_the_same_name():
    """They become one file: the later definition would win without a word."""
    import ast

    for logical_id in FOLDERS:
        names = [
            node.name
            for node in ast.parse(deployed.source(logical_id)).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
        assert len(set(names)) == len(names), logical_id
