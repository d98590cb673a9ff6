"""Loads the functions from templates/functions as they are inlined in the templates."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

# The sample events beside this file are imported by name, whatever import mode pytest runs in.
sys.path.insert(0, str(Path(__file__).parent))

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
