"""The sources of the functions that are made of several files are ordinary Python, and what is deployed is made of them."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from dkim_rotation import deployed

FUNCTIONS = Path(__file__).parents[2] / "templates" / "functions"
# Each function: its template, and the folders of its files, its own first.
SOURCES = {
    "DKIMRotationOrchestrator": ("security.yaml", "dkim_rotation_orchestrator", "dkim_shared"),
    "DKIMKeyGenerator": ("security.yaml", "dkim_key_generator"),
    "SESConfigUpdater": ("security.yaml", "ses_config_updater"),
    "NotificationManager": ("security.yaml", "notification_manager", "dkim_shared"),
    "ValidationMonitor": ("security.yaml", "validation_monitor", "dkim_shared"),
    "MaintenanceLambda": ("monitoring.yaml", "maintenance"),
}


def lines_of(logical_id: str) -> list[str]:
    return deployed.source(logical_id, SOURCES[logical_id][0]).splitlines()


@pytest.mark.parametrize("logical_id", SOURCES)
def test_each_source_runs_on_its_own(logical_id):
    path = [str(FUNCTIONS / folder) for folder in SOURCES[logical_id][1:]]
    code = f"import sys; sys.path[:0] = {path}; import index; assert callable(index.handler)"
    subprocess.run([sys.executable, "-B", "-c", code], check=True)


@pytest.mark.parametrize("logical_id", SOURCES)
def test_what_is_deployed_is_the_source(logical_id):
    """Line by line, without the imports of what stands in front; and nothing but the standard library and boto3."""
    _, own_folder, *_ = folders = SOURCES[logical_id]
    modules = {file.stem for folder in folders[1:] for file in (FUNCTIONS / folder).glob("*.py")}

    def is_of_ours(line: str) -> bool:
        return line.startswith("from ") and line.split()[1] in modules

    lines = lines_of(logical_id)
    source = (FUNCTIONS / own_folder / "index.py").read_text(encoding="utf-8").splitlines()
    own = [line for line in source if not is_of_ours(line)]
    assert lines[-len(own) :] == own
    for line in lines:
        assert not is_of_ours(line)
        if line.startswith(("import ", "from ")):
            package = line.split()[1].partition(".")[0]
            assert package in sys.stdlib_module_names or package in ("boto3", "botocore"), line


@pytest.mark.parametrize("logical_id", SOURCES)
def test_no_two_parts_of_a_file_use_the_same_name(logical_id):
    """They become one file: the later definition would win without a word."""
    body = ast.parse("\n".join(lines_of(logical_id))).body
    names = [node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert len(set(names)) == len(names)


def test_every_file_of_these_folders_is_deployed():
    for logical_id, (_, folder, *_) in SOURCES.items():
        text = "\n".join(lines_of(logical_id))
        for file in (FUNCTIONS / folder).glob("*.py"):
            names = [node.name for node in ast.parse(file.read_text(encoding="utf-8")).body if hasattr(node, "name")]
            assert all(f" {name}(" in text or f" {name}:" in text for name in names), file
