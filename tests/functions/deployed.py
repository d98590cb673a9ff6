"""The functions as the rendered templates deploy them: the files of each are one text there.

A function is called as its folder in templates/functions: mask_events.
"""

import functools
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from local_aws.cloudformation import short_forms

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "templates" / "functions"
TEMPLATES = ROOT / "sceptre" / "templates"


def names() -> list[str]:
    """All functions. A folder without an index.py is shared by them."""
    return sorted(index.parent.name for index in FUNCTIONS.glob("*/index.py"))


@functools.cache
def template(name: str) -> dict[str, Any]:
    found: dict[str, Any] = short_forms.load((TEMPLATES / name).read_text(encoding="utf-8"))
    return found


@functools.cache
def source(name: str) -> str:
    """The code of a function, which is the same wherever it is deployed."""
    ending = f"-{name.replace('_', '-')}"
    found = set()
    for file in sorted(TEMPLATES.glob("*.yaml")):
        for resource in template(file.name)["Resources"].values():
            properties = resource.get("Properties", {})
            named = resource["Type"] == "AWS::Lambda::Function" and properties["FunctionName"]["Fn::Sub"]
            if named and named.removeprefix("${ProjectCode}-${Environment}") == ending:
                found.add(str(properties["Code"]["ZipFile"]))
    [code] = found
    return code


@functools.cache
def _code(name: str) -> CodeType:
    return compile(source(name), f"{name}/index.py", "exec")


def load(name: str) -> ModuleType:
    """A fresh module, as a new Lambda instance has it: no test sees what another one left in it."""
    module = ModuleType(f"functions_{name}")
    exec(_code(name), module.__dict__)
    return module
